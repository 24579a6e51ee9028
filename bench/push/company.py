"""A tenant with a company of its own, for a benchmark."""

import itertools
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from local.demo.browser import Browser
from local.demo.host import Host
from local.demo.simulator import SimulatorControl

_POLL_SECONDS = 0.02
_PATIENCE_SECONDS = 600


def order(number: str, lines: int) -> dict[str, Any]:
    """An order of some of the same twenty products, from the same supplier."""
    return {
        "number": number,
        "status": "ordered",
        "supplier": {"id": "s-1", "name": "Bench Supplies"},
        "lines": [
            {"id": str(n), "sku": f"SKU-{n}", "name": f"Product {n}", "quantity": n + 1, "unit_cost": "1.25"}
            for n in range(lines)
        ],
    }


@dataclass
class BenchTenant:
    """What the host does for one tenant, and what QuickBooks sees of it."""

    host: Host
    quickbooks: SimulatorControl
    realm_id: str
    _numbers: Any = field(default_factory=lambda: itertools.count(1))

    @classmethod
    def new(cls, stack: dict[str, Any]) -> "BenchTenant":
        """A tenant that has connected a company without documents."""
        quickbooks = SimulatorControl(stack["quickbooks_url"])
        name = f"bench-{uuid.uuid4().hex[:8]}"
        counts = {"vendors": 0, "items": 0, "customers": 0, "purchase_orders": 0}
        company = {"name": name, "plan": "Plus", "counts": counts}
        realm_id = str(quickbooks.call("POST", "companies", company)["realm_id"])
        host = Host(stack, name)
        session = host.call("POST", "/sessions", expect=(201,))
        _, consent = Browser().open_consent_page(session["connect_url"])
        consent.approve(realm_id)
        quickbooks.call("DELETE", "stats")
        return cls(host, quickbooks, realm_id)

    def number(self) -> str:
        """The next order's number."""
        return str(next(self._numbers))

    def push(self, document_id: str, content: dict[str, Any]) -> None:
        """Store it and wait until QuickBooks has it."""
        stored = self.host.put(document_id, content)
        self.host.wait_for(document_id, "synced", stored["revision"], every_seconds=_POLL_SECONDS)

    def hold_back(self) -> None:
        """From now on documents are sent by hand only."""
        self.host.call("PATCH", f"/connections/{self.realm_id}/settings", {"mode": "manual"}, expect=(200,))

    def send_all_held(self) -> dict[str, Any]:
        """Send all that wait for that, and wait until it is done."""
        sent = self.host.call("POST", "/send", {"where": {"status": "waiting_for_send"}}, expect=(202,))
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while True:
            progress: dict[str, Any] = self.host.call("GET", f"/backlogs/{sent['backlog']}", expect=(200,))
            if progress["status"] in ("completed", "failed") or time.monotonic() > deadline:
                return progress
            time.sleep(_POLL_SECONDS)

    def calls(self) -> int:
        """HTTP calls that QuickBooks got for the company; a batch is one."""
        return int(self.quickbooks.call("GET", f"stats?realm_id={self.realm_id}")["calls"])

    def created(self) -> int:
        """Vendors, items and orders that the company has by now."""
        kinds = ("Vendor", "Item", "PurchaseOrder")
        return sum(len(self.quickbooks.entities(self.realm_id, kind)) for kind in kinds)
