"""Settings, instances, lists and mappings through the API, against the simulator's lists."""

from typing import Any
from urllib.parse import quote

import pytest
import requests

from ledgerlink.domain.roles import Role
from ledgerlink.errors import AccountCreationFailed
from ledgerlink.usecases.references.account_mapping import AccountMapping
from ledgerlink.wiring import wiring
from tests.integration.api.stack import HOST, Answer, Stack
from tests.integration.api.test_oauth import Browser

PERSON = {**HOST, "X-Ledgerlink-User": "Ada"}


class Tenant:
    """A tenant that has connected a company of the simulator, and calls the API."""

    def __init__(self, stack: Stack, simulator: Any, **wishes: Any) -> None:
        made = requests.post(f"{simulator.url}/simulator/companies", json={"name": "Acme Books", **wishes}, timeout=10)
        self.realm_id: str = made.json()["realm_id"]
        self.id = f"tenant-of-{self.realm_id}"
        self._stack = stack
        self._simulator = simulator
        browser = Browser(stack, simulator.url, self.id)
        browser.open_connect()
        browser.come_back(browser.press("approve", self.realm_id))

    def of_connection(self, method: str, path: str, body: Any = None, headers: Any = HOST) -> Answer:
        return self._stack.call(method, f"/v1/tenants/{self.id}/connections/{self.realm_id}/{path}", body, headers)

    def call(self, method: str, path: str, body: Any = None, headers: Any = HOST) -> Answer:
        return self._stack.call(method, f"/v1/tenants/{self.id}/{path}", body, headers)

    def session(self) -> dict[str, str]:
        return self._stack.session(self.id)

    def listed(self, name: str, query: str = "") -> list[Any]:
        items = self.of_connection("GET", f"{name}{query}").json["items"]
        assert isinstance(items, list)
        return items

    def account(self, account_type: str) -> Any:
        """Any account of the type."""
        return next(a for a in self.listed("accounts") if a["account_type"] == account_type)

    def calls(self) -> int:
        """How many calls QuickBooks has answered."""
        stats = requests.get(f"{self._simulator.url}/simulator/stats", timeout=10).json()
        return sum(stats["by_kind"].values())

    def deactivate(self, entity: str, entity_id: str, **changes: Any) -> None:
        """Somebody makes it inactive in QuickBooks."""
        path = f"/simulator/companies/{self.realm_id}/entities/{entity}/{entity_id}"
        requests.patch(self._simulator.url + path, json={"Active": False, **changes}, timeout=10).raise_for_status()

    def fail(self, then: dict[str, Any], **match: str) -> None:
        of_this = {"match": {**match, "realm_id": self.realm_id}, "then": then}
        requests.post(f"{self._simulator.url}/simulator/faults", json=of_this, timeout=10).raise_for_status()


@pytest.fixture
def tenant(stack: Stack, simulator: Any) -> Tenant:
    return Tenant(stack, simulator)


# Settings


def test_settings_begin_with_their_defaults_and_the_accounts_that_fit(tenant: Tenant) -> None:
    shown = tenant.of_connection("GET", "settings").json

    assert shown["settings"]["kinds"]["purchase-orders"]["number_pattern"] == "PO-{number}"
    assert shown["accounts"]["accounts_payable"]["how"] == "automatic"
    assert shown["accounts"]["inventory_purchases"]["name"] == "Inventory Asset"
    assert shown["missing"] == []


def test_a_patch_changes_what_it_names_and_null_restores_the_default(tenant: Tenant) -> None:
    tenant.of_connection("PATCH", "settings", {"mode": "daily", "daily_at": "17:30"})

    shown = tenant.of_connection("PATCH", "settings", {"mode": None, "time_zone": "Europe/Berlin"}).json["settings"]

    assert (shown["mode"], shown["daily_at"], shown["time_zone"]) == ("realtime", "17:30", "Europe/Berlin")


