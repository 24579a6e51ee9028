"""The portal's documents: listed, read, previewed and sent by the tenant that they belong to, and by nobody else."""

import json
import re
from typing import Any
from urllib.parse import urlencode

import pytest
import requests
import time_machine

from ledgerlink.domain.backlogs import Backlog, Chunk, DocumentResult, Outcome
from ledgerlink.domain.documents import Status
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.wiring import clock, wiring
from local.quickbooks import Simulator
from tests.integration.api.stack import HOST, Answer, Stack, invoke
from tests.integration.api.test_oauth import Browser as ConsentBrowser
from tests.integration.api.test_pages import Browser, link
from tests.integration.api.test_push import task
from tests.template import ACCOUNT, REGION
from tests.unit.kinds.sales_samples import sale_json
from tests.unit.orders import KIND, line_json, order_json

LIST, SEND = "/portal/documents", "/portal/documents/send"
ERROR = {
    "category": "out_of_sync",
    "code": "out_of_sync",
    "message": "In QuickBooks, the vendor 'Canary & Sons' is inactive.",
    "hint": "Make it active again in QuickBooks.",
    "intuit_tid": "1-673f0a1c-tid",
}
_tenants = iter(range(1000))


@pytest.fixture
def tenant(stack: Stack) -> str:
    """A tenant with a company connected and three orders under way."""
    name = f"documents-{next(_tenants)}"
    stack.connect(name, f"31{name.rpartition('-')[2]:0>4}")
    for number in ("1", "2", "3"):
        stack.put(name, f"po-{number}", number=f"PO-{number}")
    return name


@pytest.fixture
def browser(stack: Stack, tenant: str) -> Browser:
    return signed_in(stack, tenant)


def signed_in(stack: Stack, tenant: str) -> Browser:
    browser = Browser(stack)
    browser.get(link(stack, tenant, "portal_url"))
    return browser


def fail(tenant: str, document_id: str, kind: str = KIND, **changes: str) -> None:
    """The last try of this document has ended so."""
    documents = wiring().documents
    document = documents.get(DocumentKey(tenant, kind, document_id))
    assert document is not None
    assert documents.mark_failed(document.current_attempt, {**ERROR, **changes}, clock())


def send(browser: Browser, page: Answer, *ticked: str, **fields: str) -> Answer:
    """Press a button of a page with these documents ticked."""
    (token, *_) = re.findall(r'name="token" value="([^"]+)"', page.text)
    (once, *_) = re.findall(r'name="once" value="([^"]+)"', page.text)
    form = {"token": token, "once": once, **fields}
    raw = urlencode([*form.items(), *(("document", one) for one in ticked)])
    return browser.stack.call("POST", SEND, headers=browser.headers, raw=raw)


def led_to(answer: Answer) -> str:
    assert answer.status == 303, answer.text
    return answer.headers["Location"][0].removeprefix("https://api.ledgerlink.test/dev")


def backlogs(tenant: str) -> list[Backlog]:
    return wiring().backlogs.page(tenant, limit=10, after=None)[0]


def words(page: Answer) -> str:
    """What a person reads."""
    return " ".join(re.sub(r"<[^>]*>", " ", page.text).split())


def numbers(page: Answer) -> list[str]:
    return re.findall(r'name="document" value="[^"]*" aria-label="([^"]*)"', page.text)


# Listed


def test_documents_are_listed_with_what_people_know_them_by(browser: Browser) -> None:
    page = browser.get(LIST)

    assert page.status == 200
    assert numbers(page) == ["PO-1", "PO-2", "PO-3"]
    assert re.search(r"PO-1 Canary Feather Supplies .*?16\.00 Being sent", words(page))


def test_each_kind_has_a_list_of_its_own(stack: Stack, browser: Browser, tenant: str) -> None:
    stack.call("PUT", f"/v1/tenants/{tenant}/products/p-1", {"name": "Bolt M8", "sku": "BOLT-8"}, HOST)

    products, bills = browser.get(f"{LIST}?collection=products"), browser.get(f"{LIST}?collection=bills")

    assert numbers(products) == ["Bolt M8"]
    assert "BOLT-8" in products.text
    assert "There are no bills yet." in words(bills)


