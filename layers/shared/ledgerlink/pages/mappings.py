"""What the host's things are in QuickBooks, in words and rows for a bookkeeper."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ledgerlink.domain import rows
from ledgerlink.domain.accounts import account_label
from ledgerlink.domain.mappings import Entries, HostThing, MappingKind, Match, why_not
from ledgerlink.domain.pickers import label
from ledgerlink.domain.rows import Row
from ledgerlink.domain.suggestions import Suggestion, Why
from ledgerlink.usecases.mappings.choose_match import Choice
from ledgerlink.usecases.mappings.read_mappings import mapping_kind
from ledgerlink.usecases.mappings.suggest_matches import Suggested, UnmatchedPage


@dataclass(frozen=True, slots=True)
class KindWords:
    """What a bookkeeper calls a kind, and the entries that it is matched with."""

    many: str
    one: str
    entry: str


KINDS: Mapping[MappingKind, KindWords] = {
    MappingKind.PRODUCTS: KindWords("Products", "product", "product or service"),
    MappingKind.SUPPLIERS: KindWords("Suppliers", "supplier", "vendor"),
    MappingKind.CUSTOMERS: KindWords("Customers", "customer", "customer"),
    MappingKind.EXPENSE_ACCOUNTS: KindWords("Expense codes", "expense code", "account"),
    MappingKind.CLASSES: KindWords("Classes", "class", "class"),
    MappingKind.TERMS: KindWords("Payment terms", "payment term", "term"),
    MappingKind.TAX_CODES: KindWords("Tax codes", "tax code", "tax code"),
}
"""In the order in which people look for them."""

_BECAUSE = {
    Why.SAME_SKU: "same SKU",
    Why.SAME_NUMBER: "same number",
    Why.SAME_NAME: "same name",
    Why.SIMILAR_NAME: "similar name",
}
_PREFIXES = ("sku:", "name:")


def chosen_kind(asked: str | None) -> MappingKind:
    """The first one where none is asked for. Raises NotFound."""
    return mapping_kind(asked) if asked else next(iter(KINDS))


def mappings_shown(
    kind: MappingKind, todo: UnmatchedPage, matches: Sequence[Match], matched_rest: str | None
) -> dict[str, Any]:
    """The rows of both lists."""
    return {
        "unmatched": [_unmatched_row(one, kind) for one in todo.items],
        "rest": todo.after,
        "problem": todo.problem.to_dict() if todo.problem else None,
        "matched": [_matched_row(match, todo.entries) for match in matches],
        "matched_rest": matched_rest,
    }


def choice_shown(kind: MappingKind, choice: Choice) -> dict[str, Any]:
    """What is matched, and the entries to choose from; those that cannot be chosen say why."""
    found, match = choice.entries, choice.match
    return {
        "thing": thing_shown(choice.thing),
        "is_matched": match is not None,
        "entries": [_entry_row(kind, row, match.entity_id if match else "") for row in (found.rows if found else ())],
        "as_of": found.fetched_at if found else None,
        "rest": found.after if found else None,
        "problem": choice.problem.to_dict() if choice.problem else None,
    }


def thing_shown(thing: HostThing) -> dict[str, str]:
    """What people know it by: its name, else its SKU or code; and its id where that is something else."""
    word = plain_id(thing.key.host_id)
    name = thing.name or thing.sku or word
    is_id = word == thing.key.host_id and word not in (name, thing.sku)
    return {
        "host_id": thing.key.host_id,
        "name": name,
        "sku": thing.sku if thing.sku != name else "",
        "id": word if is_id else "",
    }


def plain_id(host_id: str) -> str:
    """An id as people write it: the SKU or name of what has no id."""
    for prefix in _PREFIXES:
        if host_id.startswith(prefix):
            return host_id.removeprefix(prefix)
    return host_id


def entry_name(kind: MappingKind, row: Row) -> str:
    """How QuickBooks shows it: accounts with their number."""
    return account_label(row) if kind is MappingKind.EXPENSE_ACCOUNTS else label(row)


def _unmatched_row(one: Suggested, kind: MappingKind) -> dict[str, Any]:
    return {
        **thing_shown(one.unmatched.thing),
        "problem": one.unmatched.problem,
        "suggestions": [_suggestion(suggestion, kind) for suggestion in one.suggestions],
    }


def _matched_row(match: Match, entries: Entries | None) -> dict[str, Any]:
    """Without a list its entry has no name."""
    kind = MappingKind(match.key.kind)
    row = entries.rows.get(match.entity_id) if entries else None
    return {
        **thing_shown(match.thing),
        "entry": entry_name(kind, row) if row else f"{match.entity} {match.entity_id}",
        "entry_detail": _code_of(row) if row else "",
        "wrong": _wrong(kind, row) if entries else "",
        "manual": match.manual,
        "user": match.by.user if match.by else None,
        "at": match.at,
    }


def _entry_row(kind: MappingKind, row: Row, matched_with: str) -> dict[str, Any]:
    problem = why_not(kind, row)
    return {
        "id": rows.text(row, "Id"),
        "name": entry_name(kind, row),
        "detail": _code_of(row),
        "chosen": rows.text(row, "Id") == matched_with,
        "wrong": problem.partition(":")[0] if problem else "",
    }


def _suggestion(one: Suggestion, kind: MappingKind) -> dict[str, Any]:
    return {
        "id": one.entity_id,
        "name": entry_name(kind, one.row),
        "detail": _code_of(one.row),
        "because": _BECAUSE[one.why],
        "taken_by": [plain_id(host_id) for host_id in one.taken_by],
    }


def _code_of(row: Row) -> str:
    """What tells entries of the same name apart."""
    if sku := rows.text(row, "Sku"):
        return f"SKU {sku}"
    return rows.text(row, "AccountType") or rows.text(row, "Description")


def _wrong(kind: MappingKind, row: Row | None) -> str:
    if row is None:
        return "gone from QuickBooks"
    problem = why_not(kind, row)
    return problem.partition(":")[0].removeprefix("is ") if problem else ""
