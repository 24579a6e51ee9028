"""Invoices, sales receipts and estimates."""

import pytest

from tests.integration.local_quickbooks.bodies import BOX, CUSTOMER, DELIVERY, OTHER_CUSTOMER, sale, sold

FORMS = ["Invoice", "SalesReceipt", "Estimate"]
REMARK = {"DetailType": "DescriptionOnly", "Description": "Leave at the back door"}


def discount(**detail):
    return {"DetailType": "DiscountLineDetail", "Amount": 5, "DiscountLineDetail": detail}


@pytest.mark.parametrize("form", FORMS)
def test_a_sale_is_created_read_queried_updated_and_deleted(books, form):
    created = books.create(form, **sale(sold(quantity=3), PrivateNote="first"))
    read = books.read(form, created["Id"])
    found = books.query(f"SELECT * FROM {form} WHERE DocNumber = '{created['DocNumber']}'")[form]
    updated = books.update(form, created, sparse=True, PrivateNote="second")

    deleted = books.delete(form, updated)

    assert created["TotalAmt"] == 30
    assert read == created == found[0]
    assert (updated["PrivateNote"], updated["SyncToken"], updated["Line"]) == ("second", "1", created["Line"])
    assert deleted == {"domain": "QBO", "status": "Deleted", "Id": created["Id"]}
    assert books.refused(books.call("GET", f"{form.lower()}/{created['Id']}")) == (400, "610")


@pytest.mark.parametrize("form", FORMS)
def test_quickbooks_adds_a_subtotal_line_without_an_id(books, form):
    created = books.create(form, **sale(sold(), REMARK, sold(quantity=1)))

    item, remark, second, subtotal = created["Line"]
    assert subtotal == {"Amount": 30, "DetailType": "SubTotalLineDetail", "SubTotalLineDetail": {}}
    assert [item["Id"], remark["Id"], second["Id"]] == ["1", "2", "3"]
    assert remark["DescriptionLineDetail"] == {}
    assert "Amount" not in remark
    assert item["SalesItemLineDetail"]["ItemAccountRef"]["name"] == "Services"
    assert item["SalesItemLineDetail"]["TaxCodeRef"] == {"value": "NON"}


def test_a_subtotal_that_is_sent_back_is_added_up_anew(books):
    created = books.create("Invoice", **sale())
    lines = [{**created["Line"][0], **sold(quantity=4)}, created["Line"][-1]]

    updated = books.update("Invoice", created, sparse=True, Line=lines)

    assert [line["Amount"] for line in updated["Line"]] == [40, 40]
    assert updated["Line"][0]["Id"] == "1"


def test_an_invoice_fills_in_what_quickbooks_computes(books):
    customer = books.read("Customer", CUSTOMER)

    created = books.create("Invoice", **sale(TxnDate="2026-09-29"))

    assert created["DueDate"] == "2026-10-29"
    assert created["BillAddr"] == customer["BillAddr"]
    assert (created["Balance"], created["TxnTaxDetail"], created["LinkedTxn"]) == (20, {"TotalTax": 0}, [])
    assert (created["PrintStatus"], created["EmailStatus"]) == ("NeedToPrint", "NotSet")
    assert created["AllowOnlineACHPayment"] is False


def test_a_sales_receipt_needs_no_customer_and_goes_to_undeposited_funds(books):
    funds = books.read("Account", books.account("Undeposited Funds"))

    created = books.create("SalesReceipt", Line=[sold()])

    assert created["DepositToAccountRef"] == {"value": funds["Id"], "name": "Undeposited Funds"}
    assert created["Balance"] == 0
    assert "CustomerRef" not in created
    assert books.read("Account", funds["Id"])["CurrentBalance"] == funds["CurrentBalance"] + 20


@pytest.mark.parametrize("form", ["Invoice", "Estimate"])
def test_invoices_and_estimates_need_a_customer(books, form):
    assert books.refused(books.post(form, {"Line": [sold()]})) == (400, "2020")


@pytest.mark.parametrize("form", FORMS)
def test_a_sale_of_nothing_but_a_subtotal_has_no_lines(books, form):
    subtotal = {"Amount": 30, "DetailType": "SubTotalLineDetail", "SubTotalLineDetail": {}}

    assert books.refused(books.post(form, sale(subtotal))) == (400, "2020")


