"""When documents are sent: at once, with the daily run, by hand; one, many, and all that failed for one reason."""

from datetime import UTC, datetime
from typing import Any

from ledgerlink.domain.times import to_text
from local.demo.host import ORDERS
from tests.e2e.tenant import SUPPLIER, Tenant, order


def triggers(tenant: Tenant, document_id: str) -> list[str]:
    return [entry["trigger"] for entry in tenant.activity(document_id) if entry["outcome"] == "succeeded"]


def made_by_hand(tenant: Tenant, number: str) -> None:
    """The bookkeeper has an order of that number, of another vendor."""
    other = tenant.quickbooks.add(tenant.realm_id, "Vendor", DisplayName="Somebody else")
    account = {"value": tenant.quickbooks.account(tenant.realm_id, "Cost of Goods Sold")}
    tenant.quickbooks.add(
        tenant.realm_id,
        "PurchaseOrder",
        DocNumber=number,
        VendorRef={"value": other["Id"]},
        APAccountRef={"value": tenant.quickbooks.account(tenant.realm_id, "Accounts Payable (A/P)")},
        Line=[
            {
                "DetailType": "AccountBasedExpenseLineDetail",
                "Amount": 1,
                "AccountBasedExpenseLineDetail": {"AccountRef": account},
            }
        ],
    )


def test_off_means_not_a_single_call(tenant: Tenant):
    tenant.settings({"enabled": False})
    calls = tenant.calls

    held = tenant.put("order-1", order("1"))
    refused = tenant.host.call("POST", f"/{ORDERS}/order-1/send", expect=(409,))
    many = tenant.send_many({"documents": [{"collection": ORDERS, "id": "order-1"}]})

    assert held["status"] == "integration_off"
    assert refused["error"]["code"] == "integration_off"
    assert tenant.calls == calls
    assert many["failing"] == 1
    assert tenant.orders_in_quickbooks("1") == []


def test_a_kind_that_is_off_makes_no_call_and_the_others_go_on(tenant: Tenant):
    tenant.settings({"kinds": {"purchase-orders": {"enabled": False}}})
    calls = tenant.calls

    held = tenant.put("order-1", order("1"))
    assert tenant.calls == calls
    supplier = tenant.push("s-1", {"name": SUPPLIER}, "suppliers")

    assert held["status"] == "kind_off"
    assert supplier["status"] == "synced"


def test_by_hand_means_when_a_person_says_so(tenant: Tenant):
    tenant.settings({"mode": "manual"})

    held = tenant.put("order-1", order("1"))
    calls = tenant.calls
    tenant.send("order-1")
    tenant.wait("order-1", "synced")

    assert held["status"] == "waiting_for_send"
    assert tenant.calls > calls
    assert triggers(tenant, "order-1") == ["manual"]


def test_an_order_waits_for_the_status_in_which_it_is_to_be_sent(tenant: Tenant):
    tenant.settings({"kinds": {"purchase-orders": {"push_when": ["ordered"]}}})

    draft = tenant.put("order-1", order("1", status="draft"))
    ordered = tenant.push("order-1", order("1", status="Ordered"))

    assert draft["status"] == "waiting_for_status"
    assert (ordered["status"], triggers(tenant, "order-1")) == ("synced", ["automatic"])


def test_the_daily_run_sends_what_waits_for_it_once(tenant: Tenant):
    tenant.settings({"mode": "daily", "daily_at": "02:30", "time_zone": "America/New_York"})
    held = [tenant.put(f"order-{n}", order(str(n))) for n in range(3)]
    due = tenant.daily_due_at()
    tenant.make_daily_due(to_text(datetime.now(UTC)))

    tenant.aws.invoke("StartDailyPushesFunction")
    for n in range(3):
        tenant.wait(f"order-{n}", "synced")
    tenant.aws.invoke("StartDailyPushesFunction")

    assert {document["status"] for document in held} == {"waiting_for_daily"}
    assert triggers(tenant, "order-0") == ["daily"]
    assert tenant.daily_due_at() == due
    assert len(tenant.quickbooks.entities(tenant.realm_id, "PurchaseOrder")) == 3


