"""Webhooks that the simulator sends by itself: form, signature, batches, retries, and what goes wrong with them."""

import base64
import hashlib
import hmac
import re

import pytest
import requests

from tests.integration.local_quickbooks.bodies import bill, order, purchased, receiving, sale
from tests.integration.local_quickbooks.receiver import Receiver

VERIFIER = b"ledgerlink-local-verifier"


def signature(body, key=VERIFIER):
    return base64.b64encode(hmac.new(key, body, hashlib.sha256).digest()).decode()


@pytest.fixture
def receiver():
    listening = Receiver()
    yield listening
    listening.close()


@pytest.fixture
def told(books, receiver):
    """The company on plan Plus, whose app hears of everything in batches of 10 ms."""
    books.control("POST", "switches", webhook_batch_ms=10, webhook_retry_ms=20)
    books.control("POST", "webhooks", url=receiver.url)
    return books


def flush(books):
    assert books.control("POST", "webhooks/flush")["done"]


def deliveries(books):
    return books.http.get(f"{books.url}/simulator/webhooks", timeout=10).json()["deliveries"]


def test_a_change_is_told_as_a_signed_array_of_cloud_events(told, receiver):
    vendor = told.create("Vendor", DisplayName="New")

    flush(told)

    ((headers, body),) = receiver.posts
    ((event,),) = receiver.bodies
    assert headers["content-type"] == "application/cloudevents+json"
    assert headers["intuit-signature"] == signature(body)
    assert event["type"] == "qbo.vendor.created.v1"
    assert (event["intuitentityid"], event["intuitaccountid"]) == (vendor["Id"], told.realm_id)
    assert (event["specversion"], event["data"]) == ("1.0", {})
    assert event["source"].startswith("intuit.")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z", event["time"])


def test_the_older_form_lists_entities_by_company(told, receiver):
    told.control("POST", "switches", webhook_format="legacy")
    vendor = told.create("Vendor", DisplayName="New")

    flush(told)

    ((headers, body),) = receiver.posts
    (notification,) = receiver.bodies[0]["eventNotifications"]
    (entity,) = notification["dataChangeEvent"]["entities"]
    assert headers["intuit-signature"] == signature(body)
    assert headers["content-type"] == "application/json"
    assert notification["realmId"] == told.realm_id
    assert (entity["name"], entity["id"], entity["operation"]) == ("Vendor", vendor["Id"], "Create")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", entity["lastUpdated"])


def test_every_kind_of_change_has_its_word(told, receiver):
    invoice = told.create("Invoice", **sale())
    told.update("Invoice", invoice, sparse=True, PrivateNote="x")
    told.call("POST", f"invoice/{invoice['Id']}/send", params={"sendTo": "ada@example.com"})
    told.post("Invoice", {"Id": invoice["Id"], "SyncToken": "1"}, operation="void")
    told.delete("Invoice", {**invoice, "SyncToken": "2"})
    told.control("POST", f"companies/{told.realm_id}/merge", entity="Vendor", **{"from": "1", "into": "2"})

    flush(told)

    words = [kind.split(".")[2] for kind, _ in receiver.events]
    assert words == ["created", "updated", "emailed", "voided", "deleted", "merged"]
    assert receiver.events[-1] == ("qbo.vendor.merged.v1", "2")


def test_a_merge_names_the_id_that_went_in_the_older_form(told, receiver):
    told.control("POST", "switches", webhook_format="legacy")

    told.control("POST", f"companies/{told.realm_id}/merge", entity="Vendor", **{"from": "1", "into": "2"})

    flush(told)
    (entity,) = receiver.bodies[0]["eventNotifications"][0]["dataChangeEvent"]["entities"]
    assert (entity["id"], entity["operation"], entity["deletedId"]) == ("2", "Merge", "1")


def test_an_update_that_changes_nothing_and_a_moved_balance_tell_nothing(told, receiver):
    account = told.read("Account", "1")
    told.update("Account", account, sparse=True, Name=account["Name"])
    owed = told.create("Bill", **bill())

    flush(told)

    assert receiver.events == [("qbo.bill.created.v1", owed["Id"])]


