"""People at our pages: which tenant's session their browser has, and whether a form comes from a page of ours.

A form of ours holds a token that is bound to the session's tenant and to a cookie that only
this browser has. So nobody can make another person's browser press a button of ours.
"""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field

from itsdangerous import BadSignature, URLSafeTimedSerializer

from ledgerlink.api.callers import Cookies, Keys, SessionTokens
from ledgerlink.api.http import Request
from ledgerlink.errors import NotAllowed
from ledgerlink.usecases.connections.start_session import SESSION_LIFETIME

_SALT = "ledgerlink-form"


class Visitors:
    """Recognises visitors by the key that signs sessions."""

    def __init__(self, keys: Keys, sessions: SessionTokens, cookies: Cookies, new_secret: Callable[[], str]) -> None:
        self._keys = keys
        self._sessions = sessions
        self._cookies = cookies
        self._new_secret = new_secret

    def arrives(self, request: Request) -> "Visitor":
        """A browser with a session in the address, else in its cookie. Raises NotAuthenticated."""
        session = request.query.get("session") or self._cookies.session(request)
        return self._visitor(request, session)

    def presses(self, request: Request, button: str) -> "Visitor":
        """A browser that sends a form of ours. Raises NotAuthenticated, or NotAllowed for another one's form."""
        form = request.form()
        visitor = self._visitor(request, form.get("session") or self._cookies.session(request))
        if request.is_from_another_site:
            raise _not_ours()
        visitor.check(button, form.get("token", ""))
        return visitor

    def _visitor(self, request: Request, session: str) -> "Visitor":
        tenant_id = self._sessions.tenant_of(session)
        return Visitor(
            session=session,
            browser=self._cookies.browser(request) or self._new_secret(),
            tenant_id=tenant_id,
            other_tenant_id=self._sessions.other_tenant(self._cookies.session(request), tenant_id),
            _keys=self._keys,
            _cookies=self._cookies,
        )


@dataclass(frozen=True, slots=True)
class Visitor:
    """One browser with a session."""

    session: str = field(repr=False)
    browser: str = field(repr=False)
    tenant_id: str
    other_tenant_id: str | None
    """Who is signed in in this browser, if that is another tenant: never replaced without asking."""
    _keys: Keys = field(repr=False)
    _cookies: Cookies = field(repr=False)

    def token(self, button: str) -> str:
        """What the form with this button holds."""
        return _serializer(self._keys.values()).dumps(self._bound_to(button))

    def check(self, button: str, token: str) -> None:
        """Raises NotAllowed unless we gave the token to this browser, for this tenant and button."""
        for keys in (self._keys.values, self._keys.refetched):
            try:
                bound = _serializer(keys()).loads(token, max_age=int(SESSION_LIFETIME.total_seconds()))
            except BadSignature:
                continue
            if isinstance(bound, str) and hmac.compare_digest(bound, self._bound_to(button)):
                return
        raise _not_ours()

    def cookies(self) -> tuple[str, ...]:
        """Sign the browser in as this tenant."""
        return (self._cookies.of_session(self.session), self._cookies.of_browser(self.browser))

    def browser_cookie(self) -> tuple[str, ...]:
        """What a page with a form needs; whoever is signed in stays it."""
        return (self._cookies.of_browser(self.browser),)

    def _bound_to(self, button: str) -> str:
        return hashlib.sha256(f"{button}\n{self.tenant_id}\n{self.browser}".encode()).hexdigest()


def _not_ours() -> NotAllowed:
    return NotAllowed(
        "This page can no longer be used.",
        code="form_invalid",
        hint="Nothing has changed. Go back, load the page again and press the button once more.",
    )


def _serializer(keys: list[str]) -> URLSafeTimedSerializer:
    # itsdangerous signs with the last key and accepts all of them.
    return URLSafeTimedSerializer(list(reversed(keys)), salt=_SALT)
