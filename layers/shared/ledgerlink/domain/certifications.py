"""Which lines of an order need a lot number and an expiration date, and who gave them."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field, ValidationError

from ledgerlink.domain.documents import invalid_request
from ledgerlink.domain.fields import Part, SingleLine
from ledgerlink.domain.history import Actor
from ledgerlink.domain.records import Record, RecordKey, State
from ledgerlink.errors import Conflict, NotFound

CERTIFIED_ENTITIES = frozenset({"PurchaseOrder"})
"""What is certified when it comes in."""


class CertificationState(StrEnum):
    """Where an order stands."""

    AWAITING = "awaiting"
    CERTIFIED = "certified"
    WITHDRAWN = "withdrawn"
    """Nothing in it is organic any more, or it was deleted; certificates are kept."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """What somebody said of one line, and what the line was then."""

    lot_number: str
    expiration_date: date
    certified_by: str
    """The person who answers for it, in that person's words."""
    certified_at: datetime
    fingerprint: str
    entered_by: Actor


@dataclass(frozen=True, slots=True)
class CertifiedLine:
    """One line that is organic now or has been certified."""

    line_id: str
    fingerprint: str
    """Of its item, description and quantity; empty when the line is gone."""
    organic: bool
    certificates: Sequence[Certificate] = ()
    """The last one counts."""

    @property
    def certified(self) -> str:
        """The fingerprint that its certificate is about; empty without one."""
        return self.certificates[-1].fingerprint if self.certificates else ""

    @property
    def awaits(self) -> bool:
        """Organic, and not certified as it is now."""
        return self.organic and self.certified != self.fingerprint

    @property
    def is_gone(self) -> bool:
        """Whether the order has it no more; another line may have its id by now."""
        return not self.fingerprint


@dataclass(frozen=True, slots=True)
class Certification:
    """One order that has or had organic lines.

    ``asked`` counts how often somebody had to act, ``answered`` and ``told`` say up to which time
    that was done and announced: so an order is told of once, and again when certified lines change.
    """

    key: RecordKey
    number: str
    state: CertificationState
    since: datetime
    lines: Sequence[CertifiedLine]
    asked: int = 0
    answered: int = 0
    told: int = 0
    telling_until: datetime | None = None
    """While somebody is being told, so that nobody else does it too."""
    record_revision: int = 0
    """The record that it follows from."""
    revision: int = 0
    """Counts our writes, so that none is lost."""

    @property
    def is_untold(self) -> bool:
        """Whether somebody has to act and does not know it, as far as we know."""
        return self.state is CertificationState.AWAITING and self.told < self.asked

    @property
    def awaiting_lines(self) -> Sequence[CertifiedLine]:
        """The lines that somebody has to certify."""
        return [line for line in self.lines if line.awaits]


class CertificateContent(Part):
    """What a person enters for one line."""

    lot_number: Annotated[SingleLine, Field(min_length=1, max_length=60)]
    expiration_date: Annotated[date, Field(strict=False)]
    certified_by: Annotated[SingleLine, Field(min_length=1, max_length=60)]
    confirm_past_date: bool = False
    """The date is meant although it has passed."""
    fingerprint: Annotated[SingleLine, Field(min_length=1, max_length=64)] | None = None
    """Of the line as the person saw it."""


def parse_certificate(content: Any) -> CertificateContent:
    """Raises InvalidRequest naming every wrong field."""
    try:
        return CertificateContent.model_validate(content)
    except ValidationError as error:
        raise invalid_request(error) from None


def follow(known: Certification | None, record: Record, now: datetime) -> Certification | None:
    """The order's certification after a change of the order; ``known`` itself when that changes nothing.

    Lines that say the same keep their certificate, under whatever line id.
    """
    if record.key.entity not in CERTIFIED_ENTITIES or (known is None and not _asks(record)):
        return known
    if known is not None and record.revision < known.record_revision:
        return known
    number = str(record.normalised.get("number") or "")
    before = known or Certification(record.key, number, CertificationState.WITHDRAWN, now, ())
    lines = _lines(before.lines, record)
    fresh = replace(before, number=number or before.number, lines=lines, record_revision=record.revision)
    after = _settled(fresh, now)
    return known if after == known else after


