"""The portal's Reconciliation pages, through their routes."""

import re
from datetime import UTC, datetime
from html import unescape
from itertools import count

import pytest
import requests
import time_machine

from ledgerlink.wiring import wiring
from local.quickbooks import Simulator
from tests.integration.api.portal import Person, words
from tests.integration.api.stack import HOST, Answer, Stack, handler
from tests.integration.api.test_oauth import Browser
from tests.integration.api.test_reconciliation import MonthEnd
from tests.unit.inbound.books import MORNING, changes, item, line, order
from tests.unit.orders import NOW

PAGE = "/portal/reconciliation"
MONTH = f"{PAGE}/month?month=2026-11"
ENTERED = {"lot_number": "L-7", "expiration_date": "2999-12-31", "certified_by": "Ada"}
_numbers = count(1)


class Shop:
    """A tenant whose orders were read, and its bookkeeper's browser."""

    def __init__(self, stack: Stack) -> None:
        self.person = Person(stack, f"grocer-{next(_numbers)}")
        self.stack, self.tenant, self.realm_id = stack, self.person.tenant, self.person.realm_id
        stack.connect(self.tenant, self.realm_id)

    def orders(self, *numbers: str, goods: str = "Organic <b>apples</b>", version: int = 0) -> None:
        """Orders of three apples came in, or came in again."""
        lines = [line(Description=goods)]
        rows = [order(number, token=version, minutes=version, DocNumber=number, Line=lines) for number in numbers]
        store = wiring().record_store
        store.announce(
            store.store(self.tenant, self.realm_id, changes(PurchaseOrder=rows, Item=[item()]), MORNING, NOW)
        )

    def form(self, number: str) -> str:
        """Where the form of the order's line leads to."""
        return f"/portal/certifications/{self.realm_id}.PurchaseOrder.{number}/lines/1"

    def certify(self, number: str, **changed: str) -> Answer:
        return self.person.send(self.person.get(PAGE), self.form(number), {**ENTERED, **changed})

    def certificates(self, number: str) -> list[str]:
        """The lots that were entered for the order, the last one first."""
        url = f"/v1/tenants/{self.tenant}/certifications/{self.realm_id}.PurchaseOrder.{number}"
        (one,) = self.stack.call("GET", url, headers=HOST).json["lines"]
        given = [one["certificate"], *reversed(one["earlier"])] if one["certificate"] else []
        return [certificate["lot_number"] for certificate in given]


@pytest.fixture
def shop(stack: Stack) -> Shop:
    return Shop(stack)


# Certification


def test_a_tenant_without_orders_and_companies_is_told_what_comes_here(stack: Stack) -> None:
    page = Person(stack, "newcomer").get(PAGE)

    assert page.status == 200
    assert "Nothing awaits certification." in words(page)
    assert "No QuickBooks company is connected." in words(page)


def test_an_order_says_what_is_organic_in_it_and_opens_in_quickbooks(shop: Shop) -> None:
    shop.orders("1001")

    page = shop.person.get(PAGE)

    text = words(page)
    assert "Purchase order 1001" in text
    assert "Alder Farm, 21 Nov 2026" in text
    assert "Apples · APL-1 × 3" in text
    assert "Organic: “organic” in the line's description" in text
    assert "Organic &lt;b&gt;apples&lt;/b&gt;" in page.text
    assert "purchaseorder?txnId=1001" in page.text


def test_a_line_is_certified_and_stands_below_with_who_and_when(shop: Shop) -> None:
    shop.orders("1001")

    answer = shop.certify("1001")

    assert (answer.status, answer.headers["Location"][0].split("/dev")[1]) == (303, f"{PAGE}?notice=certified")
    page = shop.person.get(f"{PAGE}?notice=certified")
    text = words(page)
    assert "The certificate is saved." in text
    assert "Nothing awaits certification." in text
    assert "Lot L-7 , expires 31 Dec 2999 Ada, " in text
    assert shop.certificates("1001") == ["L-7"]


def test_a_certificate_can_be_corrected(shop: Shop) -> None:
    shop.orders("1001")
    shop.certify("1001")

    answer = shop.certify("1001", lot_number="L-8")

    assert answer.status == 303
    assert shop.certificates("1001") == ["L-8", "L-7"]


