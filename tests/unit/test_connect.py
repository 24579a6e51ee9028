"""To Intuit's consent page and back."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ledgerlink.domain.connections import Connection, ConnectionKey, ConnectionStatus
from ledgerlink.domain.settings import Settings
from ledgerlink.domain.tokens import CodeRejected
from ledgerlink.errors import InvalidRequest, QuickBooksUnavailable, RealmTaken, SyncError
from ledgerlink.usecases.connections.finish_connect import Callback, ConsentDenied, finish_connect
from ledgerlink.usecases.connections.start_connect import STATE_LIFETIME, start_connect
from tests import canaries
from tests.unit.fakes import (
    Clock,
    FakeConnections,
    FakeEvents,
    FakeIntuit,
    FakeNewCompany,
    FakeOAuthStates,
    FakeSealer,
    Killed,
    Port,
    Script,
)
from tests.unit.orders import ACCOUNTS, NOW, REALM, TENANT, connection, tokens

CHOSEN = Settings(create_accounts=False)
GOOD = Callback(state="state-1", code=canaries.AUTHORIZATION_CODE, realm_id=REALM, error="")


class Consent:
    """A tenant on the way to Intuit and back."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.script = Script()
        self.states = FakeOAuthStates()
        self.intuit = FakeIntuit(tokens)
        self.connections = FakeConnections()
        self.events = FakeEvents()
        self.company: Any = FakeNewCompany()

    def start(self, tenant: str = TENANT, browser: str = "browser-1", state: str = "state-1") -> str:
        return start_connect(self.states, self.intuit, tenant, browser, lambda: state, self.clock())

    def finish(self, callback: Callback = GOOD, tenant: str = TENANT, browser: str = "browser-1") -> Connection:
        return finish_connect(
            states=self.states,
            codes=Port("intuit", self.intuit, self.script),
            company=lambda realm_id, access_token: Port("company", self.company, self.script),
            connections=self.connections,
            sealer=FakeSealer(),
            events=self.events,
            tenant_id=tenant,
            browser=browser,
            callback=callback,
            now=self.clock(),
        )

    def refused(self, callback: Callback = GOOD, **caller: str) -> SyncError:
        with pytest.raises(SyncError) as refusal:
            self.finish(callback, **caller)
        return refusal.value

    @property
    def untouched(self) -> bool:
        return not (self.intuit.exchanged or self.connections.stored or self.events.published)


@pytest.fixture
def consent() -> Consent:
    started = Consent()
    started.start()
    return started


def test_the_consent_page_gets_the_state(consent: Consent) -> None:
    assert consent.start() == "https://intuit.test/connect?state=state-1"


def test_a_tenant_who_comes_back_is_connected_and_the_host_is_told(consent: Consent) -> None:
    made = consent.finish()

    assert made == connection(found_accounts={}, country="US", ends_at=NOW + timedelta(days=100))
    assert consent.connections.of_tenant(TENANT) == [made]
    assert consent.intuit.exchanged == [(canaries.AUTHORIZATION_CODE, REALM)]
    assert consent.events.named("connection.established") == [
        {"connection_id": REALM, "realm_id": REALM, "company_name": "Acme Books"}
    ]


def test_the_currencies_of_the_company_are_kept(consent: Consent) -> None:
    currency = {"HomeCurrency": {"value": "CAD"}, "MultiCurrencyEnabled": True}
    consent.company = FakeNewCompany(preferences={"CurrencyPrefs": currency})

    made = consent.finish()

    assert (made.home_currency, made.multicurrency) == ("CAD", True)


def test_a_consent_is_kept_even_if_quickbooks_does_not_describe_the_company(consent: Consent) -> None:
    consent.script.fail("company.company_info", QuickBooksUnavailable("QuickBooks is not available."))

    made = consent.finish()

    assert (made.status, made.company_name, made.home_currency) == (ConnectionStatus.CONNECTED, "", "")


def test_a_reconnect_that_quickbooks_does_not_describe_keeps_what_was_known(consent: Consent) -> None:
    consent.connections.have(connection(status=ConnectionStatus.NEEDS_RECONNECT))
    consent.script.fail("company.preferences", QuickBooksUnavailable("QuickBooks is not available."))

    consent.finish()

    assert consent.connections.of_tenant(TENANT) == [connection(ends_at=NOW + timedelta(days=100))]