def test_two_hundred_with_seven_bad_ones_end_as_a_hundred_and_ninety_three_and_seven(tenant: Tenant):
    tenant.push("known", order("known"))
    retired = {"supplier": {"id": "s-9", "name": "Retired Roasters"}}
    tenant.push("retired", order("retired", **retired))
    tenant.make_inactive("Vendor", "Retired Roasters")
    made_by_hand(tenant, "PO-106")
    tenant.settings({"mode": "manual"})
    bad: dict[int, tuple[dict[str, Any], str]] = {
        0: ({"currency": "EUR"}, "multicurrency_off"),
        31: ({"costs": [{"name": "Duty", "amount": 5, "account": "9999 Duty"}]}, "account_missing"),
        62: ({"class": "North"}, "class_tracking_off"),
        93: (retired, "quickbooks_610"),
        106: ({}, "number_taken"),
        150: ({"lines": [{"id": "1", "expense_account": "8888", "quantity": 1, "unit_cost": 1}]}, "account_missing"),
        199: ({"terms": "Net 17"}, "term_missing"),
    }
    for n in range(200):
        tenant.put(f"order-{n}", order(str(n), **bad[n][0] if n in bad else {}))
    calls = tenant.calls

    progress = tenant.send_many({"where": {"status": "waiting_for_send"}})
    made = tenant.calls - calls
    failed = {n: tenant.wait(f"order-{n}", "sync_failed")["last_error"] for n in bad}

    assert (progress["total"], progress["synced"], progress["failing"]) == (200, 193, 7)
    assert {n: error["code"] for n, error in failed.items()} == {n: code for n, (_, code) in bad.items()}
    assert all(error["message"] and error["hint"] for error in failed.values())
    assert len(tenant.quickbooks.entities(tenant.realm_id, "PurchaseOrder")) == 196  # and the three from before
    # Seven batches of thirty, and what the bad ones cost: looking again, and once more by themselves.
    assert made <= 40


def test_all_that_failed_for_one_reason_are_sent_again_once_that_is_put_right(tenant: Tenant):
    unknown = {"costs": [{"name": "Duty", "amount": 5, "account": "5190 Duty"}]}
    for n in range(3):
        tenant.put(f"order-{n}", order(str(n), **unknown))
    for n in range(3):
        tenant.wait_for_error(f"order-{n}", "account_missing")
    account = tenant.quickbooks.account(tenant.realm_id, "Cost of Goods Sold")

    tenant.host.call(
        "PUT",
        f"/connections/{tenant.realm_id}/mappings/expense-accounts/5190%20Duty",
        {"quickbooks_id": account},
        expect=(200, 201),
    )
    progress = tenant.send_many({"where": {"status": "sync_failed", "category": "out_of_sync"}})

    assert (progress["synced"], progress["failing"]) == (3, 0)
    assert triggers(tenant, "order-0") == ["manual"]


def test_a_backlog_that_broke_off_goes_on_where_it_stopped_when_it_is_redriven(tenant: Tenant):
    tenant.push("known", order("known"))
    tenant.settings({"mode": "manual"})
    for n in range(40):
        tenant.put(f"order-{n}", order(str(n)))
    tenant.quickbooks.call("POST", "revoke", {"realm_id": tenant.realm_id})

    broken = tenant.send_many({"where": {"status": "waiting_for_send"}})
    tenant.connect()
    tenant.aws.redrive_backlog(broken["execution"])
    progress = tenant.wait_for_backlog(broken["id"], ended=("completed",))

    assert broken["status"] == "failed"
    assert (progress["status"], progress["synced"]) == ("completed", 40)
    assert len(tenant.quickbooks.entities(tenant.realm_id, "PurchaseOrder")) == 41
