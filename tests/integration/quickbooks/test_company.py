"""One company's API against the simulator: what works, and what each refusal becomes."""

from decimal import Decimal
from typing import Any

import pytest
import requests

from ledgerlink import errors
from ledgerlink.quickbooks.client import Company, new_session
from ledgerlink.quickbooks.fault_table import TABLE
from ledgerlink.quickbooks.links import entity_url
from ledgerlink.quickbooks.queries import Select, named

HOUR = 3600


def order_for(company: Company, **changes) -> dict[str, Any]:
    """A purchase order of one line with the company's first vendor and item."""
    vendor, item = (company.query(Select(entity).order_by("Id").page(1, 1))[0] for entity in ("Vendor", "Item"))
    payable = company.query(Select("Account").where("AccountType", "=", "Accounts Payable").page(1, 1))[0]
    line = {
        "DetailType": "ItemBasedExpenseLineDetail",
        "Amount": Decimal("33.60"),
        "ItemBasedExpenseLineDetail": {
            "ItemRef": {"value": item["Id"]},
            "Qty": Decimal(12),
            "UnitPrice": Decimal("2.80"),
        },
    }
    return {
        "VendorRef": {"value": vendor["Id"]},
        "APAccountRef": {"value": payable["Id"]},
        "Line": [line],
        "DocNumber": "PO-7",
        **changes,
    }


def test_what_is_created_can_be_read_queried_counted_and_changed(company):
    created = company.create("PurchaseOrder", order_for(company), "request-1")

    read = company.read("PurchaseOrder", created["Id"])
    found = company.query(Select("PurchaseOrder").where("DocNumber", "=", "PO-7"))
    changed = company.update(
        "PurchaseOrder",
        {"Id": created["Id"], "SyncToken": created["SyncToken"], "sparse": True, "Memo": "Call first"},
        "request-2",
    )

    assert created["TotalAmt"] == Decimal("33.60")
    assert type(created["Id"]) is type(created["SyncToken"]) is str
    assert read["DocNumber"] == "PO-7"
    assert [order["Id"] for order in found] == [created["Id"]]
    assert company.count(Select("PurchaseOrder")) == 1
    assert (changed["SyncToken"], changed["Memo"], changed["DocNumber"]) == ("1", "Call first", "PO-7")


def test_amounts_arrive_digit_by_digit(company):
    body = order_for(company)
    detail = body["Line"][0]["ItemBasedExpenseLineDetail"]
    detail["UnitPrice"], detail["Qty"], body["Line"][0]["Amount"] = Decimal("0.1"), Decimal("3.00"), Decimal("0.3")

    created = company.create("PurchaseOrder", body, "request-1")

    line = created["Line"][0]
    assert line["Amount"] == Decimal("0.3")
    assert line["ItemBasedExpenseLineDetail"]["UnitPrice"] == Decimal("0.1")
    assert created["TotalAmt"] == Decimal("0.3")


def test_preferences_and_company_info_are_bare(company):
    assert company.company_info()["Country"]
    assert "VendorAndPurchasesPrefs" in company.preferences()


@pytest.mark.parametrize(
    "name",
    [
        "Amy's Bird Sanctuary",
        "O'Hara & Söhne",
        "Back\\slash\\",
        "100% + more",
        'Say "hi"',
        "Café – Zürich",
        "日本",
        "a'\\'b",
    ],
)
def test_any_name_is_found_again(control, company, name):
    created = company.create("Vendor", {"DisplayName": name}, "request-1")
    control.post("switches", query_refuses_non_ascii=True)

    found = [row for query in named("Vendor", "DisplayName", [name]) for row in company.query_all(query)]

    assert [row["Id"] for row in found if row["DisplayName"] == name] == [created["Id"]]


def test_an_inactive_vendor_is_found_when_asked_for(control, company, realm_id):
    vendor = company.create("Vendor", {"DisplayName": "Gone Ltd"}, "request-1")
    url = f"{control.url}/simulator/companies/{realm_id}/entities/Vendor/{vendor['Id']}"
    requests.patch(url, json={"Active": False}, timeout=10)
    select = Select("Vendor").where("Id", "=", vendor["Id"])

    assert company.query(select) == []
    assert [row["Active"] for row in company.query(select.include_inactive())] == [False]


