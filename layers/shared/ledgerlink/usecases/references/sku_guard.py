"""One worker at a time creates the item of a SKU: QuickBooks keeps names unique, but not SKUs."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Protocol

from ledgerlink.domain.connections import ConnectionKey
from ledgerlink.domain.links import EntityLink, Lease, LinkKey
from ledgerlink.errors import SyncError

logger = logging.getLogger(__name__)

SKUS = "skus"


class Leases(Protocol):
    """Leases kept with the links."""

    def begin(self, key: LinkKey, entity: str, doc_number: str, lease: Lease, now: datetime) -> EntityLink:
        """Raises DocumentBusy while another worker holds it."""

    def release(self, key: LinkKey, owner: str, *, refused: bool, before: EntityLink | None) -> None: ...


class SkuGuard:
    """The right to create items of a connection, SKU by SKU."""

    def __init__(self, leases: Leases, connection: ConnectionKey, lease: Lease, clock: Callable[[], datetime]) -> None:
        self._leases = leases
        self._connection = connection
        self._lease = lease
        self._clock = clock

    def take(self, sku: str) -> bool:
        """Whether somebody was at it before, so that it has to be looked up again. Raises DocumentBusy."""
        before = self._leases.begin(self._key(sku), "Item", sku, self._lease, self._clock())
        return bool(before.begun_numbers)

    def give_back(self, sku: str) -> None:
        """The next one looks again, for it finds our begun mark."""
        try:
            self._leases.release(self._key(sku), self._lease.owner, refused=False, before=None)
        except SyncError as failure:  # it ends by itself, and what was written matters more
            logger.warning("lease of a SKU not released", extra={"error_code": failure.code})

    @contextmanager
    def alone(self, sku: str) -> Iterator[None]:
        """Nobody else creates the item of this SKU meanwhile; nothing to do without one. Raises DocumentBusy."""
        if not sku:
            yield
            return
        self.take(sku)
        try:
            yield
        finally:
            self.give_back(sku)

    def _key(self, sku: str) -> LinkKey:
        return LinkKey(self._connection.tenant_id, self._connection.connection_id, SKUS, sku)
