"""Bills: what the company owes, and the purchase orders that they receive."""

import pytest

from tests.integration.local_quickbooks.bodies import (
    BOX,
    LABELS,
    OTHER_VENDOR,
    bill,
    order,
    purchased,
    receiving,
    spent,
)


def test_a_create_fills_in_what_quickbooks_computes(books):
    created = books.create("Bill", **bill(purchased(), spent(books.account("Freight In"), 7.5), TxnDate="2026-11-01"))

    assert created["TotalAmt"] == created["Balance"] == 27.5
    assert created["APAccountRef"]["name"] == "Accounts Payable (A/P)"
    assert created["DueDate"] == "2026-11-01"
    assert created["LinkedTxn"] == []
    assert "DocNumber" not in created
    assert [(line["Id"], line["LineNum"]) for line in created["Line"]] == [("1", 1), ("2", 2)]
    assert books.read("Bill", created["Id"]) == created
    assert books.query("SELECT * FROM Bill WHERE Balance > '27'")["Bill"] == [created]


def test_a_sparse_update_changes_lines_and_what_is_owed(books):
    created = books.create("Bill", **bill())

    updated = books.update("Bill", created, sparse=True, Line=[purchased(quantity=3)], PrivateNote="three")

    assert (updated["TotalAmt"], updated["Balance"], updated["SyncToken"]) == (30, 30, "1")
    assert updated["VendorRef"] == created["VendorRef"]


def test_a_deleted_bill_takes_its_balance_along(books):
    vendor, payable = books.read("Vendor", "1"), books.read("Account", books.account("Accounts Payable (A/P)"))
    created = books.create("Bill", **bill())
    owed = books.read("Vendor", "1")

    deleted = books.delete("Bill", created)

    assert deleted == {"domain": "QBO", "status": "Deleted", "Id": created["Id"]}
    assert owed["Balance"] == vendor["Balance"] + 20
    assert books.read("Vendor", "1")["Balance"] == vendor["Balance"]
    assert books.read("Account", payable["Id"])["CurrentBalance"] == payable["CurrentBalance"]


def test_balances_move_with_a_new_time_but_the_same_token(books):
    vendor, payable = books.read("Vendor", "1"), books.read("Account", books.account("Accounts Payable (A/P)"))
    books.wait()

    books.create("Bill", **bill())

    after, account = books.read("Vendor", "1"), books.read("Account", payable["Id"])
    assert (after["SyncToken"], account["SyncToken"]) == (vendor["SyncToken"], payable["SyncToken"])
    assert after["MetaData"]["LastUpdatedTime"] > vendor["MetaData"]["LastUpdatedTime"]
    assert account["MetaData"]["LastUpdatedTime"] > payable["MetaData"]["LastUpdatedTime"]
    assert account["CurrentBalance"] == payable["CurrentBalance"] - 20


def test_a_bill_for_a_counted_item_puts_it_into_stock(books):
    before = books.read("Item", BOX)
    assets = books.read("Account", books.account("Inventory Asset"))["CurrentBalance"]
    created = books.create("Bill", **bill(purchased(BOX, quantity=4, price=2.5)))
    stocked = books.read("Item", BOX)

    books.update("Bill", created, sparse=True, Line=[purchased(BOX, quantity=1, price=2.5)])

    assert stocked["QtyOnHand"] == before["QtyOnHand"] + 4
    assert stocked["SyncToken"] == before["SyncToken"]
    assert books.read("Item", BOX)["QtyOnHand"] == before["QtyOnHand"] + 1
    assert books.read("Account", books.account("Inventory Asset"))["CurrentBalance"] == assets + 2.5


def test_what_was_paid_stays_paid_when_the_bill_changes(books):
    created = books.create("Bill", **bill())
    paid = books.by_user("PATCH", f"Bill/{created['Id']}", Balance=5)

    updated = books.update("Bill", paid, sparse=True, Line=[purchased(quantity=3)])

    assert (updated["TotalAmt"], updated["Balance"]) == (30, 15)
    assert books.read("Vendor", "1")["Balance"] == 15


@pytest.mark.parametrize(
    ("term", "date", "due"),
    [
        ({"DueDays": 10}, "2026-11-25", "2026-12-05"),
        ({"DayOfMonthDue": 15}, "2026-11-10", "2026-11-15"),
        ({"DayOfMonthDue": 15}, "2026-11-20", "2026-12-15"),
        ({"DayOfMonthDue": 31}, "2026-11-20", "2026-11-30"),
        ({"DayOfMonthDue": 15, "DueNextMonthDays": 5}, "2026-12-12", "2027-01-15"),
    ],
)
def test_terms_say_when_a_bill_is_due(books, term, date, due):
    created = books.create("Term", Name="Ours", **term)

    owed = books.create("Bill", **bill(TxnDate=date, SalesTermRef={"value": created["Id"]}))

    assert owed["DueDate"] == due
    assert owed["SalesTermRef"] == {"value": created["Id"]}


def test_a_vendors_term_is_the_default_and_a_sent_due_date_wins(books):
    books.by_user("PATCH", "Vendor/1", TermRef={"value": "2"})

    by_term = books.create("Bill", **bill(TxnDate="2026-11-01"))
    sent = books.create("Bill", **bill(TxnDate="2026-11-01", DueDate="2026-11-09"))

    assert by_term["DueDate"] == "2026-11-16"
    assert sent["DueDate"] == "2026-11-09"