def test_a_past_date_is_asked_about_and_what_was_typed_stays(shop: Shop) -> None:
    shop.orders("1001")

    asked = shop.certify("1001", expiration_date="2020-01-31")
    meant = shop.person.send(
        asked, shop.form("1001"), {**ENTERED, "expiration_date": "2020-01-31", "confirm_past_date": "true"}
    )

    assert asked.status == 400
    assert "The expiration date has passed." in words(asked)
    assert "The date is meant although it has passed" in words(asked)
    assert 'value="2020-01-31"' in asked.text
    assert 'value="L-7"' in asked.text
    assert meant.status == 303
    assert "Expired" in words(shop.person.get(PAGE))


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"lot_number": " "}, "Enter the lot number, with at most 60 characters."),
        ({"expiration_date": "soon"}, "Enter the expiration date."),
        ({"certified_by": ""}, "Enter who certifies it, with at most 60 characters."),
    ],
)
def test_a_field_that_is_missing_is_named_as_the_page_calls_it(shop: Shop, changed: dict[str, str], told: str) -> None:
    shop.orders("1001")

    refused = shop.certify("1001", **changed)

    assert (refused.status, shop.certificates("1001")) == (400, [])
    assert told in words(refused)


def test_a_line_that_changed_since_it_was_shown_is_not_certified(shop: Shop) -> None:
    shop.orders("1001")
    shown = shop.person.get(PAGE)
    shop.orders("1001", goods="Organic pears", version=1)

    refused = shop.person.send(shown, shop.form("1001"), ENTERED)

    assert (refused.status, shop.certificates("1001")) == (409, [])
    assert "The line has changed since it was shown" in words(refused)
    assert "Organic pears" in words(refused)
    assert 'value="L-7"' in refused.text


def test_a_certified_line_that_changed_shows_what_was_certified_before(shop: Shop) -> None:
    shop.orders("1001")
    shop.certify("1001")
    shop.orders("1001", goods="Organic pears", version=1)

    page = shop.person.get(PAGE)

    assert "Certified before, and changed since: lot L-7, expires 31 Dec 2999 ." in words(page)
    assert 'value="L-7"' not in page.text


def test_an_order_that_is_gone_by_then_is_told_on_the_page(shop: Shop) -> None:
    shop.orders("1001")
    shown = shop.person.get(PAGE)
    fields = {**ENTERED, "token": shown.text.split('name="token" value="')[1].split('"')[0]}

    refused = shop.person.post(shop.form("999"), list(fields.items()))

    assert refused.status == 404
    assert "has nothing to certify" in words(refused)


