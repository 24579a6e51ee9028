"""Records, keywords and certification as the API's callers see them."""

import json
from collections.abc import Iterator
from itertools import count
from typing import Any
from urllib.parse import quote

import boto3
import pytest
from moto.ses.models import ses_backends

from ledgerlink.messaging.mail import SesMail
from ledgerlink.usecases.sync import read_records
from ledgerlink.wiring import wiring
from tests.integration.api.stack import HOST, Stack
from tests.template import ACCOUNT, REGION
from tests.unit.inbound.books import MORNING, changes, gone, item, line, order
from tests.unit.orders import NOW

SENDER = "ledgerlink@example.com"
CERTIFICATE = {"lot_number": "L-7", "expiration_date": "2999-12-31", "certified_by": "Ada"}
NUMBERS = count(1)


class Shop:
    """A tenant of one test, with a company that was polled."""

    def __init__(self, stack: Stack) -> None:
        number = next(NUMBERS)
        self.stack, self.tenant, self.realm_id = stack, f"shop-{number}", f"9500{number}"
        stack.connect(self.tenant, self.realm_id)
        self.base = f"/v1/tenants/{self.tenant}"

    def poll(self, *deleted: Any, **rows: Any) -> None:
        store = wiring().record_store
        store.announce(store.store(self.tenant, self.realm_id, changes(*deleted, **rows), MORNING, NOW))

    def get(self, path: str, **asked: str) -> Any:
        query = "&".join(f"{name}={quote(value, safe='')}" for name, value in asked.items())
        answer = self.stack.call("GET", f"{self.base}/{path}?{query}", headers=HOST)
        assert answer.status == 200, answer.text
        return answer.json

    def judgings(self) -> dict[str, Any]:
        """The inputs of executions that judge this tenant's records now."""
        client = boto3.client("stepfunctions", region_name=REGION)
        arn = self.stack.made["JudgeRecordsStateMachine"]["Ref"]
        running = client.list_executions(stateMachineArn=arn, statusFilter="RUNNING")["executions"]
        names = [one["executionArn"] for one in running]
        inputs = {name: json.loads(client.describe_execution(executionArn=name)["input"]) for name in names}
        return {name: given for name, given in inputs.items() if given["tenant_id"] == self.tenant}