def certify(
    known: Certification, line_id: str, certificate: CertificateContent, actor: Actor, now: datetime
) -> Certification:
    """With a certificate for the line; an earlier one is kept. ``known`` itself where the last one says the same:
    a button is pressed twice, a call is sent again. Raises NotFound, Conflict.
    """
    line = next((line for line in known.lines if line.line_id == line_id and line.organic), None)
    if line is None:
        raise NotFound(f"The order has no organic line '{line_id}'.", code="no_such_line")
    if certificate.fingerprint not in (None, line.fingerprint):
        raise Conflict(
            f"Line '{line_id}' has changed: its item, description or quantity is another one by now.",
            code="line_changed",
            hint="Read the order again, and certify the line as it is now.",
        )
    given = Certificate(
        lot_number=certificate.lot_number,
        expiration_date=certificate.expiration_date,
        certified_by=certificate.certified_by,
        certified_at=now,
        fingerprint=line.fingerprint,
        entered_by=actor,
    )
    if any(replace(given, certified_at=last.certified_at) == last for last in line.certificates[-1:]):
        return known
    certified = replace(line, certificates=(*line.certificates, given))
    return _settled(replace(known, lines=tuple(certified if one is line else one for one in known.lines)), now)


def _asks(record: Record) -> bool:
    return record.has_organic_lines and record.state is State.ACTIVE


def _lines(known: Sequence[CertifiedLine], record: Record) -> Sequence[CertifiedLine]:
    organic = {match.line_id for match in record.organic} if _asks(record) else set()
    prints = {line["id"]: _fingerprint(line) for line in record.normalised.get("lines", ())}
    lines = [CertifiedLine(line_id, fingerprint, line_id in organic) for line_id, fingerprint in prints.items()]
    same, left = _matched(known, lines)
    now = [
        replace(line, certificates=same[line.line_id].certificates) if line.line_id in same else line for line in lines
    ]
    kept = [line for line in now if line.organic or line.certificates]
    return (*kept, *(replace(line, fingerprint="", organic=False) for line in left if line.certificates))


_SIGNS: Sequence[Callable[[CertifiedLine, CertifiedLine], bool]] = (
    lambda known, line: _is_as_before(known, line) and known.certified in ("", line.fingerprint),
    lambda known, line: known.certified == line.fingerprint,
    lambda known, line: _is_as_before(known, line),
    lambda known, line: known.fingerprint == line.fingerprint,
    lambda known, line: known.line_id == line.line_id,
)
"""That a known line is this line of the order, the surest sign first."""


def _is_as_before(known: CertifiedLine, line: CertifiedLine) -> bool:
    return (known.line_id, known.fingerprint) == (line.line_id, line.fingerprint)


def _matched(
    known: Sequence[CertifiedLine], lines: Sequence[CertifiedLine]
) -> tuple[Mapping[str, CertifiedLine], Sequence[CertifiedLine]]:
    """Which known line each line is, by its id, and the known lines that are left.

    By what lines say before their ids: QuickBooks may number the lines of an order anew, also onto each other.
    """
    found: dict[str, CertifiedLine] = {}
    left = list(known)
    for is_same in _SIGNS:
        for line in lines:
            same = None if line.line_id in found else _first(left, line, is_same)
            if same is not None:
                found[line.line_id] = left.pop(same)
    return found, left


def _first(
    known: Sequence[CertifiedLine], line: CertifiedLine, is_same: Callable[[CertifiedLine, CertifiedLine], bool]
) -> int | None:
    return next((place for place, one in enumerate(known) if is_same(one, line)), None)


def _settled(certification: Certification, now: datetime) -> Certification:
    """With the state that its lines amount to."""
    organic = [line for line in certification.lines if line.organic]
    if not organic:
        state = CertificationState.WITHDRAWN
    elif any(line.awaits for line in organic):
        state = CertificationState.AWAITING
    else:
        state = CertificationState.CERTIFIED
    asked, answered = certification.asked, certification.answered
    if state is CertificationState.AWAITING and asked == answered:
        asked += 1
    if state is CertificationState.CERTIFIED:
        answered = asked
    since = certification.since if state is certification.state else now
    return replace(certification, state=state, since=since, asked=asked, answered=answered)


def _fingerprint(line: Mapping[str, Any]) -> str:
    """What a certificate is about: another price or another name of the item is the same goods."""
    goods = [line.get("item_id"), line.get("description"), line.get("quantity")]
    return hashlib.sha256(json.dumps(goods).encode()).hexdigest()[:16]
