"""Certifications, and what tenants call organic: RecordsTable."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from ledgerlink.domain.certification_mail import OwedMail
from ledgerlink.domain.certifications import Certificate, Certification, CertificationState, CertifiedLine
from ledgerlink.domain.history import Actor
from ledgerlink.domain.records import RecordKey
from ledgerlink.domain.times import from_text, optional_text, optional_time, to_text
from ledgerlink.storage import record_keys as keys
from ledgerlink.storage.packing import pack, unpack
from ledgerlink.storage.records import FEED_INDEX
from ledgerlink.storage.table import ConditionFailed, Table


class DynamoCertifications:
    """Certifications stand in the feed index by their state, since when they have it."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get_many(self, wanted: Iterable[RecordKey]) -> Mapping[RecordKey, Certification]:
        """Those that exist, as they are now."""
        by_key = {keys.certification(key): key for key in wanted}
        items = self._table.get_many(list(by_key))
        return {by_key[item["pk"], item["sk"]]: _certification(by_key[item["pk"], item["sk"]], item) for item in items}

    def put(
        self, certification: Certification, replaced: Certification | None, owed: Sequence[OwedMail] = ()
    ) -> Certification | None:
        """As it is stored now, all or nothing with the e-mails that are owed from now on.

        None when somebody else wrote it since ``replaced`` was read.
        """
        revision = replaced.revision if replaced else 0
        fresh = replace(certification, revision=revision + 1)
        condition = "#revision = :revision" if replaced else "attribute_not_exists(#pk)"
        try:
            self._put(_item(fresh), condition, {"revision": revision}, [keys.owed_mail(one) for one in owed])
        except ConditionFailed:
            return None
        return fresh

    def page(
        self, tenant_id: str, state: CertificationState, *, limit: int, after: str | None, newest_first: bool = False
    ) -> tuple[list[RecordKey], str | None]:
        """Those that have been in the state the longest or the shortest first, and the token to go on with."""
        comparison, start = ("<", "~") if newest_first else (">", " ")
        items, last = self._table.index_page(
            FEED_INDEX,
            f"#feed = :feed AND #place {comparison} :after",
            {"feed": keys.certification_feed(tenant_id, state.value), "after": after or start},
            limit=limit,
            after=None,
            newest_first=newest_first,
        )
        return [keys.key_of(tenant_id, item["place"]) for item in items], items[-1]["place"] if last else None

    def _put(
        self, item: Mapping[str, Any], condition: str, values: Mapping[str, Any], owed: Sequence[tuple[str, str]]
    ) -> None:
        if owed:
            notes = [self._table.put_of({"pk": pk, "sk": sk}) for pk, sk in owed]
            self._table.transact([self._table.put_of(item, condition, values), *notes])
        else:
            self._table.put(item, condition, values)


def _item(certification: Certification) -> dict[str, Any]:
    pk, sk = keys.certification(certification.key)
    return {
        "pk": pk,
        "sk": sk,
        "revision": certification.revision,
        "number": certification.number,
        "certification_state": certification.state.value,
        "since": to_text(certification.since),
        "lines": pack(json.dumps([_line_item(line) for line in certification.lines], ensure_ascii=False)),
        "asked": certification.asked,
        "answered": certification.answered,
        "told": certification.told,
        "telling_until": optional_text(certification.telling_until),
        "record_revision": certification.record_revision,
        "feed": keys.certification_feed(certification.key.tenant_id, certification.state.value),
        "place": keys.place(certification.since, certification.key),
    }


def _line_item(line: CertifiedLine) -> dict[str, Any]:
    return {
        "line_id": line.line_id,
        "fingerprint": line.fingerprint,
        "organic": line.organic,
        "certificates": [_certificate_item(certificate) for certificate in line.certificates],
    }


def _certificate_item(certificate: Certificate) -> dict[str, Any]:
    return asdict(certificate) | {
        "expiration_date": certificate.expiration_date.isoformat(),
        "certified_at": to_text(certificate.certified_at),
    }


def _certification(key: RecordKey, item: Mapping[str, Any]) -> Certification:
    return Certification(
        key=key,
        number=item["number"],
        state=CertificationState(item["certification_state"]),
        since=from_text(item["since"]),
        lines=tuple(_line(line) for line in json.loads(unpack(item["lines"]))),
        asked=item["asked"],
        answered=item["answered"],
        told=item["told"],
        telling_until=optional_time(item.get("telling_until")),
        record_revision=item["record_revision"],
        revision=item["revision"],
    )


def _line(line: Mapping[str, Any]) -> CertifiedLine:
    certificates = tuple(_certificate(certificate) for certificate in line["certificates"])
    return CertifiedLine(line["line_id"], line["fingerprint"], line["organic"], certificates)


def _certificate(item: Mapping[str, Any]) -> Certificate:
    return Certificate(
        lot_number=item["lot_number"],
        expiration_date=date.fromisoformat(item["expiration_date"]),
        certified_by=item["certified_by"],
        certified_at=from_text(item["certified_at"]),
        fingerprint=item["fingerprint"],
        entered_by=Actor(**item["entered_by"]),
    )
