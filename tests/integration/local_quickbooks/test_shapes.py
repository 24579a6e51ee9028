"""The fields of replies, and their types, beside those that QuickBooks was seen to send.

``RECORDED`` holds the paths of real replies of American sandbox companies (2015 to 2022); what all entities have is
checked apart. Addresses there also had Lat and Long, which QuickBooks has been taking out since August 2025.
"""

from typing import Any

import pytest

from tests.integration.local_quickbooks.bodies import (
    BOX,
    CUSTOMER,
    adjusted,
    bill,
    order,
    posting,
    purchased,
    receiving,
    sale,
    sold,
)

RECORDED = {
    "Account": {
        "text": (
            "AccountSubType AccountType Classification CurrencyRef.name CurrencyRef.value Description "
            "FullyQualifiedName Name"
        ),
        "flag": "Active SubAccount",
        "number": "CurrentBalance CurrentBalanceWithSubAccounts",
    },
    "Class": {
        "flag": "Active SubClass",
        "text": "FullyQualifiedName Name",
    },
    "Customer": {
        "flag": "Active BillWithParent Job Taxable",
        "number": "Balance BalanceWithJobs Level",
        "text": (
            "BillAddr.City BillAddr.Country BillAddr.CountrySubDivisionCode BillAddr.Id BillAddr.Line1 "
            "BillAddr.PostalCode CompanyName CurrencyRef.name CurrencyRef.value DefaultTaxCodeRef.value "
            "DisplayName FamilyName Fax.FreeFormNumber FullyQualifiedName GivenName MiddleName "
            "Mobile.FreeFormNumber ParentRef.value PreferredDeliveryMethod PrimaryEmailAddr.Address "
            "PrimaryPhone.FreeFormNumber PrintOnCheckName ShipAddr.City ShipAddr.Country "
            "ShipAddr.CountrySubDivisionCode ShipAddr.Id ShipAddr.Line1 ShipAddr.PostalCode WebAddr.URI"
        ),
    },
    "Department": {
        "flag": "Active SubDepartment",
        "text": "FullyQualifiedName Name",
    },
    "Employee": {
        "flag": "Active BillableTime",
        "number": "BillRate",
        "text": (
            "BirthDate DisplayName FamilyName Gender GivenName HiredDate PrimaryEmailAddr.Address "
            "PrimaryPhone.FreeFormNumber PrintOnCheckName SSN"
        ),
    },
    "Estimate": {
        "flag": "ApplyTaxAfterDiscount TxnTaxDetail.TaxLine[].TaxLineDetail.PercentBased",
        "text": (
            "BillAddr.Id BillAddr.Line1 BillAddr.Line2 BillAddr.Line3 BillAddr.Line4 BillEmail.Address "
            "CurrencyRef.name CurrencyRef.value CustomField[].DefinitionId CustomField[].Name CustomField[].Type "
            "CustomerMemo.value CustomerRef.name CustomerRef.value DeliveryInfo.DeliveryType DocNumber "
            "EmailStatus Line[].Description Line[].DetailType Line[].Id Line[].SalesItemLineDetail.ItemRef.name "
            "Line[].SalesItemLineDetail.ItemRef.value Line[].SalesItemLineDetail.TaxCodeRef.value "
            "LinkedTxn[].TxnId LinkedTxn[].TxnType PrintStatus ShipAddr.City ShipAddr.CountrySubDivisionCode "
            "ShipAddr.Id ShipAddr.Line1 ShipAddr.PostalCode TxnDate TxnStatus TxnTaxDetail.TaxLine[].DetailType "
            "TxnTaxDetail.TaxLine[].TaxLineDetail.TaxRateRef.value TxnTaxDetail.TxnTaxCodeRef.value"
        ),
        "number": (
            "Line[].Amount Line[].LineNum Line[].SalesItemLineDetail.Qty Line[].SalesItemLineDetail.UnitPrice "
            "TotalAmt TxnTaxDetail.TaxLine[].Amount TxnTaxDetail.TaxLine[].TaxLineDetail.NetAmountTaxable "
            "TxnTaxDetail.TaxLine[].TaxLineDetail.TaxPercent TxnTaxDetail.TotalTax"
        ),
        "object": "Line[].SubTotalLineDetail",
    },
    "Invoice": {
        "flag": (
            "AllowIPNPayment AllowOnlineACHPayment AllowOnlineCreditCardPayment AllowOnlinePayment "
            "ApplyTaxAfterDiscount"
        ),
        "number": "Balance Line[].Amount Line[].LineNum TotalAmt TxnTaxDetail.TotalTax",
        "text": (
            "BillAddr.City BillAddr.CountrySubDivisionCode BillAddr.Id BillAddr.Line1 BillAddr.PostalCode "
            "CurrencyRef.name CurrencyRef.value CustomField[].DefinitionId CustomField[].Name CustomField[].Type "
            "CustomerRef.name CustomerRef.value DocNumber DueDate EmailStatus Line[].DetailType Line[].Id "
            "Line[].SalesItemLineDetail.ItemRef.name Line[].SalesItemLineDetail.ItemRef.value "
            "Line[].SalesItemLineDetail.TaxCodeRef.value PrintStatus PrivateNote ShipAddr.City "
            "ShipAddr.CountrySubDivisionCode ShipAddr.Id ShipAddr.Line1 ShipAddr.PostalCode TxnDate"
        ),
        "object": "Line[].SubTotalLineDetail",
        "list": "LinkedTxn[]",
    },
    "JournalEntry": {
        "flag": "Adjustment",
        "text": (
            "CurrencyRef.name CurrencyRef.value DocNumber Line[].Description Line[].DetailType Line[].Id "
            "Line[].JournalEntryLineDetail.AccountRef.name Line[].JournalEntryLineDetail.AccountRef.value "
            "Line[].JournalEntryLineDetail.DepartmentRef.name Line[].JournalEntryLineDetail.DepartmentRef.value "
            "Line[].JournalEntryLineDetail.Entity.EntityRef.name "
            "Line[].JournalEntryLineDetail.Entity.EntityRef.value Line[].JournalEntryLineDetail.Entity.Type "
            "Line[].JournalEntryLineDetail.PostingType PrivateNote TxnDate"
        ),
        "number": "ExchangeRate Line[].Amount",
        "object": "TxnTaxDetail",
    },
    "SalesReceipt": {
        "flag": "ApplyTaxAfterDiscount Line[].DiscountLineDetail.PercentBased",
        "number": (
            "Balance Line[].Amount Line[].DiscountLineDetail.DiscountPercent Line[].LineNum "
            "Line[].SalesItemLineDetail.Qty Line[].SalesItemLineDetail.UnitPrice TotalAmt TxnTaxDetail.TotalTax"
        ),
        "text": (
            "BillAddr.Id BillAddr.Line1 BillAddr.Line2 BillAddr.Line3 BillAddr.Line4 BillEmail.Address "
            "CurrencyRef.name CurrencyRef.value CustomField[].DefinitionId CustomField[].Name CustomField[].Type "
            "CustomerMemo.value CustomerRef.name CustomerRef.value DepositToAccountRef.name "
            "DepositToAccountRef.value DocNumber EmailStatus Line[].Description Line[].DetailType "
            "Line[].DiscountLineDetail.DiscountAccountRef.name Line[].DiscountLineDetail.DiscountAccountRef.value "
            "Line[].Id Line[].SalesItemLineDetail.ItemRef.name Line[].SalesItemLineDetail.ItemRef.value "
            "Line[].SalesItemLineDetail.TaxCodeRef.value LinkedTxn[].TxnId LinkedTxn[].TxnType "
            "PaymentMethodRef.name PaymentMethodRef.value PaymentRefNum PrintStatus PrivateNote ShipAddr.City "
            "ShipAddr.CountrySubDivisionCode ShipAddr.Id ShipAddr.Line1 ShipAddr.PostalCode TxnDate"
        ),
        "object": "Line[].SubTotalLineDetail",
    },
    "Vendor": {
        "text": (
            "AcctNum BillAddr.City BillAddr.Country BillAddr.CountrySubDivisionCode BillAddr.Id BillAddr.Line1 "
            "BillAddr.PostalCode CompanyName CurrencyRef.name CurrencyRef.value DisplayName FamilyName "
            "Fax.FreeFormNumber GivenName MiddleName Mobile.FreeFormNumber PrimaryEmailAddr.Address "
            "PrimaryPhone.FreeFormNumber PrintOnCheckName Suffix TaxIdentifier TermRef.value Title WebAddr.URI"
        ),
        "flag": "Active Vendor1099",
        "number": "Balance",
    },  # From descriptions and older recordings in XML.
    "Bill": {
        "list": "LinkedTxn[]",
        "number": "Balance Line[].Amount Line[].LineNum Line[].ItemBasedExpenseLineDetail.Qty "
        "Line[].ItemBasedExpenseLineDetail.UnitPrice TotalAmt",
        "text": "APAccountRef.name APAccountRef.value CurrencyRef.name CurrencyRef.value DocNumber DueDate "
        "Line[].AccountBasedExpenseLineDetail.AccountRef.name Line[].AccountBasedExpenseLineDetail.AccountRef.value "
        "Line[].AccountBasedExpenseLineDetail.BillableStatus Line[].AccountBasedExpenseLineDetail.TaxCodeRef.value "
        "Line[].DetailType Line[].Id Line[].ItemBasedExpenseLineDetail.BillableStatus "
        "Line[].ItemBasedExpenseLineDetail.ItemRef.name Line[].ItemBasedExpenseLineDetail.ItemRef.value "
        "Line[].ItemBasedExpenseLineDetail.TaxCodeRef.value PrivateNote SalesTermRef.value TxnDate VendorRef.name "
        "VendorRef.value",
    },
    "PurchaseOrder": {
        "list": "Line[].CustomExtensions[]",
        "number": "Line[].Amount Line[].LineNum Line[].ItemBasedExpenseLineDetail.Qty "
        "Line[].ItemBasedExpenseLineDetail.UnitPrice Line[].Received TotalAmt",
        "text": "APAccountRef.name APAccountRef.value CurrencyRef.name CurrencyRef.value CustomField[].DefinitionId "
        "CustomField[].Name CustomField[].Type DocNumber EmailStatus Line[].DetailType Line[].Id "
        "Line[].ItemBasedExpenseLineDetail.BillableStatus Line[].ItemBasedExpenseLineDetail.ItemRef.name "
        "Line[].ItemBasedExpenseLineDetail.ItemRef.value Line[].ItemBasedExpenseLineDetail.TaxCodeRef.value "
        "LinkedTxn[].TxnId LinkedTxn[].TxnType MetaData.LastModifiedByRef.value POEmail.Address POStatus ShipAddr.Id "
        "ShipAddr.Line1 TxnDate VendorAddr.Id VendorAddr.Line1 VendorRef.name VendorRef.value",
    },
    "Term": {"flag": "Active", "number": "DueDays", "text": "Name Type"},
    "TaxCode": {
        "flag": "Active TaxGroup Taxable",
        "number": "SalesTaxRateList.TaxRateDetail[].TaxOrder",
        "text": "Description Name SalesTaxRateList.TaxRateDetail[].TaxRateRef.name "
        "SalesTaxRateList.TaxRateDetail[].TaxRateRef.value SalesTaxRateList.TaxRateDetail[].TaxTypeApplicable",
    },
    "TaxRate": {
        "flag": "Active",
        "number": "RateValue",
        "text": "AgencyRef.value Description DisplayType Name SpecialTaxType",
    },
    "InventoryAdjustment": {
        "number": "Line[].ItemAdjustmentLineDetail.QtyDiff",
        "text": "AdjustAccountRef.name AdjustAccountRef.value DocNumber Line[].Id "
        "Line[].ItemAdjustmentLineDetail.ItemRef.value PrivateNote TxnDate",
    },
}
COMMON = {
    "Id": "text",
    "SyncToken": "text",
    "domain": "text",
    "sparse": "flag",
    "MetaData.CreateTime": "text",
    "MetaData.LastUpdatedTime": "text",
}