def test_the_money_of_a_sales_receipt_goes_to_a_bank_account_or_similar(books):
    wrong = books.post("SalesReceipt", sale(DepositToAccountRef={"value": books.account("Utilities")}))

    assert books.refused(wrong) == (400, "6430")


def test_an_invoice_moves_the_customers_balance_and_no_token(books):
    before, receivable = books.read("Customer", CUSTOMER), books.account("Accounts Receivable (A/R)")
    owed = books.read("Account", receivable)["CurrentBalance"]
    books.wait()

    invoice = books.create("Invoice", **sale())
    books.create("Estimate", **sale())

    after = books.read("Customer", CUSTOMER)
    assert (after["Balance"], after["BalanceWithJobs"]) == (before["Balance"] + 20, before["BalanceWithJobs"] + 20)
    assert after["SyncToken"] == before["SyncToken"]
    assert after["MetaData"]["LastUpdatedTime"] > before["MetaData"]["LastUpdatedTime"]
    assert books.read("Account", receivable)["CurrentBalance"] == owed + 20
    books.update("Invoice", invoice, sparse=True, CustomerRef={"value": OTHER_CUSTOMER})
    assert books.read("Customer", CUSTOMER)["Balance"] == before["Balance"]


def test_a_jobs_balance_counts_for_the_customer_above(books):
    job = books.create("Customer", DisplayName="Kitchen", ParentRef={"value": CUSTOMER})

    books.create("Invoice", **sale(CustomerRef={"value": job["Id"]}))

    above = books.read("Customer", CUSTOMER)
    assert (above["Balance"], above["BalanceWithJobs"]) == (0, 20)


@pytest.mark.parametrize(("form", "moved"), [("Invoice", -3), ("SalesReceipt", -3), ("Estimate", 0)])
def test_a_sale_takes_counted_items_from_stock_and_an_estimate_does_not(books, form, moved):
    before = books.read("Item", BOX)
    created = books.create(form, **sale(sold(BOX, quantity=3)))
    sold_item = books.read("Item", BOX)

    books.delete(form, created)

    assert sold_item["QtyOnHand"] == before["QtyOnHand"] + moved
    assert sold_item["SyncToken"] == before["SyncToken"]
    assert books.read("Item", BOX)["QtyOnHand"] == before["QtyOnHand"]


@pytest.mark.parametrize("form", ["Invoice", "SalesReceipt"])
def test_a_void_takes_the_amounts_away_and_leaves_the_document(books, form):
    stock = books.read("Item", BOX)["QtyOnHand"]
    created = books.create(form, **sale(sold(BOX, quantity=3), sold()))

    response = books.post(form, {"Id": created["Id"], "SyncToken": "0"}, operation="void")

    voided = response.json()[form]
    assert (voided["TotalAmt"], voided["Balance"], voided["PrivateNote"]) == (0, 0, "Voided")
    assert [line["Amount"] for line in voided["Line"]] == [0, 0, 0]
    assert (voided["SyncToken"], voided["DocNumber"]) == ("1", created["DocNumber"])
    assert books.read("Customer", CUSTOMER)["Balance"] == 0
    assert books.read("Item", BOX)["QtyOnHand"] == stock


def test_an_update_that_includes_void_voids_too(books):
    created = books.create("SalesReceipt", **sale())
    body = {"Id": created["Id"], "SyncToken": "0", "sparse": True}

    voided = books.post("SalesReceipt", body, operation="update", include="void").json()["SalesReceipt"]

    assert (voided["TotalAmt"], voided["PrivateNote"]) == (0, "Voided")


@pytest.mark.parametrize("form", ["Estimate", "Bill", "Vendor"])
def test_other_kinds_cannot_be_voided(books, form):
    assert books.refused(books.post(form, {"Id": "1", "SyncToken": "0"}, operation="void")) == (400, "500")


def test_a_void_needs_the_current_token(books):
    created = books.create("Invoice", **sale())
    books.update("Invoice", created, sparse=True, PrivateNote="x")

    stale = books.post("Invoice", {"Id": created["Id"], "SyncToken": "0"}, operation="void")

    assert books.refused(stale) == (400, "5010")


