"""The pages behind "Open in QuickBooks": one per company and per entity, read-only."""

from decimal import Decimal
from typing import Any

from local.quickbooks.companies import Company
from local.quickbooks.entities import ENTITIES
from local.quickbooks.messages import Request, Response
from local.quickbooks.templates import page
from local.quickbooks.world import World

# Paths and parameters as in QuickBooks' own links. Transactions need no line here.
_LINKS = {
    "vendordetail": ("Vendor", "nameId"),
    "customerdetail": ("Customer", "nameId"),
    "item": ("Item", "itemId"),
    "account": ("Account", "accountId"),
}
_HIDDEN = {"Line", "domain", "sparse", "CustomExtensions", "CustomField", "MetaData"}
_MOST_ROWS = 200


def handle(world: World, request: Request) -> Response:
    """Show the page of a link."""
    segments = request.segments[1:]
    wanted = request.query.get("companyId") or request.query.get("realmId")
    if not segments:
        return page("companies.html", companies=world.companies.all())
    name = segments[0].lower()
    if name == "company":
        company = world.companies.get(wanted or "")
        return _company(company, request.query.get("list", "")) if company is not None else _nothing()
    kind, parameter = _LINKS.get(name) or (_transaction(name), "txnId")
    if kind is None:
        return _nothing()
    identity = request.query.get(parameter) or request.query.get("id") or ""
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
    for name, (linked, parameter) in _LINKS.items():
        if linked == kind:
            return f"/app/{name}?{parameter}={entity['Id']}&realmId={realm_id}"
    return f"/app/{kind.lower()}?txnId={entity['Id']}&realmId={realm_id}"


def _transaction(name: str) -> str | None:
    return next((kind for kind in ENTITIES if kind.lower() == name and not ENTITIES[kind].has_active), None)


def _company(company: Company, chosen: str) -> Response:
    with company.lock:
        counts = {kind: len(store) for kind, store in company.stores.items() if len(store)}
        kind = chosen if chosen in counts else "PurchaseOrder" if "PurchaseOrder" in counts else "Vendor"
        rows = sorted(company.store(kind).all(), key=lambda row: row.number, reverse=True)[:_MOST_ROWS]
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
    detail = line.get(line.get("DetailType", ""), {}) or {}
    reference = detail.get("ItemRef") or detail.get("AccountRef") or {}
    return {
        "number": str(line.get("LineNum", "")),
        "what": str(reference.get("name", "")),
        "description": str(line.get("Description", "")),
        "quantity": _shown(detail.get("Qty")),
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
        entity.get("VendorRef", {}).get("name"),
        entity.get("Type") or entity.get("AccountType"),
        _shown(entity.get("TotalAmt")),
        entity.get("POStatus"),
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
