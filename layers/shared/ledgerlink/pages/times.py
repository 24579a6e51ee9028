"""Times as people of the tenant read them: in its time zone, with the exact one for programs."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from ledgerlink.domain.times import from_text


@pass_context
def when(context: Context, at: datetime | str | None) -> Markup:
    """``21 Nov 2026, 14:05 CET``; nothing for none. A text is one that the API shows."""
    if not at:
        return Markup("")
    moment = from_text(at) if isinstance(at, str) else at
    zone: ZoneInfo = context["time_zone"]
    local = moment.astimezone(zone)
    exact = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    shown = f"{local.day} {local:%b %Y}, {local:%H:%M} {local:%Z}"
    return Markup('<time datetime="{}">{}</time>').format(exact, shown)


def day(on: date | str | None) -> Markup:
    """``21 Nov 2026``; nothing for none. A text is ``2026-11-21``, or begins so."""
    if not on:
        return Markup("")
    the_day = date.fromisoformat(on[:10]) if isinstance(on, str) else on
    return Markup('<time datetime="{}">{}</time>').format(the_day.isoformat(), f"{the_day.day} {the_day:%b %Y}")
