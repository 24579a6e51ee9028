"""The pages behind "Open in QuickBooks": one per company and per entity, read-only."""

import heapq
from decimal import Decimal
from typing import Any
from urllib.parse import quote, urlencode

from local.quickbooks.companies import Company
from local.quickbooks.entities import ENTITIES
from local.quickbooks.messages import Request, Response
from local.quickbooks.templates import page
from local.quickbooks.world import World

# Paths and parameters as in QuickBooks' own links; every other kind has its own name for a path.
_PAGES = {
    "Account": ("register", "accountId"),
    "Customer": ("customerdetail", "nameId"),
    "Employee": ("employeedetail", "nameId"),
    "Item": ("item", "itemId"),
    "JournalEntry": ("journal", "txnId"),
    "Vendor": ("vendordetail", "nameId"),
}
_LISTS = {
    "bills": "Bill",
    "chartofaccounts": "Account",
    "customers": "Customer",
    "employees": "Employee",
    "estimates": "Estimate",
    "invoices": "Invoice",
    "items": "Item",
    "vendors": "Vendor",
}
_KINDS = {_PAGES[kind][0] if kind in _PAGES else kind.lower(): kind for kind in ENTITIES} | {"account": "Account"}
_HIDDEN = {"Line", "domain", "sparse", "CustomExtensions", "CustomField", "MetaData"}
_MOST_ROWS = 200
_COMPANY = ("companyId", "realmId", "deeplinkcompanyid")


def handle(world: World, request: Request) -> Response:
    """Show the page of a link."""
    segments = request.segments[1:]
    wanted = next((request.query[name] for name in _COMPANY if request.query.get(name)), None)
    if not segments:
        return page("companies.html", companies=world.companies.all())
    name = segments[0].lower()
    if name == "login":
        return _sign_in(request, wanted)
    if name == "company" or name in _LISTS:
        companies = [company for company in world.companies.all() if wanted in (None, company.realm_id)]
        if not companies or (name == "company" and wanted is None):
            return _nothing()
        return _company(companies[0], _LISTS.get(name) or request.query.get("list", ""))
    kind = _KINDS.get(name)
    if kind is None:
        return _nothing()
    identity = request.query.get(_page_of(kind)[1]) or request.query.get("id") or ""
    for company in world.companies.all():
        if wanted and company.realm_id != wanted:
            continue
        with company.lock:
            row = company.store(kind).get(identity)
        if row is not None:
            return _entity(company, kind, row.body)
    return _nothing()


def link_to(kind: str, entity: dict[str, Any], realm_id: str) -> str:
    """Return the path of an entity's page."""
    name, parameter = _page_of(kind)
    return f"/app/{name}?{parameter}={entity['Id']}&realmId={realm_id}"


def _page_of(kind: str) -> tuple[str, str]:
    return _PAGES.get(kind) or (kind.lower(), "txnId")


def _sign_in(request: Request, wanted: str | None) -> Response:
    """Go on to the page of a link that names its company, as after signing in."""
    name, _, query = request.query.get("pagereq", "").partition("?")
    if not name.replace("/", "").isalnum():
        return _nothing()
    company = f"&{urlencode({'companyId': wanted})}" if wanted else ""
    return Response(302, headers={"Location": f"/app/{name.strip('/')}?{quote(query, safe='=&%')}{company}"})


def _company(company: Company, chosen: str) -> Response:
    with company.lock:
        counts = {kind: len(store) for kind, store in sorted(company.stores.items()) if len(store)}
        kind = chosen if chosen in ENTITIES else "PurchaseOrder" if "PurchaseOrder" in counts else "Vendor"
        rows = heapq.nlargest(_MOST_ROWS, company.store(kind).all(), key=lambda row: row.number)
    listed = [(link_to(kind, row.body, company.realm_id), _title(row.body), _summary(row.body)) for row in rows]
    return page("company.html", company=company, counts=counts, kind=kind, rows=listed)


def _entity(company: Company, kind: str, entity: dict[str, Any]) -> Response:
    facts = [(name, _shown(value)) for name, value in entity.items() if name not in _HIDDEN]
    facts += [(field["Name"], _shown(field.get("StringValue"))) for field in entity.get("CustomField", [])]
    facts += [("Created", entity["MetaData"]["CreateTime"]), ("Last changed", entity["MetaData"]["LastUpdatedTime"])]
    return page(
        "entity.html",
        company=company,
        kind=kind,
        title=_title(entity),
        entity=entity,
        facts=[(name, value) for name, value in facts if value],
        lines=[_line(line) for line in entity.get("Line", [])],
        total=_shown(entity.get("TotalAmt")),
    )


def _line(line: dict[str, Any]) -> dict[str, str]:
    detail = line.get(line.get("DetailType", "")) or {}
    reference = detail.get("ItemRef") or detail.get("AccountRef") or {}
    return {
        "number": str(line.get("LineNum", "")),
        "what": " ".join(filter(None, (str(reference.get("name", "")), detail.get("PostingType")))),
        "description": str(line.get("Description", "")),
        "quantity": _shown(detail.get("Qty", detail.get("QtyDiff"))),
        "price": _shown(detail.get("UnitPrice")),
        "amount": _shown(line.get("Amount")),
    }


def _title(entity: dict[str, Any]) -> str:
    for name in ("DocNumber", "DisplayName", "FullyQualifiedName", "CompanyName"):
        if entity.get(name):
            return str(entity[name])
    return f"No. {entity['Id']}"


def _summary(entity: dict[str, Any]) -> str:
    values = (
        entity.get("TxnDate"),
        entity.get("VendorRef", {}).get("name") or entity.get("CustomerRef", {}).get("name"),
        entity.get("Type") or entity.get("AccountType"),
        _shown(entity.get("TotalAmt")),
        entity.get("POStatus") or entity.get("TxnStatus"),
        "inactive" if entity.get("Active") is False else None,
    )
    return " · ".join(str(value) for value in values if value)


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, dict):
        if "value" in value:
            return str(value.get("name") or value["value"])
        return ", ".join(filter(None, (_shown(item) for name, item in value.items() if name != "Id")))
    if isinstance(value, list):
        return "; ".join(filter(None, map(_shown, value)))
    if isinstance(value, Decimal):
        return format(value, "f")
    return "" if value is None else str(value)


def _nothing() -> Response:
    return page("error.html", 404, title="Not found", message="There is nothing at this address in any company.")
