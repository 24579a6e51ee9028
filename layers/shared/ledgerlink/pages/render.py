"""Templates to HTML answers, with the headers that keep a page from doing more than it should."""

import secrets
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ledgerlink.api.http import Answer


def page(status: int, template: str, *, headers: Mapping[str, str] | None = None, **values: Any) -> Answer:
    """An HTML page. Only scripts and styles with this answer's nonce run; no other site may frame it."""
    nonce = secrets.token_urlsafe(16)
    body = _environment().get_template(template).render(nonce=nonce, **values)
    policy = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
    safety = {
        "Content-Security-Policy": policy,
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
    return Answer(status, body, {**safety, **(headers or {})}, content_type="text/html; charset=utf-8")


@cache
def _environment() -> Environment:
    templates = FileSystemLoader(Path(__file__).parent / "templates")
    return Environment(loader=templates, autoescape=True, undefined=StrictUndefined)
