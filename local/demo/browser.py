"""What a tenant's browser does: it follows redirects, keeps cookies and sends the consent form."""

from html.parser import HTMLParser
from urllib.parse import urljoin

import requests


class ConsentPageMissing(Exception):
    """The browser did not end on the consent page."""


class _Form(HTMLParser):
    """The fields of the page's form, and the companies that it offers."""

    def __init__(self) -> None:
        super().__init__()
        self.action = ""
        self.hidden: dict[str, str] = {}
        self.companies: dict[str, str] = {}
        self._realm_id: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action = attributes.get("action", "")
        elif tag == "input" and attributes.get("type") == "hidden":
            self.hidden[attributes["name"]] = attributes.get("value", "")
        elif tag == "input" and attributes.get("name") == "realm_id":
            self._realm_id = attributes["value"]

    def handle_data(self, data: str) -> None:
        if self._realm_id and data.strip():
            self.companies[self._realm_id] = data.strip()
            self._realm_id = None


class Browser:
    """One browser with its cookies."""

    def __init__(self) -> None:
        self.http = requests.Session()
        self.http.trust_env = False

    def open_consent_page(self, connect_url: str) -> tuple[dict[str, str], "Consent"]:
        """Open the address; return the companies by realm id, and the page to decide on."""
        page = self.http.get(connect_url, timeout=60)
        form = _Form()
        form.feed(page.text)
        if page.status_code != 200 or "state" not in form.hidden:
            raise ConsentPageMissing(f"{connect_url} ended with {page.status_code} at {page.url}")
        return form.companies, Consent(self, urljoin(page.url, form.action), form.hidden)


class Consent:
    """The consent page, waiting for a decision."""

    def __init__(self, browser: Browser, action: str, hidden: dict[str, str]) -> None:
        self._browser = browser
        self._action = action
        self.hidden = hidden

    def approve(self, realm_id: str) -> requests.Response:
        """Press Connect; return the page that the tenant ends on."""
        return self._press("approve", realm_id)

    def cancel(self) -> requests.Response:
        """Press Cancel; return the page that the tenant ends on."""
        return self._press("cancel", "")

    def approve_without_returning(self, realm_id: str) -> str:
        """Press Connect; return the address of the callback without opening it."""
        form = {**self.hidden, "realm_id": realm_id, "action": "approve"}
        answer = self._browser.http.post(self._action, data=form, timeout=60, allow_redirects=False)
        return answer.headers["Location"]

    def _press(self, action: str, realm_id: str) -> requests.Response:
        form = {**self.hidden, "realm_id": realm_id, "action": action}
        return self._browser.http.post(self._action, data=form, timeout=60)
