"""Whose pages these are, and where: the vendor's name, logo and support address, and the addresses of the stack."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from ledgerlink.api.http import Request
from ledgerlink.config import Config
from ledgerlink.pages.assets import asset_path

INTUIT = "https://*.intuit.com"
"""Where Intuit asks for sign-in and consent, as a page's policy names it."""


@dataclass(frozen=True, slots=True)
class Site:
    """What every page knows."""

    base_url: str
    vendor: str
    """"" for a vendor that gave no name: pages say "your application"."""
    logo_url: str
    support: str
    """An e-mail address or an https address; "" for none."""
    consent_hosts: str
    opener_origins: tuple[str, ...]
    """The vendor's own pages, which may open ours in a popup and are told how it ended."""

    @property
    def support_url(self) -> str:
        """What a link to the support leads to."""
        return f"mailto:{self.support}" if "@" in self.support and "://" not in self.support else self.support

    @property
    def policy(self) -> str:
        """The Content-Security-Policy of every page: nothing inline, nothing from elsewhere but the vendor's logo.

        One for all, since a page that htmx fetches is still held to the policy of the one before it. Browsers
        hold ``form-action`` against redirects as well, and the connect form is redirected to Intuit.
        """
        logo = urlsplit(self.logo_url)
        images = f" {logo.scheme}://{logo.netloc}" if logo.netloc else ""
        return (
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
            f"img-src 'self' data:{images}; base-uri 'none'; form-action 'self' {self.consent_hosts}; "
            "frame-ancestors 'none'"
        )

    def asset(self, name: str) -> str:
        """The address of a style or script, which changes with its content."""
        return f"{self.base_url}{asset_path(name)}"


def site_of(request: Request) -> Site:
    """As this stack is set up. Raises MissingConfiguration."""
    config = Config.from_environment()
    return Site(
        base_url=config.base_url(request.gateway_url),
        vendor=config.vendor_name,
        logo_url=config.vendor_logo_url,
        support=config.support_address,
        consent_hosts=config.intuit_base_url or INTUIT,
        opener_origins=tuple(config.opener_origins.split()),
    )
