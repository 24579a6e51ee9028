"""Every route of the API under /v1, in one table: what it takes, what it answers, and who may call it.

The API's description and its page are made of it; a test holds it against template.yaml.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pydantic import BaseModel

from ledgerlink.api.answers.activity import ActivityEntry
from ledgerlink.api.answers.backlogs import BacklogProgress, BacklogStarted, BacklogState
from ledgerlink.api.answers.certifications import CertificationState, Keywords
from ledgerlink.api.answers.connections import ConnectionState, DisconnectedConnection
from ledgerlink.api.answers.diagnosis import Diagnosis
from ledgerlink.api.answers.documents import DocumentState, WholeDocument
from ledgerlink.api.answers.flows import BackfillState, FlowState
from ledgerlink.api.answers.history import HistoryEntry
from ledgerlink.api.answers.instances import InstanceState
from ledgerlink.api.answers.lists import ListPage
from ledgerlink.api.answers.mappings import MatchState, UnmatchedPage
from ledgerlink.api.answers.previews import Preview
from ledgerlink.api.answers.reconciliation import Reconciliation
from ledgerlink.api.answers.records import RecordPage
from ledgerlink.api.answers.sessions import Session
from ledgerlink.api.answers.settings import SettingsInUse
from ledgerlink.domain.backfills import BackfillRequest
from ledgerlink.domain.certifications import CertificateContent
from ledgerlink.domain.flows import FlowContent
from ledgerlink.domain.instances import InstanceChoice
from ledgerlink.domain.organic_settings import OrganicContent
from ledgerlink.domain.settings import Settings
from ledgerlink.domain.tenants import TenantFacts
from ledgerlink.usecases.backlogs.send_documents import SendRequest
from ledgerlink.usecases.mappings.change_mapping import MappingChoice


class Callers(StrEnum):
    """Who may call a route."""

    HOST = "the host"
    TENANTS = "the host, and the tenant's own session"
    EVERYBODY = "everybody"


@dataclass(frozen=True, slots=True)
class PageOf:
    """``{items, next}``."""

    item: type


@dataclass(frozen=True, slots=True)
class AllOf:
    """``{items}``."""

    item: type


@dataclass(frozen=True, slots=True)
class DocumentBody:
    """A document of the collection in the address."""

    needed: bool = True


@dataclass(frozen=True, slots=True)
class Body:
    """A request's body."""

    model: type[BaseModel]
    needed: bool = True
    note: str = ""


type Shown = type | PageOf | AllOf | None


@dataclass(frozen=True, slots=True)
class Route:
    """One route, as template.yaml has it."""

    method: str
    path: str
    summary: str
    answer: Shown
    body: Body | DocumentBody | None = None
    query: tuple[str, ...] = ()
    statuses: tuple[int, ...] = (200,)
    """With which it answers, all with the same shape."""
    callers: Callers = Callers.TENANTS


T = "/v1/tenants/{tenant}"
C = T + "/connections/{connection}"
D = T + "/{collection}"
M = C + "/mappings/{kind}"
N = T + "/instances/{instance}"
PAGE = ("limit", "after")
CHANGES = ("entity", "organic", "since", "limit")

_PREVIEW = "What sending it now would do; writes nothing. With a body: of that document instead of the stored one"
_PATCH = "A JSON merge patch: null restores a default. 'default_customer' may also be a NewCustomer."

