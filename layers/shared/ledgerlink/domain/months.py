"""Months as bookkeepers compare them."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from ledgerlink.errors import InvalidRequest

_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
_EARLIEST, _LATEST = 1970, 2100


@dataclass(frozen=True, slots=True)
class Month:
    """``str()`` is ``2026-11``."""

    year: int
    number: int

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return (self.first + timedelta(days=31)).replace(day=1) - timedelta(days=1)

    def __contains__(self, day: date) -> bool:
        return (day.year, day.month) == (self.year, self.number)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"


def month_of(day: date) -> Month:
    """The month that the day is in."""
    return Month(day.year, day.month)


def parse_month(text: str) -> Month:
    """Raises InvalidRequest for what is not written like 2026-11."""
    found = _MONTH.fullmatch(text)
    if found is None or not _EARLIEST <= int(found[1]) <= _LATEST:
        problem = "must be a month such as 2026-11"
        raise InvalidRequest(f"'month' {problem}.", fields=[{"field": "month", "problem": problem}])
    return Month(int(found[1]), int(found[2]))
