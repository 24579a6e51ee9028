"""What taking data out of QuickBooks costs: ``python -m bench.inbound --help``."""

import argparse
import sys
from pathlib import Path
from typing import Protocol

from bench.inbound.backfills import Copied, by_use_case, show_backfills
from bench.inbound.costs import Assumed, Prices, show_months
from bench.inbound.deployed import by_state_machine
from bench.inbound.in_memory import in_memory
from bench.inbound.polls import measure_polls, show_polls
from bench.inbound.reads import show_reads, ways
from bench.inbound.tick import left_by_a_poll, show_ticks, tick
from local.layout import REPOSITORY
from local.stack import down, up
from tests.template import template


class Promise(Protocol):
    """Something that was measured, and was promised to come out in some way."""

    @property
    def is_right(self) -> bool: ...


_PRICES = {
    "dynamodb-write": (0.625, "a million write units on demand"),
    "dynamodb-read": (0.125, "a million read units on demand"),
    "sqs": (0.40, "a million requests to a standard queue"),
    "sqs-fair": (0.10, "a million messages with a message group, on top"),
    "lambda-request": (0.20, "a million invocations"),
    "lambda-gb-second": (0.0000133334, "a GB-second on arm64"),
    "kms": (3.00, "a million requests"),
    "logs-gb": (0.50, "a GB of logs that is taken in"),
}


def main(arguments: list[str] | None = None) -> int:
    """Print the tables; return 1 where a promise is not kept."""
    given = _parser().parse_args(arguments)
    prices = Prices(**{name.replace("-", "_"): getattr(given, _destination(name)) for name in _PRICES})
    assumed = Assumed(given.poll_seconds, given.dynamodb_ms, given.sqs_ms, given.log_kb)
    workers = int(template()["Parameters"]["PollsAtOnce"]["Default"])

    runs = [] if given.no_stack else [_deployed(given)]
    with in_memory() as stack:
        run, worker = by_use_case(stack, given.invoices)
        runs.append(run)
        show_backfills(runs, worker)
        polled, polls = measure_polls(stack, given.changes)
        show_polls(polls)
        idle, first = polls[0], polls[1]
        found = ways(idle.reads, first.reads, given.changes_a_month, given.burst)
        show_reads(found, given.changes_a_month, given.burst, given.invoices, run.calls)
        model = left_by_a_poll(stack, polled)
    with in_memory() as stack:
        ticks = [tick(stack, model, given.connections, every) for every in (1, 10)]
    show_ticks(ticks, workers, assumed.poll_seconds, assumed.dynamodb_ms, assumed.sqs_ms)
    show_months(ticks, idle.asked, prices, assumed)

    promises: list[Promise] = [*runs, worker, *polls, *ticks]
    kept = all(part.is_right for part in promises)
    if not kept:
        print("A promise is not kept.", file=sys.stderr)
    return 0 if kept else 1


def _deployed(given: argparse.Namespace) -> Copied:
    """On a stack of its own, which is stopped whatever happens."""
    try:
        stack = up(directory=given.dir, aws_port=given.aws_port, quickbooks_port=given.quickbooks_port)
        return by_state_machine(stack, given.invoices)
    finally:
        if given.keep:
            print(f"\nThe stack goes on running. Stop it with: python -m local down --clean --dir {given.dir}")
        else:
            down(directory=given.dir, clean=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench.inbound",
        description="Backfills, polls, metered reads and the schedule's cost. Prices are US dollars, AWS list prices "
        "of us-east-1 as others reported them in 2025 and 2026, without free tiers: check them before quoting any.",
    )
    parser.add_argument("--invoices", type=int, default=20_000, metavar="N", help="of the backfill (default: 20000)")
    parser.add_argument(
        "--changes", type=int, nargs="+", default=[10, 200], metavar="N", help="before a poll (default: 10 200)"
    )
    parser.add_argument("--connections", type=int, default=10_000, metavar="N", help="of a tick (default: 10000)")
    parser.add_argument(
        "--changes-a-month", type=int, default=200, metavar="N", help="of a typical tenant (default: 200)"
    )
    parser.add_argument(
        "--burst", type=int, default=1, metavar="N", help="changes within ten seconds (default: 1, each alone)"
    )
    stack = parser.add_argument_group("the local stack", "of its own, stopped and removed at the end")
    stack.add_argument("--no-stack", action="store_true", help="leave out the state machine")
    stack.add_argument("--keep", action="store_true", help="leave it running")
    stack.add_argument("--dir", type=Path, default=REPOSITORY / ".local" / "bench-inbound", help="its directory")
    stack.add_argument("--aws-port", type=int, default=4576, metavar="PORT", help="(default: 4576)")
    stack.add_argument("--quickbooks-port", type=int, default=8775, metavar="PORT", help="(default: 8775)")
    assumed = parser.add_argument_group("what cannot be measured here")
    assumed.add_argument(
        "--poll-seconds", type=float, default=1.0, metavar="S", help="of Lambda for a poll (default: 1)"
    )
    assumed.add_argument(
        "--dynamodb-ms", type=float, default=5.0, metavar="MS", help="for a request of the tick (default: 5)"
    )
    assumed.add_argument(
        "--sqs-ms", type=float, default=10.0, metavar="MS", help="for a request of the tick (default: 10)"
    )
    assumed.add_argument("--log-kb", type=float, default=1.5, metavar="KB", help="that a poll logs (default: 1.5)")
    prices = parser.add_argument_group("prices")
    for name, (default, what) in _PRICES.items():
        prices.add_argument(
            f"--price-{name}", type=float, default=default, metavar="USD", help=f"{what} (default: {default:.10g})"
        )
    return parser


def _destination(price: str) -> str:
    return f"price_{price.replace('-', '_')}"


if __name__ == "__main__":
    sys.exit(main())
