"""Before a document is pushed: where it goes, whether that is wanted, and how QuickBooks wants it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from ledgerlink.domain.connections import Connection
from ledgerlink.domain.contents.parts import Content
from ledgerlink.domain.documents import Document, load_content
from ledgerlink.domain.links import EntityLink, LinkKey
from ledgerlink.domain.routing import check_switched_on, route
from ledgerlink.domain.tenants import Tenant
from ledgerlink.domain.to_quickbooks.translate import translate
from ledgerlink.domain.translation import Context, Translation
from ledgerlink.errors import DocumentRejected, MissingConfiguration, PlanLacksFeature
from ledgerlink.usecases.describe_company import CompanyFacts, Descriptions, describe_company, described

BELIEVED_FOR = timedelta(minutes=5)
"""So long after QuickBooks has said what a company can do it is not asked again before a document is refused."""


class Tenants(Descriptions, Protocol):
    """The tenant's companies and instances."""

    def tenant(self, tenant_id: str) -> Tenant: ...


class Links(Protocol):
    """What documents became."""

    def find(self, key: LinkKey) -> EntityLink | None: ...


@dataclass(frozen=True, slots=True)
class Routed:
    """A document on its way to a company."""

    document: Document
    content: Content
    connection: Connection
    key: LinkKey
    link: EntityLink | None

    @property
    def is_unchanged(self) -> bool:
        """QuickBooks surely has this very content: no write was begun since it was stored there."""
        link = self.link
        return bool(link and link.entity_id and not link.deleted and link.content_hash == self.document.content_hash)

    @property
    def became(self) -> str:
        """The entity that an earlier attempt made or may have made of it."""
        return self.link.became if self.link else ""


def route_document(document: Document, tenant: Tenant, links: Links, *, by_hand: bool) -> Routed:
    """Raises NotConnected, ConnectionRevoked, MissingConfiguration for what is switched off or in another company."""
    content = load_content(document.key.kind, document.content)
    way = route(tenant.connections, tenant.instances, content.instance)
    check_switched_on(way, document.key.kind)
    connection = way.connection
    key = LinkKey(connection.tenant_id, connection.connection_id, document.key.kind, document.key.document_id)
    _stay_in_company(document, connection, by_hand=by_hand)
    return Routed(document, content, connection, key, links.find(key))


def translate_document(
    routed: Routed, tenants: Descriptions, facts: Callable[[Connection], CompanyFacts], now: datetime
) -> tuple[Translation, Context]:
    """How QuickBooks wants it. Raises what a person has to change first.

    Before it is refused for something that the company has not got or not turned on, QuickBooks is asked again.
    """
    connection = described(tenants, routed.connection, facts, now)
    context = context_of(routed, connection, now)
    try:
        return translate(routed.content, context), context
    except (DocumentRejected, MissingConfiguration, PlanLacksFeature):
        if connection.described_at and now < connection.described_at + BELIEVED_FOR:
            raise
    connection = describe_company(tenants, connection, facts(connection), now)
    context = context_of(routed, connection, now)
    return translate(routed.content, context), context


def context_of(routed: Routed, connection: Connection, now: datetime) -> Context:
    """What a translation may look at."""
    return Context(
        document_id=routed.document.key.document_id,
        connection=connection,
        today=now.astimezone(ZoneInfo(connection.settings.time_zone)).date(),
        became=routed.became,
    )


def _stay_in_company(document: Document, connection: Connection, *, by_hand: bool) -> None:
    """A document is not made a second time in another company just because that one was connected meanwhile."""
    became = document.quickbooks
    if became and became.realm_id != connection.realm_id and not by_hand:
        raise MissingConfiguration(
            f"{became.doc_number} is in another QuickBooks company than the one that it would go to now.",
            code="other_company",
            hint="Connect that company again; or send it by hand to create it in the company that is connected now.",
        )
