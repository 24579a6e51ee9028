"""Settings, instances, lists and matches in their tables."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ledgerlink.domain.connections import ConnectionKey
from ledgerlink.domain.history import Actor, Change, HistoryEntry
from ledgerlink.domain.instances import Instance
from ledgerlink.domain.links import EntityLink, Lease, LinkKey
from ledgerlink.domain.mappings import MappingKind, Match
from ledgerlink.domain.pickers import CachedList, ListName
from ledgerlink.domain.settings import Settings
from ledgerlink.domain.times import to_text
from ledgerlink.errors import DocumentBusy
from ledgerlink.storage import keys
from ledgerlink.storage.choices import DynamoChoices
from ledgerlink.storage.connections import DynamoConnections
from ledgerlink.storage.links import DynamoLinks
from ledgerlink.storage.lists import DynamoLists
from ledgerlink.storage.mappings import DynamoMappings
from ledgerlink.storage.table import Table
from tests.integration.storage.test_connections import sealed
from tests.unit.orders import CONNECTION_KEY, NOW, REALM, TENANT

KEY = CONNECTION_KEY
ADA, PORTAL = Actor("host", "Ada"), Actor("portal")
DAILY = Settings.model_validate({"mode": "daily", "daily_at": "17:30", "kinds": {"products": {"quantity": "1.5"}}})
SHOP = Instance(TENANT, "shop", REALM, enabled=True, auto_invoice=False)


def entry(minutes: int = 0, by: Actor = ADA, *changes: Change) -> HistoryEntry:
    return HistoryEntry(NOW + timedelta(minutes=minutes), by, list(changes or [Change("mode", "realtime", "daily")]))


@pytest.fixture
def connections(table: Callable[[str], Table]) -> DynamoConnections:
    """A tenant that has connected a company."""
    connections = DynamoConnections(table("ConnectionsTable"))
    connections.remember_tenant(TENANT, NOW)
    connections.establish(KEY, sealed(), NOW)
    return connections


@pytest.fixture
def choices(table: Callable[[str], Table], connections: DynamoConnections) -> DynamoChoices:
    return DynamoChoices(table("ConnectionsTable"))


# Settings


def test_settings_are_read_back_as_the_tenant_left_them(choices: DynamoChoices, connections: DynamoConnections) -> None:
    assert choices.settings(KEY) == (Settings(), 0)

    assert choices.change_settings(KEY, DAILY, 0, entry())

    found, version = choices.settings(KEY)
    assert (found, version) == (DAILY, 1)
    assert found.model_fields_set == DAILY.model_fields_set
    assert connections.of_tenant(TENANT)[0].settings == DAILY


def test_settings_that_somebody_else_changed_are_not_overwritten(choices: DynamoChoices) -> None:
    choices.change_settings(KEY, DAILY, 0, entry())

    assert not choices.change_settings(KEY, Settings(), 0, entry(1))

    history, _ = choices.settings_history(KEY, limit=10, after=None)
    assert choices.settings(KEY) == (DAILY, 1)
    assert len(history) == 1


def test_one_of_eight_changes_of_the_same_version_is_kept(choices: DynamoChoices, race: Any) -> None:
    got = race(lambda number: choices.change_settings(KEY, DAILY, 0, entry(number)))

    assert sorted(got) == [False] * 7 + [True]
    assert len(choices.settings_history(KEY, limit=10, after=None)[0]) == 1


def test_a_connection_that_is_not_there_gets_no_settings(choices: DynamoChoices) -> None:
    assert not choices.change_settings(ConnectionKey(TENANT, "1"), DAILY, 0, entry())


def test_the_history_is_read_newest_first_and_page_by_page(choices: DynamoChoices) -> None:
    for number in range(3):
        choices.change_settings(KEY, DAILY, number, entry(number, PORTAL if number else ADA))

    first, after = choices.settings_history(KEY, limit=2, after=None)
    rest, end = choices.settings_history(KEY, limit=2, after=after)

    assert [found.at for found in [*first, *rest]] == [NOW + timedelta(minutes=number) for number in (2, 1, 0)]
    assert [found.by for found in rest] == [ADA]
    assert rest[0].changes == [Change("mode", "realtime", "daily")]
    assert end is None


def test_settings_outlive_a_reconnect(choices: DynamoChoices, connections: DynamoConnections) -> None:
    choices.change_settings(KEY, DAILY, 0, entry())
    connections.disconnect(KEY, NOW)
    connections.let_go(KEY, access_withdrawn=True)

    connections.establish(KEY, sealed(2), NOW)

    assert connections.of_tenant(TENANT)[0].settings == DAILY


# Instances


def test_instances_are_read_with_the_tenant(choices: DynamoChoices, connections: DynamoConnections) -> None:
    assert choices.change_instance(SHOP, None, entry())

    tenant = connections.tenant(TENANT)

    assert (list(tenant.instances), len(tenant.connections)) == ([SHOP], 1)


def test_an_instance_that_somebody_else_changed_is_not_overwritten(choices: DynamoChoices) -> None:
    choices.change_instance(SHOP, None, entry())
    off = replace(SHOP, enabled=False)

    taken = choices.change_instance(off, None, entry(1))
    stale = choices.change_instance(off, off, entry(2))
    removed = choices.remove_instance(off, entry(3))

    assert (taken, stale, removed) == (False, False, False)
    assert choices.change_instance(off, SHOP, entry(4))


def test_the_history_of_an_instance_outlives_it(choices: DynamoChoices, connections: DynamoConnections) -> None:
    choices.change_instance(SHOP, None, entry())
    choices.change_instance(replace(SHOP, instance_id="shop-2"), None, entry())
    choices.remove_instance(SHOP, entry(1, PORTAL))

    history, _ = choices.instance_history(TENANT, "shop", limit=10, after=None)

    assert [found.by for found in history] == [PORTAL, ADA]
    assert [one.instance_id for one in connections.tenant(TENANT).instances] == ["shop-2"]


# Lists


def rows(count: int) -> list[dict[str, Any]]:
    return [{"Id": str(number), "Name": f"Item {number * 7919 % 10007}", "Active": True} for number in range(count)]


@pytest.fixture
def lists(table: Callable[[str], Table]) -> DynamoLists:
    return DynamoLists(table("ConnectionsTable"), chunk_bytes=500)


@pytest.mark.parametrize("count", [0, 1, 500])
def test_a_list_of_any_length_is_read_back(lists: DynamoLists, count: int) -> None:
    found = CachedList(rows(count), NOW)

    lists.write(KEY, ListName.ITEMS, found)

    assert lists.read(KEY, ListName.ITEMS) == found
    assert lists.read(KEY, ListName.VENDORS) is None
    assert lists.read(ConnectionKey("globex", REALM), ListName.ITEMS) is None


def test_a_shorter_list_replaces_a_longer_one(lists: DynamoLists) -> None:
    lists.write(KEY, ListName.ITEMS, CachedList(rows(500), NOW))
    later = CachedList(rows(2), NOW + timedelta(hours=5))

    lists.write(KEY, ListName.ITEMS, later)

    assert lists.read(KEY, ListName.ITEMS) == later


def test_what_is_read_of_a_list_so_far_is_kept_beside_the_one_before(lists: DynamoLists) -> None:
    whole, begun = CachedList(rows(500), NOW), CachedList(rows(300), NOW + timedelta(hours=5), read_to=201)
    lists.write(KEY, ListName.ITEMS, whole)

    lists.write(KEY, ListName.ITEMS, begun)

    assert lists.read(KEY, ListName.ITEMS) == whole
    assert lists.read_begun(KEY, ListName.ITEMS) == begun
    assert lists.read_begun(KEY, ListName.VENDORS) is None


def test_a_list_with_a_part_missing_is_no_list(lists: DynamoLists, table: Callable[[str], Table]) -> None:
    lists.write(KEY, ListName.ITEMS, CachedList(rows(500), NOW))
    raw = table("ConnectionsTable")
    part = next(
        item
        for item in raw.query("#pk = :pk", {"pk": keys.connection_partition(KEY)})
        if not item["sk"].endswith("HEAD")
    )

    raw.delete(part["pk"], part["sk"])

    assert lists.read(KEY, ListName.ITEMS) is None


def test_a_list_that_an_earlier_version_kept_is_read_anew(lists: DynamoLists, table: Callable[[str], Table]) -> None:
    head = {"pk": keys.connection_partition(KEY), "sk": keys.picker_list(ListName.ITEMS, "HEAD")}
    table("ConnectionsTable").put({**head, "fetched_at": to_text(NOW), "parts": 1, "expires_at": 1})

    assert lists.read(KEY, ListName.ITEMS) is None


def test_every_part_of_a_list_expires_and_fits_an_item(lists: DynamoLists, table: Callable[[str], Table]) -> None:
    lists.write(KEY, ListName.ITEMS, CachedList(rows(500), NOW))

    items = list(table("ConnectionsTable").query("#pk = :pk", {"pk": keys.connection_partition(KEY)}))

    assert len(items) > 3
    assert all(item["expires_at"] == int((NOW + timedelta(days=1)).timestamp()) for item in items)
    assert all(len(item.get("data", b"")) <= 500 for item in items)


def test_a_forgotten_list_is_gone(lists: DynamoLists) -> None:
    lists.write(KEY, ListName.TERMS, CachedList(rows(1), NOW))

    lists.forget(KEY, ListName.TERMS)

    assert lists.read(KEY, ListName.TERMS) is None


# Matches

BOLT = LinkKey(TENANT, REALM, MappingKind.PRODUCTS, "BOLT/8 é")


def by_hand(key: LinkKey = BOLT, entity_id: str = "7", by: Actor = ADA) -> Match:
    return Match(key, "Item", entity_id, manual=True, at=NOW, by=by)


@pytest.fixture
def links(table: Callable[[str], Table]) -> DynamoLinks:
    return DynamoLinks(table("EntityLinksTable"))


@pytest.fixture
def mappings(table: Callable[[str], Table]) -> DynamoMappings:
    return DynamoMappings(table("EntityLinksTable"))


def test_a_match_is_a_link_that_a_person_made(mappings: DynamoMappings, links: DynamoLinks) -> None:
    mappings.match(by_hand(), NOW)

    assert mappings.find(BOLT) == by_hand()
    assert links.find(BOLT) == EntityLink(BOLT, "Item", "7", manual=True)


def test_what_was_found_by_itself_never_replaces_a_match(mappings: DynamoMappings, links: DynamoLinks) -> None:
    mappings.match(by_hand(), NOW)

    links.remember(EntityLink(BOLT, "Item", "9"))
    links.forget([BOLT])

    assert mappings.find(BOLT) == by_hand()


def test_a_match_replaces_what_was_found_by_itself(mappings: DynamoMappings, links: DynamoLinks) -> None:
    links.remember(EntityLink(BOLT, "Item", "9"))

    mappings.match(by_hand(by=PORTAL), NOW)

    assert mappings.find(BOLT) == by_hand(by=PORTAL)


def test_a_match_that_is_undone_is_found_by_itself_again(mappings: DynamoMappings, links: DynamoLinks) -> None:
    mappings.match(by_hand(), NOW)

    undone = [mappings.unmatch(BOLT, NOW) for _ in range(2)]
    links.remember(EntityLink(BOLT, "Item", "9"))

    assert undone == [True, False]
    assert mappings.find(BOLT) == Match(BOLT, "Item", "9", manual=False)


def test_what_was_matched_by_itself_can_be_undone_too(mappings: DynamoMappings, links: DynamoLinks) -> None:
    links.remember(EntityLink(BOLT, "Item", "9"))

    undone = mappings.unmatch(BOLT, NOW)

    assert undone
    assert links.find(BOLT) is None


def test_a_document_that_is_matched_lets_its_old_entity_go(mappings: DynamoMappings, links: DynamoLinks) -> None:
    one, other = (LinkKey(TENANT, REALM, MappingKind.SUPPLIERS, name) for name in ("s-1", "s-2"))
    lease = Lease("worker", NOW + timedelta(minutes=1))
    for key in (one, other):
        links.begin(key, "Vendor", "Bolts Ltd", lease, NOW)
    links.complete(EntityLink(one, "Vendor", "5", doc_number="Bolts Ltd", sync_token="3", content_hash="h"))

    mappings.match(replace(by_hand(one), entity="Vendor"), NOW)
    links.complete(EntityLink(other, "Vendor", "5"))

    matched, taker = links.find(one), links.find(other)
    assert matched == EntityLink(one, "Vendor", "7", manual=True, refusals=1)
    assert taker is not None
    assert taker.entity_id == "5"


@pytest.mark.parametrize("matched_meanwhile", [False, True])
def test_what_was_written_and_is_matched_no_more_is_created_by_a_new_request(
    mappings: DynamoMappings, links: DynamoLinks, matched_meanwhile: bool
) -> None:
    """Under the old requestid Intuit may answer with what was let go."""
    links.begin(BOLT, "Item", "Bolt", Lease("worker", NOW + timedelta(minutes=1)), NOW)
    links.complete(EntityLink(BOLT, "Item", "5", doc_number="Bolt", sync_token="0", content_hash="h"))
    if matched_meanwhile:
        mappings.match(by_hand(), NOW)

    mappings.unmatch(BOLT, NOW)

    left = links.find(BOLT)
    assert left is not None
    assert left.refusals > 0
    assert replace(left, refusals=0) == EntityLink(BOLT, "Item")
    assert mappings.find(BOLT) is None


def test_what_is_being_written_cannot_be_matched(mappings: DynamoMappings, links: DynamoLinks) -> None:
    links.begin(BOLT, "Item", "Bolt", Lease("worker", NOW + timedelta(minutes=1)), NOW)

    with pytest.raises(DocumentBusy):
        mappings.match(by_hand(), NOW)

    mappings.match(by_hand(), NOW + timedelta(minutes=2))
    assert mappings.find(BOLT) == by_hand()


def test_matches_are_listed_by_kind_and_page(mappings: DynamoMappings, links: DynamoLinks) -> None:
    long = LinkKey(TENANT, REALM, MappingKind.PRODUCTS, "é" * 200)
    mappings.match(by_hand(long), NOW)
    mappings.match(by_hand(), NOW)
    links.remember(EntityLink(LinkKey(TENANT, REALM, MappingKind.PRODUCTS, "NUT"), "Item", "8"))
    links.remember(EntityLink(LinkKey(TENANT, REALM, MappingKind.SUPPLIERS, "s-1"), "Vendor", "5"))
    links.begin(LinkKey(TENANT, REALM, MappingKind.PRODUCTS, "NEW"), "Item", "New", Lease("a", NOW), NOW)

    found: list[Match] = []
    after: str | None = None
    for _ in range(10):
        page, after = mappings.page(TENANT, REALM, MappingKind.PRODUCTS, limit=2, after=after)
        found += page
        if after is None:
            break

    assert [(match.key.host_id, match.manual) for match in found] == [
        ("BOLT/8 é", True),
        ("NUT", False),
        ("é" * 200, True),
    ]
