"""Notifications: nobody but Intuit gets one through, and none that Intuit signed does any harm."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgerlink.domain.changes import ChangeNotice
from ledgerlink.quickbooks.webhooks import Notification, is_genuine, read_notification, sign

TOKEN, PREVIOUS = "verifier-1", "verifier-0"
REALM = "9341454273912345"


def cloud_event(**changes: object) -> dict[str, object]:
    event: dict[str, object] = {
        "specversion": "1.0",
        "id": "88cd52aa",
        "source": "intuit.x",
        "type": "qbo.purchaseorder.created.v1",
        "time": "2026-11-21T09:30:00.179851517Z",
        "intuitentityid": "1234",
        "intuitaccountid": REALM,
        "data": {},
    }
    return {name: value for name, value in (event | changes).items() if value is not None}


def legacy(*entities: object, realm_id: object = REALM) -> dict[str, object]:
    return {"eventNotifications": [{"realmId": realm_id, "dataChangeEvent": {"entities": list(entities)}}]}


def read(content: object) -> Notification:
    return read_notification(json.dumps(content).encode())


def test_the_signature_is_the_one_that_intuit_documents():
    # echo -n '{"a":1}' | openssl dgst -sha256 -hmac key -binary | base64
    assert sign(b'{"a":1}', "key") == b"iKZ/JLvNrtDmyZdAS7eadDuvRMa6svTCcyjjAJ0i40I="


@given(st.binary(max_size=200))
def test_what_intuit_signed_is_genuine(body):
    signature = sign(body, TOKEN).decode()

    assert is_genuine(body, signature, [TOKEN])
    assert is_genuine(body, signature, [PREVIOUS, TOKEN])
    assert not is_genuine(body, signature, [PREVIOUS])
    assert not is_genuine(body, signature, [])


@given(st.binary(min_size=1, max_size=200), st.data())
def test_any_flipped_bit_of_the_body_or_the_signature_fails(body, data):
    signature = sign(body, TOKEN)
    place = data.draw(st.integers(0, len(body) - 1))
    bit = data.draw(st.integers(0, 7))
    forged = bytearray(body)
    forged[place] ^= 1 << bit
    broken = bytearray(signature)
    broken[data.draw(st.integers(0, len(signature) - 1))] ^= 1 << data.draw(st.integers(0, 6))

    assert not is_genuine(bytes(forged), signature.decode(), [TOKEN, PREVIOUS])
    assert not is_genuine(body, broken.decode("latin-1"), [TOKEN, PREVIOUS])


@pytest.mark.parametrize("signature", [None, "", "x", "é", "\ud83d", "=" * 44])
def test_without_a_signature_nothing_is_genuine(signature):
    assert not is_genuine(b"{}", signature, [TOKEN])


def test_an_empty_verifier_token_lets_nobody_in():
    assert not is_genuine(b"{}", sign(b"{}", "").decode(), ["", TOKEN])


def test_both_formats_become_the_same_notice():
    new = read([cloud_event()])
    old = read(
        legacy(
            {"id": "1234", "operation": "Create", "name": "PurchaseOrder", "lastUpdated": "2026-11-21T09:30:00.179851Z"}
        )
    )

    assert new.unreadable == old.unreadable == 0
    assert new.notices == (
        ChangeNotice(
            event_id="88cd52aa",
            realm_id=REALM,
            entity="PurchaseOrder",
            entity_id="1234",
            operation="created",
            time=datetime(2026, 11, 21, 9, 30, 0, 179_851, tzinfo=UTC),
        ),
    )
    (notice,) = old.notices
    assert (notice.realm_id, notice.entity, notice.entity_id, notice.operation, notice.time) == (
        *(REALM, "PurchaseOrder", "1234", "created"),
        new.notices[0].time,
    )


def test_an_event_of_the_older_format_has_the_same_id_whenever_it_comes():
    entity = {"id": "1", "operation": "Void", "name": "Invoice", "lastUpdated": "2026-11-21T09:30:00Z"}
    later = entity | {"lastUpdated": "2026-11-21T09:31:00Z"}

    first, again, other = (read(legacy(e)).notices[0].event_id for e in (entity, dict(entity), later))

    assert first == again != other
    assert len(first) == len("sha256:") + 64


@pytest.mark.parametrize(
    ("kind", "entity", "operation"),
    [
        ("qbo.invoice.deleted.v1", "Invoice", "deleted"),
        ("qbo.salesreceipt.voided.v1", "SalesReceipt", "voided"),
        ("qbo.vendor.merged.v2", "Vendor", "merged"),
        ("qbo.hovercraft.boarded.v1", "hovercraft", "boarded"),
        ("qbo.item.updated", "Item", "updated"),
    ],
)
def test_known_names_get_quickbooks_spelling_and_unknown_ones_pass(kind, entity, operation):
    (notice,) = read([cloud_event(type=kind)]).notices

    assert (notice.entity, notice.operation) == (entity, operation)


def test_a_delivery_may_concern_several_companies_and_one_bad_part_does_not_spoil_the_rest():
    found = read([cloud_event(), cloud_event(type="something.else"), 7, cloud_event(id="e2", intuitaccountid="2")])

    assert [notice.realm_id for notice in found.notices] == [REALM, "2"]
    assert found.unreadable == 2


@pytest.mark.parametrize(
    "content",
    [
        *(None, 7, "x", {}, [7], [{}], [[]]),
        *({"eventNotifications": 7}, {"eventNotifications": [7]}, {"eventNotifications": [{}]}),
        *(legacy(7), legacy({}), legacy({"id": "1", "operation": "Create", "name": "Bill"}, realm_id=None)),
        *([cloud_event(intuitentityid=None)], [cloud_event(type=7)], [cloud_event(intuitaccountid="1" * 999)]),
    ],
)
def test_what_cannot_be_understood_is_counted_and_not_raised(content):
    found = read(content)

    assert (found.notices, found.unreadable) == ((), 1)


@given(st.binary(max_size=300))
def test_no_body_whatever_makes_it_fail(body):
    assert read_notification(body).unreadable >= 0


@pytest.mark.parametrize("body", [b"", b"[" * 100_000, b"\xff\xfe", b'[{"id": 1e999999999}]', b"NaN"])
def test_a_body_that_is_no_json_is_unreadable(body):
    assert read_notification(body) == Notification((), 1)


def test_a_time_that_cannot_be_read_is_none():
    (notice,) = read([cloud_event(time="yesterday")]).notices

    assert notice.time is None
