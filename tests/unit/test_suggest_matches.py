"""What is not matched yet, and what it may be in QuickBooks."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ledgerlink.domain.connections import Connection, ConnectionStatus
from ledgerlink.domain.documents import Status
from ledgerlink.domain.links import EntityLink, LinkKey
from ledgerlink.domain.mappings import Entries, HostThing, MappingKind, Match, Unmatched
from ledgerlink.domain.pickers import CachedList, ListName
from ledgerlink.errors import InvalidRequest, NotConnected, NotFound, QuickBooksUnavailable, SyncError
from ledgerlink.usecases.mappings.find_unmatched import MOST_READS, UnmatchedFinder
from ledgerlink.usecases.mappings.read_mappings import list_mappings
from ledgerlink.usecases.mappings.suggest_matches import UnmatchedPage, suggest_matches
from tests.unit.fakes import FakeConnections, FakeLinks
from tests.unit.fakes_backlog import FakeHeldDocuments
from tests.unit.fakes_unmatched import FakeUnmatched, held_document
from tests.unit.orders import CONNECTION_KEY, NOW, REALM, TENANT, connection

PRODUCTS = MappingKind.PRODUCTS
PROBLEM = {"code": "product_not_matched", "category": "missing_configuration", "message": "It is not matched."}
BOLT = {"Id": "7", "Name": "Bolt M8", "Sku": "BOLT-8", "Type": "Inventory"}


def key(host_id: str, kind: MappingKind = PRODUCTS) -> LinkKey:
    return LinkKey(TENANT, REALM, kind, host_id)


class Matches:
    """What was matched, a few at a time."""

    def __init__(self, *made: Match) -> None:
        self.made = made
        self.reads = 0

    def find(self, wanted: LinkKey) -> Match | None:
        return next((match for match in self.made if match.key == wanted), None)

    def page(
        self, tenant_id: str, connection_id: str, kind: MappingKind, *, limit: int, after: str | None
    ) -> tuple[list[Match], str | None]:
        self.reads += 1
        rest = [one for one in self.made if one.key.host_id > (after or "")]
        few = min(limit, 2)
        return rest[:few], rest[few - 1].key.host_id if len(rest) > few else None

    def matched_with(
        self, tenant_id: str, connection_id: str, kind: MappingKind, entity_ids: Collection[str]
    ) -> Mapping[str, Sequence[str]]:
        return {id_: [one.key.host_id for one in self.made if one.entity_id == id_] for id_ in entity_ids}


class List:
    """What QuickBooks has, or why it does not say."""

    def __init__(self, *rows: dict[str, Any]) -> None:
        self.found: CachedList | SyncError = CachedList(rows, NOW)

    def read(self, name: ListName) -> CachedList:
        assert name is ListName.ITEMS
        if isinstance(self.found, SyncError):
            raise self.found
        return self.found


class Shop:
    """A tenant with one company, and what waits to be matched there."""

    def __init__(self, *rows: dict[str, Any], company: Connection | None = None) -> None:
        self.connections = FakeConnections()
        self.connections.have(company or connection())
        self.named = FakeUnmatched(lambda: NOW)
        self.documents = FakeHeldDocuments()
        self.links = FakeLinks()
        self.matches = Matches()
        self.list = List(*rows)

    def names(self, host_id: str, name: str = "", sku: str = "", entity_id: str = "") -> None:
        """A document names a product that cannot be had."""
        self.named.note(HostThing(key(host_id), name, sku), PROBLEM, entity_id)

    def holds(self, document_id: str, **changes: Any) -> None:
        """A product is stored, and waits."""
        self.documents.put(held_document("products", document_id, **changes), None)

    def links_to(self, host_id: str, entity_id: str | None, **changes: Any) -> None:
        self.links.links[key(host_id)] = EntityLink(key(host_id), "Item", entity_id, **changes)

    def finder(self) -> UnmatchedFinder:
        return UnmatchedFinder(self.named, self.documents, self.links, lambda: NOW + timedelta(minutes=1))

    def page(
        self, search: str = "", limit: int = 10, after: str | None = None, kind: str = "products"
    ) -> UnmatchedPage:
        return suggest_matches(
            *(self.connections, self.finder(), self.matches, lambda _: self.list, TENANT, REALM, kind),
            search=search,
            limit=limit,
            after=after,
        )

    def unmatched(self, entries: Entries | None = None) -> list[Unmatched]:
        found, after = self.finder().page(CONNECTION_KEY, PRODUCTS, entries, search="", limit=10, after=None)
        assert after is None
        return found


def ids(page: UnmatchedPage) -> list[str]:
    return [one.unmatched.thing.key.host_id for one in page.items]


# what is not matched


def test_what_documents_named_in_vain_comes_before_what_waits() -> None:
    shop = Shop()
    shop.holds("p-1", name="Nut M8", sku="NUT-8")
    shop.holds("p-2", name="Washer", status=Status.SYNC_FAILED, last_error=PROBLEM)
    shop.names("sku:BOLT-8", "Bolt M8", "BOLT-8")

    assert shop.unmatched() == [
        Unmatched(HostThing(key("sku:BOLT-8"), "Bolt M8", "BOLT-8"), NOW, PROBLEM),
        Unmatched(HostThing(key("p-2"), "Washer"), NOW, PROBLEM),
        Unmatched(HostThing(key("p-1"), "Nut M8", "NUT-8"), NOW),
    ]


@pytest.mark.parametrize(
    "status", ["waiting_for_send", "waiting_for_daily", "waiting_for_status", "kind_off", "needs_reconnect"]
)
def test_whatever_holds_a_product_back_it_can_be_matched(status: str) -> None:
    shop = Shop()
    shop.holds("p-1", status=Status(status))

    assert ids(shop.page()) == ["p-1"]


@pytest.mark.parametrize(
    "changes", [{"status": Status.SYNCED}, {"status": Status.SYNCING}, {"connection_id": "another company"}]
)
def test_what_is_there_or_on_its_way_or_goes_elsewhere_is_not_listed(changes: dict[str, Any]) -> None:
    shop = Shop()
    shop.holds("p-1", **changes)

    assert shop.unmatched() == []


def test_other_documents_that_wait_are_not_listed() -> None:
    shop = Shop()
    shop.documents.put(held_document("suppliers", "s-1"), None)
    shop.documents.put(held_document("purchase-orders", "po-1"), None)

    assert shop.unmatched() == []


def test_what_a_document_named_and_waits_itself_is_listed_once() -> None:
    shop = Shop()
    shop.names("p-1", "Bolt M8")
    shop.holds("p-1", name="Bolt M8")

    assert [one.problem for one in shop.unmatched()] == [PROBLEM]


def test_what_was_found_or_matched_since_is_not_listed() -> None:
    shop = Shop()
    for host_id in ("named", "waiting"):
        shop.links_to(host_id, "7")
    shop.names("named")
    shop.holds("waiting")

    assert shop.unmatched() == []


@pytest.mark.parametrize("link", [{"entity_id": None}, {"entity_id": "7", "deleted": True}])
def test_what_was_only_begun_or_is_deleted_in_quickbooks_is_listed(link: dict[str, Any]) -> None:
    shop = Shop()
    shop.links_to("p-1", **link)
    shop.holds("p-1")

    assert ids(shop.page()) == ["p-1"]


@pytest.mark.parametrize(
    ("linked", "row", "read", "listed"),
    [
        ("7", {**BOLT, "Active": False}, timedelta(hours=1), True),
        ("7", BOLT, timedelta(hours=1), False),
        ("7", BOLT, timedelta(hours=-1), True),
        ("8", {**BOLT, "Active": False}, timedelta(hours=1), False),
    ],
)
def test_a_match_whose_entry_is_inactive_is_listed_until_that_or_the_match_is_changed(
    linked: str, row: dict[str, Any], read: timedelta, listed: bool
) -> None:
    shop = Shop()
    shop.names("p-1", entity_id="7")
    shop.links_to("p-1", linked, manual=True)

    assert bool(shop.unmatched(Entries({"7": row}, NOW + read))) is listed


def test_a_long_list_comes_in_pages_across_all_its_sources() -> None:
    shop = Shop()
    for number in range(3):
        shop.names(f"n-{number}")
        shop.holds(f"w-{number}")
        shop.holds(f"f-{number}", status=Status.SYNC_FAILED, last_error=PROBLEM)
    found, after, pages = list[str](), None, 0

    while pages == 0 or after:
        page = shop.page(limit=2, after=after)
        found, after, pages = [*found, *ids(page)], page.after, pages + 1

    assert found == [f"{source}-{number}" for source in "nfw" for number in range(3)]
    assert pages == 5


def test_a_page_ends_after_some_reads_however_few_are_on_it_and_the_next_one_goes_on() -> None:
    class OneByOne(FakeUnmatched):
        """As a long list is read."""

        def page(
            self, tenant_id: str, connection_id: str, kind: MappingKind, *, limit: int, after: str | None
        ) -> tuple[list[Unmatched], str | None]:
            return super().page(tenant_id, connection_id, kind, limit=1, after=after)

    shop = Shop()
    shop.named = OneByOne(lambda: NOW)
    for number in range(MOST_READS):
        shop.names(f"n-{number:02}", "Nut")
    shop.names("z-1", "Bolt")

    first = shop.page("bolt")
    second = shop.page("bolt", after=first.after)

    assert (ids(first), ids(second)) == ([], ["z-1"])


@pytest.mark.parametrize("search", ["bolt", "M8 BOLT", "B-8", "p-1"])
def test_something_is_found_by_its_name_sku_or_id(search: str) -> None:
    shop = Shop()
    shop.holds("p-1", name="Bolt M8", sku="B-8")
    shop.holds("p-2", name="Nut M8", sku="N-8")

    assert ids(shop.page(search)) == ["p-1"]


@pytest.mark.parametrize(
    "after",
    [
        *("nonsense", "synced:", "kind_off:here", "kind_off:a#b#c", "kind_off:a#b#c#d"),
        f"kind_off:2026-11-21T09:30:00.000000Z#products#{'p' * 1024}",
        "kind_off:2126-11-21T09:30:00.000000Z#products#p-1",
    ],
)
def test_a_token_that_we_did_not_give_out_is_refused_with_a_way_on(after: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        Shop().page(after=after)

    assert "first page" in refused.value.hint


def test_words_have_no_documents_that_wait() -> None:
    shop = Shop()
    shop.named.note(HostThing(key("5000", MappingKind.EXPENSE_ACCOUNTS)), PROBLEM, "")

    found, after = shop.finder().page(
        CONNECTION_KEY, MappingKind.EXPENSE_ACCOUNTS, None, search="", limit=1, after=None
    )

    assert ([one.thing.key.host_id for one in found], after) == (["5000"], None)


# what it may be


def test_each_thing_comes_with_what_it_may_be() -> None:
    shop = Shop(BOLT)
    shop.names("sku:bolt-8", "Hexagon bolt", "bolt-8")
    shop.names("sku:PIPE", "Pipe", "PIPE")

    page = shop.page()

    assert [[one.entity_id for one in item.suggestions] for item in page.items] == [[], ["7"]]
    assert (page.problem, page.entries) == (None, Entries({"7": BOLT}, NOW))


def test_a_suggestion_says_what_else_is_matched_with_it() -> None:
    shop = Shop(BOLT)
    shop.matches = Matches(Match(key("p-9"), "Item", "7", manual=False))
    shop.names("p-1", "Bolt M8")

    (item,) = shop.page().items

    assert [one.taken_by for one in item.suggestions] == [("p-9",)]


def test_while_quickbooks_does_not_answer_the_list_is_shown_without_suggestions() -> None:
    shop = Shop()
    shop.list.found = QuickBooksUnavailable("Down.")
    shop.names("p-1", "Bolt M8")

    page = shop.page()

    assert ([item.suggestions for item in page.items], page.entries) == ([[]], None)
    assert isinstance(page.problem, QuickBooksUnavailable)


def test_of_a_company_that_is_disconnected_nothing_is_read() -> None:
    shop = Shop(BOLT, company=connection(status=ConnectionStatus.DISCONNECTED))
    shop.names("p-1", "Bolt M8")

    page = shop.page()

    assert (ids(page), type(page.problem)) == (["p-1"], NotConnected)


def test_what_cannot_be_matched_is_not_found() -> None:
    with pytest.raises(NotFound):
        Shop().page(kind="purchase-orders")


# what is matched


def listed(matches: Matches, search: str, limit: int = 10, after: str | None = None) -> tuple[list[str], str | None]:
    shop = Shop()
    found, rest = list_mappings(
        *(shop.connections, matches, TENANT, REALM, "products"),
        search=search,
        limit=limit,
        after=after,
        entries={"7": BOLT},
    )
    return [match.key.host_id for match in found], rest


def matched(host_id: str, entity_id: str = "1", name: str = "") -> Match:
    return Match(key(host_id), "Item", entity_id, manual=True, name=name)


@pytest.mark.parametrize("search", ["hexagon", "bolt-8", "BOLT m8", "p-3"])
def test_a_match_is_found_by_either_sides_name_wherever_it_stands(search: str) -> None:
    matches = Matches(*(matched(f"p-{number}") for number in range(3)), matched("p-3", "7", "Hexagon"), matched("p-4"))

    assert listed(matches, search) == (["p-3"], None)


def test_matches_that_were_searched_come_in_pages() -> None:
    matches = Matches(*(matched(f"p-{number}", name="Bolt") for number in range(5)))

    first, after = listed(matches, "bolt", limit=3)
    second, rest = listed(matches, "bolt", limit=3, after=after)

    assert (first, second, rest) == (["p-0", "p-1", "p-2"], ["p-3", "p-4"], None)


def test_a_search_ends_after_some_reads_with_a_token_to_go_on() -> None:
    matches = Matches(*(matched(f"p-{number:02}") for number in range(50)))

    assert listed(matches, "nothing") == ([], "p-19")
    assert matches.reads == 10


def test_without_a_search_one_page_is_one_read() -> None:
    matches = Matches(*(matched(f"p-{number}") for number in range(5)))

    assert (listed(matches, "")[0], matches.reads) == (["p-0", "p-1"], 1)


def test_a_word_is_its_own_code_and_a_products_is_its_sku() -> None:
    product, account = HostThing(key("p-1"), sku="B-8"), HostThing(key("5000", MappingKind.EXPENSE_ACCOUNTS))

    assert (product.code, account.code, replace(product, sku="").code) == ("B-8", "5000", "")
