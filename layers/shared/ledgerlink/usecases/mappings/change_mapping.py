"""Match something of the host with an entry in QuickBooks by hand, or undo that."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Protocol

from pydantic import Field, ValidationError

from ledgerlink.domain.connections import Connection, choose_connection
from ledgerlink.domain.documents import invalid_request
from ledgerlink.domain.fields import Part
from ledgerlink.domain.history import Actor
from ledgerlink.domain.links import LinkKey
from ledgerlink.domain.mappings import MappingKind, Match, entity_of, why_not
from ledgerlink.domain.rows import Row
from ledgerlink.errors import InvalidRequest, NotFound
from ledgerlink.usecases.mappings.name_things import Documents, UnmatchedThings, name_thing
from ledgerlink.usecases.mappings.read_mappings import Tenants, mapping_key


class Mappings(Protocol):
    """What was matched."""

    def find(self, key: LinkKey) -> Match | None: ...
    def match(self, made: Match, now: datetime) -> None:
        """Replaces what was there. Raises DocumentBusy while it is being written."""

    def unmatch(self, key: LinkKey, now: datetime) -> bool:
        """False where it is not matched."""


class Books(Protocol):
    """The QuickBooks company of a connection."""

    def find(self, entity: str, prop: str, value: str) -> Sequence[Row]:
        """Inactive entries too."""


class MappingChoice(Part):
    """The entry that something is matched with."""

    quickbooks_id: Annotated[str, Field(min_length=1, max_length=30, pattern=r"^[A-Za-z0-9]+$")]
    """Tax codes in the US are words: TAX and NON."""


def put_mapping(
    tenants: Tenants,
    mappings: Mappings,
    documents: Documents,
    unmatched: UnmatchedThings,
    books: Callable[[Connection], Books],
    tenant_id: str,
    connection_id: str,
    kind: str,
    host_id: str,
    content: object,
    by: Actor,
    now: datetime,
) -> Match:
    """From now on it is this entry, whatever its name. Raises NotFound, InvalidRequest, NotConnected,
    ConnectionRevoked, DocumentBusy, or what QuickBooks answers.
    """
    connection, key = mapping_key(tenants, tenant_id, connection_id, kind, host_id)
    try:
        chosen = MappingChoice.model_validate(content).quickbooks_id
    except ValidationError as error:
        raise invalid_request(error) from None
    choose_connection([connection])
    _check(books(connection), MappingKind(kind), chosen)
    thing = name_thing(documents, unmatched, mappings, key)
    made = Match(
        *(key, entity_of(MappingKind(kind)), chosen), manual=True, at=now, by=by, name=thing.name, sku=thing.sku
    )
    mappings.match(made, now)
    return made


def delete_mapping(
    tenants: Tenants, mappings: Mappings, tenant_id: str, connection_id: str, kind: str, host_id: str, now: datetime
) -> None:
    """It is found by its SKU or name again, or created. Raises NotFound where it is not matched, InvalidRequest,
    DocumentBusy.
    """
    _, key = mapping_key(tenants, tenant_id, connection_id, kind, host_id)
    if not mappings.unmatch(key, now):
        raise NotFound(
            f"'{host_id}' is not matched with anything.",
            code="not_matched",
            hint="Nothing has to be undone: it is found by its SKU or name, or created.",
        )


def _check(books: Books, kind: MappingKind, quickbooks_id: str) -> None:
    """The one entry is looked up: a list of customers or items can be long, and it may have come a minute ago."""
    if problem := why_not(kind, next(iter(books.find(entity_of(kind), "Id", quickbooks_id)), None)):
        raise InvalidRequest(f"'quickbooks_id' {problem}.", fields=[{"field": "quickbooks_id", "problem": problem}])
