"""Builds the adapters once per cold start, each when it is first asked for.

Imports stand inside, so that a function pays only for what it uses: intuitlib and
requests are slow to import, and most functions never speak to Intuit.
"""

from functools import cache

from ledgerlink.config import Config
from ledgerlink.wiring.aws import clock, new_secret
from ledgerlink.wiring.inbound import Inbound
from ledgerlink.wiring.outbound import Outbound
from ledgerlink.wiring.visits import Visits

__all__ = ["Wiring", "clock", "new_secret", "wiring"]


class Wiring(Outbound, Inbound, Visits):
    """All adapters of one stack."""


@cache
def wiring() -> Wiring:
    """The adapters of this environment."""
    return Wiring(Config.from_environment())