def test_a_callback_that_is_killed_while_the_company_is_described_has_stored_the_consent(consent: Consent) -> None:
    consent.script.fail("company.company_info", Killed())

    with pytest.raises(Killed):
        consent.finish()

    assert [company.status for company in consent.connections.of_tenant(TENANT)] == [ConnectionStatus.CONNECTED]


def forged(consent: Consent) -> SyncError:
    return consent.refused(replace(GOOD, state="state-2"))


def missing(consent: Consent) -> SyncError:
    return consent.refused(replace(GOOD, state=""))


def expired(consent: Consent) -> SyncError:
    consent.clock.time += STATE_LIFETIME + timedelta(minutes=1)
    return consent.refused()


def another_browser(consent: Consent) -> SyncError:
    return consent.refused(browser="browser-2")


def another_tenant(consent: Consent) -> SyncError:
    return consent.refused(tenant="globex")


@pytest.mark.parametrize("misuse", [forged, missing, expired, another_browser, another_tenant])
def test_forged_and_expired_oauth_state_exchange_and_store_nothing(consent: Consent, misuse: Any) -> None:
    error = misuse(consent)

    assert (error.code, error.http_status, consent.untouched) == ("oauth_state_invalid", 400, True)


def test_a_replayed_oauth_state_reads_like_a_forged_one(consent: Consent) -> None:
    consent.finish()

    error = consent.refused()

    assert error.to_dict() == forged(consent).to_dict()
    assert len(consent.intuit.exchanged) == 1


def test_two_callbacks_at_once_exchange_the_code_once(consent: Consent) -> None:
    """A double click: the second callback runs inside the first one's exchange."""
    seen: list[str] = []
    consent.script.next("before", "intuit.exchange", lambda: seen.append(consent.refused().code))

    consent.finish()

    assert seen == ["oauth_state_invalid"]
    assert len(consent.intuit.exchanged) == 1


@pytest.mark.parametrize(
    "callback",
    [
        replace(GOOD, code="", realm_id="", error="access_denied"),
        replace(GOOD, error="access_denied"),
        replace(GOOD, realm_id=""),
        replace(GOOD, code=""),
    ],
    ids=["access_denied", "access_denied with a code", "missing realmId", "missing code"],
)
def test_a_refused_consent_leaves_no_state_behind(consent: Consent, callback: Callback) -> None:
    """Callback error=access_denied, missing realmId."""
    error = consent.refused(callback)

    assert isinstance(error, ConsentDenied)
    assert error.http_status == 400
    assert (consent.untouched, consent.states.states) == (True, {})


@pytest.mark.parametrize("realm_id", ["12a", "-1", "1" * 31, "١٢", "1/../2", " 1"])
def test_a_realm_id_that_is_no_number_is_refused(consent: Consent, realm_id: str) -> None:
    error = consent.refused(replace(GOOD, realm_id=realm_id))

    assert (error.code, consent.untouched) == ("oauth_state_invalid", True)


def test_a_code_that_intuit_refuses_is_not_tried_again(consent: Consent) -> None:
    consent.script.fail("intuit.exchange", CodeRejected())

    error = consent.refused()

    assert isinstance(error, InvalidRequest)
    assert consent.script.calls == ["intuit.exchange"]


def test_a_callback_that_is_killed_after_the_exchange_cannot_exchange_again(consent: Consent) -> None:
    consent.script.lose_answer("intuit.exchange", Killed())
    with pytest.raises(Killed):
        consent.finish()

    error = consent.refused()

    assert error.code == "oauth_state_invalid"
    assert len(consent.intuit.exchanged) == 1


def test_a_callback_for_a_realm_already_bound_to_another_tenant_is_refused(consent: Consent) -> None:
    consent.connections.have(connection(tenant_id="globex"))

    error = consent.refused()

    assert isinstance(error, RealmTaken)
    assert list(consent.connections.stored) == [ConnectionKey("globex", REALM)]
    assert consent.events.published == []


def test_reconnecting_renews_the_connection_and_keeps_what_was_chosen(consent: Consent) -> None:
    consent.connections.have(connection(status=ConnectionStatus.NEEDS_RECONNECT, settings=CHOSEN))

    consent.finish()

    stored = consent.connections.stored[ConnectionKey(TENANT, REALM)]
    assert stored.connection.status is ConnectionStatus.CONNECTED
    assert (stored.connection.settings, stored.connection.found_accounts) == (CHOSEN, ACCOUNTS)
    assert stored.tokens.version == 2
