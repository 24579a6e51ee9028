"""Ledgerlink's client: pages and batches at the same time, within Intuit's limits unless ``--unpaced``."""

import json
import sys
import time
from collections.abc import Mapping
from typing import Any

from bench.client.pace import OwnTurnstile
from ledgerlink.domain.asks import Sought
from ledgerlink.quickbooks.batch import Write
from ledgerlink.quickbooks.books import CompanyBooks
from ledgerlink.quickbooks.bulk import write_all
from ledgerlink.quickbooks.check_body import Operation
from ledgerlink.quickbooks.client import BatchSizes, Company, new_session
from ledgerlink.quickbooks.crew import Crew, SharedTokens
from ledgerlink.quickbooks.pages import read_rows
from ledgerlink.quickbooks.queries import Select
from ledgerlink.quickbooks.transport import OpenTurnstile

_READERS = 3
_WRITERS = 4


class _Token:
    """One token, which lasts longer than the benchmark."""

    def __init__(self, token: str) -> None:
        self._token = token

    def access_token(self) -> str:
        return self._token

    def replace(self, rejected: str) -> str:
        raise RuntimeError("the token was refused")


def companies(job: Mapping[str, Any], count: int) -> list[Company]:
    tokens = SharedTokens(_Token(job["access_token"]))
    turnstile = OpenTurnstile() if "--unpaced" in sys.argv else OwnTurnstile()
    return [
        Company(
            new_session(),
            job["url"],
            job["realm_id"],
            tokens,
            turnstile=turnstile,
            batch_sizes=BatchSizes(writes=30),
        )
        for _ in range(count)
    ]


def pull(job: Mapping[str, Any]) -> dict[str, Any]:
    """Take every invoice in hand once."""
    ids: set[int] = set()
    rows = 0
    with Crew(companies(job, _READERS)) as crew:
        for row in read_rows(crew, Select("Invoice")):
            rows += 1
            ids.add(int(row["Id"]))
    return {"documents": rows, "distinct": len(ids)}


def push(job: Mapping[str, Any]) -> dict[str, Any]:
    """Find the vendors and items of the orders by name, and create the orders."""
    orders = job["orders"]
    crowd = companies(job, _WRITERS)
    vendors = sorted({order["vendor"] for order in orders})
    items = sorted({line["item"] for order in orders for line in order["lines"]})
    books = CompanyBooks(crowd[0])
    found = books.seek([Sought("Vendor", "DisplayName", tuple(vendors)), Sought("Item", "Name", tuple(items))])
    vendor_ids = {row["DisplayName"]: row["Id"] for row in found[0]}
    item_ids = {row["Name"]: row["Id"] for row in found[1]}
    accounts = crowd[0].query_all(Select("Account"))
    payable = next(row["Id"] for row in accounts if row["AccountType"] == "Accounts Payable")
    bodies = (_body(order, vendor_ids, item_ids, payable) for order in orders)
    writes = [Write(Operation.CREATE, "PurchaseOrder", body, f"bench {body['DocNumber']}") for body in bodies]
    with Crew(crowd) as crew:
        outcomes = write_all(crew, writes)
    made = [outcome.result()["Id"] for outcome in outcomes]
    return {"documents": len(made), "distinct": len(set(made))}


def _body(
    order: Mapping[str, Any], vendor_ids: Mapping[str, str], item_ids: Mapping[str, str], payable: str
) -> dict[str, Any]:
    lines = [
        {
            "DetailType": "ItemBasedExpenseLineDetail",
            "Amount": line["quantity"] * line["price"],
            "ItemBasedExpenseLineDetail": {
                "ItemRef": {"value": item_ids[line["item"]]},
                "Qty": line["quantity"],
                "UnitPrice": line["price"],
            },
        }
        for line in order["lines"]
    ]
    return {
        "DocNumber": order["number"],
        "VendorRef": {"value": vendor_ids[order["vendor"]]},
        "APAccountRef": {"value": payable},
        "Line": lines,
    }


if __name__ == "__main__":
    given = json.load(sys.stdin)
    started = time.perf_counter()
    answer = {"pull": pull, "push": push}[sys.argv[-1]](given)
    json.dump({**answer, "seconds": time.perf_counter() - started}, sys.stdout)
