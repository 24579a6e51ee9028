"""How settings, instances, lists and mappings look in the API's JSON."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from ledgerlink.domain import rows
from ledgerlink.domain.history import Actor, HistoryEntry
from ledgerlink.domain.instances import Instance
from ledgerlink.domain.mappings import Match
from ledgerlink.domain.pickers import ListName, is_active, label
from ledgerlink.domain.reference_data import Account, Class, Department, TaxCode, Term
from ledgerlink.domain.rows import Row
from ledgerlink.domain.suggestions import Suggestion
from ledgerlink.domain.times import optional_text, to_text
from ledgerlink.usecases.mappings.suggest_matches import Suggested, UnmatchedPage
from ledgerlink.usecases.settings.read_lists import ListPage
from ledgerlink.usecases.settings.read_settings import AccountInUse, SettingsInUse


def settings_shape(found: SettingsInUse) -> dict[str, Any]:
    """The settings as they work, the account of each role, and what is missing."""
    return {
        "connection": found.connection.connection_id,
        "settings": found.connection.settings.model_dump(mode="json"),
        "accounts": {account.role.value: _account_in_use(account) for account in found.accounts},
        "missing": list(found.missing),
        "accounts_read_at": optional_text(found.chart_read_at),
    }


def history_shape(entry: HistoryEntry) -> dict[str, Any]:
    """One change: who, when, and each value before and after."""
    changes = [{"path": change.path, "from": change.before, "to": change.after} for change in entry.changes]
    return {"at": to_text(entry.at), "by": actor_shape(entry.by), "changes": changes}


def actor_shape(actor: Actor) -> dict[str, Any]:
    """Who did something."""
    return {"caller": actor.caller, "user": actor.user}


def instance_shape(instance: Instance) -> dict[str, Any]:
    """A sub-unit of the tenant."""
    return {
        "id": instance.instance_id,
        "connection": instance.connection_id,
        "enabled": instance.enabled,
        "auto_invoice": instance.auto_invoice,
    }


def match_shape(match: Match) -> dict[str, Any]:
    """What something of the host is in QuickBooks."""
    return {
        "kind": match.key.kind,
        "host_id": match.key.host_id,
        "name": match.name,
        "sku": match.sku,
        "entity": match.entity,
        "quickbooks_id": match.entity_id,
        "manual": match.manual,
        "matched_at": optional_text(match.at),
        "matched_by": actor_shape(match.by) if match.by else None,
    }


def unmatched_shape(page: UnmatchedPage) -> dict[str, Any]:
    """A page of what is not matched, and as of when QuickBooks' list is; or why that is not known."""
    return {
        "items": [_suggested(one) for one in page.items],
        "next": page.after,
        "fetched_at": optional_text(page.entries.as_of) if page.entries else None,
        "problem": page.problem.to_dict() if page.problem else None,
    }


def list_shape(page: ListPage) -> dict[str, Any]:
    """A page of a list, and as of when it is."""
    return {
        "items": [_ENTRIES[page.name](row) for row in page.rows],
        "next": page.after,
        "fetched_at": to_text(page.fetched_at),
    }


def _suggested(one: Suggested) -> dict[str, Any]:
    thing = one.unmatched.thing
    return {
        "kind": thing.key.kind,
        "host_id": thing.key.host_id,
        "name": thing.name,
        "sku": thing.sku,
        "noted_at": to_text(one.unmatched.noted_at),
        "problem": one.unmatched.problem,
        "suggestions": [_suggestion(suggestion) for suggestion in one.suggestions],
    }


def _suggestion(suggestion: Suggestion) -> dict[str, Any]:
    return {
        "quickbooks_id": suggestion.entity_id,
        "name": label(suggestion.row),
        "sku": rows.text(suggestion.row, "Sku"),
        "why": suggestion.why.value,
        "score": suggestion.score,
        "taken_by": list(suggestion.taken_by),
    }


def _account_in_use(account: AccountInUse) -> dict[str, Any]:
    return {
        "how": account.how.value,
        "id": account.account_id,
        "name": account.name,
        "problem": account.problem or None,
    }


def _item(row: Row) -> dict[str, Any]:
    return _named(row) | {"sku": rows.text(row, "Sku"), "type": rows.text(row, "Type")}


def _party(row: Row) -> dict[str, Any]:
    return _named(row) | {
        "company_name": rows.text(row, "CompanyName"),
        "currency": rows.reference(row, "CurrencyRef"),
    }


def _named(row: Row) -> dict[str, Any]:
    return {
        "id": rows.text(row, "Id"),
        "name": rows.text(row, "DisplayName") or rows.text(row, "Name"),
        "active": is_active(row),
        "full_name": label(row),
    }


_ENTRIES: Mapping[ListName, Callable[[Row], dict[str, Any]]] = {
    ListName.ACCOUNTS: lambda row: asdict(Account.from_row(row)),
    ListName.CLASSES: lambda row: asdict(Class.from_row(row)),
    ListName.DEPARTMENTS: lambda row: asdict(Department.from_row(row)),
    ListName.TERMS: lambda row: asdict(Term.from_row(row)),
    ListName.TAX_CODES: lambda row: asdict(TaxCode.from_row(row)),
    ListName.ITEMS: _item,
    ListName.VENDORS: _party,
    ListName.CUSTOMERS: _party,
}
