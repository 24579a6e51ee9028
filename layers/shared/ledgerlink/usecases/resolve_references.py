"""Find or create all that documents name in QuickBooks: vendors, customers, items, accounts, entries of lists.

Links first (those made by hand and those found before), then one call for everything that has none, then
creates. What was found or created is remembered, so that the next document needs no look-up. One
thing that cannot be had fails the documents that name it, and no other.
"""

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Protocol

from ledgerlink.domain.asks import Ask, Create, Sought
from ledgerlink.domain.company_lists import find_entry
from ledgerlink.domain.contents.parts import Party
from ledgerlink.domain.documents import Document, Status
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.domain.links import EntityLink, LinkKey
from ledgerlink.domain.mappings import HostThing
from ledgerlink.domain.names import same_name
from ledgerlink.domain.pickers import ListName
from ledgerlink.domain.references import Product, References, Wanted
from ledgerlink.domain.roles import Role
from ledgerlink.domain.to_quickbooks.customer import CustomerTranslation, customer_for
from ledgerlink.domain.to_quickbooks.item import ItemTranslation, check_usable, item_for, matching_item
from ledgerlink.domain.to_quickbooks.parts import is_in_us
from ledgerlink.domain.to_quickbooks.vendor import VendorTranslation, vendor_for
from ledgerlink.domain.translation import Context, Entity
from ledgerlink.errors import (
    AmbiguousDocument,
    DocumentBusy,
    DocumentRejected,
    DuplicateDocument,
    InvalidRequest,
    MissingConfiguration,
    OutOfSync,
    SyncError,
)
from ledgerlink.usecases.sku_guard import SkuGuard

logger = logging.getLogger(__name__)

SUPPLIERS = "suppliers"
CUSTOMERS = "customers"
PRODUCTS = "products"
ACCOUNTS = "expense-accounts"
CLASSES = "classes"
TERMS = "terms"
TAX_CODES = "tax-codes"

LISTS = {
    ACCOUNTS: ListName.ACCOUNTS,
    CLASSES: ListName.CLASSES,
    TERMS: ListName.TERMS,
    TAX_CODES: ListName.TAX_CODES,
}
"""What is found by its name or number in one of the company's lists, and which list that is."""
ENTITIES = {
    SUPPLIERS: "Vendor",
    CUSTOMERS: "Customer",
    PRODUCTS: "Item",
    ACCOUNTS: "Account",
    CLASSES: "Class",
    TERMS: "Term",
    TAX_CODES: "TaxCode",
}
_US_PSEUDO_CODES = ("TAX", "NON")
INACTIVE_SUFFIX = " (deleted)"
"""What QuickBooks puts behind the name of an entry that becomes inactive."""
_NO_REFERENCES = References()
_SETTLED_BY_A_MATCH = (
    *(AmbiguousDocument, DocumentRejected, DuplicateDocument, InvalidRequest, MissingConfiguration, OutOfSync),
)
"""What keeps something from being found or created, and does not once a person has matched it."""
WAY_OUT = (
    "Make it active again in QuickBooks; or match it to another one under Mappings; or remove its match there, "
    "and it is found by its name or created. Then send it again."
)
"""The hint where something that a document names is gone or inactive."""

type Name = tuple[str, str]
"""Kind and the host's id or word."""
type NewEntry = VendorTranslation | CustomerTranslation | ItemTranslation


class ReferenceBooks(Protocol):
    """The name lists of the tenant's QuickBooks company."""

    def seek(self, questions: Sequence[Sought]) -> Sequence[Sequence[Entity]]:
        """All questions in as few calls as possible; for each what may fit it, inactive ones too."""

    def create(self, entity: str, body: Mapping[str, Any], request_id: str) -> Entity: ...
    def answer_all(self, asks: Sequence[Ask]) -> Sequence[Any]:
        """The answers in the order of the asks; an ask that failed has its SyncError as answer."""


