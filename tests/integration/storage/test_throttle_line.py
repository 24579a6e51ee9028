"""A long line at one company: everybody gets through, and few turns are wasted."""

import heapq
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ledgerlink.domain.connections import ConnectionKey
from ledgerlink.domain.throttle import CallKind, Limits
from ledgerlink.errors import WaitingForTurn
from ledgerlink.storage.table import ConditionFailed
from ledgerlink.storage.throttle import DynamoThrottle
from ledgerlink.wiring.quickbooks import ADMISSION, PACES

START = datetime(2026, 11, 2, tzinfo=UTC)
KEY = ConnectionKey("acme", "9341454273912345")
SECONDS_A_CALL = 0.4
CALLS = (CallKind.READ, CallKind.WRITE)
"""A look-up and a create."""
RETRIES, FIRST_WAIT, LONGEST_WAIT = 200, 5, 120
"""As statemachines/push_document.asl.yaml has them for WaitingForTurn."""


class OneItem:
    """The item of one company, with the conditions that the throttle sets; moto would take minutes here."""

    def __init__(self) -> None:
        self._item: dict[str, int] = {}

    def update(
        self, pk: str, sk: str, update: str, condition: str, values: dict[str, Any], **options: Any
    ) -> dict[str, int]:
        attribute = "batch_tat" if "#batch_tat" in update else "tat"
        stored = self._item.get(attribute)
        if ":fresh" in update:
            fits, moved = stored is None or stored <= values["now"], values["fresh"]
        else:
            fits = stored is not None and values["now"] < stored <= values["latest"]
            moved = (stored or 0) + values["spacing"]
        if not fits:
            raise ConditionFailed(self._item)
        self._item[attribute] = moved
        return {attribute: moved}


@pytest.mark.parametrize("documents", [300, 2000])
def test_a_burst_of_pushes_all_get_through_and_waste_few_turns(documents):
    table, dice = OneItem(), random.Random(1)
    clock, slept = [0.0], [0.0]
    events = [(number / 50, number, 0, 0) for number in range(documents)]
    turnstiles: dict[int, Any] = {}
    done = calls = 0

    while events:
        clock[0], document, step, retries = heapq.heappop(events)
        if step == len(CALLS):
            done += 1
            continue
        if step == 0:
            throttle = DynamoThrottle(
                table,  # type: ignore[arg-type]
                Limits(),
                lambda: START + timedelta(seconds=clock[0]),
                lambda seconds: slept.__setitem__(0, seconds),
            )
            turnstiles[document] = throttle.turnstile(KEY, PACES["push"].patience, ADMISSION)
        slept[0] = 0.0
        try:
            turnstiles[document].enter(CALLS[step], 0)
        except WaitingForTurn:
            assert retries < RETRIES, "a document never had its turn"
            pause = dice.uniform(0, min(FIRST_WAIT * 2**retries, LONGEST_WAIT))
            heapq.heappush(events, (clock[0] + pause, document, 0, retries + 1))
            continue
        calls += 1
        heapq.heappush(events, (clock[0] + slept[0] + SECONDS_A_CALL, document, step + 1, retries))

    assert done == documents
    assert calls <= 1.05 * documents * len(CALLS)
