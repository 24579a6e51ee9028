"""What sending a document would do in QuickBooks, in a bookkeeper's words."""

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ledgerlink.api.preview_shapes import plain
from ledgerlink.domain.difference import Change
from ledgerlink.pages.words import KINDS
from ledgerlink.usecases.push.intend_write import Action
from ledgerlink.usecases.push.preview_document import Preview
from ledgerlink.usecases.push.preview_references import HowNamed, Reference

_HOW: Mapping[HowNamed, tuple[str, str]] = {
    HowNamed.LINKED: ("good", "Known from before"),
    HowNamed.MATCHED_BY_HAND: ("good", "Chosen by hand"),
    HowNamed.FOUND: ("good", "Found in QuickBooks"),
    HowNamed.WOULD_BE_CREATED: ("busy", "Would be created"),
}
_NAMED: Mapping[str, str] = {
    "accounts": "Account",
    "expense-accounts": "Expense account",
    "classes": "Class",
    "terms": "Terms",
    "tax-codes": "Tax code",
}
_FIELDS: Mapping[str, str] = {
    "TxnDate": "Date",
    "DocNumber": "Number",
    "PrivateNote": "Memo that only your company sees",
    "CustomerMemo": "Message to the customer",
    "POStatus": "Status",
    "SalesTerm": "Terms",
    "Qty": "Quantity",
    "APAccount": "Accounts payable account",
    "ARAccount": "Accounts receivable account",
    "BillAddr": "Billing address",
    "ShipAddr": "Shipping address",
    "BillEmail": "E-mail",
    "PrimaryEmailAddr": "E-mail",
    "WebAddr": "Website",
    "UnitPrice": "Price",
    "DetailType": "Kind of line",
    "ItemBasedExpenseLineDetail": "",
    "AccountBasedExpenseLineDetail": "",
    "SalesItemLineDetail": "",
    "ItemAdjustmentLineDetail": "",
    "JournalEntryLineDetail": "",
}
"""Fields that QuickBooks' screens call something else than its API; "" for what only holds others."""
_NOT_SHOWN = frozenset({"Id", "LineNum", "DetailType", "CustomExtensions"})
"""Of a whole line."""
_NEW = re.compile(r"new \w+ '(.*)'", re.DOTALL)
"""What stands in bodies for the id of something that would be created."""
_LINE = re.compile(r"Line\[(new )?(\w+)\]\.?")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def preview_view(preview: Preview) -> dict[str, Any]:
    """What a page shows of a preview."""
    names = {(str(one.entity), str(one.entity_id)): one.name for one in preview.references if one.entity_id}
    return {
        "sentence": _sentence(preview),
        "action": preview.action.value,
        "held": preview.held.reason if preview.held else None,
        "held_status": preview.held.status.value if preview.held else None,
        "problems": [problem.to_dict() for problem in preview.problems],
        "notes": list(preview.notes),
        "references": [_reference(reference) for reference in preview.references],
        "changes": [_change(change, names) for change in preview.difference],
        "body": _json(preview.body) if preview.body is not None else "",
    }


def _sentence(preview: Preview) -> str:
    entity = _split(preview.entity or "document").lower()
    article = "an" if entity[0] in "aeiou" else "a"
    match preview.action:
        case Action.CREATE:
            return f"Sending it now would create {article} {entity} in QuickBooks."
        case Action.UPDATE if preview.difference:
            return f"Sending it now would change its {entity} in QuickBooks."
        case Action.UPDATE:
            return f"Its {entity} in QuickBooks is the same already: sending it now would change nothing."
        case Action.REATTACH:
            return f"QuickBooks has {article} {entity} under this number or name already: it would be taken over."
        case _ if preview.problems:
            return "It could not be sent as things stand."
        case _:
            return "Nothing would be sent now."


def _reference(reference: Reference) -> dict[str, str]:
    tone, how = _HOW[reference.how]
    kind = KINDS[reference.kind].one if reference.kind in KINDS else _NAMED.get(reference.kind, reference.kind)
    return {
        "kind": kind,
        "host_id": _host_words(reference),
        "name": reference.name,
        "entity": _split(reference.entity),
        "tone": tone,
        "how": how,
        "body": _json(reference.body) if reference.body is not None else "",
    }


def _host_words(reference: Reference) -> str:
    """What the host calls it: the purpose of an account, the SKU or name of a product without an id."""
    if reference.kind == "accounts":
        return reference.host_id.replace("_", " ").capitalize()
    return re.sub(r"^sku:", "SKU ", reference.host_id).removeprefix("name:")


def _change(change: Change, names: Mapping[tuple[str, str], str]) -> dict[str, str]:
    line = _LINE.match(change.path)
    field = change.path[line.end() :] if line else change.path
    where = f"{'New line' if line[1] else 'Line'} {line[2]}" if line else ""
    last = field.rpartition(".")[2]
    return {
        "field": ": ".join(filter(None, (where, field_words(field)))),
        "now": _value(change.now, last, names) or "nothing",
        "then": _value(change.then, last, names) or ("nothing" if field else "removed"),
    }


def field_words(path: str) -> str:
    """``SalesItemLineDetail.UnitPrice`` as ``Price``, ``BillAddr.PostalCode`` as ``Billing address, postal code``."""
    parts = [part.removesuffix("Ref") for part in path.split(".") if part]
    words = [_FIELDS.get(part, _split(part)) for part in parts]
    shown = ", ".join(filter(None, words)).lower()
    return shown[:1].upper() + shown[1:]


def _value(value: Any, field: str, names: Mapping[tuple[str, str], str]) -> str:
    match value:
        case {"value": known, **rest}:
            return str(rest.get("name") or _name(field, str(known), names))
        case Mapping():
            shown = (name for name in value if name not in _NOT_SHOWN)
            parts = ((field_words(name), _value(value[name], name, names)) for name in shown)
            return "; ".join(f"{name}: {words}" if name else words for name, words in parts if words)
        case list():
            return ", ".join(_value(part, field, names) for part in value)
        case bool():
            return "yes" if value else "no"
        case Decimal():
            return f"{value:f}"
        case None:
            return ""
        case _:
            return str(value)


def _name(field: str, known: str, names: Mapping[tuple[str, str], str]) -> str:
    """What an id stands for, where the document names it: ``APAccountRef`` is an Account."""
    if new := _NEW.fullmatch(known):
        return f"{new[1]} (new)"
    kind = field.removesuffix("Ref")
    return next((name for (entity, one), name in names.items() if one == known and kind.endswith(entity)), known)


def _split(name: str) -> str:
    """``PurchaseOrder`` as ``Purchase order``."""
    return " ".join(_CAMEL.split(name)).capitalize()


def _json(body: Mapping[str, Any]) -> str:
    return json.dumps(plain(body), indent=2, ensure_ascii=False)
