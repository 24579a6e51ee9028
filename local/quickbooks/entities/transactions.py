"""Rules that transactions share: document numbers, currency, custom fields."""

from decimal import Decimal
from typing import Any

from local.quickbooks.companies import Company
from local.quickbooks.currencies import currency_ref
from local.quickbooks.entities.base import EntityType, Writing
from local.quickbooks.faults import Fault

_FIRST_NUMBER = 1001
_CUSTOM_FIELDS = 3


def settle_doc_number(
    writing: Writing, kind: EntityType, entity: dict[str, Any], old: dict[str, Any] | None, *, custom: str | None
) -> None:
    """Assign the next number to a new transaction without one, and refuse one that is in use (6140).

    With custom transaction numbers on, a missing number stays missing. An update never assigns one.
    """
    company = writing.company
    store = company.store(kind.name)
    number = entity.get("DocNumber")
    if number is None:
        if old is None and custom != "true":
            while True:
                number = str(company.next_in(f"{kind.name}.DocNumber", _FIRST_NUMBER))
                if not store.indexed("DocNumber", number):
                    break
            entity["DocNumber"] = number
        return
    if (old is not None and old.get("DocNumber") == number) or "allowduplicatedocnum" in writing.include:
        return
    taken = [row for row in store.indexed("DocNumber", number) if old is None or row.body["Id"] != old["Id"]]
    if taken:
        raise Fault(
            "6140",
            "Duplicate Document Number Error : You must specify a different number. This number has already been "
            f"used. DocNumber={number} is assigned to TxnType={_spaced(kind.name)} with TxnId={taken[0].body['Id']}",
        )


def check_currency(writing: Writing, entity: dict[str, Any], party_currency: dict[str, Any] | None) -> None:
    """Fill in the currency and rate; a transaction has its vendor's or customer's currency."""
    company = writing.company
    party = (party_currency or company.home_currency())["value"]
    sent = entity.get("CurrencyRef", {}).get("value", party)
    if company.preference("CurrencyPrefs", "MultiCurrencyEnabled"):
        if sent != party:
            raise Fault(
                "6000",
                f"Business Validation Error: The currency of the transaction is {sent}, but the name uses {party}.",
                "CurrencyRef",
            )
        entity.setdefault("ExchangeRate", Decimal(1))
    else:
        if sent != company.currency:
            raise Fault("2220", f"Invalid Currency Type : {sent}. Multicurrency is not enabled.", "CurrencyRef")
        entity.pop("ExchangeRate", None)
    entity["CurrencyRef"] = currency_ref(sent)


def custom_fields(writing: Writing, entity: dict[str, Any], use: str, name: str) -> None:
    """Show the defined custom fields with the values sent; others are dropped without a word."""
    definitions = _definitions(writing.company, use, name)
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


def _definitions(company: Company, use: str, name: str) -> dict[str, str]:
    groups = company.preference("VendorAndPurchasesPrefs", "POCustomField") or []
    flat = {field["Name"]: field for group in groups for field in group.get("CustomField", [])}
    return {
        str(number): flat.get(f"{name}{number}", {}).get("StringValue", f"Custom {number}")
        for number in range(1, _CUSTOM_FIELDS + 1)
        if flat.get(f"{use}{number}", {}).get("BooleanValue")
    }


def _spaced(name: str) -> str:
    return "".join(f" {letter}" if letter.isupper() else letter for letter in name).strip()
