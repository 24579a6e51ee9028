"""Push through the deployed stack on this machine and count: ``python -m bench.push --help``."""

import argparse
import sys
import time
from collections.abc import Sequence
from statistics import median, quantiles
from typing import Any

from bench.push.company import BenchTenant, order
from local.stack import up


def main() -> int:
    """Print what one, the first and many pushes cost; return 1 where a promise is not kept."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.push",
        description="Calls to QuickBooks and seconds from PUT to synced, on the local stack; it is started if needed.",
    )
    parser.add_argument("--orders", type=int, default=40, metavar="N", help="pushed one after another (default: 40)")
    parser.add_argument("--backlog", type=int, default=500, metavar="N", help="sent in one go (default: 500)")
    given = parser.parse_args()

    stack = up()
    print()
    kept = [first(stack), linked(stack, given.orders), together(stack, given.backlog)]
    if not all(kept):
        print("A promise is not kept.", file=sys.stderr)
    return 0 if all(kept) else 1


def first(stack: dict[str, Any]) -> bool:
    """The first order of a company, nothing linked: at most 3 calls and its creations."""
    tenant = BenchTenant.new(stack)
    tenant.push("first", order(tenant.number(), lines=3))
    asked, created = tenant.calls(), tenant.created()
    print(f"First order, nothing linked    {asked} calls, in which {created} entities are created")
    return asked - created <= 3


def linked(stack: dict[str, Any], count: int) -> bool:
    """Orders of known things: exactly 1 call each."""
    tenant = BenchTenant.new(stack)
    tenant.push("first", order(tenant.number(), lines=3))
    before = tenant.calls()
    seconds = []
    for number in range(count):
        started = time.perf_counter()
        tenant.push(f"order-{number}", order(tenant.number(), lines=3))
        seconds.append(time.perf_counter() - started)
    calls = tenant.calls() - before
    print(f"{count} orders of known things    {calls / count:.2f} calls each")
    print(f"  PUT to synced                {_spread(seconds)}")
    return calls == count


def together(stack: dict[str, Any], count: int) -> bool:
    """Orders of known things in one backlog: at most 25 calls for 500."""
    tenant = BenchTenant.new(stack)
    tenant.push("first", order(tenant.number(), lines=3))
    tenant.hold_back()
    for number in range(count):
        tenant.host.put(f"held-{number}", order(tenant.number(), lines=3))
    before, started = tenant.calls(), time.perf_counter()
    progress = tenant.send_all_held()
    seconds = time.perf_counter() - started
    calls = tenant.calls() - before
    print(f"{count} orders in one backlog    {calls} calls, {calls / count:.3f} each")
    print(f"  send to all synced           {seconds:.1f} s, {1000 * seconds / count:.0f} ms each")
    print(f"  outcome                      {progress['synced']} synced, {progress['failing']} failing")
    return calls <= max(1, count // 20) and progress["synced"] == count


def _spread(seconds: Sequence[float]) -> str:
    slow = quantiles(seconds, n=20)[18]
    return f"median {1000 * median(seconds):.0f} ms, 95th percentile {1000 * slow:.0f} ms"


if __name__ == "__main__":
    sys.exit(main())
