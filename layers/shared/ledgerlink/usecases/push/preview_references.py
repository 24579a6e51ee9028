"""Show what a document names in QuickBooks: what is there, what would be created, what cannot be had."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from ledgerlink.domain.asks import Sought
from ledgerlink.domain.mappings import LIST_OF, WITH_DOCUMENTS, entity_of
from ledgerlink.domain.names import same_name
from ledgerlink.domain.pickers import ListName, by_id, label
from ledgerlink.domain.references import References, Wanted
from ledgerlink.domain.resolution import How, Match, Name, Resolution, names_of
from ledgerlink.domain.roles import Role
from ledgerlink.domain.rows import Row
from ledgerlink.domain.to_quickbooks.item import ItemTranslation
from ledgerlink.domain.to_quickbooks.new_entries import NewEntry, check_may_be_created, name_taken
from ledgerlink.errors import DocumentBusy, OutOfSync, SyncError, Transient
from ledgerlink.usecases.push.intend_write import PARTIES
from ledgerlink.usecases.references.account_mapping import AccountInView, HowAccount
from ledgerlink.usecases.references.explain_references import WAY_OUT, what_is_wrong

ACCOUNTS = "accounts"
"""Under which the account of a role is shown."""
_SOUGHT_BY_ID = WITH_DOCUMENTS
"""Vendors, customers and items; what documents name by a word stands in a list that is kept."""


class HowNamed(StrEnum):
    """How something that the document names would be had."""

    LINKED = "linked"
    """Found or created before, and remembered."""
    MATCHED_BY_HAND = "matched_by_hand"
    FOUND = "found"
    WOULD_BE_CREATED = "would_be_created"


_HOW_ACCOUNT = {
    HowAccount.CHOSEN: HowNamed.MATCHED_BY_HAND,
    HowAccount.REMEMBERED: HowNamed.LINKED,
    HowAccount.FOUND: HowNamed.FOUND,
    HowAccount.WOULD_BE_CREATED: HowNamed.WOULD_BE_CREATED,
}


@dataclass(frozen=True, slots=True)
class Reference:
    """One thing that the document names."""

    kind: str
    host_id: str
    how: HowNamed
    entity: str
    entity_id: str | None
    name: str
    """As QuickBooks has it, or would have it."""
    body: Mapping[str, Any] | None = field(default=None, repr=False)
    """With which it would be created."""


@dataclass(slots=True)
class Named:
    """All that a document names."""

    references: list[Reference] = field(default_factory=list)
    problems: list[SyncError] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    refs: References | None = None
    """None where something cannot be had."""


class Resolver(Protocol):
    """Looks up what documents name."""

    def look(self, wanted: Sequence[Wanted]) -> Resolution:
        """Writes nothing."""


class Books(Protocol):
    """The name lists of the tenant's QuickBooks company."""

    def seek(self, questions: Sequence[Sought]) -> Sequence[Sequence[Row]]: ...


class Lists(Protocol):
    """The company's lists, as they were some hours ago at most."""

    def rows(self, name: ListName, *, fresh: bool = False) -> Sequence[Row]: ...


class Accounts(Protocol):
    """The account mapping."""

    def look(self, role: Role, currency: str | None) -> AccountInView | None: ...


class Company(Protocol):
    """What is looked at."""

    @property
    def books(self) -> Books: ...
    @property
    def lists(self) -> Lists: ...
    @property
    def references(self) -> Resolver: ...
    @property
    def accounts(self) -> Accounts: ...


def placeholder(entity: str, name: str) -> str:
    """What stands in bodies for the id of something that would be created: ``new Vendor 'Acme Supplies'``."""
    return f"new {entity} '{name}'"


def preview_references(company: Company, wanted: Wanted) -> Named:
    """Writes nothing. Raises Transient errors alone: what a push would end with is in the problems."""
    resolution = company.references.look([wanted])
    look = _Look(company, wanted, resolution, Named())
    look.at_everything()
    if not look.named.problems:
        look.named.refs = resolution.references(wanted)
    return look.named