def test_switches_need_no_call_of_quickbooks(tenant: Tenant) -> None:
    tenant.of_connection("GET", "settings")
    before = tenant.calls()

    tenant.of_connection("PATCH", "settings", {"enabled": False})

    assert tenant.calls() == before


def test_everything_that_is_wrong_with_a_patch_is_named_at_once(tenant: Tenant) -> None:
    patch = {
        "mode": "hourly",
        "colour": "blue",
        "accounts": {"fees": "999999", "sales_income": tenant.account("Bank")["id"], "rent": "1"},
        "default_customer": {"quickbooks_id": "999999"},
    }

    error = tenant.of_connection("PATCH", "settings", patch).error

    named = {field["field"] for field in error["fields"]}
    assert named == {
        *("mode", "colour", "accounts.fees", "accounts.sales_income", "accounts.rent"),
        "default_customer.quickbooks_id",
    }


def test_an_account_that_is_inactive_in_quickbooks_is_named(tenant: Tenant) -> None:
    account = tenant.account("Expense")
    tenant.deactivate("Account", account["id"])

    error = tenant.of_connection("PATCH", "settings", {"accounts": {"fees": account["id"]}}).error

    (field,) = error["fields"]
    assert field["field"] == "accounts.fees"
    assert "inactive" in field["problem"]
    assert account["name"] in field["problem"]


def test_a_chosen_account_is_shown_as_chosen_by_hand(tenant: Tenant) -> None:
    account = tenant.account("Expense")

    shown = tenant.of_connection("PATCH", "settings", {"accounts": {"fees": account["id"]}}).json

    assert shown["accounts"]["fees"]["how"] == "chosen"
    assert shown["accounts"]["fees"]["id"] == account["id"]


def test_a_default_customer_is_created_once_and_found_by_its_name_afterwards(tenant: Tenant) -> None:
    described = {"default_customer": {"name": "Cash sales", "email": "shop@example.com"}}

    first = tenant.of_connection("PATCH", "settings", described).json["settings"]["default_customer"]
    second = tenant.of_connection("PATCH", "settings", described).json["settings"]["default_customer"]

    assert first["name"] == "Cash sales"
    assert first == second
    assert [c["id"] for c in tenant.listed("customers", "?search=cash%20sales")] == [first["quickbooks_id"]]


def test_the_history_says_who_changed_what(tenant: Tenant) -> None:
    tenant.of_connection("PATCH", "settings", {"mode": "manual"}, PERSON)
    tenant.of_connection("PATCH", "settings", {"enabled": False}, tenant.session())
    tenant.of_connection("PATCH", "settings", {"enabled": False})

    entries = tenant.of_connection("GET", "settings/history").json["items"]

    assert [(e["by"]["caller"], e["by"]["user"], e["changes"]) for e in entries] == [
        ("portal", None, [{"path": "enabled", "from": True, "to": False}]),
        ("host", "Ada", [{"path": "mode", "from": "realtime", "to": "manual"}]),
    ]


def test_a_history_is_read_page_by_page(tenant: Tenant) -> None:
    for mode in ("manual", "daily"):
        tenant.of_connection("PATCH", "settings", {"mode": mode})
    first = tenant.of_connection("GET", "settings/history?limit=1").json

    second = tenant.of_connection("GET", f"settings/history?limit=1&after={quote(first['next'])}").json

    assert [page["items"][0]["changes"][0]["to"] for page in (first, second)] == ["daily", "manual"]
    assert second["next"] is None


@pytest.mark.parametrize("patch", [[], "enabled", 7, None])
def test_a_patch_that_is_no_object_is_refused(tenant: Tenant, patch: Any) -> None:
    answer = tenant.of_connection("PATCH", "settings", patch)

    assert answer.status == 400


# Accounts that a push needs


def test_an_account_that_quickbooks_refuses_to_create_is_explained(tenant: Tenant) -> None:
    mapping = _mapping_without(tenant, "Inventory")
    tenant.fail({"fault_code": "6000"}, entity="Account", operation="create")

    with pytest.raises(AccountCreationFailed) as failure:
        mapping.accounts_for([Role.INVENTORY_PURCHASES])

    assert "Inventory Asset" in failure.value.message
    assert "Other Current Asset" in failure.value.hint
    assert failure.value.intuit_tid


