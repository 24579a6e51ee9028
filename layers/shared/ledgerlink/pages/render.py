"""Templates to HTML answers, with the headers that keep a page from doing more than it should."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ledgerlink.api.http import Answer, Request
from ledgerlink.pages.site import site_of
from ledgerlink.pages.times import day, when

HTML = "text/html; charset=utf-8"


def page(
    request: Request,
    status: int,
    template: str,
    *,
    headers: Mapping[str, str] | None = None,
    cookies: tuple[str, ...] = (),
    **values: Any,
) -> Answer:
    """An HTML page, or a piece of one. Only our own scripts and styles run; no other site may frame it."""
    site = site_of(request)

    def path(address: str, **query: Any) -> str:
        """An address of ours; what is None or empty is left out of its query."""
        asked = {name: value for name, value in query.items() if value not in (None, "")}
        return f"{site.base_url}{address}" + (f"?{urlencode(asked)}" if asked else "")

    body = _environment().get_template(template).render(site=site, path=path, **values)
    return Answer(status, body, {"Content-Security-Policy": site.policy, **(headers or {})}, cookies, HTML)


@cache
def _environment() -> Environment:
    templates = FileSystemLoader(Path(__file__).parent / "templates")
    environment = Environment(
        loader=templates, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"when": when, "day": day}
    return environment
