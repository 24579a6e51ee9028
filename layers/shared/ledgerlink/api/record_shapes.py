"""How records, certifications and keywords look in the API's JSON."""

import json
from collections.abc import Mapping
from typing import Any

from ledgerlink.api.shapes import LinkTo
from ledgerlink.domain.certifications import Certificate, Certification, CertifiedLine
from ledgerlink.domain.documents import EntityInQuickBooks
from ledgerlink.domain.organic import OrganicMatch
from ledgerlink.domain.organic_settings import OrganicSettings
from ledgerlink.domain.records import Record
from ledgerlink.domain.times import optional_text, to_text
from ledgerlink.usecases.sync.read_records import Page


def page_text(page: Page, link_to: LinkTo) -> str:
    """``{items, next, more}`` as text: QuickBooks' JSON is passed on letter by letter, so its numbers stay exact."""
    items = ",".join(_record_text(record, link_to) for record in page.records)
    return f'{{"items":[{items}],"next":{json.dumps(page.cursor)},"more":{json.dumps(page.more)}}}'


def certification_shape(certification: Certification, order: Record, link_to: LinkTo) -> dict[str, Any]:
    """An order with the lines that are organic or have been certified."""
    known = {line["id"]: line for line in order.normalised.get("lines", ())}
    form = order.normalised
    return {
        **_named(order, link_to),
        "number": certification.number,
        "date": form.get("date"),
        "vendor": form.get("vendor"),
        "state": certification.state.value,
        "since": to_text(certification.since),
        "lines": [_line(line, known, order) for line in certification.lines],
    }


def keywords_shape(settings: OrganicSettings) -> dict[str, Any]:
    """What counts as organic, who hears of it, and whether all records have been judged by it yet."""
    return {
        "keywords": list(settings.keywords),
        "emails": list(settings.emails),
        "revision": settings.revision,
        "updated_at": optional_text(settings.updated_at),
        "evaluation": "running" if settings.is_evaluating else "done",
    }


def _record_text(record: Record, link_to: LinkTo) -> str:
    version, document = record.version, record.document
    shape = {
        **_named(record, link_to),
        "state": record.state.value,
        "sync_token": str(version.sync_token) if version else None,
        "last_updated_time": optional_text(version.last_updated_time if version else None),
        "deleted_at": optional_text(record.deleted_at),
        "changed_at": optional_text(record.changed_at),
        "document": document and {"kind": document.kind, "id": document.document_id},
        "organic": [{"line": match.line_id, **_match(match)} for match in record.organic],
        "normalised": record.normalised,
    }
    return f'{json.dumps(shape, ensure_ascii=False)[:-1]}, "quickbooks": {record.body or "null"}}}'


def _named(record: Record, link_to: LinkTo) -> dict[str, Any]:
    key = record.key
    became = EntityInQuickBooks(key.entity, key.entity_id, "", "", key.connection_id)
    return {
        "record": key.record_id,
        "connection_id": key.connection_id,
        "entity": key.entity,
        "id": key.entity_id,
        "url": None if record.is_gone else link_to(became),
    }


def _line(line: CertifiedLine, known: Mapping[str, Mapping[str, Any]], order: Record) -> dict[str, Any]:
    certificates = [_certificate(certificate) for certificate in line.certificates]
    # Another line may have the id of one that is gone.
    now = {} if line.is_gone else known.get(line.line_id, {})
    matches = [] if line.is_gone else [match for match in order.organic if match.line_id == line.line_id]
    return {
        "id": line.line_id,
        **{name: now.get(name) for name in ("sku", "name", "description", "quantity")},
        "fingerprint": line.fingerprint or None,
        "organic": [_match(match) for match in matches],
        "awaits": line.awaits,
        "certificate": certificates[-1] if certificates else None,
        "earlier": certificates[:-1],
    }


def _match(match: OrganicMatch) -> dict[str, Any]:
    return {"keyword": match.keyword, "where": match.where.value}


def _certificate(certificate: Certificate) -> dict[str, Any]:
    return {
        "lot_number": certificate.lot_number,
        "expiration_date": certificate.expiration_date.isoformat(),
        "certified_by": certificate.certified_by,
        "certified_at": to_text(certificate.certified_at),
        "entered_by": {"caller": certificate.entered_by.caller, "user": certificate.entered_by.user},
    }
