"""Before a document is pushed: where it goes, whether that is wanted, and how QuickBooks wants it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from ledgerlink.domain.connections import Connection
from ledgerlink.domain.contents.parts import Content
from ledgerlink.domain.documents import Document, content_hash, load_content, serialise
from ledgerlink.domain.links import EntityLink, LinkKey
from ledgerlink.domain.routing import check_switched_on, route
from ledgerlink.domain.tenants import Tenant
from ledgerlink.domain.to_quickbooks.translate import translate
from ledgerlink.domain.translation import Context, Translation
from ledgerlink.errors import DocumentRejected, MissingConfiguration, PlanLacksFeature
from ledgerlink.usecases.connections.describe_company import CompanyFacts, Descriptions, describe_company, described

BELIEVED_FOR = timedelta(minutes=5)
"""So long after QuickBooks has said what a company can do it is not asked again before a document is refused."""


class Tenants(Descriptions, Protocol):
    """The tenant's companies and instances."""

    def tenant(self, tenant_id: str) -> Tenant: ...


class Links(Protocol):
    """What documents became."""

    def find(self, key: LinkKey) -> EntityLink | None: ...
    def find_many(self, keys: Sequence[LinkKey]) -> Mapping[LinkKey, EntityLink]: ...


@dataclass(frozen=True, slots=True)
class Routed:
    """A document on its way to a company."""

    document: Document
    content: Content
    connection: Connection
    key: LinkKey
    link: EntityLink | None
    elsewhere: tuple[LinkKey, ...] = ()
    """Its links in the tenant's other companies, where none of them may have it before this one gets it."""

    @property
    def is_unchanged(self) -> bool:
        """QuickBooks surely has this very content: no write was begun since it was stored there."""
        link = self.link
        return bool(link and link.entity_id and not link.deleted and link.content_hash == self.sent_hash)

    @property
    def sent_hash(self) -> str:
        """A digest of what is sent: status and instance say when it goes and where to, and QuickBooks has no place
        for them.
        """
        return content_hash(serialise(self.content.model_copy(update={"status": "", "instance": ""})))

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
    link = links.find(key)
    stays = by_hand or bool(link and link.was_written)
    others = () if stays else [one for one in tenant.connections if one.connection_id != connection.connection_id]
    elsewhere = tuple(replace(key, connection_id=other.connection_id) for other in others)
    routed = Routed(document, content, connection, key, link, elsewhere)
    if not by_hand:
        _stay_in_company(routed, links)
    return routed


def written_elsewhere(routed: Routed, links: Links) -> EntityLink | None:
    """What it became in another of the tenant's companies, or may have become: a write was begun there."""
    if not routed.elsewhere:
        return None
    found = links.find_many(routed.elsewhere).values()
    return next((link for link in found if link.was_written), None)


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


def _stay_in_company(routed: Routed, links: Links) -> None:
    """A document is not made a second time in another company just because that one was connected meanwhile."""
    became = routed.document.quickbooks
    if became and became.realm_id != routed.connection.realm_id:
        raise _other_company(f"{became.doc_number} is")
    if link := written_elsewhere(routed, links):
        number = link.doc_number or min(link.begun_numbers)
        raise _other_company(f"{number} is" if link.doc_number else f"{number} may be")


def _other_company(where: str) -> MissingConfiguration:
    return MissingConfiguration(
        f"{where} in another QuickBooks company than the one that it would go to now.",
        code="other_company",
        hint="Have it go to that company again: connect it, or give it back the document's instance. "
        "Or send it by hand to create it where it would go now.",
    )
