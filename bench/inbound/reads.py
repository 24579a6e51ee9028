"""Metered reads of a tenant and month: arithmetic on what was measured."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from bench.inbound.tables import show, times

DAYS = 30
A_DAY = 24 * 4
"""Quarters of an hour."""
ALLOWANCE = 500_000
"""Reads a month of Intuit's free tier, of all companies of a workspace together."""
QUERIES = 6
"""Of a poll that asks for each entity by itself."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to notice changes."""

    name: str
    formula: str
    reads: int

    @property
    def tenants(self) -> int:
        """So many fit into the allowance."""
        return ALLOWANCE // self.reads


def ways(idle: int, with_changes: int, changes: int, a_burst: int) -> list[Way]:
    """``idle`` and ``with_changes`` are the metered reads of such polls, ``changes`` those of a month."""
    quarters, bursts = DAYS * A_DAY, ceil(changes / a_burst)
    busy = min(bursts, quarters)
    return [
        Way("six queries every 15 minutes", f"{quarters} × {QUERIES}", quarters * QUERIES),
        Way(
            "no notifications",
            f"{quarters - busy} × {idle} + {busy} × {with_changes}",
            (quarters - busy) * idle + busy * with_changes,
        ),
        Way("with notifications", f"{DAYS} × {idle} + {bursts} × {with_changes}", DAYS * idle + bursts * with_changes),
    ]


def show_reads(found: Sequence[Way], changes: int, a_burst: int, invoices: int, backfill: int) -> None:
    """Print them against the first one."""
    rows = [
        (way.name, way.formula, f"{way.reads:,}", times(way.reads, found[0].reads), f"{way.tenants:,}") for way in found
    ]
    head = ("", "polls × reads", "reads", "ratio", f"tenants in {ALLOWANCE:,}")
    show(f"Metered reads of a tenant in a month of {DAYS} days, {changes} changes, {a_burst} a burst", head, rows)
    print(f"A backfill of {invoices:,} invoices reads {backfill:,} times more, once.")