# What was recorded and is not here, and why.
NOT_HERE = {
    "LinkedTxn[].TxnId": "a sales receipt is linked by a deposit, and there are no deposits here",
    "LinkedTxn[].TxnType": "a sales receipt is linked by a deposit, and there are no deposits here",
    "PaymentMethodRef.name": "there are no payment methods here: the reference stays as sent",
    "BillAddr.Line2": "the recorded address was a letter; here it is the customer's",
    "BillAddr.Line3": "the recorded address was a letter; here it is the customer's",
    "BillAddr.Line4": "the recorded address was a letter; here it is the customer's",
}
# What is here and was not recorded, and why.
EXTRA = {
    "BillAddr.City": "the recorded estimate and receipt had a letter for an address",
    "BillAddr.CountrySubDivisionCode": "the recorded estimate and receipt had a letter for an address",
    "BillAddr.PostalCode": "the recorded estimate and receipt had a letter for an address",
    "BillEmail.Address": "sent here and not in the recording",
    "CustomerMemo.value": "sent here and not in the recording",
    "DeliveryInfo.DeliveryTime": "the recorded estimate was marked for sending, not sent",
    "Hidden": "newer than the recording",
    "Line[].CustomExtensions[]": "on every line since 2026",
    "Line[].Description": "sent here and not in the recording",
    "Line[].DescriptionLineDetail": "no remark was recorded",
    "Line[].DetailType": "the documented sample leaves it out",
    "Line[].DiscountLineDetail.DiscountAccountRef.name": "a discount was recorded on a sales receipt only",
    "Line[].DiscountLineDetail.DiscountAccountRef.value": "a discount was recorded on a sales receipt only",
    "Line[].DiscountLineDetail.DiscountPercent": "a discount was recorded on a sales receipt only",
    "Line[].DiscountLineDetail.PercentBased": "a discount was recorded on a sales receipt only",
    "Line[].ItemAdjustmentLineDetail.ItemRef.name": "the documented sample leaves it out",
    "Line[].LinkedTxn[]": "on lines of bills since 2026",
    "Line[].LineNum": "the documented sample leaves it out",
    "Line[].SalesItemLineDetail.ItemAccountRef.name": "on every line since 2026",
    "Line[].SalesItemLineDetail.ItemAccountRef.value": "on every line since 2026",
    "Line[].SalesItemLineDetail.Qty": "sent here and not in the recording",
    "Line[].SalesItemLineDetail.UnitPrice": "sent here and not in the recording",
    "MetaData.LastModifiedByRef.value": "on many transactions since 2026",
    "PrivateNote": "sent here and not in the recording",
    "PurchaseTaxRateList.TaxRateDetail[]": "empty lists do not show in XML",
    "ShipAddr.Country": "sent here and not in the recording",
    "ShipAddr.Line2": "longer than the recorded address",
    "ShipAddr.Line3": "longer than the recorded address",
    "TotalAmt": "documented to be 0 on journal entries, and not recorded",
    "TxnTaxDetail.TaxLine[].Amount": "a tax was recorded on an estimate only",
    "TxnTaxDetail.TaxLine[].DetailType": "a tax was recorded on an estimate only",
    "TxnTaxDetail.TaxLine[].TaxLineDetail.NetAmountTaxable": "a tax was recorded on an estimate only",
    "TxnTaxDetail.TaxLine[].TaxLineDetail.PercentBased": "a tax was recorded on an estimate only",
    "TxnTaxDetail.TaxLine[].TaxLineDetail.TaxPercent": "a tax was recorded on an estimate only",
    "TxnTaxDetail.TaxLine[].TaxLineDetail.TaxRateRef.value": "a tax was recorded on an estimate only",
    "TxnTaxDetail.TxnTaxCodeRef.value": "a tax was recorded on an estimate only",
    "VendorAddr.Id": "the recorded vendor had no address",
    "VendorAddr.Line1": "the recorded vendor had no address",
    "VendorAddr.Line2": "longer than the recorded address",
    "VendorAddr.Line3": "longer than the recorded address",
}