def test_a_number_is_unique_per_vendor_while_duplicates_are_warned_of(books):
    books.create("Bill", **bill(DocNumber="A-1"))

    same = books.post("Bill", bill(DocNumber="a-1"))
    allowed = books.post("Bill", bill(DocNumber="A-1"), include="allowduplicatedocnum")
    other = books.post("Bill", bill(DocNumber="A-1", VendorRef={"value": OTHER_VENDOR}))
    books.control("POST", "switches", bill_numbers_unique_per_vendor=False)
    everywhere = books.post("Bill", bill(DocNumber="A-1", VendorRef={"value": "3"}))
    books.prefer(OtherPrefs={"WarnDuplicateBillNumber": False})
    unwarned = books.post("Bill", bill(DocNumber="A-1"))

    assert books.refused(same) == books.refused(everywhere) == (400, "6140")
    assert [response.status_code for response in (allowed, other, unwarned)] == [200, 200, 200]


def test_a_bill_for_all_lines_closes_the_order_and_both_show_the_link(books):
    ordered = books.create("PurchaseOrder", **order(purchased(LABELS), purchased(BOX)))

    received = books.create(
        "Bill",
        **bill(receiving(ordered["Id"], "1", purchased(LABELS)), receiving(ordered["Id"], "2", purchased(BOX))),
    )

    closed = books.read("PurchaseOrder", ordered["Id"])
    assert received["LinkedTxn"] == [{"TxnId": ordered["Id"], "TxnType": "PurchaseOrder"}]
    assert received["Line"][1]["LinkedTxn"][0]["TxnLineId"] == "2"
    assert closed["POStatus"] == "Closed"
    assert closed["LinkedTxn"] == [{"TxnId": received["Id"], "TxnType": "Bill"}]
    assert [line["Received"] for line in closed["Line"]] == [2, 2]
    assert closed["SyncToken"] == "1"


def test_a_part_received_leaves_the_order_open_until_the_rest_comes(books):
    ordered = books.create("PurchaseOrder", **order(purchased(quantity=5)))

    books.create("Bill", **bill(receiving(ordered["Id"], "1", purchased(quantity=3))))
    partly = books.read("PurchaseOrder", ordered["Id"])
    books.create("Bill", **bill(receiving(ordered["Id"], "1", purchased(quantity=2))))
    fully = books.read("PurchaseOrder", ordered["Id"])

    assert (partly["POStatus"], partly["Line"][0]["Received"]) == ("Open", 3)
    assert (fully["POStatus"], fully["Line"][0]["Received"]) == ("Closed", 5)
    assert len(fully["LinkedTxn"]) == 2


def test_partial_receipts_can_be_switched_off(books):
    books.control("POST", "switches", partial_receipt=False, links_change_sync_token=False)
    ordered = books.create("PurchaseOrder", **order(purchased(quantity=5)))

    books.create("Bill", **bill(receiving(ordered["Id"], "1", purchased(quantity=1))))

    closed = books.read("PurchaseOrder", ordered["Id"])
    assert (closed["POStatus"], closed["SyncToken"]) == ("Closed", "0")


@pytest.mark.parametrize("how", ["delete", "unlink"])
def test_an_order_opens_again_when_its_bill_goes(books, how):
    ordered = books.create("PurchaseOrder", **order())
    received = books.create("Bill", **bill(receiving(ordered["Id"], "1", purchased())))
    held = books.post("PurchaseOrder", {"Id": ordered["Id"], "SyncToken": "1"}, operation="delete")

    if how == "delete":
        books.delete("Bill", received)
    else:
        assert books.update("Bill", received, sparse=True, Line=[purchased()])["LinkedTxn"] == []

    opened = books.read("PurchaseOrder", ordered["Id"])
    assert books.refused(held) == (400, "6000")
    assert (opened["POStatus"], opened["LinkedTxn"]) == ("Open", [])
    assert "Received" not in opened["Line"][0]


def test_an_update_that_leaves_lines_alone_keeps_the_link(books):
    ordered = books.create("PurchaseOrder", **order())
    received = books.create("Bill", **bill(receiving(ordered["Id"], "1", purchased())))

    updated = books.update("Bill", received, sparse=True, PrivateNote="seen")

    assert updated["LinkedTxn"] == received["LinkedTxn"]
    assert books.read("PurchaseOrder", ordered["Id"])["POStatus"] == "Closed"


def test_links_that_make_no_sense_are_refused(books):
    ordered = books.create("PurchaseOrder", **order())
    head = [{"TxnId": ordered["Id"], "TxnType": "PurchaseOrder"}]

    refusals = [
        books.post("Bill", bill(receiving("4711", "1", purchased()))),
        books.post("Bill", bill(receiving(ordered["Id"], "9", purchased()))),
        books.post("Bill", bill(receiving(ordered["Id"], "1", purchased()), VendorRef={"value": OTHER_VENDOR})),
        books.post("Bill", bill(LinkedTxn=head)),
    ]
    books.control("POST", "switches", bill_link_needs_line=False)
    whole = books.create("Bill", **bill(LinkedTxn=head))
    again = books.post("Bill", bill(LinkedTxn=head))

    assert [books.refused(response)[1] for response in refusals] == ["620", "620", "620", "2020"]
    assert books.read("PurchaseOrder", ordered["Id"])["LinkedTxn"] == [{"TxnId": whole["Id"], "TxnType": "Bill"}]
    assert books.refused(again) == (400, "620")


def test_a_counted_item_needs_a_quantity_and_a_day_after_its_start(books):
    without = books.post("Bill", bill({**purchased(BOX), "ItemBasedExpenseLineDetail": {"ItemRef": {"value": BOX}}}))
    early = books.post("Bill", bill(purchased(BOX), TxnDate="2001-01-01"))

    assert books.refused(without) == (400, "6520")
    assert books.refused(early) == (400, "6270")


def test_a_bill_needs_no_plan(essentials_books):
    account = essentials_books.account("Freight In")

    assert essentials_books.create("Bill", **bill(spent(account, 5)))["TotalAmt"] == 5
