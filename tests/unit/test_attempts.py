"""Names of executions, ids of documents, request ids of writes."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgerlink.domain.attempts import Attempt, Trigger
from ledgerlink.domain.ids import DocumentKey, check_ids
from ledgerlink.domain.links import LinkKey
from ledgerlink.domain.times import from_text, to_text
from ledgerlink.errors import InvalidRequest

IDS = st.from_regex(r"[A-Za-z0-9._-]{1,64}", fullmatch=True)
ATTEMPTS = st.builds(
    Attempt,
    st.builds(DocumentKey, IDS, st.sampled_from(["purchase-orders", "inventory-adjustments"]), IDS),
    st.integers(1, 99_999),
    st.integers(1, 9_999),
)
PACIFIC = ZoneInfo("America/Los_Angeles")
INSTANTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
LINK_KEYS = st.builds(LinkKey, IDS, st.from_regex(r"[0-9]{1,19}", fullmatch=True), IDS, IDS)


@given(ATTEMPTS)
def test_every_execution_name_is_one_that_step_functions_takes(attempt: Attempt) -> None:
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,80}", attempt.execution_name)


@given(ATTEMPTS, ATTEMPTS)
def test_two_attempts_have_one_name_only_if_they_are_the_same(one: Attempt, other: Attempt) -> None:
    assert (one.execution_name == other.execution_name) == (one == other)


@pytest.mark.parametrize(
    "other",
    [
        Attempt(DocumentKey("a_b", "purchase-orders", "1"), 1, 1),
        Attempt(DocumentKey("a.b", "purchase-orders", "1"), 1, 2),
        Attempt(DocumentKey("a.b", "purchase-orders", "1"), 2, 1),
        Attempt(DocumentKey("a.b", "purchase-orders", "1." + "0" * 60), 1, 1),
        Attempt(DocumentKey("a", "b-purchase-orders", "1"), 1, 1),
    ],
)
def test_names_that_look_alike_are_kept_apart(other: Attempt) -> None:
    one = Attempt(DocumentKey("a.b", "purchase-orders", "1"), 1, 1)

    assert one.execution_name != other.execution_name


@given(LINK_KEYS, LINK_KEYS)
def test_two_documents_never_share_a_request_id(one: LinkKey, other: LinkKey) -> None:
    assert (one.create_request_id(1, 0) == other.create_request_id(1, 0)) == (one == other)


def test_a_request_id_changes_with_revision_refusals_name_and_body() -> None:
    key = LinkKey("acme", "1", "purchase-orders", "7")
    one, moved_on = {"SyncToken": "0", "UnitPrice": Decimal("1.5")}, {"SyncToken": "1", "UnitPrice": Decimal("1.5")}

    ids = [key.create_request_id(1, 0), key.create_request_id(2, 0), key.create_request_id(1, 1)]
    ids += [key.create_request_id(1, 0, 1)]
    ids += [key.update_request_id(one, 0), key.update_request_id(moved_on, 0), key.update_request_id(one, 1)]

    assert len(set(ids)) == len(ids)
    assert key.update_request_id(dict(reversed(one.items())), 0) == key.update_request_id(one, 0)
    assert max(len(request_id) for request_id in ids) <= 50


@pytest.mark.parametrize("value", ["", "a b", "a/b", "ä", "a" * 65, "a\n", "#", "..%2f"])
def test_an_id_that_is_not_opaque_is_refused_by_its_field(value: str) -> None:
    with pytest.raises(InvalidRequest) as refusal:
        check_ids({"tenant": "acme", "id": value})

    assert refusal.value.fields == [{"field": "id", "problem": "not a valid id"}]


@given(INSTANTS, INSTANTS)
def test_instants_as_text_sort_as_instants_wherever_they_were_written(one: datetime, other: datetime) -> None:
    there = one.astimezone(PACIFIC)

    assert (to_text(there) < to_text(other)) == (one < other)
    assert from_text(to_text(there)) == one


def test_a_selection_is_told_as_what_a_person_asked_for() -> None:
    assert {trigger.value: trigger.told for trigger in Trigger} == {
        "automatic": "automatic",
        "daily": "daily",
        "manual": "manual",
        "selection": "manual",
        "redrive": "redrive",
    }
