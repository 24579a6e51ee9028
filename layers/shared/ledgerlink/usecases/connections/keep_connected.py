"""Keep one connection's access token fresh: one refresh at a time, whoever asks.

Intuit takes two refreshes at once with one refresh token for theft and may revoke
it, so a refresh needs the connection's lease. Whoever does not get it waits for the
winner's token. The write is a compare-and-set on the version: a worker that outlived
its lease drops what it got and reads again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from ledgerlink.domain.connections import ConnectionKey, ConnectionStatus, SealedTokens
from ledgerlink.domain.tokens import TokenRejected, Tokens
from ledgerlink.errors import ConnectionRevoked, SyncError, TokenRefreshBusy

EXPIRY_MARGIN = timedelta(minutes=5)
"""Clocks differ, and a call in flight must not outlive its token."""
LEASE = timedelta(seconds=60)
"""Longer than the token call may take, so that a living holder never loses it."""
WAIT_SECONDS = 0.5
WAITS = 30


class TokenStore(Protocol):
    """Where a connection's sealed tokens are kept."""

    def read(self, key: ConnectionKey) -> SealedTokens | None:
        """The tokens as they are now."""

    def lease(self, key: ConnectionKey, owner: str, until: datetime, now: datetime) -> SealedTokens | None:
        """Take the right to refresh and return the tokens as they are then; None when another holds it."""

    def save(self, key: ConnectionKey, tokens: SealedTokens, replaced_version: int) -> bool:
        """Store and give the lease back, unless somebody stored a newer version meanwhile."""

    def release(self, key: ConnectionKey, owner: str) -> None:
        """Give the lease back without storing."""

    def mark_needs_reconnect(self, key: ConnectionKey, version: int) -> bool:
        """True for the one caller that changed it from connected, at that version."""


class Sealer(Protocol):
    """Seals texts so that only this connection's can be opened with its key."""

    def seal(self, key: ConnectionKey, text: str) -> bytes: ...
    def open(self, key: ConnectionKey, sealed: bytes) -> str: ...


class TokenEndpoint(Protocol):
    """Intuit's token endpoint."""

    def refresh(self, refresh_token: str) -> Tokens: ...


class Announcer(Protocol):
    """Tells the host."""

    def publish(self, event: str, tenant_id: str, detail: dict[str, object]) -> None: ...


def seal_tokens(sealer: Sealer, key: ConnectionKey, tokens: Tokens, version: int) -> SealedTokens:
    """Both tokens sealed apart: an ordinary call then opens only the access token."""
    return SealedTokens(
        status=ConnectionStatus.CONNECTED,
        version=version,
        access=sealer.seal(key, tokens.access_token),
        refresh=sealer.seal(key, tokens.refresh_token),
        access_expires_at=tokens.access_expires_at,
        refresh_expires_at=tokens.refresh_expires_at,
        hard_expires_at=tokens.hard_expires_at,
    )


@dataclass(slots=True)
class ConnectionTokens:
    """The access token of one connection, for as long as one call of a function lasts."""

    key: ConnectionKey
    store: TokenStore
    sealer: Sealer
    endpoint: Callable[[], TokenEndpoint]
    """Made only when it is needed: most calls need no refresh."""
    events: Announcer
    owner: str
    now: Callable[[], datetime]
    sleep: Callable[[float], None]
    _current: str | None = None

    def access_token(self) -> str:
        """A token that is good for some minutes. Raises ConnectionRevoked or a Transient error."""
        if self._current is None:
            self._current = self._usable(self._read(), rejected=None) or self._refresh(rejected=None)
        return self._current

    def replace(self, rejected: str) -> str:
        """Another token than the one that QuickBooks just refused."""
        self._current = self._usable(self._read(), rejected) or self._refresh(rejected)
        return self._current

    def _read(self) -> SealedTokens:
        tokens = self.store.read(self.key)
        if tokens is None or tokens.status is not ConnectionStatus.CONNECTED:
            raise ConnectionRevoked("QuickBooks has to be connected again for this company.")
        return tokens

    def _usable(self, tokens: SealedTokens, rejected: str | None) -> str | None:
        if tokens.access_expires_at - EXPIRY_MARGIN <= self.now():
            return None
        token = self.sealer.open(self.key, tokens.access)
        return token if token != rejected else None

    def _refresh(self, rejected: str | None) -> str:
        for _ in range(WAITS):
            now = self.now()
            leased = self.store.lease(self.key, self.owner, now + LEASE, now)
            if leased is not None:
                return self._refresh_under_lease(leased, rejected)
            self.sleep(WAIT_SECONDS)
            if token := self._usable(self._read(), rejected):
                return token
        raise TokenRefreshBusy("Another worker is still renewing the access to QuickBooks.")

    def _refresh_under_lease(self, stored: SealedTokens, rejected: str | None) -> str:
        try:
            if stored.status is not ConnectionStatus.CONNECTED:
                raise ConnectionRevoked("QuickBooks has to be connected again for this company.")
            if token := self._usable(stored, rejected):
                # Somebody refreshed between our look and our lease.
                self.store.release(self.key, self.owner)
                return token
            tokens = self.endpoint().refresh(self.sealer.open(self.key, stored.refresh))
        except TokenRejected as rejection:
            return self._after_rejection(stored, rejected, rejection.intuit_tid)
        except SyncError:
            self.store.release(self.key, self.owner)
            raise
        if self.store.save(self.key, seal_tokens(self.sealer, self.key, tokens, stored.version + 1), stored.version):
            return tokens.access_token
        return self._newer(stored, rejected)

    def _after_rejection(self, stored: SealedTokens, rejected: str | None, intuit_tid: str | None) -> str:
        """Look once more: a sibling may have stored newer tokens. Else the tenant has to connect again."""
        again = self._read()
        if again.version != stored.version:
            return self._newer(stored, rejected)
        if not self.store.mark_needs_reconnect(self.key, stored.version):
            # The tenant connected again at this moment, or a sibling was told the same.
            return self._newer(stored, rejected)
        self.events.publish("connection.needs_reconnect", self.key.tenant_id, {"connection_id": self.key.connection_id})
        raise ConnectionRevoked("QuickBooks no longer lets us into this company.", intuit_tid=intuit_tid)

    def _newer(self, stored: SealedTokens, rejected: str | None) -> str:
        tokens = self._read()
        if tokens.version != stored.version and (token := self._usable(tokens, rejected)):
            return token
        raise TokenRefreshBusy("The access to QuickBooks was renewed by another worker at the same moment.")
