"""Entity links, leases and claims in their table."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from ledgerlink.domain.links import EntityLink, Lease, LinkKey
from ledgerlink.errors import DocumentBusy, DuplicateDocument
from ledgerlink.storage.links import DynamoLinks
from ledgerlink.storage.table import Table
from tests.unit.orders import KIND, NOW, REALM, TENANT

KEY = LinkKey(TENANT, REALM, KIND, "po-7")
OTHER = replace(KEY, host_id="po-8")
LATER = NOW + timedelta(minutes=2)


def begin(links: Any, owner: str = "a", key: LinkKey = KEY, now: datetime = NOW, number: str = "PO-7") -> EntityLink:
    link = links.begin(key, "PurchaseOrder", number, Lease(owner, now + timedelta(minutes=2)), now)
    assert isinstance(link, EntityLink)
    return link


def finished(key: LinkKey = KEY, entity_id: str = "125") -> EntityLink:
    return EntityLink(key, "PurchaseOrder", entity_id, "PO-7", "3", "hash", {"id l1": "1"})


def test_a_begun_mark_has_no_entity(links: Any) -> None:
    before = begin(links)

    assert before == EntityLink(KEY, "PurchaseOrder")
    assert links.find(KEY) == replace(before, begun_numbers=frozenset({"PO-7"}), begun_at=NOW)


def test_from_the_begin_of_a_write_on_nobody_knows_what_quickbooks_has(links: Any) -> None:
    begin(links)
    links.complete(finished())

    before = begin(links)
    links.release(KEY, "a", refused=False, before=None)

    assert before.content_hash == ""
    assert links.find(KEY).content_hash == ""


def test_a_second_worker_is_busy_until_the_lease_ends(links: Any) -> None:
    begin(links, "a")

    with pytest.raises(DocumentBusy):
        begin(links, "b", now=LATER - timedelta(microseconds=1))

    assert begin(links, "b", now=LATER).entity_id is None


@pytest.mark.parametrize("linked", [True, False])
def test_a_document_that_became_something_else_is_busy_for_who_does_not_know_it(links: Any, linked: bool) -> None:
    """The settings have changed, and a worker still has the old ones."""
    begin(links)
    if linked:
        links.complete(finished())
    left = links.find(KEY)

    with pytest.raises(DocumentBusy):
        links.begin(KEY, "Bill", "PO-7", Lease("b", LATER + timedelta(minutes=2)), LATER)

    assert links.find(KEY) == left
    assert begin(links, "c", now=LATER).entity == "PurchaseOrder"


def test_what_was_deleted_or_refused_may_become_something_else(links: Any) -> None:
    begin(links)
    links.release(KEY, "a", refused=True, before=EntityLink(KEY, "PurchaseOrder"))
    refused = links.begin(KEY, "Bill", "PO-7", Lease("a", LATER), NOW)
    links.complete(replace(finished(), entity="Bill"))
    links.mark_deleted(KEY)

    deleted = begin(links)

    assert (refused.entity, deleted.entity) == ("Bill", "PurchaseOrder")


def test_leases_of_other_documents_are_not_in_the_way(links: Any) -> None:
    begin(links)

    assert begin(links, key=OTHER).key == OTHER
    assert begin(links, key=replace(KEY, tenant_id="globex")).key.tenant_id == "globex"
    assert begin(links, key=replace(KEY, connection_id="2")).key.connection_id == "2"


def test_a_completed_link_is_read_back_and_free(links: Any) -> None:
    begin(links)

    links.complete(finished())

    assert links.find(KEY) == finished()
    assert begin(links, "b").entity_id == "125"


def test_the_numbers_of_unknown_outcomes_are_remembered_until_one_is_known(links: Any) -> None:
    begin(links)
    second = begin(links, "b", now=LATER, number="PO-8")
    third = begin(links, "c", now=LATER + timedelta(minutes=3), number="PO-9")

    links.complete(finished())

    assert (second.begun_numbers, second.begun_at) == (frozenset({"PO-7"}), NOW)
    assert (third.begun_numbers, third.begun_at) == (frozenset({"PO-7", "PO-8"}), LATER)
    assert (links.find(KEY).begun_numbers, links.find(KEY).begun_at) == (frozenset(), None)


def test_a_write_that_may_still_arrive_is_remembered_beside_what_is_known(links: Any) -> None:
    begin(links)
    before = begin(links, "b", now=LATER, number="PO-8")

    links.complete(replace(finished(), begun_numbers=frozenset({"PO-7"}), begun_at=NOW))
    third = begin(links, "c", now=LATER)

    assert before.begun_numbers == {"PO-7"}
    assert (third.entity_id, third.begun_numbers, third.begun_at) == ("125", frozenset({"PO-7"}), NOW)


def test_a_released_lease_leaves_the_begun_mark(links: Any) -> None:
    begin(links)

    links.release(KEY, "a", refused=False, before=None)

    assert begin(links, "b").begun_numbers == {"PO-7"}


def test_refusals_are_counted(links: Any) -> None:
    for _ in range(2):
        begin(links)
        links.release(KEY, "a", refused=True, before=None)
    begin(links)
    links.release(KEY, "a", refused=False, before=None)

    assert links.find(KEY).refusals == 2


def test_a_lease_that_is_anothers_by_now_is_not_given_back(links: Any) -> None:
    begin(links, "slow")
    begin(links, "fast", now=LATER)

    links.release(KEY, "slow", refused=True, before=None)

    with pytest.raises(DocumentBusy):
        begin(links, "third", now=LATER)
    assert links.find(KEY).refusals == 0


def test_an_entity_belongs_to_one_document(links: Any) -> None:
    begin(links)
    links.complete(finished())
    begin(links, key=OTHER)

    for claim in (links.adopt, links.complete):
        with pytest.raises(DuplicateDocument) as refusal:
            claim(finished(OTHER))

    assert refusal.value.code == "entity_taken"
    assert links.find(OTHER).entity_id is None


def test_an_adopted_entity_is_bound_before_anything_is_written(links: Any) -> None:
    begin(links)
    begin(links, key=OTHER)

    links.adopt(finished())

    assert links.find(KEY).entity_id == "125"
    with pytest.raises(DocumentBusy):
        begin(links, "b")
    with pytest.raises(DuplicateDocument):
        links.adopt(finished(OTHER))


def test_the_same_entity_id_in_another_company_is_another_entity(links: Any) -> None:
    theirs = replace(KEY, connection_id="2")
    begin(links)
    links.complete(finished())
    begin(links, key=theirs)

    links.complete(finished(theirs))

    assert links.find(theirs).entity_id == "125"


def test_a_deleted_entity_is_remembered_as_such(links: Any) -> None:
    begin(links)
    links.complete(finished())

    links.mark_deleted(KEY)

    assert links.find(KEY) == replace(finished(), deleted=True, refusals=1)


def test_many_links_are_found_and_forgotten_at_once(links: Any) -> None:
    products = [LinkKey(TENANT, REALM, "products", f"sku-{number}") for number in range(230)]
    for key in products[::2]:
        links.remember(EntityLink(key, "Item", key.host_id[4:]))

    found = links.find_many([*products, *products])
    links.forget(products[:4])

    assert {key: link.entity_id for key, link in found.items()} == {key: key.host_id[4:] for key in products[::2]}
    assert links.find_many(products[:4]) == {}


def test_product_names_longer_than_a_key_are_kept_apart(links: Any) -> None:
    long = [LinkKey(TENANT, REALM, "products", "ü" * 500 + end) for end in ("a", "b")]
    for key in long:
        links.remember(EntityLink(key, "Item", key.host_id[-1]))

    found = links.find_many(long)

    assert [found[key].entity_id for key in long] == ["a", "b"]


def test_one_of_eight_workers_begins(table: Callable[[str], Table], race: Any) -> None:
    links = DynamoLinks(table("EntityLinksTable"))

    got = race(lambda number: begin(links, str(number)).entity)

    assert sorted(got) == ["DocumentBusy"] * 7 + ["PurchaseOrder"]


def test_one_of_eight_documents_gets_an_entity(table: Callable[[str], Table], race: Any) -> None:
    links = DynamoLinks(table("EntityLinksTable"))

    got = race(lambda number: links.adopt(finished(replace(KEY, host_id=f"po-{number}"))))

    assert sorted(got, key=str) == ["DuplicateDocument"] * 7 + [None]
