"""Vendors, customers, items and accounts: names, defaults, activity, hierarchy."""

from typing import Any

import pytest


def deactivate(books, entity, current):
    return books.update(entity, current, sparse=True, Active=False)


def test_a_vendor_gets_its_defaults(books):
    created = books.create("Vendor", DisplayName="Zebra Ltd", TaxIdentifier="12-3456789")

    assert created["PrintOnCheckName"] == "Zebra Ltd"
    assert created["Active"] is True
    assert created["Balance"] == 0
    assert created["CurrencyRef"]["value"] == "USD"
    assert created["TaxIdentifier"] == "XXXXXX6789"


def test_a_display_name_is_made_from_the_parts_of_a_name(books):
    created = books.create("Vendor", GivenName="Ada", FamilyName="Byron", CompanyName="Engines")

    assert created["DisplayName"] == "Ada Byron"
    assert created["PrintOnCheckName"] == "Engines"


def test_vendors_and_customers_share_their_names_whatever_the_case(books):
    books.create("Customer", DisplayName="Twin")

    response = books.post("Vendor", {"DisplayName": "TWIN"})

    assert books.refused(response) == (400, "6240")
    assert books.create("Vendor", DisplayName="Twin (V)")["DisplayName"] == "Twin (V)"


def test_renaming_frees_the_old_name_and_takes_the_new_one(books):
    vendor = books.create("Vendor", DisplayName="Before")

    renamed = books.update("Vendor", vendor, sparse=True, DisplayName="After")

    assert renamed["PrintOnCheckName"] == "After"
    assert books.create("Vendor", DisplayName="Before")
    assert books.refused(books.post("Vendor", {"DisplayName": "After"})) == (400, "6240")


def test_a_full_update_of_a_vendor_keeps_it_active_and_clears_the_rest(books):
    vendor = books.create("Vendor", DisplayName="Full", AcctNum="7", BillAddr={"Line1": "1 Road"})

    updated = books.update("Vendor", vendor, DisplayName="Full")

    assert updated["Active"] is True
    assert "AcctNum" not in updated
    assert "BillAddr" not in updated
    assert updated["CurrencyRef"]["value"] == "USD"


@pytest.mark.parametrize(
    ("entity", "body", "name"),
    [
        ("Vendor", {"DisplayName": "Gone"}, "DisplayName"),
        ("Customer", {"DisplayName": "Gone"}, "DisplayName"),
        ("Item", {"Name": "Gone", "Type": "NonInventory"}, "Name"),
        ("Account", {"Name": "Gone", "AccountType": "Expense"}, "Name"),
    ],
)
def test_an_inactive_entity_says_so_in_its_name_and_hides_from_queries(books, entity, body, name):
    gone = deactivate(books, entity, books.create(entity, **body))

    hidden = books.query(f"SELECT * FROM {entity} WHERE {name} LIKE 'Gone%'")
    shown = books.query(f"SELECT * FROM {entity} WHERE {name} LIKE 'Gone%' AND Active IN (true, false)")
    back = books.update(entity, gone, sparse=True, Active=True)

    assert gone[name] == "Gone (deleted)"
    assert hidden == {}
    assert [row["Id"] for row in shown[entity]] == [gone["Id"]]
    assert back[name] == "Gone"


def test_the_name_of_an_inactive_entity_stays_taken_unless_switched(books):
    deactivate(books, "Vendor", books.create("Vendor", DisplayName="Gone"))

    taken = books.post("Customer", {"DisplayName": "Gone"})
    books.control("POST", "switches", inactive_names_clash=False)
    free = books.post("Customer", {"DisplayName": "Gone"})

    assert books.refused(taken) == (400, "6240")
    assert free.status_code == 200


def test_name_lists_cannot_be_deleted(books):
    response = books.post("Vendor", {"Id": "1", "SyncToken": "0"}, operation="delete")

    assert books.refused(response) == (400, "500")


def test_a_currency_cannot_change_after_creation(books):
    vendor = books.create("Vendor", DisplayName="Fixed")

    updated = books.update("Vendor", vendor, sparse=True, CurrencyRef={"value": "EUR"}, AcctNum="1")

    assert updated["CurrencyRef"]["value"] == "USD"


def test_a_customer_below_another_has_a_full_name_that_follows_the_parent(books):
    parent = books.create("Customer", DisplayName="Parent")
    child = books.create("Customer", DisplayName="Child", ParentRef={"value": parent["Id"]}, Job=True)
    grandchild = books.create("Customer", DisplayName="Grandchild", ParentRef={"value": child["Id"]})

    books.update("Customer", parent, sparse=True, DisplayName="Renamed")

    assert (child["FullyQualifiedName"], child["Level"], child["Job"]) == ("Parent:Child", 1, True)
    assert grandchild["Level"] == 2
    assert books.read("Customer", child["Id"])["FullyQualifiedName"] == "Renamed:Child"
    assert books.read("Customer", grandchild["Id"])["FullyQualifiedName"] == "Renamed:Child:Grandchild"


