"""What AWS bills for a month of ticks and polls: arithmetic on what was measured, at prices that are given."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.inbound.meter import Asked
from bench.inbound.reads import A_DAY, DAYS
from bench.inbound.tables import show, times
from bench.inbound.tick import Ticked

_MILLION = 1_000_000
_LAMBDA_POLLERS = 5
"""Lambda keeps so many long polls of 20 s open on an empty queue."""
_POLLS_OF_QUEUE = _LAMBDA_POLLERS * 3 * 60 * 24 * DAYS
_KB_IN_GB = 1024 * 1024
POLL_GB = 1.0
"""Memory of the function that polls."""
TICK_GB = 0.5


@dataclass(frozen=True, slots=True)
class Prices:
    """US dollars: of a million, unless it says otherwise."""

    dynamodb_write: float
    dynamodb_read: float
    sqs: float
    sqs_fair: float
    lambda_request: float
    lambda_gb_second: float
    """Of one."""
    kms: float
    logs_gb: float
    """Of one."""


@dataclass(frozen=True, slots=True)
class Assumed:
    """What cannot be measured here."""

    poll_seconds: float
    dynamodb_ms: float
    sqs_ms: float
    log_kb: float
    """That a poll logs."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the bill."""

    what: str
    quantity: float
    dollars: float


def month(tick: Ticked, poll: Asked, prices: Prices, assumed: Assumed) -> list[Line]:
    """Of so many such ticks, each message one poll that finds nothing new."""
    ticks = DAYS * A_DAY
    polls = ticks * tick.messages
    seconds_of_ticks = ticks * tick.seconds_of_requests(assumed.dynamodb_ms, assumed.sqs_ms)
    gb_seconds = polls * assumed.poll_seconds * POLL_GB + seconds_of_ticks * TICK_GB
    writes = ticks * tick.asked.write_units + polls * poll.write_units
    reads = ticks * tick.asked.read_units + polls * poll.read_units
    # A message is sent with up to nine others, received and deleted.
    of_queue = ticks * tick.asked.of("sqs") + 2 * polls + _POLLS_OF_QUEUE
    log_gb = polls * assumed.log_kb / _KB_IN_GB
    return [
        Line("DynamoDB write units", writes, writes / _MILLION * prices.dynamodb_write),
        Line("DynamoDB read units", reads, reads / _MILLION * prices.dynamodb_read),
        Line("SQS requests", of_queue, of_queue / _MILLION * prices.sqs),
        Line("SQS fair queue, messages", polls, polls / _MILLION * prices.sqs_fair),
        Line("Lambda invocations", ticks + polls, (ticks + polls) / _MILLION * prices.lambda_request),
        Line("Lambda GB-seconds", gb_seconds, gb_seconds * prices.lambda_gb_second),
        Line("KMS requests", polls * poll.of("kms"), polls * poll.of("kms") / _MILLION * prices.kms),
        Line("Log GB", log_gb, log_gb * prices.logs_gb),
    ]


def show_months(ticks: Sequence[Ticked], poll: Asked, prices: Prices, assumed: Assumed) -> None:
    """Print the bills side by side."""
    bills = [month(tick, poll, prices, assumed) for tick in ticks]
    totals = [sum(line.dollars for line in bill) for bill in bills]
    rows = [
        (lines[0].what, *(text for line in lines for text in (f"{line.quantity:,.0f}", f"{line.dollars:,.2f}")))
        for lines in zip(*bills, strict=True)
    ]
    rows.append(("together", *(text for total in totals for text in ("", f"{total:,.2f}"))))
    each = (text for tick, total in zip(ticks, totals, strict=True) for text in ("", f"{total / tick.connections:.4f}"))
    rows.append(("for each connection", *each))
    rows.append(("ratio", *(text for total in totals for text in ("", times(total, totals[0])))))
    head = ("", *(text for tick in ticks for text in (f"{tick.due:,} due at every tick", "USD")))
    show(f"A month of {DAYS * A_DAY:,} ticks, {ticks[0].connections:,} connections, idle polls", head, rows)
    print(f"A poll: {assumed.poll_seconds:g} s of {POLL_GB:g} GB and {assumed.log_kb:g} KB of log.")
    print(f"Prices in USD: {_told(prices)}")


def _told(prices: Prices) -> str:
    """The prices in one line."""
    return ", ".join(f"{name} {getattr(prices, name):g}" for name in prices.__dataclass_fields__)