def flat(value: Any, path: str = "") -> dict[str, str]:
    """Return the paths in a reply, each with its type."""
    if isinstance(value, dict) and value:
        found: dict[str, str] = {}
        for name, item in value.items():
            found |= flat(item, f"{path}.{name}" if path else name)
        return found
    if isinstance(value, list) and value:
        found = {}
        for item in value:
            found |= flat(item, f"{path}[]")
        return found
    if isinstance(value, list):
        return {f"{path}[]": "list"}
    kinds = {bool: "flag", int: "number", float: "number", str: "text", dict: "object"}
    return {path: kinds[type(value)]}


def rich_sale(books, **more):
    books.by_user("PATCH", f"Customer/{CUSTOMER}", ShipAddr=ADDRESS)
    lines = (
        sold(quantity=4, price=75, Description="Custom design", detail={"TaxCodeRef": {"value": "TAX"}}),
        {"DetailType": "DescriptionOnly", "Description": "As agreed"},
        {
            "DetailType": "DiscountLineDetail",
            "DiscountLineDetail": {"PercentBased": True, "DiscountPercent": 10},
        },
    )
    return sale(
        *lines,
        PrivateNote="note",
        CustomerMemo={"value": "Thank you"},
        BillEmail={"Address": "ada@example.com"},
        TxnTaxDetail={"TxnTaxCodeRef": {"value": "2"}},
        **more,
    )


