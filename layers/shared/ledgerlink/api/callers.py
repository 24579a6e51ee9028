"""Who is calling: the host by its key, or a browser by a portal session."""

import hmac
from typing import Any, Protocol

from itsdangerous import BadSignature, URLSafeTimedSerializer

from ledgerlink.domain.ids import check_ids
from ledgerlink.errors import InvalidRequest, NotAuthenticated
from ledgerlink.usecases.start_session import SESSION_LIFETIME

SESSION_COOKIE = "ledgerlink_session"
BROWSER_COOKIE = "ledgerlink_browser"
_SALT = "ledgerlink-portal-session"


class Keys(Protocol):
    """A secret with its current and its previous value."""

    def values(self) -> list[str]: ...
    def refetched(self) -> list[str]: ...


def is_host_key(keys: Keys, presented: str) -> bool:
    """Compared in constant time; read again once when it does not match, since it may have been rotated."""
    return _matches(keys.values(), presented) or _matches(keys.refetched(), presented)


def _matches(accepted: list[str], presented: str) -> bool:
    return any(hmac.compare_digest(key.encode(), presented.encode()) for key in accepted)


class SessionTokens:
    """Portal sessions: signed, good for one tenant, gone after half an hour."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def sign(self, tenant_id: str) -> str:
        """A token for this tenant."""
        return _serializer(self._keys.values()).dumps({"tenant": tenant_id})

    def tenant_of(self, token: str) -> str:
        """The tenant that the token is good for. Raises NotAuthenticated, with the same words for every cause."""
        for keys in (self._keys.values, self._keys.refetched):
            try:
                content: Any = _serializer(keys()).loads(token, max_age=int(SESSION_LIFETIME.total_seconds()))
                tenant_id = str(content["tenant"])
                check_ids({"tenant": tenant_id})
            except (BadSignature, KeyError, TypeError, InvalidRequest):
                continue
            return tenant_id
        raise NotAuthenticated(
            "This session has ended.", code="session_ended", hint="Open this page again from your application."
        )

    def other_tenant(self, token: str, tenant_id: str) -> str | None:
        """The tenant that the token is good for, if that is another one than this."""
        try:
            found = self.tenant_of(token)
        except NotAuthenticated:
            return None
        return found if found != tenant_id else None


def cookie(name: str, value: str, base_url: str) -> str:
    """A cookie of this session: no script reads it, no other site's form sends it."""
    secure = "; Secure" if base_url.startswith("https://") else ""
    return f"{name}={value}; Max-Age={int(SESSION_LIFETIME.total_seconds())}; Path=/; HttpOnly; SameSite=Lax{secure}"


def _serializer(keys: list[str]) -> URLSafeTimedSerializer:
    # itsdangerous signs with the last key and accepts all of them.
    return URLSafeTimedSerializer(list(reversed(keys)), salt=_SALT)