def test_a_kind_or_status_that_there_is_not_is_refused(browser: Browser) -> None:
    assert browser.get(f"{LIST}?collection=unicorns").status == 404
    assert browser.get(f"{LIST}?status=lost").status == 400


def test_a_status_shows_those_alone_that_stand_so(browser: Browser, tenant: str) -> None:
    fail(tenant, "po-2")

    failed, syncing, ready = (
        browser.get(f"{LIST}?status={status}") for status in ("sync_failed", "syncing", "waiting_for_send")
    )

    assert numbers(failed) == ["PO-2"]
    assert numbers(syncing) == ["PO-1", "PO-3"]
    assert "No purchase orders here." in words(ready)


def test_a_status_shows_no_documents_of_another_kind(stack: Stack, browser: Browser, tenant: str) -> None:
    stack.call("PUT", f"/v1/tenants/{tenant}/invoices/po-2", sale_json(), HOST)
    fail(tenant, "po-2", "invoices")

    assert numbers(browser.get(f"{LIST}?status=sync_failed")) == []
    assert len(numbers(browser.get(f"{LIST}?status=sync_failed&collection=invoices"))) == 1


def test_every_status_can_be_chosen_by_words(browser: Browser) -> None:
    page = browser.get(LIST)

    (chosen,) = re.findall(r'<select name="status">.*?</select>', page.text, re.DOTALL)
    offered = dict(re.findall(r'<option value="(\w+)">([^<]+)</option>', chosen))
    assert set(offered) == set(Status)
    assert len(set(offered.values())) == len(offered)


@pytest.mark.parametrize("status", ["", "not_connected"])
def test_long_lists_page(stack: Stack, status: str) -> None:
    tenant = f"long-{status or 'all'}"
    link(stack, tenant)
    for number in range(60):
        supplier = {"name": f"Supplier {number:02}"}
        assert stack.call("PUT", f"/v1/tenants/{tenant}/suppliers/s-{number:02}", supplier, HOST).status == 202
    browser = signed_in(stack, tenant)

    first = browser.get(f"{LIST}?collection=suppliers&status={status}")
    (following,) = re.findall(r'href="https://api.ledgerlink.test/dev([^"]+)" rel="next"', first.text)
    rest = browser.get(following.replace("&amp;", "&"))

    assert (len(numbers(first)), len(numbers(rest))) == (50, 10)
    assert not set(numbers(first)) & set(numbers(rest))
    assert 'rel="next"' not in rest.text
    assert "Back to the first page" in rest.text


@pytest.mark.parametrize("after", ["../x", "%23", "2026-11-21T09:30:00.000000Z%23kind", "'\"<script>"])
@pytest.mark.parametrize("status", ["", "sync_failed"])
def test_a_place_in_a_list_that_we_did_not_give_out_is_refused(browser: Browser, status: str, after: str) -> None:
    assert browser.get(f"{LIST}?status={status}&after={after}").status == 400


def test_an_error_is_shown_whole_with_what_to_do_and_the_transaction_id(browser: Browser, tenant: str) -> None:
    fail(tenant, "po-1")

    for page in (browser.get(LIST), browser.get(f"{LIST}/{KIND}/po-1")):
        assert "the vendor &#39;Canary &amp; Sons&#39; is inactive." in page.text
        assert ERROR["hint"] in page.text
        assert f'data-copy="{ERROR["intuit_tid"]}"' in page.text


def test_what_hosts_and_quickbooks_write_is_never_taken_for_markup(stack: Stack, browser: Browser, tenant: str) -> None:
    hostile = "\"'><script>alert(1)</script>"
    stack.put(tenant, "po-1", number="'\"><b>", supplier={"id": hostile[:20], "name": hostile}, memo=hostile)
    fail(tenant, "po-1", message=hostile, hint=hostile, intuit_tid=hostile)

    listed, failed, one = (browser.get(f"{LIST}{rest}") for rest in ("", "?status=sync_failed", f"/{KIND}/po-1"))

    for page in (listed, failed, one):
        assert page.status == 200
        assert "<script>alert" not in page.text
        assert "<b>" not in page.text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text


