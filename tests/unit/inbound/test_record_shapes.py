"""How records and certifications look in the API's JSON."""

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

from ledgerlink.api.record_shapes import certification_shape, keywords_shape, page_text
from ledgerlink.domain.documents import EntityInQuickBooks
from ledgerlink.domain.history import Actor
from ledgerlink.domain.organic_settings import OrganicSettings
from ledgerlink.domain.records import HostDocument, Record
from ledgerlink.usecases.certification.certify_line import certify_line
from ledgerlink.usecases.sync.read_records import Page
from tests.unit.inbound.books import Books, changes, gone, item, key, line, order
from tests.unit.orders import REALM, TENANT


def link_to(entity: EntityInQuickBooks) -> str:
    return f"https://app.example/{entity.entity}/{entity.entity_id}/{entity.realm_id}"


def read(*records: Record) -> Any:
    return json.loads(page_text(Page(records, "a#b", more=True), link_to), parse_float=Decimal)


def test_a_record_has_both_forms_and_quickbooks_numbers_exactly():
    books = Books()
    exact = Decimal("123456789012345.1234567")
    books.own_writes.rows[key()] = HostDocument("purchase-orders", "po-7", "9")
    books.take(changes(PurchaseOrder=[order(Line=[line(Description="Örganic, organic", Amount=exact)])], Item=[item()]))

    page = read(books.record())

    (shown,) = page["items"]
    assert (page["next"], page["more"]) == ("a#b", True)
    assert shown["quickbooks"]["Line"][0]["Amount"] == exact
    assert shown["normalised"]["lines"][0]["amount"] == "123456789012345.1234567"
    assert shown["organic"] == [{"line": "1", "keyword": "organic", "where": "line_description"}]
    assert shown["document"] == {"kind": "purchase-orders", "id": "po-7"}
    assert (shown["record"], shown["url"]) == (key().record_id, f"https://app.example/PurchaseOrder/12/{REALM}")
    assert (shown["sync_token"], shown["last_updated_time"]) == ("0", "2026-11-21T08:00:00.000000Z")


def test_what_is_gone_or_too_large_has_less_to_show():
    books = Books()
    books.take(changes(PurchaseOrder=[order()]))
    large = replace(books.record(), body="")
    books.take(changes(gone(), gone(entity_id="99")))

    shown = read(large, books.record(), books.record(entity_id="99"))["items"]

    assert shown[0]["quickbooks"] is None
    assert (shown[1]["state"], shown[1]["url"]) == ("deleted", None)
    assert (shown[2]["sync_token"], shown[2]["quickbooks"], shown[2]["normalised"]) == (None, None, {})


def test_no_records_are_an_empty_page():
    assert json.loads(page_text(Page([], None, more=False), link_to)) == {"items": [], "next": None, "more": False}


def test_a_certification_shows_what_awaits_and_who_said_what():
    books = Books()
    books.take(changes(PurchaseOrder=[order(Line=[line(Description="organic"), line("2")])], Item=[item()]))
    content = {"lot_number": "L1", "expiration_date": "2027-03-31", "certified_by": "Ada"}
    for lot in ("L1", "L2"):
        certified = certify_line(
            books.certifications,
            books.records,
            books.tenants,
            TENANT,
            key().record_id,
            "1",
            content | {"lot_number": lot},
            Actor("portal"),
            books.clock(),
        )

    shown = certification_shape(*certified, link_to)

    assert (shown["state"], shown["number"], shown["vendor"]["name"]) == ("certified", "1001", "Alder Farm")
    (only,) = shown["lines"]
    assert (only["id"], only["sku"], only["quantity"], only["awaits"]) == ("1", "APL-1", "3", False)
    assert only["organic"] == [{"keyword": "organic", "where": "line_description"}]
    assert (only["certificate"]["lot_number"], only["certificate"]["expiration_date"]) == ("L2", "2027-03-31")
    assert only["certificate"]["entered_by"] == {"caller": "portal", "user": None}
    assert [earlier["lot_number"] for earlier in only["earlier"]] == ["L1"]
    json.dumps(shown)


def test_keywords_say_whether_records_are_still_being_judged():
    settings = OrganicSettings(TENANT, ("bio",), revision=2, evaluated_revision=1)

    assert keywords_shape(settings)["evaluation"] == "running"
    assert keywords_shape(replace(settings, evaluated_revision=2))["evaluation"] == "done"
