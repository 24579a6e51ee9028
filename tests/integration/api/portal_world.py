"""A tenant with one of everything that the portal shows, and the portal's addresses with its ids in them."""

import re
from itertools import product
from typing import Any
from urllib.parse import quote, urlencode

import requests

from ledgerlink.api.http import Request
from ledgerlink.domain.activity import Activity
from ledgerlink.domain.activity import Outcome as Ended
from ledgerlink.domain.attempts import Trigger
from ledgerlink.domain.backlogs import DocumentResult, Outcome
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.domain.links import LinkKey
from ledgerlink.domain.mappings import HostThing
from ledgerlink.wiring import clock, wiring
from local.quickbooks import Simulator
from tests.integration.api.portal import Person
from tests.integration.api.stack import HOST, Stack
from tests.integration.api.test_oauth import Browser
from tests.template import Route, api_routes
from tests.unit.inbound.books import MORNING, changes, item, line, order
from tests.unit.orders import KIND, NOW, line_json

PORTAL = [route for route in api_routes() if route.path == "/portal" or route.path.startswith("/portal/")]
PUBLIC = {"/portal/assets/{digest}/{name}", "/portal/connect.js"}
"""The same for everybody."""
PAGES = [route for route in PORTAL if route.method == "GET" and route.path not in PUBLIC]
FORMS = [route for route in PORTAL if route.method == "POST"]


