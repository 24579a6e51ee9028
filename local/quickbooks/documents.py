"""Sending a document by e-mail, and reading it as a PDF."""

from collections.abc import Callable
from typing import Any

from local.quickbooks.clock import millis_text, seconds_text
from local.quickbooks.companies import Company
from local.quickbooks.entities import EntityType, Writing
from local.quickbooks.faults import Fault
from local.quickbooks.messages import Request, Response
from local.quickbooks.world import World
from local.quickbooks.writes import reply

Action = Callable[[World, Company, EntityType, Request], Response]


def send(world: World, company: Company, kind: EntityType, request: Request) -> Response:
    """Note that a document was sent; no e-mail leaves. Neither the SyncToken nor LastUpdatedTime moves."""
    row = kind.read(company, request.segments[4])
    field = "POEmail" if kind.name == "PurchaseOrder" else "BillEmail"
    address = request.query.get("sendTo") or row.body.get(field, {}).get("Address")
    if not address:
        raise Fault("6420", "Email address is required : the document has none, and sendTo is missing.", field)
    writing = Writing(company, world.clock.now(), world.switches)
    sent: dict[str, Any] = {field: {"Address": address}, "EmailStatus": "EmailSent"}
    if "DeliveryInfo" in kind.shape.fields:
        sent["DeliveryInfo"] = {"DeliveryType": "Email", "DeliveryTime": seconds_text(writing.now)}
    store = company.store(kind.name)
    company.touched()
    stored = store.put(kind.ordered({**row.body, **sent}))
    kind.announce(writing, row.body["Id"], "Emailed")
    return reply(200, {kind.name: stored.text, "time": millis_text(request.received)})


def pdf(world: World, company: Company, kind: EntityType, request: Request) -> Response:
    """Return a document of one page that says which document it stands for."""
    body = kind.read(company, request.segments[4]).body
    number = body.get("DocNumber") or body["Id"]
    shown = "".join(character for character in f"{kind.name} {number}" if character.isalnum() or character in " -#/")
    return Response(200, _one_page(shown.encode("ascii", "replace")), "application/pdf")


ACTIONS: dict[tuple[str, str], Action] = {("POST", "send"): send, ("GET", "pdf"): pdf}


def _one_page(text: bytes) -> bytes:
    content = b"BT /F1 18 Tf 72 720 Td (" + text + b") Tj ET"
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    document, offsets = b"%PDF-1.4\n", []
    for number, item in enumerate(objects, start=1):
        offsets.append(len(document))
        document += b"%d 0 obj%s endobj\n" % (number, item)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return document + b"xref\n0 6\n0000000000 65535 f \n%strailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        table,
        len(document),
    )
