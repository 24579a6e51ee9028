"""Compare QuickBooks clients against the simulator: ``python -m bench.client --help``."""

import argparse
import sys
import time
from dataclasses import replace
from typing import Any

from bench.client.books import Books, Counts, running
from bench.client.contestants import NAMES, Contestant, Result, available
from bench.client.pace import BATCHES_PER_MINUTE, PER_MINUTE, PER_SECOND, shortest


def main() -> int:
    """Print a table for each task; return 1 when a document was lost or made twice."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.client",
        description="Ledgerlink's client, python-quickbooks and node-quickbooks, side by side against the simulator.",
    )
    parser.add_argument("--invoices", type=int, metavar="N", help="invoices to pull (default: 20000)")
    parser.add_argument("--orders", type=int, metavar="N", help="purchase orders to push (default: 500)")
    parser.add_argument("--vendors", type=int, default=100, metavar="N", help="on so many vendors (default: 100)")
    parser.add_argument("--items", type=int, default=200, metavar="N", help="and items (default: 200)")
    parser.add_argument("--latency-ms", type=int, default=50, metavar="MS", help="of each call (default: 50)")
    parser.add_argument("--only", nargs="+", choices=NAMES, help="contestants (default: all)")
    parser.add_argument(
        "--throttled",
        action="store_true",
        help="with Intuit's limits enforced; unless said, Ledgerlink's client alone, 100000 invoices and 3000 orders, "
        "which takes minutes",
    )
    given = parser.parse_args()
    names = given.only or (["ledgerlink"] if given.throttled else list(NAMES))
    invoices = given.invoices or (100_000 if given.throttled else 20_000)
    orders = given.orders or (3_000 if given.throttled else 500)

    contestants, missing = available(names)
    for reason in missing:
        print(reason, file=sys.stderr)
    with running(given.latency_ms) as books:
        if given.throttled:
            limits = {"throttle_per_second": PER_SECOND, "throttle_per_minute": PER_MINUTE}
            books.control("POST", "switches", throttle=True, throttle_batch_per_app=BATCHES_PER_MINUTE, **limits)
        whole = pull(books, contestants, invoices, given.throttled)
        whole &= push(books, contestants, orders, given.vendors, given.items, given.throttled)
    return 0 if whole else 1


def pull(books: Books, contestants: list[Contestant], invoices: int, throttled: bool) -> bool:
    """Have each contestant read all invoices of one company; say whether each read each once."""
    realm_id = books.new_company(vendors=0, purchase_orders=0, customers=50, items=200, invoices=invoices)
    # Once, before the first contestant, so that the simulator has written every invoice for all of them.
    books.entities(realm_id, "Invoice")
    results = []
    for contestant in contestants:
        job = {"url": books.url, "realm_id": realm_id, **books.tokens(realm_id)}
        books.forget()
        result = _run(contestant, "pull", job, throttled)
        results.append((result, books.stats(realm_id)))
    _print(f"Pull {invoices:,} invoices", results, throttled)
    return all(result.documents == result.distinct == invoices for result, _ in results if result.seconds)


def push(books: Books, contestants: list[Contestant], orders: int, vendors: int, items: int, throttled: bool) -> bool:
    """Have each contestant create the same orders in a company of its own; say whether all are there once."""
    results = []
    whole = True
    for contestant in contestants:
        realm_id = books.new_company(vendors=vendors, items=items, customers=0, purchase_orders=0)
        wanted = _orders(books, realm_id, orders)
        job = {"url": books.url, "realm_id": realm_id, "orders": wanted, **books.tokens(realm_id)}
        books.forget()
        result = _run(contestant, "push", job, throttled)
        stats = books.stats(realm_id)
        made = [row["DocNumber"] for row in books.entities(realm_id, "PurchaseOrder")]
        whole &= not result.seconds or sorted(made) == sorted(order["number"] for order in wanted)
        results.append((replace(result, documents=len(made)), stats))
    _print(f"Push {orders:,} purchase orders of 3 lines, {vendors} vendors, {items} items", results, throttled)
    return whole


def _run(contestant: Contestant, task: str, job: dict[str, Any], throttled: bool) -> Result:
    """Have a contestant do a task; zeros say that Intuit's limits made it give up, which Ledgerlink's must not."""
    if throttled:
        time.sleep(1)  # the contestant before it has used up this second
    try:
        return contestant.run(task, job)
    except RuntimeError:
        if contestant.name == "ledgerlink" or not throttled:
            raise
        return Result(contestant.name, 0, 0, 0, 0, 0)


def _orders(books: Books, realm_id: str, count: int) -> list[dict[str, Any]]:
    vendors = [row["DisplayName"] for row in books.entities(realm_id, "Vendor")]
    items = [row["Name"] for row in books.entities(realm_id, "Item") if row.get("ExpenseAccountRef")]
    return [
        {
            "number": f"PO-{number}",
            "vendor": vendors[number % len(vendors)],
            "lines": [
                {"item": items[(3 * number + line) % len(items)], "quantity": 1 + (number + line) % 40, "price": 7}
                for line in range(3)
            ],
        }
        for number in range(count)
    ]


def _print(title: str, results: list[tuple[Result, Counts]], throttled: bool) -> None:
    """Print a table; the last three columns compare with the first contestant."""
    print(f"\n{title}")
    rows: list[tuple[str, ...]] = [
        ("", "calls", "most/s", "seconds", "CPU s", "peak MB", "documents", "time", "CPU", "memory")
    ]
    first = next((result for result, _ in results if result.seconds), results[0][0])
    for result, counts in results:
        if not result.seconds:
            rows.append((result.name, str(counts.calls), str(counts.in_a_second), "gave up", *[""] * 6))
            continue
        rows.append(
            (
                result.name,
                str(counts.calls),
                str(counts.in_a_second),
                f"{result.seconds:.2f}",
                f"{result.cpu_seconds:.2f}",
                f"{result.megabytes:.0f}",
                f"{result.documents:,}",
                f"×{result.seconds / first.seconds:.2f}",
                f"×{result.cpu_seconds / first.cpu_seconds:.2f}",
                f"×{result.megabytes / first.megabytes:.2f}",
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = (cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))
        print("  ".join((row[0].ljust(widths[0]), *cells)).rstrip())
    if throttled and first is results[0][0]:
        _print_limits(*results[0])


def _print_limits(result: Result, counts: Counts) -> None:
    allowed = shortest(counts.calls, counts.batches)
    share = f"{allowed:.0f} s: achieved/allowed {100 * allowed / result.seconds:.0f} %" if allowed else "one go"
    print(
        f"{counts.calls} calls, {counts.batches} of them batches, {counts.refused} refused. "
        f"Intuit's limits allow that in {share}"
    )


if __name__ == "__main__":
    sys.exit(main())
