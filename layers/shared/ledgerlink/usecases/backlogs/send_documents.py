"""Send many documents because a person asked for it: those that are named, or all that stand somewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Protocol

from pydantic import AfterValidator, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from ledgerlink.domain.attempts import Trigger
from ledgerlink.domain.backlogs import HELD, LONGEST_ID, Backlog, Chunk, Standing, chunks_of, digest_of, is_part
from ledgerlink.domain.connections import Connection
from ledgerlink.domain.contents.collections import COLLECTIONS
from ledgerlink.domain.documents import DocumentState, Status, invalid_request
from ledgerlink.domain.fields import Part
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.errors import CATEGORIES, Conflict, InvalidRequest

MOST_NAMED = 1000
"""Documents that one request may name."""


class Tenants(Protocol):
    """The tenants that the host has told us of."""

    def of_tenant(self, tenant_id: str) -> Sequence[Connection]:
        """Raises NotFound for a tenant that we have never heard of."""


class Documents(Protocol):
    """Where documents are kept."""

    def states(self, wanted: Sequence[DocumentKey]) -> Mapping[DocumentKey, DocumentState]:
        """Those that exist."""


class Backlogs(Protocol):
    """Where backlogs are kept."""

    def create(self, backlog: Backlog, chunks: Sequence[Chunk]) -> bool:
        """False when there is a backlog with this id."""

    def find(self, tenant_id: str, backlog_id: str) -> Backlog | None: ...


class Executions(Protocol):
    """The state machine that sends many documents."""

    def start(self, backlog: Backlog) -> None:
        """Starting the same backlog again does nothing."""


def _no_part(request_id: str) -> str:
    if is_part(request_id):
        raise PydanticCustomError("request_id", "must not end like '.part2': the rest of a long selection is called so")
    return request_id


RequestId = Annotated[str, Field(pattern=rf"^[A-Za-z0-9._-]{{1,{LONGEST_ID}}}$"), AfterValidator(_no_part)]


class NamedDocument(Part):
    """One document."""

    collection: str
    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,64}$")]


class Selection(Part):
    """All documents that are held like this."""

    status: Status = Status.SYNC_FAILED
    category: str | None = None
    collection: str | None = None
    connection: str | None = None


class SendRequest(Part):
    """What the caller wants to have sent."""

    documents: Annotated[list[NamedDocument], Field(min_length=1, max_length=MOST_NAMED)] | None = None
    where: Selection | None = None
    request_id: RequestId | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> "SendRequest":
        if (self.documents is None) == (self.where is None):
            raise PydanticCustomError("selection", "needs either 'documents' or 'where'")
        return self


def send_documents(
    tenants: Tenants,
    documents: Documents,
    backlogs: Backlogs,
    executions: Executions,
    tenant_id: str,
    content: Any,
    now: datetime,
) -> Backlog:
    """Start a backlog; no document is marked before its turn has come.

    The same request again is the same backlog: by its ``request_id``, without one within
    the same minute until it has ended. Raises NotFound, InvalidRequest naming every document that is not there,
    Conflict for a ``request_id`` that was used for something else.
    """
    connections = tenants.of_tenant(tenant_id)
    request = _parsed(content)
    if request.where:
        keys: tuple[DocumentKey, ...] = ()
        standing = _standing(request.where, connections, now)
        chosen = (standing.category, standing.kind, standing.connection_id)
        asked_for = digest_of(standing.status, *(part or "" for part in chosen))
    else:
        keys, standing = _named(request.documents or [], documents, tenant_id), None
        asked_for = digest_of(*sorted(f"{key.kind}/{key.document_id}" for key in keys))
    backlog = Backlog(
        tenant_id=tenant_id,
        backlog_id=request.request_id or f"{now:%Y%m%dT%H%MZ}-{asked_for}",
        trigger=Trigger.SELECTION if standing else Trigger.MANUAL,
        created_at=now,
        asked_for=asked_for,
        standing=standing,
    )
    stored = _stored(backlogs, backlog, keys)
    if stored.has_ended and not request.request_id:
        # No double click: what the documents failed for may have been put right since.
        stored = _stored(backlogs, replace(backlog, backlog_id=f"{now:%Y%m%dT%H%M%SZ}-{asked_for}"), keys)
    # Also for one that was there: its start may have been lost.
    executions.start(stored)
    return stored


def _stored(backlogs: Backlogs, backlog: Backlog, keys: Sequence[DocumentKey]) -> Backlog:
    """The backlog, or the one that is there for the same request. Raises Conflict for one of another request."""
    chunks = list(chunks_of(backlog, keys))
    if keys:
        backlog = replace(backlog, chunks=len(chunks), total=len(keys))
    if backlogs.create(backlog, chunks):
        return backlog
    existing = backlogs.find(backlog.tenant_id, backlog.backlog_id)
    if existing is None or existing.asked_for != backlog.asked_for:
        raise Conflict(
            f"The request_id '{backlog.backlog_id}' was used for other documents.",
            code="request_id_taken",
            hint="Choose another request_id.",
        )
    return existing


def _parsed(content: Any) -> SendRequest:
    try:
        return SendRequest.model_validate(content)
    except ValidationError as error:
        raise invalid_request(error) from None


def _standing(where: Selection, connections: Sequence[Connection], now: datetime) -> Standing:
    wrong = {
        "where.status": (where.status, HELD),
        "where.category": (where.category, CATEGORIES),
        "where.collection": (where.collection, COLLECTIONS),
        "where.connection": (where.connection, {connection.connection_id for connection in connections}),
    }
    _refuse(
        {
            field: f"must be one of {', '.join(sorted(known))}"
            for field, (value, known) in wrong.items()
            if value is not None and value not in known
        }
    )
    return Standing(
        where.status, before=now, category=where.category, kind=where.collection, connection_id=where.connection
    )


def _named(named: Sequence[NamedDocument], documents: Documents, tenant_id: str) -> tuple[DocumentKey, ...]:
    known = f"must be one of {', '.join(sorted(COLLECTIONS))}"
    _refuse({f"documents[{n}].collection": known for n, one in enumerate(named) if one.collection not in COLLECTIONS})
    keys = [DocumentKey(tenant_id, one.collection, one.id) for one in named]
    there = documents.states(list(dict.fromkeys(keys)))
    _refuse({f"documents[{n}].id": "there is no such document" for n, key in enumerate(keys) if key not in there})
    return tuple(dict.fromkeys(keys))


def _refuse(problems: Mapping[str, str]) -> None:
    if problems:
        first, problem = next(iter(problems.items()))
        fields = [{"field": field, "problem": found} for field, found in problems.items()]
        raise InvalidRequest(f"'{first}': {problem}.", fields=fields)
