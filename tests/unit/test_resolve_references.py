"""Vendors, items and accounts: found before they are made, and never made twice."""

from typing import Any

import pytest

from ledgerlink.domain.connections import ConnectionKey, DefaultAccounts
from ledgerlink.domain.links import EntityLink, LinkKey
from ledgerlink.domain.purchase_order_body import References
from ledgerlink.errors import DuplicateDocument, MissingConfiguration, OutOfSync
from tests import canaries
from tests.unit.orders import ACCOUNTS, REALM, TENANT, connection, line_json, order
from tests.unit.world import World


def resolve(world: World, company: Any = None, **changes: Any) -> References:
    return world.open(company or connection()).references.resolve(order(**changes))


def only(**line: Any) -> dict[str, Any]:
    """An order with a single line."""
    return {"lines": [line_json(**line)], "costs": []}


def test_what_is_missing_is_created_with_all_that_we_know() -> None:
    world = World()

    refs = resolve(world, **only(description="Zinc plated"))

    vendor, item = world.books.all("Vendor")[0], world.books.all("Item")[0]
    assert vendor["DisplayName"] == vendor["CompanyName"] == canaries.SUPPLIER
    assert vendor["PrimaryEmailAddr"] == {"Address": canaries.EMAIL}
    assert vendor["BillAddr"] == {"Line1": canaries.STREET, "City": "London"}
    assert (item["Name"], item["Sku"], item["Type"], item["PurchaseDesc"]) == (
        "Bolt M8",
        "BOLT-8",
        "NonInventory",
        "Zinc plated",
    )
    assert (refs.vendor_id, refs.item_ids) == (vendor["Id"], {"BOLT-8": item["Id"]})


def test_what_was_found_once_is_remembered() -> None:
    world = World()
    resolve(world, lines=[line_json(expense_account="5000")])
    world.script.calls.clear()

    resolve(world, lines=[line_json(expense_account="5000")])

    assert world.script.calls == ["links.find_many"]


@pytest.mark.parametrize("name", [canaries.SUPPLIER, canaries.SUPPLIER.upper(), f"{canaries.SUPPLIER} (V)"])
def test_a_vendor_is_found_by_name_without_regard_to_case_and_with_our_suffix(name: str) -> None:
    world = World()
    there = world.books.have("Vendor", DisplayName=name)

    refs = resolve(world)

    assert (refs.vendor_id, len(world.books.all("Vendor"))) == (there["Id"], 1)


@pytest.mark.parametrize("kind", ["Customer", "Employee"])
def test_a_supplier_named_like_a_customer_gets_a_suffix(kind: str) -> None:
    world = World()
    world.books.have(kind, DisplayName=canaries.SUPPLIER)

    resolve(world)

    assert world.names("Vendor") == [f"{canaries.SUPPLIER} (V)"]


@pytest.mark.parametrize(("several", "currency"), [(True, {"value": "EUR"}), (False, None)])
def test_a_new_vendor_has_the_orders_currency_where_the_company_keeps_several(several: bool, currency: Any) -> None:
    world = World()

    resolve(world, connection(multicurrency=several), currency="EUR")

    assert world.books.all("Vendor")[0].get("CurrencyRef") == currency


def test_a_vendor_that_another_order_creates_at_this_moment_is_used() -> None:
    world = World()
    world.script.next("before", "books.create", lambda: world.books.have("Vendor", DisplayName=canaries.SUPPLIER))

    resolve(world, lines=[], costs=[{"name": "Freight", "amount": 1}])

    assert world.names("Vendor") == [canaries.SUPPLIER]


def test_a_vendor_name_that_cannot_be_had_says_what_to_do() -> None:
    world = World()
    for name in (canaries.SUPPLIER, f"{canaries.SUPPLIER} (V)"):
        world.books.have("Customer", DisplayName=name)

    with pytest.raises(DuplicateDocument) as error:
        resolve(world)

    assert error.value.code == "vendor_name_taken"


def test_an_inactive_vendor_is_not_replaced_behind_the_bookkeepers_back() -> None:
    world = World()
    world.books.have("Vendor", DisplayName=canaries.SUPPLIER, Active=False)

    with pytest.raises(OutOfSync):
        resolve(world)

    assert len(world.books.all("Vendor")) == 1


def test_a_long_name_with_colons_is_made_to_fit() -> None:
    world = World()

    resolve(world, supplier={"id": "s", "name": "A:B " + "x" * 490}, **only(name="C:D " + "y" * 490))

    assert world.names("Vendor") == ["A-B " + "x" * 490]
    assert world.names("Item") == ["C-D " + "y" * 96]


@pytest.mark.parametrize("kind", ["Inventory", "NonInventory", "Service"])
def test_an_item_is_found_by_sku_whatever_its_name(kind: str) -> None:
    world = World()
    there = world.books.have("Item", Name="Screw", Sku="BOLT-8", Type=kind, ExpenseAccountRef={"value": "80"})

    refs = resolve(world, **only())

    assert refs.item_ids == {"BOLT-8": there["Id"]}


