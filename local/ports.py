"""Which ports the stack uses on this machine."""

import os
import random
import socket
from dataclasses import dataclass

from local.errors import LocalStackError

DEFAULT_AWS_PORT = 4566
DEFAULT_QUICKBOOKS_PORT = 8765


@dataclass(frozen=True, slots=True)
class Ports:
    """One for the AWS engine, one for the QuickBooks simulator, and the next one for a vendor's page."""

    aws: int
    quickbooks: int

    @property
    def aws_url(self) -> str:
        """The AWS endpoint."""
        return f"http://127.0.0.1:{self.aws}"

    @property
    def quickbooks_url(self) -> str:
        """Where Intuit and QuickBooks are simulated."""
        return f"http://127.0.0.1:{self.quickbooks}"

    @property
    def vendor_url(self) -> str:
        """Where a vendor's page may run that opens the portal's window: docs/examples/embed."""
        return f"http://127.0.0.1:{self.quickbooks + 1}"


def choose_ports(aws: int | None = None, quickbooks: int | None = None) -> Ports:
    """An argument wins over the environment (AWS_PORT, QUICKBOOKS_PORT), that over the default."""
    return Ports(
        aws=aws or _from_environment("AWS_PORT", DEFAULT_AWS_PORT),
        quickbooks=quickbooks or _from_environment("QUICKBOOKS_PORT", DEFAULT_QUICKBOOKS_PORT),
    )


def require_free(port: int, *, what: str, variable: str) -> None:
    """Raise an error that says what to do if another program has the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise LocalStackError(
                f"Port {port}, meant for {what}, is taken by another program.\n"
                f"Stop that program, or choose another port: {variable}={port + 1} make up"
            ) from None


def free_ports(number: int) -> list[int]:
    """Ports that nobody has, and whose next ones nobody has either: a vendor's page follows QuickBooks.

    From below those that systems give to connections, so that none takes one before it is used.
    """
    found: list[int] = []
    for port in random.sample(range(20_000, 30_000, 2), 1_000):
        if _is_free(port) and _is_free(port + 1):
            found.append(port)
        if len(found) == number:
            return found
    raise LocalStackError("No free ports between 20000 and 30000 were found on this machine.")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _from_environment(variable: str, default: int) -> int:
    value = os.environ.get(variable)
    if not value:
        return default
    if not value.isdecimal() or not 0 < int(value) < 65_536:
        raise LocalStackError(f"{variable}={value} is not a port number (1 to 65535)")
    return int(value)