def test_all_rows_of_a_long_list_are_read(control, oauth):
    realm_id = control.new_company(name="Big", plan="Plus", counts={"vendors": 2345})
    callback = control.consent(oauth.authorization_url("state-1"), realm_id)
    access_token = oauth.exchange(callback["code"], realm_id).access_token
    company = Company(new_session(), control.url, realm_id, FixedToken(access_token))

    found = company.query_all(Select("Vendor"))

    assert len({row["Id"] for row in found}) == len(found) == 2345 == company.count(Select("Vendor"))
    assert company.calls == 4


class FixedToken:
    def __init__(self, token: str) -> None:
        self._token = token

    def access_token(self) -> str:
        return self._token

    def replace(self, rejected: str) -> str:
        raise errors.ConnectionRevoked("Connect again.")


@pytest.mark.parametrize("as_xml", [False, True])
def test_an_expired_token_is_replaced_and_the_write_done_once(control, company, tokens, as_xml):
    body = order_for(company)
    control.post("switches", unauthorized_as_xml=as_xml)
    control.post("clock", advance_seconds=HOUR + 60)

    created = company.create("PurchaseOrder", body, "request-1")

    assert company.read("PurchaseOrder", created["Id"])["DocNumber"] == "PO-7"
    assert (tokens.replaced, company.count(Select("PurchaseOrder"))) == (1, 1)


def test_a_company_that_was_disconnected_inside_quickbooks_is_revoked(control, company, realm_id, tokens):
    control.post("revoke", realm_id=realm_id)

    with pytest.raises(errors.ConnectionRevoked) as caught:
        company.preferences()

    assert tokens.replaced == 1
    assert caught.value.intuit_tid


def test_another_companys_token_is_a_matter_of_configuration(control, tokens):
    stranger = control.new_company(name="Somebody else's", plan="Plus")
    company = Company(new_session(), control.url, stranger, tokens)

    with pytest.raises(errors.MissingConfiguration) as caught:
        company.company_info()

    assert caught.value.code == "wrong_environment"
    assert tokens.replaced == 0


def test_an_old_sync_token_is_stale(company):
    vendor = company.create("Vendor", {"DisplayName": "Amy's"}, "request-1")
    change = {"Id": vendor["Id"], "SyncToken": vendor["SyncToken"], "sparse": True}
    company.update("Vendor", {**change, "CompanyName": "First"}, "request-2")

    with pytest.raises(errors.StaleSyncToken) as caught:
        company.update("Vendor", {**change, "CompanyName": "Second"}, "request-3")

    assert caught.value.code == "quickbooks_5010"
    assert caught.value.intuit_tid == company.last_intuit_tid


def test_a_taken_name_is_a_duplicate(company):
    company.create("Vendor", {"DisplayName": "Amy's"}, "request-1")

    with pytest.raises(errors.DuplicateDocument) as caught:
        company.create("Customer", {"DisplayName": "Amy's"}, "request-2")

    assert caught.value.code == "quickbooks_6240"


def test_a_taken_number_is_a_duplicate(company):
    company.create("PurchaseOrder", order_for(company), "request-1")

    with pytest.raises(errors.DuplicateDocument) as caught:
        company.create("PurchaseOrder", order_for(company), "request-2")

    assert caught.value.code == "quickbooks_6140"


def test_an_entity_that_is_not_there_is_out_of_sync(company):
    with pytest.raises(errors.OutOfSync) as caught:
        company.read("Vendor", "999999")

    assert caught.value.code == "quickbooks_610"


def test_a_plan_without_purchase_orders_says_so(control, company, realm_id):
    body = order_for(company)
    requests.patch(f"{control.url}/simulator/companies/{realm_id}", json={"plan": "Essentials"}, timeout=10)

    with pytest.raises(errors.PlanLacksFeature):
        company.create("PurchaseOrder", body, "request-1")


def post(company, path, body):
    """Past the check of bodies, which lets neither a fault of ours nor one of the document through."""
    return company.call("POST", path, operation="test", body=body)


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (lambda company: post(company, "vendor", {"DisplayName": "A", "Shoe": 1}), "quickbooks_2010"),
        (lambda company: company.query("SELECT * FROM Custmoer"), "quickbooks_4001"),
        (lambda company: company.query("SELEC"), "quickbooks_4000"),
        (lambda company: post(company, "shoe", {}), "quickbooks_500"),
    ],
)
def test_a_fault_of_our_own_asks_for_the_transaction_id(company, ask, code):
    with pytest.raises(errors.DocumentRejected) as caught:
        ask(company)

    assert caught.value.code == code
    assert "fault in Ledgerlink" in caught.value.hint
    assert caught.value.intuit_tid


