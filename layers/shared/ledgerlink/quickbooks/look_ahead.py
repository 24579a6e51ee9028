"""Answers that were fetched before they are asked for, many in one call, each good for one use.

Used once, an answer is gone: whoever asks again wants to know what has changed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ledgerlink.quickbooks.queries import LARGEST_PAGE, Select, named

type Entity = Mapping[str, Any]


class Question(NamedTuple):
    """All rows of an entity of which a property may be one of the names."""

    entity: str
    prop: str
    names: Sequence[str]
    inactive: bool
    """Inactive rows too; transactions have none."""

    def queries(self) -> list[Select]:
        """The queries that answer it; they may find more."""
        found = named(self.entity, self.prop, self.names)
        return [query.include_inactive() for query in found] if self.inactive else found


@dataclass(slots=True)
class LookAhead:
    """The answers that are waiting."""

    _names: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    _rows: dict[tuple[str, str], list[Entity]] = field(default_factory=dict)

    def put(self, question: Question, rows: Iterable[Entity]) -> None:
        """Keep the answer to a question."""
        place = (question.entity, question.prop)
        self._names.setdefault(place, set()).update(question.names)
        self._rows.setdefault(place, []).extend(rows)

    def take(self, question: Question) -> list[Entity] | None:
        """Return the answer and forget it; None where it is not known for every name."""
        place = (question.entity, question.prop)
        known, asked = self._names.get(place, set()), set(question.names)
        complete = asked <= known
        known -= asked
        return list(self._rows.get(place, ())) if complete else None


def page_of(query: Select) -> Select:
    """As much of a query as one answer can hold."""
    return query.order_by("Id").page(1, LARGEST_PAGE)
