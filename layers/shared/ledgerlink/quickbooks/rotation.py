"""Intuit's OAuth while the app's client secret is being rotated."""

from collections.abc import Callable, Iterator
from typing import Protocol

from ledgerlink.domain.tokens import Tokens
from ledgerlink.errors import MissingConfiguration

REJECTED = "intuit_credentials_rejected"


class OAuth(Protocol):
    """OAuth with one pair of credentials; see IntuitOAuth."""

    def authorization_url(self, state: str) -> str: ...
    def exchange(self, code: str, realm_id: str) -> Tokens: ...
    def refresh(self, refresh_token: str) -> Tokens: ...
    def revoke(self, token: str) -> None: ...


class RotatingOAuth:
    """Tries the credentials that we know, then those that the secret holds by now.

    A client secret that Intuit refuses has done nothing yet: neither is a code used up nor a
    refresh token rotated, so the next pair may try the same call.
    """

    def __init__(self, known: Callable[[], list[OAuth]], refetched: Callable[[], list[OAuth]]) -> None:
        self._known = known
        self._refetched = refetched

    def authorization_url(self, state: str) -> str:
        """The consent page of the current credentials."""
        for oauth in self._candidates():
            return oauth.authorization_url(state)
        raise _missing()

    def exchange(self, code: str, realm_id: str) -> Tokens:
        """As IntuitOAuth.exchange."""
        return self._first(lambda oauth: oauth.exchange(code, realm_id))

    def refresh(self, refresh_token: str) -> Tokens:
        """As IntuitOAuth.refresh."""
        return self._first(lambda oauth: oauth.refresh(refresh_token))

    def revoke(self, token: str) -> None:
        """As IntuitOAuth.revoke."""
        self._first(lambda oauth: oauth.revoke(token))

    def _first[Told](self, call: Callable[[OAuth], Told]) -> Told:
        rejection = _missing()
        for oauth in self._candidates():
            try:
                return call(oauth)
            except MissingConfiguration as error:
                if error.code != REJECTED:
                    raise
                rejection = error
        raise rejection

    def _candidates(self) -> Iterator[OAuth]:
        """Read again only after a refusal."""
        yield from self._known()
        yield from self._refetched()


def _missing() -> MissingConfiguration:
    return MissingConfiguration(
        "The Intuit app's credentials are not set up in this stack.",
        code="intuit_credentials_missing",
        hint="Operators: put client_id and client_secret into the stack's Intuit secret (README, Deploy a stage).",
    )
