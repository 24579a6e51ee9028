"""The transactions of a seeded company, any number of them, spread over time."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from local.quickbooks.clock import seconds_text, today
from local.quickbooks.companies import Company
from local.quickbooks.entities import ENTITIES, Writing
from local.quickbooks.entities.ledger import Effect, apply
from local.quickbooks.entities.transactions import Transaction
from local.quickbooks.switches import Switches

# So many are created one by one; more are copies of as many with dates and numbers of their own.
_ONE_BY_ONE = 120
_REMARK = "Thank you for your order. Goods remain ours until paid in full; please check the delivery on arrival."


@dataclass(frozen=True, slots=True)
class _Books:
    company: Company
    chance: random.Random
    vendors: list[dict[str, Any]]
    customers: list[dict[str, Any]]
    sold: list[dict[str, Any]]
    bought: list[dict[str, Any]]

    def tax(self) -> dict[str, Any]:
        return {} if self.company.country == "US" else {"TaxCodeRef": {"value": "4"}}

    def some(self, items: list[dict[str, Any]], most: int) -> list[dict[str, Any]]:
        return self.chance.sample(items, min(len(items), self.chance.randrange(1, most)))


@dataclass(frozen=True, slots=True)
class _Document:
    kind: str
    usual: int
    parties: str  # which list must not be empty
    body: Callable[[_Books, date], dict[str, Any]]
    prefix: str = ""  # of document numbers that QuickBooks does not give


def _purchase_lines(books: _Books, most: int) -> list[dict[str, Any]]:
    lines = []
    for item in books.some(books.bought, most):
        quantity = books.chance.randrange(5, 60)
        lines.append(
            {
                "Description": item["Name"],
                "Amount": quantity * item["PurchaseCost"],
                "DetailType": "ItemBasedExpenseLineDetail",
                "ItemBasedExpenseLineDetail": {
                    "ItemRef": {"value": item["Id"]},
                    "Qty": quantity,
                    "UnitPrice": item["PurchaseCost"],
                    **books.tax(),
                },
            }
        )
    return lines


def _purchase(books: _Books, day: date) -> dict[str, Any]:
    vendor = books.chance.choice(books.vendors)
    return {"VendorRef": {"value": vendor["Id"]}, "TxnDate": day.isoformat(), "Line": _purchase_lines(books, 4)}


def _sale(books: _Books, day: date) -> dict[str, Any]:
    lines = []
    for item in books.some(books.sold, 6):
        quantity = books.chance.randrange(1, 25)
        lines.append(
            {
                "Description": f"{item['Name']}, as agreed by telephone, delivered to the loading dock",
                "Amount": quantity * item["UnitPrice"],
                "DetailType": "SalesItemLineDetail",
                "SalesItemLineDetail": {
                    "ItemRef": {"value": item["Id"]},
                    "Qty": quantity,
                    "UnitPrice": item["UnitPrice"],
                    "ServiceDate": day.isoformat(),
                    **books.tax(),
                },
            }
        )
    customer = books.chance.choice(books.customers)
    return {
        "CustomerRef": {"value": customer["Id"]},
        "TxnDate": day.isoformat(),
        "Line": lines,
        "CustomerMemo": {"value": _REMARK},
        "PrivateNote": "Seeded",
        "BillEmail": dict(customer["PrimaryEmailAddr"]),
    }


def _journal(books: _Books, day: date) -> dict[str, Any]:
    names = ("Rent or Lease", "Checking")
    accounts = [books.company.store("Account").indexed("Name", name)[0].body["Id"] for name in names]
    amount = Decimal(books.chance.randrange(10_000, 300_000)) / 100
    return {
        "TxnDate": day.isoformat(),
        "Line": [
            {
                "Amount": amount,
                "DetailType": "JournalEntryLineDetail",
                "JournalEntryLineDetail": {"PostingType": posting, "AccountRef": {"value": account}},
            }
            for posting, account in zip(("Debit", "Credit"), accounts, strict=True)
        ],
    }


# By the names of ``counts``; written in this order, so that ids and numbers stay when others are added.
DOCUMENTS = {
    "purchase_orders": _Document("PurchaseOrder", 4, "vendors", _purchase, "JR-"),
    "bills": _Document("Bill", 0, "vendors", _purchase, "B-"),
    "estimates": _Document("Estimate", 0, "customers", _sale, "E-"),
    "invoices": _Document("Invoice", 0, "customers", _sale, "I-"),
    "sales_receipts": _Document("SalesReceipt", 0, "customers", _sale, "S-"),
    "journal_entries": _Document("JournalEntry", 0, "", _journal, "J-"),
}


def add_documents(company: Company, chance: random.Random, now: datetime, days: int, wanted: dict[str, int]) -> None:
    """Write as many transactions of each kind as are wanted, oldest first, over the last days."""
    items = [row.body for row in company.store("Item").all()]
    books = _Books(
        company,
        chance,
        [row.body for row in company.store("Vendor").all()],
        [row.body for row in company.store("Customer").all()],
        [item for item in items if item["Type"] != "Category"],
        [item for item in items if item.get("ExpenseAccountRef")],
    )
    for name, document in DOCUMENTS.items():
        feature = ENTITIES[document.kind].feature
        lines = {"vendors": books.bought, "customers": books.sold}.get(document.parties, [None])
        parties = {"vendors": books.vendors, "customers": books.customers}.get(document.parties, [None])
        if not lines or not parties or (feature and not company.has_feature(feature)):
            continue
        count = wanted[name]
        moments = [now - timedelta(days=days * (1 - number / count)) for number in range(count)]
        if count <= _ONE_BY_ONE:
            for moment in moments:
                _create(books, document, moment)
        else:
            _copy(books, document, moments)


def _create(books: _Books, document: _Document, moment: datetime) -> dict[str, Any]:
    body = document.body(books, date.fromisoformat(today(moment)))
    if not _numbers_itself(books.company, document.kind):
        body["DocNumber"] = _next_number(books.company, document)
    return ENTITIES[document.kind].create(Writing(books.company, moment, Switches()), body).body


def _copy(books: _Books, document: _Document, moments: list[datetime]) -> None:
    kind = ENTITIES[document.kind]
    assert isinstance(kind, Transaction)
    company = books.company
    scratch = replace(books, company=company.copy())
    models = [_create(scratch, document, moment) for moment in moments[-_ONE_BY_ONE:]]
    effects = [kind.effect(company, model) for model in models]
    total = Effect()
    store = company.store(document.kind)
    for number, moment in enumerate(moments):
        which = number % len(models)
        store.put(_stamped(company, document, models[which], moment))
        total.add(effects[which])
    company.touched()
    apply(Writing(company, moments[-1], Switches()), total)


def _stamped(company: Company, document: _Document, model: dict[str, Any], moment: datetime) -> dict[str, Any]:
    """Return a copy of a document with identity and dates of its own; what does not differ is shared."""
    written, day = seconds_text(moment), today(moment)
    body = {
        **model,
        "Id": str(company.next_in("Txn")),
        "MetaData": {**model["MetaData"], "CreateTime": written, "LastUpdatedTime": written},
        "DocNumber": _next_number(company, document),
        "TxnDate": day,
    }
    if "DueDate" in model:
        term = date.fromisoformat(model["DueDate"]) - date.fromisoformat(model["TxnDate"])
        body["DueDate"] = (date.fromisoformat(day) + term).isoformat()
    return body


def _next_number(company: Company, document: _Document) -> str:
    if _numbers_itself(company, document.kind):
        return str(company.next_in(f"{document.kind}.DocNumber", 1001))
    return f"{document.prefix}{company.next_in(f'seed.{document.kind}.DocNumber', 501)}"


def _numbers_itself(company: Company, kind: str) -> bool:
    if kind == "PurchaseOrder":
        return company.other_preference("VendorAndPurchasesPrefs.UseCustomTxnNumbers") != "true"
    return kind not in {"Bill", "JournalEntry"} and not company.preference("SalesFormsPrefs", "CustomTxnNumbers")
