"""The simulator, in this process, fresh for every test; and a company in it that we are connected to."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from ledgerlink.domain.tokens import TokenRejected, Tokens
from ledgerlink.errors import ConnectionRevoked
from ledgerlink.quickbooks.client import Company, new_session
from ledgerlink.quickbooks.oauth import IntuitOAuth
from ledgerlink.quickbooks.settings import hosts
from local.quickbooks import Simulator

REDIRECT_URI = "https://books.example.com/oauth/callback"


@dataclass
class Control:
    """The simulator's control API."""

    url: str

    def post(self, path: str, **body: Any) -> Any:
        answer = requests.post(f"{self.url}/simulator/{path}", json=body, timeout=10)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def calls(self, kind: str) -> int:
        stats = requests.get(f"{self.url}/simulator/stats", timeout=10).json()
        return stats["by_kind"].get(kind, 0)

    def fail(self, then: dict[str, Any], *, times: int | None = 1, **match: str) -> None:
        self.post("faults", match=match, then=then, times=times)

    def new_company(self, **wishes: Any) -> str:
        realm_id = self.post("companies", **wishes)["realm_id"]
        assert isinstance(realm_id, str)
        return realm_id

    def consent(self, url: str, realm_id: str, action: str = "approve") -> dict[str, str]:
        """Press a button on the consent page and return what the browser is sent back with."""
        address, _, query = url.partition("?")
        form = {key: values[0] for key, values in parse_qs(query).items()}
        sent_back = requests.post(
            address, data={**form, "realm_id": realm_id, "action": action}, allow_redirects=False, timeout=10
        )
        callback = urlsplit(sent_back.headers["Location"])
        return {key: values[0] for key, values in parse_qs(callback.query).items()}


@dataclass
class RefreshingTokens:
    """Tokens of one connection, refreshed with the real adapter."""

    oauth: IntuitOAuth
    tokens: Tokens
    replaced: int = 0

    def access_token(self) -> str:
        return self.tokens.access_token

    def replace(self, rejected: str) -> str:
        assert rejected == self.tokens.access_token
        self.replaced += 1
        try:
            self.tokens = self.oauth.refresh(self.tokens.refresh_token)
        except TokenRejected as error:
            raise ConnectionRevoked("Connect again.", intuit_tid=error.intuit_tid) from None
        return self.tokens.access_token


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with Simulator() as simulator:
        yield simulator


@pytest.fixture
def control(simulator: Simulator) -> Control:
    control = Control(simulator.url)
    control.post("reset")
    control.post("stats/reset")
    return control


@pytest.fixture
def oauth(control: Control) -> IntuitOAuth:
    return IntuitOAuth(
        client_id="ledgerlink-local",
        client_secret="ledgerlink-local-secret",
        discovery_url=hosts("sandbox", control.url).discovery_url,
        redirect_uri=REDIRECT_URI,
        now=lambda: datetime.now(UTC),
    )


@pytest.fixture
def realm_id(control: Control) -> str:
    return control.new_company(name="Acme Books", plan="Plus", counts={"vendors": 3, "items": 3, "purchase_orders": 0})


@pytest.fixture
def tokens(control: Control, oauth: IntuitOAuth, realm_id: str) -> RefreshingTokens:
    callback = control.consent(oauth.authorization_url("state-1"), realm_id)
    return RefreshingTokens(oauth, oauth.exchange(callback["code"], callback["realmId"]))


@pytest.fixture
def company(control: Control, realm_id: str, tokens: RefreshingTokens) -> Iterator[Company]:
    with new_session() as session:
        yield Company(session, control.url, realm_id, tokens, timeout=(3.05, 5.0))
