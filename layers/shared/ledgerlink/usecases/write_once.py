"""Write one document to QuickBooks exactly once, however often we are called.

A *begun* mark with a lease is stored before the first write. Whoever finds one
without an entity looks in QuickBooks before it creates: an earlier attempt may have
arrived there and lost the answer. Intuit's `requestid` is sent as well, but not
relied on: there are reports of the same id making two entities.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from ledgerlink.domain.links import EntityLink, Lease, LinkKey
from ledgerlink.errors import (
    AmbiguousDocument,
    DocumentBusy,
    DuplicateDocument,
    OutOfSync,
    Permanent,
    RateLimited,
    StaleSyncToken,
    WaitingForTurn,
)

logger = logging.getLogger(__name__)

MAY_STILL_ARRIVE = timedelta(seconds=240)
"""How long after its begin a write may still be committed: a worker lives two minutes, and Intuit
works on a request for two more before it cuts it (Intuit, "Limits and throttles")."""

type Entity = Mapping[str, Any]


class Writable(Protocol):
    """A document that knows how QuickBooks wants it."""

    @property
    def entity(self) -> str: ...
    @property
    def doc_number(self) -> str: ...
    def create_body(self) -> Mapping[str, Any]: ...
    def update_body(self, entity_id: str, sync_token: str, line_ids: Mapping[str, str]) -> Mapping[str, Any]: ...
    def line_ids_of(self, entity: Entity) -> dict[str, str]: ...
    def is_ours(self, entity: Entity) -> bool:
        """Made by us for this very document."""

    def may_be_adopted(self, entity: Entity) -> bool:
        """Made by somebody else, but surely the same business record."""


class Books(Protocol):
    """The tenant's QuickBooks company."""

    def find_by_doc_number(self, entity: str, doc_number: str, *, fresh: bool = False) -> Sequence[Entity]:
        """Transactions of this number, as they are now if ``fresh``: else perhaps as they were looked up ahead."""

    def read(self, entity: str, entity_id: str) -> Entity: ...
    def create(self, entity: str, body: Mapping[str, Any], request_id: str) -> Entity: ...
    def update(self, entity: str, body: Mapping[str, Any], request_id: str) -> Entity: ...


class EntityLinks(Protocol):
    """Our memory of what has been pushed."""

    def begin(self, key: LinkKey, entity: str, doc_number: str, lease: Lease, now: datetime) -> EntityLink:
        """Take the lease, leaving a begun mark with the number; return the link as it was, its content forgotten.

        Raises DocumentBusy while another worker holds it.
        """

    def adopt(self, link: EntityLink) -> None:
        """Bind the entity to this document alone. Raises DuplicateDocument when it is another's."""

    def complete(self, link: EntityLink) -> None:
        """Adopt, store what QuickBooks has now, and give the lease back."""

    def release(self, key: LinkKey, owner: str, *, refused: bool, before: EntityLink | None) -> None:
        """Give the lease back. ``refused`` counts a definite no.

        The begun mark stays as it is, or where nothing can have been written becomes what it was ``before``.
        """

    def mark_deleted(self, key: LinkKey) -> None:
        """The entity is gone from QuickBooks; the next create has to be a new request."""


class How(StrEnum):
    """What the write did."""

    CREATED = "created"
    UPDATED = "updated"
    REATTACHED = "reattached"


@dataclass(frozen=True, slots=True)
class Written:
    """The link as it is now, and how it came about."""

    link: EntityLink
    how: How


def write_once(
    books: Books,
    links: EntityLinks,
    key: LinkKey,
    document: Writable,
    *,
    content_hash: str,
    revision: int,
    lease: Lease,
    now: datetime,
    by_hand: bool,
    is_newest: Callable[[], bool],
) -> Written:
    """Create, update or reattach. Raises whatever QuickBooks answers; then the next call starts with a look.

    ``is_newest`` is asked under the lease: a worker that was overtaken while it
    waited must not write old content over new.
    """
    link = links.begin(key, document.entity, document.doc_number, lease, now)
    watched = _Watched(books)
    try:
        if not is_newest():
            raise DocumentBusy("The document was changed meanwhile.", code="document_changed")
        written = _write(watched, links, link, document, revision, now, by_hand)
        done = replace(written.link, content_hash=content_hash)
        links.complete(done)
    except Exception as error:
        _release(links, key, lease.owner, refused=isinstance(error, Permanent), before=None if watched.wrote else link)
        raise
    return Written(done, written.how)


