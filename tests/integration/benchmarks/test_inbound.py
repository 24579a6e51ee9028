"""The benchmark of taking data out runs in small, and its arithmetic is right; how long it takes is not tested."""

from collections import Counter

import pytest

from bench.inbound.__main__ import main
from bench.inbound.backfills import PageWorker, compare
from bench.inbound.costs import Assumed, Prices, month
from bench.inbound.meter import Asked
from bench.inbound.polls import PollCost
from bench.inbound.reads import ways
from bench.inbound.tick import Ticked, last_poll_ends

FREE = Prices(
    dynamodb_write=0, dynamodb_read=0, sqs=0, sqs_fair=0, lambda_request=0, lambda_gb_second=0, kms=0, logs_gb=0
)
ASSUMED = Assumed(poll_seconds=0.5, dynamodb_ms=5, sqs_ms=10, log_kb=1)


def ticked(queued: int = 2, delays: tuple[int, ...] = (5, 899)) -> Ticked:
    requests = Counter({"dynamodb.Query": 8, "dynamodb.UpdateItem": 2, "sqs.SendMessageBatch": 1})
    return Ticked(connections=20, due=2, queued=queued, asked=Asked(requests, 4, 6, list(delays)))


def test_it_runs_in_small_and_keeps_its_promises(capsys):
    code = main(["--no-stack", "--invoices", "3", "--changes", "2", "--connections", "20"])

    told = capsys.readouterr()
    assert (code, told.err) == (0, "")
    assert "quiet for a day     0      1        1" in told.out
    assert "20 of 20 due" in told.out
    assert "2 of 20 due" in told.out


def test_what_is_lost_and_what_is_doubled_is_counted():
    assert compare(["1", "2", "3"], ["1", "2", "2", "9"]) == (1, 2)
    assert compare(["1", "2"], ["2", "1"]) == (0, 0)


def test_reads_of_a_month():
    queries, polls, told = ways(idle=1, with_changes=2, changes=200, a_burst=5)

    assert (queries.reads, queries.tenants) == (17_280, 28)
    assert polls.reads == 2840 + 40 * 2
    assert told.reads == 30 + 40 * 2


@pytest.mark.parametrize(
    "broken",
    [
        PollCost("idle", changes=0, seen=0, calls=2, reads=2, seconds=1, asked=Asked()),
        PollCost("10 changes", changes=10, seen=9, calls=1, reads=1, seconds=1, asked=Asked()),
        PageWorker(400, megabytes_before=60, megabytes=200),
        ticked(queued=3),
        ticked(delays=(5,)),
        ticked(delays=(5, 901)),
    ],
)
def test_a_broken_promise_is_noticed(broken):
    assert not broken.is_right


def test_a_tick_that_queues_each_that_is_due_is_right():
    assert ticked().is_right


def test_polls_wait_for_a_worker():
    assert last_poll_ends([0, 10], workers=2, seconds=5) == 15
    assert last_poll_ends([0, 0, 0], workers=1, seconds=5) == 15


def test_a_month_is_its_ticks_and_their_polls():
    poll = Asked(Counter({"kms.Decrypt": 1}), read_units=5, write_units=7)

    bill = {line.what: line.quantity for line in month(ticked(), poll, FREE, ASSUMED)}

    assert bill["DynamoDB write units"] == 2880 * (6 + 2 * 7)
    assert bill["DynamoDB read units"] == 2880 * (4 + 2 * 5)
    assert bill["Lambda invocations"] == 2880 * 3
    assert bill["KMS requests"] == 2880 * 2
    # Half a second of a GB for each poll, and the tick's ten and one requests at half a GB.
    assert bill["Lambda GB-seconds"] == pytest.approx(2880 * (2 * 0.5 + (10 * 0.005 + 0.01) * 0.5))


def test_a_bill_is_quantities_at_their_prices():
    prices = Prices(
        dynamodb_write=1, dynamodb_read=0, sqs=0, sqs_fair=0, lambda_request=0, lambda_gb_second=0, kms=0, logs_gb=2
    )

    bill = {line.what: line.dollars for line in month(ticked(), Asked(), prices, ASSUMED)}

    assert bill["DynamoDB write units"] == pytest.approx(2880 * 6 / 1e6)
    assert bill["Log GB"] == pytest.approx(2880 * 2 / 1024 / 1024 * 2)
    assert bill["SQS requests"] == 0
