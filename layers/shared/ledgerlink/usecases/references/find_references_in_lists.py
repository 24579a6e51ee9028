"""Find what documents name by a word in the company's lists: accounts, classes, terms, tax codes."""

from collections.abc import Sequence
from typing import Protocol

from ledgerlink.domain.company_lists import find_entry
from ledgerlink.domain.connections import Connection
from ledgerlink.domain.mappings import LIST_OF, MappingKind
from ledgerlink.domain.pickers import ListName
from ledgerlink.domain.resolution import How, Match, Name
from ledgerlink.domain.to_quickbooks.parts import is_in_us
from ledgerlink.domain.translation import Entity
from ledgerlink.errors import OutOfSync

_US_PSEUDO_CODES = ("TAX", "NON")


class CompanyLists(Protocol):
    """The company's lists, as they were some hours ago at most."""

    def rows(self, name: ListName, *, fresh: bool = False) -> Sequence[Entity]:
        """Inactive entries too; ``fresh`` as they are now."""


class ListSearch:
    """Finds entries in the lists of one company."""

    def __init__(self, lists: CompanyLists, connection: Connection) -> None:
        self._lists = lists
        self._connection = connection
        self._read_anew: set[MappingKind] = set()
        """The kinds whose list is as it is now."""

    def find(self, name: Name, known: Match | None) -> Match:
        """The active entry that the word means; ``known`` is what it was found or matched as before.

        Raises OutOfSync where there is none or it is not the only one, or what reading the list raises.
        """
        kind, word = name
        how = known.how if known else How.FOUND
        if kind is MappingKind.TAX_CODES and is_in_us(self._connection) and word.upper() in _US_PSEUDO_CODES:
            return Match(word.upper(), how)
        return Match(self._entry(kind, word, known.entity_id if known else None), how)

    def _entry(self, kind: MappingKind, word: str, known_id: str | None) -> str:
        try:
            return find_entry(kind, self._lists.rows(LIST_OF[kind]), word, known_id)
        except OutOfSync:
            if kind in self._read_anew:
                raise
        # Perhaps somebody has put it right since the list was read; once is enough for all documents.
        rows = self._lists.rows(LIST_OF[kind], fresh=True)
        self._read_anew.add(kind)
        return find_entry(kind, rows, word, known_id)