@pytest.mark.parametrize("form", FORMS)
def test_numbers_are_given_unless_the_company_gives_its_own(books, form):
    assigned = books.create(form, **sale())
    books.prefer(SalesFormsPrefs={"CustomTxnNumbers": True})

    own = books.create(form, **sale())
    asked = books.post(form, sale(), include="allowautodocnum").json()[form]
    told = books.create(form, **sale(AutoDocNumber=True))

    assert assigned["DocNumber"] == "1001"
    assert "DocNumber" not in own
    assert (asked["DocNumber"], told["DocNumber"]) == ("1002", "1003")


@pytest.mark.parametrize(("form", "status"), [("Invoice", 400), ("SalesReceipt", 400), ("Estimate", 200)])
def test_a_number_in_use_is_refused_but_for_estimates(books, form, status):
    books.create(form, **sale(DocNumber="X-1"))

    assert books.post(form, sale(DocNumber="X-1")).status_code == status
    assert books.post(form, sale(DocNumber="X-1"), include="allowduplicatedocnum").status_code == 200


def test_a_discount_comes_after_the_subtotal(books):
    percent = books.create("Invoice", **sale(sold(quantity=5), discount(PercentBased=True, DiscountPercent=10)))
    amount = books.create("Invoice", **sale(sold(quantity=5), discount(PercentBased=False)))

    assert [line["DetailType"] for line in percent["Line"]] == [
        "SalesItemLineDetail",
        "SubTotalLineDetail",
        "DiscountLineDetail",
    ]
    assert [line["Amount"] for line in percent["Line"]] == [50, 50, 5]
    assert percent["Line"][2]["DiscountLineDetail"]["DiscountAccountRef"]["name"] == "Discounts given"
    assert percent["TotalAmt"] == amount["TotalAmt"] == 45


def test_a_line_may_leave_quantity_and_price_open(books):
    line = {**sold(), "Amount": 100, "SalesItemLineDetail": {"ItemRef": {"value": DELIVERY}}}

    created = books.create("Invoice", **sale(line))

    assert created["TotalAmt"] == 100
    assert "Qty" not in created["Line"][0]["SalesItemLineDetail"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (sale(sold(BOX, detail={"Qty": None})), "6520"),
        (sale(sold(BOX), TxnDate="2001-01-01"), "6270"),
        (sale({**sold(), "Amount": 21}), "6070"),
        (sale({**sold(), "Amount": None}), "2020"),
        (sale({**sold(), "DetailType": None}), "2020"),
        (sale({**sold(), "DetailType": "GroupLineDetail"}), "5030"),
        (sale(discount(PercentBased=True)), "6090"),
        (sale(sold(detail={"TaxCodeRef": {"value": "2"}})), "6100"),
        (sale(sold("4711")), "2500"),
        (sale(CustomerRef={"value": "1"}), "2500"),
        (sale(CustomerMemo={"value": "x" * 1001}), "2050"),
        (sale(DocNumber="x" * 22), "2050"),
        (sale(SalesTermRef={"value": "4711"}), "2500"),
        (sale(LinkedTxn=[{"TxnId": "4711", "TxnType": "Estimate"}]), "620"),
        (sale(LinkedTxn=[{"TxnType": "Estimate"}]), "2020"),
        (sale(TotalTax=1), "2010"),
        (sale(CurrencyRef={"value": "EUR"}), "2220"),
    ],
)
def test_what_quickbooks_refuses_of_an_invoice_and_why(shared_books, body, code):
    response = shared_books.post("Invoice", body)

    assert shared_books.refused(response) == (400, code), response.text


def test_an_invoice_for_an_estimate_closes_it_until_the_invoice_goes(books):
    estimate = books.create("Estimate", **sale())
    link = [{"TxnId": estimate["Id"], "TxnType": "Estimate"}]

    invoice = books.create("Invoice", **sale(LinkedTxn=link))
    closed = books.read("Estimate", estimate["Id"])
    held = books.post("Estimate", {"Id": estimate["Id"], "SyncToken": closed["SyncToken"]}, operation="delete")
    other = books.post("Invoice", sale(LinkedTxn=link, CustomerRef={"value": OTHER_CUSTOMER}))
    books.delete("Invoice", invoice)

    assert estimate["TxnStatus"] == "Pending"
    assert (closed["TxnStatus"], closed["LinkedTxn"]) == ("Closed", [{"TxnId": invoice["Id"], "TxnType": "Invoice"}])
    assert (books.refused(held), books.refused(other)) == ((400, "6000"), (400, "620"))
    assert books.read("Estimate", estimate["Id"])["TxnStatus"] == "Accepted"


