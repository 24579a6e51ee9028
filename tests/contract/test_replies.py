"""Every shape of answer that is known is read."""

from decimal import Decimal

import pytest

from ledgerlink import errors
from ledgerlink.domain.changes import Tombstone
from ledgerlink.domain.company import CompanyInfo, Preferences
from ledgerlink.domain.reference_data import Account, Class, Department, TaxCode, Term
from ledgerlink.quickbooks import json_numbers
from ledgerlink.quickbooks.batch import Read, Write
from ledgerlink.quickbooks.changes import read_changes
from ledgerlink.quickbooks.check_body import Operation
from ledgerlink.quickbooks.queries import Select
from tests.contract import recorded
from tests.unit.quickbooks.bodies import body_of
from tests.unit.quickbooks.scripted import TID, Answer, company_with


@pytest.mark.parametrize("entity", sorted(recorded.ENTITIES))
def test_an_entity_is_read_with_fields_that_nobody_told_us_about(entity):
    company, _, _ = company_with(Answer(body={entity: recorded.ENTITIES[entity], "time": recorded.TIME}))

    read = company.read(entity, "1")

    assert type(read["Id"]) is type(read["SyncToken"]) is str
    assert all(type(line.get("Amount", Decimal(0))) is Decimal for line in read.get("Line", []))


def test_a_deleted_transaction_has_no_sync_token_and_that_is_fine():
    company, _, _ = company_with(Answer(body=recorded.DELETED))

    company.delete("Invoice", "266", "0", "request-1")


@pytest.mark.parametrize(
    ("answer", "ids"), [(recorded.NO_ROWS, []), (recorded.ROWS, ["71"]), (recorded.ROWS_WITH_COUNT, ["257"])]
)
def test_rows_are_read_with_and_without_a_count(answer, ids):
    company, _, _ = company_with(Answer(body=answer))

    assert [row["Id"] for row in company.query(Select("Vendor"))] == ids


def test_a_count_is_read():
    company, _, _ = company_with(Answer(body=recorded.COUNTED))

    assert company.count(Select("Vendor")) == 41


def test_a_batch_is_read():
    company, _, _ = company_with(Answer(body=recorded.BATCH))
    sales_receipt = {"Id": "11", "SyncToken": "0", "sparse": True, "PrivateNote": "A private note."}

    made, deleted, updated, found = company.batch(
        [
            Write(Operation.CREATE, "Vendor", body_of("Vendor"), "r1"),
            Write(Operation.DELETE, "Invoice", {"Id": "129", "SyncToken": "0"}, "r2"),
            Write(Operation.UPDATE, "SalesReceipt", sales_receipt, "r3"),
            Read(Select("SalesReceipt")),
        ]
    )

    assert made.result()["DisplayName"] == "Boraski Family Store"
    assert isinstance(deleted.error, errors.OutOfSync)
    assert isinstance(updated.error, errors.StaleSyncToken)
    assert [row["TotalAmt"] for row in found.found()] == [Decimal("337.50")]


def test_changes_are_read():
    answer = json_numbers.loads(json_numbers.dumps(_with_decimals(recorded.CHANGES)))

    changes = read_changes(["Invoice", "Bill", "Customer"], answer, TID)

    assert {entity: [row["Id"] for row in rows] for entity, rows in changes.rows.items()} == {
        "Invoice": ["264"],
        "Bill": [],
        "Customer": [],
    }
    assert changes.deleted == [Tombstone("Customer", "65", "2014-12-08T20:01:35-08:00")]


def _with_decimals(value):
    if isinstance(value, float):
        return Decimal(str(value))
    if isinstance(value, dict):
        return {name: _with_decimals(member) for name, member in value.items()}
    return [_with_decimals(member) for member in value] if isinstance(value, list) else value


