"""Outside the USA, with several currencies, and with closed books."""

import pytest

from tests.integration.local_quickbooks.bodies import LABELS, bill, posting, purchased, sale, sold


@pytest.fixture
def british(new_books):
    """A company in the United Kingdom: code 2 is 20 %, 3 is 5 %, 4 is zero."""
    return new_books(name="Albion", plan="Plus", country="GB", currency="GBP")


def taxed(code, **line):
    return sold(detail={"TaxCodeRef": {"value": code}}, **line)


@pytest.mark.parametrize("form", ["Invoice", "SalesReceipt", "Estimate"])
def test_every_line_needs_a_tax_code(british, form):
    without = british.post(form, sale())
    unknown = british.post(form, sale(taxed("99")))

    assert british.refused(without) == (400, "6000")
    assert "VAT" in without.text
    assert british.refused(unknown) == (400, "6160")


def test_the_codes_of_the_lines_give_the_tax(british):
    created = british.create("Invoice", **sale(taxed("2"), taxed("2"), taxed("3"), taxed("4")))

    detail = created["TxnTaxDetail"]
    rates = [
        (line["TaxLineDetail"]["TaxPercent"], line["TaxLineDetail"]["NetAmountTaxable"], line["Amount"])
        for line in detail["TaxLine"]
    ]
    assert rates == [(20, 40, 8), (5, 20, 1), (0, 20, 0)]
    assert (detail["TotalTax"], created["TotalAmt"], created["GlobalTaxCalculation"]) == (9, 89, "TaxExcluded")


def test_amounts_can_include_the_tax_or_have_none(british):
    included = british.create("Invoice", **sale(taxed("2", quantity=12), GlobalTaxCalculation="TaxInclusive"))
    without = british.create("Invoice", **sale(GlobalTaxCalculation="NotApplicable"))

    assert (included["TotalAmt"], included["TxnTaxDetail"]["TotalTax"]) == (120, 20)
    assert (without["TotalAmt"], without["TxnTaxDetail"]) == (20, {"TotalTax": 0})


def test_a_tax_that_is_sent_counts_even_when_it_is_zero(british):
    wrong = british.create("Invoice", **sale(taxed("2"), TxnTaxDetail={"TotalTax": 0}))

    assert wrong["TotalAmt"] == 20


def test_tax_follows_the_lines_when_they_change(british):
    created = british.create("Invoice", **sale(taxed("2")))

    updated = british.update("Invoice", created, sparse=True, Line=[taxed("2", quantity=4)])
    noted = british.update("Invoice", updated, sparse=True, PrivateNote="as agreed")

    assert (created["TotalAmt"], updated["TotalAmt"], noted["TotalAmt"]) == (24, 48, 48)
    assert noted["TxnTaxDetail"] == updated["TxnTaxDetail"]


def test_purchases_are_taxed_too_and_the_vendor_is_owed_it(british):
    line = purchased(LABELS, detail={"TaxCodeRef": {"value": "2"}})

    created = british.create("Bill", **bill(line))

    assert (created["TotalAmt"], created["TxnTaxDetail"]["TotalTax"]) == (24, 4)
    assert british.read("Vendor", "1")["Balance"] == 24


def test_american_bills_have_no_tax_detail_and_no_tax_calculation(books):
    created = books.create("Bill", **bill(GlobalTaxCalculation="TaxExcluded"))

    assert "TxnTaxDetail" not in created
    assert "GlobalTaxCalculation" not in created


@pytest.fixture
def worldly(new_books):
    """An American company with several currencies, a vendor and a customer in euros."""
    books = new_books(name="Far and near", preferences={"CurrencyPrefs": {"MultiCurrencyEnabled": True}})
    books.vendor = books.create("Vendor", DisplayName="Lisbon Ceramics", CurrencyRef={"value": "EUR"})
    books.customer = books.create("Customer", DisplayName="Porto Cafe", CurrencyRef={"value": "EUR"})
    return books


def test_a_document_has_its_vendors_or_customers_currency_and_a_rate(worldly):
    owed = worldly.create("Bill", **{**bill(), "VendorRef": {"value": worldly.vendor["Id"]}})
    sold_abroad = worldly.create(
        "Invoice", **sale(CustomerRef={"value": worldly.customer["Id"]}, ExchangeRate=1.1, CurrencyRef={"value": "EUR"})
    )

    assert (owed["CurrencyRef"]["value"], owed["ExchangeRate"], owed["HomeBalance"]) == ("EUR", 1.09, 21.8)
    assert (sold_abroad["TotalAmt"], sold_abroad["HomeTotalAmt"]) == (20, 22)
    assert worldly.read("Vendor", worldly.vendor["Id"])["Balance"] == 20
    assert worldly.read("Account", worldly.account("Accounts Payable (A/P)"))["CurrentBalance"] == -21.8
    assert worldly.read("Account", worldly.account("Accounts Receivable (A/R)"))["CurrentBalance"] == 22


def test_another_currency_than_the_names_is_refused(worldly):
    wrong = worldly.post("Bill", {**bill(CurrencyRef={"value": "EUR"})})

    assert worldly.refused(wrong) == (400, "6000")


def test_the_currency_of_a_name_stays(worldly):
    changed = worldly.update("Vendor", worldly.vendor, sparse=True, CurrencyRef={"value": "USD"}, AcctNum="7")

    assert changed["CurrencyRef"]["value"] == "EUR"


def test_the_currency_can_be_required(worldly):
    worldly.control("POST", "switches", currency_ref_required=True)

    without = worldly.post("Bill", bill())
    named = worldly.post("Bill", bill(CurrencyRef={"value": "USD"}))

    assert worldly.refused(without) == (400, "2020")
    assert named.status_code == 200


@pytest.mark.parametrize(("password", "code"), [(False, "6200"), (True, "6210")])
def test_closed_books_let_nothing_in_out_or_through(books, password, code):
    books.control("POST", "switches", closed_books_have_password=password)
    old = books.create("Invoice", **sale(TxnDate="2026-06-15"))
    new = books.create("Invoice", **sale(TxnDate="2026-07-01"))
    books.prefer(AccountingInfoPrefs={"BookCloseDate": "2026-06-30"})
    of_old = {"Id": old["Id"], "SyncToken": "0", "sparse": True}

    refused = [
        books.post("Invoice", sale(TxnDate="2026-06-30")),
        books.post("Bill", bill(TxnDate="2026-06-30")),
        books.post("Invoice", {**of_old, "PrivateNote": "late"}),
        books.post("Invoice", {**of_old, "TxnDate": "2026-07-02"}),
        books.post("Invoice", {"Id": new["Id"], "SyncToken": "0", "sparse": True, "TxnDate": "2026-06-30"}),
        books.post("Invoice", {"Id": old["Id"], "SyncToken": "0"}, operation="void"),
        books.post("Invoice", {"Id": old["Id"], "SyncToken": "0"}, operation="delete"),
        books.post(
            "JournalEntry", {"TxnDate": "2026-06-01", "Line": [posting("Debit", "25", 1), posting("Credit", "1", 1)]}
        ),
    ]

    assert {books.refused(response) for response in refused} == {(400, code)}
    assert books.post("Invoice", sale(TxnDate="2026-07-01")).status_code == 200
    assert books.by_user("PATCH", f"Invoice/{old['Id']}", PrivateNote="I know")["PrivateNote"] == "I know"
