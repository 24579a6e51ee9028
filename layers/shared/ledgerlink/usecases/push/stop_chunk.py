"""Stop a chunk, or one company of it: what is wrong with one company holds up no document of another."""

from collections.abc import Callable
from datetime import datetime

from ledgerlink.domain.connections import ConnectionStatus
from ledgerlink.domain.tenants import Tenant
from ledgerlink.errors import ConnectionRevoked, NotConnected, RateLimited, SyncError, WaitingForTurn

NO_ACCESS = (ConnectionRevoked, NotConnected)
OF_THE_COMPANY = (WaitingForTurn, RateLimited, *NO_ACCESS)
"""What is wrong with the company and not with the document."""


class ChunkStops:
    """What has stopped one chunk so far, and which companies it goes on with."""

    def __init__(self, tenant: Tenant, deadline: datetime, clock: Callable[[], datetime]) -> None:
        self.stopped_by: SyncError | None = None
        """What the chunk is repeated or fails for."""
        self.gone: dict[str, SyncError] = {}
        """Companies that we have no access to any more, while there are others."""
        self._closed: set[str] = set()
        """Companies that take no more for the moment; the others go on."""
        self._tenant = tenant
        self._deadline = deadline
        self._clock = clock

    def stop(self, error: SyncError, company: str = "") -> None:
        """Without access to one company the backlog goes on with the others, and fails when none is left."""
        self._closed.add(company)
        if isinstance(error, NO_ACCESS) and self.has_other(company):
            self.gone[company] = error
        else:
            self.stopped_by = self.stopped_by or error

    def is_over(self, company: str) -> bool:
        """Whether nothing more is begun with the company."""
        return company in self._closed or self._clock() >= self._deadline

    def has_other(self, company: str = "") -> bool:
        """Whether the tenant has another company that documents of the backlog may go to."""
        return any(
            connection.status is ConnectionStatus.CONNECTED and connection.connection_id not in (company, *self.gone)
            for connection in self._tenant.connections
        )
