"""The client secret of the Intuit app changes while warm functions still remember the old one."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from ledgerlink.domain.tokens import Tokens
from ledgerlink.errors import MissingConfiguration, SyncError
from ledgerlink.quickbooks.rotation import OAuth, RotatingOAuth
from tests.unit.orders import tokens


@dataclass
class Intuit:
    """Takes one client secret only."""

    accepts: str = "new"
    refusal: str = "intuit_credentials_rejected"
    asked_with: list[str] = field(default_factory=list)

    def rotating(self, known: list[str], stored: list[str]) -> RotatingOAuth:
        return RotatingOAuth(
            lambda: [_App(self, secret) for secret in known], lambda: [_App(self, secret) for secret in stored]
        )


@dataclass
class _App:
    intuit: Intuit
    secret: str

    def authorization_url(self, state: str) -> str:
        return f"https://intuit.test/{self.secret}?state={state}"

    def exchange(self, code: str, realm_id: str) -> Tokens:
        return self.refresh(code)

    def revoke(self, token: str) -> None:
        self.refresh(token)

    def refresh(self, refresh_token: str) -> Tokens:
        self.intuit.asked_with.append(self.secret)
        if self.secret != self.intuit.accepts:
            raise MissingConfiguration("Intuit does not accept it.", code=self.intuit.refusal)
        return tokens()


CALLS: dict[str, Callable[[OAuth], Tokens | None]] = {
    "refresh": lambda oauth: oauth.refresh("r"),
    "exchange": lambda oauth: oauth.exchange("c", "1"),
    "revoke": lambda oauth: oauth.revoke("r"),
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(("known", "stored"), [(["old"], ["new"]), (["old", "older"], ["new"]), (["old", "new"], [])])
def test_client_secret_rotation_ends_with_the_secret_that_intuit_takes(
    known: list[str], stored: list[str], call: str
) -> None:
    intuit = Intuit()

    CALLS[call](intuit.rotating(known, stored))

    assert intuit.asked_with[-1] == "new"


def test_a_secret_that_works_is_not_read_again() -> None:
    intuit = Intuit()

    intuit.rotating(["new"], ["never asked"]).refresh("r")

    assert intuit.asked_with == ["new"]


def test_another_refusal_is_not_repeated_with_other_credentials() -> None:
    intuit = Intuit(refusal="intuit_oauth_refused")

    with pytest.raises(SyncError):
        intuit.rotating(["old"], ["new"]).refresh("r")

    assert intuit.asked_with == ["old"]


@pytest.mark.parametrize(
    ("known", "code"), [(["old", "older"], "intuit_credentials_rejected"), ([], "intuit_credentials_missing")]
)
def test_without_a_good_secret_it_says_what_is_wrong(known: list[str], code: str) -> None:
    with pytest.raises(MissingConfiguration) as error:
        Intuit().rotating(known, []).refresh("r")

    assert error.value.code == code


def test_the_consent_page_is_that_of_the_current_credentials() -> None:
    assert Intuit().rotating(["new", "old"], []).authorization_url("s") == "https://intuit.test/new?state=s"