def make_invoice(books):
    return books.create("Invoice", **rich_sale(books))


def make_sales_receipt(books):
    return books.create("SalesReceipt", **rich_sale(books, PaymentMethodRef={"value": "2"}, PaymentRefNum="10264"))


def make_estimate(books):
    estimate = books.create("Estimate", **rich_sale(books))
    books.create("Invoice", **sale(LinkedTxn=[{"TxnId": estimate["Id"], "TxnType": "Estimate"}]))
    books.call("POST", f"estimate/{estimate['Id']}/send")
    return books.read("Estimate", estimate["Id"])


def make_journal_entry(books):
    books.prefer(
        CurrencyPrefs={"MultiCurrencyEnabled": True},
        AccountingInfoPrefs={"TrackDepartments": True},
    )
    department = books.create("Department", Name="Oakland")
    entity = {"Type": "Employee", "EntityRef": {"value": "21"}}
    lines = [
        {**posting(kind, account, 17.99, Entity=entity, DepartmentRef={"value": department["Id"]}), "Description": "x"}
        for kind, account in (("Debit", "25"), ("Credit", "9"))
    ]
    return books.create("JournalEntry", Line=lines, DocNumber="309", PrivateNote="note")


def make_purchase_order(books):
    ordered = books.create("PurchaseOrder", **order(purchased()))
    books.create("Bill", **bill(receiving(ordered["Id"], "1", purchased())))
    return books.read("PurchaseOrder", ordered["Id"])


