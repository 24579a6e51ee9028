"""Everything that a running simulator consists of, without HTTP."""

import threading

from local.quickbooks.clock import Clock
from local.quickbooks.companies import Companies, Company
from local.quickbooks.identity import Signer
from local.quickbooks.injection import Injection
from local.quickbooks.metering import Metering
from local.quickbooks.oauth import OAuth
from local.quickbooks.seed import seeded_companies
from local.quickbooks.stats import Stats
from local.quickbooks.switches import Switches
from local.quickbooks.throttle import Throttle
from local.quickbooks.webhooks import Webhooks


class World:
    """Companies, grants, the clock, switches, faults and statistics of one simulator."""

    def __init__(self, seed: int = 1, latency_ms: int = 0) -> None:
        self.seed = seed
        self.clock = Clock()
        self._latency_ms = latency_ms
        self.switches = Switches(latency_ms=latency_ms)
        self.companies = Companies()
        self.oauth = OAuth(self.clock, self.switches)
        self.injection = Injection()
        self.stats = Stats()
        self.throttle = Throttle(self.clock, self.switches)
        self.metering = Metering(self.clock, self.switches)
        self.signer = Signer()
        self.closing = threading.Event()
        self.webhooks = Webhooks(self.clock, self.switches, self.oauth, self.closing)
        self.companies.listener = self.webhooks.note
        self._seeded: list[Company] = []

    def populate(self) -> None:
        """Create the companies of the seed."""
        if not self._seeded:
            self._seeded = seeded_companies(self.seed, self.clock.now())
        for company in self._seeded:
            self.companies.add(company.copy())

    def reset(self) -> None:
        """Put everything back as it was at the first start."""
        self.companies.clear()
        self.oauth.clear()
        self.injection.clear()
        self.stats.reset()
        self.throttle.clear()
        self.metering.clear()
        self.webhooks.clear()
        self.clock.offset_seconds = 0.0
        self.switches.update(Switches(latency_ms=self._latency_ms).as_dict())
        self.populate()

    def pause(self, milliseconds: float) -> None:
        """Wait, but not beyond the end of the simulator."""
        if milliseconds > 0:
            self.closing.wait(milliseconds / 1000)

    def version(self) -> tuple[int, ...]:
        """Return numbers that change whenever there is something new to save."""
        companies = self.companies.all()
        return (
            self.oauth.changes,
            self.companies.changes,
            self.webhooks.changes,
            sum(company.revision for company in companies),
            int(self.clock.offset_seconds),
            hash(tuple(self.switches.as_dict().values())),
        )