class Owner:
    """Everything that a tenant can have, with ``text`` wherever others write something."""

    def __init__(self, stack: Stack, simulator: Simulator, tenant: str, text: str) -> None:
        self.stack, self.tenant, self.text = stack, tenant, text
        self.person = Person(stack, tenant)
        self._name()
        self.realm_id = self._connect(simulator)
        self._send_documents()
        self._try_a_document()
        self.backlog = self._send_many()
        self._read_an_order()
        self._match()
        self._set()

    @property
    def ids(self) -> dict[str, list[str]]:
        """What stands for each part of the portal's addresses; a part that is new has to be added here."""
        sections = ("general", "documents", "accounts", "customer", "new-products", "reading", "instances")
        forms = ("integration", "schedule", "purchase-orders", "bills")
        return {
            "connection": [self.realm_id],
            "flow": [self._own("flow")],
            "collection": [KIND],
            "id": [self._own("po")],
            "backlog": [self.backlog],
            "record": [f"{self.realm_id}.PurchaseOrder.{self._own('row')}"],
            "line": ["1"],
            "section": [*sections, "keywords", "history", *forms],
        }

    def forms(self) -> list[list[tuple[str, str]]]:
        """What forms take: everything that any of them does, to all that this tenant has."""
        fields = {
            "input": f"quickbooks:{self.realm_id}",
            "output": "application",
            "connection": self.realm_id,
            "kind": "products",
            "id": "p-1",
            "entry": "77",
            "document": f"{KIND}/{self._own('po')}",
            "instance": self._own("shop"),
            "keywords": "organic",
            "lot_number": "L-7",
            "expiration_date": "2999-12-31",
            "certified_by": "Eve",
        }
        does = ("make", "enable", "disable", "delete", "match", "forget", "remove", "")
        return [[*fields.items(), ("do", one), ("new", new)] for one in does for new in ("", "yes")]

    def addresses(self, route: Route) -> list[str]:
        """The route with the ids of all that this tenant has; KeyError for a part that is not among the ids."""
        names = re.findall(r"\{(\w+)\}", route.path)
        found = []
        for chosen in product(*(self.ids[name] for name in names)):
            parts = {name: quote(value, safe="") for name, value in zip(names, chosen, strict=True)}
            found.append(route.path.format(**parts))
        return found

    def token(self, route: Route) -> str:
        """What the tenant's own page with this form holds."""
        return token_for(self.person, route)

    def with_queries(self, url: str) -> list[str]:
        """The address with whatever pages take after the question mark."""
        query = {"connection": self.realm_id, "instance": self._own("shop"), "sent": self.backlog, "month": "2026-11"}
        ids: tuple[dict[str, str], ...] = ({}, {"id": self._own("po")}, {"kind": "products", "id": "p-1"})
        return [f"{url}?{urlencode({**query, **more})}" for more in ids]

    def _own(self, what: str) -> str:
        """An id that no other tenant has."""
        return f"{what}-of-{self.tenant}"

    def _name(self) -> None:
        body = {"tenant_name": self.text, "time_zone": "Europe/Berlin"}
        assert self.stack.call("POST", f"/v1/tenants/{self.tenant}/sessions", body, HOST).status == 201

    def _connect(self, simulator: Simulator) -> str:
        made = requests.post(f"{simulator.url}/simulator/companies", json={"name": self.text}, timeout=10)
        realm_id = str(made.json()["realm_id"])
        browser = Browser(self.stack, simulator.url, self.tenant)
        browser.open_connect()
        assert browser.come_back(browser.press("approve", realm_id)).status == 200
        return realm_id

    def _send_documents(self) -> None:
        said = {"number": self.text[:18], "memo": self.text, "supplier": {"id": "s-1", "name": self.text}}
        lines = [line_json(name=self.text, description=self.text)]
        answer = self.stack.put(self.tenant, self._own("po"), **said, lines=lines)
        assert answer.status == 202, answer.text

    def _try_a_document(self) -> None:
        documents = wiring().documents
        document = documents.get(DocumentKey(self.tenant, KIND, self._own("po")))
        assert document is not None
        error = {"category": "out_of_sync", "code": "gone", "message": self.text, "hint": self.text}
        assert documents.mark_failed(document.current_attempt, {**error, "intuit_tid": self.text}, clock())

        wiring().activity.write(
            Activity(
                entry_id=self._own("try"),
                key=document.key,
                at=clock(),
                revision=1,
                trigger=Trigger.AUTOMATIC,
                outcome=Ended.GAVE_UP,
                attempt=1,
                try_number=1,
                execution="run",
                error={**error, "intuit_tid": self.text},
                summary=self.text,
            )
        )

    def _send_many(self) -> str:
        page = self.person.get(f"/portal/documents/{KIND}/{self._own('po')}")
        sent = self.person.send(page, "/portal/documents/send", {"back": ""})
        backlog_id = wiring().backlogs.page(self.tenant, limit=1, after=None)[0][0].backlog_id
        assert sent.status == 303, sent.text
        (chunk,) = wiring().backlogs.chunks(self.tenant, backlog_id)
        result = {DocumentKey(self.tenant, KIND, self._own("po")): DocumentResult(Outcome.HANDED_ON, "out_of_sync")}
        assert wiring().backlogs.save(chunk.with_results(result))
        return backlog_id

    def _read_an_order(self) -> None:
        goods = [line(Description=f"Organic {self.text}")]
        row = order(self._own("row"), DocNumber=self.text, Line=goods, VendorRef={"value": "3", "name": self.text})
        store = wiring().record_store
        read = changes(PurchaseOrder=[row], Item=[item()])
        store.announce(store.store(self.tenant, self.realm_id, read, MORNING, NOW))

    def _match(self) -> None:
        key = LinkKey(self.tenant, self.realm_id, "products", "p-1")
        problem = {"category": "configuration", "code": "product_not_matched", "message": self.text, "hint": self.text}
        wiring().unmatched.note(HostThing(key, self.text, self.text), problem, "")

    def _set(self) -> None:
        self._put(f"flows/{self._own('flow')}", {"input": f"quickbooks:{self.realm_id}", "output": "application"})
        self._put(f"instances/{self._own('shop')}", {"connection": self.realm_id})

    def _put(self, where: str, body: dict[str, Any]) -> None:
        answer = self.stack.call("PUT", f"/v1/tenants/{self.tenant}/{where}", body, HOST)
        assert answer.status in (200, 201), answer.text


BUTTONS = {"/portal/session": "switch", "/portal/connections/{connection}/disconnect": "disconnect"}
"""What the token is for, where it is not the portal."""


def token_for(person: Person, route: Route) -> str:
    """What a page with this form would hold for the person."""
    cookies = "; ".join(f"{name}={value}" for name, value in person.jar.items())
    visitor = wiring().visitors.arrives(Request({"headers": {"Cookie": cookies}}))
    return visitor.token(BUTTONS.get(route.path, "portal"))
