"""One company's API, with QuickBooks played by a script."""

import json
import logging
import tomllib
from decimal import Decimal
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from ledgerlink import errors
from ledgerlink.quickbooks.queries import Select
from ledgerlink.quickbooks.transport import VERSION
from tests.unit.quickbooks.bodies import body_of, item_line
from tests.unit.quickbooks.scripted import TID, Answer, company_with

REFUSED_TOKEN = Answer(
    401,
    {"fault": {"error": [{"message": "m", "detail": "Token expired: AB01", "code": "3200"}], "type": "AUTHENTICATION"}},
)
VENDOR = {"Vendor": {"Id": "56", "SyncToken": "0", "DisplayName": "Amy's"}, "time": "2026-05-05T02:14:00.260-07:00"}


def rows(*ids: int) -> Answer:
    found = [{"Id": str(number)} for number in ids]
    return Answer(body={"QueryResponse": {"Vendor": found, "startPosition": 1, "maxResults": len(found)}})


def asked(request: requests.PreparedRequest) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(urlsplit(request.url or "").query).items()}


def test_reading_asks_for_json_of_the_minor_version_and_returns_the_bare_entity():
    company, adapter, _ = company_with(Answer(body=VENDOR))

    vendor = company.read("Vendor", "56")

    assert vendor == VENDOR["Vendor"]
    request = adapter.requests[0]
    assert request.url == "https://quickbooks.test/v3/company/9341454273912345/vendor/56?minorversion=75"
    assert request.headers["Accept"] == "application/json"
    assert request.headers["Authorization"] == "Bearer access-1"
    assert request.headers["User-Agent"] == f"Ledgerlink/{VERSION}"
    assert adapter.options[0]["timeout"] == (3.05, 30.0)
    assert (company.calls, company.last_intuit_tid) == (1, TID)


def test_the_version_in_the_user_agent_is_the_projects():
    project = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text())

    assert project["project"]["version"] == VERSION


def test_numbers_come_back_as_decimals_and_ids_as_text():
    body = b'{"Bill": {"Id": "1", "TotalAmt": 337.50, "Balance": 150, "Line": [{"Amount": 0.1}]}}'
    company, _, _ = company_with(Answer(body=body))

    bill = company.read("Bill", "1")

    assert bill == {
        "Id": "1",
        "TotalAmt": Decimal("337.50"),
        "Balance": Decimal(150),
        "Line": [{"Amount": Decimal("0.1")}],
    }
    assert all(type(bill[key]) is Decimal for key in ("TotalAmt", "Balance"))


@settings(deadline=None)
@given(st.decimals(min_value=Decimal("-1E+9"), max_value=Decimal("1E+9"), allow_nan=False, places=5))
def test_an_amount_is_sent_with_exactly_its_digits(amount):
    company, adapter, _ = company_with(Answer(body={"Bill": {"Id": "1"}}))

    company.create("Bill", body_of("Bill", Line=[item_line(Amount=amount)]), "request-1")

    sent = json.loads(adapter.requests[0].body, parse_float=str, parse_int=str)["Line"][0]["Amount"]
    assert Decimal(sent) == amount
    assert "e" not in sent.lower()


def test_a_write_carries_its_request_id():
    company, adapter, _ = company_with(Answer(body={"Vendor": {"Id": "7"}}))
    body = body_of("Vendor", DisplayName="Amy's Café")

    created = company.create("Vendor", body, "6f1c1d34-5f7e-4a53-9a35-6b1f6d5a2c10")

    request = adapter.requests[0]
    assert created == {"Id": "7"}
    assert (request.method, urlsplit(request.url).path) == ("POST", "/v3/company/9341454273912345/vendor")
    assert asked(request) == {"requestid": "6f1c1d34-5f7e-4a53-9a35-6b1f6d5a2c10", "minorversion": "75"}
    assert request.headers["Content-Type"] == "application/json"
    assert json.loads(request.body) == body


def test_an_update_without_id_or_sync_token_is_refused_before_it_is_sent():
    company, adapter, _ = company_with()

    for body in ({}, {"Id": "1"}, {"SyncToken": "0"}):
        with pytest.raises(ValueError):
            company.update("Bill", body, "request-1")

    assert adapter.requests == []


def test_an_update_goes_to_the_entity_with_its_sync_token():
    company, adapter, _ = company_with(Answer(body={"Bill": {"Id": "1", "SyncToken": "4"}}))

    change = {"Id": "1", "SyncToken": "3", "sparse": True, "VendorRef": {"value": "56"}, "PrivateNote": "Paid"}

    updated = company.update("Bill", change, "request-1")

    assert updated["SyncToken"] == "4"
    assert json.loads(adapter.requests[0].body) == change


