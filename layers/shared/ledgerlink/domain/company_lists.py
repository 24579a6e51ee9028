"""Finding an entry of a company's list by the word that a document uses for it: an account code, a class, terms."""

from collections.abc import Mapping, Sequence
from typing import Any

from ledgerlink.domain.names import same_name
from ledgerlink.errors import OutOfSync

type Entity = Mapping[str, Any]

_PROPERTIES = {
    "expense-accounts": ("AcctNum", "FullyQualifiedName", "Name"),
    "classes": ("FullyQualifiedName", "Name"),
    "terms": ("Name",),
    "tax-codes": ("Name", "Id"),
}
_CALLED = {
    "expense-accounts": ("account", "number or name"),
    "classes": ("class", "name"),
    "terms": ("payment term", "name"),
    "tax-codes": ("tax code", "name"),
}


def find_entry(kind: str, rows: Sequence[Entity], word: str, known_id: str | None) -> str:
    """The id of the active entry that the word means; ``known_id`` is what it is linked to.

    Raises OutOfSync naming it when it is gone, inactive or not the only one.
    """
    what, by = _CALLED[kind]
    found = _called(kind, rows, word) if known_id is None else [row for row in rows if str(row["Id"]) == known_id]
    active = [row for row in found if row.get("Active", True)]
    if len(active) == 1:
        return str(active[0]["Id"])
    if active:
        raise OutOfSync(
            f"QuickBooks has several entries called '{word}' among which the {what} may be meant.",
            code=f"{_code(kind)}_ambiguous",
            hint=f"Use its full name with its parents{', or its number' if 'number' in by else ''}.",
        )
    if found:
        label = found[0].get("FullyQualifiedName") or found[0].get("Name") or word
        raise OutOfSync(f"The {what} '{label}' is inactive in QuickBooks.", code=f"{_code(kind)}_inactive")
    if known_id is not None:
        raise OutOfSync(
            f"The {what} that '{word}' stands for is gone from QuickBooks.",
            code=f"{_code(kind)}_missing",
            hint=f"Match '{word}' to another {what} under Mappings; then send it again.",
        )
    raise OutOfSync(
        f"QuickBooks has no {what} with the {by} '{word}'.",
        code=f"{_code(kind)}_missing",
        hint=f"Create the {what} in QuickBooks, or match '{word}' to another one under Mappings; then send it again.",
    )


def _called(kind: str, rows: Sequence[Entity], word: str) -> list[Entity]:
    """The first way that finds any: by number, by full name, by plain name."""
    for prop in _PROPERTIES[kind]:
        if found := [row for row in rows if row.get(prop) and same_name(str(row[prop]), word)]:
            return found
    return []


def _code(kind: str) -> str:
    return {"expense-accounts": "account", "classes": "class", "terms": "term", "tax-codes": "tax_code"}[kind]
