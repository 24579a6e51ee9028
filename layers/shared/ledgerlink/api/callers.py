"""Who is calling: the host by its key, or a browser by a portal session."""

import hmac
import re
from typing import Any, Protocol

from itsdangerous import BadSignature, URLSafeTimedSerializer

from ledgerlink.api.http import Request
from ledgerlink.domain.ids import check_ids
from ledgerlink.errors import InvalidRequest, NotAuthenticated
from ledgerlink.usecases.connections.start_session import SESSION_LIFETIME

SESSION_COOKIE = "ledgerlink_session"
BROWSER_COOKIE = "ledgerlink_browser"
OF_THIS_HOST = "__Host-"
"""Browsers take such a cookie from this very host alone, and over https (RFC 6265bis, 4.1.3.2)."""
_SALT = "ledgerlink-portal-session"
# The reader of base64 skips what is none, so that a signature would hold whatever stands behind it.
_TOKEN = re.compile(r"[A-Za-z0-9_.-]+")


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
        for keys in (self._keys.values, self._keys.refetched) if _TOKEN.fullmatch(token) else ():
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


class Cookies:
    """The cookies of a session: no script reads them, no other site's form sends them.

    On https no neighbouring domain can set them either.
    """

    def __init__(self, *, secure: bool) -> None:
        self._prefix, self._flag = (OF_THIS_HOST, "; Secure") if secure else ("", "")

    def session(self, request: Request) -> str:
        """The session's token; "" for none."""
        return request.cookies.get(self._prefix + SESSION_COOKIE, "")

    def browser(self, request: Request) -> str:
        """The secret of this browser; "" for none."""
        return request.cookies.get(self._prefix + BROWSER_COOKIE, "")

    def of_session(self, token: str) -> str:
        """Signs the browser in."""
        return self._cookie(SESSION_COOKIE, token)

    def of_browser(self, secret: str) -> str:
        """What a page with a form needs."""
        return self._cookie(BROWSER_COOKIE, secret)

    def _cookie(self, name: str, value: str) -> str:
        lifetime = int(SESSION_LIFETIME.total_seconds())
        return f"{self._prefix}{name}={value}; Max-Age={lifetime}; Path=/; HttpOnly; SameSite=Lax{self._flag}"


def _serializer(keys: list[str]) -> URLSafeTimedSerializer:
    # itsdangerous signs with the last key and accepts all of them.
    return URLSafeTimedSerializer(list(reversed(keys)), salt=_SALT)
