"""A company's rows as QuickBooks answers them, and the store that keeps them, in memory."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from ledgerlink.domain.changes import Changes, Tombstone
from ledgerlink.domain.record_changes import StoredChange
from ledgerlink.domain.records import Record, RecordKey
from ledgerlink.quickbooks.json_numbers import dumps
from ledgerlink.usecases.certification.judge_stored_records import RecordJudge
from ledgerlink.usecases.certification.mail_certifications import CertificationMailer
from ledgerlink.usecases.sync.announce_changes import ChangeAnnouncer
from ledgerlink.usecases.sync.store_changes import RecordStore
from tests.unit.fakes import Clock, FakeConnections, FakeEvents, Port, Script
from tests.unit.inbound.fakes import (
    FakeCertifications,
    FakeJudgements,
    FakeMail,
    FakeOrganicSettings,
    FakeOwnWrites,
    FakeRecords,
)
from tests.unit.orders import NOW, REALM, TENANT, connection

MORNING = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


def at(minutes: float) -> str:
    """QuickBooks' time so long after the morning, as it writes it."""
    return (MORNING + timedelta(minutes=minutes)).isoformat(timespec="seconds")


def line(line_id: str = "1", item_id: str = "5", **changes: Any) -> dict[str, Any]:
    """Three of an item at 4.50."""
    detail = {"ItemRef": {"value": item_id, "name": "Apples"}, "Qty": Decimal(3), "UnitPrice": Decimal("4.50")}
    whole = {"Id": line_id, "Amount": Decimal("13.5"), "DetailType": "ItemBasedExpenseLineDetail"}
    return whole | {"ItemBasedExpenseLineDetail": detail} | changes


def order(entity_id: str = "12", token: int = 0, minutes: float = 0, **changes: Any) -> dict[str, Any]:
    """A purchase order of one line."""
    return {
        "Id": entity_id,
        "SyncToken": str(token),
        "MetaData": {"LastUpdatedTime": at(minutes)},
        "domain": "QBO",
        "DocNumber": "1001",
        "TxnDate": "2026-11-21",
        "CurrencyRef": {"value": "USD"},
        "VendorRef": {"value": "3", "name": "Alder Farm"},
        "TotalAmt": Decimal("13.50"),
        "POStatus": "Open",
        "Line": [line()],
        **changes,
    }


def item(entity_id: str = "5", token: int = 0, minutes: float = 0, **changes: Any) -> dict[str, Any]:
    """Something that is sold, not called organic."""
    return {
        "Id": entity_id,
        "SyncToken": str(token),
        "MetaData": {"LastUpdatedTime": at(minutes)},
        "Name": "Apples",
        "FullyQualifiedName": "Apples",
        "Sku": "APL-1",
        "Active": True,
        "Type": "Inventory",
        "QtyOnHand": Decimal(10),
        "UnitPrice": Decimal("5.00"),
        **changes,
    }


def changes(*deleted: Tombstone, **rows: Sequence[dict[str, Any]]) -> Changes:
    """An answer of change data capture."""
    return Changes(rows, deleted, frozenset(), MORNING)


def gone(entity: str = "PurchaseOrder", entity_id: str = "12", minutes: float = 60) -> Tombstone:
    return Tombstone(entity, entity_id, at(minutes))


def key(entity: str = "PurchaseOrder", entity_id: str = "12") -> RecordKey:
    return RecordKey(TENANT, REALM, entity, entity_id)


class Books:
    """Everything around records, in memory; time goes on by a second at each look at the clock.

    With a script every call of a port goes through it.
    """

    def __init__(self, script: Script | None = None) -> None:
        self._script = script
        self.time = Clock(NOW)
        self.records = FakeRecords(self.clock)
        self.settings = FakeOrganicSettings()
        self.certifications = FakeCertifications()
        self.own_writes = FakeOwnWrites()
        self.judgements = FakeJudgements()
        self.events = FakeEvents()
        self.mail = FakeMail()
        self.tenants = FakeConnections()
        self.tenants.have(connection())
        records, settings = self._port("records", self.records), self._port("settings", self.settings)
        certifications, events = self._port("certifications", self.certifications), self._port("events", self.events)
        own_writes, judgements = self._port("own_writes", self.own_writes), self._port("judgements", self.judgements)
        owed, mail = self._port("owed", self.certifications.owed), self._port("mail", self.mail)
        announcer = ChangeAnnouncer(certifications, settings, events, True, self.clock)
        self.store = RecordStore(records, settings, certifications, own_writes, judgements, announcer, dumps)
        self.judge = RecordJudge(records, settings, certifications, announcer, self.clock)
        self._workers = count(1)
        self.mailer = CertificationMailer(
            *(owed, certifications, records, settings, mail, self.clock), lambda: f"worker {next(self._workers)}"
        )

    def clock(self) -> datetime:
        self.time.sleep(1)
        return self.time()

    def take(self, arrived: Changes, seen_minutes: float = 90) -> Sequence[StoredChange]:
        """Store, as the poll does, and announce."""
        stored = self.store.store(TENANT, REALM, arrived, MORNING + timedelta(minutes=seen_minutes), self.clock())
        self.store.announce(stored)
        return stored

    def _port(self, name: str, fake: Any) -> Any:
        return Port(name, fake, self._script) if self._script else fake

    def record(self, entity: str = "PurchaseOrder", entity_id: str = "12") -> Record:
        return self.records.rows[key(entity, entity_id)]
