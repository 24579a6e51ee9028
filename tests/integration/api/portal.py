"""A person's browser at the portal's pages, for the tests of each."""

import re
from html import unescape
from urllib.parse import urlencode, urlsplit

from tests.integration.api.stack import HOST, Answer, Stack


class Person:
    """Signed in as a tenant; keeps cookies and sends the page's own forms."""

    def __init__(self, stack: Stack, tenant: str) -> None:
        self.stack = stack
        self.tenant = tenant
        self.realm_id = str(int.from_bytes(tenant.encode()) % 10**15)
        """Of a company that no other tenant has."""
        self.jar: dict[str, str] = {}
        made = stack.call("POST", f"/v1/tenants/{tenant}/sessions", {"tenant_name": f"{tenant} & Co"}, HOST)
        address = urlsplit(made.json["portal_url"])
        self.get(f"/portal?{address.query}")

    def get(self, url: str) -> Answer:
        """Open a page."""
        return self._keep(self.stack.call("GET", url, headers=self._headers))

    def send(self, page: Answer, action: str, fields: dict[str, str] | list[tuple[str, str]] | None = None) -> Answer:
        """Send the page's form that leads to ``action``, its hidden fields with these ones."""
        form = re.search(rf'<form[^>]*action="[^"]*{re.escape(action)}".*?</form>', page.text, re.DOTALL)
        assert form is not None, page.text
        hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form[0])
        pairs = [(name, unescape(value)) for name, value in hidden]
        more = list(fields.items()) if isinstance(fields, dict) else fields or []
        return self.post(action, pairs + more)

    def post(self, url: str, fields: list[tuple[str, str]]) -> Answer:
        """Send fields, whoever made them up."""
        return self._keep(self.stack.call("POST", url, headers=self._headers, raw=urlencode(fields)))

    @property
    def _headers(self) -> dict[str, str]:
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self.jar.items())}

    def _keep(self, answer: Answer) -> Answer:
        for cookie in answer.headers.get("Set-Cookie", []):
            name, _, value = cookie.split(";")[0].partition("=")
            self.jar[name] = value
        return answer


def words(page: Answer) -> str:
    """What a person reads of the page."""
    body = re.sub(r"<(script|style).*?</\1>", " ", page.text.split("<main", 1)[-1], flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())