class CompanyLists(Protocol):
    """The company's lists, as they were some hours ago at most."""

    def rows(self, name: ListName, *, fresh: bool = False) -> Sequence[Entity]:
        """Inactive entries too; ``fresh`` as they are now."""


class NameLinks(Protocol):
    """What suppliers, products and account codes became."""

    def find_many(self, keys: Sequence[LinkKey]) -> Mapping[LinkKey, EntityLink]: ...
    def remember(self, link: EntityLink) -> None:
        """Unless there is one already."""

    def forget(self, keys: Sequence[LinkKey]) -> None:
        """Unless they were made by hand."""


class UnmatchedThings(Protocol):
    """What was named and could not be found: people are shown it, and may match it by hand."""

    def note(self, thing: HostThing, problem: Mapping[str, Any], entity_id: str) -> None:
        """``entity_id`` is what it is matched with, where that cannot be used any more."""

    def settle(self, found: Sequence[LinkKey]) -> None:
        """They were found."""


class Accounts(Protocol):
    """The account mapping."""

    def accounts_for(self, roles: Collection[Role], currency: str | None) -> Mapping[Role, str]:
        """Raises OutOfSync, MissingConfiguration, AccountCreationFailed."""

    def what_is_gone(self, accounts: Mapping[Role, str], currency: str | None) -> Sequence[str]:
        """What is wrong with these accounts now, in words; those that were found are found anew next time."""


class Documents(Protocol):
    """Where documents are kept."""

    def get(self, key: DocumentKey) -> Document | None: ...


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


@dataclass(slots=True)
class Resolution:
    """What was found, what is missing, and what cannot be had and why."""

    matches: dict[Name, Match] = field(default_factory=dict)
    missing: dict[Name, NewEntry] = field(default_factory=dict)
    errors: dict[Name, SyncError] = field(default_factory=dict)
    accounts: dict[tuple[Role, str | None], str] = field(default_factory=dict)
    account_errors: dict[tuple[Role, str | None], SyncError] = field(default_factory=dict)
    documents: dict[Name, EntityLink] = field(default_factory=dict)
    things: dict[Name, HostThing] = field(default_factory=dict)
    """All that was named, as the host calls it."""
    notes: dict[Name, Sequence[str]] = field(default_factory=dict)
    """What the tenant should know of what was created."""

    def references(self, wanted: Wanted) -> References:
        """What one document wanted. Raises the first error of what it names."""
        for name in [*names_of(wanted), *sorted(wanted.documents)]:
            if error := self.errors.get(name):
                raise error
        for role in wanted.roles:
            if error := self.account_errors.get((role, wanted.currency)):
                raise error
        return References(
            vendors=self._ids(SUPPLIERS, wanted.suppliers),
            customers=self._ids(CUSTOMERS, wanted.customers),
            items=self._ids(PRODUCTS, wanted.products),
            accounts=self._ids(ACCOUNTS, wanted.accounts),
            classes=self._ids(CLASSES, wanted.classes),
            terms=self._ids(TERMS, wanted.terms),
            tax_codes=self._ids(TAX_CODES, wanted.tax_codes),
            roles={role: found for role in wanted.roles if (found := self.accounts.get((role, wanted.currency)))},
            documents={name: self.documents[name] for name in wanted.documents if name in self.documents},
        )

    def notes_for(self, wanted: Wanted) -> list[str]:
        """What the tenant should know of what was created for one document."""
        names = [*names_of(wanted), *sorted(wanted.documents)]
        return [note for name in names for note in self.notes.get(name, ())]

    def _ids(self, kind: str, host_ids: Iterable[str]) -> dict[str, str]:
        return {host_id: self.matches[kind, host_id].entity_id for host_id in host_ids}


