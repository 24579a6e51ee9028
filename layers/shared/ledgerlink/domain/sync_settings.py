"""What a tenant has chosen about taking data out of a company."""

from ledgerlink.domain.backfills import DEFAULT_DAYS, Days
from ledgerlink.domain.fields import Part


class SyncSettings(Part):
    """Polls and backfills of one connection."""

    backfill_days: Days = DEFAULT_DAYS
    """How far back a first backfill goes: up to two years."""
    daily_while_notified: bool = True
    """Polled once a day instead of every quarter of an hour while Intuit's notifications arrive."""
