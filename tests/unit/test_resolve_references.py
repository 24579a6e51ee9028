"""All that documents name: found before it is made, never made twice, and what cannot be had fails its documents."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest

from ledgerlink.domain.connections import Connection, Features
from ledgerlink.domain.documents import parse_content
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.domain.links import EntityLink, Lease, LinkKey
from ledgerlink.domain.mappings import HostThing
from ledgerlink.domain.pickers import ListName
from ledgerlink.domain.references import References, Wanted
from ledgerlink.domain.roles import Role
from ledgerlink.domain.settings import Settings
from ledgerlink.domain.to_quickbooks.translate import translate
from ledgerlink.domain.translation import Context
from ledgerlink.errors import (
    AmbiguousDocument,
    ConnectionRevoked,
    DocumentBusy,
    DuplicateDocument,
    InvalidRequest,
    MissingConfiguration,
    OutOfSync,
    RateLimited,
    StorageUnavailable,
    SyncError,
)
from ledgerlink.usecases.resolve_references import ReferenceResolver, Resolution
from tests import canaries
from tests.unit.fakes import raising
from tests.unit.orders import ACCOUNTS, CONNECTION_KEY, KEY, KIND, NOW, REALM, TENANT, connection, line_json, order_json
from tests.unit.world import LEASE, World

BUYABLE = {"Type": "NonInventory", "ExpenseAccountRef": {"value": "80"}}
BRITISH = connection(country="GB", features=Features(classes_per_line=True))
CUSTOMER = {"id": "c-1", "name": "Mrs Finch"}


def context(company: Connection | None = None) -> Context:
    return Context(KEY.document_id, company or connection(), NOW.date())


def resolver(world: World, company: Connection | None = None, worker: str = "worker 0") -> ReferenceResolver:
    return world.open(context(company), Lease(worker, world.clock() + LEASE)).references


def wanted(company: Connection | None = None, kind: str = KIND, **changes: Any) -> Wanted:
    """What an order names, or another document with this kind and content."""
    content = order_json(**changes) if kind == KIND else changes
    return translate(parse_content(kind, content), context(company)).wanted()


def only(company: Connection | None = None, **line: Any) -> Wanted:
    """What an order with this line alone names."""
    return wanted(company, lines=[line_json(**line)], costs=[])


def resolve(world: World, what: Wanted, company: Connection | None = None) -> References:
    return resolver(world, company).resolve([what]).references(what)


def refused(world: World, what: Wanted, company: Connection | None = None) -> SyncError:
    with pytest.raises(SyncError) as refusal:
        resolve(world, what, company)
    return refusal.value


def key_of(kind: str, host_id: str) -> LinkKey:
    return LinkKey(TENANT, REALM, kind, host_id)


def linked(world: World) -> dict[tuple[str, str], str | None]:
    return {(key.kind, key.host_id): link.entity_id for key, link in world.links.links.items() if key.kind != "skus"}


def match_by_hand(world: World, kind: str, host_id: str, entity: str, entity_id: str) -> None:
    world.links.links[key_of(kind, host_id)] = EntityLink(key_of(kind, host_id), entity, entity_id, manual=True)


def books_calls(world: World) -> list[str]:
    return [call for call in world.script.calls if call.startswith("books.")]


# found or created


def test_what_is_missing_is_created_with_all_that_we_know() -> None:
    world = World()

    refs = resolve(world, only(description="Zinc plated"))

    vendor, item = world.books.all("Vendor")[0], world.books.all("Item")[0]
    assert vendor["DisplayName"] == vendor["CompanyName"] == canaries.SUPPLIER
    assert vendor["PrimaryEmailAddr"] == {"Address": canaries.EMAIL}
    assert vendor["BillAddr"] == {"Line1": canaries.STREET, "City": "London"}
    assert {name: item[name] for name in ("Name", "Sku", "Type", "PurchaseDesc")} == {
        "Name": "Bolt M8",
        "Sku": "BOLT-8",
        "Type": "NonInventory",
        "PurchaseDesc": "Zinc plated",
    }
    assert (refs.vendors, refs.items) == ({"s-1": vendor["Id"]}, {"sku:BOLT-8": item["Id"]})
    assert refs.roles == {Role.ACCOUNTS_PAYABLE: "33"}


def test_all_that_is_missing_is_looked_for_in_one_call_and_created_in_another() -> None:
    world = World()

    resolve(world, wanted())

    assert books_calls(world) == ["books.seek", "books.answer_all"]
    assert world.books.calls == 2


def test_what_was_found_once_is_remembered() -> None:
    world = World()
    resolve(world, only(expense_account="5000"))
    world.script.calls.clear()

    resolve(world, only(expense_account="5000"))

    assert world.script.calls == ["links.find_many"]


def test_links_of_another_tenant_are_not_used() -> None:
    world = World()
    world.links.remember(EntityLink(LinkKey("globex", REALM, "suppliers", "s-1"), "Vendor", "999"))

    refs = resolve(world, wanted())

    assert refs.vendors["s-1"] != "999"


def test_a_document_that_names_everything_gets_the_ids_of_everything() -> None:
    world = World(connected=BRITISH)
    north = world.books.have("Class", Name="North", FullyQualifiedName="Regions:North")
    term = world.books.have("Term", Name="Net 30")
    tax = world.books.have("TaxCode", Name="20% S")
    line = line_json(**{"class": "Regions:North", "tax_code": "20% s", "customer": CUSTOMER})
    expense = line_json(id="l2", sku=None, expense_account="5000", tax_code="20% S")
    cost = {"name": "Freight", "amount": 1, "tax_code": "20% S"}
    what = wanted(BRITISH, lines=[line, expense], costs=[cost], terms="net 30")

    refs = resolve(world, what, BRITISH)

    assert (refs.classes, refs.terms) == ({"Regions:North": north["Id"]}, {"net 30": term["Id"]})
    assert refs.tax_codes == {"20% S": tax["Id"], "20% s": tax["Id"]}
    assert refs.accounts == {"5000": "80"}
    assert refs.customers == {"c-1": world.books.all("Customer")[0]["Id"]}
    assert refs.roles[Role.FEES] == "80"


def test_the_us_pseudo_codes_are_no_entries_of_a_list() -> None:
    world = World()
    what = only(tax_code="TAX")

    assert resolve(world, what).tax_codes == {"TAX": "TAX"}
    assert "books.parts" not in books_calls(world)


# names


@pytest.mark.parametrize("name", [canaries.SUPPLIER, canaries.SUPPLIER.upper(), f"{canaries.SUPPLIER} (V)"])
def test_a_vendor_is_found_by_name_without_regard_to_case_and_with_our_suffix(name: str) -> None:
    world = World()
    there = world.books.have("Vendor", DisplayName=name)

    refs = resolve(world, wanted())

    assert (refs.vendors, len(world.books.all("Vendor"))) == ({"s-1": there["Id"]}, 1)


@pytest.mark.parametrize("kind", ["Customer", "Employee"])
def test_a_supplier_named_like_a_customer_gets_a_suffix(kind: str) -> None:
    world = World()
    world.books.have(kind, DisplayName=canaries.SUPPLIER)

    resolve(world, wanted())

    assert world.names("Vendor") == [f"{canaries.SUPPLIER} (V)"]


def test_a_customer_named_like_a_vendor_gets_a_suffix() -> None:
    world = World()
    world.books.have("Vendor", DisplayName="Mrs Finch")

    resolve(world, only(customer=CUSTOMER))

    assert world.names("Customer") == ["Mrs Finch (C)"]


@pytest.mark.parametrize(("several", "currency"), [(True, {"value": "EUR"}), (False, None)])
def test_a_new_vendor_has_the_orders_currency_where_the_company_keeps_several(several: bool, currency: Any) -> None:
    company = connection(multicurrency=several, home_currency="USD" if several else "EUR")
    world = World(connected=company)

    resolve(world, wanted(company, currency="EUR"), company)

    assert world.books.all("Vendor")[0].get("CurrencyRef") == currency


@pytest.mark.parametrize("call", ["books.create", "books.answer_all"])
def test_a_vendor_that_another_order_creates_at_this_moment_is_used(call: str) -> None:
    world = World()
    world.script.next("before", call, lambda: world.books.have("Vendor", DisplayName=canaries.SUPPLIER))
    freight = [{"name": "Freight", "amount": 1}]

    resolve(world, wanted(lines=[], costs=freight) if call == "books.create" else wanted())

    assert world.names("Vendor") == [canaries.SUPPLIER]


def test_a_vendor_name_that_cannot_be_had_says_what_to_do() -> None:
    world = World()
    for name in (canaries.SUPPLIER, f"{canaries.SUPPLIER} (V)"):
        world.books.have("Customer", DisplayName=name)

    error = refused(world, wanted())

    assert (type(error), error.code) == (DuplicateDocument, "vendor_name_taken")
    assert "match it by hand" in error.hint


def test_an_inactive_vendor_is_not_replaced_behind_the_bookkeepers_back() -> None:
    world = World()
    world.books.have("Vendor", DisplayName=canaries.SUPPLIER, Active=False)

    error = refused(world, wanted())

    assert (type(error), error.code) == (OutOfSync, "inactive_in_quickbooks")
    assert len(world.books.all("Vendor")) == 1


def test_a_vendor_that_quickbooks_renamed_when_it_became_inactive_is_not_replaced_either() -> None:
    world = World()
    world.books.have("Vendor", DisplayName=f"{canaries.SUPPLIER} (deleted)", Active=False)

    error = refused(world, wanted())

    assert (type(error), error.code) == (OutOfSync, "inactive_in_quickbooks")
    assert "(deleted)" in error.message
    assert len(world.books.all("Vendor")) == 1


def test_a_long_name_with_colons_is_made_to_fit_and_stays_distinct() -> None:
    world = World()

    resolve(world, wanted(supplier={"id": "s", "name": "A:B " + "x" * 490}, lines=[line_json(name="C:D " + "y" * 490)]))

    (item,) = world.names("Item")
    assert world.names("Vendor") == ["A-B " + "x" * 490]
    assert (item[:80], len(item)) == ("C-D " + "y" * 76, 100)


# items


@pytest.mark.parametrize("kind", ["Inventory", "NonInventory", "Service"])
def test_an_item_is_found_by_sku_whatever_its_name(kind: str) -> None:
    world = World()
    there = world.books.have("Item", **{**BUYABLE, "Name": "Screw", "Sku": "BOLT-8", "Type": kind})

    assert resolve(world, only()).items == {"sku:BOLT-8": there["Id"]}


@pytest.mark.parametrize("word", ["sku", "part_number", "name"])
def test_a_line_that_knows_no_id_is_not_taken_for_the_product_whose_id_is_the_same_text(word: str) -> None:
    world = World()
    other = world.books.have("Item", **{**BUYABLE, "Name": "Other", "Sku": "400"})
    match_by_hand(world, "products", "300", "Item", other["Id"])
    facts: dict[str, Any] = {"sku": None, "name": "Bolt", word: "300"}
    meant = world.books.have("Item", **{**BUYABLE, "Name": "300" if word == "name" else "Bolt"})

    refs = resolve(world, only(**facts))

    assert list(refs.items.values()) == [meant["Id"]]


def test_a_line_that_knows_the_id_takes_the_item_of_that_product() -> None:
    world = World()
    other = world.books.have("Item", **{**BUYABLE, "Name": "Other", "Sku": "400"})
    match_by_hand(world, "products", "300", "Item", other["Id"])

    assert resolve(world, only(product_id="300")).items == {"300": other["Id"]}


def test_an_item_without_sku_is_found_by_name() -> None:
    world = World()
    there = world.books.have("Item", Name="BOLT m8", **BUYABLE)

    assert resolve(world, only()).items == {"sku:BOLT-8": there["Id"]}


@pytest.mark.parametrize("there", [{**BUYABLE, "Sku": "X"}, {"Type": "Category"}], ids=["another SKU", "category"])
def test_something_else_of_the_same_name_is_left_alone(there: dict[str, Any]) -> None:
    world = World()
    world.books.have("Item", Name="Bolt M8", **there)

    resolve(world, only())

    assert world.names("Item") == ["Bolt M8", "Bolt M8 (BOLT-8)"]


def test_look_up_finds_two_items_of_one_sku_and_a_human_decides() -> None:
    world = World()
    for name in ("Bolt", "Bolt, zinc plated"):
        world.books.have("Item", Name=name, Sku="BOLT-8", **BUYABLE)

    error = refused(world, only())

    assert (type(error), error.code) == (AmbiguousDocument, "item_ambiguous")
    assert "by hand" in error.hint


def test_an_inactive_item_gives_way_to_the_active_one_of_the_same_sku() -> None:
    world = World()
    world.books.have("Item", Name="Bolt (deleted)", Sku="BOLT-8", Active=False, **BUYABLE)
    active = world.books.have("Item", Name="Bolt", Sku="BOLT-8", **BUYABLE)

    assert resolve(world, only()).items == {"sku:BOLT-8": active["Id"]}


def test_two_products_of_one_name_in_one_order_become_two_items() -> None:
    world = World()

    refs = resolve(world, wanted(lines=[line_json(), line_json(id="l2", sku="BOLT-9")]))

    assert {f"sku:{item['Sku']}": item["Id"] for item in world.books.all("Item")} == refs.items
    assert refs.items.keys() == {"sku:BOLT-8", "sku:BOLT-9"}


def test_one_product_on_two_lines_becomes_one_item() -> None:
    world = World()

    resolve(world, wanted(lines=[line_json(), line_json(id="l2", name="Bolt, again")]))

    assert world.names("Item") == ["Bolt M8"]


def test_an_item_name_that_cannot_be_had_says_what_to_do() -> None:
    world = World()
    for name in ("Bolt M8", "Bolt M8 (BOLT-8)"):
        world.books.have("Item", Name=name, Sku="X", Type="Service")

    error = refused(world, only())

    assert (type(error), error.code) == (DuplicateDocument, "item_name_taken")


@pytest.mark.parametrize(
    ("there", "error", "code"),
    [
        ({"Type": "Inventory"}, MissingConfiguration, "item_without_expense_account"),
        ({**BUYABLE, "Active": False}, OutOfSync, "inactive_in_quickbooks"),
    ],
)
def test_an_item_that_cannot_be_ordered_says_why(there: dict[str, Any], error: type[SyncError], code: str) -> None:
    world = World()
    world.books.have("Item", Name="Bolt M8", Sku="BOLT-8", **there)

    raised = refused(world, only())

    assert (type(raised), raised.code) == (error, code)


def test_where_items_are_not_created_the_product_says_how_to_match_it() -> None:
    company = connection(settings=Settings.model_validate({"kinds": {"products": {"create": False}}}))
    world = World(connected=company)

    error = refused(world, only(), company)

    assert (type(error), error.code, world.books.all("Item")) == (MissingConfiguration, "product_not_matched", [])
    world.books.have("Item", Name="Bolt M8", **BUYABLE)
    assert resolve(world, only(), company).items


def test_a_new_item_without_stock_says_so_once() -> None:
    world = World()
    what = only()

    first = resolver(world).resolve([what])
    second = resolver(world).resolve([what])

    assert len(first.notes_for(what)) == 1
    assert second.notes_for(what) == []


# matched by hand


def test_what_a_person_matched_is_used_whatever_it_is_called() -> None:
    world = World()
    other = world.books.have("Vendor", DisplayName="Somebody else")
    match_by_hand(world, "suppliers", "s-1", "Vendor", other["Id"])
    match_by_hand(world, "expense-accounts", "CODE", "Account", "79")

    refs = resolve(world, only(expense_account="CODE"))

    assert (refs.vendors, refs.accounts) == ({"s-1": other["Id"]}, {"CODE": "79"})


def test_what_a_person_matched_is_never_forgotten_by_itself() -> None:
    world = World()
    match_by_hand(world, "suppliers", "s-1", "Vendor", "999")
    match_by_hand(world, "expense-accounts", "5000", "Account", "998")
    before = dict(world.links.links)

    error = refused(world, only(expense_account="5000"))
    refs = References(vendors={"s-1": "999"})
    explained = resolver(world).explain(only(), refs, OutOfSync("Gone."))

    assert error.code == "account_missing"
    assert "the vendor 's-1' is gone" in explained.message
    assert world.links.links == before


# what people are shown to match


def test_what_cannot_be_had_is_noted_with_its_name_until_it_is_found() -> None:
    world = World()
    by_hand = connection(settings=Settings.model_validate({"kinds": {"products": {"create": False}}}))
    bolt = key_of("products", "sku:BOLT-8")
    refused(world, only(), by_hand)

    noted = dict(world.unmatched.noted)
    world.books.have("Item", Name="Hexagon bolt", Sku="BOLT-8", **BUYABLE)
    resolve(world, only(), by_hand)

    assert noted.keys() == {bolt}
    assert noted[bolt].thing == HostThing(bolt, "Bolt M8", "BOLT-8")
    assert (noted[bolt].problem or {})["code"] == "product_not_matched"
    assert world.unmatched.noted == {}


def test_a_word_that_quickbooks_lacks_is_noted() -> None:
    world = World()

    refused(world, only(expense_account="9999"))

    assert [one.thing for one in world.unmatched.noted.values()] == [HostThing(key_of("expense-accounts", "9999"))]


@pytest.mark.parametrize("error", [RateLimited("Busy."), ConnectionRevoked("Access was taken away.")])
def test_what_could_not_even_be_looked_for_is_not_noted(error: SyncError) -> None:
    world = World()
    world.script.at("before", 1, raising(error))

    refused(world, only())

    assert world.script.calls[1] == "books.seek"
    assert world.unmatched.noted == {}


def test_a_match_whose_entry_is_gone_is_noted_with_that_entry() -> None:
    world = World()
    match_by_hand(world, "suppliers", "s-1", "Vendor", "999")
    match_by_hand(world, "expense-accounts", "5000", "Account", "998")
    refused(world, only(expense_account="5000"))

    resolver(world).explain(only(), References(vendors={"s-1": "999"}), OutOfSync("Gone."))

    noted = {one.thing.key.host_id: (one.thing.name, one.entity_id) for one in world.unmatched.noted.values()}
    assert noted == {"s-1": (canaries.SUPPLIER, "999"), "5000": ("", "998")}


class BrokenNotes:
    """A table that takes no notes for the moment."""

    def note(self, thing: HostThing, problem: Mapping[str, Any], entity_id: str) -> None:
        raise StorageUnavailable("The database is busy.")

    def settle(self, found: Sequence[LinkKey]) -> None:
        raise StorageUnavailable("The database is busy.")


def test_documents_are_sent_and_judged_as_ever_while_nothing_can_be_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    monkeypatch.setattr(world, "unmatched", BrokenNotes())

    sent = resolve(world, only())
    error = refused(world, only(expense_account="9999"))
    explained = resolver(world).explain(only(), References(vendors={"s-1": "999"}), OutOfSync("Gone."))

    assert sent.vendors["s-1"] == world.books.all("Vendor")[0]["Id"]
    assert error.code == "account_missing"
    assert "is gone" in explained.message


def test_what_becomes_of_names_is_remembered_with_what_the_host_calls_them() -> None:
    world = World()

    resolve(world, only())

    bolt = world.links.links[key_of("products", "sku:BOLT-8")]
    assert (bolt.name, bolt.sku) == ("Bolt M8", "BOLT-8")
    assert world.links.links[key_of("suppliers", "s-1")].name == canaries.SUPPLIER


# lists, and what drifted away


def test_an_account_code_that_quickbooks_lacks_is_named_after_the_list_was_read_anew() -> None:
    world = World()

    error = refused(world, only(expense_account="9999"))

    assert (type(error), error.code, "'9999'" in error.message) == (OutOfSync, "account_missing", True)
    assert books_calls(world).count("books.parts") == 2


def test_an_account_that_was_put_right_since_the_list_was_read_is_found() -> None:
    world = World()
    resolve(world, only(expense_account="5000"))
    world.books.have("Account", Name="Tools", AcctNum="6100", AccountType="Expense")

    assert resolve(world, only(expense_account="6100")).accounts


@pytest.mark.parametrize("change", ["gone", "inactive"])
def test_drift_is_found_before_the_push_without_a_write(change: str) -> None:
    """What a list is known to lack is named, and nothing is sent to QuickBooks."""
    world = World(connected=BRITISH)
    north = world.books.have("Class", Name="North", FullyQualifiedName="North")
    what = only(BRITISH, **{"class": "North"})
    resolve(world, what, BRITISH)
    if change == "gone":
        world.books.remove("Class", north["Id"])
    else:
        north["Active"] = False
    world.clock.time += timedelta(hours=4)
    world.script.calls.clear()

    error = refused(world, what, BRITISH)

    assert error.code == ("class_missing" if change == "gone" else "class_inactive")
    assert set(books_calls(world)) == {"books.parts"}


def test_an_entry_that_was_replaced_by_another_of_the_same_name_is_found_at_the_next_try() -> None:
    world = World()
    there = world.books.have("Account", Name="Tools", AcctNum="6100", AccountType="Expense")
    what = only(expense_account="6100")
    resolve(world, what)
    world.books.remove("Account", there["Id"])
    heir = world.books.have("Account", Name="Tools", AcctNum="6100", AccountType="Expense")
    world.clock.time += timedelta(hours=4)

    named = refused(world, what)

    assert named.code == "account_missing"
    assert resolve(world, what).accounts == {"6100": heir["Id"]}


def test_a_list_that_cannot_be_read_is_no_drift() -> None:
    world = World()
    what = only(expense_account="5000")
    resolve(world, what)
    before = linked(world)
    world.clock.time += timedelta(hours=4)
    world.script.fail("books.parts", RateLimited("429."))

    error = refused(world, what)

    assert isinstance(error, RateLimited)
    assert linked(world) == before


# accounts by role


def test_the_accounts_of_a_company_are_chosen_once() -> None:
    fresh = connection(found_accounts={})
    world = World(connected=fresh)

    refs = resolve(world, wanted(), fresh)

    assert refs.roles == {Role.ACCOUNTS_PAYABLE: "33", Role.FEES: "80"}
    kept = world.connections.stored[CONNECTION_KEY].connection.found_accounts
    assert {role: kept[role] for role in ("accounts_payable", "fees", "cost_of_goods_sold")} == {
        role: ACCOUNTS[role] for role in ("accounts_payable", "fees", "cost_of_goods_sold")
    }


def test_an_account_that_may_not_be_created_fails_the_documents_that_need_it_only() -> None:
    company = connection(found_accounts={}, settings=Settings(create_accounts=False))
    world = World(connected=company)
    world.books.remove("Account", "33")
    order, product = wanted(company), translate(parse_content("products", {"name": "Nut"}), context(company)).wanted()

    resolution = resolver(world, company).resolve([order, product])

    with pytest.raises(MissingConfiguration) as error:
        resolution.references(order)
    assert error.value.code == "account_not_chosen"
    assert resolution.references(product).roles[Role.SALES_INCOME] == "79"


def test_without_an_account_for_new_items_nothing_is_created_of_them() -> None:
    company = connection(found_accounts={}, settings=Settings(create_accounts=False))
    world = World(connected=company)
    world.books.remove("Account", "79")

    error = refused(world, wanted(company), company)

    assert (error.code, world.books.all("Item")) == ("account_not_chosen", [])


# linked documents


def bill_of(order_id: str = KEY.document_id) -> Wanted:
    lines = [line_json()]
    supplier = order_json()["supplier"]
    return wanted(kind="bills", number="B-1", supplier=supplier, purchase_order=order_id, lines=lines)


def test_the_order_of_a_bill_is_found_by_its_link() -> None:
    world = World()
    world.store()
    world.push()
    bill = bill_of()

    refs = resolve(world, bill)

    assert refs.documents[KIND, KEY.document_id].entity_id == world.orders()[0]["Id"]


def test_a_bill_waits_for_an_order_that_is_on_its_way_and_for_no_other() -> None:
    world = World()
    world.store()

    busy = refused(world, bill_of())
    unknown = resolve(world, bill_of("never stored"))

    assert (type(busy), busy.code) == (DocumentBusy, "sent_first")
    assert unknown.documents == {}


# several documents at once


def supplier_json(number: int, name: str | None = None) -> dict[str, Any]:
    return {"id": f"s-{number}", "name": name or f"Supplier {number}"}


def three_orders(**second: Any) -> list[Wanted]:
    return [
        wanted(number="1", supplier=supplier_json(1)),
        wanted(**{"number": "2", "supplier": supplier_json(2), **second}),
        wanted(number="3", supplier=supplier_json(3)),
    ]


def outcomes(resolution: Resolution, orders: list[Wanted]) -> list[str]:
    found = []
    for one in orders:
        try:
            resolution.references(one)
        except SyncError as error:
            found.append(error.code)
        else:
            found.append("resolved")
    return found


def test_what_many_documents_name_is_looked_for_in_one_call_and_created_in_another() -> None:
    world = World()
    orders = three_orders()

    resolution = resolver(world).resolve(orders)

    assert outcomes(resolution, orders) == ["resolved"] * 3
    assert books_calls(world) == ["books.seek", "books.answer_all"]
    assert (world.names("Vendor"), world.names("Item")) == (
        ["Supplier 1", "Supplier 2", "Supplier 3"],
        ["Bolt M8", "Nut M8"],
    )


@pytest.mark.parametrize(
    ("second", "code"),
    [
        ({"lines": [line_json(expense_account="9999")]}, "account_missing"),
        ({"terms": "Whenever"}, "term_missing"),
        ({"supplier": supplier_json(2, "Closed Ltd")}, "inactive_in_quickbooks"),
        ({"supplier": supplier_json(2, "Taken Ltd")}, "vendor_name_taken"),
        ({"lines": [line_json(sku="OLD", name="Old")]}, "inactive_in_quickbooks"),
    ],
)
def test_one_bad_reference_fails_its_documents_only(second: Mapping[str, Any], code: str) -> None:
    world = World()
    world.books.have("Vendor", DisplayName="Closed Ltd", Active=False)
    for name in ("Taken Ltd", "Taken Ltd (V)"):
        world.books.have("Customer", DisplayName=name)
    world.books.have("Item", Name="Old", Sku="OLD", Active=False, **BUYABLE)
    orders = three_orders(**second)

    resolution = resolver(world).resolve(orders)

    assert outcomes(resolution, orders) == ["resolved", code, "resolved"]


def test_a_name_that_the_query_language_cannot_express_fails_its_documents_only() -> None:
    world = World()
    orders = three_orders(lines=[line_json(sku="B\x85LT", name="Odd")])
    seek = world.books.seek

    def strict(questions: Any) -> Any:
        if any("\x85" in value for question in questions for value in question.values):
            raise InvalidRequest("A name has a character that QuickBooks cannot look up.", code="unsearchable_text")
        return seek(questions)

    world.books.seek = strict  # type: ignore[method-assign]

    resolution = resolver(world).resolve(orders)

    assert outcomes(resolution, orders) == ["resolved", "unsearchable_text", "resolved"]
    assert world.names("Item") == ["Bolt M8", "Nut M8"]


def test_a_look_up_that_fails_fails_all_that_need_it_and_creates_nothing() -> None:
    world = World()
    known = wanted(number="0", supplier=supplier_json(0))
    resolve(world, known)
    before = (world.names("Vendor"), world.names("Item"))
    orders = [known, *three_orders()]
    world.script.fail("books.seek", RateLimited("429."))

    resolution = resolver(world).resolve(orders)

    assert outcomes(resolution, orders) == ["resolved", *["quickbooks_rate_limit"] * 3]
    assert (world.names("Vendor"), world.names("Item")) == before


# one SKU, two workers


@pytest.mark.parametrize("call", ["links.find_many", "books.seek", "links.begin", "books.answer_all"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_two_workers_create_the_item_of_a_sku_once(when: str, call: str) -> None:
    """The other one comes at any moment; whoever is told to wait finds the item at the next try."""
    world = World()
    what = only(name=None)
    others = wanted(supplier=supplier_json(9), lines=[line_json(name="Bolt, another word", product_id="p-1")], costs=[])
    ends: list[str] = []

    def another_worker() -> None:
        resolution = resolver(world, worker="worker 2").resolve([others])
        ends.extend(outcomes(resolution, [others]))

    world.script.next(when, call, another_worker)
    resolution = resolver(world).resolve([what])
    ends.extend(outcomes(resolution, [what]))
    again = resolver(world).resolve([what, others])

    assert set(ends) <= {"resolved", "document_busy"}
    assert outcomes(again, [what, others]) == ["resolved", "resolved"]
    assert [item["Sku"] for item in world.books.all("Item")] == ["BOLT-8"]


# explained afterwards


def test_what_is_gone_or_inactive_is_named_and_never_made_a_second_time_by_itself() -> None:
    world = World()
    references = resolver(world)
    what = wanted(lines=[line_json(), line_json(id="l2", sku=None, expense_account="5000")])
    refs = references.resolve([what]).references(what)
    world.books.remove("Item", refs.items["sku:BOLT-8"])
    world.books.entities["Account"]["80"]["Active"] = False

    error = references.explain(what, refs, OutOfSync("Gone.", code="quickbooks_610", intuit_tid="1-t"))

    assert "the item 'sku:BOLT-8' is gone" in error.message
    assert "the account 'Cost of Goods Sold' is inactive" in error.message
    assert (error.code, error.intuit_tid) == ("quickbooks_610", "1-t")
    assert "remove its match" in error.hint
    assert linked(world).keys() == {("suppliers", "s-1"), ("products", "sku:BOLT-8")}


def test_the_account_of_a_role_that_is_gone_is_named_and_chosen_again_next_time() -> None:
    gone = connection(found_accounts={**ACCOUNTS, "accounts_payable": "999"})
    world = World(connected=gone)
    references = resolver(world, gone)
    refs = references.resolve([wanted()]).references(wanted())

    error = references.explain(wanted(), refs, OutOfSync("Gone."))

    assert "used for accounts payable, is gone" in error.message
    assert "accounts_payable" not in world.connections.stored[CONNECTION_KEY].connection.found_accounts


def test_an_error_that_nothing_explains_stays_as_it_is() -> None:
    world = World()
    references = resolver(world)
    error = OutOfSync("Gone.")

    explained = references.explain(wanted(), references.resolve([wanted()]).references(wanted()), error)

    assert explained is error


def test_what_is_explained_is_asked_for_in_one_call() -> None:
    world = World()
    references = resolver(world)
    what = only(customer=CUSTOMER)
    refs = references.resolve([what]).references(what)
    world.script.calls.clear()

    references.explain(what, refs, OutOfSync("Gone."))

    assert books_calls(world) == ["books.seek", "books.parts"]


# looking without writing


def test_a_look_writes_nothing_and_says_what_would_be_created() -> None:
    world = World()
    match_by_hand(world, "products", "sku:NUT-8", "Item", "5")

    resolution = resolver(world).look([wanted()])

    assert resolution.missing.keys() == {("suppliers", "s-1"), ("products", "sku:BOLT-8")}
    assert resolution.matches["products", "sku:NUT-8"].how == "matched_by_hand"
    assert set(world.script.calls) == {"links.find_many", "books.seek"}
    assert world.names("Vendor") == world.names("Item") == []
    assert world.lists.read(CONNECTION_KEY, ListName.ACCOUNTS) is None
    assert DocumentKey(TENANT, KIND, KEY.document_id) not in world.documents.documents
