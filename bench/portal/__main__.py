"""Open every page of the portal on this machine's stack: ``python -m bench.portal --help``."""

import argparse
import gzip
import sys
import time
from statistics import median, quantiles
from typing import Any

from bench.push.company import BenchTenant, order
from ledgerlink.pages.assets import asset_names, asset_path, read_asset
from ledgerlink.pages.portal import PAGES
from local.demo.browser import Browser
from local.stack import up

PROMISED_MS = 150
"""Of a warm page, in the median."""
PROMISED_BYTES = 100 * 1024
"""Of everything that a browser loads once, compressed."""


def main() -> int:
    """Print a line per page; return 1 where a promise is not kept."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.portal",
        description="Milliseconds and bytes of the portal's pages, on the local stack; it is started if needed.",
    )
    parser.add_argument("--times", type=int, default=40, metavar="N", help="that a page is opened (default: 40)")
    parser.add_argument("--orders", type=int, default=60, metavar="N", help="that the tenant has (default: 60)")
    given = parser.parse_args()

    stack = up()
    browser = signed_in(stack, given.orders)
    print(f"\n{'page':<24}{'first':>9}{'median':>10}{'95th':>9}{'bytes':>10}{'compressed':>12}")
    kept = [opened(stack, browser, address, name, given.times) for address, name in PAGES.items()]
    kept.append(assets(browser, stack))
    if not all(kept):
        print("A promise is not kept.", file=sys.stderr)
    return 0 if all(kept) else 1


def signed_in(stack: dict[str, Any], orders: int) -> Browser:
    """A browser of a tenant with a company, a flow, and orders in QuickBooks."""
    tenant = BenchTenant.new(stack)
    side = f"quickbooks:{tenant.realm_id}"
    tenant.host.call("PUT", "/flows/bench", {"input": side, "output": "bench"}, expect=(201,))
    tenant.push("first", order(tenant.number(), lines=3))
    tenant.hold_back()
    for number in range(orders - 1):
        tenant.host.put(f"order-{number}", order(tenant.number(), lines=3))
    tenant.send_all_held()
    browser = Browser()
    browser.open(tenant.host.call("POST", "/sessions", expect=(201,))["portal_url"])
    return browser


def opened(stack: dict[str, Any], browser: Browser, address: str, name: str, times: int) -> bool:
    """One page, first as its function wakes up, then warm."""
    url = stack["portal_url"].removesuffix("/portal") + address
    took = []
    for _ in range(times + 1):
        started = time.perf_counter()
        answer = browser.http.get(url, timeout=60)
        took.append(1000 * (time.perf_counter() - started))
        answer.raise_for_status()
    first, *warm = took
    slow = quantiles(warm, n=20)[18]
    size, compressed = len(answer.content), len(gzip.compress(answer.content))
    print(f"{name:<24}{first:>6.0f} ms{median(warm):>7.0f} ms{slow:>6.0f} ms{size:>10,}{compressed:>12,}")
    return median(warm) < PROMISED_MS


def assets(browser: Browser, stack: dict[str, Any]) -> bool:
    """What a browser loads once and keeps for a year."""
    loaded = [name for name in sorted(asset_names()) if name.endswith((".css", ".js")) and name != "connect.js"]
    size = sum(len(read_asset(name).encode()) for name in loaded)
    compressed = sum(len(gzip.compress(read_asset(name).encode())) for name in loaded)
    answer = browser.http.get(stack["portal_url"].removesuffix("/portal") + asset_path(loaded[0]), timeout=60)
    print(f"{'styles and scripts':<52}{size:>10,}{compressed:>12,}   {answer.headers['Cache-Control']}")
    return compressed < PROMISED_BYTES


if __name__ == "__main__":
    sys.exit(main())
