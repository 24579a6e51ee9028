"""POST a body somewhere, following no redirect and using no proxy."""

import urllib.error
import urllib.request
from http.client import HTTPException
from typing import Any


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *arguments: Any) -> None:
        """Take a redirect for the answer that it is."""


_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect)


def post(url: str, body: bytes, headers: dict[str, str], seconds: float) -> tuple[int | None, str | None]:
    """Return the status of the answer, or None and what went wrong."""
    request = urllib.request.Request(url, body, headers, method="POST")
    try:
        with _opener.open(request, timeout=seconds) as response:
            response.read()
            return response.status, None
    except urllib.error.HTTPError as error:
        with error:
            return error.code, None
    except (OSError, HTTPException, ValueError) as error:
        return None, str(error) or type(error).__name__