def test_moved_balances_can_be_told_too(told, receiver):
    told.control("POST", "switches", webhooks_for_balances=True)

    told.create("Bill", **bill())

    flush(told)
    assert ("qbo.vendor.updated.v1", "1") in receiver.events


def test_an_order_that_a_bill_closes_is_told(told, receiver):
    ordered = told.create("PurchaseOrder", **order())
    flush(told)

    told.create("Bill", **bill(receiving(ordered["Id"], "1", purchased())))

    flush(told)
    assert ("qbo.purchaseorder.updated.v1", ordered["Id"]) in receiver.events


def test_changes_by_users_and_in_batches_are_told(told, receiver):
    told.by_user("PATCH", "Vendor/1", AcctNum="7")
    item = {"bId": "1", "operation": "create", "Vendor": {"DisplayName": "In a batch"}}
    told.call("POST", "batch", json={"BatchItemRequest": [item]})

    flush(told)

    assert [kind for kind, _ in receiver.events] == ["qbo.vendor.updated.v1", "qbo.vendor.created.v1"]


def test_several_companies_come_in_one_post(told, receiver, advanced_books):
    told.control("POST", "switches", webhooks_paused=True)
    told.create("Vendor", DisplayName="Here")
    advanced_books.create("Vendor", DisplayName="There")

    told.control("POST", "switches", webhooks_paused=False)

    flush(told)
    (events,) = receiver.bodies
    assert {event["intuitaccountid"] for event in events} == {told.realm_id, advanced_books.realm_id}


def test_a_post_has_a_hundred_events_at_most(told, receiver):
    told.control("POST", "switches", webhooks_paused=True)
    for number in range(4):
        items = [
            {"bId": str(item), "operation": "create", "Vendor": {"DisplayName": f"V {number} {item}"}}
            for item in range(30)
        ]
        told.call("POST", "batch", json={"BatchItemRequest": items})

    told.control("POST", "switches", webhooks_paused=False)

    flush(told)
    assert [len(body) for body in receiver.bodies] == [100, 20]


def test_an_app_hears_of_the_entities_it_chose_and_of_companies_that_connected_it(told, receiver, new_books):
    stranger = new_books(name="Not connected any more")
    told.control("POST", "revoke", realm_id=stranger.realm_id)
    told.control("POST", "webhooks", url=receiver.url, entities=["Bill"])

    told.create("Vendor", DisplayName="Nobody hears of me")
    stranger.by_user("POST", "Bill", **bill())
    heard = told.create("Bill", **bill())

    flush(told)
    assert receiver.events == [("qbo.bill.created.v1", heard["Id"])]


def test_every_app_has_its_own_endpoint_and_token(told, receiver):
    other = Receiver()
    try:
        told.control("POST", "clients", client_id="other", client_secret="secret")
        told.control("POST", "tokens", realm_id=told.realm_id, client_id="other")
        told.control("POST", "webhooks", client_id="other", url=other.url, verifier_token="theirs")

        told.create("Vendor", DisplayName="New")

        flush(told)
        ((headers, body),) = other.posts
        assert headers["intuit-signature"] == signature(body, b"theirs")
        assert len(receiver.posts) == 1
    finally:
        other.close()


def test_a_post_that_fails_is_tried_again_with_the_same_events(told, receiver):
    receiver.statuses = [500, 302, 404]

    told.create("Vendor", DisplayName="New")

    receiver.wait_for(4)
    flush(told)
    assert len({body for _, body in receiver.posts}) == 1
    (delivery,) = deliveries(told)
    assert (delivery["attempts"], delivery["status"], delivery["state"]) == (4, 200, "delivered")