def test_a_name_that_an_inactive_account_has_is_said_to_be_taken(tenant: Tenant) -> None:
    mapping = _mapping_without(tenant, "Inventory")

    with pytest.raises(AccountCreationFailed, match="perhaps an inactive one"):
        mapping.accounts_for([Role.INVENTORY_PURCHASES])


def test_an_account_that_is_missing_is_created_and_shown(tenant: Tenant) -> None:
    mapping = _mapping_without(tenant, "Inventory", Name="Old stock")

    created = mapping.accounts_for([Role.INVENTORY_PURCHASES])

    shown = tenant.of_connection("GET", "settings").json["accounts"]["inventory_purchases"]
    assert (shown["how"], shown["id"]) == ("automatic", created[Role.INVENTORY_PURCHASES])


# Another tenant's


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "settings"),
        ("PATCH", "settings"),
        ("GET", "settings/history"),
        ("GET", "accounts"),
        ("GET", "mappings/products"),
        ("PUT", "mappings/products/A"),
        ("DELETE", "mappings/products/A"),
    ],
)
def test_another_tenants_connection_is_not_found(
    stack: Stack, tenant: Tenant, simulator: Any, method: str, path: str
) -> None:
    other = Tenant(stack, simulator)

    stranger = tenant.of_connection(method, path, {}, other.session())
    foreign = other.call(method, f"connections/{tenant.realm_id}/{path}", {})

    assert (stranger.status, foreign.status) == (404, 404)


def test_another_tenants_instances_are_not_found(stack: Stack, tenant: Tenant, simulator: Any) -> None:
    other = Tenant(stack, simulator)

    assert tenant.call("GET", "instances", headers=other.session()).status == 404


# Lists


@pytest.mark.parametrize("name", ["accounts", "classes", "departments", "terms", "tax-codes", "items", "vendors"])
def test_every_list_is_shown_with_names_and_ids(tenant: Tenant, name: str) -> None:
    entries = tenant.listed(name)

    assert all(entry["id"] and entry["name"] and entry["active"] for entry in entries)


def test_a_list_is_read_from_quickbooks_once_and_again_when_asked_to(tenant: Tenant) -> None:
    tenant.listed("vendors")
    before = tenant.calls()

    tenant.listed("vendors")
    unchanged = tenant.calls()
    tenant.listed("vendors", "?refresh=true")

    assert unchanged == before
    assert tenant.calls() == before + 1


def test_items_are_searched_by_sku_and_paged(stack: Stack, simulator: Any) -> None:
    tenant = Tenant(stack, simulator, counts={"items": 5})
    everything = tenant.listed("items")
    wanted = next(item for item in everything if item["sku"])

    found = tenant.listed("items", f"?search={quote(wanted['sku'].lower())}")
    first = tenant.of_connection("GET", "items?limit=3").json
    second = tenant.of_connection("GET", f"items?limit=3&after={first['next']}").json

    assert wanted in found
    assert [*first["items"], *second["items"]] == everything[:6]


def test_a_long_list_is_read_page_by_page_and_counted_once(stack: Stack, simulator: Any) -> None:
    tenant = Tenant(stack, simulator, counts={"vendors": 2500})
    before = tenant.calls()

    pages = [tenant.of_connection("GET", f"vendors?limit=1000&after={start}").json for start in (0, 1000, 2000)]

    ids = [entry["id"] for page in pages for entry in page["items"]]
    assert (len(ids), len(set(ids)), pages[-1]["next"]) == (2500, 2500, None)
    assert tenant.calls() - before == 4


def test_a_list_that_does_not_exist_is_not_found(tenant: Tenant) -> None:
    assert tenant.of_connection("GET", "ledgers").status == 404


