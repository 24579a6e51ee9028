"""How a preview looks in the API's JSON."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ledgerlink.domain.difference import Change
from ledgerlink.usecases.push.preview_document import Preview
from ledgerlink.usecases.push.preview_references import Reference


def preview_shape(preview: Preview) -> dict[str, Any]:
    """What sending the document now would do."""
    held = preview.held
    return {
        "id": preview.key.document_id,
        "kind": preview.key.kind,
        "entity": preview.entity,
        "action": preview.action.value,
        "quickbooks_id": preview.entity_id,
        "body": plain(preview.body),
        "references": [_reference(reference) for reference in preview.references],
        "difference": [_change(change) for change in preview.difference],
        "notes": list(preview.notes),
        "held": held and {"status": held.status.value, "reason": held.reason},
        "problems": [problem.to_dict() for problem in preview.problems],
    }


def plain(value: Any) -> Any:
    """QuickBooks' decimals as JSON's numbers: fifteen digits, as Intuit takes, survive that."""
    if isinstance(value, Mapping):
        return {name: plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def _reference(reference: Reference) -> dict[str, Any]:
    return {
        "kind": reference.kind,
        "host_id": reference.host_id,
        "how": reference.how.value,
        "entity": reference.entity,
        "quickbooks_id": reference.entity_id,
        "name": reference.name,
        "body": plain(reference.body),
    }


def _change(change: Change) -> dict[str, Any]:
    return {"path": change.path, "now": plain(change.now), "then": plain(change.then)}
