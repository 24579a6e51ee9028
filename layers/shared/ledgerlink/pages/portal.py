"""Visits to the portal: who is at which page, and the frame around it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from ledgerlink.api.http import Answer, Request
from ledgerlink.api.visitors import Visitor, Visitors
from ledgerlink.domain.tenants import Tenant
from ledgerlink.pages.render import page
from ledgerlink.pages.site import site_of
from ledgerlink.pages.switch import switch_page

PORTAL = "/portal"
BUTTON = "portal"
"""What the token of the portal's forms is good for."""
PAGES = {
    PORTAL: "Integrations",
    "/portal/flows": "Flows",
    "/portal/settings": "Settings",
    "/portal/mappings": "Mappings",
    "/portal/documents": "Documents",
    "/portal/activity": "Activity",
    "/portal/reconciliation": "Reconciliation",
    "/portal/help": "Help",
}
"""The portal's pages by address, as its navigation shows them."""
NOTICES = {
    "saved": "Saved.",
    "certified": "The certificate is saved.",
    "sending": "On its way to QuickBooks.",
    "flow_made": "The flow is made and enabled.",
    "flow_enabled": "The flow is enabled.",
    "flow_disabled": "The flow is off. What was read stays.",
    "flow_deleted": "The flow is deleted. What was read stays.",
    "backfill_started": "Copying has started.",
    "forgotten": "The match is forgotten.",
}
"""What a page says once about what was just done, by the code in its address."""

_BACKLOG_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


class Tenants(Protocol):
    """The tenants that the host has told us of."""

    def tenant(self, tenant_id: str) -> Tenant:
        """Raises NotFound for one that we have never heard of."""


type Show = Callable[["Visit"], Answer]


@dataclass(frozen=True, slots=True)
class Portal:
    """The way into every page of the portal."""

    visitors: Visitors
    tenants: Tenants

    def open(self, request: Request, routes: Mapping[tuple[str, str], Show]) -> Answer:
        """What the route says, for the tenant of this browser's session; forms only when a page of ours sent them.

        A session in the address becomes a cookie first, so that it does not stay in the history; one of another
        tenant than the one that is signed in asks first. Raises NotAuthenticated, NotAllowed.
        """
        show = routes[request.method, request.resource]
        if request.method == "POST":
            return show(self._visit(request, self.visitors.presses(request, BUTTON)))
        visitor = self.visitors.arrives(request)
        base_url = site_of(request).base_url
        if visitor.other_tenant_id:
            asked, signed_in = (self.tenants.tenant(one).name for one in (visitor.tenant_id, visitor.other_tenant_id))
            return switch_page(request, visitor, asked, signed_in, then="portal")
        if "session" in request.query:
            return Answer(302, headers={"Location": base_url + _plain(request.resource)}, cookies=visitor.cookies())
        return show(self._visit(request, visitor))

    def _visit(self, request: Request, visitor: Visitor) -> "Visit":
        return Visit(request, visitor, self.tenants.tenant(visitor.tenant_id))


def _plain(resource: str) -> str:
    """The address of a page that has no variable part."""
    return resource if resource in PAGES else PORTAL


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of a tenant's browser."""

    request: Request
    visitor: Visitor = field(repr=False)
    tenant: Tenant
    """With its connections and instances."""

    @property
    def tenant_id(self) -> str:
        return self.tenant.tenant_id

    @property
    def time_zone(self) -> ZoneInfo:
        """In which times are shown."""
        return ZoneInfo(self.tenant.time_zone)

    def page(self, template: str, *, status: int = 200, **values: Any) -> Answer:
        """A page with the portal's frame around it."""
        sent = self.request.query.get("sent", "")
        return page(
            self.request,
            status,
            f"portal/{template}",
            cookies=self.visitor.browser_cookie(),
            notice=NOTICES.get(self.request.query.get("notice", ""), ""),
            sent=sent if _BACKLOG_ID.fullmatch(sent) else "",
            pages=PAGES,
            **self._known,
            **values,
        )

    def part(self, template: str, **values: Any) -> Answer:
        """A piece of a page, without the frame."""
        return page(self.request, 200, f"portal/{template}", **self._known, **values)

    def leads_to(self, address: str, **query: Any) -> Answer:
        """303 to a page of ours, after a form has done its work."""
        asked = {name: value for name, value in query.items() if value not in (None, "")}
        location = site_of(self.request).base_url + address + (f"?{urlencode(asked)}" if asked else "")
        return Answer(303, headers={"Location": location})

    @property
    def _known(self) -> dict[str, Any]:
        return {"tenant": self.tenant.name, "time_zone": self.time_zone, "token": self.visitor.token(BUTTON)}
