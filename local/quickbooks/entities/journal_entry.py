"""JournalEntry: debits and credits as they are.

https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/journalentry
"""

from decimal import Decimal
from typing import Any, ClassVar

from local.quickbooks.companies import Company
from local.quickbooks.entities.base import ENTITIES, Writing
from local.quickbooks.entities.fields import (
    Shape,
    anything,
    boolean,
    decimal,
    enum,
    integer,
    many,
    missing,
    part,
    ref,
    text,
)
from local.quickbooks.entities.ledger import ZERO, Effect, at_home
from local.quickbooks.entities.lines import drop_tracking, line_amount, own_parts, replace_lines
from local.quickbooks.entities.parts import CUSTOM_FIELD, LINKED_TXN
from local.quickbooks.entities.taxes import settle_line_tax
from local.quickbooks.entities.transactions import (
    HEAD_FIELDS,
    TAIL_FIELDS,
    Transaction,
    check_currency,
    settle_doc_number,
)
from local.quickbooks.faults import Fault

_DETAIL = "JournalEntryLineDetail"
_PARTIES = {"Accounts Receivable": "Customer", "Accounts Payable": "Vendor"}
_ENTITY = Shape(
    "EntityTypeRef",
    enum("Type", "Customer", "Vendor", "Employee", "Job", "Other"),
    ref("EntityRef", "Customer", "Vendor", "Employee"),
)
_LINE_DETAIL = Shape(
    _DETAIL,
    enum("PostingType", "Debit", "Credit"),
    part("Entity", _ENTITY),
    ref("AccountRef", "Account"),
    ref("ClassRef", "Class"),
    ref("DepartmentRef", "Department"),
    ref("TaxCodeRef"),
    ref("TaxRateRef"),
    enum("TaxApplicableOn", "Sales", "Purchase"),
    decimal("TaxAmount"),
    decimal("TaxInclusiveAmt"),
    enum("BillableStatus", "Billable", "NotBillable", "HasBeenBilled"),
    ref("JournalCodeRef"),
    anything("JournalEntryLineDetailEx"),
)
_LINE = Shape(
    "Line",
    text("Id"),
    integer("LineNum"),
    text("Description", 4000),
    decimal("Amount"),
    many("LinkedTxn", LINKED_TXN),
    enum("DetailType", _DETAIL, "DescriptionOnly"),
    part(_DETAIL, _LINE_DETAIL),
    anything("DescriptionLineDetail"),
    many("CustomField", CUSTOM_FIELD),
    anything("LineEx"),
    ref("ProjectRef"),
    anything("CustomExtensions"),
)


class JournalEntry(Transaction):
    """A journal entry."""

    name: ClassVar[str] = "JournalEntry"
    total_count: ClassVar[bool] = True
    shape: ClassVar[Shape] = Shape(
        "JournalEntry",
        *HEAD_FIELDS,
        many("Line", _LINE, required=True),
        *TAIL_FIELDS,
        boolean("Adjustment", kept=True, find="f"),
        boolean("HomeCurrencyAdjustment"),
        boolean("EnteredInHomeCurrency"),
        enum("GlobalTaxCalculation", "TaxExcluded", "TaxInclusive", "NotApplicable", kept=True),
        decimal("TotalAmt", read_only=True, find="fs"),
        decimal("HomeTotalAmt", read_only=True),
        anything("JournalEntryEx"),
    )

    def complete(self, writing: Writing, entity: dict[str, Any], old: dict[str, Any] | None) -> None:
        """Check that debits equal credits and that receivables and payables name whose they are."""
        company = writing.company
        super().complete(writing, entity, old)
        check_currency(writing, entity, entity.get("CurrencyRef"))

        def complete(sent: dict[str, Any], number: int, was: dict[str, Any] | None) -> dict[str, Any]:
            return _complete(writing, entity, sent, number)

        # Lines of journal entries count from 0 and have no LineNum, unlike those of all other transactions.
        if replace_lines(entity, old, complete, first_id=0):
            _check_balance(writing, entity["Line"])
            for line in entity["Line"]:
                del line["LineNum"]
        settle_doc_number(
            writing,
            self,
            entity,
            old,
            assigned=False,
            unique=company.other_preference("WarnDuplicateJournalNumber") == "true",
        )
        entity.setdefault("Adjustment", False)
        entity.setdefault("TxnTaxDetail", {})
        entity["TotalAmt"] = Decimal(0)

    def effect(self, company: Company, entity: dict[str, Any]) -> Effect:
        """Every line posts to its account, and to the customer or vendor of a receivable or payable."""
        effect = Effect()
        for line in entity["Line"]:
            detail = line.get(_DETAIL)
            if not detail:
                continue
            amount = line["Amount"] if detail["PostingType"] == "Debit" else -line["Amount"]
            effect.accounts[detail["AccountRef"]["value"]] += at_home(entity, amount)
            party = detail.get("Entity", {}).get("EntityRef", {}).get("value")
            match _PARTIES.get(_account_type(company, detail)):
                case "Customer":
                    effect.customers[party] += amount
                case "Vendor":
                    effect.vendors[party] -= amount
        return effect


