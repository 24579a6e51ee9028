"""What documents named and nothing was found for, beside the links of what was."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ledgerlink.domain.history import Actor
from ledgerlink.domain.links import EntityLink, Lease, LinkKey
from ledgerlink.domain.mappings import HostThing, MappingKind, Match, Unmatched
from ledgerlink.storage.links import DynamoLinks
from ledgerlink.storage.mappings import DynamoMappings
from ledgerlink.storage.table import Table
from ledgerlink.storage.unmatched import DynamoUnmatched
from tests.unit.fakes_unmatched import FakeUnmatched
from tests.unit.orders import NOW, REALM, TENANT

KIND = MappingKind.PRODUCTS
BOLT = HostThing(LinkKey(TENANT, REALM, KIND, "BOLT/8 é"), "Bolt M8", "BOLT-8")
PROBLEM = {"code": "product_not_matched", "message": "The product 'Bolt M8' is not matched."}


@pytest.fixture
def links_table(table: Callable[[str], Table]) -> Table:
    return table("EntityLinksTable")


@pytest.fixture(params=["table", "fake"])
def unmatched(request: pytest.FixtureRequest) -> Any:
    if request.param == "fake":
        return FakeUnmatched(lambda: NOW)
    return DynamoUnmatched(request.getfixturevalue("links_table"), lambda: NOW)


def key(host_id: str, kind: str = KIND, tenant_id: str = TENANT) -> LinkKey:
    return LinkKey(tenant_id, REALM, kind, host_id)


def page_by_page(unmatched: Any) -> list[str]:
    found: list[Unmatched] = []
    after = None
    while True:
        page, after = unmatched.page(TENANT, REALM, KIND, limit=2, after=after)
        found += page
        if after is None:
            return [one.thing.key.host_id for one in found]


def test_what_was_noted_is_found_as_people_know_it(unmatched: Any) -> None:
    unmatched.note(BOLT, PROBLEM, "7")

    assert unmatched.page(TENANT, REALM, KIND, limit=2, after=None) == ([Unmatched(BOLT, NOW, PROBLEM, "7")], None)
    assert unmatched.find_many([BOLT.key, key("NUT")]) == {BOLT.key: Unmatched(BOLT, NOW, PROBLEM, "7")}


def test_things_are_listed_by_kind_and_page_and_no_other_tenants(unmatched: Any) -> None:
    for other in (key("b"), key("a"), key("c"), key("s-1", MappingKind.SUPPLIERS), key("z", tenant_id="globex")):
        unmatched.note(HostThing(other), PROBLEM, "")

    assert page_by_page(unmatched) == ["a", "b", "c"]


def test_a_name_longer_than_a_key_is_listed_and_passed(table: Callable[[str], Table]) -> None:
    unmatched = DynamoUnmatched(table("EntityLinksTable"), lambda: NOW)
    long = [key(f"name:{letter * 300}") for letter in "äöü"]
    for one in long:
        unmatched.note(HostThing(one), PROBLEM, "")

    assert sorted(page_by_page(unmatched)) == sorted(one.host_id for one in long)


def test_what_was_found_is_no_longer_listed(unmatched: Any) -> None:
    unmatched.note(BOLT, PROBLEM, "")
    unmatched.note(HostThing(key("NUT")), PROBLEM, "")

    unmatched.settle([BOLT.key, key("never noted")])

    assert page_by_page(unmatched) == ["NUT"]


def test_a_match_by_hand_settles_it_and_one_that_is_forgotten_is_unmatched_again(links_table: Table) -> None:
    unmatched, mappings = DynamoUnmatched(links_table, lambda: NOW), DynamoMappings(links_table)
    match = Match(BOLT.key, "Item", "7", manual=True, at=NOW, by=Actor("portal"), name=BOLT.name, sku=BOLT.sku)
    unmatched.note(BOLT, PROBLEM, "")

    mappings.match(match, NOW)
    matched, listed = mappings.find(BOLT.key), page_by_page(unmatched)
    mappings.unmatch(BOLT.key, NOW + timedelta(hours=1))

    assert (matched, listed) == (match, [])
    assert unmatched.find_many([BOLT.key]) == {BOLT.key: Unmatched(BOLT, NOW + timedelta(hours=1))}


def test_a_document_that_is_forgotten_keeps_the_name_that_it_had_in_quickbooks(links_table: Table) -> None:
    unmatched, links = DynamoUnmatched(links_table, lambda: NOW), DynamoLinks(links_table)
    links.begin(BOLT.key, "Item", "Bolt M8", Lease("worker", NOW), NOW)
    links.complete(EntityLink(BOLT.key, "Item", "7", doc_number="Bolt M8"))

    DynamoMappings(links_table).unmatch(BOLT.key, NOW)

    assert unmatched.find_many([BOLT.key])[BOLT.key].thing == replace(BOLT, sku="")


def test_who_has_an_entity_is_known_of_many_at_once(links_table: Table) -> None:
    links, mappings = DynamoLinks(links_table), DynamoMappings(links_table)
    for host_id, entity_id in (("a", "7"), ("b", "7"), ("c", "8"), ("d", "9")):
        links.remember(EntityLink(key(host_id), "Item", entity_id))
    links.remember(EntityLink(key("s-1", MappingKind.SUPPLIERS), "Vendor", "7"))
    links.remember(EntityLink(key("z", tenant_id="globex"), "Item", "7"))

    many = [str(number) for number in range(10, 130)]

    assert mappings.matched_with(TENANT, REALM, KIND, ["7", "8", "6"]) == {"7": ["a", "b"], "8": ["c"]}
    assert mappings.matched_with(TENANT, REALM, KIND, ["7", *many]) == {"7": ["a", "b"]}
    assert mappings.matched_with(TENANT, REALM, KIND, []) == {}