@pytest.fixture
def shop(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """A poll brought an organic order, another one and their item; readers are not kept behind."""
    monkeypatch.setattr(read_records, "BEHIND", -read_records.BEHIND)
    shop = Shop(stack)
    shop.poll(PurchaseOrder=[order(Line=[line(Description="Organic")]), order("13")], Item=[item()])
    yield shop


def test_the_host_reads_on_from_its_cursor(shop: Shop) -> None:
    first = shop.get("purchases", limit="1")
    second = shop.get("purchases", since=first["next"])
    shop.poll(gone())
    third = shop.get("purchases", since=second["next"])

    assert [page["more"] for page in (first, second, third)] == [True, False, False]
    assert [one["id"] for page in (first, second) for one in page["items"]] == ["12", "13"]
    assert [(one["id"], one["state"]) for one in third["items"]] == [("12", "deleted")]
    assert first["items"][0]["quickbooks"]["DocNumber"] == "1001"
    assert shop.get("sales")["items"] == []
    assert [one["id"] for one in shop.get("sales", entity="Item")["items"]] == ["5"]
    assert [one["id"] for one in shop.get("purchases", organic="true")["items"]] == ["12"]


@pytest.mark.parametrize("query", ["since=x", "organic=maybe", "entity=Account", "limit=0"])
def test_what_cannot_be_read_is_a_400(shop: Shop, query: str) -> None:
    assert shop.stack.call("GET", f"{shop.base}/purchases?{query}", headers=HOST).status == 400


def test_a_person_certifies_a_line_in_the_tenants_session(shop: Shop) -> None:
    session = shop.stack.session(shop.tenant)
    (awaiting,) = shop.stack.call("GET", f"{shop.base}/certifications", headers=session).json["items"]
    path = f"{shop.base}/certifications/{awaiting['record']}"

    certified = shop.stack.call("POST", f"{path}/lines/1", CERTIFICATE, session)
    passed = shop.stack.call("POST", f"{path}/lines/1", CERTIFICATE | {"expiration_date": "1999-12-31"}, session)

    assert (certified.status, certified.json["state"]) == (200, "certified")
    assert (passed.status, passed.error["code"]) == (400, "expiration_date_passed")
    given = shop.stack.call("GET", path, headers=session).json["lines"][0]["certificate"]
    assert (given["certified_by"], given["entered_by"]["caller"]) == ("Ada", "portal")
    assert shop.get("certifications") == {"items": [], "next": None}


def test_another_tenants_records_do_not_exist(shop: Shop) -> None:
    record = shop.get("certifications")["items"][0]["record"]
    theirs = shop.stack.session("globex")
    call = shop.stack.call

    answers = [
        call("GET", f"{shop.base}/purchases", headers=theirs),
        call("GET", f"{shop.base}/keywords", headers=theirs),
        call("POST", f"{shop.base}/certifications/{record}/lines/1", CERTIFICATE, theirs),
        call("GET", f"/v1/tenants/globex/certifications/{record}", headers=theirs),
    ]

    assert [answer.status for answer in answers] == [404] * 4


@pytest.fixture
def sender(cold_start: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The stack has an address to send from."""
    monkeypatch.setenv("MAIL_SENDER", SENDER)
    boto3.client("sesv2", region_name=REGION).create_email_identity(EmailIdentity=SENDER)


def test_the_orders_of_a_run_reach_a_person_in_one_e_mail_each_once(sender: None, shop: Shop) -> None:
    shop.stack.call("PUT", f"{shop.base}/keywords", {"emails": ["ada@farm.example"]}, HOST)
    pages = [[order(f"{page}{number}", Line=[line(Description="Organic")]) for number in range(30)] for page in (2, 3)]
    for page in pages:
        shop.poll(PurchaseOrder=page)

    wiring().certification_mailer.send(shop.tenant)
    shop.poll(PurchaseOrder=pages[0])
    wiring().certification_mailer.send(shop.tenant)

    (message,) = ses_backends[ACCOUNT][REGION].sent_messages
    assert message.destinations["ToAddresses"] == ["ada@farm.example"]
    assert message.subject == "60 purchase orders await certification"
    assert "- and 40 more\n" in message.body


def test_no_run_waits_long_for_a_mail_service_that_does_not_answer(sender: None) -> None:
    mail = wiring().certification_mailer.mail
    assert isinstance(mail, SesMail)
    client: Any = mail._client

    config = client.meta.config

    assert (config.connect_timeout + config.read_timeout) * config.retries["total_max_attempts"] <= 15


def test_a_line_that_was_changed_meanwhile_is_a_409(shop: Shop) -> None:
    (seen,) = shop.get("certifications")["items"]
    path = f"{shop.base}/certifications/{seen['record']}/lines/1"
    shop.poll(PurchaseOrder=[order(token=1, minutes=1, Line=[line(Description="Organic pears")])])

    shown = {"fingerprint": seen["lines"][0]["fingerprint"]}
    late = shop.stack.call("POST", path, CERTIFICATE | shown, HOST)
    (now,) = shop.get("certifications")["items"]
    taken = shop.stack.call("POST", path, CERTIFICATE | {"fingerprint": now["lines"][0]["fingerprint"]}, HOST)

    assert (late.status, late.error["code"]) == (409, "line_changed")
    assert (taken.status, taken.json["state"]) == (200, "certified")


def test_a_judging_that_failed_is_started_anew_by_the_same_keywords(shop: Shop) -> None:
    def change() -> list[str]:
        shop.stack.call("PUT", f"{shop.base}/keywords", {"keywords": ["apples"]}, HOST)
        return list(shop.judgings())

    (first,) = change()
    boto3.client("stepfunctions", region_name=REGION).stop_execution(executionArn=first)
    (second,) = change()

    assert first != second
    assert change() == [second]


def test_new_keywords_start_a_judgement(shop: Shop) -> None:
    before = shop.get("keywords")

    changed = shop.stack.call("PUT", f"{shop.base}/keywords", {"keywords": ["apples"]}, HOST)
    refused = shop.stack.call("PUT", f"{shop.base}/keywords", {"keywords": "apples"}, HOST)

    assert before["evaluation"] == "done"
    assert (changed.status, changed.json["evaluation"], refused.status) == (202, "running", 400)
    (started,) = shop.judgings().values()
    assert started == {"version": 1, "tenant_id": shop.tenant, "revision": 1, "item": None, "after": None}
