"""What a push asks of a company, as values.

A use case that asks is a generator: it yields an ask and is sent the answer, or has the
error thrown into it. So the steps that make a write happen exactly once are written once, and
one document's asks are answered one by one, many documents' in batches.
"""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

type Entity = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Find:
    """The entities with exactly this property, names without regard to case."""

    entity: str
    prop: str
    value: str


@dataclass(frozen=True, slots=True)
class Read:
    """The entity as it is now; OutOfSync when it is gone."""

    entity: str
    entity_id: str


@dataclass(frozen=True, slots=True)
class Create:
    """The entity as QuickBooks stored it."""

    entity: str
    body: Mapping[str, Any] = field(repr=False)
    request_id: str


@dataclass(frozen=True, slots=True)
class Update:
    """The entity as QuickBooks stored it."""

    entity: str
    body: Mapping[str, Any] = field(repr=False)
    request_id: str


type Ask = Find | Read | Create | Update
type Asking[T] = Generator[Ask, Any, T]


class Sought(NamedTuple):
    """Entities of which a property has one of these values."""

    entity: str
    prop: str
    values: tuple[str, ...]
