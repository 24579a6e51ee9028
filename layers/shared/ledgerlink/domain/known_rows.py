"""What an earlier poll has stored already: for a while, each answer brings the rows of the last minutes again."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any

from ledgerlink.domain.changes import Changes
from ledgerlink.domain.cursors import last_updated
from ledgerlink.domain.records import instant

MOST = 500
"""Rows that are remembered; those beyond are stored again, which changes nothing."""
DIGEST = 8
"""Bytes that stand for a row."""

NOTED = timedelta(minutes=30)
"""So long after QuickBooks made it a write of ours is noted at the latest, unless it is redriven: an answer that got
lost is looked for by the next try, some minutes later."""

type Known = frozenset[bytes]
"""A digest of each row as it was, so that one that changed in any way is another."""


def without(changes: Changes, known: Known) -> Changes:
    """The changes that are not known."""
    if not known:
        return changes
    rows = {
        entity: [row for row in found if _of_row(entity, row) not in known] for entity, found in changes.rows.items()
    }
    return replace(changes, rows=rows, deleted=[gone for gone in changes.deleted if _digest(asdict(gone)) not in known])


def known_after(changes: Changes, since: datetime) -> Known:
    """What the next answer may bring again, now that this one is stored.

    Not what changed shortly before the answer: it may be our own write, and be noted as that only later.
    """
    if changes.time is None:
        return frozenset()
    until = changes.time - NOTED
    timed = sorted((moment, digest) for moment, digest in _timed(changes) if moment and since <= moment <= until)
    return frozenset(digest for _, digest in timed[-MOST:])


def _timed(changes: Changes) -> Iterator[tuple[datetime | None, bytes]]:
    for entity, found in changes.rows.items():
        yield from ((last_updated(row), _of_row(entity, row)) for row in found)
    for gone in changes.deleted:
        yield instant(gone.last_updated_time), _digest(asdict(gone))


def _of_row(entity: str, row: Mapping[str, Any]) -> bytes:
    return _digest([entity, row])


def _digest(content: Any) -> bytes:
    written = json.dumps(content, sort_keys=True, default=str)
    return blake2b(written.encode(), digest_size=DIGEST).digest()
