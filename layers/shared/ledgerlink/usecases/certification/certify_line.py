"""Add lot number and expiration date to an organic line."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol

from ledgerlink.domain.certifications import CertificateContent, Certification, certify, parse_certificate
from ledgerlink.domain.history import Actor
from ledgerlink.domain.records import Record, RecordKey
from ledgerlink.errors import Conflict, InvalidRequest
from ledgerlink.usecases.certification.read_certifications import CertifiedOrder, Tenants, read_certification

TRIES = 5


class Certifications(Protocol):
    """Where certifications are kept."""

    def get_many(self, keys: Iterable[RecordKey]) -> Mapping[RecordKey, Certification]: ...
    def put(self, certification: Certification, replaced: Certification | None) -> Certification | None:
        """As it is stored now; None when somebody else wrote it since ``replaced`` was read."""


class Records(Protocol):
    """The orders."""

    def get_many(self, keys: Iterable[RecordKey]) -> Mapping[RecordKey, Record]: ...


def certify_line(
    certifications: Certifications,
    records: Records,
    tenants: Tenants,
    tenant_id: str,
    record_id: str,
    line_id: str,
    content: Any,
    actor: Actor,
    now: datetime,
) -> CertifiedOrder:
    """The order with its certificate; another one corrects it, the same one changes nothing.

    Raises InvalidRequest, NotFound, Conflict.
    """
    certificate = parse_certificate(content)
    _check_date(certificate, now)
    for _ in range(TRIES):
        known, order = read_certification(certifications, records, tenants, tenant_id, record_id)
        certified = certify(known, line_id, certificate, actor, now)
        stored = known if certified is known else certifications.put(certified, known)
        if stored is not None:
            return stored, order
    raise Conflict("The order was changed by others at the same moment.")


def _check_date(certificate: CertificateContent, now: datetime) -> None:
    if certificate.expiration_date <= now.date() and not certificate.confirm_past_date:
        problem = "is not in the future"
        raise InvalidRequest(
            f"'expiration_date' {problem}.",
            code="expiration_date_passed",
            hint="Correct the date, or send it again with 'confirm_past_date': true if it is meant.",
            fields=[{"field": "expiration_date", "problem": problem}],
        )
