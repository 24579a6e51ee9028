"""Explain what QuickBooks means when it refuses a document because something that it names is gone or inactive."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from ledgerlink.domain.asks import Sought
from ledgerlink.domain.connections import Connection
from ledgerlink.domain.mappings import LIST_OF, MappingKind, entity_of
from ledgerlink.domain.references import References, Wanted
from ledgerlink.domain.resolution import Name, host_thing, link_key, names_of
from ledgerlink.domain.roles import Role
from ledgerlink.domain.translation import Entity
from ledgerlink.errors import OutOfSync
from ledgerlink.usecases.references.find_references_in_lists import CompanyLists
from ledgerlink.usecases.references.find_references_in_quickbooks import SearchedBooks
from ledgerlink.usecases.references.note_unmatched import UnmatchedThings, note_gone
from ledgerlink.usecases.references.remember_references import LinkMemory

WAY_OUT = (
    "Make it active again in QuickBooks; or match it to another one under Mappings; or remove its match there, "
    "and it is found by its name or created. Then send it again."
)
"""The hint where something that a document names is gone or inactive."""
ANOTHER_DEFAULT = (
    "Make it active again in QuickBooks, or choose another default customer in the settings; then send it again."
)


class CheckedAccounts(Protocol):
    """The account mapping."""

    def what_is_gone(self, accounts: Mapping[Role, str], currency: str | None) -> Sequence[str]:
        """What is wrong with these accounts now, in words; those that were found are found anew next time."""


class ReferenceExplainer:
    """Explains refusals of documents of one connection."""

    def __init__(
        self,
        books: SearchedBooks,
        lists: CompanyLists,
        links: LinkMemory,
        unmatched: UnmatchedThings,
        accounts: CheckedAccounts,
        connection: Connection,
    ) -> None:
        self._books = books
        self._lists = lists
        self._links = links
        self._unmatched = unmatched
        self._accounts = accounts
        self._connection = connection

    def explain(self, wanted: Wanted, refs: References, error: OutOfSync) -> OutOfSync:
        """The error with all that is gone or inactive by name, or as it is where nothing is.

        A vendor, customer or item stays linked: forgotten, the next document would create a second one.
        """
        ids = _ids_sought(refs)
        gone = self._parties_and_items(ids)
        found_anew = self._entries_of_lists(refs)
        self._links.forget([link_key(self._connection, name) for name in found_anew])
        accounts = self._accounts.what_is_gone(refs.roles, wanted.currency)
        default = self._default_customer(wanted)
        words = [*default, *gone.values(), *found_anew.values(), *accounts]
        if not words:
            return error
        message = "In QuickBooks, " + "; ".join(words) + "."
        hint = WAY_OUT if gone else ANOTHER_DEFAULT if default else None
        told = OutOfSync(message, code=error.code, hint=hint, intuit_tid=error.intuit_tid)
        facts = names_of(wanted)
        things = {host_thing(self._connection, name, facts[name]): ids[name[0]][name[1]] for name in gone}
        note_gone(self._unmatched, things, told)
        return told

    def _default_customer(self, wanted: Wanted) -> list[str]:
        """What is wrong with the one of the settings, if the document needs it and anything is."""
        chosen = self._connection.settings.default_customer
        if not chosen or chosen.quickbooks_id != wanted.default_customer:
            return []
        (rows,) = self._books.seek([Sought(entity_of(MappingKind.CUSTOMERS), "Id", (chosen.quickbooks_id,))])
        found = next(iter(rows), None)
        if found and found.get("Active", True):
            return []
        return [f"the default customer '{chosen.name or chosen.quickbooks_id}' is {'inactive' if found else 'gone'}"]

    def _parties_and_items(self, ids: Mapping[MappingKind, Mapping[str, str]]) -> dict[Name, str]:
        questions = [Sought(entity_of(kind), "Id", tuple(sorted(set(some.values())))) for kind, some in ids.items()]
        gone: dict[Name, str] = {}
        for (kind, some), rows in zip(ids.items(), self._books.seek(questions), strict=True):
            gone |= what_is_wrong(kind, some, rows)
        return gone

    def _entries_of_lists(self, refs: References) -> dict[Name, str]:
        listed = {
            MappingKind.EXPENSE_ACCOUNTS: refs.accounts,
            MappingKind.CLASSES: refs.classes,
            MappingKind.TERMS: refs.terms,
        }
        gone: dict[Name, str] = {}
        for kind, ids in listed.items():
            if ids:
                gone |= what_is_wrong(kind, ids, self._lists.rows(LIST_OF[kind], fresh=True))
        return gone


def what_is_wrong(kind: MappingKind, ids: Mapping[str, str], rows: Iterable[Entity]) -> dict[Name, str]:
    """What is wrong with each entity that is not there or inactive, by the host's name for it."""
    there = {str(row["Id"]): row for row in rows}
    what = entity_of(kind).lower()
    wrong: dict[Name, str] = {}
    for host_id, entity_id in ids.items():
        found = there.get(entity_id)
        if found is None:
            wrong[kind, host_id] = f"the {what} '{host_id}' is gone"
        elif not found.get("Active", True):
            label = found.get("DisplayName") or found.get("FullyQualifiedName") or found.get("Name") or host_id
            wrong[kind, host_id] = f"the {what} '{label}' is inactive"
    return wrong


def _ids_sought(refs: References) -> dict[MappingKind, Mapping[str, str]]:
    """The ids of vendors, customers and items, of which no list is kept."""
    ids = {
        MappingKind.SUPPLIERS: refs.vendors,
        MappingKind.CUSTOMERS: refs.customers,
        MappingKind.PRODUCTS: refs.items,
    }
    return {kind: some for kind, some in ids.items() if some}
