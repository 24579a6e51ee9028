"""What OAuth deals in: apps, users, grants, codes, and for how long each lasts."""

from dataclasses import dataclass, field

ACCOUNTING = "com.intuit.quickbooks.accounting"
SCOPES = {
    ACCOUNTING: "See and change the company's accounting data: orders, vendors, items, accounts",
    "com.intuit.quickbooks.payment": "Process payments",
    "openid": "Know who you are",
    "profile": "See your name",
    "email": "See your e-mail address",
    "phone": "See your phone number",
    "address": "See your address",
}
DEFAULT_CLIENT = ("ledgerlink-local", "ledgerlink-local-secret")

CODE_SECONDS = 300
ACCESS_SECONDS = 3600
REFRESH_SECONDS = 8_726_400  # 101 days, renewed by every refresh
HARD_SECONDS = 157_680_000  # five years from consent, renewed only by consent
ROTATION_SECONDS = 86_400


class OAuthError(Exception):
    """A refusal of the token or revocation endpoint."""

    def __init__(self, error: str, description: str | None = None, status: int = 400) -> None:
        super().__init__(error)
        self.status = status
        self.body = {"error": error} if description is None else {"error_description": description, "error": error}


class ConsentError(Exception):
    """A consent request that must not be sent back to its redirect URI."""


@dataclass
class Client:
    """A registered app."""

    client_id: str
    secret: str
    name: str = "Ledgerlink"
    redirect_uris: list[str] = field(default_factory=list)


@dataclass
class User:
    """Who is signed in at the consent page."""

    sub: str = "1182d6ec-0000-4000-8000-000000000001"
    given_name: str = "Robin"
    family_name: str = "Sample"
    email: str = "robin.sample@example.com"


@dataclass
class Grant:
    """What one company allowed one client."""

    grant_id: str
    client_id: str
    realm_id: str
    scopes: list[str]
    consented_at: float
    refresh_token: str
    refresh_issued_at: float
    refresh_expires_at: float
    previous_refresh_token: str | None = None
    revoked: bool = False


@dataclass
class Code:
    """An authorization code."""

    grant: str | None
    client_id: str
    realm_id: str
    redirect_uri: str
    scopes: list[str]
    expires_at: float
    used: bool = False


@dataclass(frozen=True, slots=True)
class Access:
    """What an access token stands for."""

    grant: Grant
    expired: bool
