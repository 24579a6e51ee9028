"""Everything that browsers complain about while a test runs."""

from http import HTTPStatus

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, Response, WebError

# The console tells of a violation only if its report is on; the event comes in every case.
_TELL_VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) => console.error(
    `Content-Security-Policy: ${event.effectiveDirective} refuses ${event.blockedURI} ${event.sample}`));
"""


class Watch:
    """Over all pages of the browsers that a test uses, popups as well."""

    def __init__(self) -> None:
        self.complaints: list[str] = []
        self._contexts: list[BrowserContext] = []
        self._expected: set[int] = set()

    def over(self, context: BrowserContext) -> None:
        """Watch one more browser."""
        self._contexts.append(context)
        context.add_init_script(_TELL_VIOLATIONS)
        context.on("console", self._hear)
        context.on("weberror", self._break)
        context.on("requestfailed", self._miss)
        context.on("response", self._receive)

    def expect(self, status: HTTPStatus) -> None:
        """An answer that the test asks for; every other one of 400 or more is a complaint."""
        self._expected.add(status)

    def hear_out(self) -> None:
        """Wait for what the pages have said just now."""
        for page in (page for context in self._contexts for page in context.pages):
            page.evaluate("0")

    def _hear(self, message: ConsoleMessage) -> None:
        # What the console says of an answer's status is told by the answer.
        if message.type in ("error", "warning") and not message.text.startswith("Failed to load resource"):
            self._complain(message.location["url"], f"console: {message.text}")

    def _break(self, error: WebError) -> None:
        self._complain(error.page.url if error.page else "a worker", f"script: {error.error}")

    def _miss(self, request: Request) -> None:
        # Whoever leaves a page gives up what it was loading.
        if request.failure != "net::ERR_ABORTED":
            self._complain(request.url, f"not loaded: {request.failure}")

    def _receive(self, response: Response) -> None:
        if response.status >= HTTPStatus.BAD_REQUEST and response.status not in self._expected:
            self._complain(response.url, f"answered {response.status}")

    def _complain(self, url: str, what: str) -> None:
        # A session in an address is a secret.
        self.complaints.append(f"{url.partition('?')[0]}: {what}")
