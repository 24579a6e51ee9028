"""Templates to HTML answers, with the headers that keep a page from doing more than it should."""

import secrets
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ledgerlink.api.http import Answer


def page(
    status: int,
    template: str,
    *,
    headers: Mapping[str, str] | None = None,
    cookies: tuple[str, ...] = (),
    form_leads_to: str = "",
    **values: Any,
) -> Answer:
    """An HTML page. Only scripts and styles with this answer's nonce run; no other site may frame it.

    ``form_leads_to`` is where a form of the page may be redirected to: browsers hold
    ``form-action`` against redirects as well.
    """
    nonce = secrets.token_urlsafe(16)
    body = _environment().get_template(template).render(nonce=nonce, **values)
    policy = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; "
        f"base-uri 'none'; form-action {' '.join(["'self'", *form_leads_to.split()])}; frame-ancestors 'none'"
    )
    safety = {
        "Content-Security-Policy": policy,
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
    return Answer(status, body, {**safety, **(headers or {})}, cookies, "text/html; charset=utf-8")


@cache
def _environment() -> Environment:
    templates = FileSystemLoader(Path(__file__).parent / "templates")
    return Environment(loader=templates, autoescape=True, undefined=StrictUndefined)