class _Look:
    def __init__(self, company: Company, wanted: Wanted, resolution: Resolution, named: Named) -> None:
        self._company = company
        self._wanted = wanted
        self._resolution = resolution
        self.named = named
        self._names = list(names_of(wanted))
        self._roles: dict[tuple[Role, str | None], AccountInView | None] = {}
        self._used: set[str] = set()

    def at_everything(self) -> None:
        """References in the order of the document: parties, products, entries of lists, accounts, documents."""
        for name in [*self._names, *sorted(self._wanted.documents)]:
            if error := self._resolution.errors.get(name):
                self._problem(error)
        there, taken = self._ask()
        for role in sorted(self._wanted.roles):
            self._look_at_role(role, self._wanted.currency)
        for name in self._names:
            if match := self._resolution.matches.get(name):
                self._show_match(name, match, there)
            elif entry := self._resolution.missing.get(name):
                self._show_new(name, entry, taken)
        for (role, _), account in self._roles.items():
            if account:
                self._show_account(role, account)
        for name in sorted(self._wanted.documents):
            if link := self._resolution.documents.get(name):
                how = HowNamed.MATCHED_BY_HAND if link.manual else HowNamed.LINKED
                self._show(name, how, link.entity, link.entity_id, link.doc_number)

    def _problem(self, error: SyncError) -> None:
        """A push tries again by itself while QuickBooks does not answer; a preview is asked for again."""
        if isinstance(error, Transient) and not isinstance(error, DocumentBusy):
            raise error
        if all(known.to_dict() != error.to_dict() for known in self.named.problems):
            self.named.problems.append(error)

    # what QuickBooks has

    def _ask(self) -> tuple[dict[tuple[str, str], Row], dict[str, list[str]]]:
        """In one call: what has an id already, and which names of new entries are taken by something else."""
        ids: dict[str, dict[str, None]] = {}
        for name, match in self._resolution.matches.items():
            if name[0] in _SOUGHT_BY_ID:
                ids.setdefault(entity_of(name[0]), {})[match.entity_id] = None
        by_ids = [Sought(entity, "Id", tuple(wanted)) for entity, wanted in ids.items()]
        by_names = _taken_questions(self._resolution.missing.values())
        answers = self._company.books.seek([*by_ids, *by_names])
        there = {
            (question.entity, str(row["Id"])): row
            for question, rows in zip(by_ids, answers, strict=False)
            for row in rows
        }
        taken: dict[str, list[str]] = {}
        for question, rows in zip(by_names, answers[len(by_ids) :], strict=True):
            taken.setdefault(question.entity, []).extend(str(row.get(question.prop) or "") for row in rows)
        return there, taken

    # what is there

    def _show_match(self, name: Name, match: Match, there: Mapping[tuple[str, str], Row]) -> None:
        kind, host_id = name
        entity = entity_of(kind)
        row = self._row_of(name, match, there)
        if kind in _SOUGHT_BY_ID:
            wrong = what_is_wrong(kind, {host_id: match.entity_id}, [row] if row else [])
            for words in wrong.values():
                self._problem(OutOfSync(f"In QuickBooks, {words}.", hint=WAY_OUT))
        self._show(name, HowNamed(match.how.value), entity, match.entity_id, label(row) if row else match.entity_id)

    def _row_of(self, name: Name, match: Match, there: Mapping[tuple[str, str], Row]) -> Row | None:
        kind = name[0]
        if kind in _SOUGHT_BY_ID:
            return there.get((entity_of(kind), match.entity_id))
        return by_id(self._company.lists.rows(LIST_OF[kind])).get(match.entity_id)

    def _show_account(self, role: Role, account: AccountInView) -> None:
        name = (ACCOUNTS, role.value)
        self._show(name, _HOW_ACCOUNT[account.how], "Account", account.account_id, account.label, account.body)

    def _show(
        self,
        name: tuple[str, str],
        how: HowNamed,
        entity: str,
        entity_id: str | None,
        called: str,
        body: Mapping[str, Any] | None = None,
    ) -> None:
        reference = Reference(*name, how, entity, entity_id, called, body)
        if reference not in self.named.references:
            self.named.references.append(reference)

    # what would be created

    def _show_new(self, name: Name, entry: NewEntry, taken: Mapping[str, Sequence[str]]) -> None:
        try:
            check_may_be_created(entry)
            chosen = self._under_free_name(entry, taken)
            roles = entry.wanted().roles
            accounts = {role: self._look_at_role(role, None) for role in sorted(roles)}
        except SyncError as error:
            self._problem(error)
            return
        if None in accounts.values():
            return
        known = {role: _id_of(account) for role, account in accounts.items() if account}
        self._resolution.matches[name] = Match(placeholder(chosen.entity, chosen.number), How.CREATED)
        self.named.notes += chosen.notes
        body = chosen.create_body(References(roles=known))
        self._show(name, HowNamed.WOULD_BE_CREATED, chosen.entity, None, chosen.number, body)

    def _under_free_name(self, entry: NewEntry, taken: Mapping[str, Sequence[str]]) -> NewEntry:
        candidates: Sequence[NewEntry] = (entry, *entry.alternatives())
        for candidate in candidates:
            used = [name for entity in _sharing_names(entry) for name in taken.get(entity, ())]
            if isinstance(entry, ItemTranslation) and entry.product.sku:
                used += self._used
            if not any(same_name(name, candidate.number) for name in used):
                self._used.add(candidate.number)
                return candidate
        raise name_taken(entry)

    def _look_at_role(self, role: Role, currency: str | None) -> AccountInView | None:
        wanted = (role, currency)
        if wanted not in self._roles:
            try:
                self._roles[wanted] = account = self._company.accounts.look(role, currency)
            except SyncError as error:
                self._problem(error)
                self._roles[wanted] = account = None
            if account:
                self._resolution.accounts[wanted] = _id_of(account)
        return self._roles[wanted]


def _id_of(account: AccountInView) -> str:
    return account.account_id or placeholder("Account", account.label)


def _sharing_names(entry: NewEntry) -> Sequence[str]:
    """The entities of which none may have the same name as the entry."""
    return ("Item",) if isinstance(entry, ItemTranslation) else PARTIES


def _taken_questions(entries: Iterable[NewEntry]) -> list[Sought]:
    names: dict[tuple[str, str], dict[str, None]] = {}
    for entry in entries:
        for candidate in (entry, *entry.alternatives()):
            for entity in _sharing_names(entry):
                names.setdefault((entity, entry.prop), {})[candidate.number] = None
    return [Sought(entity, prop, tuple(wanted)) for (entity, prop), wanted in names.items()]
