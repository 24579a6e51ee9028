"""Merge two vendors or two customers, as a user does inside QuickBooks: one goes, its documents stay."""

from typing import Any

from local.quickbooks.clock import seconds_text
from local.quickbooks.entities import ENTITIES, Writing
from local.quickbooks.entities.fields import Shape

MERGED = ("Vendor", "Customer")


def merge(writing: Writing, name: str, gone_id: str, into_id: str) -> dict[str, Any]:
    """Point everything at ``into_id`` that points at ``gone_id``, move the balance, and delete the latter.

    Documents get a new LastUpdatedTime and keep their SyncToken. Raise ValueError for what cannot be merged.
    """
    company, kind = writing.company, ENTITIES[name]
    store = company.store(name)
    gone, into = store.get(gone_id), store.get(into_id)
    if gone is None or into is None or gone_id == into_id:
        raise ValueError(f"from and into are the ids of two entities of kind {name}")
    if gone.body.get("CurrencyRef") != into.body.get("CurrencyRef"):
        raise ValueError("only names with the same currency can be merged")
    reference = {"value": into_id, "name": kind.display_name(into.body)}
    moved = 0
    for other in ENTITIES.values():
        for row in list(company.store(other.name).all()):
            changed = _redirected(other.shape, row.body, name, gone_id, reference)
            if changed is not row.body and row is not gone:
                other.touch(writing, row.body["Id"], changed)
                moved += 1
    balances: dict[str, Any] = {
        field: into.body[field] + gone.body[field] for field in ("Balance", "BalanceWithJobs") if field in gone.body
    }
    kind.touch(writing, into_id, balances)
    store.remove(gone_id, seconds_text(writing.now))
    company.touched()
    company.changed(name, into_id, "Merge", writing.now, gone_id)
    return {"merged": gone_id, "into": into_id, "moved": moved}


def _redirected(
    shape: Shape, body: dict[str, Any], name: str, gone_id: str, reference: dict[str, str]
) -> dict[str, Any]:
    """Return the body with its references changed, or the body itself if there is none."""
    changes: dict[str, Any] = {}
    for field_name, value in body.items():
        field = shape.fields.get(field_name)
        if field is None or value is None:
            continue
        if field.kind == "reference" and name in field.refers_to and value["value"] == gone_id:
            changes[field_name] = {**value, **{part: reference[part] for part in reference if part in value}}
        elif field.kind == "object" and field.shape is not None:
            parts = value if field.repeated else [value]
            redirected = [_redirected(field.shape, part, name, gone_id, reference) for part in parts]
            if any(new is not part for new, part in zip(redirected, parts, strict=True)):
                changes[field_name] = redirected if field.repeated else redirected[0]
    return {**body, **changes} if changes else body
