"""Journal entries and inventory adjustments."""

import pytest

from tests.integration.local_quickbooks.bodies import BOX, CUSTOMER, LABELS, VENDOR, adjusted, posting

RENT, CHECKING, RECEIVABLE, PAYABLE = "25", "1", "3", "8"


def entry(*lines, **more):
    return {"Line": list(lines) or [posting("Debit", RENT, 50), posting("Credit", CHECKING, 50)], **more}


def party(kind, entity_id):
    return {"Entity": {"Type": kind, "EntityRef": {"value": entity_id}}}


def adjustment(books, *lines, **more):
    account = books.account("Inventory Shrinkage")
    return {"AdjustAccountRef": {"value": account}, "Line": list(lines) or [adjusted()], **more}


def test_a_journal_entry_is_created_read_queried_updated_and_deleted(books):
    created = books.create("JournalEntry", **entry(PrivateNote="first"))
    read = books.read("JournalEntry", created["Id"])
    found = books.query(f"SELECT * FROM JournalEntry WHERE Id = '{created['Id']}'")
    updated = books.update("JournalEntry", created, sparse=True, PrivateNote="second")

    deleted = books.delete("JournalEntry", updated)

    assert read == created == found["JournalEntry"][0]
    assert found["totalCount"] == 1
    assert (created["TotalAmt"], created["Adjustment"], created["TxnTaxDetail"]) == (0, False, {})
    assert [line["Id"] for line in created["Line"]] == ["0", "1"]
    assert (updated["PrivateNote"], updated["SyncToken"]) == ("second", "1")
    assert deleted["status"] == "Deleted"


def test_a_journal_moves_the_balances_of_the_balance_sheet_only(books):
    created = books.create("JournalEntry", **entry())

    assert books.read("Account", CHECKING)["CurrentBalance"] == -50
    assert books.read("Account", RENT)["CurrentBalance"] == 0
    books.delete("JournalEntry", created)
    assert books.read("Account", CHECKING)["CurrentBalance"] == 0


def test_a_sub_accounts_balance_counts_for_the_account_above(books):
    drawer = books.create("Account", Name="Drawer", AccountType="Bank", ParentRef={"value": CHECKING}, SubAccount=True)

    books.create("JournalEntry", **entry(posting("Debit", drawer["Id"], 5), posting("Credit", RENT, 5)))

    above = books.read("Account", CHECKING)
    assert (above["CurrentBalance"], above["CurrentBalanceWithSubAccounts"]) == (0, 5)


def test_receivables_and_payables_name_whose_they_are(books):
    owed = entry(posting("Debit", RECEIVABLE, 5, **party("Customer", CUSTOMER)), posting("Credit", RENT, 5))
    owing = entry(posting("Credit", PAYABLE, 7, **party("Vendor", VENDOR)), posting("Debit", RENT, 7))

    created = books.create("JournalEntry", **owed)
    books.create("JournalEntry", **owing)

    assert created["Line"][0]["JournalEntryLineDetail"]["Entity"]["EntityRef"]["name"] == "Amber Lane Cafe"
    assert books.read("Customer", CUSTOMER)["Balance"] == 5
    assert books.read("Vendor", VENDOR)["Balance"] == 7
    assert books.read("Account", PAYABLE)["CurrentBalance"] == -7


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (entry(posting("Debit", RENT, 50), posting("Credit", CHECKING, 49.99)), "2300"),
        (entry(posting("Debit", RENT, 50)), "2300"),
        (entry(posting("Debit", RENT, 0)), "2300"),
        (entry(posting(None, RENT, 50), posting("Credit", CHECKING, 50)), "2260"),
        (entry(posting("Left", RENT, 50), posting("Credit", CHECKING, 50)), "2170"),
        (entry(posting("Debit", RENT, -5), posting("Credit", CHECKING, -5)), "2290"),
        (entry(posting("Debit", "4711", 5), posting("Credit", CHECKING, 5)), "2500"),
        (entry({**posting("Debit", RENT, 5), "DetailType": None}, posting("Credit", CHECKING, 5)), "2020"),
        (entry(posting("Debit", RECEIVABLE, 5), posting("Credit", RENT, 5)), "6000"),
        (entry(posting("Debit", RECEIVABLE, 5, **party("Vendor", VENDOR)), posting("Credit", RENT, 5)), "6000"),
        (entry(posting("Credit", PAYABLE, 5), posting("Debit", RENT, 5)), "6000"),
        (
            entry(
                posting("Debit", RECEIVABLE, 5, **party("Customer", CUSTOMER)),
                posting("Credit", PAYABLE, 5, **party("Vendor", VENDOR)),
            ),
            "6000",
        ),
        ({"PrivateNote": "no lines"}, "2020"),
    ],
)
def test_what_quickbooks_refuses_of_a_journal_entry_and_why(shared_books, body, code):
    response = shared_books.post("JournalEntry", body)

    assert shared_books.refused(response) == (400, code), response.text


