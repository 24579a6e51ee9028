"""Links between transactions: a bill receives purchase orders, an invoice bills an estimate.

Both sides show the other in LinkedTxn. https://developer.intuit.com/app/developer/qbo/docs/workflows/manage-linked-transactions
"""

from collections import defaultdict
from decimal import Decimal
from typing import Any

from local.quickbooks.entities.base import ENTITIES, Writing
from local.quickbooks.entities.fields import missing
from local.quickbooks.faults import Fault

_ZERO = Decimal(0)
_ORDER = "PurchaseOrder"


def check_orders(writing: Writing, bill: dict[str, Any], old: dict[str, Any] | None) -> None:
    """Check the purchase orders that a bill's lines name, and show them in its own LinkedTxn."""
    check_links(bill)
    before = _orders_of(old) if old is not None else {}
    for links in [bill.get("LinkedTxn", []), *[line.get("LinkedTxn", []) for line in bill["Line"]]]:
        for link in links:
            _check_order(writing, bill, link, before)
    head = bill.get("LinkedTxn", [])
    others = [link for link in head if link.get("TxnType") != _ORDER]
    orders = dict.fromkeys(_orders_of({"Line": bill["Line"]}))
    # New lines say anew which orders they are for; the head counts besides them only if it was sent too.
    if old is None or bill["Line"] is old["Line"] or head is not old["LinkedTxn"]:
        orders |= dict.fromkeys(link["TxnId"] for link in head if link.get("TxnType") == _ORDER)
    bill["LinkedTxn"] = others + [{"TxnId": order_id, "TxnType": _ORDER} for order_id in orders]


def check_links(entity: dict[str, Any]) -> None:
    """Raise fault 2020 for a link that does not say what it links to."""
    for part in [entity, *entity["Line"]]:
        for link in part.get("LinkedTxn", []):
            for name in ("TxnId", "TxnType"):
                if not link.get(name):
                    raise missing(f"LinkedTxn.{name}")


def relink_orders(writing: Writing, new: dict[str, Any] | None, old: dict[str, Any] | None) -> None:
    """Close the orders that a bill received in full, and open again those it no longer does."""
    for order_id in dict.fromkeys([*_orders_of(old or {}), *_orders_of(new or {})]):
        row = writing.company.store(_ORDER).get(order_id)
        if row is None:
            continue
        order = dict(row.body)
        received = _orders_of(new or {}).get(order_id)
        returned = _orders_of(old or {}).get(order_id, {})
        order["Line"] = [_received(line, received or {}, returned) for line in order["Line"]]
        bill_id = (new or old or {})["Id"]
        rest = [link for link in order["LinkedTxn"] if link["TxnId"] != bill_id]
        order["LinkedTxn"] = [*rest, {"TxnId": bill_id, "TxnType": "Bill"}] if received is not None else rest
        complete = all(_is_received(line) for line in order["Line"] if "Amount" in line)
        if not writing.switches.partial_receipt:
            complete = bool(order["LinkedTxn"])
        order["POStatus"] = "Closed" if order.get("ManuallyClosed") or complete else "Open"
        _store(writing, _ORDER, row, order)


def relink_estimates(writing: Writing, new: dict[str, Any] | None, old: dict[str, Any] | None) -> None:
    """Close the estimates that an invoice bills, and open again those it no longer does."""
    invoice_id = (new or old or {})["Id"]
    wanted = _linked(new, "Estimate")
    for estimate_id in dict.fromkeys([*_linked(old, "Estimate"), *wanted]):
        row = writing.company.store("Estimate").get(estimate_id)
        if row is None:
            continue
        rest = [link for link in row.body.get("LinkedTxn", []) if link["TxnId"] != invoice_id]
        links = [*rest, {"TxnId": invoice_id, "TxnType": "Invoice"}] if estimate_id in wanted else rest
        status = "Closed" if links else "Accepted" if row.body["TxnStatus"] == "Closed" else row.body["TxnStatus"]
        _store(writing, "Estimate", row, {**row.body, "LinkedTxn": links, "TxnStatus": status})


