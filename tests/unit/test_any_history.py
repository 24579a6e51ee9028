"""Whatever happens, in whatever order: once it has calmed down, QuickBooks has one entity, as the host sent it last."""

import pytest

from tests.unit.history import ENTITIES, History

HISTORIES = 25


@pytest.mark.parametrize("kind", ENTITIES)
def test_any_history_ends_in_one_entity_with_the_newest_content(kind: str) -> None:
    doubled = []

    for number in range(HISTORIES):
        history = History(kind, number)
        history.happen()
        history.calm_down()
        history.send_by_hand()
        history.calm_down()
        if not history.is_one():
            doubled.append((number, history.steps))

    assert doubled == []
