"""A simulator for each test module, and a client that speaks to one company of it."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from local.quickbooks import Simulator


class Books:
    """One company over HTTP, with a token of its own."""

    def __init__(self, url: str, realm_id: str) -> None:
        self.url = url
        self.realm_id = realm_id
        self.http = requests.Session()
        self.tokens = self.control("POST", "tokens", realm_id=realm_id)

    def control(self, method: str, path: str, /, **body: Any) -> Any:
        """Call the control API and return its answer."""
        response = self.http.request(method, f"{self.url}/simulator/{path}", json=body, timeout=10)
        assert response.status_code == 200, response.text
        return response.json()

    def call(self, method: str, path: str, **options: Any) -> requests.Response:
        """Call the API with the token."""
        headers = {
            "Authorization": f"Bearer {self.tokens['access_token']}",
            "Accept": "application/json",
            **options.pop("headers", {}),
        }
        options.setdefault("timeout", 10)
        return self.http.request(method, f"{self.url}/v3/company/{self.realm_id}/{path}", headers=headers, **options)

    def query(self, text: str) -> dict[str, Any]:
        """Run a query that must succeed and return its QueryResponse."""
        response = self.call("GET", "query", params={"query": text})
        assert response.status_code == 200, response.text
        return response.json()["QueryResponse"]

    def post(self, entity: str, body: Any, **parameters: str) -> requests.Response:
        """Create, update or delete."""
        return self.call("POST", entity.lower(), json=body, params=parameters)

    def create(self, entity: str, **body: Any) -> dict[str, Any]:
        """Create an entity, which must succeed, and return it."""
        response = self.post(entity, body)
        assert response.status_code == 200, response.text
        return response.json()[entity]

    def update(self, entity: str, current: dict[str, Any], **body: Any) -> dict[str, Any]:
        """Update an entity, which must succeed, and return it."""
        response = self.post(entity, {"Id": current["Id"], "SyncToken": current["SyncToken"], **body})
        assert response.status_code == 200, response.text
        return response.json()[entity]

    def read(self, entity: str, entity_id: str) -> dict[str, Any]:
        """Read an entity that is there."""
        response = self.call("GET", f"{entity.lower()}/{entity_id}")
        assert response.status_code == 200, response.text
        return response.json()[entity]

    def account(self, name: str) -> str:
        """Return the id of an account of the chart of accounts."""
        return self.query(f"SELECT * FROM Account WHERE Name = '{name}'")["Account"][0]["Id"]

    def delete(self, entity: str, current: dict[str, Any]) -> dict[str, Any]:
        """Delete a transaction, which must succeed, and return what the reply shows."""
        body = {"Id": current["Id"], "SyncToken": current["SyncToken"]}
        response = self.post(entity, body, operation="delete")
        assert response.status_code == 200, response.text
        return response.json()[entity]

    def prefer(self, **groups: Any) -> None:
        """Change the company's preferences."""
        self.control("PATCH", f"companies/{self.realm_id}", preferences=groups)

    def by_user(self, method: str, path: str, /, **body: Any) -> Any:
        """Do to an entity what a user does inside QuickBooks; the path is the kind and perhaps an id."""
        return self.control(method, f"companies/{self.realm_id}/entities/{path}", **body)

    def wait(self, seconds: int = 5) -> None:
        """Let time pass, so that timestamps differ."""
        self.control("POST", "clock", advance_seconds=seconds)

    def refused(self, response: requests.Response) -> tuple[int, str]:
        """Return the status and code of a fault."""
        body = response.json()
        fault = body.get("Fault") or body["fault"]
        error = (fault.get("Error") or fault["error"])[0]
        return response.status_code, error["code"]


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with Simulator() as running:
        yield running


@pytest.fixture
def fresh(simulator: Simulator) -> Iterator[Simulator]:
    """The simulator as it was at its start, and put back afterwards."""
    yield simulator
    simulator.world.reset()


@pytest.fixture
def books(fresh: Simulator) -> Books:
    """The company on plan Plus."""
    return company(fresh, "Plus")


@pytest.fixture
def advanced_books(fresh: Simulator) -> Books:
    """The company on plan Advanced, with custom transaction numbers and classes per line."""
    return company(fresh, "Advanced")


@pytest.fixture
def essentials_books(fresh: Simulator) -> Books:
    """The company on plan Essentials."""
    return company(fresh, "Essentials")


@pytest.fixture
def new_books(fresh: Simulator) -> Any:
    """A function that makes a company with the settings it is given."""

    def make(**settings: Any) -> Books:
        response = requests.post(f"{fresh.url}/simulator/companies", json=settings, timeout=10)
        assert response.status_code == 200, response.text
        return Books(fresh.url, response.json()["realm_id"])

    return make


def company(simulator: Simulator, plan: str) -> Books:
    realm_id = next(item.realm_id for item in simulator.world.companies.all() if item.plan == plan)
    return Books(simulator.url, realm_id)


@pytest.fixture
def shared_books(simulator: Simulator) -> Books:
    """The company on plan Plus, for tests that change nothing."""
    return company(simulator, "Plus")
