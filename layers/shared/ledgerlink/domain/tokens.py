"""The tokens of one connection, and the two ways in which Intuit refuses them."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Tokens:
    """What Intuit hands out for one company. The values stay out of ``repr``, and so out of logs and tracebacks.

    ``refresh_expires_at`` moves with every refresh (about 100 days ahead). ``hard_expires_at``
    does not: it ends five years after the consent, and is None when Intuit did not tell.
    """

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    access_expires_at: datetime
    refresh_expires_at: datetime
    hard_expires_at: datetime | None


class TokenRejected(Exception):
    """Intuit does not know this refresh token (any more): ``invalid_grant`` at a refresh."""

    def __init__(self, intuit_tid: str | None = None) -> None:
        super().__init__("Intuit refused the refresh token")
        self.intuit_tid = intuit_tid


class CodeRejected(Exception):
    """Intuit does not take this authorization code: ``invalid_grant`` at the exchange."""

    def __init__(self, intuit_tid: str | None = None) -> None:
        super().__init__("Intuit refused the authorization code")
        self.intuit_tid = intuit_tid
