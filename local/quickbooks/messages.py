"""What travels between the HTTP server and the rest: one request, one response."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, unquote

from local.quickbooks.jsontext import dumps


@dataclass
class Request:
    """One HTTP request, with lower-case header names."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    received: datetime
    base_url: str
    cdc_limit: int | None = None  # a fault on demand truncates the answer
    data_out: int = 0  # how many metered calls it counts as, if it succeeds

    @property
    def path(self) -> str:
        """The path with its percent escapes still in it."""
        return self.target.partition("?")[0]

    @cached_property
    def segments(self) -> list[str]:
        """The path's parts, decoded; empty parts are left out."""
        return [unquote(part) for part in self.path.split("/") if part]

    @cached_property
    def query(self) -> dict[str, str]:
        """Query parameters; the first of several with one name counts."""
        return _first(self.target.partition("?")[2])

    @cached_property
    def form(self) -> dict[str, str]:
        """The fields of a form body."""
        return _first(self.body.decode("utf-8", "replace"))


@dataclass
class Response:
    """One HTTP response. ``cut`` means: close the connection without a word."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False


def json_response(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Answer with JSON."""
    return Response(status, dumps(value).encode(), "application/json;charset=utf-8", dict(headers or {}))


def _first(text: str) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for name, value in parse_qsl(text, keep_blank_values=True, errors="replace"):
        pairs.setdefault(name, value)
    return pairs