@pytest.mark.parametrize("rest", [f"/{KIND}/%22%3E%3Cscript%3E", f"/{KIND}/'\"", "/%3Cscript%3E/po-1", f"/{KIND}/lost"])
def test_an_address_of_nothing_is_a_page_that_repeats_no_markup(browser: Browser, rest: str) -> None:
    page = browser.get(f"{LIST}{rest}")

    assert page.status in (400, 404)
    assert "<script>" not in page.text


# One document


def test_a_document_is_readable(stack: Stack, browser: Browser, tenant: str) -> None:
    lines = [line_json(quantity=1200, unit_cost="0.0125", description="In boxes")]
    stack.put(tenant, "po-9", number="PO-9", order_date="2026-11-03", currency="USD", lines=lines)

    page = words(browser.get(f"{LIST}/{KIND}/po-9"))

    assert "Purchase order PO-9" in page
    assert "Ordered 3 Nov 2026" in page
    assert "Supplier Canary Feather Supplies orders@canary-feathers.example 17 Canary Wharf Lane London" in page
    assert "Bolt M8 BOLT-8 In boxes 1,200 0.0125 15.00" in page
    assert "Freight 12.50 Total before sales tax 27.50 USD" in page


def test_what_was_tried_is_told(stack: Stack, browser: Browser, tenant: str) -> None:
    before = browser.get(f"{LIST}/{KIND}/po-1")
    invoke("settle_push", _stopped(stack, tenant))

    after = words(browser.get(f"{LIST}/{KIND}/po-1"))

    assert "What was tried Nothing yet." in words(before)
    assert re.search(r"What was tried .*Gave up", after)


def _stopped(stack: Stack, tenant: str) -> dict[str, Any]:
    """Step Functions tells that the execution of a push has ended."""
    name = stack.document(tenant, "po-1").current_attempt.execution_name
    return {
        "detail": {
            "input": json.dumps({name: value for name, value in task(tenant).items() if name != "execution"}),
            "status": "TIMED_OUT",
            "name": name,
            "executionArn": f"arn:aws:states:{REGION}:{ACCOUNT}:execution:x:{name}",
            "stopDate": 1_795_253_400_000,
        }
    }


def test_a_page_looks_again_only_while_its_document_is_on_its_way(browser: Browser, tenant: str) -> None:
    moving = browser.get(f"{LIST}/{KIND}/po-1")
    fail(tenant, "po-1")
    still = browser.get(f"{LIST}/{KIND}/po-1")

    assert 'hx-trigger="every 2s"' in moving.text
    assert "hx-trigger" not in still.text


# Sent


def test_ticked_documents_are_sent_in_one_backlog(browser: Browser, tenant: str) -> None:
    sent = send(browser, browser.get(LIST), f"{KIND}/po-1", f"{KIND}/po-3")

    progress = browser.get(led_to(sent))

    (backlog,) = backlogs(tenant)
    assert backlog.total == 2
    assert "0 of 2 done" in words(progress)
    assert 'hx-trigger="every 2s"' in progress.text
    assert "2 documents are being sent to QuickBooks. Follow the progress" in words(browser.get(LIST))


def test_a_form_that_is_sent_twice_sends_once_and_another_page_anew(browser: Browser, tenant: str) -> None:
    page = browser.get(LIST)

    addresses = [led_to(send(browser, shown, f"{KIND}/po-1")) for shown in (page, page, browser.get(LIST))]

    assert addresses[0] == addresses[1] != addresses[2]
    assert len(backlogs(tenant)) == 2


def test_one_page_can_send_one_selection_after_the_other(browser: Browser, tenant: str) -> None:
    page = browser.get(LIST)

    for document_id in ("po-1", "po-2"):
        assert send(browser, page, f"{KIND}/{document_id}").status == 303

    assert len(backlogs(tenant)) == 2