def test_an_item_without_sku_is_found_by_name() -> None:
    world = World()
    there = world.books.have("Item", Name="BOLT m8", Type="Service", ExpenseAccountRef={"value": "80"})

    refs = resolve(world, **only())

    assert refs.item_ids == {"BOLT-8": there["Id"]}


def test_an_item_of_the_same_name_and_another_sku_is_another_product() -> None:
    world = World()
    world.books.have("Item", Name="Bolt M8", Sku="X", Type="Service", ExpenseAccountRef={"value": "80"})

    resolve(world, **only())

    assert world.names("Item") == ["Bolt M8", "Bolt M8 (BOLT-8)"]


def test_a_category_is_no_item() -> None:
    world = World()
    world.books.have("Item", Name="Bolt M8", Type="Category")

    resolve(world, **only())

    assert world.names("Item") == ["Bolt M8", "Bolt M8 (BOLT-8)"]


def test_two_products_of_one_name_in_one_order_become_two_items() -> None:
    world = World()

    refs = resolve(world, lines=[line_json(), line_json(id="l2", sku="BOLT-9")])

    assert {item["Sku"]: item["Id"] for item in world.books.all("Item")} == refs.item_ids
    assert refs.item_ids.keys() == {"BOLT-8", "BOLT-9"}


def test_one_product_on_two_lines_becomes_one_item() -> None:
    world = World()

    resolve(world, lines=[line_json(), line_json(id="l2", name="Bolt, again")])

    assert world.names("Item") == ["Bolt M8"]


def test_an_item_name_that_cannot_be_had_says_what_to_do() -> None:
    world = World()
    for name in ("Bolt M8", "Bolt M8 (BOLT-8)"):
        world.books.have("Item", Name=name, Sku="X", Type="Service")

    with pytest.raises(DuplicateDocument) as error:
        resolve(world, **only())

    assert error.value.code == "item_name_taken"


def test_an_item_that_is_only_sold_cannot_be_ordered() -> None:
    world = World()
    world.books.have("Item", Name="Bolt M8", Sku="BOLT-8", Type="Inventory")

    with pytest.raises(MissingConfiguration) as error:
        resolve(world, **only())

    assert error.value.code == "item_without_expense_account"


def test_an_inactive_item_is_out_of_sync() -> None:
    world = World()
    world.books.have("Item", Name="Bolt M8", Sku="BOLT-8", Type="Service", Active=False)

    with pytest.raises(OutOfSync):
        resolve(world, **only())


def test_the_accounts_of_a_company_are_chosen_once() -> None:
    world = World(connected=connection(accounts=None))

    refs = resolve(world, connection(accounts=None), **only())

    assert (refs.accounts_payable_id, refs.purchases_account_id) == ("33", "80")
    assert world.connections.stored[ConnectionKey(TENANT, REALM)].connection.accounts == ACCOUNTS


def test_an_expense_account_is_found_by_its_number() -> None:
    refs = resolve(World(), lines=[line_json(expense_account="5000")], costs=[])

    assert refs.account_ids == {"5000": "80"}


def test_an_account_code_that_quickbooks_lacks_is_named() -> None:
    with pytest.raises(OutOfSync, match="'9999'"):
        resolve(World(), lines=[line_json(expense_account="9999")])


def test_what_is_gone_is_named_and_forgotten() -> None:
    world = World()
    references = world.open(connection()).references
    wanted = order(lines=[line_json(), line_json(id="l2", expense_account="5000")])
    refs = references.resolve(wanted)
    world.books.remove("Item", refs.item_ids["BOLT-8"])
    world.books.entities["Account"]["80"]["Active"] = False

    error = references.explain(wanted, refs, OutOfSync("Gone.", code="quickbooks_610", intuit_tid="1-t"))

    assert "the item 'BOLT-8' is gone" in error.message
    assert "the account 'Cost of Goods Sold' is inactive" in error.message
    assert (error.code, error.intuit_tid) == ("quickbooks_610", "1-t")
    assert [key.kind for key in world.links.links] == ["suppliers"]


def test_a_default_account_that_is_gone_is_chosen_again_next_time() -> None:
    gone = DefaultAccounts(accounts_payable="33", purchases="999", sales="79")
    world = World(connected=connection(accounts=gone))
    references = world.open(connection(accounts=gone)).references
    refs = references.resolve(order())

    references.explain(order(), refs, OutOfSync("Gone."))

    assert world.connections.stored[ConnectionKey(TENANT, REALM)].connection.accounts is None


def test_an_error_that_nothing_explains_stays_as_it_is() -> None:
    world = World()
    references = world.open(connection()).references
    error = OutOfSync("Gone.")

    explained = references.explain(order(), references.resolve(order()), error)

    assert explained is error


def test_links_of_another_tenant_are_not_used() -> None:
    world = World()
    theirs = LinkKey("globex", REALM, "suppliers", "s-1")
    world.links.remember(EntityLink(theirs, "Vendor", "999"))

    refs = resolve(world)

    assert refs.vendor_id != "999"
