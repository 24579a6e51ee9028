"""Show which orders await certification and which have it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from ledgerlink.domain.certifications import Certification, CertificationState
from ledgerlink.domain.connections import Connection
from ledgerlink.domain.paging import not_our_token
from ledgerlink.domain.records import Record, RecordKey, record_key
from ledgerlink.errors import InvalidRequest, NotFound

_TOKEN = re.compile(r"[0-9TZ:.\-]{27}#[A-Za-z0-9._#:-]{1,200}")


class Known(Protocol):
    """Certifications by their orders."""

    def get_many(self, keys: Iterable[RecordKey]) -> Mapping[RecordKey, Certification]: ...


class Certifications(Known, Protocol):
    """Where certifications are kept."""

    def page(
        self, tenant_id: str, state: CertificationState, *, limit: int, after: str | None, newest_first: bool = False
    ) -> tuple[Sequence[RecordKey], str | None]:
        """Those that have been in the state the longest or the shortest first, and the token to go on with."""


class Records(Protocol):
    """The orders."""

    def get_many(self, keys: Iterable[RecordKey]) -> Mapping[RecordKey, Record]: ...


class Tenants(Protocol):
    """The tenants that the host has told us of."""

    def of_tenant(self, tenant_id: str) -> Sequence[Connection]:
        """Raises NotFound for a tenant that we have never heard of."""


type CertifiedOrder = tuple[Certification, Record]


def list_certifications(
    certifications: Certifications,
    records: Records,
    tenants: Tenants,
    tenant_id: str,
    *,
    state: str,
    limit: int,
    after: str | None,
    newest_first: bool = False,
) -> tuple[Sequence[CertifiedOrder], str | None]:
    """A page, those that have been in the state the longest first, or last. Raises NotFound, InvalidRequest."""
    tenants.of_tenant(tenant_id)
    if state not in CertificationState:
        raise _wrong("state", f"must be one of {', '.join(CertificationState)}")
    if after and not _TOKEN.fullmatch(after):
        raise not_our_token()
    keys, token = certifications.page(
        tenant_id, CertificationState(state), limit=limit, after=after, newest_first=newest_first
    )
    known, orders = certifications.get_many(keys), records.get_many(keys)
    # The index is a moment behind: what was certified just now may still be in it.
    fits = [key for key in keys if key in orders and key in known and known[key].state == state]
    return [(known[key], orders[key]) for key in fits], token


def read_certification(
    certifications: Known, records: Records, tenants: Tenants, tenant_id: str, record_id: str
) -> CertifiedOrder:
    """Raises NotFound."""
    key = record_key(tenant_id, record_id)
    known, order = certifications.get_many([key]).get(key), records.get_many([key]).get(key)
    if known is None or order is None:
        tenants.of_tenant(tenant_id)
        raise NotFound(f"'{record_id}' has nothing to certify.", code="no_such_record")
    return known, order


def _wrong(field: str, problem: str) -> InvalidRequest:
    return InvalidRequest(f"'{field}' {problem}.", fields=[{"field": field, "problem": problem}])
