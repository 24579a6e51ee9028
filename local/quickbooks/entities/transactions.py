"""What all transactions have in common: fields, numbers, currency, closed books, custom fields, postings."""

from collections.abc import Callable
from typing import Any, ClassVar

from local.quickbooks.clock import today
from local.quickbooks.companies import Company
from local.quickbooks.currencies import currency_ref, rate
from local.quickbooks.entities.base import EntityType, Writing
from local.quickbooks.entities.fields import Field, anything, day, decimal, many, part, ref, text, texts
from local.quickbooks.entities.ledger import Effect, apply
from local.quickbooks.entities.parts import CUSTOM_FIELD, ENTITY_FIELDS, LINKED_TXN, TAX_DETAIL
from local.quickbooks.faults import Fault

_FIRST_NUMBER = 1001
_CUSTOM_FIELDS = 3

# In front of the lines; a table repeats a name to declare it otherwise.
HEAD_FIELDS: tuple[Field, ...] = (
    *ENTITY_FIELDS,
    many("CustomField", CUSTOM_FIELD),
    anything("AttachableRef"),
    text("DocNumber", 21, find="fs"),
    day("TxnDate", kept=True, find="fs"),
    text("TxnSubType"),
    ref("DepartmentRef", "Department"),
    ref("CurrencyRef", kept=True),
    decimal("ExchangeRate", kept=True),
    text("PrivateNote", 4000),
    text("TxnStatus", read_only=True),
    many("LinkedTxn", LINKED_TXN, read_only=True),
)
TAIL_FIELDS: tuple[Field, ...] = (
    part("TxnTaxDetail", TAX_DETAIL),
    *texts("TxnSource", "TaxFormType", "TaxFormNum", "TransactionLocationType"),
    anything("Tag"),
    anything("TxnApprovalInfo"),
    ref("RecurDataRef"),
    anything("RecurringInfo"),
    ref("ProjectRef"),
    decimal("TotalCostAmount", read_only=True),
    decimal("HomeTotalCostAmount", read_only=True),
)


class Transaction(EntityType):
    """A transaction: dated, numbered, made of lines, deleted for good."""

    sequence: ClassVar[str] = "Txn"
    operations: ClassVar[frozenset[str]] = frozenset({"create", "update", "read", "query", "delete"})
    default_order: ClassVar[tuple[str, bool]] = ("MetaData.LastUpdatedTime", True)
    plural: ClassVar[str] = "Transactions"

    def meta_data(self, writing: Writing, created: str, updated: str) -> dict[str, Any]:
        """Transactions also say who changed them last."""
        return {"CreateTime": created, "LastModifiedByRef": {"value": "9130350000000001"}, "LastUpdatedTime": updated}

    def complete(self, writing: Writing, entity: dict[str, Any], old: dict[str, Any] | None) -> None:
        """Date the transaction, keep it out of closed books and drop what is not tracked."""
        entity.setdefault("TxnDate", today(writing.now))
        check_period(writing, entity["TxnDate"])
        if old is not None:
            check_period(writing, old["TxnDate"])
        if not writing.company.preference("AccountingInfoPrefs", "TrackDepartments"):
            entity.pop("DepartmentRef", None)
        if not writing.company.preference("AccountingInfoPrefs", "ClassTrackingPerTxn"):
            entity.pop("ClassRef", None)

    def before_delete(self, writing: Writing, old: dict[str, Any]) -> None:
        """Nothing is deleted from closed books."""
        check_period(writing, old["TxnDate"])

    def written(self, writing: Writing, new: dict[str, Any] | None, old: dict[str, Any] | None) -> None:
        """Move balances and quantities by what changed."""
        effect = Effect()
        if new is not None:
            effect.add(self.effect(writing.company, new))
        if old is not None:
            effect.add(self.effect(writing.company, old), -1)
        apply(writing, effect)

    def effect(self, company: Company, entity: dict[str, Any]) -> Effect:
        """Return what the transaction adds to balances and quantities."""
        return Effect()


def check_period(writing: Writing, txn_date: str) -> None:
    """Raise fault 6200 or 6210 for a day in closed books; users inside QuickBooks are only warned."""
    closed = writing.company.preference("AccountingInfoPrefs", "BookCloseDate")
    if not closed or writing.by_user or txn_date > str(closed)[:10]:
        return
    if writing.switches.closed_books_have_password:
        raise Fault("6210", "Account Period Closed, Required Password : the books are closed through " + closed)
    raise Fault("6200", "Account Period Closed, Cannot Update Through Services API : closed through " + closed)