def make_bill(books):
    account = {"AccountRef": {"value": books.account("Freight In")}}
    line = {"Amount": 5, "DetailType": "AccountBasedExpenseLineDetail", "AccountBasedExpenseLineDetail": account}
    return books.create(
        "Bill", **bill(purchased(), line, DocNumber="17", PrivateNote="note", SalesTermRef={"value": "3"})
    )


ADDRESS = {
    "Line1": "1 Finch St.",
    "City": "Bayshore",
    "Country": "USA",
    "CountrySubDivisionCode": "CA",
    "PostalCode": "94326",
}
PERSON = {
    "GivenName": "Ada",
    "MiddleName": "B.",
    "FamilyName": "Abbott",
    "BillAddr": ADDRESS,
    "Fax": {"FreeFormNumber": "(555) 555-0102"},
    "Mobile": {"FreeFormNumber": "(555) 555-0101"},
    "PrimaryPhone": {"FreeFormNumber": "(555) 555-0100"},
    "PrimaryEmailAddr": {"Address": "ada@example.com"},
    "WebAddr": {"URI": "https://example.com"},
}


def make_customer(books):
    return books.create(
        "Customer",
        DisplayName="Kitchen",
        CompanyName="Kitchen Ltd.",
        ParentRef={"value": CUSTOMER},
        ShipAddr=ADDRESS,
        **PERSON,
    )


