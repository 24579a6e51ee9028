"""A company's transactions, as its books answer them."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ledgerlink.domain.asks import Sought


@dataclass
class FakeBooks:
    """Rows by entity. ``asked`` are the questions so far."""

    rows: dict[str, list[Mapping[str, Any]]] = field(default_factory=dict)
    asked: list[tuple[str, ...]] = field(default_factory=list)

    def dated(self, entity: str, first: date, last: date) -> Generator[Mapping[str, Any]]:
        self.asked.append(("dated", entity))
        days = (first.isoformat(), last.isoformat())
        yield from (row for row in self.rows.get(entity, []) if days[0] <= row["TxnDate"] <= days[1])

    def seek(self, questions: Sequence[Sought]) -> Sequence[Sequence[Mapping[str, Any]]]:
        self.asked += [("seek", question.entity, *question.values) for question in questions]
        return [
            [row for row in self.rows.get(question.entity, []) if row["Id"] in question.values]
            for question in questions
        ]
