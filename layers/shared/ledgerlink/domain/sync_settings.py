"""What a tenant has chosen about taking data out of a company."""

from typing import Annotated

from pydantic import Field

from ledgerlink.domain.fields import Part

DEFAULT_DAYS = 90
MOST_DAYS = 730

type Days = Annotated[int, Field(strict=True, ge=1, le=MOST_DAYS)]


class SyncSettings(Part):
    """Polls and backfills of one connection."""

    backfill_days: Days = DEFAULT_DAYS
    """How far back a first backfill goes: up to two years."""
    daily_while_notified: Annotated[bool, Field(strict=True)] = True
    """Polled once a day instead of every quarter of an hour while Intuit's notifications arrive."""
