"""What the API answers, as types for its description: the shapes of ``shapes.py`` and its neighbours."""

from typing import Any, Literal, NotRequired, TypedDict

from pydantic import ConfigDict, with_config

from ledgerlink.domain.reconciliation import Reason
from ledgerlink.domain.settings import Settings


class WrongField(TypedDict):
    """One wrong field of a request: ``lines[3].quantity``."""

    field: str
    problem: str


class ErrorDetail(TypedDict):
    """What happened, and what to do next; ``code`` is for programs and stays stable."""

    category: str
    code: str
    message: str
    hint: str
    intuit_tid: NotRequired[str]
    fields: NotRequired[list[WrongField]]


class Error(TypedDict):
    """The one error shape."""

    error: ErrorDetail


class Session(TypedDict):
    """Where to send a tenant's browser."""

    portal_url: str
    connect_url: str
    expires_at: str


class EntityOfDocument(TypedDict):
    """What a document became; ``url`` opens it in QuickBooks."""

    entity: str
    id: str
    doc_number: str
    sync_token: str
    url: str | None


@with_config(ConfigDict(extra="allow"))
class DocumentState(TypedDict):
    """Where a document stands; and as text what lists show of its kind, such as number, supplier or name."""

    id: str
    kind: str
    revision: int
    status: str
    attempt: int
    execution: str | None
    updated_at: str
    synced_at: str | None
    last_error: ErrorDetail | None
    quickbooks: EntityOfDocument | None


@with_config(ConfigDict(extra="allow"))
class WholeDocument(DocumentState):
    """The state, and the content as the host sent it."""

    document: dict[str, Any]


class PreviewedReference(TypedDict):
    """One thing that the document names; ``body`` is what it would be created with."""

    kind: str
    host_id: str
    how: Literal["linked", "matched_by_hand", "found", "would_be_created"]
    entity: str
    quickbooks_id: str | None
    name: str
    body: dict[str, Any] | None


class PreviewedChange(TypedDict):
    """One field; a line is named by its Line.Id: ``Line[3].Amount``, ``Line[new 1]``."""

    path: str
    now: Any
    then: Any


class HeldBack(TypedDict):
    """What keeps the document from being sent by itself."""

    status: str
    reason: ErrorDetail | None


class Preview(TypedDict):
    """What sending the document now would do."""

    id: str
    kind: str
    entity: str | None
    action: Literal["create", "update", "reattach", "none"]
    quickbooks_id: str | None
    body: dict[str, Any] | None
    references: list[PreviewedReference]
    difference: list[PreviewedChange]
    notes: list[str]
    held: HeldBack | None
    problems: list[ErrorDetail]


# `try` is no name of a class's field.
_ActivityTry = TypedDict("_ActivityTry", {"try": int})


class ActivityEntry(_ActivityTry):
    """One attempt, or what became of it."""

    at: str
    kind: str
    id: str
    revision: int
    trigger: str
    outcome: str
    summary: str
    attempt: int
    execution: str | None
    duration_ms: int | None
    calls: int | None
    intuit_tid: str | None
    error: ErrorDetail | None


class BacklogSelection(TypedDict):
    """All documents that stood like this."""

    status: str
    category: str | None
    collection: str | None
    connection: str | None


class BacklogState(TypedDict):
    """One request to send many documents."""

    id: str
    trigger: str
    where: BacklogSelection | None
    status: str
    total: int | None
    created_at: str
    started_at: str | None
    finished_at: str | None
    execution: str
    next: str | None
    error: ErrorDetail | None


class BacklogProgress(BacklogState):
    """The same, and how many documents have come how far."""

    synced: int
    unchanged: int
    failing: int
    waiting: int
    skipped: dict[str, int]
    errors: dict[str, int]
    uncertain: int


class BacklogStarted(TypedDict):
    """The backlog that sends them, and where its progress is told."""

    backlog: str
    status: str
    total: int
    url: str


class ConnectionState(TypedDict):
    """A QuickBooks company of the tenant."""

    id: str
    realm_id: str
    status: str
    company_name: str
    country: str
    home_currency: str
    multicurrency: bool
    connected_at: str
    disconnected_at: str | None


class DisconnectedConnection(ConnectionState):
    """``access_withdrawn``: false if Intuit could not be told, null while that is not known."""

    access_withdrawn: bool | None


class AccountOfRole(TypedDict):
    """The account that serves a purpose, or why there is none."""

    how: str
    id: str | None
    name: str
    problem: str | None


class SettingsInUse(TypedDict):
    """The settings as they work, the account of each role, and what is missing."""

    connection: str
    settings: Settings
    accounts: dict[str, AccountOfRole]
    missing: list[str]
    accounts_read_at: str | None


class Actor(TypedDict):
    """Who did something."""

    caller: str
    user: str | None


# `from` is no name of a class's field.
_ChangedFrom = TypedDict("_ChangedFrom", {"from": Any})


class ChangedValue(_ChangedFrom):
    """One value before and after."""

    path: str
    to: Any


class HistoryEntry(TypedDict):
    """One change."""

    at: str
    by: Actor
    changes: list[ChangedValue]


class InstanceState(TypedDict):
    """A sub-unit of the tenant."""

    id: str
    connection: str
    enabled: bool
    auto_invoice: bool


class MatchState(TypedDict):
    """What something of the host is in QuickBooks."""

    kind: str
    host_id: str
    name: str
    sku: str
    entity: str
    quickbooks_id: str
    manual: bool
    matched_at: str | None
    matched_by: Actor | None


