"""What each section of the settings shows."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ledgerlink.domain import rows
from ledgerlink.domain.accounts import account_label
from ledgerlink.domain.connections import Connection
from ledgerlink.domain.history import HistoryEntry
from ledgerlink.domain.organic_settings import OrganicSettings
from ledgerlink.domain.roles import Role
from ledgerlink.domain.settings import Kinds
from ledgerlink.pages.portal import Visit
from ledgerlink.pages.settings import accounts, customer, sections
from ledgerlink.pages.settings.fields import FORMS, KEYWORDS, texts
from ledgerlink.pages.settings.forms import Form, Refused, Shown, form
from ledgerlink.pages.settings.history import OF_INSTANCES, OF_SETTINGS, changes_in_words, is_about_accounts
from ledgerlink.pages.settings.instances import instance_forms, new_instance_form
from ledgerlink.pages.settings.sources import Sources
from ledgerlink.pages.site import site_of
from ledgerlink.pages.words import KINDS
from ledgerlink.usecases.settings.read_instances import read_instance_history
from ledgerlink.usecases.settings.read_settings import read_settings_history

ENTRIES = 25
"""Of the history, on one page."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks for a section of which company, and the form that was refused."""

    visit: Visit
    sources: Sources
    company: Connection
    refused: Refused | None


@dataclass(frozen=True, slots=True)
class Contents:
    """What one section shows, beside what all of them do."""

    values: Mapping[str, Any]
    fields: Sequence[Shown] = ()
    """Those that may be marked."""


def contents_of(section: str, asked: Asked) -> Contents:
    """A section of a company's settings."""
    if section in _CONTENTS:
        return _CONTENTS[section](asked)
    settings = asked.company.settings
    plain = settings.model_dump(mode="json")
    forms = {name: _form(name, texts(FORMS[name], plain), asked.refused) for name in sections.FORMS_OF[section]}
    values = {
        "forms": forms,
        "settings": settings,
        "usual": Kinds(),
        "kinds": KINDS,
        "glance": {kind: sections.at_a_glance(settings, kind) for kind in KINDS},
        "opened": asked.visit.request.query.get("open", ""),
        "time_zones": sections.time_zones() if section == sections.GENERAL else (),
    }
    return Contents(values, _fields(forms.values()))


def keywords_contents(found: OrganicSettings, refused: Refused | None) -> Contents:
    """What the tenant calls organic, whichever company it is about."""
    now = texts(KEYWORDS, {"keywords": found.keywords, "emails": found.emails})
    shown = form("keywords", KEYWORDS, now, refused)
    return Contents({"form": shown, "is_evaluating": found.is_evaluating}, _fields([shown]))


def _accounts(asked: Asked) -> Contents:
    company, in_use = asked.company, asked.sources.in_use(asked.company)
    now = texts(FORMS["accounts"], company.settings.model_dump(mode="json")) | accounts.shown_texts(in_use)
    shown = _form("accounts", now, asked.refused)
    roles = [
        {
            "name": accounts.name_of(role),
            "purpose": accounts.PURPOSES[role],
            "types": accounts.fitting_words(company, role),
        }
        for role in Role
    ]
    pickers = accounts.pickers(in_use, asked.refused)
    return Contents({"form": shown, "in_use": in_use, "pickers": pickers, "roles": roles}, _fields([shown]))


def _customer(asked: Asked) -> Contents:
    chosen = asked.company.settings.default_customer
    shown = form("customer", customer.FIELDS, customer.customer_texts(chosen), asked.refused)
    picker = customer.customer_picker(chosen, asked.refused, lambda text: asked.sources.customers(asked.company, text))
    return Contents({"form": shown, "picker": picker, "chosen": chosen}, _fields([shown]))


def _instances(asked: Asked) -> Contents:
    forms = instance_forms(asked.visit.tenant.instances, asked.refused)
    new = new_instance_form(asked.refused, asked.company.connection_id)
    return Contents({"forms": forms, "new": new}, _fields([*forms.values(), new]))


def _history(asked: Asked) -> Contents:
    query = asked.visit.request.query
    instance, is_first = query.get("instance", ""), "after" not in query
    entries, further = _entries(asked, instance, query.get("after"))
    names: dict[str, str] = {}
    if is_about_accounts(entries):
        names = {rows.text(row, "Id"): account_label(row) for row in asked.sources.in_use(asked.company).chart}
    companies = {one.connection_id: one.company_name for one in asked.visit.tenant.connections}
    labels, vendor = OF_INSTANCES if instance else OF_SETTINGS, site_of(asked.visit.request).vendor
    changes = changes_in_words(entries, labels, vendor, names, companies)
    return Contents({"changes": changes, "further": further, "instance": instance, "is_first": is_first})


def _entries(asked: Asked, instance: str, after: str | None) -> tuple[Sequence[HistoryEntry], str | None]:
    tenants, choices, key = asked.sources.tenants, asked.sources.choices, asked.company.key
    if instance:
        return read_instance_history(tenants, choices, key.tenant_id, instance, limit=ENTRIES, after=after)
    return read_settings_history(tenants, choices, key.tenant_id, key.connection_id, limit=ENTRIES, after=after)


def _form(name: str, now: Mapping[str, str], refused: Refused | None) -> Form:
    return form(name, FORMS[name], now, refused if refused and refused.sent.form == name else None)


def _fields(forms: Iterable[Form]) -> list[Shown]:
    return [shown for one in forms for shown in one.fields.values()]


_CONTENTS: Mapping[str, Callable[[Asked], Contents]] = {
    "accounts": _accounts,
    "customer": _customer,
    "instances": _instances,
    "history": _history,
}