class ReferenceResolver:
    """Resolves what documents of one connection name."""

    def __init__(
        self,
        *,
        books: ReferenceBooks,
        lists: CompanyLists,
        links: NameLinks,
        unmatched: UnmatchedThings,
        accounts: Accounts,
        documents: Documents,
        guard: SkuGuard,
        context: Context,
        new_request_id: Callable[[], str],
    ) -> None:
        self._books = books
        self._lists = lists
        self._links = links
        self._unmatched = unmatched
        self._accounts = accounts
        self._documents = documents
        self._guard = guard
        self._context = context
        # A new one for each create: what keeps a vendor or an item from being made twice is
        # that QuickBooks wants names to be unique, and a remembered refusal must not outlive its cause.
        self._new_request_id = new_request_id
        self._read_anew: set[str] = set()
        """The kinds whose list is as it is now."""

    def resolve(self, wanted: Sequence[Wanted]) -> Resolution:
        """Everything found or created; what could not be had is in its errors."""
        resolution = self.look(wanted)
        self._forget_what_is_gone(resolution)
        self._remember(resolution)
        self._create(resolution)
        for one in wanted:
            self._map_accounts(resolution, sorted(one.roles), one.currency)
        with _never_failing():
            self._note_unmatched(resolution)
        return resolution

    def look(self, wanted: Sequence[Wanted]) -> Resolution:
        """What is there and what would have to be created. Writes nothing."""
        resolution = Resolution()
        names = {name: (one, facts) for one in wanted for name, facts in names_of(one).items()}
        others = sorted({name for one in wanted for name in one.documents})
        earliest = min((one.day for one in wanted if one.day), default=None)
        linked = self._links.find_many([self._key(name) for name in [*names, *others]])
        for name, (one, facts) in names.items():
            resolution.things[name] = _thing(self._key(name), facts)
            link = linked.get(self._key(name))
            if link and link.entity_id and not link.deleted:
                how = How.MATCHED_BY_HAND if link.manual else How.LINKED
                resolution.matches[name] = Match(link.entity_id, how)
            elif facts is not None:
                self._expect(resolution, name, facts, one.currency, earliest)
        for name in names:
            if name[0] in LISTS:
                self._look_in_list(resolution, name)
        self._look_in_quickbooks(resolution)
        for name in others:
            self._look_at_document(resolution, name, linked.get(self._key(name)))
        return resolution

    def explain(self, wanted: Wanted, refs: References, error: OutOfSync) -> OutOfSync:
        """Name what QuickBooks meant by 'something is gone or inactive'.

        A vendor, customer or item stays linked: forgotten, the next document would create a second one.
        """
        asked = {SUPPLIERS: refs.vendors, CUSTOMERS: refs.customers, PRODUCTS: refs.items}
        named = {kind: ids for kind, ids in asked.items() if ids}
        rows = self._books.seek(
            [Sought(ENTITIES[kind], "Id", tuple(sorted(set(i.values())))) for kind, i in named.items()]
        )
        gone: dict[Name, str] = {}
        for (kind, ids), found in zip(named.items(), rows, strict=True):
            gone |= what_is_wrong(kind, ids, found)
        listed = {ACCOUNTS: refs.accounts, CLASSES: refs.classes, TERMS: refs.terms}
        found_anew: dict[Name, str] = {}
        for kind, ids in listed.items():
            if ids:
                found_anew |= what_is_wrong(kind, ids, self._lists.rows(LISTS[kind], fresh=True))
        self._links.forget([self._key(name) for name in found_anew])
        accounts = self._accounts.what_is_gone(refs.roles, wanted.currency)
        words = [*gone.values(), *found_anew.values(), *accounts]
        if not words:
            return error
        message = "In QuickBooks, " + "; ".join(words) + "."
        told = OutOfSync(message, code=error.code, hint=WAY_OUT if gone else None, intuit_tid=error.intuit_tid)
        facts = names_of(wanted)
        with _never_failing():
            for name in gone:
                self._unmatched.note(_thing(self._key(name), facts[name]), told.to_dict(), asked[name[0]][name[1]])
        return told

    # what is there

    def _key(self, name: Name) -> LinkKey:
        connection = self._context.connection
        return LinkKey(connection.tenant_id, connection.connection_id, *name)

    def _expect(self, resolution: Resolution, name: Name, facts: Any, currency: str | None, day: date | None) -> None:
        """A party or product without a link: what would be created if QuickBooks does not have it."""
        match name[0]:
            case "suppliers":
                resolution.missing[name] = vendor_for(facts, self._context, currency)
            case "customers":
                resolution.missing[name] = customer_for(facts, self._context, currency)
            case _:
                resolution.missing[name] = item_for(facts, self._context, day)

    def _look_in_list(self, resolution: Resolution, name: Name) -> None:
        kind, word = name
        known = resolution.matches.get(name)
        if kind == TAX_CODES and is_in_us(self._context.connection) and word.upper() in _US_PSEUDO_CODES:
            resolution.matches[name] = Match(word.upper(), known.how if known else How.FOUND)
            return
        try:
            found = self._entry(kind, word, known)
        except SyncError as error:
            resolution.errors[name] = error
            return
        resolution.matches[name] = Match(found, known.how if known else How.FOUND)

    def _entry(self, kind: str, word: str, known: Match | None) -> str:
        known_id = known.entity_id if known else None
        try:
            return find_entry(kind, self._lists.rows(LISTS[kind]), word, known_id)
        except OutOfSync:
            if kind in self._read_anew:
                raise
        # Perhaps somebody has put it right since the list was read; once is enough for all documents.
        rows = self._lists.rows(LISTS[kind], fresh=True)
        self._read_anew.add(kind)
        return find_entry(kind, rows, word, known_id)

    def _look_in_quickbooks(self, resolution: Resolution) -> None:
        """One call for all parties and products that have no link; more where one of them cannot be asked for."""
        self._seek(resolution, dict(resolution.missing))

    def _seek(self, resolution: Resolution, entries: Mapping[Name, NewEntry]) -> None:
        if not entries:
            return
        questions = _questions(entries.values())
        try:
            answers = dict(zip(((q.entity, q.prop) for q in questions), self._books.seek(questions), strict=True))
        except InvalidRequest as error:
            # A name that the query language cannot express: nothing was asked, and the others still can be.
            names = list(entries)
            if len(names) == 1:
                self._fail(resolution, names[0], error)
                return
            for half in (names[: len(names) // 2], names[len(names) // 2 :]):
                self._seek(resolution, {name: entries[name] for name in half})
        except SyncError as error:
            for name in entries:
                self._fail(resolution, name, error)
        else:
            for name, entry in entries.items():
                self._match(resolution, name, entry, answers)

    def _match(
        self,
        resolution: Resolution,
        name: Name,
        entry: NewEntry,
        answers: Mapping[tuple[str, str], Sequence[Entity]],
    ) -> None:
        try:
            found = _matching(entry, answers)
        except SyncError as error:
            self._fail(resolution, name, error)
            return
        if found is not None:
            resolution.matches[name] = Match(str(found["Id"]), How.FOUND)
            del resolution.missing[name]

    def _look_at_document(self, resolution: Resolution, name: Name, link: EntityLink | None) -> None:
        if link and link.entity_id and not link.deleted:
            resolution.documents[name] = link
            return
        document = self._documents.get(DocumentKey(self._context.connection.tenant_id, *name))
        if document and document.status is Status.SYNCING:
            resolution.errors[name] = sent_first()
        else:
            resolution.notes[name] = [f"It stands alone: {name[0]} {name[1]} is not in QuickBooks"]

    # what is created

    def _forget_what_is_gone(self, resolution: Resolution) -> None:
        """An entry of a list that was found by itself is found anew next time."""
        matches = resolution.matches
        gone = [name for name, error in resolution.errors.items() if name in matches and isinstance(error, OutOfSync)]
        if gone:
            self._links.forget([self._key(name) for name in gone])

    def _remember(self, resolution: Resolution) -> None:
        for name, match in resolution.matches.items():
            if match.how in (How.FOUND, How.CREATED):
                self._remember_one(resolution.things[name], match.entity_id)

    def _remember_one(self, thing: HostThing, entity_id: str) -> None:
        key = thing.key
        self._links.remember(EntityLink(key, ENTITIES[key.kind], entity_id, name=thing.name, sku=thing.sku))

    def _note_unmatched(self, resolution: Resolution) -> None:
        found = [name for name, match in resolution.matches.items() if match.how in (How.FOUND, How.CREATED)]
        if found:
            self._unmatched.settle([self._key(name) for name in found if name not in resolution.errors])
        for name, error in resolution.errors.items():
            if name in resolution.things and isinstance(error, _SETTLED_BY_A_MATCH):
                match = resolution.matches.get(name)
                by_hand = match.entity_id if match and match.how is How.MATCHED_BY_HAND else ""
                self._unmatched.note(resolution.things[name], error.to_dict(), by_hand)

    def _create(self, resolution: Resolution) -> None:
        """Create what is missing, all of one round in one call; a name that is taken gives way to the next one."""
        waiting = {name: [entry, *entry.alternatives()] for name, entry in resolution.missing.items()}
        held = self._take_skus(resolution, waiting)
        try:
            while waiting := {name: entries for name, entries in waiting.items() if name in resolution.missing}:
                self._create_round(resolution, waiting)
        finally:
            for sku in held:
                self._guard.give_back(sku)

    def _take_skus(self, resolution: Resolution, waiting: Mapping[Name, Sequence[NewEntry]]) -> list[str]:
        held: list[str] = []
        again: list[Name] = []
        for name, entries in waiting.items():
            entry = entries[0]
            if not isinstance(entry, ItemTranslation) or not entry.product.sku:
                continue
            try:
                if self._guard.take(entry.product.sku):
                    again.append(name)
                held.append(entry.product.sku)
            except SyncError as error:
                self._fail(resolution, name, error)
        self._look_again(resolution, again)
        return held

    def _look_again(self, resolution: Resolution, names: Iterable[Name]) -> None:
        """Ask QuickBooks once more for these alone: somebody may have made them meanwhile."""
        part = Resolution(missing={name: resolution.missing[name] for name in names}, things=resolution.things)
        self._look_in_quickbooks(part)
        for name in [*part.matches, *part.errors]:
            del resolution.missing[name]
        resolution.errors |= part.errors
        resolution.matches |= part.matches
        self._remember(part)

    def _create_round(self, resolution: Resolution, waiting: Mapping[Name, list[NewEntry]]) -> None:
        bodies: dict[Name, Create] = {}
        for name, entries in waiting.items():
            try:
                bodies[name] = self._new(resolution, entries[0])
            except SyncError as error:
                self._fail(resolution, name, error)
        taken = []
        for name, answer in self._send(bodies).items():
            if isinstance(answer, DuplicateDocument):
                taken.append(name)
            elif isinstance(answer, SyncError):
                self._fail(resolution, name, answer)
            else:
                del resolution.missing[name]
                resolution.matches[name] = Match(str(answer["Id"]), How.CREATED)
                resolution.notes[name] = waiting[name][0].notes
                self._remember_one(resolution.things[name], str(answer["Id"]))
        if taken:
            # Another document created it at this moment, or something else has the name.
            self._look_again(resolution, taken)
            for name in taken:
                if name in resolution.missing:
                    self._next_name(resolution, name, waiting[name])

    def _next_name(self, resolution: Resolution, name: Name, entries: list[NewEntry]) -> None:
        if len(entries) > 1:
            entries.pop(0)
            return
        self._fail(resolution, name, name_taken(entries[0]))

    def _fail(self, resolution: Resolution, name: Name, error: SyncError) -> None:
        resolution.missing.pop(name, None)
        resolution.errors[name] = error

    def _new(self, resolution: Resolution, entry: NewEntry) -> Create:
        check_may_be_created(entry, self._context)
        wanted = entry.wanted()
        self._map_accounts(resolution, sorted(wanted.roles), None)
        refs = resolution.references(Wanted(roles=wanted.roles))
        return Create(entry.entity, entry.create_body(refs), self._new_request_id())

    def _send(self, creates: Mapping[Name, Create]) -> dict[Name, Any]:
        asks = list(creates.values())
        if len(asks) > 1:
            return dict(zip(creates, self._books.answer_all(asks), strict=True))
        answers: dict[Name, Any] = {}
        for name, ask in creates.items():
            try:
                answers[name] = self._books.create(ask.entity, ask.body, ask.request_id)
            except SyncError as error:
                answers[name] = error
        return answers

    # accounts

    def _map_accounts(self, resolution: Resolution, roles: Iterable[Role], currency: str | None) -> None:
        for role in roles:
            wanted = (role, currency)
            if wanted in resolution.accounts or wanted in resolution.account_errors:
                continue
            try:
                if account := self._accounts.accounts_for([role], currency).get(role):
                    resolution.accounts[wanted] = account
            except SyncError as error:
                resolution.account_errors[wanted] = error


@contextmanager
def _never_failing() -> Iterator[None]:
    """Notes are for people to look at: the next document that names the same writes them again."""
    try:
        yield
    except Exception as failure:
        # No traceback: it could show what was to be noted, and with it a customer's name.
        logger.warning("unmatched things not noted", extra={"error_type": type(failure).__name__})


def _thing(key: LinkKey, facts: Any) -> HostThing:
    """As people know it; what is named by a word has no other name."""
    match facts:
        case Product():
            return HostThing(key, facts.name, facts.sku)
        case Party():
            return HostThing(key, facts.name)
        case _:
            return HostThing(key)


def sent_first() -> DocumentBusy:
    """The error of a document that names another one which is on its way."""
    return DocumentBusy("What it belongs to is being sent first.", code="sent_first")


def check_may_be_created(entry: NewEntry, context: Context) -> None:
    """Raises MissingConfiguration for a product where the tenant matches them by hand."""
    if isinstance(entry, ItemTranslation) and not context.connection.settings.kinds.products.create:
        raise MissingConfiguration(
            f"The product '{entry.number}' is not matched to an item in QuickBooks.",
            code="product_not_matched",
            hint="Match it by hand under Mappings, give the item its SKU in QuickBooks, or let items be created.",
        )


def names_of(wanted: Wanted) -> dict[Name, Any]:
    """Everything of QuickBooks' lists that a document names, with what it knows of it."""
    names: dict[Name, Any] = {(SUPPLIERS, key): party for key, party in wanted.suppliers.items()}
    names |= {(CUSTOMERS, key): party for key, party in wanted.customers.items()}
    names |= {(PRODUCTS, key): product for key, product in wanted.products.items()}
    for kind, words in (
        *((ACCOUNTS, wanted.accounts), (CLASSES, wanted.classes)),
        *((TERMS, wanted.terms), (TAX_CODES, wanted.tax_codes)),
    ):
        names |= {(kind, word): None for word in sorted(words)}
    names |= dict.fromkeys(sorted(wanted.documents))
    return names


def _questions(entries: Iterable[NewEntry]) -> list[Sought]:
    values: dict[tuple[str, str], dict[str, None]] = {}
    for entry in entries:
        for candidate in (entry, *entry.alternatives()):
            for prop, value in candidate.lookups:
                values.setdefault((entry.entity, prop), {})[value] = None
        if _is_known_by_name_alone(entry):
            values[entry.entity, entry.prop][entry.number + INACTIVE_SUFFIX] = None
    return [Sought(entity, prop, tuple(wanted)) for (entity, prop), wanted in values.items()]


def _matching(entry: NewEntry, answers: Mapping[tuple[str, str], Sequence[Entity]]) -> Entity | None:
    """The entity that it is, checked for use. Raises OutOfSync, MissingConfiguration."""
    rows = [row for (entity, _), found in answers.items() if entity == entry.entity for row in found]
    found = _matching_item(entry.product, rows) if isinstance(entry, ItemTranslation) else _matching_party(entry, rows)
    if found is None and any(_is_retired(row, entry) for row in rows):
        raise _inactive(entry.entity, entry.number + INACTIVE_SUFFIX)
    return found


def _matching_party(entry: NewEntry, rows: Iterable[Entity]) -> Entity | None:
    for candidate in (entry, *entry.alternatives()):
        for row in rows:
            if candidate.may_be_adopted(row, _NO_REFERENCES):
                if not row.get("Active", True):
                    raise _inactive(entry.entity, candidate.number)
                return row
    return None


def _is_retired(row: Entity, entry: NewEntry) -> bool:
    """Whether it bore the name until it became inactive: another one beside it would split its history."""
    name = str(row.get(entry.prop) or "")
    had_name = same_name(name, entry.number + INACTIVE_SUFFIX)
    return had_name and not row.get("Active", True) and _is_known_by_name_alone(entry)


def _is_known_by_name_alone(entry: NewEntry) -> bool:
    """An item with a SKU keeps it when it becomes inactive."""
    return len(entry.lookups) == 1


def _inactive(entity: str, name: str) -> OutOfSync:
    return OutOfSync(
        f"The {entity.lower()} '{name}' is inactive in QuickBooks.",
        code="inactive_in_quickbooks",
        hint="Make it active again in QuickBooks, or match another one by hand under Mappings; then send it again.",
    )


def _matching_item(product: Product, rows: Sequence[Entity]) -> Entity | None:
    """An active one before an inactive one. Raises AmbiguousDocument: of two that fit alike none is picked."""
    items = sorted({str(row["Id"]): row for row in rows}.values(), key=lambda row: not row.get("Active", True))
    item = matching_item(items, product)
    if item is None:
        return None
    check_usable(item, product)
    twin = matching_item([other for other in items if other is not item and other.get("Active", True)], product)
    if twin is not None and _has_sku(twin, product) == _has_sku(item, product):
        raise AmbiguousDocument(
            f"QuickBooks has several items that may be the product '{product.key}'; we do not guess which is meant.",
            code="item_ambiguous",
            hint="Match it by hand under Mappings, or give each item its own SKU in QuickBooks; then send it again.",
        )
    return item


def _has_sku(item: Entity, product: Product) -> bool:
    return bool(product.sku) and item.get("Sku") == product.sku


def name_taken(entry: NewEntry) -> DuplicateDocument:
    """The error of an entry that can be created under none of its names."""
    what = entry.entity.lower()
    others = "another product" if isinstance(entry, ItemTranslation) else "a customer, a vendor or an employee"
    return DuplicateDocument(
        f"The {what} '{entry.number}' cannot be created: QuickBooks has {others} of that name.",
        code=f"{what}_name_taken",
        hint="Rename the other one in QuickBooks, or match it by hand under Mappings; then send it again.",
    )


def what_is_wrong(kind: str, ids: Mapping[str, str], rows: Iterable[Entity]) -> dict[Name, str]:
    """What is wrong with each entity that is not there or inactive, by the host's name for it."""
    there = {str(row["Id"]): row for row in rows}
    what = ENTITIES[kind].lower()
    wrong: dict[Name, str] = {}
    for host_id, entity_id in ids.items():
        found = there.get(entity_id)
        if found is None:
            wrong[kind, host_id] = f"the {what} '{host_id}' is gone"
        elif not found.get("Active", True):
            label = found.get("DisplayName") or found.get("FullyQualifiedName") or found.get("Name") or host_id
            wrong[kind, host_id] = f"the {what} '{label}' is inactive"
    return wrong
