"""Write one document to QuickBooks exactly once, however often we are called.

A *begun* mark with a lease is stored before the first write. Whoever finds one
without an entity looks in QuickBooks before it creates: an earlier attempt may have
arrived there and lost the answer. Intuit's `requestid` is sent as well, but not
relied on: there are reports of the same id making two entities.
"""

import logging
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from ledgerlink.domain.asks import Ask, Asking, Create, Read, Update
from ledgerlink.domain.links import EntityLink, Lease, LinkKey
from ledgerlink.domain.to_quickbooks.kept_fields import named_fields
from ledgerlink.domain.translation import Resolved
from ledgerlink.errors import (
    DocumentBusy,
    DuplicateDocument,
    OutOfSync,
    Permanent,
    RateLimited,
    StaleSyncToken,
    WaitingForTurn,
)
from ledgerlink.usecases.push.look_before_write import (
    check_arrived,
    check_copy,
    check_sku,
    check_untouched,
    deleted,
    find_entity,
    may_be_made_anew,
    may_still_arrive,
    number_taken,
    refuses_a_second,
    sku_of,
    still_there,
)

logger = logging.getLogger(__name__)

type Entity = Mapping[str, Any]


class EntityLinks(Protocol):
    """Our memory of what has been pushed."""

    def begin(self, key: LinkKey, entity: str, doc_number: str, lease: Lease, now: datetime) -> EntityLink:
        """Take the lease, leaving a begun mark with the number; return the link as it was, its content forgotten.

        Raises DocumentBusy while another worker holds it.
        """

    def adopt(self, link: EntityLink) -> None:
        """Bind the entity to this document alone. Raises DuplicateDocument when it is another's."""

    def complete(self, link: EntityLink) -> None:
        """Adopt, store what QuickBooks has now and which earlier writes are still in doubt; give the lease back."""

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
    kept: frozenset[str] = frozenset()
    """Fields that were sent before and are not sent any more."""


@dataclass(frozen=True, slots=True)
class Writing:
    """What is written, by whom, and when."""

    links: EntityLinks
    key: LinkKey
    document: Resolved
    content_hash: str
    revision: int
    lease: Lease
    now: datetime
    by_hand: bool
    """A person wants it, so what somebody did to it in QuickBooks no longer holds it back."""
    is_newest: Callable[[], bool]
    """Asked under the lease: a worker that was overtaken while it waited must not write old content over new, nor
    into a second company.
    """


def write_once(work: Writing) -> Asking[Written]:
    """Create, update or reattach. Raises whatever QuickBooks answers; then the next call starts with a look."""
    document = work.document
    link = work.links.begin(work.key, document.entity, document.number, work.lease, work.now)
    attempt = _Attempt(work, link)
    try:
        if not work.is_newest():
            raise DocumentBusy("The document was changed meanwhile.", code="document_changed")
        written = yield from attempt.write()
        done = replace(written.link, content_hash=work.content_hash)
        if not may_still_arrive(link, work.now):
            done = replace(done, begun_numbers=frozenset(), begun_at=None)
        work.links.complete(done)
    except Exception as error:
        _release(work, refused=isinstance(error, Permanent), before=None if attempt.wrote else link)
        raise
    kept = link.fields - done.fields if written.how is not How.CREATED else frozenset()
    return Written(done, written.how, kept)


def _release(work: Writing, *, refused: bool, before: EntityLink | None) -> None:
    try:
        work.links.release(work.key, work.lease.owner, refused=refused, before=before)
    except Exception as failure:
        # No traceback: it would show the first error as well, and with it a customer's names.
        logger.warning("lease not released", extra={"error_type": type(failure).__name__})


