"""Show what was tried and how it ended."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from ledgerlink.domain.activity import Activity, ActivityFilter, Outcome
from ledgerlink.domain.connections import Connection
from ledgerlink.domain.paging import not_our_token
from ledgerlink.errors import InvalidRequest

_TOKEN = re.compile(r"[0-9TZ:.\-]{27}#[A-Za-z0-9_:.\-]{1,120}")


class ActivityLog(Protocol):
    """Entries of a tenant."""

    def page(
        self, tenant_id: str, wanted: ActivityFilter, *, limit: int, after: str | None, now: datetime
    ) -> tuple[list[Activity], str | None]: ...


class Tenants(Protocol):
    """The tenants that the host has told us of."""

    def of_tenant(self, tenant_id: str) -> Sequence[Connection]: ...


def read_activity(
    activity: ActivityLog,
    tenants: Tenants,
    tenant_id: str,
    *,
    kind: str | None,
    document_id: str | None,
    outcome: str | None,
    category: str | None,
    limit: int,
    after: str | None,
    now: datetime,
) -> tuple[list[Activity], str | None]:
    """A page, newest first. Raises NotFound, InvalidRequest."""
    tenants.of_tenant(tenant_id)
    if outcome and outcome not in Outcome:
        raise _wrong("outcome", f"must be one of {', '.join(Outcome)}")
    if after and not _TOKEN.fullmatch(after):
        raise not_our_token()
    wanted = ActivityFilter(kind, document_id, Outcome(outcome) if outcome else None, category)
    return activity.page(tenant_id, wanted, limit=limit, after=after, now=now)


def _wrong(field: str, problem: str) -> InvalidRequest:
    return InvalidRequest(f"'{field}' {problem}.", fields=[{"field": field, "problem": problem}])
