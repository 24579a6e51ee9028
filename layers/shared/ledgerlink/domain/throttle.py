"""How fast one company may be called: the arithmetic, without a clock and without a store.

Intuit allows 10 requests a second, 500 a minute and 40 batches a minute per company
(https://developer.intuit.com/app/developer/qbo/docs/learn/learn-basic-concepts/api-call-limits-and-throttles).
Calls and batches each have a lane of their own, and the two together stay within the limits:
a call never has to look at both. A lane is a generic cell rate algorithm: all that has to be
remembered is one moment, the *theoretical arrival time* (tat).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

SECOND = 1_000_000
"""Moments and spans are whole microseconds: DynamoDB adds and compares them exactly."""
MINUTE = 60 * SECOND

_BURST = 2
_HEADROOM = 98
"""Percent of a minute's limit: calls that we space out may arrive closer together."""


class CallKind(StrEnum):
    """What a call costs."""

    READ = "read"
    WRITE = "write"
    BATCH = "batch"


@dataclass(frozen=True, slots=True)
class Lane:
    """At most ``burst`` calls at once and then one per ``spacing``.

    Any closed window of length w holds at most ``w // spacing + burst`` calls.
    """

    spacing: int
    burst: int

    def turn(self, tat: int) -> int:
        """When the call may go that moved the lane from ``tat`` on by one spacing."""
        return tat - (self.burst - 1) * self.spacing

    def most_in(self, span: int) -> int:
        """The most calls in any window of this length."""
        return span // self.spacing + self.burst


@dataclass(frozen=True, slots=True)
class Limits:
    """What one company may be asked. The month's allowance is Intuit's per workspace: split it as you see fit."""

    per_second: int = 10
    per_minute: int = 500
    batches_per_minute: int = 40
    reads_per_month: int = 0
    """Metered reads of one connection at which to warn; 0 for never."""

    def __post_init__(self) -> None:
        if self.batches_per_minute < 1 or min(self._left_for_calls()) < 1:
            raise ValueError("the limits leave no room for a batch and two calls at once")

    @property
    def batches(self) -> Lane:
        """Batches come one by one."""
        return Lane(MINUTE // self.batches_per_minute + 1, burst=1)

    @property
    def calls(self) -> Lane:
        """What the batches leave of the second and of the minute, in bursts of two."""
        in_a_second, in_a_minute = self._left_for_calls()
        # n calls in a closed window need a spacing over window / (n + 1).
        return Lane(max(SECOND // (in_a_second + 1), MINUTE // (in_a_minute + 1)) + 1, _BURST)

    def lane(self, kind: CallKind) -> Lane:
        """The lane that a call takes."""
        return self.batches if kind is CallKind.BATCH else self.calls

    def _left_for_calls(self) -> tuple[int, int]:
        """The calls, beside a burst, that fit into a second and into a minute."""
        a_minute = self.per_minute * _HEADROOM // 100
        return (
            self.per_second - self.batches.most_in(SECOND) - _BURST,
            a_minute - self.batches.most_in(MINUTE) - _BURST,
        )


WARNINGS_AT = (70, 90)
"""Percent of the month's reads."""


def warnings_between(before: int, after: int, allowance: int) -> list[int]:
    """The levels that were crossed between two counts; each is crossed by one counter only."""
    return [level for level in WARNINGS_AT if allowance and before * 100 < level * allowance <= after * 100]


def month_of(moment: datetime) -> str:
    """``2026_11``: Intuit counts by calendar month."""
    return f"{moment:%Y_%m}"


def to_moment(moment: datetime) -> int:
    """Microseconds since 1970."""
    return round(moment.timestamp() * SECOND)


def to_seconds(span: int) -> float:
    """A span to sleep."""
    return span / SECOND
