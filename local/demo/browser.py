"""What a tenant's browser does: it follows redirects, keeps cookies and sends forms."""

from html.parser import HTMLParser
from urllib.parse import urljoin

import requests


class ConsentPageMissing(Exception):
    """The browser did not end on the consent page."""


class Page(HTMLParser):
    """A page's heading, the fields of its form, and the companies that it offers."""

    def __init__(self, answer: requests.Response) -> None:
        super().__init__()
        self.answer = answer
        self.heading = ""
        self.action = ""
        self.hidden: dict[str, str] = {}
        self.companies: dict[str, str] = {}
        self._realm_id: str | None = None
        self._in_heading = False
        self.feed(answer.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self._in_heading = tag == "h1"
        if tag == "form":
            self.action = urljoin(self.answer.url, attributes.get("action", ""))
        elif tag == "input" and attributes.get("type") == "hidden":
            self.hidden[attributes["name"]] = attributes.get("value", "")
        elif tag == "input" and attributes.get("name") == "realm_id":
            self._realm_id = attributes["value"]

    def handle_endtag(self, tag: str) -> None:
        self._in_heading = False

    def handle_data(self, data: str) -> None:
        if self._in_heading:
            self.heading += data
        if self._realm_id and data.strip():
            self.companies[self._realm_id] = data.strip()
            self._realm_id = None


class Browser:
    """One browser with its cookies."""

    def __init__(self) -> None:
        self.http = requests.Session()
        self.http.trust_env = False

    def open(self, address: str) -> Page:
        """Open a page."""
        return Page(self.http.get(address, timeout=60))

    def press(self, page: Page) -> Page:
        """Press the button of the page's form; return the page that it leads to."""
        return Page(self.http.post(page.action, data=page.hidden, timeout=60))

    def open_consent_page(self, connect_url: str) -> tuple[dict[str, str], "Consent"]:
        """Open the address and press the button; return the companies by realm id, and the page to decide on."""
        return self.go_on(self.open(connect_url))

    def go_on(self, confirmation: Page) -> tuple[dict[str, str], "Consent"]:
        """Press the button that leads to Intuit; return the companies by realm id, and the page to decide on."""
        page = self.press(confirmation) if confirmation.action else confirmation
        if page.answer.status_code != 200 or "state" not in page.hidden:
            raise ConsentPageMissing(f"the way to Intuit ended with {page.answer.status_code} at {page.answer.url}")
        return page.companies, Consent(self, page.action, page.hidden)


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
