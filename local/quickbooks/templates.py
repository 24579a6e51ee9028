"""HTML pages, rendered with everything escaped and nothing loaded from elsewhere."""

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader

from local.quickbooks.messages import Response

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"


def page(name: str, status: int = 200, **values: Any) -> Response:
    """Render a page. No page may be shown in a frame."""
    html = _environment().get_template(name).render(**values)
    headers = {
        "Content-Security-Policy": _POLICY,
        "X-Frame-Options": "DENY",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return Response(status, html.encode(), "text/html; charset=utf-8", headers)


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "pages"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
