"""Where QuickBooks Online lives: the hosts of the sandbox, of production and of a stand-in."""

import ipaddress
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from ledgerlink.errors import MissingConfiguration

Environment = Literal["sandbox", "production"]


@dataclass(frozen=True, slots=True)
class Hosts:
    """The three addresses that differ between environments, without a trailing slash on the last two."""

    discovery_url: str
    api_url: str
    app_url: str


_INTUIT: dict[Environment, Hosts] = {
    "sandbox": Hosts(
        discovery_url="https://developer.intuit.com/.well-known/openid_sandbox_configuration/",
        api_url="https://sandbox-quickbooks.api.intuit.com",
        app_url="https://app.sandbox.qbo.intuit.com",
    ),
    "production": Hosts(
        discovery_url="https://developer.intuit.com/.well-known/openid_configuration/",
        api_url="https://quickbooks.api.intuit.com",
        app_url="https://app.qbo.intuit.com",
    ),
}


def hosts(environment: Environment, base_url: str | None = None) -> Hosts:
    """Return Intuit's hosts for ``environment``, or those of the stand-in at ``base_url``.

    Raises MissingConfiguration for an unknown environment, and for a ``base_url`` that
    would carry tokens over plain HTTP to another machine.
    """
    if base_url:
        return _stand_in(base_url)
    if environment not in _INTUIT:
        raise MissingConfiguration(
            f"There is no QuickBooks environment {environment!r}.",
            code="quickbooks_environment",
            hint="Deploy the stack with the QuickBooks environment 'sandbox' or 'production'.",
        )
    return _INTUIT[environment]


def _stand_in(base_url: str) -> Hosts:
    url = urlsplit(base_url)
    encrypted = url.scheme == "https"
    if not url.hostname or not (encrypted or (url.scheme == "http" and _is_this_machine(url.hostname))):
        raise MissingConfiguration(
            "The base URL for QuickBooks must be https, or http on this machine.",
            code="quickbooks_base_url",
            hint="Correct the QuickBooks base URL of this stack, or leave it empty to use Intuit's own hosts.",
        )
    base = base_url.rstrip("/")
    return Hosts(discovery_url=f"{base}/.well-known/openid_configuration/", api_url=base, app_url=base)


def _is_this_machine(hostname: str) -> bool:
    if hostname == "localhost":
        return True
    try:
        return ipaddress.ip_address(hostname).is_loopback
    except ValueError:
        return False
