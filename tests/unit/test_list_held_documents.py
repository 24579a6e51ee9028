"""Documents that wait or have failed are found without looking at all the others."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from ledgerlink.domain.backlogs import Standing
from ledgerlink.domain.documents import Document, DocumentState, Status
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.errors import InvalidRequest
from ledgerlink.usecases.documents.list_held_documents import MOST_LOOKS, list_held_documents
from tests.unit.fakes import FakeConnections
from tests.unit.fakes_backlog import FakeHeldDocuments
from tests.unit.orders import KIND, NOW, TENANT, connection

READY = Status.WAITING_FOR_SEND


def documents(*kinds: str, status: Status = READY, tenant: str = TENANT) -> FakeHeldDocuments:
    """One document of each of these kinds, which came to stand so one after the other, the last ids first."""
    kept = FakeHeldDocuments()
    for number, kind in enumerate(kinds):
        key = DocumentKey(tenant, kind, f"d-{900 - number}")
        at = NOW + timedelta(seconds=number)
        kept.put(Document(key, 1, "hash", status, 0, at, content="{}"), None)
    return kept


def listed(
    kept: FakeHeldDocuments, limit: int = 50, after: str | None = None
) -> tuple[Sequence[DocumentState], str | None]:
    tenants = FakeConnections()
    tenants.have(connection())
    wanted = Standing(READY, before=NOW + timedelta(hours=1), kind=KIND)
    return list_held_documents(kept, tenants, TENANT, wanted, limit=limit, after=after)


def ids(found: Sequence[DocumentState]) -> list[str]:
    return [state.key.document_id for state in found]


def test_those_that_have_stood_so_the_longest_come_first():
    found, after = listed(documents(KIND, KIND, KIND))

    assert (ids(found), after) == (["d-900", "d-899", "d-898"], None)


def test_pages_follow_each_other_without_a_gap():
    kept = documents(*[KIND] * 5)

    first, after = listed(kept, limit=3)
    rest, end = listed(kept, limit=3, after=after)

    assert (ids(first) + ids(rest), end) == (["d-900", "d-899", "d-898", "d-897", "d-896"], None)


def test_documents_of_other_kinds_in_between_do_not_make_a_page_short():
    kept = documents(*["bills"] * 6, KIND, KIND)

    found, _ = listed(kept, limit=2)

    assert ids(found) == ["d-894", "d-893"]


def test_a_bounded_number_is_looked_at_and_the_next_page_goes_on():
    kept = documents(*["bills"] * (2 * MOST_LOOKS), KIND)

    nothing, after = listed(kept, limit=2)
    found, _ = listed(kept, limit=2, after=after)

    assert (ids(nothing), len(found)) == ([], 1)


def test_one_that_was_sent_a_moment_ago_is_not_shown_as_waiting():
    kept = documents(KIND, KIND)
    keys, _ = kept.with_standing(TENANT, Standing(READY, NOW + timedelta(hours=1)), limit=9, after=None)
    sent = replace(kept.documents[keys[0]], status=Status.SYNCING)

    class BehindTheTable(FakeHeldDocuments):
        """Its list still has the document."""

        def states(self, wanted: Sequence[DocumentKey]) -> dict[DocumentKey, Document]:
            return {**super().states(wanted), keys[0]: sent}

    behind = BehindTheTable()
    behind.documents = kept.documents

    assert ids(listed(behind)[0]) == ["d-899"]


def test_one_that_comes_to_stand_so_again_while_the_list_is_read_is_shown_once():
    kept = documents(KIND, KIND, "bills")
    first, second = (key for key in kept.documents if key.kind == KIND)

    class Moving(FakeHeldDocuments):
        """The first one goes to the end as soon as it was read."""

        def with_standing(
            self, tenant_id: str, wanted: Standing, *, limit: int, after: str | None
        ) -> tuple[list[DocumentKey], str | None]:
            return ([second, first], None) if after else ([first], "2026-11-21T09:30:00.000000Z#bills#b-1")

    moving = Moving()
    moving.documents = kept.documents

    assert ids(listed(moving, limit=2)[0]) == ["d-900", "d-899"]


def test_another_tenants_documents_are_not_found():
    assert listed(documents(KIND, tenant="globex")) == ([], None)


@pytest.mark.parametrize(
    "after",
    [
        *("x", "2026-11-21T09:30:00.000000Z#bills", "2026-11-21T09:30:00.000000Z#bills#a#b"),
        "2126-11-21T09:30:00.000000Z#bills#b-1",
    ],
)
def test_a_place_that_we_did_not_give_out_is_refused(after: str):
    with pytest.raises(InvalidRequest) as refused:
        listed(documents(), after=after)

    assert refused.value.fields[0]["field"] == "after"
