"""The simulator in a process of its own, and what a benchmark asks of it."""

import subprocess
import sys
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import requests

from local.quickbooks.stats import KEPT


@dataclass(frozen=True, slots=True)
class Counts:
    """What the simulator saw of a contestant."""

    calls: int
    batches: int
    in_a_second: int
    """The most calls that arrived within one second."""
    refused: int


@dataclass(frozen=True, slots=True)
class Books:
    """The simulator's control API."""

    url: str

    def control(self, method: str, path: str, /, **body: Any) -> Any:
        """Call it and return the answer."""
        answer = requests.request(method, f"{self.url}/simulator/{path}", json=body, timeout=300)
        answer.raise_for_status()
        return answer.json()

    def new_company(self, **counts: int) -> str:
        """Make a company that takes our document numbers, and has as many entities as ``counts`` says."""
        numbers = {"OtherPrefs": {"VendorAndPurchasesPrefs.UseCustomTxnNumbers": True}}
        company = self.control("POST", "companies", name="Bench", plan="Plus", preferences=numbers, counts=counts)
        return str(company["realm_id"])

    def tokens(self, realm_id: str) -> dict[str, Any]:
        """Tokens for it."""
        answer: dict[str, Any] = self.control("POST", "tokens", realm_id=realm_id)
        return answer

    def entities(self, realm_id: str, entity: str) -> list[dict[str, Any]]:
        """Everything of a kind."""
        rows: list[dict[str, Any]] = self.control("GET", f"companies/{realm_id}/entities/{entity}")[entity]
        return rows

    def stats(self, realm_id: str) -> Counts:
        """The calls of one company since ``forget``."""
        stats = self.control("GET", f"stats?last={KEPT}&realm_id={realm_id}")
        times = [datetime.fromisoformat(call["time"]) for call in stats["last"]]
        in_a_second = max(
            (bisect_left(times, time + timedelta(seconds=1)) - n for n, time in enumerate(times)), default=0
        )
        return Counts(stats["calls"], stats["by_kind"].get("batch", 0), in_a_second, stats["throttled"])

    def forget(self) -> None:
        """Count from zero."""
        self.control("POST", "stats/reset")


@contextmanager
def running(latency_ms: int) -> Iterator[Books]:
    """Start the simulator, and end it."""
    command = [sys.executable, "-m", "local.quickbooks", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().split()[-1]
            books = Books(url)
            books.control("POST", "switches", latency_ms=latency_ms)
            yield books
        finally:
            process.terminate()
