"""The portal's settings: GET /portal/settings and /portal/settings/{section}, also suggestions while one types."""

from functools import partial

from ledgerlink.api.http import Answer, Request, http_handler
from ledgerlink.pages.portal import Visit
from ledgerlink.pages.problem import problem_page
from ledgerlink.pages.settings.page import settings_page, suggestions
from ledgerlink.pages.settings.sections import GENERAL, known_section
from ledgerlink.pages.settings.sources import Sources
from ledgerlink.wiring import wiring


@partial(http_handler, answer_error=problem_page)
def lambda_handler(request: Request) -> Answer:
    routes = ("/portal/settings", "/portal/settings/{section}")
    return wiring().portal.open(request, {("GET", route): show for route in routes})


def show(visit: Visit) -> Answer:
    """One section of the settings of a company."""
    wired = wiring()
    sources = Sources(wired.connections, wired.choices, wired.lists_of, wired.organic_settings)
    section = known_section(visit.request.path.get("section", GENERAL))
    if "suggest" in visit.request.query:
        return suggestions(visit, sources, section)
    return settings_page(visit, sources, section)
