"""What became of all that documents name in QuickBooks: what it has, what it lacks, what cannot be had and why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from ledgerlink.domain.connections import Connection
from ledgerlink.domain.contents.parts import Party
from ledgerlink.domain.links import EntityLink, LinkKey
from ledgerlink.domain.mappings import HostThing, MappingKind
from ledgerlink.domain.references import Product, References, Wanted
from ledgerlink.domain.roles import Role
from ledgerlink.domain.to_quickbooks.new_entries import NewEntry
from ledgerlink.errors import SyncError

type Name = tuple[MappingKind, str]
"""Kind and the host's id or word."""
type DocumentName = tuple[str, str]
"""Kind and id of another document."""


class How(StrEnum):
    """How something was found."""

    LINKED = "linked"
    MATCHED_BY_HAND = "matched_by_hand"
    FOUND = "found"
    CREATED = "created"


@dataclass(frozen=True, slots=True)
class Match:
    """What QuickBooks has for a name."""

    entity_id: str
    how: How

    @property
    def is_new(self) -> bool:
        """The name was not linked to it before."""
        return self.how in (How.FOUND, How.CREATED)


@dataclass(slots=True)
class Resolution:
    """What was found, what is missing, and what cannot be had and why."""

    matches: dict[Name, Match] = field(default_factory=dict)
    missing: dict[Name, NewEntry] = field(default_factory=dict)
    errors: dict[Name | DocumentName, SyncError] = field(default_factory=dict)
    accounts: dict[tuple[Role, str | None], str] = field(default_factory=dict)
    account_errors: dict[tuple[Role, str | None], SyncError] = field(default_factory=dict)
    documents: dict[DocumentName, EntityLink] = field(default_factory=dict)
    things: dict[Name, HostThing] = field(default_factory=dict)
    """All that was named, as the host calls it."""
    notes: dict[Name | DocumentName, Sequence[str]] = field(default_factory=dict)
    """What the tenant should know of what was created."""

    def match(self, name: Name, entity_id: str, how: How) -> None:
        """QuickBooks has what was missing."""
        del self.missing[name]
        self.matches[name] = Match(entity_id, how)

    def fail(self, name: Name, error: SyncError) -> None:
        """It cannot be had."""
        self.missing.pop(name, None)
        self.errors[name] = error

    def references(self, wanted: Wanted) -> References:
        """What one document wanted. Raises the first error of what it names."""
        for name in _all_names(wanted):
            if error := self.errors.get(name):
                raise error
        for role in wanted.roles:
            if error := self.account_errors.get((role, wanted.currency)):
                raise error
        return References(
            vendors=self._ids(MappingKind.SUPPLIERS, wanted.suppliers),
            customers=self._ids(MappingKind.CUSTOMERS, wanted.customers),
            items=self._ids(MappingKind.PRODUCTS, wanted.products),
            accounts=self._ids(MappingKind.EXPENSE_ACCOUNTS, wanted.accounts),
            classes=self._ids(MappingKind.CLASSES, wanted.classes),
            terms=self._ids(MappingKind.TERMS, wanted.terms),
            tax_codes=self._ids(MappingKind.TAX_CODES, wanted.tax_codes),
            roles={role: found for role in wanted.roles if (found := self.accounts.get((role, wanted.currency)))},
            documents={name: self.documents[name] for name in wanted.documents if name in self.documents},
        )

    def notes_for(self, wanted: Wanted) -> list[str]:
        """What the tenant should know of what was created for one document."""
        return [note for name in _all_names(wanted) for note in self.notes.get(name, ())]

    def _ids(self, kind: MappingKind, host_ids: Iterable[str]) -> dict[str, str]:
        return {host_id: self.matches[kind, host_id].entity_id for host_id in host_ids}


def names_of(wanted: Wanted) -> dict[Name, Party | Product | None]:
    """Everything of QuickBooks' lists that a document names, with what it knows of it: of a word nothing."""
    names: dict[Name, Party | Product | None] = {}
    names |= {(MappingKind.SUPPLIERS, key): party for key, party in wanted.suppliers.items()}
    names |= {(MappingKind.CUSTOMERS, key): party for key, party in wanted.customers.items()}
    names |= {(MappingKind.PRODUCTS, key): product for key, product in wanted.products.items()}
    for kind, words in (
        (MappingKind.EXPENSE_ACCOUNTS, wanted.accounts),
        (MappingKind.CLASSES, wanted.classes),
        (MappingKind.TERMS, wanted.terms),
        (MappingKind.TAX_CODES, wanted.tax_codes),
    ):
        names |= {(kind, word): None for word in sorted(words)}
    return names


def link_key(connection: Connection, name: Name | DocumentName) -> LinkKey:
    """Under which it is kept what the name became in this company."""
    return LinkKey(connection.tenant_id, connection.connection_id, *name)


def host_thing(connection: Connection, name: Name, facts: Party | Product | None) -> HostThing:
    """As people know it; what is named by a word has no other name."""
    key = link_key(connection, name)
    match facts:
        case Product():
            return HostThing(key, facts.name, facts.sku)
        case Party():
            return HostThing(key, facts.name)
        case None:
            return HostThing(key)


def _all_names(wanted: Wanted) -> list[Name | DocumentName]:
    return [*names_of(wanted), *sorted(wanted.documents)]