def test_after_the_last_attempt_it_is_given_up(told, receiver):
    told.control("POST", "switches", webhook_attempts=1)
    receiver.statuses = [503]

    told.create("Vendor", DisplayName="New")

    flush(told)
    (delivery,) = deliveries(told)
    assert (delivery["attempts"], delivery["status"], delivery["state"]) == (1, 503, "given up")


def test_an_endpoint_that_does_not_answer_in_time_has_failed(told, receiver):
    told.control("POST", "switches", webhook_attempts=1, webhook_timeout_ms=50)
    receiver.delay = 0.3

    told.create("Vendor", DisplayName="New")

    flush(told)
    (delivery,) = deliveries(told)
    assert (delivery["status"], delivery["state"]) == (None, "given up")
    assert delivery["error"]


def test_events_can_come_twice_and_newest_first(told, receiver):
    told.control("POST", "switches", webhooks_twice=True, webhooks_out_of_order=True, webhooks_paused=True)
    vendor = told.create("Vendor", DisplayName="New")
    told.update("Vendor", vendor, sparse=True, AcctNum="7")

    told.control("POST", "switches", webhooks_paused=False)

    flush(told)
    first, second = receiver.bodies
    assert first == second
    assert [event["type"] for event in first] == ["qbo.vendor.updated.v1", "qbo.vendor.created.v1"]


def test_events_can_be_lost(told, receiver):
    told.control("POST", "switches", webhooks_lost=True)

    told.create("Vendor", DisplayName="New")

    flush(told)
    assert receiver.posts == []


def test_a_delivery_is_sent_again_on_demand(told, receiver):
    told.create("Vendor", DisplayName="New")
    flush(told)

    resent = told.control("POST", "webhooks/resend", last=1)["resent"]

    flush(told)
    assert len(resent) == 1
    assert receiver.posts[0][1] == receiver.posts[1][1]


@pytest.mark.parametrize(("kind", "seen"), [("right", True), ("wrong", False), ("missing", None)])
def test_a_made_up_event_is_sent_with_any_signature(told, receiver, kind, seen):
    event = {"realm_id": "123", "entity": "Bill", "id": "7", "operation": "Delete", "time": "2026-01-01T00:00:00Z"}

    answer = told.control("POST", "webhooks/send", events=[event], signature=kind)

    ((headers, body),) = receiver.posts
    sent = headers.get("intuit-signature")
    assert answer["status"] == 200
    assert receiver.events == [("qbo.bill.deleted.v1", "7")]
    assert receiver.bodies[0][0]["time"] == "2026-01-01T00:00:00.000000000Z"
    assert (None if sent is None else sent == signature(body)) is seen


def test_any_body_at_all_can_be_sent(told, receiver):
    told.control("POST", "webhooks/send", body="{not json", format="legacy")

    ((headers, body),) = receiver.posts
    assert body == b"{not json"
    assert headers["intuit-signature"] == signature(body)


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("webhooks", {"url": "ftp://example.com"}, 400),
        ("webhooks", {"url": "http://127.0.0.1:1/", "entities": ["Unicorn"]}, 400),
        ("webhooks", {"url": "http://127.0.0.1:1/", "client_id": "nobody"}, 404),
        ("webhooks/send", {"format": "xml"}, 400),
        ("webhooks/send", {"events": [{"entity": "Bill"}]}, 400),
        ("webhooks/send", {"events": [{"realm_id": "1", "entity": "Bill", "id": "1", "operation": "Explode"}]}, 400),
        ("switches", {"webhook_format": "xml"}, 400),
    ],
)
def test_a_wish_that_makes_no_sense_is_refused(told, path, body, status):
    assert requests.post(f"{told.url}/simulator/{path}", json=body, timeout=10).status_code == status


def test_without_an_endpoint_nothing_is_sent(told, receiver):
    told.control("DELETE", "webhooks/ledgerlink-local")

    told.create("Vendor", DisplayName="New")

    flush(told)
    assert receiver.posts == []
    response = requests.post(f"{told.url}/simulator/webhooks/send", json={"events": []}, timeout=10)
    assert response.status_code == 404
