"""python-quickbooks: pages of 1000 one after the other, its look-ups by lists of names, its batches of 30.

Runs with that library's own requirements and not with ours.
"""

import json
import sys
import time
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

from quickbooks import QuickBooks
from quickbooks.batch import batch_create
from quickbooks.objects import (
    Invoice,
    Item,
    ItemBasedExpenseLine,
    ItemBasedExpenseLineDetail,
    PurchaseOrder,
    Vendor,
)

# What its choose gives at most.
_NAMES = 100


def connected(job: dict[str, Any]) -> Any:
    auth = SimpleNamespace(
        client_id="ledgerlink-local",
        access_token=job["access_token"],
        refresh_token=job["refresh_token"],
        environment="production",
    )
    QuickBooks.api_url_v3 = f"{job['url']}/v3"
    return QuickBooks(auth_client=auth, refresh_token=job["refresh_token"], company_id=job["realm_id"], minorversion=75)


def pull(qb: Any, job: dict[str, Any]) -> tuple[int, int]:
    ids: set[int] = set()
    rows, position = 0, 1
    while True:
        page = Invoice.where(order_by="Id", start_position=position, max_results=1000, qb=qb)
        rows += len(page)
        ids.update(int(row.Id) for row in page)
        if len(page) < 1000:
            return rows, len(ids)
        position += 1000


def push(qb: Any, job: dict[str, Any]) -> tuple[int, int]:
    orders = job["orders"]
    vendors = found(Vendor, "DisplayName", {order["vendor"] for order in orders}, qb)
    items = found(Item, "Name", {line["item"] for order in orders for line in order["lines"]}, qb)
    done = batch_create([purchase_order(order, vendors, items) for order in orders], qb=qb)
    return len(done.successes), len({made.Id for made in done.successes})


def found(kind: Any, prop: str, names: Iterable[str], qb: Any) -> dict[str, Any]:
    wanted = sorted(names)
    chunks = [wanted[start : start + _NAMES] for start in range(0, len(wanted), _NAMES)]
    return {getattr(row, prop): row for chunk in chunks for row in kind.choose(chunk, field=prop, qb=qb)}


def purchase_order(order: dict[str, Any], vendors: dict[str, Any], items: dict[str, Any]) -> Any:
    document = PurchaseOrder()
    document.DocNumber = order["number"]
    document.VendorRef = vendors[order["vendor"]].to_ref()
    for given in order["lines"]:
        line = ItemBasedExpenseLine()
        line.Amount = given["quantity"] * given["price"]
        line.ItemBasedExpenseLineDetail = detail = ItemBasedExpenseLineDetail()
        detail.ItemRef = items[given["item"]].to_ref()
        detail.Qty = given["quantity"]
        detail.UnitPrice = given["price"]
        document.Line.append(line)
    return document


if __name__ == "__main__":
    job = json.load(sys.stdin)
    qb = connected(job)
    started = time.perf_counter()
    documents, distinct = {"pull": pull, "push": push}[sys.argv[1]](qb, job)
    seconds = time.perf_counter() - started
    json.dump({"documents": documents, "distinct": distinct, "seconds": seconds}, sys.stdout)