ROUTES: Mapping[str, Sequence[Route]] = {
    "Sessions": (
        Route(
            "POST",
            f"{T}/sessions",
            "Let a tenant's browser in for half an hour",
            Session,
            Body(TenantFacts, needed=False),
            statuses=(201,),
            callers=Callers.HOST,
        ),
    ),
    "Documents": (
        Route(
            "PUT",
            f"{D}/{{id}}",
            "Store it, and send it if nothing holds it back; 200 when the content is the same",
            DocumentState,
            DocumentBody(),
            statuses=(202, 200),
            callers=Callers.HOST,
        ),
        Route("GET", D, "Documents and where they stand", PageOf(DocumentState), query=("status", *PAGE)),
        Route("GET", f"{D}/{{id}}", "One document with its content", WholeDocument),
        Route(
            "POST",
            f"{D}/{{id}}/send",
            "Send it by hand; nothing is started while it is being sent",
            DocumentState,
            statuses=(202,),
        ),
        Route("POST", f"{D}/{{id}}/preview", _PREVIEW, Preview, DocumentBody(needed=False), ("by_hand",)),
        Route("POST", f"{T}/send", "Send many documents", BacklogStarted, Body(SendRequest), statuses=(202,)),
        Route("GET", f"{T}/backlogs", "Requests to send many documents", PageOf(BacklogState), query=PAGE),
        Route("GET", f"{T}/backlogs/{{backlog}}", "How far one of them has come", BacklogProgress),
        Route(
            "GET",
            f"{T}/activity",
            "What was tried and how it ended, newest first",
            PageOf(ActivityEntry),
            query=("kind", "id", "outcome", "category", *PAGE),
        ),
    ),
    "Connections": (
        Route("GET", f"{T}/connections", "The tenant's QuickBooks companies", AllOf(ConnectionState)),
        Route("GET", C, "One of them", ConnectionState),
        Route("POST", f"{C}/disconnect", "Erase the tokens and give up the access", DisconnectedConnection),
        Route("GET", f"{C}/diagnosis", "Why nothing is showing up", Diagnosis),
        Route(
            "GET",
            f"{C}/reconciliation",
            "A month's documents against QuickBooks, with what explains the difference",
            Reconciliation,
            query=("month",),
        ),
    ),
    "Settings": (
        Route("GET", f"{C}/settings", "The settings as they work, and what is missing", SettingsInUse),
        Route(
            "PATCH",
            f"{C}/settings",
            "Change settings, checked against QuickBooks",
            SettingsInUse,
            Body(Settings, note=_PATCH),
        ),
        Route("GET", f"{C}/settings/history", "Who changed them, newest first", PageOf(HistoryEntry), query=PAGE),
        Route(
            "GET",
            f"{C}/{{list}}",
            "A list of the company to pick from, as it was up to four hours ago",
            ListPage,
            query=("search", "inactive", "refresh", *PAGE),
        ),
    ),
    "Mappings": (
        Route(
            "GET",
            f"{C}/unmatched/{{kind}}",
            "What is not matched yet, with what it may be; 'problem' says why nothing is suggested",
            UnmatchedPage,
            query=("search", *PAGE),
        ),
        Route("GET", M, "What the host's things are in QuickBooks", PageOf(MatchState), query=("search", *PAGE)),
        Route("GET", f"{M}/{{host_id}}", "One match", MatchState),
        Route("PUT", f"{M}/{{host_id}}", "Match by hand", MatchState, Body(MappingChoice)),
        Route("DELETE", f"{M}/{{host_id}}", "Forget a match; it is found anew", None, statuses=(204,)),
    ),
    "Instances": (
        Route("GET", f"{T}/instances", "The tenant's sub-units", AllOf(InstanceState)),
        Route("GET", N, "One of them", InstanceState),
        Route("PUT", N, "Make or change one", InstanceState, Body(InstanceChoice), statuses=(200, 201)),
        Route("DELETE", N, "Remove one", None, statuses=(204,)),
        Route("GET", f"{N}/history", "Who changed it, newest first", PageOf(HistoryEntry), query=PAGE),
    ),
    "Polling": (
        Route("GET", f"{T}/flows", "Which directions are polled", AllOf(FlowState)),
        Route("GET", f"{T}/flows/{{flow}}", "One flow", FlowState),
        Route("PUT", f"{T}/flows/{{flow}}", "Make or change one", FlowState, Body(FlowContent), statuses=(200, 201)),
        Route("DELETE", f"{T}/flows/{{flow}}", "Delete one; what was polled stays", None, statuses=(204,)),
        Route(
            "POST",
            f"{C}/backfill",
            "Read the past once more",
            BackfillState,
            Body(BackfillRequest, needed=False),
            statuses=(202,),
        ),
        Route("GET", f"{C}/backfill", "How far the last backfill is", BackfillState),
        Route("GET", f"{T}/purchases", "Polled purchases since a cursor", RecordPage, query=CHANGES),
        Route("GET", f"{T}/sales", "Polled sales since a cursor", RecordPage, query=CHANGES),
    ),
    "Organic goods": (
        Route("GET", f"{T}/keywords", "What counts as organic", Keywords),
        Route(
            "PUT",
            f"{T}/keywords",
            "Change it; 202 while stored records are judged anew",
            Keywords,
            Body(OrganicContent),
            statuses=(200, 202),
        ),
        Route(
            "GET",
            f"{T}/certifications",
            "Orders that await certification",
            PageOf(CertificationState),
            query=("state", *PAGE),
        ),
        Route("GET", f"{T}/certifications/{{record}}", "One order", CertificationState),
        Route(
            "POST",
            f"{T}/certifications/{{record}}/lines/{{line}}",
            "Add lot number and expiration date to a line",
            CertificationState,
            Body(CertificateContent),
        ),
    ),
    "This description": (
        Route("GET", "/v1/openapi.json", "The API's description, OpenAPI 3.1", dict, callers=Callers.EVERYBODY),
        Route("GET", "/v1/docs", "The same as a page", str, callers=Callers.EVERYBODY),
    ),
}
"""The routes by what they are about."""