@pytest.mark.parametrize("request_id", ["", "x" * 51])
def test_a_request_id_that_intuit_would_cut_is_refused(request_id):
    company, adapter, _ = company_with()

    with pytest.raises(ValueError):
        company.create("Bill", body_of("Bill"), request_id)

    assert adapter.requests == []


@pytest.mark.parametrize("entity_id", ["", "../companyinfo", "1?x", "1/2", "é"])
def test_an_id_that_would_change_the_path_is_refused(entity_id):
    company, adapter, _ = company_with()

    with pytest.raises(ValueError):
        company.read("Vendor", entity_id)

    assert adapter.requests == []


def test_company_and_preferences_come_without_their_envelope():
    company, adapter, _ = company_with(
        Answer(body={"CompanyInfo": {"CompanyName": "Books"}}), Answer(body={"Preferences": {"Id": "1"}})
    )

    assert company.company_info() == {"CompanyName": "Books"}
    assert company.preferences() == {"Id": "1"}
    assert [urlsplit(request.url).path for request in adapter.requests] == [
        "/v3/company/9341454273912345/companyinfo/9341454273912345",
        "/v3/company/9341454273912345/preferences",
    ]


def test_a_query_is_encoded_without_plus_signs():
    company, adapter, _ = company_with(rows(1, 2))
    select = Select("Vendor").where("DisplayName", "=", "Amy's & Söhne + 100%")

    found = company.query(select)

    assert [row["Id"] for row in found] == ["1", "2"]
    query = urlsplit(adapter.requests[0].url).query
    assert "+" not in query
    assert unquote(query) == f"query={select}&minorversion=75"


def test_a_query_without_matches_returns_nothing():
    company, _, _ = company_with(Answer(body={"QueryResponse": {}}))

    assert company.query("SELECT * FROM Vendor") == []


def test_counting_returns_a_whole_number():
    company, adapter, _ = company_with(Answer(body={"QueryResponse": {"totalCount": 41}}))

    total = company.count(Select("Vendor").include_inactive())

    assert total == 41
    assert type(total) is int
    assert asked(adapter.requests[0])["query"] == "SELECT COUNT(*) FROM Vendor WHERE Active IN (true, false)"


def test_reading_all_rows_takes_pages_of_a_thousand_in_order_of_their_id():
    company, adapter, _ = company_with(rows(*range(1, 1001)), rows(*range(1000, 1500)))

    found = company.query_all(Select("Vendor"))

    assert [row["Id"] for row in found] == [str(number) for number in range(1, 1500)]
    assert [asked(request)["query"] for request in adapter.requests] == [
        "SELECT * FROM Vendor ORDERBY Id ASC STARTPOSITION 1 MAXRESULTS 1000",
        "SELECT * FROM Vendor ORDERBY Id ASC STARTPOSITION 1000 MAXRESULTS 1000",
    ]


def test_a_row_deleted_between_two_pages_makes_the_reading_start_again():
    after_deletion = [number for number in range(1, 1501) if number != 5]
    company, _, _ = company_with(
        rows(*range(1, 1001)), rows(*after_deletion[999:]), rows(*after_deletion[:1000]), rows(*after_deletion[999:])
    )

    found = company.query_all(Select("Vendor"))

    assert [int(row["Id"]) for row in found] == after_deletion


def test_a_list_that_never_stands_still_is_given_up():
    moving = [page for _ in range(3) for page in (rows(*range(1, 1001)), rows(*range(1001, 1500)))]
    company, _, _ = company_with(*moving)

    with pytest.raises(errors.QuickBooksUnavailable, match="Vendor list changed"):
        company.query_all(Select("Vendor"))


def test_reading_all_rows_leaves_no_room_for_another_order_or_page():
    company, _, _ = company_with()

    with pytest.raises(ValueError):
        company.query_all(Select("Vendor").order_by("DisplayName"))
    with pytest.raises(ValueError):
        company.query_all(Select("Vendor").page(1))


def test_a_refused_token_is_replaced_once_and_the_call_repeated():
    company, adapter, tokens = company_with(REFUSED_TOKEN, Answer(body={"Bill": {"Id": "1"}}))

    company.create("Bill", body_of("Bill"), "request-1")

    first, second = adapter.requests
    assert tokens.rejected == ["access-1"]
    assert [first.headers["Authorization"], second.headers["Authorization"]] == ["Bearer access-1", "Bearer access-2"]
    assert (first.url, first.body) == (second.url, second.body)
    assert company.calls == 2


