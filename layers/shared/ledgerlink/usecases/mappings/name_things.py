"""What the host calls its suppliers, customers and products."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from ledgerlink.domain.contents.parts import told_by_key
from ledgerlink.domain.documents import DocumentState
from ledgerlink.domain.ids import DocumentKey, is_id
from ledgerlink.domain.links import LinkKey
from ledgerlink.domain.mappings import WITH_DOCUMENTS, HostThing, MappingKind, Match, Unmatched


class Documents(Protocol):
    """Where documents are kept."""

    def states(self, wanted: Sequence[DocumentKey]) -> Mapping[DocumentKey, DocumentState]:
        """Those that exist."""


class UnmatchedThings(Protocol):
    """What documents named and nothing was found for."""

    def find_many(self, wanted: Sequence[LinkKey]) -> Mapping[LinkKey, Unmatched]: ...


class Mappings(Protocol):
    """What was matched."""

    def find(self, key: LinkKey) -> Match | None: ...


def name_thing(documents: Documents, unmatched: UnmatchedThings, mappings: Mappings, key: LinkKey) -> HostThing:
    """As its own document calls it; else as others did that named it; else as its id tells."""
    if key.kind in WITH_DOCUMENTS and is_id(key.host_id):
        for state in documents.states([document_of(key)]).values():
            return thing_of(key, state)
    if noted := unmatched.find_many([key]).get(key):
        return noted.thing
    match = mappings.find(key)
    if match and (match.name or match.sku):
        return match.thing
    return HostThing(key, *told_by_key(key.host_id)) if key.kind == MappingKind.PRODUCTS else HostThing(key)


def document_of(key: LinkKey) -> DocumentKey:
    """The document that a supplier, customer or product may have of its own."""
    return DocumentKey(key.tenant_id, key.kind, key.host_id)


def thing_of(key: LinkKey, state: DocumentState) -> HostThing:
    """As its own document calls it."""
    return HostThing(key, state.tags.get("name", ""), state.tags.get("sku", ""))
