"""Who calls, and the way into the portal."""

from functools import cached_property
from typing import TYPE_CHECKING

from ledgerlink.wiring.aws import Aws, new_secret

if TYPE_CHECKING:
    from ledgerlink.api.callers import Cookies, SessionTokens
    from ledgerlink.api.visitors import Visitors
    from ledgerlink.pages.portal import Portal
    from ledgerlink.storage.secrets import Secret


class Visits(Aws):
    """Callers and visitors."""

    @cached_property
    def host_api_key(self) -> "Secret":
        return self._secret(self.config.host_api_key_secret_arn)

    @cached_property
    def session_tokens(self) -> "SessionTokens":
        from ledgerlink.api.callers import SessionTokens

        return SessionTokens(self._session_secret)

    @cached_property
    def cookies(self) -> "Cookies":
        from ledgerlink.api.callers import Cookies

        return Cookies(secure=self.config.is_secure)

    @cached_property
    def visitors(self) -> "Visitors":
        from ledgerlink.api.visitors import Visitors

        return Visitors(self._session_secret, self.session_tokens, self.cookies, new_secret)

    @cached_property
    def portal(self) -> "Portal":
        """The way into the pages for tenants."""
        from ledgerlink.pages.portal import Portal

        return Portal(self.visitors, self.connections)

    def base_url(self, gateway_url: str) -> str:
        """Where tenants reach this stack."""
        return self.config.base_url(gateway_url)

    @cached_property
    def _session_secret(self) -> "Secret":
        return self._secret(self.config.session_secret_arn)