def test_a_second_refusal_means_that_the_connection_is_revoked():
    company, adapter, tokens = company_with(REFUSED_TOKEN, REFUSED_TOKEN)

    with pytest.raises(errors.ConnectionRevoked):
        company.read("Bill", "1")

    assert len(adapter.requests) == 2
    assert tokens.rejected == ["access-1"]


def test_without_another_token_the_call_is_not_repeated():
    company, adapter, tokens = company_with(REFUSED_TOKEN)
    tokens.fresh = []

    with pytest.raises(errors.ConnectionRevoked):
        company.read("Bill", "1")

    assert len(adapter.requests) == 1


@pytest.mark.parametrize("status", [400, 403, 429, 500, 502, 503, 504])
def test_nothing_but_a_refused_token_is_repeated(status):
    company, adapter, _ = company_with(Answer(status, b"<html>no</html>"))

    with pytest.raises(errors.SyncError):
        company.create("Bill", body_of("Bill"), "request-1")

    assert len(adapter.requests) == 1


def test_a_429_leaves_behind_how_long_to_wait():
    company, _, _ = company_with(Answer(429, b"", {"Retry-After": "17"}))

    with pytest.raises(errors.RateLimited):
        company.query("SELECT * FROM Vendor")

    assert company.retry_after == 17


@pytest.mark.parametrize(
    "failure",
    [
        requests.ConnectTimeout("https://quickbooks.test/query=SECRET"),
        requests.ReadTimeout("https://quickbooks.test/query=SECRET"),
        requests.ConnectionError("https://quickbooks.test/query=SECRET"),
        requests.exceptions.ChunkedEncodingError("https://quickbooks.test/query=SECRET"),
        requests.exceptions.SSLError("https://quickbooks.test/query=SECRET"),
    ],
)
def test_no_answer_is_an_outage_that_tells_nothing_of_the_request(failure):
    company, _, _ = company_with(failure)

    with pytest.raises(errors.QuickBooksUnavailable) as caught:
        company.query("SELECT * FROM Vendor")

    assert "SECRET" not in str(caught.value)
    assert caught.value.__context__ is None
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("body", [{}, {"Vendor": []}, {"Customer": {"Id": "1"}}])
def test_an_answer_without_the_entity_is_an_outage_with_its_transaction_id(body):
    company, _, _ = company_with(Answer(body=body))

    with pytest.raises(errors.QuickBooksUnavailable) as caught:
        company.create("Vendor", body_of("Vendor"), "request-1")

    assert caught.value.intuit_tid == TID


def test_a_redirect_is_not_followed_with_our_token():
    company, adapter, _ = company_with(Answer(302, b"", {"Location": "https://elsewhere.test/"}))

    with pytest.raises(errors.QuickBooksUnavailable):
        company.read("Vendor", "1")

    assert len(adapter.requests) == 1


def test_a_netrc_file_does_not_replace_our_token(tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine quickbooks.test login somebody password else")
    monkeypatch.setenv("NETRC", str(netrc))
    company, adapter, _ = company_with(Answer(body=VENDOR))

    company.read("Vendor", "56")

    assert adapter.requests[0].headers["Authorization"] == "Bearer access-1"


def test_each_call_leaves_one_line_without_token_body_or_query(caplog):
    company, _, _ = company_with(rows(1), Answer(body={"Bill": {"Id": "1"}}), requests.ReadTimeout("no answer"))

    with caplog.at_level(logging.INFO):
        company.query(Select("Vendor").where("DisplayName", "=", "Mrs Canary"))
        company.create("Bill", body_of("Bill", PrivateNote="Mrs Canary"), "request-1")
        with pytest.raises(errors.QuickBooksUnavailable):
            company.read("Bill", "1")

    lines = [record.__dict__ for record in caplog.records]
    assert [(line["method"], line["operation"], line["status"], line["intuit_tid"]) for line in lines] == [
        ("GET", "query Vendor", 200, TID),
        ("POST", "create Bill", 200, TID),
        ("GET", "read Bill", None, None),
    ]
    assert [line["failure"] for line in lines] == [None, None, "ReadTimeout"]
    assert all(line["realm_id"] == "9341454273912345" and line["milliseconds"] >= 0 for line in lines)
    assert "Canary" not in repr(lines)
    assert "access-1" not in repr(lines)