@pytest.mark.parametrize("query", ["?refresh=yes", "?after=x", "?limit=0"])
def test_a_wrong_query_is_refused(tenant: Tenant, query: str) -> None:
    assert tenant.of_connection("GET", f"accounts{query}").status == 400


# Mappings


def test_a_match_is_made_read_listed_and_undone(stack: Stack, simulator: Any) -> None:
    tenant = Tenant(stack, simulator, counts={"items": 2})
    item = tenant.listed("items")[0]
    path = f"mappings/products/{quote('A/7 é', safe='')}"

    made = tenant.of_connection("PUT", path, {"quickbooks_id": item["id"]}, PERSON).json
    listed = tenant.of_connection("GET", "mappings/products").json["items"]
    undone = tenant.of_connection("DELETE", path)

    assert (made["host_id"], made["quickbooks_id"], made["manual"]) == ("A/7 é", item["id"], True)
    assert made["matched_by"] == {"caller": "host", "user": "Ada"}
    assert listed == [made]
    assert undone.status == 204
    assert tenant.of_connection("GET", path).status == 404
    assert tenant.of_connection("DELETE", path).status == 404


def test_a_match_with_what_quickbooks_does_not_have_is_refused(tenant: Tenant) -> None:
    error = tenant.of_connection("PUT", "mappings/suppliers/s-1", {"quickbooks_id": "999999"}).error

    assert error["fields"] == [{"field": "quickbooks_id", "problem": "is no Vendor of this QuickBooks company"}]


def test_a_payable_account_cannot_be_an_expense_account(tenant: Tenant) -> None:
    payable = tenant.account("Accounts Payable")

    answer = tenant.of_connection("PUT", "mappings/expense-accounts/5000", {"quickbooks_id": payable["id"]})

    assert answer.status == 400


def test_what_cannot_be_matched_is_not_found(tenant: Tenant) -> None:
    assert tenant.of_connection("GET", "mappings/purchase-orders").status == 404


# Instances


def test_an_instance_is_made_changed_listed_and_removed(tenant: Tenant) -> None:
    wanted = {"connection": tenant.realm_id, "enabled": True, "auto_invoice": False}

    made = tenant.call("PUT", "instances/shop-1", wanted)
    changed = tenant.call("PUT", "instances/shop-1", {**wanted, "enabled": False}, PERSON)
    listed = tenant.call("GET", "instances").json["items"]
    removed = tenant.call("DELETE", "instances/shop-1")

    assert (made.status, changed.status, removed.status) == (201, 200, 204)
    assert listed == [{"id": "shop-1", **wanted, "enabled": False}]
    assert tenant.call("GET", "instances/shop-1").status == 404
    history = tenant.call("GET", "instances/shop-1/history").json["items"]
    assert [entry["by"]["user"] for entry in history] == [None, "Ada", None]
    assert history[1]["changes"] == [{"path": "enabled", "from": True, "to": False}]


def test_an_instance_needs_a_connection_of_its_tenant(tenant: Tenant) -> None:
    error = tenant.call("PUT", "instances/shop-1", {"connection": "12345"}).error

    assert error["fields"] == [{"field": "connection", "problem": "is no connection of this tenant"}]


def test_a_name_of_a_person_that_is_too_long_is_refused(tenant: Tenant) -> None:
    headers = {**HOST, "X-Ledgerlink-User": "A" * 101}

    answer = tenant.of_connection("PATCH", "settings", {"enabled": False}, headers)

    assert answer.status == 400


def _mapping_without(tenant: Tenant, sub_type: str, **changes: Any) -> AccountMapping:
    """The account mapping of a company that has no active account of a detail type."""
    for account in tenant.listed("accounts"):
        if account["account_sub_type"] == sub_type:
            tenant.deactivate("Account", account["id"], **changes)
    tenant.listed("accounts", "?refresh=true")
    wired = wiring()
    (connection,) = wired.connections.of_tenant(tenant.id)
    company = wired.lists_and_books_of(connection)
    return AccountMapping(company.lists, wired.connections, company.books, connection, lambda: "a-request")