def test_both_lists_page(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.orders("1", "2", "3", "4", "5", "6")
    for number in ("4", "5", "6"):
        shop.certify(number)
    monkeypatch.setattr(handler("portal_reconciliation"), "SHOWN", 2)

    first = shop.person.get(PAGE)
    awaiting = shop.person.get(address_of("Next page", first))
    certified = shop.person.get(address_of("Earlier ones", first))

    assert numbers_on(first) == (["1", "2"], ["6", "5"])
    assert numbers_on(awaiting) == (["3"], ["6", "5"])
    assert numbers_on(certified) == (["1", "2"], ["4"])
    assert "Back to the newest" in words(certified)


def address_of(link: str, page: Answer) -> str:
    (address,) = re.findall(rf'<a href="[^"]*/dev([^"#]*)[^>]*>{link}</a>', page.text)
    return unescape(address)


def numbers_on(page: Answer) -> tuple[list[str], list[str]]:
    """The orders that await certification, and the certified ones."""
    awaiting = re.findall(r"<h3>Purchase order (\d+)</h3>", page.text)
    return awaiting, re.findall(r'<td data-label="Purchase order">(\d+)', page.text)


def test_another_tenants_orders_are_not_there(shop: Shop, stack: Stack) -> None:
    shop.orders("1001")
    other = Person(stack, "competitor")
    shown = shop.person.get(PAGE)

    page = other.get(PAGE)
    forged = other.send(shown, shop.form("1001"), ENTERED)

    assert "1001" not in words(page)
    assert (forged.status, shop.certificates("1001")) == (403, [])


def test_a_form_that_another_site_made_up_certifies_nothing(shop: Shop) -> None:
    shop.orders("1001")

    forged = shop.person.post(shop.form("1001"), [*ENTERED.items(), ("token", "guessed")])

    assert (forged.status, shop.certificates("1001")) == (403, [])


def test_an_ended_session_says_how_to_come_back(shop: Shop) -> None:
    shop.orders("1001")

    with time_machine.travel(datetime(2027, 11, 22, tzinfo=UTC)):
        pages = [shop.person.get(PAGE), shop.person.get(MONTH)]

    assert [page.status for page in pages] == [401, 401]
    assert all("1001" not in page.text for page in pages)


# A month


@pytest.fixture
def month(stack: Stack, simulator: Simulator) -> MonthEnd:
    made = requests.post(f"{simulator.url}/simulator/companies", json={"name": "Acme Books"}, timeout=10)
    realm_id = made.json()["realm_id"]
    tenant = f"tenant-of-{realm_id}"
    browser = Browser(stack, simulator.url, tenant)
    browser.open_connect()
    browser.come_back(browser.press("approve", realm_id))
    return MonthEnd(stack, simulator.url, tenant, realm_id)


def test_nobody_asks_quickbooks_until_somebody_wants_to_compare(month: MonthEnd) -> None:
    person = Person(month.stack, month.tenant)
    before = month.queries()

    page = person.get(PAGE)

    assert month.queries() == before
    assert "Compare with QuickBooks" in words(page)
    assert '<option value="2026-11"' in page.text


def test_a_month_shows_totals_and_what_differs(month: MonthEnd) -> None:
    month.has("bills", "b-1")
    voided, moved = month.has("invoices", "i-1"), month.has("invoices", "i-2")
    month.books.void("Invoice", voided, month.books.read("Invoice", voided)["SyncToken"], "void-1")
    month.change("Invoice", moved, TxnDate="2026-12-01")
    month.put("shipments", "s-1", status="packed")

    page = Person(month.stack, month.tenant).get(MONTH)

    text = words(page)
    assert page.status == 200
    assert "November 2026 against QuickBooks" in text
    assert "Bills 16.00 USD 1 document 16.00 USD 1 document 0.00 USD The same" in text
    assert "Invoices 7.00 USD 2 documents 0.00 USD 1 document 7.00 USD 2 differ" in text
    assert "i-1 Voided in QuickBooks 3.50 USD 0.00 USD 3.50 USD Open in QuickBooks" in text
    assert "i-2 Dated 1 Dec 2026 in QuickBooks 3.50 USD in another month 3.50 USD Open in QuickBooks" in text
    assert "s-1 Not in QuickBooks yet Waiting for its status 3.50 USD not there 3.50 USD" in text
    assert f"invoice?txnId={voided}" in page.text
    assert "/portal/documents/invoices/i-1" in page.text


def test_what_cannot_be_compared_is_told_on_the_page(month: MonthEnd) -> None:
    (connection,) = wiring().connections.of_tenant(month.tenant)
    tokens = wiring().connections.read(connection.key)
    assert tokens is not None
    wiring().connections.mark_needs_reconnect(connection.key, tokens.version)
    person = Person(month.stack, month.tenant)

    lost, unknown = person.get(MONTH), person.get(f"{PAGE}/month?month=soon")

    assert (lost.status, unknown.status) == (409, 400)
    assert "QuickBooks no longer lets us into Acme Books." in words(lost)
    assert "Compare with QuickBooks" in words(lost)


def test_a_tenant_without_a_company_is_shown_where_to_connect_one(stack: Stack) -> None:
    page = Person(stack, "newcomer").get(MONTH)

    assert page.status == 200
    assert "No QuickBooks company is connected." in words(page)


def test_another_tenants_company_cannot_be_compared(month: MonthEnd, shop: Shop) -> None:
    month.has("bills", "b-secret")

    page = shop.person.get(f"{MONTH}&connection={month.realm_id}")

    assert "b-secret" not in page.text
    assert month.realm_id not in page.text