def test_one_document_is_sent_from_its_own_page_and_one_comes_back_there(browser: Browser, tenant: str) -> None:
    fail(tenant, "po-1")
    here = f"{LIST}/{KIND}/po-1"

    after = led_to(send(browser, browser.get(here), f"{KIND}/po-1", back=here))

    (backlog,) = backlogs(tenant)
    assert after == f"{here}?notice=sending&sent={backlog.backlog_id}"
    page = browser.get(after)
    assert "On its way to QuickBooks. Follow the progress" in words(page)
    assert f"/portal/backlogs/{backlog.backlog_id}" in page.text
    assert "About to be sent" in words(page)
    assert 'hx-trigger="every 2s"' in page.text


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "/portal/../x", f"{LIST}/{KIND}/a/b"])
def test_nobody_is_led_elsewhere(browser: Browser, back: str) -> None:
    answer = send(browser, browser.get(LIST), f"{KIND}/po-1", back=back)

    assert led_to(answer).startswith("/portal/backlogs/")


def test_a_notice_links_to_no_place_that_is_not_a_backlog(browser: Browser) -> None:
    page = browser.get(f"{LIST}?notice=sending&sent=%22%3E%3Cscript%3E/../x")

    assert "On its way to QuickBooks." in page.text
    assert "Follow the progress" not in page.text


def test_all_that_failed_for_one_reason_are_sent_together(browser: Browser, tenant: str) -> None:
    fail(tenant, "po-1")
    page = browser.get(f"{LIST}?status=sync_failed")

    sent = send(browser, page, all="sync_failed", collection=KIND, category="out_of_sync")

    (backlog,) = backlogs(tenant)
    assert backlog.standing is not None
    assert (backlog.standing.status, backlog.standing.kind, backlog.standing.category) == (
        "sync_failed",
        KIND,
        "out_of_sync",
    )
    assert '<option value="out_of_sync">Gone or inactive in QuickBooks</option>' in page.text
    assert "Purchase orders: Gone or inactive in QuickBooks." in words(browser.get(led_to(sent)))


def test_without_a_reason_all_that_stand_so_are_sent(browser: Browser, tenant: str) -> None:
    fail(tenant, "po-1")

    send(browser, browser.get(f"{LIST}?status=sync_failed"), all="sync_failed", collection=KIND, category="")

    (backlog,) = backlogs(tenant)
    assert backlog.standing is not None
    assert backlog.standing.category is None


def test_all_are_offered_only_where_documents_wait_or_have_failed(browser: Browser, tenant: str) -> None:
    fail(tenant, "po-1")

    assert "Send all that failed" in browser.get(f"{LIST}?status=sync_failed").text
    assert 'name="all"' not in browser.get(LIST).text
    assert 'name="all"' not in browser.get(f"{LIST}?status=syncing").text


def test_a_button_without_a_tick_says_what_to_do_and_keeps_the_filter(browser: Browser, tenant: str) -> None:
    fail(tenant, "po-1")

    answer = send(browser, browser.get(f"{LIST}?status=sync_failed"), collection=KIND, status="sync_failed")
    page = browser.get(led_to(answer))

    assert "Nothing was sent, for nothing is ticked." in words(page)
    assert numbers(page) == ["PO-1"]
    assert backlogs(tenant) == []


@pytest.mark.parametrize("ticked", [f"{KIND}/lost", "unicorns/po-1", "po-1", "'\"><script>/x", "purchase-orders/a/b"])
def test_what_cannot_be_sent_is_a_page_that_says_so(browser: Browser, tenant: str, ticked: str) -> None:
    page = send(browser, browser.get(LIST), f"{KIND}/po-1", ticked)

    assert page.status == 400
    assert "<h1>Nothing was sent</h1>" in page.text
    assert "<script>" not in page.text
    assert backlogs(tenant) == []


def test_a_forged_form_sends_nothing(browser: Browser, tenant: str) -> None:
    page = browser.get(LIST)

    answers = [browser.send(SEND), send(browser, page, f"{KIND}/po-1", token="made-up")]

    assert [answer.status for answer in answers] == [403, 403]
    assert backlogs(tenant) == []


# How far it has come


