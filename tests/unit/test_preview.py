"""A preview says what a push would do, and does nothing of it."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from ledgerlink.domain.attempts import Trigger
from ledgerlink.domain.connections import ConnectionStatus
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.domain.links import EntityLink, LinkKey
from ledgerlink.domain.settings import Settings
from ledgerlink.errors import DocumentRejected, InvalidRequest, NotFound, QuickBooksUnavailable
from ledgerlink.usecases.push.preview_document import Preview
from tests import canaries
from tests.unit.orders import ACCOUNTS, KEY, REALM, TENANT, connection, line_json, order_json
from tests.unit.preview_world import PreviewWorld

NEW_VENDOR = f"new Vendor '{canaries.SUPPLIER}'"
SUPPLIER_KEY = DocumentKey(TENANT, "suppliers", "s-1")
BILL_KEY = DocumentKey(TENANT, "bills", "b-1")


def settings(**changes: Any) -> Settings:
    return Settings.model_validate(changes)


def stored(**changes: Any) -> PreviewWorld:
    world = PreviewWorld()
    world.store(order_json(**changes))
    world.script.calls.clear()
    return world


def pushed(**changes: Any) -> PreviewWorld:
    """A world whose order is in QuickBooks."""
    world = PreviewWorld()
    world.store(order_json(**changes))
    world.push()
    world.script.calls.clear()
    world.books.sent.clear()
    return world


def codes(preview: Preview) -> list[str]:
    return [problem.code for problem in preview.problems]


def how(preview: Preview) -> dict[tuple[str, str], str]:
    return {(reference.kind, reference.host_id): reference.how.value for reference in preview.references}


def without_ids(value: Any) -> Any:
    """The body with what placeholders stand for left open."""
    if isinstance(value, Mapping):
        is_new = re.fullmatch(r"new \w+ '.*'|1\d\d", str(value.get("value")))
        return "an id" if is_new else {name: without_ids(part) for name, part in value.items()}
    return [without_ids(part) for part in value] if isinstance(value, list) else value


# What would be written


def test_a_new_document_would_be_created_with_all_that_it_names() -> None:
    preview = stored().preview()

    assert (preview.entity, preview.action, preview.entity_id, codes(preview)) == ("PurchaseOrder", "create", None, [])
    assert preview.body is not None
    assert preview.body["VendorRef"] == {"value": NEW_VENDOR}
    assert preview.body["Line"][0]["ItemBasedExpenseLineDetail"]["ItemRef"] == {"value": "new Item 'Bolt M8'"}
    assert how(preview) == {
        ("suppliers", "s-1"): "would_be_created",
        ("products", "sku:BOLT-8"): "would_be_created",
        ("products", "sku:NUT-8"): "would_be_created",
        ("accounts", "accounts_payable"): "linked",
        ("accounts", "fees"): "linked",
        ("accounts", "cost_of_goods_sold"): "linked",
        ("accounts", "sales_income"): "linked",
    }


def test_the_previewed_bodies_are_those_of_the_push() -> None:
    world = stored()

    preview = world.preview()
    world.push()

    assert [(entity, without_ids(body)) for entity, body in world.books.sent] == [
        ("PurchaseOrder", without_ids(preview.body))
    ]
    told = {reference.name: reference.body for reference in preview.references if reference.body is not None}
    entities = [*world.books.all("Vendor"), *world.books.all("Item")]
    made = {entity.get("DisplayName") or entity["Name"]: entity for entity in entities}
    assert set(told) == set(made)
    assert all(body == {prop: made[name][prop] for prop in body} for name, body in told.items())


def test_a_changed_document_would_be_updated_with_the_very_body_that_is_sent() -> None:
    world = pushed()
    world.store(order_json(memo="Ring twice", lines=[line_json(quantity=5)]))

    preview = world.preview()
    world.push()

    assert preview.action == "update"
    assert world.books.sent == [("PurchaseOrder", preview.body)]
    assert preview.entity_id == world.orders()[0]["Id"]


def test_the_difference_names_each_field_and_line_that_changes() -> None:
    world = pushed()
    lines = world.orders()[0]["Line"]
    world.store(order_json(memo="Ring twice", lines=[line_json(quantity=5)]))

    preview = world.preview()

    changes = {change.path: (change.now, change.then) for change in preview.difference}
    bolt, nut = lines[0]["Id"], lines[1]["Id"]
    assert changes["Memo"] == (canaries.MEMO, "Ring twice")
    assert [str(v) for v in changes[f"Line[{bolt}].ItemBasedExpenseLineDetail.Qty"]] == ["2", "5"]
    assert changes[f"Line[{nut}]"][1] is None
    assert set(changes) == {
        *("Memo", f"Line[{bolt}].Amount", f"Line[{bolt}].ItemBasedExpenseLineDetail.Qty", f"Line[{nut}]"),
    }


def test_an_unchanged_document_would_not_be_sent_and_nobody_is_asked() -> None:
    world = pushed()

    preview = world.preview()

    assert (preview.action, preview.body, preview.difference) == ("none", None, ())
    assert preview.notes == ["QuickBooks has this content already, so nothing is sent."]
    assert not [call for call in world.script.calls if call.startswith("books.")]


def test_by_hand_an_unchanged_document_would_be_written_over_what_was_edited_in_quickbooks() -> None:
    world = pushed()
    world.books.change("PurchaseOrder", world.orders()[0]["Id"], Memo="Edited there")

    preview = world.preview(by_hand=True)
    world.send()
    world.push(trigger=Trigger.MANUAL)

    assert preview.action == "update"
    assert [(change.path, change.now) for change in preview.difference] == [("Memo", "Edited there")]
    assert preview.body is not None
    assert preview.body["SyncToken"] == "1"


def test_an_order_of_the_same_number_and_vendor_would_be_taken_over() -> None:
    world = stored()
    vendor = world.books.have("Vendor", DisplayName=canaries.SUPPLIER)
    there = world.books.have("PurchaseOrder", DocNumber="PO-7", VendorRef={"value": vendor["Id"]}, Line=[])

    preview = world.preview()

    assert (preview.action, preview.entity_id) == ("reattach", there["Id"])
    assert preview.body is not None
    assert preview.body["Id"] == there["Id"]
    assert "taken over" in preview.notes[0]
    assert "Line[new 1]" in [change.path for change in preview.difference]


def test_a_document_that_is_not_stored_can_be_previewed() -> None:
    world = PreviewWorld()

    preview = world.preview(order_json(memo="Not stored"))

    assert preview.action == "create"
    assert preview.body is not None
    assert preview.body["Memo"] == "Not stored"
    assert world.documents.documents == {}


def test_a_changed_version_of_a_stored_document_is_previewed_in_its_place() -> None:
    world = pushed()

    preview = world.preview(order_json(memo="Ring twice"))

    assert preview.action == "update"
    assert [change.path for change in preview.difference] == ["Memo"]
    assert world.document().revision == 1


def test_a_supplier_is_previewed_like_any_document() -> None:
    world = PreviewWorld()
    world.books.have("Customer", DisplayName="Both Ways")

    preview = world.preview({"name": "Both Ways"}, key=SUPPLIER_KEY)

    assert (preview.entity, preview.action) == ("Vendor", "create")
    assert preview.body is not None
    assert preview.body["DisplayName"] == "Both Ways (V)"


# Nothing is written


SITUATIONS: dict[str, Callable[[], PreviewWorld]] = {
    "new": stored,
    "unchanged": pushed,
    "a new account": lambda: with_connection(found_accounts={}),
    "never described": lambda: with_connection(home_currency="", described_at=None),
    "deleted in QuickBooks": lambda: deleted_order(),
    "an inactive vendor": lambda: inactive_vendor(),
}


def with_connection(**changes: Any) -> PreviewWorld:
    world = PreviewWorld(connection(**changes))
    world.store()
    world.script.calls.clear()
    return world


def deleted_order() -> PreviewWorld:
    world = pushed()
    world.store(order_json(memo="Ring twice"))
    world.books.remove("PurchaseOrder", world.orders()[0]["Id"])
    return world


def inactive_vendor() -> PreviewWorld:
    world = pushed()
    world.store(order_json(memo="Ring twice"))
    world.books.change("Vendor", world.books.all("Vendor")[0]["Id"], Active=False)
    return world


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("by_hand", [False, True])
def test_a_preview_writes_nothing(situation: str, by_hand: bool) -> None:
    world = SITUATIONS[situation]()
    before = (dict(world.links.links), dict(world.documents.documents), world.connections.tenant(TENANT))

    world.preview(by_hand=by_hand)

    assert world.written() == []
    assert (world.links.links, world.documents.documents, world.connections.tenant(TENANT)) == before


def test_the_calls_that_count_as_writes_are_those_that_a_push_makes() -> None:
    world = stored()

    world.push()

    assert {"links.begin", "links.remember", "links.complete", "books.create"} <= set(world.written())


# What it names


def test_what_is_linked_found_and_matched_by_hand_is_told_apart_with_its_name() -> None:
    world = stored()
    vendor = world.books.have("Vendor", DisplayName="Known there as Acme")
    bolt = world.books.have("Item", Name="Bolt", Sku="BOLT-8", Type="Inventory", ExpenseAccountRef={"value": "80"})
    nut = world.books.have("Item", Name="Nut there", Type="Inventory", ExpenseAccountRef={"value": "80"})
    world.links.remember(EntityLink(LinkKey(TENANT, REALM, "suppliers", "s-1"), "Vendor", vendor["Id"]))
    by_hand = LinkKey(TENANT, REALM, "products", "sku:NUT-8")
    world.links.links[by_hand] = EntityLink(by_hand, "Item", nut["Id"], manual=True)

    preview = world.preview()

    told = {(r.kind, r.host_id): (r.how.value, r.entity_id, r.name) for r in preview.references}
    assert told["suppliers", "s-1"] == ("linked", vendor["Id"], "Known there as Acme")
    assert told["products", "sku:BOLT-8"] == ("found", bolt["Id"], "Bolt")
    assert told["products", "sku:NUT-8"] == ("matched_by_hand", nut["Id"], "Nut there")


def test_an_account_that_the_chart_has_is_found_and_not_remembered() -> None:
    world = with_connection(found_accounts={})

    preview = world.preview()

    payable = next(reference for reference in preview.references if reference.host_id == "accounts_payable")
    assert (payable.how, payable.entity_id, payable.name) == ("found", "33", "Accounts Payable (A/P)")
    assert world.written() == []


def test_a_missing_account_stands_in_the_body_by_its_name() -> None:
    world = with_connection(found_accounts={})
    for account in ("33", "80"):
        world.books.remove("Account", account)

    preview = world.preview()

    payable = next(r for r in preview.references if r.host_id == "accounts_payable")
    assert (payable.how, payable.entity_id) == ("would_be_created", None)
    assert payable.body is not None
    assert payable.body["AccountType"] == "Accounts Payable"
    assert preview.body is not None
    assert preview.body["APAccountRef"] == {"value": "new Account 'Accounts Payable (A/P)'"}


def test_a_chosen_account_counts_as_matched_by_hand() -> None:
    world = with_connection(settings=settings(accounts={"fees": "80"}), found_accounts=ACCOUNTS)

    preview = world.preview()

    assert how(preview)["accounts", "fees"] == "matched_by_hand"


def test_a_vendor_whose_name_a_customer_has_would_get_another_name() -> None:
    world = stored()
    world.books.have("Customer", DisplayName=canaries.SUPPLIER.upper())

    preview = world.preview()
    world.push()

    (vendor,) = [reference for reference in preview.references if reference.kind == "suppliers"]
    assert vendor.name == f"{canaries.SUPPLIER} (V)"
    assert world.names("Vendor") == [vendor.name]


def test_two_new_products_of_one_name_would_get_two() -> None:
    world = stored(lines=[line_json(), line_json(id="l2", sku="BOLT-9")])

    preview = world.preview()
    world.push()

    names = sorted(reference.name for reference in preview.references if reference.kind == "products")
    assert names == world.names("Item")


def bill_json() -> dict[str, Any]:
    """The bill of the order."""
    return {**order_json(number="B-1", memo=None), "purchase_order": KEY.document_id}


def test_the_order_of_a_bill_is_told_with_its_number_in_quickbooks() -> None:
    world = pushed()

    preview = world.preview(bill_json(), key=BILL_KEY)

    (order,) = [reference for reference in preview.references if reference.kind == "purchase-orders"]
    assert (order.how, order.entity, order.entity_id) == ("linked", "PurchaseOrder", world.orders()[0]["Id"])
    assert (order.name, preview.entity, preview.action) == ("PO-7", "Bill", "create")
    assert preview.body is not None
    assert preview.body["Line"][0]["LinkedTxn"][0]["TxnId"] == order.entity_id


def test_a_bill_whose_order_is_being_sent_would_wait_for_it() -> None:
    preview = stored().preview(bill_json(), key=BILL_KEY)

    assert codes(preview) == ["sent_first"]


# Problems


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"lines": [line_json(expense_account="9999")]}, "account_missing"),
        ({"class": "East"}, "class_tracking_off"),
        ({"currency": "EUR"}, "multicurrency_off"),
        ({"lines": [line_json(**{"class": "East"})]}, "class_tracking_off"),
        ({"terms": "Net 99"}, "term_missing"),
    ],
)
def test_what_a_push_would_end_with_is_told_as_its_error(changes: dict[str, Any], code: str) -> None:
    world = stored(**changes)

    preview = world.preview()
    with pytest.raises(Exception) as raised:
        world.push()

    assert codes(preview) == [code]
    assert preview.problems[0].to_dict() == raised.value.to_dict()  # type: ignore[attr-defined]
    assert (preview.action, preview.body) == ("none", None)


def test_all_problems_are_told_at_once() -> None:
    world = stored(lines=[line_json(expense_account="9999"), line_json(id="l2", expense_account="8888")])

    assert codes(world.preview()) == ["account_missing", "account_missing"]


def test_an_inactive_vendor_is_out_of_sync_in_the_words_of_the_push() -> None:
    world = inactive_vendor()

    preview = world.preview()

    with pytest.raises(Exception, match="is inactive") as raised:
        world.push()
    assert [str(problem) for problem in preview.problems] == [str(raised.value)]


def test_an_order_that_was_deleted_in_quickbooks_is_a_problem_until_it_is_sent_by_hand() -> None:
    world = deleted_order()
    problem = world.preview()
    with pytest.raises(Exception, match="deleted"):
        world.push()

    by_hand = world.preview(by_hand=True)

    assert codes(problem) == ["deleted_in_quickbooks"]
    assert (by_hand.action, codes(by_hand)) == ("create", [])


def test_what_nobody_knew_to_be_deleted_would_be_made_anew_by_hand_and_the_preview_says_so() -> None:
    world = deleted_order()

    by_hand = world.preview(by_hand=True)

    assert (by_hand.action, by_hand.entity_id, codes(by_hand)) == ("create", None, [])
    assert by_hand.notes[0] == "PO-7 was deleted or merged in QuickBooks; it would be made anew."


@pytest.mark.parametrize(
    ("edited", "code"),
    [({"PrivateNote": "Voided"}, "voided_in_quickbooks"), ({"POStatus": "Closed"}, "closed_in_quickbooks")],
)
def test_what_a_person_ended_in_quickbooks_is_a_problem(edited: dict[str, Any], code: str) -> None:
    world = pushed()
    world.books.change("PurchaseOrder", world.orders()[0]["Id"], **edited)
    world.store(order_json(memo="Ring twice"))

    assert codes(world.preview()) == [code]


def test_a_number_that_belongs_to_another_vendors_order_is_taken() -> None:
    world = stored()
    other = world.books.have("Vendor", DisplayName="Somebody else")
    world.books.have("PurchaseOrder", DocNumber="PO-7", VendorRef={"value": other["Id"]}, Line=[])

    assert codes(world.preview()) == ["number_taken"]


def test_a_body_that_quickbooks_would_not_take_is_a_problem() -> None:
    world = stored()
    world.script.fail(
        "books.check", DocumentRejected("QuickBooks would not take the vendor.", code="field_not_accepted")
    )

    preview = world.preview()

    assert (codes(preview), preview.body) == (["field_not_accepted"], None)


def test_a_product_that_is_only_matched_by_hand_is_a_problem() -> None:
    world = with_connection(settings=settings(kinds={"products": {"create": False}}))

    assert codes(world.preview()) == ["product_not_matched", "product_not_matched"]


def test_while_quickbooks_does_not_answer_there_is_no_preview() -> None:
    world = stored()
    world.script.fail("books.seek", QuickBooksUnavailable("No answer."))

    with pytest.raises(QuickBooksUnavailable):
        world.preview()


def test_what_cannot_be_stored_cannot_be_previewed() -> None:
    with pytest.raises(InvalidRequest) as raised:
        PreviewWorld().preview(order_json(colour="red"))

    assert raised.value.fields[0]["field"] == "colour"


def test_a_document_that_nobody_stored_is_not_found() -> None:
    with pytest.raises(NotFound):
        PreviewWorld().preview()


# What holds it back


@pytest.mark.parametrize(
    ("connected", "status"),
    [
        (connection(settings=settings(kinds={"purchase-orders": {"enabled": False}})), "kind_off"),
        (connection(settings=settings(enabled=False)), "integration_off"),
        (connection(status=ConnectionStatus.DISCONNECTED), "not_connected"),
        (connection(status=ConnectionStatus.NEEDS_RECONNECT), "needs_reconnect"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_off_makes_no_call_and_says_so(connected: Any, status: str) -> None:
    world = PreviewWorld(connected)
    world.store()
    world.script.calls.clear()

    preview = world.preview(by_hand=True)

    assert preview.held is not None
    assert (preview.held.status, preview.action, preview.body, codes(preview)) == (status, "none", None, [])
    assert not [call for call in world.script.calls if call.startswith(("books.", "company."))]


@pytest.mark.parametrize(
    ("chosen", "status"),
    [
        ({"mode": "daily"}, "waiting_for_daily"),
        ({"mode": "manual"}, "waiting_for_send"),
        ({"kinds": {"purchase-orders": {"push_when": ["approved"]}}}, "waiting_for_status"),
    ],
)
def test_what_only_waits_is_previewed_and_told(chosen: dict[str, Any], status: str) -> None:
    world = with_connection(settings=settings(**chosen))

    preview = world.preview()

    assert preview.held is not None
    assert preview.held.status == status
    assert preview.action == "create"


def test_nothing_holds_back_what_is_sent_at_once() -> None:
    assert stored().preview().held is None
