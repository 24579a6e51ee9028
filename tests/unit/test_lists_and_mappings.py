"""Lists that people pick from, matches by hand, and instances."""

from collections.abc import Collection, Generator
from datetime import datetime, timedelta
from typing import Any

import pytest

from ledgerlink.domain.connections import ConnectionKey, ConnectionStatus
from ledgerlink.domain.history import Actor, Change
from ledgerlink.domain.instances import Instance
from ledgerlink.domain.links import LinkKey
from ledgerlink.domain.mappings import LIST_OF, HostThing, MappingKind, Match, why_not
from ledgerlink.domain.pickers import KINDS, CachedList, ListName, ListPart, matching, trimmed
from ledgerlink.domain.rows import Row
from ledgerlink.errors import Conflict, InvalidRequest, NotConnected, NotFound, QuickBooksUnavailable, SyncError
from ledgerlink.usecases.mappings.change_mapping import delete_mapping, put_mapping
from ledgerlink.usecases.settings.change_instance import MOST, delete_instance, put_instance
from ledgerlink.usecases.settings.read_lists import CONTINUED_FOR, FRESH_FOR, CompanyLists, read_list
from tests.unit.fakes import Clock, FakeConnections
from tests.unit.fakes_backlog import FakeHeldDocuments
from tests.unit.fakes_settings import FakeChoices, FakeCompany
from tests.unit.fakes_unmatched import FakeUnmatched, held_document
from tests.unit.orders import CONNECTION_KEY, NOW, REALM, TENANT, connection

ADA = Actor("host", "Ada")


# Lists


class Cache:
    """Lists that were read before."""

    def __init__(self) -> None:
        self.lists: dict[ListName, CachedList] = {}
        self.begun: dict[ListName, CachedList] = {}

    def read(self, key: ConnectionKey, name: ListName) -> CachedList | None:
        assert key == CONNECTION_KEY
        return self.lists.get(name)

    def read_begun(self, key: ConnectionKey, name: ListName) -> CachedList | None:
        assert key == CONNECTION_KEY
        return self.begun.get(name)

    def write(self, key: ConnectionKey, name: ListName, found: CachedList) -> None:
        assert key == CONNECTION_KEY
        kept = self.begun if found.read_to else self.lists
        kept[name] = found

    def forget(self, key: ConnectionKey, name: ListName) -> None:
        self.lists.pop(name, None)


class QuickBooks:
    """What the company has, and how often it was asked."""

    def __init__(self, *rows: Row) -> None:
        self.has = rows
        self.asked: list[str] = []

    def parts(self, entity: str, *, read_to: int = 0, ids: Collection[str] = ()) -> Generator[ListPart]:
        self.asked.append(entity)
        yield ListPart(self.has, 1, is_last=True)