def settle(tenant: str, backlog_id: str, results: dict[str, DocumentResult]) -> None:
    """These documents were looked at, and all of them are."""
    store = wiring().backlogs
    (chunk,) = store.chunks(tenant, backlog_id)
    done: Chunk = chunk.with_results({DocumentKey(tenant, KIND, one): result for one, result in results.items()})
    assert store.save(done)
    backlog = store.find(tenant, backlog_id)
    assert backlog is not None
    store.mark_running(backlog, clock())
    store.mark_completed(backlog, clock())


def test_a_backlog_counts_what_is_synced_failed_and_skipped_and_says_why(browser: Browser, tenant: str) -> None:
    here = led_to(send(browser, browser.get(LIST), *(f"{KIND}/po-{number}" for number in "123")))
    fail(tenant, "po-2")
    settle(
        tenant,
        here.rpartition("/")[2],
        {
            "po-1": DocumentResult(Outcome.SYNCED, "created"),
            "po-2": DocumentResult(Outcome.HANDED_ON, "out_of_sync"),
            "po-3": DocumentResult(Outcome.SKIPPED, "kind_off"),
        },
    )

    page = browser.get(here)

    text = words(page)
    assert "Done, but not everything is in QuickBooks." in text
    assert "3 of 3 done." in text
    assert "In QuickBooks 1 Failed 1 Not sent 1 Still to come 0" in text
    assert "1: documents of this kind are switched off" in text
    assert re.search(r"Purchase order PO-2 .*Canary &amp; Sons", text)
    assert "hx-trigger" not in page.text


def test_a_backlog_goes_on_while_documents_are_tried_one_by_one(browser: Browser, tenant: str) -> None:
    here = led_to(send(browser, browser.get(LIST), f"{KIND}/po-1"))
    settle(tenant, here.rpartition("/")[2], {"po-1": DocumentResult(Outcome.HANDED_ON, "throttled")})

    assert 'hx-trigger="every 2s"' in browser.get(here).text


def test_a_backlog_that_stopped_says_why_and_no_longer_moves(browser: Browser, tenant: str) -> None:
    here = led_to(send(browser, browser.get(LIST), f"{KIND}/po-1"))
    backlog = wiring().backlogs.find(tenant, here.rpartition("/")[2])
    assert backlog is not None
    wiring().backlogs.mark_failed(backlog, ERROR, clock())

    page = browser.get(here)

    assert "It stopped before all were sent." in words(page)
    assert ERROR["hint"] in page.text
    assert "hx-trigger" not in page.text


def test_the_piece_that_moves_comes_without_the_frame(browser: Browser) -> None:
    here = led_to(send(browser, browser.get(LIST), f"{KIND}/po-1"))

    part = browser.get(f"{here}?part=true")

    assert part.text.lstrip().startswith('<section id="progress">')
    assert "<nav" not in part.text


# Previewed


@pytest.fixture
def company(stack: Stack, simulator: Simulator) -> str:
    """A tenant whose company exists in the simulator."""
    made = requests.post(f"{simulator.url}/simulator/companies", json={"name": "Acme Books"}, timeout=10)
    realm_id = made.json()["realm_id"]
    consent = ConsentBrowser(stack, simulator.url, f"tenant-of-{realm_id}")
    consent.open_connect()
    consent.come_back(consent.press("approve", realm_id))
    return consent.tenant


def test_a_preview_of_a_new_order_says_what_would_be_created(stack: Stack, company: str) -> None:
    stack.put(company, "po-1")
    browser = signed_in(stack, company)

    page = browser.get(f"{LIST}/{KIND}/po-1/preview")

    text = words(page)
    assert page.status == 200
    assert "Sending it now would create a purchase order in QuickBooks." in text
    assert re.search(r"Supplier s-1 Canary Feather Supplies .*Would be created", text)
    assert "Exactly what would be sent" in text
    assert "&#34;Amount&#34;: 12.5" in page.text


def test_a_preview_of_a_changed_order_is_a_table_of_the_differences(stack: Stack, company: str) -> None:
    stack.put(company, "po-1")
    invoke("push_document", task(company))
    stack.put(company, "po-1", memo="Ring <b>twice</b>", lines=[line_json(quantity=3)])
    browser = signed_in(stack, company)

    page = browser.get(f"{LIST}/{KIND}/po-1/preview")

    text = words(page)
    assert "Sending it now would change its purchase order in QuickBooks." in text
    assert "Memo Canary memo: call Mrs Finch Ring &lt;b&gt;twice&lt;/b&gt;" in text
    assert "Line 1: Quantity 2 3" in text
    assert re.search(r"Line 2 .*Nut M8.* removed", text)