def test_a_repeated_request_id_gets_the_first_answer(company):
    first = company.create("Vendor", {"DisplayName": "Amy's"}, "request-1")
    second = company.create("Vendor", {"DisplayName": "Amy's"}, "request-1")

    assert first["Id"] == second["Id"]


def test_a_write_whose_answer_was_lost_has_happened_and_is_not_sent_again(control, company):
    body = order_for(company)
    control.fail({"timeout": "after"}, operation="create")

    with pytest.raises(errors.QuickBooksUnavailable):
        company.create("PurchaseOrder", body, "request-1")

    assert control.calls("create") == 1
    assert len(company.query(Select("PurchaseOrder").where("DocNumber", "=", "PO-7"))) == 1


def test_a_server_that_is_too_slow_is_an_outage(control, realm_id, tokens):
    company = Company(new_session(), control.url, realm_id, tokens, timeout=(1.0, 0.1))
    control.fail({"delay_ms": 400})

    with pytest.raises(errors.QuickBooksUnavailable, match="in time"):
        company.preferences()


@pytest.mark.parametrize(
    ("then", "error"),
    [
        ({"status": 503, "html": True}, errors.QuickBooksUnavailable),
        ({"status": 502, "body": ""}, errors.QuickBooksUnavailable),
        ({"status": 500}, errors.QuickBooksUnavailable),
        ({"status": 200, "body": "<html>Sign in</html>", "html": True}, errors.QuickBooksUnavailable),
        ({"status": 200, "body": '{"Vendor": {"Id": "1", '}, errors.QuickBooksUnavailable),
        ({"status": 400, "body": ""}, errors.DocumentRejected),
        ({"timeout": "before"}, errors.QuickBooksUnavailable),
    ],
)
def test_an_answer_of_another_shape_is_a_named_error(control, company, then, error):
    control.fail(then, operation="create")

    with pytest.raises(error):
        company.create("Vendor", {"DisplayName": "Amy's"}, "request-1")

    assert control.calls("create") == 1


def test_a_throttle_says_how_long_to_wait(control, company):
    control.fail({"status": 429, "retry_after": 30})

    with pytest.raises(errors.RateLimited) as caught:
        company.preferences()

    assert company.retry_after == 30
    assert caught.value.intuit_tid


@pytest.mark.parametrize("rule", [rule for rule in TABLE if rule.code != "3200"], ids=lambda rule: rule.code)
def test_every_code_of_the_table_becomes_its_error(control, company, tokens, rule):
    control.fail({"fault_code": rule.code}, times=None, operation="create")

    with pytest.raises(rule.error) as caught:
        company.create("Vendor", {"DisplayName": "Amy's"}, "request-1")

    assert type(caught.value) is rule.error
    assert caught.value.code == (rule.name or f"quickbooks_{rule.code}")
    assert caught.value.intuit_tid == company.last_intuit_tid
    assert (control.calls("create"), tokens.replaced) == (1, 0)


def test_a_token_that_is_refused_for_ever_is_tried_twice(control, company, tokens):
    control.fail({"fault_code": "3200"}, times=None, operation="create")

    with pytest.raises(errors.ConnectionRevoked):
        company.create("Vendor", {"DisplayName": "Amy's"}, "request-1")

    assert (control.calls("create"), tokens.replaced) == (2, 1)


@pytest.mark.parametrize("entity", ["Vendor", "Item", "PurchaseOrder"])
def test_a_link_opens_the_entity(control, company, realm_id, entity):
    if entity == "PurchaseOrder":
        company.create("PurchaseOrder", order_for(company), "request-1")
    row = company.query(Select(entity).order_by("Id").page(1, 1))[0]

    address = entity_url(control.url, entity, row["Id"], realm_id)
    assert address is not None

    page = requests.get(address, timeout=10)

    assert page.status_code == 200
    assert "Acme Books" in page.text
