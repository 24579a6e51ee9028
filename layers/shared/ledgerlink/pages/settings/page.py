"""The pages of the settings, also with a form that was refused, and suggestions for search fields."""

from collections.abc import Callable, Sequence

from ledgerlink.api.http import Answer
from ledgerlink.domain.accounts import account_label
from ledgerlink.domain.pickers import label
from ledgerlink.domain.roles import Role
from ledgerlink.domain.rows import Row
from ledgerlink.pages.portal import Visit
from ledgerlink.pages.settings import sections
from ledgerlink.pages.settings.accounts import name_of, searched
from ledgerlink.pages.settings.contents import Asked, Contents, contents_of, keywords_contents
from ledgerlink.pages.settings.forms import Refused, notice
from ledgerlink.pages.settings.pickers import OFFERED
from ledgerlink.pages.settings.sources import Sources


def settings_page(visit: Visit, sources: Sources, section: str, refused: Refused | None = None) -> Answer:
    """A section's page. Raises NotFound for another tenant's company."""
    company = sections.chosen_company(visit.tenant, visit.request.query.get("connection"))
    contents = Contents({})
    if section == "keywords":
        contents = keywords_contents(sources.keywords.read(visit.tenant_id), refused)
    elif company is not None:
        contents = contents_of(section, Asked(visit, sources, company, refused))
    return visit.page(
        "settings.html",
        status=refused.error.http_status if refused else 200,
        section=section,
        sections=sections.SECTIONS,
        section_address=sections.address,
        of_the_tenant=sections.OF_THE_TENANT,
        company=company,
        connections=visit.tenant.connections,
        refusal=notice(refused, contents.fields) if refused else None,
        **contents.values,
    )


def suggestions(visit: Visit, sources: Sources, section: str) -> Answer:
    """What to offer while one is typing in a search field: a piece of the page."""
    query = visit.request.query
    company = sections.chosen_company(visit.tenant, query.get("connection"))
    name = query["suggest"]
    text = query.get(f"{name}.text", "").strip()
    label_of: Callable[[Row], str] = label if section == "customer" else account_label
    found: Sequence[Row] = []
    if company is not None and text and section == "customer":
        found = sources.customers(company, text)
    elif company is not None and text:
        roles = [role for role in Role if name_of(role) == name]
        found = [row for role in roles for row in searched(sources.in_use(company), role)(text)]
    return visit.part("settings/suggestions.html", options=[label_of(row) for row in found[:OFFERED]])
