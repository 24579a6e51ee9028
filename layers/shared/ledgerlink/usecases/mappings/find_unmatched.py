"""Find what is not in QuickBooks yet: what documents named in vain, and what is held back on its way there.

Nothing is read but what may be unmatched: the notes beside the links, and the index of held documents. What
both have is listed once, by its note.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import batched, islice
from typing import Protocol

from ledgerlink.domain.backlogs import Standing
from ledgerlink.domain.connections import ConnectionKey
from ledgerlink.domain.documents import DocumentState, Status
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.domain.links import EntityLink, LinkKey
from ledgerlink.domain.mappings import WITH_DOCUMENTS, Entries, MappingKind, Unmatched
from ledgerlink.domain.paging import not_our_token
from ledgerlink.usecases.mappings.name_things import document_of, thing_of

MOST_READS = 20
"""Then the page ends, however few there are on it, and the next one goes on."""
_READ_AT_ONCE = 500
_LOOKED_UP_AT_ONCE = 100

_NAMED = "named"
_HELD = (
    *(Status.SYNC_FAILED, Status.WAITING_FOR_SEND, Status.WAITING_FOR_STATUS, Status.WAITING_FOR_DAILY),
    *(Status.KIND_OFF, Status.INSTANCE_OFF, Status.INTEGRATION_OFF, Status.NEEDS_RECONNECT),
)
"""Where documents stand that belong to a company and wait; those that failed come first."""

type Found = tuple[Unmatched, str]
"""With the token to go on after it."""


class NamedThings(Protocol):
    """What documents named and nothing was found for."""

    def find_many(self, wanted: Sequence[LinkKey]) -> Mapping[LinkKey, Unmatched]: ...
    def page(
        self, tenant_id: str, connection_id: str, kind: MappingKind, *, limit: int, after: str | None
    ) -> tuple[Sequence[Unmatched], str | None]:
        """In the order of the host's ids, and the id to go on after while there is more."""


class HeldDocuments(Protocol):
    """Documents that wait, by where they stand."""

    def states(self, wanted: Sequence[DocumentKey]) -> Mapping[DocumentKey, DocumentState]:
        """Those that exist."""

    def places(
        self, tenant_id: str, wanted: Standing, *, limit: int, after: str | None
    ) -> tuple[Sequence[tuple[DocumentKey, str]], str | None]:
        """Each with its place, and the place to go on after while there may be more."""


class Links(Protocol):
    """What was found, or matched by hand."""

    def find_many(self, wanted: Sequence[LinkKey]) -> Mapping[LinkKey, EntityLink]: ...


@dataclass(frozen=True, slots=True)
class UnmatchedFinder:
    """Looks through all that may be unmatched, place by place."""

    named: NamedThings
    documents: HeldDocuments
    links: Links
    clock: Callable[[], datetime]

    def page(
        self,
        connection: ConnectionKey,
        kind: MappingKind,
        entries: Entries | None,
        *,
        search: str,
        limit: int,
        after: str | None,
    ) -> tuple[list[Unmatched], str | None]:
        """With the token to go on after while there may be more: even an empty page can have one.

        ``entries`` are QuickBooks' ones, if they are known. Raises InvalidRequest for a token that is not ours.
        """
        found: list[Found] = []
        rest: str | None = None
        for candidates, token in islice(self._reads(connection, kind, entries, after), MOST_READS):
            rest = token
            wanted = (one for one in candidates if one[0].thing.is_meant_by(search))
            found += islice(wanted, limit + 1 - len(found))
            if len(found) > limit:
                return [one for one, _ in found[:limit]], found[limit - 1][1]
        return [one for one, _ in found], rest

    def _reads(
        self, connection: ConnectionKey, kind: MappingKind, entries: Entries | None, after: str | None
    ) -> Iterator[tuple[Iterator[Found], str | None]]:
        """What each read finds, and the token to go on with after it."""
        sources = (_NAMED, *(_HELD if kind in WITH_DOCUMENTS else ()))
        source, place = _parse(after, sources)
        while source:
            if source == _NAMED:
                found, more = self._named(connection, kind, entries, place)
            else:
                found, more = self._held(connection, kind, Status(source), place)
            source, place = (source, more) if more else (_next(sources, source), None)
            yield found, _token(source, place or "") if source else None

    def _named(
        self, connection: ConnectionKey, kind: MappingKind, entries: Entries | None, after: str | None
    ) -> tuple[Iterator[Found], str | None]:
        found, more = self.named.page(
            connection.tenant_id, connection.connection_id, kind, limit=_READ_AT_ONCE, after=after
        )
        return self._named_of(found, entries), more

    def _named_of(self, found: Sequence[Unmatched], entries: Entries | None) -> Iterator[Found]:
        for some in batched(found, _LOOKED_UP_AT_ONCE, strict=False):
            links = self.links.find_many([one.thing.key for one in some])
            for one in some:
                if _is_open(one, links.get(one.thing.key), entries):
                    yield one, _token(_NAMED, one.thing.key.host_id)

    def _held(
        self, connection: ConnectionKey, kind: MappingKind, status: Status, after: str | None
    ) -> tuple[Iterator[Found], str | None]:
        wanted = Standing(status, self.clock(), kind=kind.value, connection_id=connection.connection_id)
        if after and not wanted.has_place(after):
            raise not_our_token()
        placed, more = self.documents.places(connection.tenant_id, wanted, limit=_READ_AT_ONCE, after=after)
        return self._held_of(connection, status, placed), more

    def _held_of(
        self, connection: ConnectionKey, status: Status, placed: Sequence[tuple[DocumentKey, str]]
    ) -> Iterator[Found]:
        for some in batched(placed, _LOOKED_UP_AT_ONCE, strict=False):
            keys = {
                LinkKey(key.tenant_id, connection.connection_id, key.kind, key.document_id): place
                for key, place in some
            }
            links, named = self.links.find_many(list(keys)), self.named.find_many(list(keys))
            new = [key for key in keys if not _is_linked(links.get(key)) and key not in named]
            states = self.documents.states([document_of(key) for key in new])
            for key in new:
                if state := states.get(document_of(key)):
                    problem = state.last_error if status is Status.SYNC_FAILED else None
                    yield Unmatched(thing_of(key, state), state.updated_at, problem), _token(status, keys[key])


def _is_linked(link: EntityLink | None) -> bool:
    return link is not None and link.entity_id is not None and not link.deleted


def _is_open(noted: Unmatched, link: EntityLink | None, entries: Entries | None) -> bool:
    """Not found since; or matched with the very entry that was wrong, and that was not put right since."""
    if link is None or not _is_linked(link):
        return True
    return noted.entity_id == link.entity_id and not (entries and entries.settles(noted))


def _next(sources: Sequence[str], source: str) -> str:
    at = sources.index(source) + 1
    return sources[at] if at < len(sources) else ""


def _token(source: str, place: str) -> str:
    return f"{source}:{place}"


def _parse(after: str | None, sources: Sequence[str]) -> tuple[str, str | None]:
    if not after:
        return sources[0], None
    source, _, place = after.partition(":")
    if source not in sources:
        raise not_our_token()
    return source, place or None
