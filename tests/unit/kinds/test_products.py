"""A product in QuickBooks' words, and which item there is the same product."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from ledgerlink.domain.connections import Features
from ledgerlink.domain.references import Product
from ledgerlink.domain.roles import Role
from ledgerlink.domain.to_quickbooks.item import (
    ItemTranslation,
    check_usable,
    item_for,
    matching_item,
    product_of,
    translate_product,
)
from ledgerlink.domain.translation import Lookup
from ledgerlink.errors import MissingConfiguration, OutOfSync
from tests.unit.kinds.sales_samples import REFS, context, created, product, refused, updated

BOLT = Product(key="BOLT-8", sku="BOLT-8", name="Bolt M8")
WITHOUT_INVENTORY = Features(plan="QuickBooks Online Essentials")


def settings(**changes: Any) -> dict[str, Any]:
    return {"kinds": {"products": changes}}


def entity(**changes: Any) -> dict[str, Any]:
    return {"Id": "11", "Name": "Bolt M8", "Type": "NonInventory", "Active": True, **changes}


def names(document: ItemTranslation) -> list[str]:
    return [document.number, *(other.number for other in document.alternatives())]


def test_a_product_becomes_an_inventory_item_with_its_three_accounts_and_its_stock() -> None:
    whole = product(
        description="Zinc plated",
        purchase_description="Grade 8.8",
        unit_cost="0.3355",
        unit_price="1.25",
        quantity=40,
        start_date="2026-01-31",
    )

    document = translate_product(whole, context())

    assert document.wanted().roles == {Role.SALES_INCOME, Role.COST_OF_GOODS_SOLD, Role.INVENTORY_PURCHASES}
    assert document.notes == ()
    assert created(document) == {
        "Name": "Bolt M8",
        "Type": "Inventory",
        "Sku": "BOLT-8",
        "Description": "Zinc plated",
        "PurchaseDesc": "Grade 8.8",
        "UnitPrice": Decimal("1.25"),
        "PurchaseCost": Decimal("0.3355"),
        "IncomeAccountRef": {"value": "79"},
        "ExpenseAccountRef": {"value": "80"},
        "AssetAccountRef": {"value": "81"},
        "TrackQtyOnHand": True,
        "QtyOnHand": Decimal(40),
        "InvStartDate": "2026-01-31",
    }


def test_an_update_leaves_type_stock_and_accounts_alone() -> None:
    whole = product(description="Zinc plated", unit_price=2, quantity=40, start_date="2026-01-31", active=False)

    assert updated(translate_product(whole, context())) == {
        "Id": "9",
        "SyncToken": "4",
        "sparse": True,
        "Name": "Bolt M8",
        "Active": False,
        "Sku": "BOLT-8",
        "Description": "Zinc plated",
        "UnitPrice": Decimal(2),
    }


def test_stock_starts_as_the_settings_say() -> None:
    body = created(translate_product(product(), context(settings=settings(quantity=7, start_date="2026-02-01"))))

    assert (body["QtyOnHand"], body["InvStartDate"]) == (Decimal(7), "2026-02-01")


def test_stock_starts_with_nothing_and_in_time_for_documents_of_today_where_nobody_says_so() -> None:
    body = created(translate_product(product(), context()))

    assert (body["QtyOnHand"], body["InvStartDate"]) == (Decimal(0), "2026-11-20")


def test_a_quantity_of_zero_is_not_replaced_by_the_settings() -> None:
    body = created(translate_product(product(quantity=0), context(settings=settings(quantity=7))))

    assert body["QtyOnHand"] == 0


def test_without_inventory_in_the_plan_an_item_is_created_without_stock_and_the_tenant_is_told() -> None:
    document = translate_product(product(quantity=40), context(features=WITHOUT_INVENTORY))

    body = created(document)
    assert body["Type"] == "NonInventory"
    assert not {"TrackQtyOnHand", "QtyOnHand", "InvStartDate", "AssetAccountRef"} & body.keys()
    assert document.wanted().roles == {Role.SALES_INCOME, Role.COST_OF_GOODS_SOLD}
    assert document.notes == ("The item was created without stock: this QuickBooks plan has no inventory.",)


@pytest.mark.parametrize("features", [WITHOUT_INVENTORY, Features(has_inventory=True)])
def test_a_product_that_is_no_inventory_is_created_as_that_without_a_word(features: Features) -> None:
    document = translate_product(product(), context(features=features, settings=settings(type="NonInventory")))

    assert created(document)["Type"] == "NonInventory"
    assert document.notes == ()


def test_the_products_own_type_goes_before_that_of_the_settings() -> None:
    chosen = context(settings=settings(type="Service"))

    assert created(translate_product(product(type="Inventory"), chosen))["Type"] == "Inventory"


@pytest.mark.parametrize("features", [WITHOUT_INVENTORY, Features(has_inventory=True)])
def test_a_service_stays_a_service_with_an_income_account_only(features: Features) -> None:
    shipping = Product(key="name:Shipping", name="Shipping", is_service=True)

    document = item_for(shipping, context(features=features))

    assert document.wanted().roles == {Role.SALES_INCOME}
    assert created(document) == {"Name": "Shipping", "Type": "Service", "IncomeAccountRef": {"value": "79"}}


def test_a_service_with_a_cost_is_bought_as_well() -> None:
    document = translate_product(product(type="Service", unit_cost=5), context())

    assert created(document)["ExpenseAccountRef"] == {"value": "80"}


def test_the_item_of_a_line_is_created_with_what_the_line_knows() -> None:
    bought = Product(
        key="BOLT-8", sku="BOLT-8", name="Bolt M8", purchase_description="P" * 1500, unit_cost=Decimal(3), bought=True
    )

    body = created(item_for(bought, context(settings=settings(quantity=7))))

    assert body["PurchaseDesc"] == "P" * 1000
    assert (body["PurchaseCost"], body["QtyOnHand"]) == (Decimal(3), Decimal(7))


@pytest.mark.parametrize(
    ("day", "chosen", "since"),
    [
        (date(2026, 11, 2), None, "2026-11-01"),
        (date(2026, 12, 24), None, "2026-11-20"),
        (None, None, "2026-11-20"),
        (date(2026, 11, 2), "2026-11-10", "2026-11-10"),
    ],
)
def test_the_item_of_a_document_has_stock_from_the_day_before_unless_the_settings_say(day, chosen, since) -> None:
    document = item_for(BOLT, context(settings=settings(start_date=chosen)), day)

    body = created(document)

    assert body["InvStartDate"] == since


def test_stock_does_not_start_in_closed_books() -> None:
    closed = Features(has_inventory=True, books_closed_until=date(2026, 11, 20))

    body = created(item_for(BOLT, context(features=closed)))

    assert body["InvStartDate"] == "2026-11-21"


@pytest.mark.parametrize(
    ("product", "name"),
    [
        (Product(key="k", sku="S-1", name="Bolt: M8"), "Bolt- M8"),
        (Product(key="k", sku="S-1"), "S-1"),
        (Product(key="k"), "k"),
    ],
)
def test_an_item_is_called_by_its_name_else_its_sku_else_its_key(product: Product, name: str) -> None:
    assert item_for(product, context()).number == name


def test_names_that_differ_only_behind_what_quickbooks_takes_stay_different() -> None:
    one = item_for(Product(key="1", name="B" * 100 + " left"), context())
    other = item_for(Product(key="2", name="B" * 100 + " right"), context())

    assert one.number != other.number
    assert len(created(one)["Name"]) == len(created(other)["Name"]) == 100


def test_a_long_name_is_cut_the_same_way_whatever_its_case() -> None:
    lower, upper = (item_for(Product(key="1", name=letter * 120), context()).number for letter in "bB")

    assert lower.casefold() == upper.casefold()


def test_a_name_that_fits_is_not_changed() -> None:
    assert item_for(Product(key="1", name="B" * 100), context()).number == "B" * 100


def test_a_product_with_a_sku_is_looked_up_by_name_and_sku_and_created_only_then() -> None:
    document = item_for(BOLT, context())

    assert document.lookups == (Lookup("Name", "Bolt M8"), Lookup("Sku", "BOLT-8"))
    assert not document.is_unique


def test_a_product_without_a_sku_is_unique_by_its_name() -> None:
    document = item_for(Product(key="Bolt M8", name="Bolt M8"), context())

    assert document.lookups == (Lookup("Name", "Bolt M8"),)
    assert document.is_unique


def test_a_taken_name_gets_the_sku_as_its_suffix() -> None:
    assert names(item_for(BOLT, context())) == ["Bolt M8", "Bolt M8 (BOLT-8)"]
    assert names(item_for(Product(key="k", sku="S" * 80, name="N" * 90), context()))[1] == (
        "N" * 37 + " (" + "S" * 60 + ")"
    )


@pytest.mark.parametrize("product", [Product(key="k", name="Bolt"), Product(key="k", sku="BOLT-8")])
def test_without_a_sku_that_differs_from_the_name_there_is_no_other_name(product: Product) -> None:
    assert len(names(item_for(product, context()))) == 1


@pytest.mark.parametrize(
    ("item", "adopted"),
    [
        (entity(Sku="BOLT-8", Name="Something else"), True),
        (entity(), True),
        (entity(Name="BOLT m8"), True),
        (entity(Sku="BOLT-9"), False),
        (entity(Name="Nut"), False),
        (entity(Sku="BOLT-8", Type="Group"), False),
        (entity(Type="Category"), False),
    ],
)
def test_an_item_is_adopted_by_its_sku_or_by_a_name_that_no_other_product_has(
    item: dict[str, Any], adopted: bool
) -> None:
    assert item_for(BOLT, context()).may_be_adopted(item, REFS) is adopted
    assert (matching_item([item], BOLT) is item) is adopted


def test_the_same_sku_goes_before_the_same_name() -> None:
    same_name, same_sku = entity(), entity(Id="12", Name="Screw", Sku="BOLT-8")

    assert matching_item([same_name, same_sku], BOLT) == same_sku


def test_a_product_without_a_sku_matches_an_item_of_its_name_that_has_one() -> None:
    item = entity(Sku="X-1")

    assert matching_item([item], Product(key="Bolt M8", name="Bolt M8")) is item


def test_an_inactive_item_cannot_be_used() -> None:
    with pytest.raises(OutOfSync) as refusal:
        check_usable(entity(Active=False), BOLT)

    assert refusal.value.code == "inactive_in_quickbooks"


def test_an_item_without_an_expense_account_can_be_sold_but_not_bought() -> None:
    bought = Product(key="BOLT-8", bought=True)

    check_usable(entity(), BOLT)
    check_usable(entity(ExpenseAccountRef={"value": "80"}), bought)
    with pytest.raises(MissingConfiguration) as refusal:
        check_usable(entity(), bought)

    assert refusal.value.code == "item_without_expense_account"


def test_lines_know_a_product_by_its_sku_else_its_code_else_its_name() -> None:
    keys = [
        product_of(product(sku=sku, product_code=code)).key for sku, code in (("S", "C"), (None, "C"), (None, None))
    ]

    assert keys == ["sku:S", "sku:C", "name:Bolt M8"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "),
        ("name", "N" * 501),
        ("sku", "S" * 101),
        ("description", "D" * 4001),
        ("purchase_description", "D" * 1001),
        ("unit_price", -1),
        ("unit_cost", "100000000000"),
        ("quantity", -1),
        ("type", "Group"),
        ("start_date", "soon"),
    ],
)
def test_what_quickbooks_would_refuse_is_refused_here(field: str, value: Any) -> None:
    assert refused("products", {"name": "Bolt M8", field: value})[0]["field"] == field


def test_lists_show_name_and_sku() -> None:
    assert product().tags == {"name": "Bolt M8", "sku": "BOLT-8"}
    assert product(sku=None).tags == {"name": "Bolt M8"}
