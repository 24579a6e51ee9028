"""How the settings are divided into pages, and what is said of each kind of document at a glance."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from zoneinfo import available_timezones

from ledgerlink.domain.connections import Connection, ConnectionStatus
from ledgerlink.domain.contents import COLLECTION_NAMES
from ledgerlink.domain.settings import SAVED, Mode, Settings
from ledgerlink.domain.tenants import Tenant
from ledgerlink.errors import NotFound
from ledgerlink.pages.settings.fields import FORMS

GENERAL = "general"
SECTIONS: Mapping[str, str] = {
    GENERAL: "General",
    "documents": "What is sent",
    "accounts": "Accounts",
    "customer": "Default customer",
    "new-products": "New products",
    "reading": "Reading from QuickBooks",
    "instances": "Instances",
    "keywords": "Organic goods",
    "history": "Changes",
}
OF_THE_TENANT = frozenset({"instances", "keywords"})
"""The same for all its companies."""
FORMS_OF: Mapping[str, Sequence[str]] = {
    GENERAL: ("integration", "schedule"),
    "documents": COLLECTION_NAMES,
    **{section: (section,) for section in ("accounts", "new-products", "reading")},
}
"""The forms of connections' settings that a section shows."""
_SECTION_OF = {form: section for section, forms in FORMS_OF.items() for form in forms}


def known_section(name: str) -> str:
    """A section by its name, or by that of a form in it: a form that was refused has that address. Raises NotFound."""
    section = _SECTION_OF.get(name, name)
    if section not in SECTIONS:
        raise NotFound("There is no such page of settings.", hint="Go back to Settings, and choose from its list.")
    return section


def section_of(form: str) -> str:
    """Where a form is shown. Raises NotFound for what is no form."""
    if form in FORMS or form in OF_THE_TENANT or form == "customer":
        return _SECTION_OF.get(form, form)
    raise NotFound("There is no such form.", hint="Go back to Settings, and choose from its list.")


def address(section: str) -> str:
    """Of a section's page."""
    return "/portal/settings" if section == GENERAL else f"/portal/settings/{section}"


def chosen_company(tenant: Tenant, wanted: str | None) -> Connection | None:
    """The company that is asked for, else the first of those that are connected. Raises NotFound."""
    if wanted:
        return tenant.connection(wanted)
    order = list(ConnectionStatus)
    return min(tenant.connections, key=lambda connection: order.index(connection.status), default=None)


def known_company(tenant: Tenant, wanted: str | None) -> Connection:
    """The same, for a form. Raises NotFound, also where there is none at all."""
    company = chosen_company(tenant, wanted)
    if company is None:
        raise NotFound("No QuickBooks company is connected.", hint="Connect one first.")
    return company


def at_a_glance(settings: Settings, kind: str) -> str:
    """When documents of a kind are sent: ``Automatic, when approved or ordered``."""
    chosen = settings.kinds.of(kind)
    if not settings.enabled:
        return "Off, as everything is"
    if not chosen.enabled:
        return "Off"
    if settings.mode is Mode.MANUAL or not chosen.push_when or not settings.is_automatic(kind):
        return "By hand only"
    automatic = "Daily" if settings.mode is Mode.DAILY else "Automatic"
    if SAVED in (word.casefold() for word in chosen.push_when):
        return f"{automatic}, in any status"
    return f"{automatic}, when {in_a_row(chosen.push_when)}"


def in_a_row(words: Iterable[str]) -> str:
    """``approved, ordered or shipped``."""
    *first, last = words
    return f"{', '.join(first)} or {last}" if first else last


@cache
def time_zones() -> Sequence[str]:
    """Those that people know by a place."""
    places = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")
    return ("UTC", *sorted(zone for zone in available_timezones() if zone.startswith(places)))
