"""Show what sending a document now would do in QuickBooks, without doing any of it.

The same translation, the same look-ups and the same choices as a push, up to the first write.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

from ledgerlink.domain.connections import Connection
from ledgerlink.domain.difference import Change, difference
from ledgerlink.domain.documents import Document, Status, content_hash, load_content, parse_content, serialise
from ledgerlink.domain.ids import DocumentKey, check_ids
from ledgerlink.domain.tenants import Tenant
from ledgerlink.domain.translation import Context, Resolved, Translation
from ledgerlink.errors import DocumentBusy, NotFound, SyncError, Transient
from ledgerlink.usecases.connections.describe_company import CompanyFacts
from ledgerlink.usecases.documents.store_document import Held, what_holds
from ledgerlink.usecases.push import answer_asks, preview_references
from ledgerlink.usecases.push.answer_asks import answer_one_by_one
from ledgerlink.usecases.push.intend_write import Action, Intended, intend_write
from ledgerlink.usecases.push.prepare_push import Links, Routed, route_document, translate_document
from ledgerlink.usecases.push.preview_references import Named, Reference, placeholder

_AN_ID = "0"


@dataclass(frozen=True, slots=True)
class Preview:
    """What sending the document now would do."""

    key: DocumentKey
    entity: str | None = None
    action: Action = Action.NONE
    entity_id: str | None = None
    """Of the entity that would be updated."""
    body: Mapping[str, Any] | None = field(default=None, repr=False)
    references: Sequence[Reference] = ()
    difference: Sequence[Change] = ()
    notes: Sequence[str] = ()
    held: Held | None = None
    """What keeps it from being sent by itself."""
    problems: Sequence[SyncError] = ()
    """What a push would end with."""


class Documents(Protocol):
    """Where documents are kept."""

    def get(self, key: DocumentKey) -> Document | None: ...


class Tenants(Protocol):
    """The tenant's companies and instances."""

    def tenant(self, tenant_id: str) -> Tenant:
        """Raises NotFound for a tenant that we have never heard of."""


class Books(answer_asks.Books, preview_references.Books, Protocol):
    """The tenant's QuickBooks company."""

    def check(self, entity: str, body: Mapping[str, Any], operation: str) -> None:
        """Raises DocumentRejected for what QuickBooks would not take; asks nobody."""


class Company(preview_references.Company, Protocol):
    """All that a preview needs of one connected company."""

    @property
    def books(self) -> Books: ...


class Companies(Protocol):
    """Opens a connected company."""

    def look_into(self, context: Context) -> Company: ...
    def facts(self, connection: Connection) -> CompanyFacts: ...


class DocumentPreviewer:
    """Previews documents of one stack."""

    def __init__(
        self,
        documents: Documents,
        tenants: Tenants,
        links: Links,
        companies: Companies,
        clock: Callable[[], datetime],
    ) -> None:
        self._documents = documents
        self._tenants = tenants
        self._links = links
        self._companies = companies
        self._clock = clock

    def preview(self, key: DocumentKey, content: Any = None, *, by_hand: bool = False) -> Preview:
        """Of the stored document, or of ``content`` in its place; ``by_hand`` as if a person sent it.

        Raises NotFound, InvalidRequest for a content that cannot be stored, Transient errors.
        """
        check_ids({"id": key.document_id})
        tenant = self._tenants.tenant(key.tenant_id)
        document = self._document(key, content)
        held = what_holds(tenant, key.kind, load_content(key.kind, document.content))
        shown = Preview(key, held=held if held.status is not Status.SYNCING else None)
        try:
            routed = route_document(document, tenant, self._links, by_hand=by_hand)
        except SyncError as error:
            # What holds it back is told once.
            return shown if error.to_dict() == held.reason else _ended(shown, error)
        if routed.link and routed.is_unchanged and not by_hand:
            note = "QuickBooks has this content already, so nothing is sent."
            return replace(shown, entity=routed.link.entity, entity_id=routed.link.entity_id, notes=[note])
        return self._of_company(shown, routed, by_hand=by_hand)

    def _document(self, key: DocumentKey, content: Any) -> Document:
        stored = self._documents.get(key)
        if content is None:
            if stored is None:
                raise NotFound(f"There is no document '{key.document_id}'.")
            return stored
        text = serialise(parse_content(key.kind, content))
        digest = content_hash(text)
        if stored:
            return replace(stored, content=text, content_hash=digest)
        return Document(key, 1, digest, Status.WAITING_FOR_SEND, 0, self._clock(), content=text)

    def _of_company(self, shown: Preview, routed: Routed, *, by_hand: bool) -> Preview:
        now = self._clock()
        try:
            translation, context = translate_document(routed, _NothingKept(), self._companies.facts, now)
        except SyncError as error:
            return _ended(shown, error)
        shown = replace(shown, entity=translation.entity)
        company = self._companies.look_into(context)
        try:
            named = preview_references.preview_references(company, translation.wanted())
        except SyncError as error:
            return _ended(shown, error)
        shown = replace(shown, references=named.references, problems=named.problems)
        if named.refs is None:
            return shown
        document = Resolved(translation, named.refs)
        try:
            intended = answer_one_by_one(company.books, intend_write(document, routed.link, now, by_hand=by_hand))
            _check(company.books, translation, intended, named)
        except SyncError as error:
            return _ended(shown, error)
        return _completed(shown, translation, intended, named)


class _NothingKept:
    """What QuickBooks says of a company is used and forgotten."""

    def describe(self, connection: Connection) -> None:
        """It is described again by the next push."""


def _ended(shown: Preview, error: SyncError) -> Preview:
    """What a push would end with; what only may pass is raised, and the preview asked for again."""
    if isinstance(error, Transient) and not isinstance(error, DocumentBusy):
        raise error
    return replace(shown, problems=[*shown.problems, error])


def _completed(shown: Preview, translation: Translation, intended: Intended, named: Named) -> Preview:
    current = intended.current
    own = translation.notes if intended.action is Action.CREATE else ()
    return replace(
        shown,
        action=intended.action,
        entity_id=str(current["Id"]) if current else None,
        body=intended.body,
        difference=difference(current, intended.body) if current else [],
        notes=[*intended.notes, *own, *named.notes],
    )


def _check(books: Books, translation: Translation, intended: Intended, named: Named) -> None:
    """Every body as it would be checked before it is sent. Raises DocumentRejected."""
    new = {str(ref.name): ref for ref in named.references if ref.body is not None}
    stand_ins = frozenset(placeholder(ref.entity, name) for name, ref in new.items())
    for reference in new.values():
        books.check(reference.entity, _with_ids(reference.body, stand_ins), "create")
    operation = "create" if intended.action is Action.CREATE else "update"
    books.check(translation.entity, _with_ids(intended.body, stand_ins), operation)


def _with_ids(value: Any, stand_ins: frozenset[str]) -> Any:
    """The body as if everything that it names were there."""
    if isinstance(value, Mapping):
        if value.get("value") in stand_ins:
            return {**value, "value": _AN_ID}
        return {name: _with_ids(part, stand_ins) for name, part in value.items()}
    return [_with_ids(part, stand_ins) for part in value] if isinstance(value, list) else value
