"""What is taken out of a tenant's company: flows, polls, backfills and records."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any

from ledgerlink.domain.times import to_text
from tests.e2e.aws import eventually
from tests.e2e.tenant import Tenant

PURCHASES = ("PurchaseOrder", "Bill")
SALES = ("Estimate", "Invoice", "SalesReceipt")


class Inbound:
    """One tenant whose company is connected."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant
        self.realm_id = tenant.realm_id
        self.company = f"/connections/{tenant.realm_id}"

    # flows

    def flow(self, *, enabled: bool = True, output: str = "shop") -> dict[str, Any]:
        """Purchases of the company go to ``output``."""
        content = {"input": f"quickbooks:{self.realm_id}", "output": output, "enabled": enabled}
        made: dict[str, Any] = self.tenant.host.call("PUT", "/flows/inbound", content, expect=(200, 201))
        return made

    def switch_on(self, *, output: str = "shop") -> None:
        """The flow, and wait until what was there before has been copied."""
        self.flow(output=output)
        self.wait_for_backfill()

    def switch_on_both(self) -> None:
        """Purchases and sales, without waiting."""
        self.flow(output=f"quickbooks:{self.realm_id}")

    # backfills

    def backfill(self) -> dict[str, Any]:
        """How far the last one is."""
        found: dict[str, Any] = self.tenant.host.call("GET", f"{self.company}/backfill", expect=(200,))
        return found

    def wait_for_backfill(self, ended: str = "completed") -> dict[str, Any]:
        """The last one once it ended so; patience is for a page, not for all of them."""
        seen = self.backfill()
        while seen["status"] != ended:
            seen = self._further(seen)
        return seen

    def _further(self, before: dict[str, Any]) -> dict[str, Any]:
        def look() -> dict[str, Any] | None:
            now = self.backfill()
            return now if any(now[name] != before[name] for name in ("status", "pages_done")) else None

        found = eventually(look, lambda: f"more than {before}")
        assert found is not None
        return found

    def backfill_under_way(self) -> dict[str, Any]:
        """How far it was when the first page was done."""
        return eventually(lambda: (seen := self.backfill())["pages_done"] and seen, lambda: "the first page")

    # polls

    def state(self) -> dict[str, Any]:
        """Where polling stands, in DynamoDB's own notation."""
        return self.tenant.aws.item("SyncTable", f"TENANT#{self.tenant.name}", f"SYNC#{self.realm_id}") or {}

    def polled_at(self) -> str:
        """When the last poll that succeeded began."""
        return str(self.state().get("polled_at", {}).get("S", ""))

    def make_due(self) -> None:
        """As if its moment of the quarter of an hour had come."""
        now = to_text(datetime.now(UTC))
        self.tenant.aws.set_text("SyncTable", f"TENANT#{self.tenant.name}", f"SYNC#{self.realm_id}", "due_at", now)

    def schedule(self) -> None:
        """What EventBridge does every quarter of an hour, when the company is due."""
        self.make_due()
        self.tenant.aws.invoke("StartPollsFunction")

    def poll(self) -> None:
        """By the schedule, and wait until it is done."""
        before = self.polled_at()
        self.schedule()
        self.wait_for_poll(before)

    def wait_for_poll(self, before: str = "") -> None:
        """Until one succeeded after this one."""
        eventually(lambda: self.polled_at() > before, lambda: f"a poll of {self.tenant.name}")

    def diagnosis(self) -> dict[str, Any] | None:
        """The first thing that is wrong."""
        answer = self.tenant.host.call("GET", f"{self.company}/diagnosis", expect=(200,))
        found: dict[str, Any] | None = answer["problem"]
        return found

    # records

    def records(self, entity: str) -> list[dict[str, Any]]:
        """All there are of an entity, read to the end."""
        return list(self._records(entity))

    def _records(self, entity: str) -> Iterator[dict[str, Any]]:
        feed, since, more = "sales" if entity in (*SALES, "Customer") else "purchases", "", True
        while more:
            address = f"/{feed}?entity={entity}&limit=200{since}"
            page = self.tenant.host.call("GET", address, expect=(200,))
            yield from page["items"]
            since, more = f"&since={page['next'].replace('#', '%23')}" if page["next"] else "", page["more"]

    def wait_for_record(self, entity: str, entity_id: str, state: str = "active") -> dict[str, Any]:
        """The record once it is there in that state; readers are kept ten seconds behind."""

        def look() -> dict[str, Any] | None:
            found = (one for one in self.records(entity) if (one["id"], one["state"]) == (entity_id, state))
            return next(found, None)

        record = eventually(look, lambda: f"{entity} {entity_id} of {self.tenant.name} as {state}")
        assert record is not None
        return record

    def wait_until_all_are_there(self, *entities: str) -> None:
        """Until the records are what the company has, each once; readers are kept ten seconds behind."""
        for entity in entities:
            eventually(partial(self._is_there_once, entity, self.ids(entity)))

    def _is_there_once(self, entity: str, ids: list[str]) -> bool:
        return sorted(one["id"] for one in self.records(entity)) == ids

    def certifications(self) -> list[dict[str, Any]]:
        """The orders that await certification."""
        found: list[dict[str, Any]] = self.tenant.host.call("GET", "/certifications", expect=(200,))["items"]
        return found

    # QuickBooks, as a user there

    def ids(self, entity: str) -> list[str]:
        """What the company has."""
        return sorted(found["Id"] for found in self.tenant.quickbooks.entities(self.realm_id, entity))

    def add_vendor(self, name: str, **fields: Any) -> str:
        return str(self.tenant.quickbooks.add(self.realm_id, "Vendor", DisplayName=name, **fields)["Id"])

    def add_item(self, name: str) -> str:
        """Something that is bought and sold."""
        account = self.tenant.quickbooks.account
        made = self.tenant.quickbooks.add(
            self.realm_id,
            "Item",
            Name=name,
            Type="NonInventory",
            ExpenseAccountRef={"value": account(self.realm_id, "Cost of Goods Sold")},
            IncomeAccountRef={"value": account(self.realm_id, "Sales of Product Income")},
        )
        return str(made["Id"])

    def add_order(self, vendor: str, *lines: dict[str, Any], **fields: Any) -> str:
        """A purchase order."""
        payable = self.tenant.quickbooks.account(self.realm_id, "Accounts Payable (A/P)")
        made = self.tenant.quickbooks.add(
            self.realm_id,
            "PurchaseOrder",
            VendorRef={"value": vendor},
            APAccountRef={"value": payable},
            Line=list(lines),
            **fields,
        )
        return str(made["Id"])


def line(item: str, quantity: int, **fields: Any) -> dict[str, Any]:
    """Of a purchase order, at 2.00 each."""
    detail = {"ItemRef": {"value": item}, "Qty": quantity, "UnitPrice": 2}
    return {
        "DetailType": "ItemBasedExpenseLineDetail",
        "Amount": 2 * quantity,
        "ItemBasedExpenseLineDetail": detail,
        **fields,
    }
