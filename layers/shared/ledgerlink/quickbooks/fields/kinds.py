"""The kinds of fields there are. The label is what a bookkeeper calls the field."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum


class Needed(StrEnum):
    """When a field must be there."""

    NEVER = "never"
    ON_CREATE = "on create"
    ALWAYS = "always"
    """In a sparse update as well."""


@dataclass(frozen=True, slots=True)
class Field:
    """Any field."""

    label: str
    needed: Needed = field(default=Needed.NEVER, kw_only=True)


@dataclass(frozen=True, slots=True)
class Text(Field):
    """A text. Line breaks are allowed unless they are forbidden."""

    longest: int | None = field(default=None, kw_only=True)
    forbidden: str = field(default="", kw_only=True)


@dataclass(frozen=True, slots=True)
class EmailAddress(Text):
    """A text that must look like an e-mail address (fault 2210)."""


@dataclass(frozen=True, slots=True)
class Id(Field):
    """An id that QuickBooks gave."""


@dataclass(frozen=True, slots=True)
class Number(Field):
    """A decimal number."""

    places: int = field(default=7, kw_only=True)
    digits: int = field(default=15, kw_only=True)
    least: Decimal | None = field(default=None, kw_only=True)
    most: Decimal | None = field(default=None, kw_only=True)


@dataclass(frozen=True, slots=True)
class Day(Field):
    """A date, written YYYY-MM-DD."""


@dataclass(frozen=True, slots=True)
class Flag(Field):
    """True or false."""


@dataclass(frozen=True, slots=True)
class Choice(Field):
    """One of a few words."""

    values: frozenset[str] = field(default=frozenset(), kw_only=True)


@dataclass(frozen=True, slots=True)
class Ref(Field):
    """A reference to another entity, by id."""


@dataclass(frozen=True, slots=True)
class Part(Field):
    """Fields within a field."""

    fields: Mapping[str, Field] = field(default_factory=dict, kw_only=True)
    one_of: tuple[str, ...] = field(default=(), kw_only=True)
    """At least one of these must be there."""


@dataclass(frozen=True, slots=True)
class Many(Field):
    """Several of the same."""

    part: Part = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class Lines(Field):
    """The lines of a transaction, always sent as a whole: QuickBooks deletes those that are missing."""

    fields: Mapping[str, Field] = field(default_factory=dict, kw_only=True)
    details: Mapping[str, Part] = field(default_factory=dict, kw_only=True)
    """DetailType → what stands under the key of ``DETAIL_KEYS``."""
    with_amount: frozenset[str] = field(default=frozenset(), kw_only=True)
    """The DetailTypes whose lines need an Amount."""


DETAIL_KEYS = {"DescriptionOnly": "DescriptionLineDetail"}
"""Under which key a line has its detail, where that is not the DetailType itself."""


@dataclass(frozen=True, slots=True)
class Entity:
    """One kind of entity: what may be sent, and what may be done with it."""

    label: str
    fields: Mapping[str, Field]
    read_only: frozenset[str] = frozenset()
    """QuickBooks computes these; it gives them back and does not take them."""
    create_only: frozenset[str] = frozenset()
    one_of: tuple[str, ...] = ()
    """At least one of these must be there on create."""
    needed_when: Mapping[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    """(field, value) → what a create with this value needs as well."""
    deletable: bool = False
    """Entries of name lists are made inactive instead."""
    void_parameters: Mapping[str, str] | None = None
    """The query of the call that voids it; None where there is no such call."""
