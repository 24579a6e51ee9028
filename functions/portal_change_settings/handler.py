"""The forms of the portal's settings: POST /portal/settings/{section}."""

from functools import partial

from ledgerlink.api.http import Answer, Request, http_handler
from ledgerlink.errors import NotFound, SyncError
from ledgerlink.pages.portal import Visit
from ledgerlink.pages.problem import problem_page
from ledgerlink.pages.settings.fields import KEYWORDS, patch_of
from ledgerlink.pages.settings.forms import Refused, Sent, sent_form
from ledgerlink.pages.settings.instances import wanted_instance
from ledgerlink.pages.settings.page import settings_page
from ledgerlink.pages.settings.sections import address, known_company, section_of
from ledgerlink.pages.settings.sources import Sources
from ledgerlink.usecases.certification.change_keywords import change_keywords
from ledgerlink.usecases.settings.change_instance import delete_instance, put_instance
from ledgerlink.usecases.settings.change_settings import change_settings
from ledgerlink.wiring import clock, new_secret, wiring


@partial(http_handler, answer_error=problem_page)
def lambda_handler(request: Request) -> Answer:
    return wiring().portal.open(request, {("POST", "/portal/settings/{section}"): change})


def change(visit: Visit) -> Answer:
    """Back to the section; with what was typed where it was refused."""
    wired = wiring()
    sources = Sources(wired.connections, wired.choices, wired.lists_of, wired.organic_settings)
    sent = sent_form(visit.request.path["section"], visit.request.form())
    section = section_of(sent.form)
    try:
        if section == "instances":
            save_instance(visit, sent)
        elif section == "keywords":
            content, now = patch_of(KEYWORDS, sent.values, sent.shown), clock()
            change_keywords(wired.organic_settings, wired.connections, wired.judgements, visit.tenant_id, content, now)
        else:
            save_settings(visit, sources, sent)
    except NotFound:
        raise
    except SyncError as error:
        return settings_page(visit, sources, section, Refused(sent, error))
    company = visit.request.query.get("connection")
    opened = sent.form if section == "documents" else None
    return visit.leads_to(address(section), notice="saved", connection=company, open=opened)


def save_settings(visit: Visit, sources: Sources, sent: Sent) -> None:
    """Of a company."""
    wired, by, now = wiring(), visit.request.actor, clock()
    company = known_company(visit.tenant, visit.request.query.get("connection"))
    patch = sources.patch(company, sent)
    companies, choices, opened = wired.connections, wired.choices, wired.lists_and_books_of
    change_settings(companies, choices, opened, visit.tenant_id, company.connection_id, patch, by, now, new_secret)
    wired.sync.wake(company.key, now)


def save_instance(visit: Visit, sent: Sent) -> None:
    """Make, change or remove one."""
    wired, by, now = wiring(), visit.request.actor, clock()
    if sent.typed("do") == "remove":
        delete_instance(wired.connections, wired.choices, visit.tenant_id, sent.typed("instance"), by, now)
    else:
        instance_id, content = wanted_instance(visit.tenant, sent)
        put_instance(wired.connections, wired.choices, visit.tenant_id, instance_id, content, by, now)