def test_a_preview_of_what_was_sent_is_that_of_a_person_who_sends_it_again(stack: Stack, company: str) -> None:
    stack.put(company, "po-1")
    invoke("push_document", task(company))

    text = words(signed_in(stack, company).get(f"{LIST}/{KIND}/po-1/preview"))

    assert "Its purchase order in QuickBooks is the same already: sending it now would change nothing." in text


def test_a_document_opens_in_quickbooks_in_a_tab_that_knows_nothing_of_ours(stack: Stack, company: str) -> None:
    stack.put(company, "po-1")
    invoke("push_document", task(company))
    browser = signed_in(stack, company)

    for address in (LIST, f"{LIST}/{KIND}/po-1"):
        (opens,) = re.findall(r'<a href="([^"]*txnId[^"]*)" target="_blank" rel="noopener"', browser.get(address).text)
        assert "/app/purchaseorder?txnId=" in opens


def test_what_is_not_connected_is_told_in_a_preview(stack: Stack) -> None:
    link(stack, "preview-alone")
    stack.put("preview-alone", "po-1")
    browser = signed_in(stack, "preview-alone")

    text = words(browser.get(f"{LIST}/{KIND}/po-1/preview"))

    assert "By itself it is not sent now. Waiting: not connected" in text


# Whose they are


@pytest.mark.parametrize("rest", [f"/{KIND}/secret", f"/{KIND}/secret/preview"])
def test_another_tenants_document_is_not_there(stack: Stack, browser: Browser, rest: str) -> None:
    link(stack, "owner-of-secrets")
    stack.put("owner-of-secrets", "secret", number="SECRET-1")

    page = browser.get(f"{LIST}{rest}")

    assert page.status == 404
    assert "SECRET-1" not in page.text + browser.get(LIST).text


def test_another_tenants_documents_can_be_neither_sent_nor_followed(stack: Stack, browser: Browser) -> None:
    link(stack, "owner-of-more")
    stack.put("owner-of-more", "theirs")
    owner = signed_in(stack, "owner-of-more")
    theirs = led_to(send(owner, owner.get(LIST), f"{KIND}/theirs"))

    assert send(browser, browser.get(LIST), f"{KIND}/theirs").status == 400
    assert browser.get(theirs).status == 404
    assert browser.get(f"{theirs}?part=true").status == 404
    assert send(browser, owner.get(LIST), f"{KIND}/theirs").status == 403


@pytest.mark.parametrize("address", [LIST, f"{LIST}/{KIND}/po-1", f"{LIST}/{KIND}/po-1/preview", "/portal/backlogs/x"])
def test_a_session_that_has_ended_says_how_to_come_back(stack: Stack, address: str) -> None:
    with time_machine.travel("2026-11-21T09:30:00Z", tick=False) as at:
        browser = signed_in(stack, "late")
        at.shift(31 * 60)
        page, nobody = browser.get(address), Browser(stack).get(address)

    assert (page.status, nobody.status) == (401, 401)
    assert "PO-" not in page.text


def test_a_form_of_a_session_that_has_ended_sends_nothing(stack: Stack) -> None:
    with time_machine.travel("2026-11-21T09:30:00Z", tick=False) as at:
        link(stack, "too-late")
        stack.put("too-late", "po-1")
        browser = signed_in(stack, "too-late")
        page = browser.get(LIST)
        at.shift(31 * 60)
        answer = send(browser, page, f"{KIND}/po-1")

    assert answer.status == 401
    assert backlogs("too-late") == []


def test_a_hosts_order_is_what_is_shown(stack: Stack, browser: Browser, tenant: str) -> None:
    """What the list shows of an order is of its last content."""
    stack.put(tenant, "po-1", number="PO-1", supplier={**order_json()["supplier"], "name": "Renamed Supplies"})

    assert "Renamed Supplies" in browser.get(LIST).text
