"""The control API: companies, entities, clock, statistics, reset."""

import pytest
import requests


def test_health_says_that_it_is_up(books):
    assert books.control("GET", "health")["status"] == "ok"


def test_the_same_seed_gives_the_same_companies(books):
    first = books.control("GET", "companies")["companies"]
    vendors = books.query("SELECT * FROM Vendor")["Vendor"]
    books.control("POST", "reset")
    books.tokens = books.control("POST", "tokens", realm_id=books.realm_id)

    assert books.control("GET", "companies")["companies"] == first
    assert [v["PrimaryPhone"] for v in books.query("SELECT * FROM Vendor")["Vendor"]] == [
        v["PrimaryPhone"] for v in vendors
    ]
    assert {item["plan"] for item in first} == {"Plus", "Advanced", "Essentials"}
    assert all(16 <= len(item["realm_id"]) <= 19 and item["realm_id"].isdigit() for item in first)


def test_a_company_is_made_to_order(new_books):
    books = new_books(
        name="To order",
        plan="Advanced",
        realm_id="1234567890123456789",
        counts={"vendors": 3, "customers": 0, "items": 0, "purchase_orders": 0},
        preferences={
            "VendorAndPurchasesPrefs": {"TrackingByCustomer": False},
            "OtherPrefs": {"VendorAndPurchasesPrefs.UseCustomTxnNumbers": True},
        },
    )

    shown = books.control("GET", f"companies/{books.realm_id}")

    assert books.realm_id == "1234567890123456789"
    assert shown["entities"]["Vendor"] == 3
    assert "PurchaseOrder" not in shown["entities"]
    preferences = books.call("GET", "preferences").json()["Preferences"]
    assert preferences["VendorAndPurchasesPrefs"]["TrackingByCustomer"] is False
    assert preferences["VendorAndPurchasesPrefs"]["BillableExpenseTracking"] is True


@pytest.mark.parametrize(
    "wish",
    [
        {"plan": "Ultimate"},
        {"realm_id": "abc"},
        {"nmae": "x"},
        {"preferences": {"NoSuchPrefs": {}}},
        {"counts": {"unicorns": 1}},
    ],
)
def test_a_company_that_cannot_be_is_refused(books, wish):
    response = requests.post(f"{books.url}/simulator/companies", json=wish, timeout=10)

    assert response.status_code == 400
    assert len(books.control("GET", "companies")["companies"]) == 3


def test_a_realm_id_is_given_once(books):
    response = requests.post(f"{books.url}/simulator/companies", json={"realm_id": books.realm_id}, timeout=10)

    assert response.status_code == 400


def test_a_company_changes_its_plan_and_preferences(books):
    path = f"companies/{books.realm_id}"
    books.control("PATCH", path, plan="Essentials", preferences={"AccountingInfoPrefs": {"ClassTrackingPerTxn": True}})

    info = books.read("CompanyInfo", books.realm_id)
    preferences = books.call("GET", "preferences").json()["Preferences"]

    assert {"Name": "OfferingSku", "Value": "QuickBooks Online Essentials"} in info["NameValue"]
    assert preferences["AccountingInfoPrefs"]["ClassTrackingPerTxn"] is True
    assert preferences["SyncToken"] == "1"
    assert books.refused(books.call("GET", "purchaseorder/1")) == (400, "5020")


def test_a_users_edit_counts_as_a_change(books):
    path = f"companies/{books.realm_id}/entities/Account/24"
    before = books.read("Account", "24")
    books.control("POST", "clock", advance_seconds=5)

    books.control("PATCH", path, Active=False)

    after = books.read("Account", "24")
    assert after["SyncToken"] == "1"
    assert after["Name"] == before["Name"] + " (deleted)"
    assert after["MetaData"]["LastUpdatedTime"] > before["MetaData"]["LastUpdatedTime"]


def test_a_user_creates_and_deletes_like_any_other(books):
    path = f"companies/{books.realm_id}/entities"
    created = books.control("POST", f"{path}/Vendor", DisplayName="Organic")
    books.control("DELETE", f"{path}/PurchaseOrder/1")

    dump = books.control("GET", f"{path}/PurchaseOrder")

    assert books.read("Vendor", created["Id"])["DisplayName"] == "Organic"
    assert list(dump["deleted"]) == ["1"]
    assert len(dump["PurchaseOrder"]) == 3


def test_a_users_edit_is_computed_and_checked_like_any_other(books):
    path = f"companies/{books.realm_id}/entities/PurchaseOrder"
    order = books.read("PurchaseOrder", "1")
    line = {
        "Amount": 12,
        "DetailType": "ItemBasedExpenseLineDetail",
        "ItemBasedExpenseLineDetail": {"ItemRef": {"value": "1"}, "Qty": 3, "UnitPrice": 4},
    }

    edited = books.control("PATCH", f"{path}/1", Line=[line], Memo=None, LinkedTxn=[{"TxnId": "9", "TxnType": "Bill"}])
    wrong = requests.patch(f"{books.url}/simulator/{path}/1", json={"VendorRef": {"value": "4711"}}, timeout=10)
    own = requests.patch(f"{books.url}/simulator/{path}/1", json={"SyncToken": "7"}, timeout=10)

    assert (edited["TotalAmt"], edited["SyncToken"]) == (12, str(int(order["SyncToken"]) + 1))
    assert edited["LinkedTxn"] == [{"TxnId": "9", "TxnType": "Bill"}]
    assert books.refused(wrong) == (400, "2500")
    assert own.status_code == 400


