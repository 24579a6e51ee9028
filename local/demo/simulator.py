"""The QuickBooks simulator's control API, as far as the story and the tests need it."""

from typing import Any

import requests


class SimulatorControl:
    """Looks into companies and breaks QuickBooks on purpose."""

    def __init__(self, url: str) -> None:
        self._url = f"{url}/simulator"
        self._http = requests.Session()
        self._http.trust_env = False

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Any call of the control API; raises requests.HTTPError."""
        answer = self._http.request(method, f"{self._url}/{path}", json=body, timeout=30)
        answer.raise_for_status()
        return answer.json()

    def entities(self, realm_id: str, entity: str) -> list[dict[str, Any]]:
        """All entities of a kind, as the company has them."""
        found: list[dict[str, Any]] = self.call("GET", f"companies/{realm_id}/entities/{entity}")[entity]
        return found

    def by_doc_number(self, realm_id: str, entity: str, doc_number: str) -> list[dict[str, Any]]:
        """Those with this number: one, if nothing went wrong."""
        return [found for found in self.entities(realm_id, entity) if found.get("DocNumber") == doc_number]

    def go_down(self, realm_id: str) -> None:
        """Every call for this company fails with 503 until ``come_back``."""
        then = {"status": 503, "html": True}
        self.call("POST", "faults", {"match": {"realm_id": realm_id}, "times": None, "then": then})

    def come_back(self) -> None:
        """No fault waits any more."""
        self.call("DELETE", "faults")