class MatchSuggestion(TypedDict):
    """An entry that something may be, why, how similar the names are, and what else is matched with it."""

    quickbooks_id: str
    name: str
    sku: str
    why: Literal["same_sku", "same_number", "same_name", "similar_name"]
    score: float
    taken_by: list[str]


class UnmatchedThing(TypedDict):
    """Something of the host that is not matched; ``problem`` is what documents that need it failed with."""

    kind: str
    host_id: str
    name: str
    sku: str
    noted_at: str
    problem: ErrorDetail | None
    suggestions: list[MatchSuggestion]


class UnmatchedPage(TypedDict):
    """A page of them, and as of when QuickBooks' list is, or why that is not known."""

    items: list[UnmatchedThing]
    next: str | None
    fetched_at: str | None
    problem: ErrorDetail | None


@with_config(ConfigDict(extra="allow"))
class ListEntry(TypedDict):
    """An entry of one of the company's lists, with what its list has beside these."""

    id: str
    name: str
    active: bool


class ListPage(TypedDict):
    """A page of a list, and as of when it is."""

    items: list[ListEntry]
    next: str | None
    fetched_at: str


class FlowState(TypedDict):
    """A flow, and which connection is polled for which direction."""

    id: str
    input: str
    output: str
    enabled: bool
    polls: dict[str, str]
    created_at: str
    updated_at: str


class BackfillState(TypedDict):
    """Where a backfill stands, and how far it is."""

    number: int
    status: str
    directions: list[str]
    since: str
    pages_done: int
    pages_planned: int
    documents: int
    names_read: int
    started_at: str
    completed_at: str | None
    estimated_end: str | None
    execution: str
    last_error: ErrorDetail | None


class DiagnosisCheck(TypedDict):
    """One thing that was looked at, in the order in which things have to be right."""

    check: str
    ok: bool
    message: str
    hint: str
    error: ErrorDetail | None


class Diagnosis(TypedDict):
    """``problem`` is the first thing that is wrong, null when nothing is."""

    problem: DiagnosisCheck | None
    checks: list[DiagnosisCheck]


class PolledDocument(TypedDict):
    """The host's document that the record was made of."""

    kind: str
    id: str


class RecordNames(TypedDict):
    """What tells a polled entity apart."""

    record: str
    connection_id: str
    entity: str
    id: str
    url: str | None


class OrganicWord(TypedDict):
    """Which keyword was found where."""

    keyword: str
    where: str


class OrganicLine(OrganicWord):
    """Which keyword was found where on which line."""

    line: str | None


class PolledRecord(RecordNames):
    """An entity as QuickBooks had it when it was read last."""

    state: str
    sync_token: str | None
    last_updated_time: str | None
    deleted_at: str | None
    changed_at: str | None
    document: PolledDocument | None
    organic: list[OrganicLine]
    normalised: dict[str, Any]
    quickbooks: dict[str, Any] | None


class RecordPage(TypedDict):
    """Records in the order of their changes; ``next`` goes on as ``since``, and with ``more`` right now."""

    items: list[PolledRecord]
    next: str | None
    more: bool


class Certificate(TypedDict):
    """What a person entered for a line."""

    lot_number: str
    expiration_date: str
    certified_by: str
    certified_at: str
    entered_by: Actor


class CertifiedLine(TypedDict):
    """A line that is organic, or was certified."""

    id: str
    sku: str | None
    name: str | None
    description: str | None
    quantity: Any
    fingerprint: str | None
    organic: list[OrganicWord]
    awaits: bool
    certificate: Certificate | None
    earlier: list[Certificate]


class CertificationState(RecordNames):
    """An order with the lines that need lot number and expiration date."""

    number: str
    date: str | None
    vendor: Any
    state: str
    since: str
    lines: list[CertifiedLine]


class Keywords(TypedDict):
    """What counts as organic, who hears of it, and whether all records have been judged by it yet."""

    keywords: list[str]
    emails: list[str]
    revision: int
    updated_at: str | None
    evaluation: Literal["running", "done"]


class CountAndTotal(TypedDict):
    """How many documents, and what they come to before sales tax."""

    count: int
    total: str


class ComparedTotals(TypedDict):
    """Both sides in one currency; ``difference`` is ours less QuickBooks'."""

    currency: str
    ours: CountAndTotal
    quickbooks: CountAndTotal
    difference: str


class ComparedDocument(TypedDict):
    """A document as we have it; without a date it has that of QuickBooks."""

    id: str
    number: str
    status: str
    date: str | None
    currency: str
    total: str


class ComparedTransaction(TypedDict):
    """The same as QuickBooks has it now."""

    entity: str
    id: str
    doc_number: str
    date: str | None
    currency: str
    total: str
    voided: bool
    url: str | None


class ExplainedDifference(TypedDict):
    """One document that counts differently, why, and by how much."""

    reason: Reason
    currency: str
    difference: str
    document: ComparedDocument
    quickbooks: ComparedTransaction | None


class ComparedKind(TypedDict):
    """One kind of document; the differences add up to those of the totals."""

    kind: str
    totals: list[ComparedTotals]
    differences: list[ExplainedDifference]


class NotFromUs(CountAndTotal):
    """What QuickBooks has in the month that none of our documents became."""

    entity: str
    currency: str


class Reconciliation(TypedDict):
    """A month of our documents against QuickBooks."""

    connection: str
    month: str
    kinds: list[ComparedKind]
    not_from_us: list[NotFromUs]