def check_estimates(writing: Writing, invoice: dict[str, Any]) -> None:
    """Check the estimates that an invoice names."""
    check_links(invoice)
    for estimate_id in _linked(invoice, "Estimate"):
        row = writing.company.store("Estimate").get(estimate_id)
        if row is None:
            raise _unlinkable(estimate_id, "it does not exist")
        if row.body["CustomerRef"]["value"] != invoice["CustomerRef"]["value"]:
            raise _unlinkable(estimate_id, "it is for another customer")


def _check_order(
    writing: Writing, bill: dict[str, Any], link: dict[str, Any], before: dict[str, dict[str, Decimal | None]]
) -> None:
    if link.get("TxnType") != _ORDER:
        return
    order_id = str(link.get("TxnId", ""))
    row = writing.company.store(_ORDER).get(order_id)
    if row is None:
        raise _unlinkable(order_id, "it does not exist")
    if row.body["VendorRef"]["value"] != bill["VendorRef"]["value"]:
        raise _unlinkable(order_id, "it is from another vendor")
    if order_id in before:
        return
    if "TxnLineId" not in link and writing.switches.bill_link_needs_line and not _names_line(bill, order_id):
        raise missing("LinkedTxn.TxnLineId")
    if "TxnLineId" in link and all(line["Id"] != link["TxnLineId"] for line in row.body["Line"]):
        raise _unlinkable(order_id, f"it has no line {link['TxnLineId']}")
    if row.body["POStatus"] == "Closed":
        raise _unlinkable(order_id, "it is closed")


def _names_line(bill: dict[str, Any], order_id: str) -> bool:
    links = [link for line in bill["Line"] for link in line.get("LinkedTxn", [])]
    return any(link.get("TxnId") == order_id and "TxnLineId" in link for link in links)


def _orders_of(bill: dict[str, Any]) -> dict[str, dict[str, Decimal | None]]:
    """Return the orders of a bill with what each receives by line; None for all there is, '*' for all lines."""
    found: dict[str, dict[str, Decimal | None]] = defaultdict(dict)
    for line in bill.get("Line", []):
        for link in line.get("LinkedTxn", []):
            if link.get("TxnType") == _ORDER and link.get("TxnId"):
                quantity = (line.get(line["DetailType"]) or {}).get("Qty")
                line_id = link.get("TxnLineId", "*")
                known = found[link["TxnId"]].get(line_id, _ZERO)
                found[link["TxnId"]][line_id] = None if quantity is None or known is None else known + quantity
    for link in bill.get("LinkedTxn", []):
        if link.get("TxnType") == _ORDER and link.get("TxnId") not in found:
            found[link["TxnId"]] = {"*": None}
    return dict(found)


def _received(
    line: dict[str, Any], received: dict[str, Decimal | None], returned: dict[str, Decimal | None]
) -> dict[str, Any]:
    if "Amount" not in line:
        return line
    ordered = (line.get(line["DetailType"]) or {}).get("Qty", Decimal(1))
    total = line.get("Received", _ZERO)
    for change, sign in ((returned, -1), (received, 1)):
        for line_id, quantity in change.items():
            if line_id in {line["Id"], "*"}:
                total += sign * (ordered if quantity is None or line_id == "*" else quantity)
    changed = {name: value for name, value in line.items() if name != "Received"}
    return {**changed, "Received": max(total, _ZERO)} if total > 0 else changed


def _is_received(line: dict[str, Any]) -> bool:
    ordered: Decimal = (line.get(line["DetailType"]) or {}).get("Qty", Decimal(1))
    return bool(line.get("Received", _ZERO) >= ordered)


def _linked(entity: dict[str, Any] | None, kind: str) -> list[str]:
    return [link["TxnId"] for link in (entity or {}).get("LinkedTxn", []) if link.get("TxnType") == kind]


def _store(writing: Writing, kind: str, row: Any, entity: dict[str, Any]) -> None:
    if writing.switches.links_change_sync_token:
        ENTITIES[kind].replace(writing, row, entity)
    elif entity != row.body:
        ENTITIES[kind].touch(writing, row.body["Id"], entity)


def _unlinkable(txn_id: str, reason: str) -> Fault:
    return Fault("620", f"Transaction cannot be linked : TxnId {txn_id}: {reason}.", "LinkedTxn")