def test_several_receivable_and_payable_lines_can_be_allowed(books):
    books.control("POST", "switches", journal_has_one_party_line=False)
    lines = (
        posting("Debit", RECEIVABLE, 5, **party("Customer", CUSTOMER)),
        posting("Credit", PAYABLE, 5, **party("Vendor", VENDOR)),
    )

    assert books.post("JournalEntry", entry(*lines)).status_code == 200


def test_journal_numbers_are_the_senders_business(books):
    unnumbered = books.create("JournalEntry", **entry())
    numbered = books.post("JournalEntry", entry(), include="allowautodocnum").json()["JournalEntry"]
    books.create("JournalEntry", **entry(DocNumber="J-1"))

    twice = books.post("JournalEntry", entry(DocNumber="J-1"))
    books.prefer(OtherPrefs={"WarnDuplicateJournalNumber": True})
    warned = books.post("JournalEntry", entry(DocNumber="J-1"))

    assert "DocNumber" not in unnumbered
    assert numbered["DocNumber"] == "1001"
    assert twice.status_code == 200
    assert books.refused(warned) == (400, "6140")


def test_remarks_have_no_amount(books):
    remark = {"DetailType": "DescriptionOnly", "Description": "For November"}

    created = books.create("JournalEntry", **entry(remark, posting("Debit", RENT, 5), posting("Credit", CHECKING, 5)))

    assert created["Line"][0] == {
        "Id": "0",
        "Description": "For November",
        "DetailType": "DescriptionOnly",
        "DescriptionLineDetail": {},
    }


def test_an_adjustment_is_created_read_queried_updated_and_deleted(books):
    before = books.read("Item", BOX)
    created = books.create("InventoryAdjustment", **adjustment(books))
    adjusted_item = books.read("Item", BOX)
    read = books.read("InventoryAdjustment", created["Id"])
    found = books.query("SELECT * FROM InventoryAdjustment")["InventoryAdjustment"]
    updated = books.update("InventoryAdjustment", created, sparse=True, Line=[adjusted(difference=3)])
    changed_item = books.read("Item", BOX)

    books.delete("InventoryAdjustment", updated)

    assert read == created == found[0]
    assert created["DocNumber"] == "1001"
    assert created["AdjustAccountRef"]["name"] == "Inventory Shrinkage"
    assert adjusted_item["QtyOnHand"] == before["QtyOnHand"] - 2
    assert adjusted_item["SyncToken"] == before["SyncToken"]
    assert changed_item["QtyOnHand"] == before["QtyOnHand"] + 3
    assert books.read("Item", BOX)["QtyOnHand"] == before["QtyOnHand"]


def test_an_adjustment_can_name_the_new_quantity(books):
    line = {
        "DetailType": "ItemAdjustmentLineDetail",
        "ItemAdjustmentLineDetail": {"ItemRef": {"value": BOX}, "NewQty": 7},
    }

    books.create("InventoryAdjustment", **adjustment(books, line))

    assert books.read("Item", BOX)["QtyOnHand"] == 7


def test_what_quickbooks_refuses_of_an_adjustment_and_why(books, essentials_books, new_books):
    created = books.create("InventoryAdjustment", **adjustment(books))
    british = new_books(name="Albion", plan="Plus", country="GB", currency="GBP")

    refused = [
        books.refused(books.post("InventoryAdjustment", body))[1]
        for body in (
            adjustment(books, adjusted(LABELS)),
            adjustment(books, TxnDate="2001-01-01"),
            {"Line": [adjusted()]},
            {"Id": created["Id"], "SyncToken": "0", **adjustment(books)},
        )
    ]

    assert refused == ["6000", "6270", "2020", "2020"]
    without = essentials_books.post("InventoryAdjustment", adjustment(essentials_books))
    assert essentials_books.refused(without) == (400, "5020")
    assert british.refused(british.post("InventoryAdjustment", adjustment(british))) == (400, "5030")