def test_an_estimate_is_accepted_or_rejected(books):
    estimate = books.create("Estimate", **sale(ExpirationDate="2026-12-31"))

    accepted = books.update("Estimate", estimate, sparse=True, TxnStatus="Accepted", AcceptedBy="Ada")
    wrong = books.post("Estimate", {"Id": estimate["Id"], "SyncToken": "1", "sparse": True, "TxnStatus": "Maybe"})

    assert (accepted["TxnStatus"], accepted["AcceptedBy"]) == ("Accepted", "Ada")
    assert books.refused(wrong) == (400, "2170")


def test_american_tax_follows_the_code_of_the_document_or_is_taken_as_sent(books):
    taxed = sold(detail={"TaxCodeRef": {"value": "TAX"}})

    by_code = books.create("Invoice", **sale(taxed, sold(), TxnTaxDetail={"TxnTaxCodeRef": {"value": "2"}}))
    sent = books.create("Invoice", **sale(taxed, TxnTaxDetail={"TotalTax": 1.75}))
    none = books.create("Invoice", **sale(taxed))
    grown = books.update(
        "Invoice", by_code, sparse=True, Line=[sold(quantity=5, detail={"TaxCodeRef": {"value": "TAX"}})]
    )

    (line,) = by_code["TxnTaxDetail"]["TaxLine"]
    assert (by_code["TotalAmt"], by_code["TxnTaxDetail"]["TotalTax"]) == (41.6, 1.6)
    assert (line["TaxLineDetail"]["TaxPercent"], line["TaxLineDetail"]["NetAmountTaxable"]) == (8, 20)
    assert (sent["TotalAmt"], none["TotalAmt"]) == (21.75, 20)
    assert (grown["TotalAmt"], grown["TxnTaxDetail"]["TotalTax"]) == (54, 4)


def test_a_taxable_item_for_a_taxable_customer_is_taxed_by_default(books):
    books.by_user("PATCH", f"Item/{DELIVERY}", Taxable=True)

    taxed = books.create("Invoice", **sale())
    books.by_user("PATCH", f"Customer/{CUSTOMER}", Taxable=False)
    exempt = books.create("Invoice", **sale())

    codes = [entity["Line"][0]["SalesItemLineDetail"]["TaxCodeRef"]["value"] for entity in (taxed, exempt)]
    assert codes == ["TAX", "NON"]


def test_a_document_is_sent_and_shown_as_a_pdf(books):
    created = books.create("Invoice", **sale())

    without = books.call("POST", f"invoice/{created['Id']}/send")
    sent = books.call("POST", f"invoice/{created['Id']}/send", params={"sendTo": "ada@example.com"}).json()["Invoice"]
    pdf = books.call("GET", f"invoice/{created['Id']}/pdf")

    assert books.refused(without) == (400, "6420")
    assert (sent["EmailStatus"], sent["BillEmail"]["Address"]) == ("EmailSent", "ada@example.com")
    assert sent["DeliveryInfo"]["DeliveryType"] == "Email"
    assert sent["SyncToken"] == "0"
    assert (pdf.headers["Content-Type"], pdf.content[:5]) == ("application/pdf", b"%PDF-")
    assert books.refused(books.call("GET", "vendor/1/pdf")) == (400, "500")


def test_what_was_paid_of_an_invoice_stays_paid(books):
    created = books.create("Invoice", **sale(Deposit=5))
    paid = books.by_user("PATCH", f"Invoice/{created['Id']}", Balance=0)

    updated = books.update("Invoice", paid, sparse=True, Line=[sold(quantity=3)])

    assert created["Balance"] == 15
    assert updated["Balance"] == 10
    assert books.read("Customer", CUSTOMER)["Balance"] == 10