def make_vendor(books):
    return books.create(
        "Vendor",
        DisplayName="New",
        Title="Ms",
        Suffix="Jr",
        CompanyName="New Ltd.",
        AcctNum="7",
        TaxIdentifier="12-3456789",
        TermRef={"value": "3"},
        **PERSON,
    )


def make_employee(books):
    return books.create(
        "Employee",
        GivenName="Noa",
        FamilyName="Reed",
        SSN="123-45-6789",
        Gender="Male",
        BillRate=0,
        BirthDate="1984-10-02",
        HiredDate="2015-09-08",
        PrimaryEmailAddr={"Address": "noa@example.com"},
        PrimaryPhone={"FreeFormNumber": "(555) 555-0100"},
    )


def make_tracked(kind):
    def make(books):
        books.prefer(AccountingInfoPrefs={"TrackDepartments": True, "ClassTrackingPerTxn": True})
        return books.create(kind, Name="New")

    return make


MAKE = {
    "Account": lambda books: books.create("Account", Name="New", AccountType="Bank", Description="x"),
    "Bill": make_bill,
    "Class": make_tracked("Class"),
    "Customer": make_customer,
    "Department": make_tracked("Department"),
    "Employee": make_employee,
    "Estimate": make_estimate,
    "InventoryAdjustment": lambda books: books.create(
        "InventoryAdjustment",
        AdjustAccountRef={"value": books.account("Inventory Shrinkage")},
        Line=[adjusted(BOX)],
        PrivateNote="note",
    ),
    "Invoice": make_invoice,
    "JournalEntry": make_journal_entry,
    "PurchaseOrder": make_purchase_order,
    "SalesReceipt": make_sales_receipt,
    "TaxCode": lambda books: books.read("TaxCode", "2"),
    "TaxRate": lambda books: books.read("TaxRate", "1"),
    "Term": lambda books: books.create("Term", Name="New", DueDays=7),
    "Vendor": make_vendor,
}


@pytest.mark.parametrize("kind", RECORDED)
def test_a_reply_has_the_recorded_fields_with_their_types(books, kind):
    recorded = {name: shape for shape, names in RECORDED[kind].items() for name in names.split()}

    found = flat(MAKE[kind](books))

    assert {name: found.get(name) for name in COMMON} == COMMON
    missing = {name for name in recorded if name not in found} - set(NOT_HERE)
    # A list that was recorded empty may have something in it.
    missing = {name for name in missing if not any(other.startswith(name) for other in found)}
    assert missing == set()
    assert {name: found[name] for name in recorded if name in found} == {
        name: shape for name, shape in recorded.items() if name in found
    }
    assert found.keys() - recorded.keys() - COMMON.keys() - EXTRA.keys() == set()