@dataclass(slots=True)
class _Attempt:
    """One attempt under its lease."""

    work: Writing
    link: EntityLink
    wrote: bool = field(default=False)
    """A write may have reached QuickBooks."""

    def write(self) -> Asking[Written]:
        if self.link.deleted and not self.work.by_hand:
            raise deleted(self.link.doc_number or self.work.document.number)
        if self.link.entity_id and not self.link.deleted:
            yield from check_sku(self.work.document, self.link)
            try:
                return Written((yield from self._update_under_any_name(self.link)), How.UPDATED)
            except OutOfSync as error:
                if not may_be_made_anew(self.work.document, error, by_hand=self.work.by_hand):
                    raise
                # Counted as ``mark_deleted`` does: the answer to the old requestid is what is gone.
                self.link = replace(self.link, deleted=True, refusals=self.link.refusals + 1)
        names = [self.work.document, *self.work.document.under_other_names()]
        for position, document in enumerate(names):
            if written := (yield from self._make(document, position, is_last=document is names[-1])):
                return written
        raise AssertionError("the last name is written or raises")

    # a new entity

    @property
    def _doubtful(self) -> EntityLink:
        """The link, without a name that QuickBooks has refused for this attempt already: another one comes after it."""
        if not refuses_a_second(self.work.document):
            return self.link
        return replace(self.link, begun_numbers=self.link.begun_numbers - {self.work.document.number})

    def _make(self, document: Resolved, position: int, *, is_last: bool) -> Asking[Written | None]:
        """Reattach or create under this name; None when it is taken by something else and another may be tried."""
        begun = bool(self.link.begun_numbers or self.link.entity_id)
        if begun or not document.document.is_unique:
            # Something else of that number is for QuickBooks to refuse: of some kinds it takes a second one.
            found, _ = yield from find_entity(document, self._doubtful, self.work.now)
            if found:
                return Written((yield from self._reattach(document, found)), How.REATTACHED)
        yield from check_copy(document)
        try:
            created = yield from self._create(document, position)
            return Written(self._linked(self.link, document, created), How.CREATED)
        except DuplicateDocument:
            # The number was taken before, or between our look and our write.
            found, taken = yield from find_entity(document, self._doubtful, self.work.now)
            if found is None and not taken and is_last:
                raise
            return (yield from self._reattach_unless_taken(document, found, is_last=is_last))

    def _reattach_unless_taken(
        self, document: Resolved, found: Entity | None, *, is_last: bool
    ) -> Asking[Written | None]:
        if found is not None:
            return Written((yield from self._reattach(document, found)), How.REATTACHED)
        if not is_last:
            return None
        raise number_taken(self.work.document.number)

    def _create(self, document: Resolved, position: int) -> Asking[Entity]:
        link = self.link
        created = yield from self._send_create(document, position, link.refusals)
        if not (link.begun_numbers or link.deleted) or (yield from self._exists(document, created)):
            return created
        # Intuit answered with what an earlier try had made, and somebody has deleted that since.
        self.work.links.mark_deleted(link.key)
        if not self.work.by_hand:
            raise deleted(document.number)
        return (yield from self._send_create(document, position, link.refusals + 1))

    def _send_create(self, document: Resolved, position: int, refusals: int) -> Asking[Entity]:
        request_id = self.link.key.create_request_id(self.work.revision, refusals, position)
        return (yield from self._write(Create(document.entity, document.create_body(), request_id)))

    def _exists(self, document: Resolved, created: Entity) -> Asking[bool]:
        try:
            yield Read(document.entity, str(created["Id"]))
        except OutOfSync:
            return False
        return True

    def _reattach(self, document: Resolved, found: Entity) -> Asking[EntityLink]:
        if not self.work.by_hand:
            check_untouched(document, found)
        adopted = replace(self._linked(self.link, document, found), doc_number=document.number)
        self.work.links.adopt(adopted)
        return (yield from self._update_under_any_name(adopted))

    # an entity that is there

    def _update_under_any_name(self, link: EntityLink) -> Asking[EntityLink]:
        """A name that was taken when it was created was given a suffix, and keeps it while it is taken."""
        names = [self.work.document, *self.work.document.under_other_names()]
        names.sort(key=lambda document: document.number != link.doc_number)
        for document in names[:-1]:
            try:
                return (yield from self._update(document, link))
            except DuplicateDocument:
                continue
        return (yield from self._update(names[-1], link))

    def _update(self, document: Resolved, link: EntityLink) -> Asking[EntityLink]:
        """Our fields onto the entity; a stale SyncToken is read again and our change re-applied, once."""
        if not link.sync_token:  # linked by its name or by hand, and never written
            self.work.links.adopt(link)  # before it is overwritten: it may be another document's
            link = yield from self._read_again(document, link)
        if document.number != link.doc_number:
            check_arrived(link, self.work.now)  # while it has its number, QuickBooks refuses what comes late
        try:
            return (yield from self._send_update(document, link))
        except StaleSyncToken:
            return (yield from self._send_update(document, (yield from self._read_again(document, link))))
        except OutOfSync:
            yield from self._read(document, link)
            raise

    def _send_update(self, document: Resolved, link: EntityLink) -> Asking[EntityLink]:
        assert link.entity_id is not None
        body = document.update_body(link.entity_id, link.sync_token, link.line_ids)
        request_id = link.key.update_request_id(body, link.refusals)
        return self._linked(link, document, (yield from self._write(Update(document.entity, body, request_id))))

    def _read_again(self, document: Resolved, link: EntityLink) -> Asking[EntityLink]:
        current = yield from self._read(document, link)
        if not self.work.by_hand:
            check_untouched(document, current)
        line_ids = still_there(link.line_ids, current)
        return replace(link, sync_token=str(current["SyncToken"]), line_ids=line_ids)

    def _read(self, document: Resolved, link: EntityLink) -> Asking[Entity]:
        """The entity as it is now. Raises OutOfSync when it is gone."""
        assert link.entity_id is not None
        try:
            entity: Entity = yield Read(document.entity, link.entity_id)
        except OutOfSync as error:
            self.work.links.mark_deleted(link.key)
            raise deleted(document.number, error.intuit_tid) from error
        return entity

    # both

    def _write(self, ask: Create | Update) -> Generator[Ask, Any, Entity]:
        before, self.wrote = self.wrote, True
        try:
            written: Entity = yield ask
        except (Permanent, RateLimited, StaleSyncToken, WaitingForTurn):
            self.wrote = before  # a definite no, or nothing was sent
            raise
        return written

    def _linked(self, link: EntityLink, document: Resolved, entity: Entity) -> EntityLink:
        return replace(
            link,
            entity=document.entity,
            entity_id=str(entity["Id"]),
            doc_number=str(entity.get("DocNumber") or document.number),
            sync_token=str(entity["SyncToken"]),
            line_ids=document.document.line_ids_of(entity),
            deleted=False,
            sku=sku_of(document) or link.sku,
            fields=named_fields(document),
        )
