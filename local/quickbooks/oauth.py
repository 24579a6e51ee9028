"""OAuth 2.0 as Intuit does it: consent, codes, access and refresh tokens, revocation.

One client has one grant per company: consenting again renews it, revoking ends every token of it.
https://developer.intuit.com/app/developer/qbo/docs/develop/authentication-and-authorization/oauth-2.0
"""

import base64
import binascii
import hmac
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from local.quickbooks.clock import Clock
from local.quickbooks.grants import (
    ACCESS_SECONDS,
    CODE_SECONDS,
    DEFAULT_CLIENT,
    HARD_SECONDS,
    REFRESH_SECONDS,
    ROTATION_SECONDS,
    SCOPES,
    Access,
    Client,
    Code,
    ConsentError,
    Grant,
    OAuthError,
    User,
)
from local.quickbooks.switches import Switches

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class OAuth:
    """Clients, grants and tokens. Every method may be called from several threads."""

    def __init__(self, clock: Clock, switches: Switches) -> None:
        self._clock = clock
        self._switches = switches
        self._lock = threading.Lock()
        self._busy: dict[str, int] = {}
        self.user = User()
        self.changes = 0
        self.clear()

    def clear(self) -> None:
        """Forget everything but the default client."""
        self._clients: dict[str, Client] = {DEFAULT_CLIENT[0]: Client(*DEFAULT_CLIENT)}
        self._grants: dict[str, Grant] = {}
        self._codes: dict[str, Code] = {}
        self._access: dict[str, tuple[str, float]] = {}
        self._refresh: dict[str, str] = {}
        self.concurrent_refreshes = 0
        self.changes += 1

    def register(self, client: Client) -> None:
        """Add a client, or replace the one with its id."""
        with self._lock:
            self._clients[client.client_id] = client
            self.changes += 1

    def clients(self) -> list[Client]:
        """Return all clients."""
        with self._lock:
            return list(self._clients.values())

    def check_consent(self, parameters: dict[str, str]) -> Client:
        """Return the client of an authorization request; raise ConsentError with a reason for people."""
        client = self._clients.get(parameters.get("client_id", ""))
        if client is None:
            raise ConsentError("The client id is missing or unknown.")
        if not is_allowed_redirect(client, parameters.get("redirect_uri", "")):
            raise ConsentError("The redirect URI does not match one that is registered for this app.")
        if parameters.get("response_type") != "code":
            raise ConsentError("The response type must be «code».")
        if not parameters.get("state"):
            raise ConsentError("The state parameter is missing.")
        scopes = parameters.get("scope", "").split()
        if not scopes or any(scope not in SCOPES for scope in scopes):
            raise ConsentError("Invalid permissions requested: a scope is missing or not known.")
        return client

    def issue_code(self, client_id: str, realm_id: str, redirect_uri: str, scopes: list[str]) -> str:
        """Return a code that can be exchanged once within five minutes."""
        code = "XAB1" + secrets.token_hex(23)
        with self._lock:
            now = self._seconds()
            self._codes = {text: kept for text, kept in self._codes.items() if kept.expires_at > now - ACCESS_SECONDS}
            self._codes[code] = Code(None, client_id, realm_id, redirect_uri, scopes, now + CODE_SECONDS)
            self.changes += 1
        return code

    def authenticate(self, authorization: str, form: dict[str, str]) -> Client:
        """Return the client that Basic credentials or the form name; raise OAuthError otherwise."""
        client_id, secret = form.get("client_id", ""), form.get("client_secret", "")
        scheme, _, encoded = authorization.partition(" ")
        if scheme.lower() == "basic":
            try:
                client_id, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
            except (binascii.Error, UnicodeDecodeError) as error:
                raise OAuthError("invalid_client", status=401) from error
        client = self._clients.get(client_id)
        if client is None or not hmac.compare_digest(client.secret.encode(), secret.encode()):
            raise OAuthError("invalid_client", status=401)
        return client

    def exchange(self, client: Client, form: dict[str, str]) -> dict[str, Any]:
        """Exchange a code for tokens; a second exchange revokes what the first one issued."""
        with self._lock:
            code = self._codes.get(form.get("code", ""))
            if code is None:
                raise OAuthError("invalid_grant")
            if code.used:
                if code.grant is not None:
                    self._grants[code.grant].revoked = True
                    self.changes += 1
                raise OAuthError("invalid_grant")
            if (
                code.client_id != client.client_id
                or code.redirect_uri != form.get("redirect_uri")
                or code.expires_at <= self._seconds()
            ):
                raise OAuthError("invalid_grant")
            code.used = True
            grant = self._consent(client, code.realm_id, code.scopes)
            code.grant = grant.grant_id
            return self._tokens(grant)

    def issue(self, client_id: str, realm_id: str, scopes: list[str]) -> dict[str, Any]:
        """Return tokens as if somebody had consented just now."""
        with self._lock:
            return self._tokens(self._consent(self._clients[client_id], realm_id, scopes))

    @contextmanager
    def refreshing(self, token: str) -> Iterator[None]:
        """Notice other refreshes with the same token that run inside the block at the same time."""
        with self._lock:
            self._busy[token] = self._busy.get(token, 0) + 1
            if self._busy[token] > 1:
                self.concurrent_refreshes += 1
                grant = self._grants.get(self._refresh.get(token, ""))
                if self._switches.punish_concurrent_refresh and grant is not None:
                    grant.revoked = True
                    self.changes += 1
        try:
            yield
        finally:
            with self._lock:
                self._busy[token] -= 1
                if not self._busy[token]:
                    del self._busy[token]

    def refresh(self, client: Client, token: str) -> dict[str, Any]:
        """Return a new access token, and a new refresh token once the old one is a day old."""
        with self._lock:
            now = self._seconds()
            grant = self._grants.get(self._refresh.get(token, ""))
            if grant is None or grant.client_id != client.client_id or grant.revoked:
                raise OAuthError("invalid_grant", "Incorrect or invalid refresh token")
            current = token == grant.refresh_token
            graceful = token == grant.previous_refresh_token and self._switches.old_refresh_token_works
            if graceful:
                graceful = now < grant.refresh_issued_at + ROTATION_SECONDS
            if not current and not graceful:
                raise OAuthError("invalid_grant", "Incorrect or invalid refresh token")
            if now >= min(grant.refresh_expires_at, grant.consented_at + HARD_SECONDS):
                raise OAuthError("invalid_grant", "Token invalid")
            if current and (
                self._switches.rotate_at_every_refresh or now >= grant.refresh_issued_at + ROTATION_SECONDS
            ):
                self._rotate(grant)
            grant.refresh_expires_at = now + REFRESH_SECONDS
            return self._tokens(grant)

    def hard_life(self, refresh_token: str) -> int:
        """Return the seconds until a refresh token's grant ends for good."""
        grant = self._grants[self._refresh[refresh_token]]
        return max(0, int(grant.consented_at + HARD_SECONDS - self._seconds()))

    def revoke(self, client: Client, token: str) -> None:
        """End the grant that an access or refresh token belongs to; raise OAuthError if there is none."""
        with self._lock:
            grant_id = self._refresh.get(token) or self._access.get(token, ("", 0.0))[0]
            grant = self._grants.get(grant_id)
            if grant is None or grant.client_id != client.client_id or grant.revoked:
                raise OAuthError("invalid_request", "Token is invalid")
            grant.revoked = True
            self.changes += 1

    def disconnect(self, realm_id: str) -> int:
        """End every grant of a company, as a user does inside QuickBooks, and return how many there were."""
        with self._lock:
            alive = [grant for grant in self._grants.values() if grant.realm_id == realm_id and not grant.revoked]
            for grant in alive:
                grant.revoked = True
            self.changes += 1
            return len(alive)

    def access(self, token: str) -> Access | None:
        """Return what an access token stands for, or None if it was never issued."""
        with self._lock:
            known = self._access.get(token)
            if known is None:
                return None
            grant_id, expires_at = known
            return Access(self._grants[grant_id], expires_at <= self._seconds())

    def grants(self) -> list[dict[str, Any]]:
        """Return every grant without its tokens."""
        with self._lock:
            return [
                {
                    name: value
                    for name, value in asdict(grant).items()
                    if name not in {"refresh_token", "previous_refresh_token"}
                }
                for grant in self._grants.values()
            ]

    def dump(self) -> dict[str, Any]:
        """Return everything for the state file."""
        with self._lock:
            now = self._seconds()
            return {
                "clients": [asdict(client) for client in self._clients.values()],
                "grants": [asdict(grant) for grant in self._grants.values()],
                "codes": {text: asdict(code) for text, code in self._codes.items()},
                "access": {
                    text: list(known) for text, known in self._access.items() if known[1] > now - ACCESS_SECONDS
                },
                "refresh": dict(self._refresh),
            }

    def load(self, saved: dict[str, Any]) -> None:
        """Take over what ``dump`` returned."""
        with self._lock:
            self._clients = {item["client_id"]: Client(**item) for item in saved["clients"]}
            self._grants = {
                item["grant_id"]: Grant(**{**item, **_floats(item, "consented_at", "refresh_issued_at")})
                for item in saved["grants"]
            }
            for grant in self._grants.values():
                grant.refresh_expires_at = float(grant.refresh_expires_at)
            self._codes = {
                text: Code(**{**item, **_floats(item, "expires_at")}) for text, item in saved["codes"].items()
            }
            self._access = {text: (known[0], float(known[1])) for text, known in saved["access"].items()}
            self._refresh = dict(saved["refresh"])

    def _consent(self, client: Client, realm_id: str, scopes: list[str]) -> Grant:
        now = self._seconds()
        for grant in self._grants.values():
            if grant.client_id == client.client_id and grant.realm_id == realm_id and not grant.revoked:
                grant.scopes = scopes
                grant.consented_at = now
                self._rotate(grant)
                grant.previous_refresh_token = None
                break
        else:
            grant = Grant(secrets.token_hex(8), client.client_id, realm_id, scopes, now, "", now, 0.0)
            self._grants[grant.grant_id] = grant
            self._rotate(grant)
        grant.refresh_expires_at = now + REFRESH_SECONDS
        return grant

    def _rotate(self, grant: Grant) -> None:
        grant.previous_refresh_token = grant.refresh_token or None
        grant.refresh_token = "RT1-" + secrets.token_urlsafe(40)
        grant.refresh_issued_at = self._seconds()
        self._refresh[grant.refresh_token] = grant.grant_id

    def _tokens(self, grant: Grant) -> dict[str, Any]:
        now = self._seconds()
        # The form of an encrypted JWT, about 1 KB, as Intuit's are today.
        access_token = "eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4Q0JDLUhTMjU2In0.." + ".".join(
            secrets.token_urlsafe(size) for size in (16, 700, 16)
        )
        if len(self._access) > 10_000:
            self._access = {text: known for text, known in self._access.items() if known[1] > now - ACCESS_SECONDS}
        self._access[access_token] = (grant.grant_id, now + ACCESS_SECONDS)
        self.changes += 1
        hard_left = grant.consented_at + HARD_SECONDS - now
        return {
            "token_type": "bearer",
            "access_token": access_token,
            "expires_in": ACCESS_SECONDS,
            "refresh_token": grant.refresh_token,
            "x_refresh_token_expires_in": int(min(REFRESH_SECONDS, hard_left)),
        }

    def _seconds(self) -> float:
        return self._clock.now().timestamp()


def is_allowed_redirect(client: Client, uri: str) -> bool:
    """Say whether a client may be sent back to a URI.

    A client registered without a list may use any https or loopback URI.
    """
    if client.redirect_uris:
        return uri in client.redirect_uris
    try:
        parts = urlsplit(uri)
        host = parts.hostname
    except ValueError:
        return False
    if not host or parts.query or parts.fragment or parts.username is not None:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK)


def iso(seconds: float, now: datetime) -> str:
    """Write a stored second as text, in the zone of ``now``."""
    return datetime.fromtimestamp(seconds, now.tzinfo).isoformat(timespec="seconds")


def _floats(item: dict[str, Any], *names: str) -> dict[str, float]:
    return {name: float(item[name]) for name in names}