def _complete(writing: Writing, entity: dict[str, Any], sent: dict[str, Any], number: int) -> dict[str, Any]:
    kind = sent.get("DetailType")
    if kind is None:
        raise missing("Line.DetailType")
    line = own_parts(sent, (_DETAIL,))
    if kind == "DescriptionOnly":
        line.pop("Amount", None)
        return {**line, "DescriptionLineDetail": line.get("DescriptionLineDetail") or {}}
    detail = dict(line.get(kind) or {})
    if not detail.get("PostingType"):
        raise Fault("2260", "Missing Posting Type : a journal line is a Debit or a Credit.", "Line.PostingType")
    if not detail.get("AccountRef"):
        raise missing("AccountRef")
    line["Amount"] = line_amount(sent)
    if line["Amount"] < 0:
        raise Fault("2290", "Negative Amount : a journal line's amount is never negative.", "Line.Amount")
    _check_party(writing.company, detail)
    drop_tracking(writing.company, detail)
    if not writing.company.preference("AccountingInfoPrefs", "TrackDepartments"):
        detail.pop("DepartmentRef", None)
    if writing.company.country == "US":
        detail.pop("TaxCodeRef", None)
    elif detail.get("TaxCodeRef"):
        settle_line_tax(writing, entity, detail, number)
        if not detail.get("TaxApplicableOn"):
            raise Fault("2270", "Missing Tax Applicable On : Sales or Purchase.", "Line.TaxApplicableOn")
    line[kind] = detail
    return line


def _check_party(company: Company, detail: dict[str, Any]) -> None:
    account_type = _account_type(company, detail)
    wanted = _PARTIES.get(account_type)
    named = detail.get("Entity", {})
    if named and not named.get("Type"):
        raise missing("Entity.Type")
    if wanted is None:
        return
    party = named.get("EntityRef", {}).get("value", "")
    if named.get("Type") != wanted or company.store(wanted).get(party) is None:
        raise Fault(
            "6000",
            f"Business Validation Error: When you use {account_type}, you must choose a {wanted.lower()} in the Name "
            "field.",
            "Line.Entity",
        )
    row = company.store(wanted).get(party)
    assert row is not None
    named["EntityRef"]["name"] = ENTITIES[wanted].display_name(row.body)


def _check_balance(writing: Writing, lines: list[dict[str, Any]]) -> None:
    balance, postings, parties = ZERO, set(), 0
    for line in lines:
        detail = line.get(_DETAIL)
        if detail:
            balance += line["Amount"] if detail["PostingType"] == "Debit" else -line["Amount"]
            postings.add(detail["PostingType"])
            parties += _account_type(writing.company, detail) in _PARTIES
    if balance or len(postings) < 2:
        raise Fault("2300", "Amount on debits not equal to credits : a journal entry must balance.", "Line")
    if parties > 1 and writing.switches.journal_has_one_party_line:
        raise Fault(
            "6000",
            "Business Validation Error: A journal entry can have only one Accounts Receivable or Accounts Payable "
            "line.",
        )


def _account_type(company: Company, detail: dict[str, Any]) -> str:
    row = company.store("Account").get(detail["AccountRef"]["value"])
    return "" if row is None else str(row.body["AccountType"])
