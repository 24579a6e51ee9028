"""A QuickBooks that answers from a script, without a network: an adapter for a real ``requests.Session``."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import requests
from requests.adapters import BaseAdapter
from urllib3 import HTTPResponse

from ledgerlink.errors import ConnectionRevoked
from ledgerlink.quickbooks.client import Company, new_session

TID = "1-5f733cd3-284572515eb5f21f8e8afa62"


@dataclass
class Answer:
    """One HTTP answer, or the exception that the connection ends in."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=lambda: {"intuit_tid": TID})

    def content(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


class ScriptedAdapter(BaseAdapter):
    """Gives the answers in turn and keeps the requests."""

    def __init__(self, *script: Answer | Exception | Callable[[requests.PreparedRequest], Answer]) -> None:
        super().__init__()
        self.script = list(script)
        self.requests: list[requests.PreparedRequest] = []
        self.options: list[dict[str, Any]] = []

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
        self.requests.append(request)
        self.options.append(options)
        answer = self.script.pop(0)
        if isinstance(answer, Exception):
            raise answer
        if not isinstance(answer, Answer):
            answer = answer(request)
        raw = HTTPResponse(
            body=BytesIO(answer.content()), headers=answer.headers, status=answer.status, preload_content=False
        )
        response = requests.adapters.HTTPAdapter().build_response(request, raw)
        response.content  # noqa: B018 (reads the body, as a real answer's is)
        return response

    def close(self) -> None:
        """Nothing to close."""


@dataclass
class FakeTokens:
    """Access tokens of one connection: the first, then those that a refresh brings."""

    current: str = "access-1"
    fresh: list[str] = field(default_factory=lambda: ["access-2"])
    rejected: list[str] = field(default_factory=list)

    def access_token(self) -> str:
        return self.current

    def replace(self, rejected: str) -> str:
        self.rejected.append(rejected)
        if not self.fresh:
            raise ConnectionRevoked("QuickBooks no longer accepts our access to this company.")
        self.current = self.fresh.pop(0)
        return self.current


def company_with(*script: Answer | Exception | Callable[[requests.PreparedRequest], Answer], **options: Any):
    """Return a company, the adapter that plays QuickBooks, and the tokens."""
    adapter, tokens, session = ScriptedAdapter(*script), FakeTokens(), new_session()
    session.mount("https://", adapter)
    company = Company(session, "https://quickbooks.test", "9341454273912345", tokens, **options)
    return company, adapter, tokens
