"""Find the vendors, customers and items in QuickBooks that documents name and that have no link: all in one call."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from ledgerlink.domain.asks import Sought
from ledgerlink.domain.resolution import How, Name, Resolution
from ledgerlink.domain.to_quickbooks.new_entries import NewEntry, matching_entity, questions_for
from ledgerlink.domain.translation import Entity
from ledgerlink.errors import InvalidRequest, SyncError


class SearchedBooks(Protocol):
    """The name lists of the tenant's QuickBooks company."""

    def seek(self, questions: Sequence[Sought]) -> Sequence[Sequence[Entity]]:
        """All questions in as few calls as possible; for each what may fit it, inactive ones too."""


def find_references_in_quickbooks(books: SearchedBooks, resolution: Resolution, names: Iterable[Name]) -> None:
    """Those of the missing that are found are matched, and those that cannot be looked for fail; more calls where
    one of them cannot be asked for.
    """
    _seek(books, resolution, {name: resolution.missing[name] for name in names})


def _seek(books: SearchedBooks, resolution: Resolution, entries: Mapping[Name, NewEntry]) -> None:
    if not entries:
        return
    questions = questions_for(entries.values())
    try:
        answers = books.seek(questions)
    except InvalidRequest as error:
        # A name that the query language cannot express: nothing was asked, and the others still can be.
        names = list(entries)
        if len(names) == 1:
            resolution.fail(names[0], error)
            return
        for half in (names[: len(names) // 2], names[len(names) // 2 :]):
            _seek(books, resolution, {name: entries[name] for name in half})
    except SyncError as error:
        for name in entries:
            resolution.fail(name, error)
    else:
        rows: dict[str, list[Entity]] = defaultdict(list)
        for question, found in zip(questions, answers, strict=True):
            rows[question.entity] += found
        for name, entry in entries.items():
            _match(resolution, name, entry, rows[entry.entity])


def _match(resolution: Resolution, name: Name, entry: NewEntry, rows: Sequence[Entity]) -> None:
    try:
        found = matching_entity(entry, rows)
    except SyncError as error:
        resolution.fail(name, error)
        return
    if found is not None:
        resolution.match(name, str(found["Id"]), How.FOUND)