def settle_doc_number(
    writing: Writing,
    kind: EntityType,
    entity: dict[str, Any],
    old: dict[str, Any] | None,
    *,
    assigned: bool,
    unique: bool = True,
    within: Callable[[dict[str, Any]], Any] = lambda entity: None,
) -> None:
    """Give a new transaction without a number the next one, and refuse one that is in use (6140).

    ``assigned``: QuickBooks gives the numbers; with ``include=allowautodocnum`` it does so in any case. An update
    never assigns one. ``within`` limits uniqueness to transactions for which it returns the same.
    """
    company = writing.company
    store = company.store(kind.name)
    number = entity.get("DocNumber")
    if number is None:
        if old is None and (assigned or "allowautodocnum" in writing.include):
            while True:
                number = str(company.next_in(f"{kind.name}.DocNumber", _FIRST_NUMBER))
                if not store.indexed("DocNumber", number):
                    break
            entity["DocNumber"] = number
        return
    if not unique or (old is not None and old.get("DocNumber") == number):
        return
    if "allowduplicatedocnum" in writing.include or writing.by_user:
        return
    own = None if old is None else old["Id"]
    scope = within(entity)
    for row in store.indexed("DocNumber", number):
        if row.body["Id"] != own and within(row.body) == scope:
            raise Fault(
                "6140",
                "Duplicate Document Number Error : You must specify a different number. This number has already been "
                f"used. DocNumber={number} is assigned to TxnType={_spaced(kind.name)} with TxnId={row.body['Id']}",
            )


def check_currency(writing: Writing, entity: dict[str, Any], party_currency: dict[str, Any] | None) -> None:
    """Fill in the currency and rate; a transaction has its vendor's or customer's currency."""
    company = writing.company
    party = (party_currency or company.home_currency())["value"]
    sent = entity.get("CurrencyRef", {}).get("value")
    if company.preference("CurrencyPrefs", "MultiCurrencyEnabled"):
        if sent is None and writing.switches.currency_ref_required:
            raise Fault("2020", "Required parameter CurrencyRef is missing in the request", "CurrencyRef")
        if sent not in (None, party):
            raise Fault(
                "6000",
                f"Business Validation Error: The currency of the transaction is {sent}, but the name uses {party}.",
                "CurrencyRef",
            )
        entity.setdefault("ExchangeRate", rate(party, company.currency))
    else:
        if sent not in (None, company.currency):
            raise Fault("2220", f"Invalid Currency Type : {sent}. Multicurrency is not enabled.", "CurrencyRef")
        entity.pop("ExchangeRate", None)
    entity["CurrencyRef"] = currency_ref(sent or party)


def custom_fields(writing: Writing, entity: dict[str, Any], group: str, listed: str, prefix: str, kind: str) -> None:
    """Show the defined custom fields with the values sent; others are dropped without a word."""
    definitions = _definitions(writing.company, group, listed, prefix, kind)
    sent = {field.get("DefinitionId"): field for field in entity.get("CustomField", [])}
    entity["CustomField"] = [
        {
            "DefinitionId": number,
            "Name": label,
            "Type": "StringType",
            **({"StringValue": sent[number]["StringValue"]} if sent.get(number, {}).get("StringValue") else {}),
        }
        for number, label in definitions.items()
    ]


def letter_head(name: str, address: dict[str, Any]) -> dict[str, Any]:
    """Write an address as the lines of a letter, as QuickBooks does on transactions."""
    place = f"{address.get('City', '')}, {address.get('CountrySubDivisionCode', '')}  {address.get('PostalCode', '')}"
    lines = [name, address.get("Line1"), address.get("Line2"), place.strip(" ,")]
    written = [line for line in lines if line]
    return {f"Line{number}": line for number, line in enumerate(written, start=1)}


def party_of(company: Company, kind: str, reference: dict[str, Any] | None) -> dict[str, Any]:
    """Return the vendor or customer of a transaction, or an empty one."""
    row = company.store(kind).get((reference or {}).get("value", ""))
    return {} if row is None else row.body


def _definitions(company: Company, group: str, listed: str, prefix: str, kind: str) -> dict[str, str]:
    groups = company.preference(group, listed) or []
    flat = {field["Name"]: field for part in groups for field in part.get("CustomField", [])}
    return {
        str(number): flat.get(f"{prefix}.{kind}CustomName{number}", {}).get("StringValue", f"Custom {number}")
        for number in range(1, _CUSTOM_FIELDS + 1)
        if flat.get(f"{prefix}.Use{kind}Custom{number}", {}).get("BooleanValue")
    }


def _spaced(name: str) -> str:
    return "".join(f" {letter}" if letter.isupper() else letter for letter in name).strip()