class _Watched:
    """The books, and whether a write may have reached them."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self.wrote = False

    def find_by_doc_number(self, entity: str, doc_number: str, *, fresh: bool = False) -> Sequence[Entity]:
        return self._books.find_by_doc_number(entity, doc_number, fresh=fresh)

    def read(self, entity: str, entity_id: str) -> Entity:
        return self._books.read(entity, entity_id)

    def create(self, entity: str, body: Mapping[str, Any], request_id: str) -> Entity:
        return self._writing(lambda: self._books.create(entity, body, request_id))

    def update(self, entity: str, body: Mapping[str, Any], request_id: str) -> Entity:
        return self._writing(lambda: self._books.update(entity, body, request_id))

    def _writing(self, write: Callable[[], Entity]) -> Entity:
        before, self.wrote = self.wrote, True
        try:
            return write()
        except (Permanent, RateLimited, StaleSyncToken, WaitingForTurn):
            self.wrote = before  # a definite no, or nothing was sent
            raise


def _release(links: EntityLinks, key: LinkKey, owner: str, *, refused: bool, before: EntityLink | None) -> None:
    try:
        links.release(key, owner, refused=refused, before=before)
    except Exception as failure:  # the first error matters more, and the lease ends by itself
        # No traceback: it would show the first error as well, and with it a customer's names.
        logger.warning("lease not released", extra={"error_type": type(failure).__name__})


def _write(
    books: Books, links: EntityLinks, link: EntityLink, document: Writable, revision: int, now: datetime, by_hand: bool
) -> Written:
    if link.deleted and not by_hand:
        raise _deleted(document)
    if link.entity_id and not link.deleted:
        return Written(_update(books, links, link, document, revision), How.UPDATED)
    if found := _find(books, link, document, now):
        return Written(_reattach(books, links, link, document, revision, found), How.REATTACHED)
    try:
        created = _create(books, links, link, document, revision, by_hand)
    except DuplicateDocument:
        # The number was taken between our look and our write, or hidden from it.
        if (found := _find(books, link, document, now)) is None:
            raise
        return Written(_reattach(books, links, link, document, revision, found), How.REATTACHED)
    return Written(_linked(link, document, created), How.CREATED)


def _find(books: Books, link: EntityLink, document: Writable, now: datetime) -> Entity | None:
    """The one entity that this document became or may become.

    An attempt whose answer was lost may have used a number that the document no
    longer has; there only an entity of our own counts.
    """
    # What was looked up before we took the lease counts only where nobody had begun a write by then.
    fresh = bool(link.begun_numbers or link.entity_id)
    candidates = list(books.find_by_doc_number(document.entity, document.doc_number, fresh=fresh))
    earlier = sorted(link.begun_numbers - {document.doc_number})
    lost = [entity for number in earlier for entity in books.find_by_doc_number(document.entity, number, fresh=True)]
    candidates = [c for c in [*candidates, *lost] if document.is_ours(c)] or candidates
    if len(candidates) > 1:
        raise AmbiguousDocument(
            f"QuickBooks has {len(candidates)} records with the number {document.doc_number}; "
            "we do not guess which one is meant."
        )
    if not candidates and earlier and link.begun_at and now < link.begun_at + MAY_STILL_ARRIVE:
        # Under the same number QuickBooks itself would refuse a second one.
        raise DocumentBusy("An earlier try under another number may still arrive in QuickBooks.", code="earlier_try")
    return candidates[0] if candidates else None


def _create(
    books: Books, links: EntityLinks, link: EntityLink, document: Writable, revision: int, by_hand: bool
) -> Entity:
    created = books.create(document.entity, document.create_body(), link.key.create_request_id(revision, link.refusals))
    if not (link.begun_numbers or link.deleted) or _exists(books, document, created):
        return created
    # Intuit answered with what an earlier try had made, and somebody has deleted that since.
    links.mark_deleted(link.key)
    if not by_hand:
        raise _deleted(document)
    return books.create(
        document.entity, document.create_body(), link.key.create_request_id(revision, link.refusals + 1)
    )


def _exists(books: Books, document: Writable, created: Entity) -> bool:
    try:
        books.read(document.entity, str(created["Id"]))
    except OutOfSync:
        return False
    return True


def _reattach(
    books: Books, links: EntityLinks, link: EntityLink, document: Writable, revision: int, found: Entity
) -> EntityLink:
    if not (document.is_ours(found) or document.may_be_adopted(found)):
        raise DuplicateDocument(
            f"The number {document.doc_number} is already used in QuickBooks for something else.",
            code="number_taken",
        )
    adopted = replace(_linked(link, document, found), doc_number=document.doc_number)
    links.adopt(adopted)
    return _update(books, links, adopted, document, revision)


def _update(books: Books, links: EntityLinks, link: EntityLink, document: Writable, revision: int) -> EntityLink:
    """Our fields onto the entity; a stale SyncToken is read again and our change re-applied, once."""
    try:
        return _send_update(books, link, document, revision)
    except StaleSyncToken:
        current = _read(books, links, link, document)
        known = {line.get("Id") for line in current.get("Line", [])}
        fresh = replace(
            link,
            sync_token=str(current["SyncToken"]),
            line_ids={ours: theirs for ours, theirs in link.line_ids.items() if theirs in known},
        )
        return _send_update(books, fresh, document, revision)
    except OutOfSync:
        _read(books, links, link, document)
        raise


def _send_update(books: Books, link: EntityLink, document: Writable, revision: int) -> EntityLink:
    assert link.entity_id is not None
    body = document.update_body(link.entity_id, link.sync_token, link.line_ids)
    request_id = link.key.update_request_id(revision, link.sync_token, link.refusals)
    return _linked(link, document, books.update(document.entity, body, request_id))


def _read(books: Books, links: EntityLinks, link: EntityLink, document: Writable) -> Entity:
    """The entity as it is now. Raises OutOfSync when it was deleted."""
    assert link.entity_id is not None
    try:
        return books.read(document.entity, link.entity_id)
    except OutOfSync as error:
        links.mark_deleted(link.key)
        raise _deleted(document, error.intuit_tid) from error


def _deleted(document: Writable, intuit_tid: str | None = None) -> OutOfSync:
    return OutOfSync(
        f"{document.doc_number} was deleted in QuickBooks.",
        code="deleted_in_quickbooks",
        hint="Send it again by hand if it shall be created anew; otherwise leave it.",
        intuit_tid=intuit_tid,
    )


def _linked(link: EntityLink, document: Writable, entity: Entity) -> EntityLink:
    return replace(
        link,
        entity_id=str(entity["Id"]),
        doc_number=str(entity.get("DocNumber") or document.doc_number),
        sync_token=str(entity["SyncToken"]),
        line_ids=document.line_ids_of(entity),
        deleted=False,
    )