def test_a_user_may_use_a_number_twice(books):
    order = books.read("PurchaseOrder", "1")
    path = f"companies/{books.realm_id}/entities/PurchaseOrder"

    twin = books.control("POST", path, VendorRef=order["VendorRef"], Line=order["Line"], DocNumber=order["DocNumber"])

    found = books.query(f"SELECT * FROM PurchaseOrder WHERE DocNumber = '{order['DocNumber']}'")
    assert {row["Id"] for row in found["PurchaseOrder"]} == {"1", twin["Id"]}


def test_throttles_hold_one_company_back_and_no_other(books, advanced_books):
    books.control("POST", "switches", throttle=True, throttle_per_second=3, throttle_per_minute=5)

    burst = [books.call("GET", "vendor/1") for _ in range(4)]
    other = advanced_books.call("GET", "vendor/1")
    books.control("POST", "clock", advance_seconds=2)
    later = [books.call("GET", "vendor/1").status_code for _ in range(3)]
    books.control("POST", "clock", advance_seconds=60)
    next_minute = books.call("GET", "vendor/1")

    assert [response.status_code for response in burst] == [200, 200, 200, 429]
    assert books.refused(burst[-1]) == (429, "3001")
    assert other.status_code == 200
    assert later == [200, 200, 429]
    assert next_minute.status_code == 200
    assert books.control("GET", "stats")["throttled"] == 2


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "nonsense", 404),
        ("GET", "companies/1234567890123456", 404),
        ("GET", "companies/{realm}/entities/Unicorn", 404),
        ("PATCH", "companies/{realm}/entities/Vendor/4711", 404),
        ("DELETE", "companies/{realm}/entities/Vendor/4711", 404),
        ("POST", "revoke", 404),
        ("POST", "tokens", 404),
        ("POST", "companies/{realm}/entities/Vendor", 400),
        ("GET", "stats?last=many", 400),
    ],
)
def test_what_is_not_there_cannot_be_controlled(books, method, path, status):
    url = f"{books.url}/simulator/{path.format(realm=books.realm_id)}"

    response = requests.request(method, url, json={}, timeout=10)

    assert response.status_code == status


@pytest.mark.parametrize("body", [{"no_such_switch": True}, {"honour_requestid": "yes"}, [True]])
def test_a_wrong_switch_is_refused(books, body):
    response = requests.post(f"{books.url}/simulator/switches", json=body, timeout=10)

    assert response.status_code == 400


def test_statistics_count_calls_by_kind_company_and_status_without_tokens(books, advanced_books):
    books.control("DELETE", "stats")
    books.create("Vendor", DisplayName="Counted")
    books.call("GET", "vendor/1")
    books.call("GET", "vendor/4711")
    books.query("SELECT * FROM Item")
    books.call("GET", f"companyinfo/{books.realm_id}")
    books.call("GET", "preferences")
    advanced_books.call("GET", "vendor/1")
    form = {"grant_type": "refresh_token", "refresh_token": books.tokens["refresh_token"]}
    client = ("ledgerlink-local", "ledgerlink-local-secret")
    requests.post(f"{books.url}/oauth2/v1/tokens/bearer", data=form, auth=client, timeout=10)

    stats = books.control("GET", "stats")

    assert stats["by_kind"] == {
        "create": 1,
        "read": 3,
        "query": 1,
        "companyinfo": 1,
        "preferences": 1,
        "refresh": 1,
    }
    assert stats["by_status"] == {"200": 7, "400": 1}
    assert stats["by_realm"][advanced_books.realm_id] == {"read": 1}
    assert stats["by_entity"]["Vendor.read"] == 3
    last = stats["last"][-1]
    assert (last["method"], last["path"], last["status"]) == ("POST", "/oauth2/v1/tokens/bearer", 200)
    assert last["intuit_tid"]
    assert books.tokens["refresh_token"] not in str(stats)
    assert books.tokens["access_token"] not in str(stats)


def test_statistics_of_one_company(books, advanced_books):
    books.call("GET", "vendor/1")
    advanced_books.call("GET", "vendor/1")

    stats = books.http.get(
        f"{books.url}/simulator/stats", params={"realm_id": books.realm_id, "last": 5}, timeout=10
    ).json()

    assert stats["calls"] == 1
    assert [call["realm_id"] for call in stats["last"]] == [books.realm_id]


def test_every_answer_has_intuits_transaction_id(books):
    responses = [
        books.call("GET", "vendor/1"),
        books.call("GET", "vendor/4711"),
        books.call("GET", "vendor/1", headers={"Authorization": "Bearer x"}),
        requests.get(f"{books.url}/.well-known/openid_configuration", timeout=10),
    ]

    tids = [response.headers["intuit_tid"] for response in responses]
    assert len(set(tids)) == 4
    for tid in tids:
        version, seconds, rest = tid.split("-")
        assert (version, len(seconds), len(rest)) == ("1", 8, 24)
        int(seconds + rest, 16)


def test_reset_brings_everything_back(books):
    books.create("Vendor", DisplayName="Gone after reset")
    books.control("POST", "switches", honour_requestid=False)
    books.control("POST", "clock", advance_seconds=10_000)
    books.control("POST", "faults", then={"status": 500})

    books.control("POST", "reset")

    assert books.control("GET", "switches")["honour_requestid"] is True
    assert books.control("GET", "clock")["offset_seconds"] == 0
    assert books.control("GET", "faults") == {"faults": []}
    assert books.control("GET", "stats")["calls"] == 0
    assert books.call("GET", "vendor/1").status_code == 401
    assert books.control("GET", f"companies/{books.realm_id}")["entities"]["Vendor"] == 10
