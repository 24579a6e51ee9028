"""A shipment in QuickBooks' words: an invoice, or a sales receipt."""

from typing import Any

import pytest

from ledgerlink.domain.connections import Features
from ledgerlink.domain.roles import Role
from ledgerlink.domain.to_quickbooks.sales_receipt import translate_shipment
from ledgerlink.domain.translation import Translation
from ledgerlink.errors import InvalidRequest, MissingConfiguration
from tests import canaries
from tests.unit.kinds.sales_samples import REFS, context, created, refused, sale_json, shipment, sold_json, updated

RECEIPTS = {"kinds": {"shipments": {"entity": "SalesReceipt"}}}


def translated(settings: Any = None, company: dict[str, Any] | None = None, **changes: Any) -> Translation:
    return translate_shipment(shipment(**changes), context(settings=settings or {}, **(company or {})))


def test_a_shipment_becomes_an_invoice_unless_the_settings_say_otherwise() -> None:
    document = translated(
        shipped_date="2026-11-03",
        carrier="UPS",
        tracking_number="1Z 999",
        due_date="2026-12-03",
        terms="Net 30",
        lines=[sold_json()],
    )

    body = created(document)
    assert document.entity == "Invoice"
    assert body["PrivateNote"] == "Ledgerlink shipments/d-1 822b33ad"
    assert (body["TxnDate"], body["ShipDate"], body["DueDate"]) == ("2026-11-03", "2026-11-03", "2026-12-03")
    assert (body["TrackingNum"], body["ShipMethodRef"]["value"]) == ("1Z 999", "UPS")
    assert body["SalesTermRef"] == {"value": "3"}
    assert document.wanted().terms == {"Net 30"}


def test_a_shipment_becomes_a_sales_receipt_where_the_settings_say_so() -> None:
    document = translated(
        RECEIPTS,
        shipped_date="2026-11-03",
        memo=canaries.MEMO,
        reference="SO-77",
        payment_method="Visa",
        payment_reference="4711",
        lines=[sold_json(quantity=1)],
    )

    body = created(document)
    lines = body.pop("Line")
    assert document.entity == "SalesReceipt"
    assert document.wanted().roles == {Role.DEPOSIT_TO}
    assert body == {
        "DocNumber": "1042",
        "CustomerRef": {"value": "71"},
        "TxnDate": "2026-11-03",
        "ShipDate": "2026-11-03",
        "BillEmail": {"Address": canaries.EMAIL},
        "CustomerMemo": {"value": canaries.MEMO},
        "PrivateNote": "SO-77\nPaid by Visa\nLedgerlink shipments/d-1 822b33ad",
        "PaymentRefNum": "4711",
        "DepositToAccountRef": {"value": "4"},
    }
    assert [line["SalesItemLineDetail"]["ItemRef"]["value"] for line in lines] == ["11"]


def test_a_receipt_has_no_terms_and_no_due_date() -> None:
    document = translated(RECEIPTS, terms="Net 30", due_date="2026-12-03")

    assert document.wanted().terms == frozenset()
    assert not {"SalesTermRef", "DueDate"} & created(document).keys()


def test_a_receipt_is_ours_by_its_marker_with_a_payment_in_the_note() -> None:
    document = translated(RECEIPTS, payment_method="Cash")

    assert document.is_ours(created(document))
    assert document.is_unique


def test_a_receipt_is_updated_with_its_lines() -> None:
    document = translated(RECEIPTS, discount={"percent": 10})

    body = updated(document, {"id l1": "3"})

    assert (body["sparse"], body["SyncToken"]) == (True, "4")
    assert [line.get("Id") for line in body["Line"]] == ["3", None, None]


@pytest.mark.parametrize("settings", [{}, RECEIPTS])
def test_a_shipment_to_nobody_goes_to_the_default_customer_or_nowhere(settings: dict[str, Any]) -> None:
    chosen = settings | {"default_customer": {"quickbooks_id": "58"}}

    assert created(translated(chosen, customer=None))["CustomerRef"] == {"value": "58"}
    with pytest.raises(MissingConfiguration) as refusal:
        translated(settings, customer=None)
    assert refusal.value.code == "default_customer_missing"


def test_a_receipt_of_the_default_customer_is_adopted_by_him_only() -> None:
    document = translated(RECEIPTS | {"default_customer": {"quickbooks_id": "58"}}, customer=None)

    assert document.may_be_adopted({"CustomerRef": {"value": "58"}}, REFS)
    assert not document.may_be_adopted({"CustomerRef": {"value": "71"}}, REFS)


@pytest.mark.parametrize("entity", ["Invoice", "SalesReceipt"])
def test_the_number_follows_the_pattern_of_the_settings(entity: str) -> None:
    settings = {"kinds": {"shipments": {"entity": entity, "number_pattern": "S-{number}"}}}

    assert created(translated(settings))["DocNumber"] == "S-1042"
    with pytest.raises(InvalidRequest):
        translated(settings, number="1" * 20)


@pytest.mark.parametrize("settings", [{}, RECEIPTS])
def test_a_class_that_the_company_does_not_track_is_missing_configuration(settings: dict[str, Any]) -> None:
    with pytest.raises(MissingConfiguration) as refusal:
        translated(settings, {"features": Features()}, **{"class": "North"})

    assert refusal.value.code == "class_tracking_off"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"payment_reference": "1" * 22}, "payment_reference"),
        ({"payment_method": "Visa\tgold"}, "payment_method"),
        ({"invoice_date": "2026-11-01"}, "invoice_date"),
        ({"shipped_date": "yesterday"}, "shipped_date"),
        ({"lines": []}, ""),
    ],
)
def test_what_quickbooks_would_refuse_is_refused_here(changes: dict[str, Any], field: str) -> None:
    assert refused("shipments", sale_json(**changes))[0]["field"] == field