@pytest.mark.parametrize(
    ("status", "body", "error", "code"),
    [
        (400, {"Fault": recorded.NOT_FOUND, "time": recorded.TIME}, errors.OutOfSync, "quickbooks_610"),
        (400, {"Fault": recorded.STALE}, errors.StaleSyncToken, "quickbooks_5010"),
        (200, {"Fault": recorded.STALE}, errors.StaleSyncToken, "quickbooks_5010"),
        (400, recorded.NO_TAX_RATE, errors.DocumentRejected, "quickbooks_6000"),
        (403, recorded.NOT_AUTHORIZED, errors.MissingConfiguration, "wrong_environment"),
        (401, recorded.WRONG_CLUSTER, errors.MissingConfiguration, "wrong_environment"),
        (429, recorded.THROTTLED, errors.RateLimited, "quickbooks_3001"),
    ],
)
def test_a_refusal_of_any_shape_is_its_error(status, body, error, code):
    company, _, _ = company_with(Answer(status, body))

    with pytest.raises(error) as caught:
        company.query(Select("Vendor"))

    assert type(caught.value) is error
    assert (caught.value.code, caught.value.intuit_tid) == (code, TID)


def test_an_expired_token_is_seen_as_one():
    company, _, tokens = company_with(Answer(401, recorded.EXPIRED), Answer(body=recorded.NO_ROWS))

    company.query(Select("Vendor"))

    assert tokens.rejected == ["access-1"]


def test_accounts_classes_and_locations_are_read():
    account = Account.from_row(recorded.ACCOUNT)

    assert (account.id, account.name, account.active) == ("156", "Accounts Payable (A/P)", True)
    assert (account.account_type, account.account_sub_type) == ("Accounts Payable", "AccountsPayable")
    assert (account.classification, account.currency, account.number) == ("Liability", "USD", "")
    assert Class.from_row(recorded.CLASS).full_name == "Shoes:Adidas"
    assert Department.from_row(recorded.DEPARTMENT) == Department("8", "North", False, full_name="North")


def test_terms_and_tax_codes_are_read():
    by_days = json_numbers.loads(json_numbers.dumps(recorded.TERM))

    assert Term.from_row(by_days) == Term("3", "Net 30", True, due_days=30, day_of_month_due=None)
    assert Term.from_row(recorded.TERM_BY_DATE).day_of_month_due == 15
    assert TaxCode.from_row(recorded.TAX_CODE) == TaxCode(
        "2", "California", True, description="California", taxable=True, is_group=True
    )


@pytest.mark.parametrize(
    ("plan", "has"),
    [
        ("QuickBooks Online Plus", True),
        ("QuickBooks Online Advanced", True),
        ("QuickBooks Online Essentials", False),
        ("QuickBooks Online Simple Start", False),
        ("Something new", None),
        ("", None),
    ],
)
def test_the_plan_says_whether_there_are_purchase_orders(plan, has):
    pairs = [{"Name": "OfferingSku", "Value": plan}]

    assert CompanyInfo.from_row({**recorded.COMPANY_INFO, "NameValue": pairs}).has_purchase_orders_and_inventory is has


def test_company_and_preferences_are_read():
    info, preferences = CompanyInfo.from_row(recorded.COMPANY_INFO), Preferences.from_row(recorded.PREFERENCES)

    assert (info.company_name, info.country) == ("Sandbox Company_US_1", "US")
    assert (info.offering_sku, info.subscription_status) == ("QuickBooks Online Plus", "SUBSCRIBED")
    assert (preferences.multicurrency, preferences.home_currency) == (True, "USD")
    assert preferences.tracks_classes_per_line
    assert not preferences.tracks_classes_per_document
    assert preferences.numbers_purchases_by_hand
    assert not preferences.numbers_sales_by_hand
    assert preferences.warns_of_duplicate_bill_numbers
    assert not preferences.warns_of_duplicate_journal_numbers
    assert preferences.books_closed_until is None
    assert preferences.others["ProjectsEnabled"] == "false"


@pytest.mark.parametrize("reader", [Account, Class, Department, Term, TaxCode, CompanyInfo, Preferences])
@pytest.mark.parametrize("rubbish", [None, 7, "x", [], {}, [7], True])
def test_whatever_is_missing_or_strange_is_as_good_as_nothing(reader, rubbish):
    known = (recorded.ACCOUNT, recorded.TERM, recorded.TAX_CODE, recorded.PREFERENCES, recorded.COMPANY_INFO)
    row = dict.fromkeys({name for one in known for name in one}, rubbish)

    read = reader.from_row(row)

    assert type(read) is type(reader.from_row({})) is reader