class LongList:
    """A list of five pages of two rows, each of which takes a while, and what breaks the reading off."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.asked: list[int] = []
        self.failure: tuple[int, SyncError] | None = None
        """Before which page."""

    def parts(self, entity: str, *, read_to: int = 0, ids: Collection[str] = ()) -> Generator[ListPart]:
        assert not read_to or f"{read_to}b" in ids
        for page in range(read_to + 1, 6):
            if self.failure and self.failure[0] == page:
                raise self.failure[1]
            self.asked.append(page)
            self.clock.time += timedelta(seconds=4)
            yield ListPart([{"Id": f"{page}"}, {"Id": f"{page}b"}], page, is_last=page == 5)


ALL = [row for page in range(1, 6) for row in ({"Id": f"{page}"}, {"Id": f"{page}b"})]


def patient(cache: Cache, quickbooks: LongList) -> CompanyLists:
    """With time for three pages."""
    return CompanyLists(cache, lambda: quickbooks, CONNECTION_KEY, quickbooks.clock, timedelta(seconds=10))


def broken_off(cache: Cache, quickbooks: LongList, *, fresh: bool = False) -> SyncError:
    with pytest.raises(QuickBooksUnavailable) as refusal:
        patient(cache, quickbooks).rows(ListName.VENDORS, fresh=fresh)
    return refusal.value


def lists(cache: Cache, quickbooks: QuickBooks, at: datetime = NOW) -> CompanyLists:
    """As one request or push has them."""
    return CompanyLists(cache, lambda: quickbooks, CONNECTION_KEY, lambda: at)


@pytest.mark.parametrize(("age", "asked"), [(timedelta(0), 1), (FRESH_FOR - timedelta(seconds=1), 1), (FRESH_FOR, 2)])
def test_a_list_is_taken_as_it_was_for_four_hours(age: timedelta, asked: int) -> None:
    cache, quickbooks = Cache(), QuickBooks({"Id": "1", "Name": "Net 30"})
    lists(cache, quickbooks).rows(ListName.TERMS)

    lists(cache, quickbooks, NOW + age).rows(ListName.TERMS)

    assert quickbooks.asked == ["Term"] * asked


def test_within_one_piece_of_work_a_list_is_read_once() -> None:
    cache, quickbooks = Cache(), QuickBooks()
    work = lists(cache, quickbooks)
    work.rows(ListName.TERMS)
    cache.lists.clear()

    work.rows(ListName.TERMS)

    assert quickbooks.asked == ["Term"]


def test_a_fresh_list_is_asked_for_and_kept() -> None:
    cache, quickbooks = Cache(), QuickBooks()
    work = lists(cache, quickbooks)
    work.rows(ListName.TERMS)
    quickbooks.has = ({"Id": "1", "Name": "Net 30"},)

    found = work.rows(ListName.TERMS, fresh=True)

    assert found == work.rows(ListName.TERMS) == cache.lists[ListName.TERMS].rows == [{"Id": "1", "Name": "Net 30"}]


def test_a_list_that_was_forgotten_is_read_again() -> None:
    cache, quickbooks = Cache(), QuickBooks()
    work = lists(cache, quickbooks)
    work.rows(ListName.TERMS)

    work.forget(ListName.TERMS)
    work.rows(ListName.TERMS)

    assert quickbooks.asked == ["Term", "Term"]


@pytest.mark.parametrize("fresh", [False, True])
def test_a_list_too_long_for_one_reading_is_read_on_by_the_next(fresh: bool) -> None:
    cache, quickbooks = Cache(), LongList()
    error = broken_off(cache, quickbooks, fresh=fresh)

    found = patient(cache, quickbooks).read(ListName.VENDORS, fresh=fresh)

    assert (error.code, error.http_status) == ("list_being_read", 503)
    assert (found.rows, found.fetched_at, quickbooks.asked) == (ALL, NOW, [1, 2, 3, 4, 5])
    assert cache.lists[ListName.VENDORS] == found


def test_pages_that_were_read_before_quickbooks_failed_are_not_read_again() -> None:
    cache, quickbooks = Cache(), LongList()
    quickbooks.failure = (3, QuickBooksUnavailable("Down."))
    broken_off(cache, quickbooks)
    quickbooks.failure = None

    assert patient(cache, quickbooks).rows(ListName.VENDORS) == ALL
    assert quickbooks.asked == [1, 2, 3, 4, 5]


def test_a_reading_that_gets_no_further_begins_anew_after_ten_minutes() -> None:
    cache, quickbooks = Cache(), LongList()
    broken_off(cache, quickbooks)
    quickbooks.failure = (4, QuickBooksUnavailable("The list changed while it was read."))
    broken_off(cache, quickbooks)
    quickbooks.clock.time = NOW + CONTINUED_FOR

    broken_off(cache, quickbooks)

    assert quickbooks.asked == [1, 2, 3] * 2


@pytest.mark.parametrize("page", [1, 3])
def test_a_reading_that_breaks_off_leaves_the_list_before(page: int) -> None:
    cache, quickbooks = Cache(), LongList()
    before = CachedList(ALL[:2], NOW - timedelta(hours=1))
    cache.lists[ListName.VENDORS] = before
    quickbooks.failure = (page, QuickBooksUnavailable("Down."))

    broken_off(cache, quickbooks, fresh=True)

    assert patient(cache, quickbooks).read(ListName.VENDORS) == before


def test_a_list_that_was_read_to_its_end_is_not_continued_but_read_afresh() -> None:
    cache, quickbooks = Cache(), LongList()
    broken_off(cache, quickbooks)
    patient(cache, quickbooks).rows(ListName.VENDORS)

    broken_off(cache, quickbooks, fresh=True)

    assert quickbooks.asked == [1, 2, 3, 4, 5, 1, 2, 3]


def test_only_what_is_needed_of_a_row_is_kept_and_no_category() -> None:
    rows: list[dict[str, Any]] = [
        {"Id": "1", "Name": "Bolt", "Type": "Inventory", "Active": True, "UnitPrice": 3, "QtyOnHand": 7},
        {"Id": "2", "Name": "Hardware", "Type": "Category"},
    ]

    assert trimmed(ListName.ITEMS, rows) == [{"Id": "1", "Name": "Bolt", "Type": "Inventory", "Active": True}]


@pytest.mark.parametrize(
    ("search", "inactive", "found"),
    [
        ("", False, ["1", "2"]),
        ("", True, ["1", "2", "3"]),
        ("b-8", False, ["1"]),
        ("m8 BOLT", False, ["1"]),
        ("bolt nut", False, []),
    ],
)
def test_items_are_found_by_every_word_of_name_or_sku(search: str, inactive: bool, found: list[str]) -> None:
    rows: list[dict[str, Any]] = [
        {"Id": "2", "Name": "Nut M8", "Sku": "N-8"},
        {"Id": "1", "Name": "Bolt M8", "Sku": "B-8"},
        {"Id": "3", "Name": "Screw", "Active": False},
    ]

    assert [row["Id"] for row in matching(rows, search, inactive=inactive)] == found


def page(connections: FakeConnections, **wishes: Any) -> Any:
    asked: dict[str, Any] = {"search": "", "inactive": False, "refresh": False, "limit": 2, "after": None}
    quickbooks = QuickBooks(*({"Id": str(number), "Name": f"Net {number}"} for number in range(3)))
    name = wishes.pop("name", "terms")
    return read_list(connections, lambda _: lists(Cache(), quickbooks), TENANT, REALM, name, **asked | wishes)


@pytest.fixture
def connections() -> FakeConnections:
    """A tenant with one connection."""
    known = FakeConnections()
    known.have(connection())
    return known


def test_a_list_is_read_page_by_page(connections: FakeConnections) -> None:
    first = page(connections)
    second = page(connections, after=first.after)

    assert [row["Id"] for row in [*first.rows, *second.rows]] == ["0", "1", "2"]
    assert second.after is None


@pytest.mark.parametrize("after", ["x", "-1", "", "9" * 10, "²"])
def test_a_token_that_we_did_not_give_out_is_refused(connections: FakeConnections, after: str) -> None:
    with pytest.raises(InvalidRequest):
        page(connections, after=after)


def test_a_list_of_a_disconnected_company_is_not_shown() -> None:
    known = FakeConnections()
    known.have(connection(status=ConnectionStatus.DISCONNECTED))

    with pytest.raises(NotConnected):
        page(known)


def test_an_unknown_list_is_not_found(connections: FakeConnections) -> None:
    with pytest.raises(NotFound, match="ledgers"):
        page(connections, name="ledgers")


# Mappings


class Mappings:
    """What was matched."""

    def __init__(self) -> None:
        self.made: dict[LinkKey, Match] = {}

    def find(self, key: LinkKey) -> Match | None:
        return self.made.get(key)

    def match(self, made: Match, now: datetime) -> None:
        assert now == NOW
        self.made[made.key] = made

    def unmatch(self, key: LinkKey, now: datetime) -> bool:
        return self.made.pop(key, None) is not None


SUPPLIER = LinkKey(TENANT, REALM, MappingKind.SUPPLIERS, "s-1")


def put(
    connections: FakeConnections,
    company: FakeCompany,
    host_id: str = "s-1",
    content: Any = None,
    *,
    kind: str = "suppliers",
    mappings: Mappings | None = None,
    documents: FakeHeldDocuments | None = None,
    unmatched: FakeUnmatched | None = None,
) -> Match:
    known = (documents or FakeHeldDocuments(), unmatched or FakeUnmatched(lambda: NOW))
    wanted = {"quickbooks_id": "7"} if content is None else content
    where = (TENANT, REALM, kind, host_id)
    return put_mapping(connections, mappings or Mappings(), *known, lambda _: company, *where, wanted, ADA, NOW)


VENDOR = {"Id": "7", "DisplayName": "Bolts Ltd", "Active": True}


def test_a_match_says_what_it_is_and_who_made_it(connections: FakeConnections) -> None:
    match = put(connections, FakeCompany(Vendor=[VENDOR]))

    assert match == Match(SUPPLIER, "Vendor", "7", manual=True, at=NOW, by=ADA)


def test_a_match_keeps_what_the_thing_is_called(connections: FakeConnections) -> None:
    company, mappings, unmatched = FakeCompany(Vendor=[VENDOR]), Mappings(), FakeUnmatched(lambda: NOW)
    unmatched.note(HostThing(SUPPLIER, "Bolts"), {}, "")
    noted = put(connections, company, mappings=mappings, unmatched=unmatched)
    unmatched.settle([SUPPLIER])
    again = put(connections, company, mappings=mappings, unmatched=unmatched)
    documents = FakeHeldDocuments()
    documents.put(held_document("suppliers", "s-1", name="Bolts & Nuts"), None)

    by_its_document = put(connections, company, mappings=mappings, documents=documents, unmatched=unmatched)

    assert [noted.name, again.name, by_its_document.name] == ["Bolts", "Bolts", "Bolts & Nuts"]


@pytest.mark.parametrize(
    ("kind", "host_id", "name", "sku"),
    [
        ("products", "sku:BOLT-8", "", "BOLT-8"),
        ("products", "name:Bolt M8", "Bolt M8", ""),
        ("products", "200", "", ""),
        ("suppliers", "name:Bolts", "", ""),
    ],
)
def test_a_product_that_lines_name_without_an_id_is_known_by_what_they_name_it(
    connections: FakeConnections, kind: str, host_id: str, name: str, sku: str
) -> None:
    company = FakeCompany(Vendor=[VENDOR], Item=[{"Id": "7", "Name": "Bolt", "Type": "Inventory", "Active": True}])

    match = put(connections, company, host_id, kind=kind)

    assert (match.name, match.sku) == (name, sku)


def test_what_has_an_id_that_no_document_can_have_is_matched_all_the_same(connections: FakeConnections) -> None:
    long = "name:" + "é" * 500

    assert put(connections, FakeCompany(Vendor=[VENDOR]), long).thing.key.host_id == long


def test_a_match_asks_for_its_entry_and_reads_no_list(connections: FakeConnections) -> None:
    company = FakeCompany(Vendor=[])
    company.cached.clear()
    company.set("Vendor", VENDOR)

    assert put(connections, company).entity_id == "7"
    assert company.read_afresh == 0


def test_what_is_not_there_is_not_matched(connections: FakeConnections) -> None:
    with pytest.raises(InvalidRequest, match="is no Vendor of this QuickBooks company"):
        put(connections, FakeCompany(Vendor=[]))


@pytest.mark.parametrize(
    "content", [{}, [], {"quickbooks_id": 7}, {"quickbooks_id": ""}, {"quickbooks_id": "7", "x": 1}]
)
def test_a_match_needs_an_id(connections: FakeConnections, content: Any) -> None:
    with pytest.raises(InvalidRequest):
        put(connections, FakeCompany(Vendor=[VENDOR]), content=content)


@pytest.mark.parametrize("host_id", ["", "x" * 506, "a\nb", " a"])
def test_an_id_that_no_document_can_have_is_refused(connections: FakeConnections, host_id: str) -> None:
    with pytest.raises(InvalidRequest):
        put(connections, FakeCompany(Vendor=[VENDOR]), host_id)


def test_what_nobody_matched_cannot_be_undone(connections: FakeConnections) -> None:
    with pytest.raises(NotFound):
        delete_mapping(connections, Mappings(), TENANT, REALM, "suppliers", "s-1", NOW)


@pytest.mark.parametrize(
    ("kind", "row", "problem"),
    [
        (MappingKind.SUPPLIERS, None, "is no Vendor of this QuickBooks company"),
        (MappingKind.SUPPLIERS, {**VENDOR, "Active": False}, "is inactive in QuickBooks: 'Bolts Ltd'"),
        (MappingKind.PRODUCTS, {"Id": "1", "Name": "Set", "Type": "Group"}, "is a group"),
        (MappingKind.PRODUCTS, {"Id": "1", "Name": "Bolt", "Type": "Service"}, None),
        (MappingKind.EXPENSE_ACCOUNTS, {"Id": "1", "AccountType": "Accounts Payable"}, "takes on no line"),
        (MappingKind.EXPENSE_ACCOUNTS, {"Id": "1", "AccountType": "Expense"}, None),
    ],
)
def test_only_what_a_document_can_use_is_matched(kind: MappingKind, row: Any, problem: str | None) -> None:
    found = why_not(kind, row)

    assert (found is None) if problem is None else (found is not None and problem in found)


def test_every_kind_is_matched_with_a_list_of_quickbooks() -> None:
    assert set(LIST_OF) == set(MappingKind)
    assert set(KINDS) == set(ListName)


# Instances


class TenantOf(FakeConnections):
    """A tenant whose instances are those of its choices."""

    def __init__(self, choices: FakeChoices) -> None:
        super().__init__()
        self.have(connection())
        self.instances = choices.instances.values()  # type: ignore[assignment]


def test_an_instance_is_made_changed_and_removed_with_its_history() -> None:
    choices = FakeChoices()
    tenants = TenantOf(choices)

    made = put_instance(tenants, choices, TENANT, "shop", {"connection": REALM}, ADA, NOW)
    changed = put_instance(tenants, choices, TENANT, "shop", {"connection": REALM, "enabled": False}, ADA, NOW)
    delete_instance(tenants, choices, TENANT, "shop", ADA, NOW)

    assert made == (Instance(TENANT, "shop", REALM), True)
    assert changed == (Instance(TENANT, "shop", REALM, enabled=False), False)
    assert choices.instances == {}
    assert [list(entry.changes)[-1] for entry in choices.entries] == [
        Change("enabled", None, True),
        Change("enabled", True, False),
        Change("enabled", False, None),
    ]


def test_the_same_instance_again_leaves_no_trace() -> None:
    choices = FakeChoices()
    for _ in range(2):
        put_instance(TenantOf(choices), choices, TENANT, "shop", {"connection": REALM}, ADA, NOW)

    assert len(choices.entries) == 1


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ({"connection": "99"}, "connection"),
        ({}, "connection"),
        ({"connection": REALM, "enabled": "no"}, "enabled"),
        ({"connection": REALM, "x": 1}, "x"),
    ],
)
def test_a_wrong_instance_is_refused(content: Any, field: str) -> None:
    choices = FakeChoices()

    with pytest.raises(InvalidRequest) as refusal:
        put_instance(TenantOf(choices), choices, TENANT, "shop", content, ADA, NOW)

    assert [found["field"] for found in refusal.value.fields] == [field]


def test_a_tenant_has_so_many_instances_and_changes_those_it_has() -> None:
    choices = FakeChoices()
    choices.instances = {f"shop-{n}": Instance(TENANT, f"shop-{n}", REALM) for n in range(MOST)}

    with pytest.raises(InvalidRequest) as refusal:
        put_instance(TenantOf(choices), choices, TENANT, "another", {"connection": REALM}, ADA, NOW)
    _, is_new = put_instance(
        TenantOf(choices), choices, TENANT, "shop-1", {"connection": REALM, "enabled": False}, ADA, NOW
    )

    assert (refusal.value.code, is_new) == ("too_many_instances", False)


def test_an_instance_that_is_not_there_cannot_be_removed() -> None:
    choices = FakeChoices()

    with pytest.raises(NotFound):
        delete_instance(TenantOf(choices), choices, TENANT, "shop", ADA, NOW)


def test_a_change_that_never_gets_its_turn_is_a_conflict() -> None:
    choices = FakeChoices()
    tenants = TenantOf(choices)
    choices.instances["shop"] = Instance(TENANT, "shop", REALM)
    tenants.instances = []

    with pytest.raises(Conflict):
        put_instance(tenants, choices, TENANT, "shop", {"connection": REALM, "enabled": False}, ADA, NOW)
