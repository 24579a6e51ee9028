"""PyPI intuit-oauth connects to the simulator without a change, and its tokens open the whole API."""

from datetime import UTC, datetime, timedelta

import pytest
from intuitlib.client import AuthClient
from intuitlib.enums import Scopes
from intuitlib.exceptions import AuthClientError


@pytest.fixture
def auth(control, realm_id):
    discovery = f"{control.url}/.well-known/openid_sandbox_configuration/"
    auth = AuthClient("ledgerlink-local", "ledgerlink-local-secret", "http://localhost:9000/callback", discovery)
    callback = control.consent(auth.get_authorization_url([Scopes.ACCOUNTING], state_token="s"), realm_id)
    auth.get_bearer_token(callback["code"], realm_id=callback["realmId"])
    return auth


@pytest.fixture
def call(control, auth):
    """A call of the API through the library's own session."""

    def call(method, path, **options):
        headers = {"Authorization": f"Bearer {auth.access_token}", "Accept": "application/json"}
        url = f"{control.url}/v3/company/{auth.realm_id}/{path}"
        answer = auth.request(method, url, headers=headers, timeout=10, **options)
        assert answer.status_code == 200, answer.text
        return answer.json()

    return call


def test_it_connects_creates_queries_updates_batches_and_reads_changes(call):
    since = f"{datetime.now(UTC) - timedelta(minutes=1):%Y-%m-%dT%H:%M:%SZ}"

    vendor = call("POST", "vendor", json={"DisplayName": "New"})["Vendor"]
    found = call("GET", "query", params={"query": "SELECT * FROM Vendor WHERE DisplayName = 'New'"})
    body = {"Id": vendor["Id"], "SyncToken": vendor["SyncToken"], "sparse": True, "CompanyName": "New Ltd"}
    updated = call("POST", "vendor", json=body)["Vendor"]
    item = {"bId": "1", "operation": "create", "Vendor": {"DisplayName": "Other"}}
    batched = call("POST", "batch", json={"BatchItemRequest": [item]})["BatchItemResponse"][0]["Vendor"]
    changes = call("GET", "cdc", params={"entities": "Vendor", "changedSince": since})["CDCResponse"][0]

    assert [row["Id"] for row in found["QueryResponse"]["Vendor"]] == [vendor["Id"]]
    assert updated["DisplayName"] == "New"
    assert {row["Id"] for row in changes["QueryResponse"][0]["Vendor"]} == {vendor["Id"], batched["Id"]}


def test_a_token_renewed_by_it_works_and_a_revoked_one_is_refused(auth, call):
    first = auth.access_token

    auth.refresh()
    renewed = call("GET", f"companyinfo/{auth.realm_id}")["CompanyInfo"]["CompanyName"]
    auth.revoke()

    assert auth.access_token != first
    assert renewed == "Acme Books"
    with pytest.raises(AuthClientError):
        auth.refresh()