def test_five_levels_are_enough(books):
    parent: dict[str, Any] = {}
    for level in range(5):
        parent = books.create(
            "Item", Name=f"L{level}", Type="Category", **({"ParentRef": {"value": parent["Id"]}} if parent else {})
        )

    response = books.post("Item", {"Name": "L5", "Type": "Category", "ParentRef": {"value": parent["Id"]}})

    assert parent["FullyQualifiedName"] == "L0:L1:L2:L3:L4"
    assert books.refused(response) == (400, "6180")


def test_nobody_can_be_their_own_grandparent(books):
    parent = books.create("Item", Name="Top", Type="Category")
    child = books.create("Item", Name="Below", Type="Category", ParentRef={"value": parent["Id"]})

    response = books.post(
        "Item", {"Id": parent["Id"], "SyncToken": "0", "sparse": True, "ParentRef": {"value": child["Id"]}}
    )

    assert books.refused(response) == (400, "6000")


def test_items_under_different_parents_may_share_a_name(books):
    shelf = books.create("Item", Name="Shelf", Type="Category")
    body = {"Name": "Packing Tape", "Type": "NonInventory", "ParentRef": {"value": shelf["Id"]}}

    nested = books.create("Item", **body)

    assert nested["FullyQualifiedName"] == "Shelf:Packing Tape"
    assert nested["SubItem"] is True
    assert books.refused(books.post("Item", body)) == (400, "6240")


def test_an_item_gets_its_defaults_and_keeps_its_type(books):
    created = books.create(
        "Item", Name="Twine", Type="NonInventory", ExpenseAccountRef={"value": books.account("Purchases")}
    )

    updated = books.update("Item", created, Name="Twine 2", ExpenseAccountRef=created["ExpenseAccountRef"])

    assert (created["UnitPrice"], created["PurchaseCost"], created["TrackQtyOnHand"]) == (0, 0, False)
    assert created["ExpenseAccountRef"]["name"] == "Purchases"
    assert updated["Type"] == "NonInventory"
    assert updated["FullyQualifiedName"] == "Twine 2"


def test_an_inventory_item_needs_the_plan_and_the_setting(essentials_books, new_books):
    body = {
        "Name": "Counted",
        "Type": "Inventory",
        "TrackQtyOnHand": True,
        "QtyOnHand": 3,
        "InvStartDate": "2026-01-01",
        "AssetAccountRef": {"value": "5"},
        "IncomeAccountRef": {"value": "14"},
        "ExpenseAccountRef": {"value": "18"},
    }
    switched_off = new_books(
        name="Off", plan="Plus", preferences={"ProductAndServicesPrefs": {"QuantityOnHand": False}}
    )

    assert essentials_books.refused(essentials_books.post("Item", body)) == (400, "5020")
    assert switched_off.refused(switched_off.post("Item", body)) == (400, "6000")


def test_quantity_tracking_cannot_be_turned_off(books):
    item = books.read("Item", "1")

    response = books.post("Item", {"Id": "1", "SyncToken": item["SyncToken"], "sparse": True, "TrackQtyOnHand": False})

    assert books.refused(response) == (400, "6000")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"AccountType": "Bank"}, ("Bank", "Checking", "Asset")),
        ({"AccountSubType": "Inventory"}, ("Other Current Asset", "Inventory", "Asset")),
        ({"AccountType": "Expense", "AccountSubType": "Travel"}, ("Expense", "Travel", "Expense")),
        ({"AccountType": "Cost of Goods Sold"}, ("Cost of Goods Sold", "SuppliesMaterialsCogs", "Expense")),
    ],
)
def test_an_accounts_type_and_subtype_complete_each_other(books, body, expected):
    created = books.create("Account", Name="New", **body)

    assert (created["AccountType"], created["AccountSubType"], created["Classification"]) == expected
    assert created["CurrentBalance"] == 0


def test_a_sub_account_has_its_parents_name_before_its_own(books):
    parent = books.account("Office Expenses")

    created = books.create("Account", Name="Paper", AccountType="Expense", SubAccount=True, ParentRef={"value": parent})

    assert created["FullyQualifiedName"] == "Office Expenses:Paper"
    assert created["SubAccount"] is True


def test_company_info_and_preferences_describe_the_company(advanced_books):
    info = advanced_books.read("CompanyInfo", advanced_books.realm_id)
    preferences = advanced_books.call("GET", "preferences").json()["Preferences"]

    offering = {pair["Name"]: pair["Value"] for pair in info["NameValue"]}["OfferingSku"]
    other = {pair["Name"]: pair["Value"] for pair in preferences["OtherPrefs"]["NameValue"]}
    assert info["CompanyName"] == "Juniper & Rye Provisions"
    assert offering == "QuickBooks Online Advanced"
    assert info["CompanyAddr"]["Country"] == "USA"
    assert other["VendorAndPurchasesPrefs.UseCustomTxnNumbers"] == "true"
    assert preferences["AccountingInfoPrefs"]["ClassTrackingPerTxnLine"] is True


@pytest.mark.parametrize("entity", ["CompanyInfo", "Preferences"])
def test_singletons_come_as_an_array_of_one_from_a_query(books, entity):
    assert len(books.query(f"select * from {entity}")[entity]) == 1
