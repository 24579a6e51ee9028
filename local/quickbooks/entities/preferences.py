"""Preferences: a company's settings, one object per company, changed through the control API.

https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/preferences
"""

from copy import deepcopy
from typing import Any, ClassVar

from local.quickbooks.companies import Company
from local.quickbooks.entities.base import EntityType
from local.quickbooks.entities.fields import Shape, anything
from local.quickbooks.entities.parts import ENTITY_FIELDS
from local.quickbooks.store import Row

GROUPS = (
    "AccountingInfoPrefs",
    "AdvancedInventoryPrefs",
    "ProductAndServicesPrefs",
    "SalesFormsPrefs",
    "EmailMessagesPrefs",
    "PrintDocumentPrefs",
    "VendorAndPurchasesPrefs",
    "TimeTrackingPrefs",
    "TaxPrefs",
    "FinanceChargesPrefs",
    "CurrencyPrefs",
    "ReportPrefs",
    "OtherPrefs",
)
_ADVANCED = {
    "AccountingInfoPrefs": {
        "UseAccountNumbers": False,
        "TrackDepartments": False,
        "ClassTrackingPerTxn": False,
        "ClassTrackingPerTxnLine": False,
        "FirstMonthOfFiscalYear": "January",
        "TaxYearMonth": "January",
        "TaxForm": "6",
        "CustomerTerminology": "Customers",
    },
    "ProductAndServicesPrefs": {
        "ForSales": True,
        "ForPurchase": True,
        "QuantityWithPriceAndRate": True,
        "QuantityOnHand": True,
    },
    "SalesFormsPrefs": {
        "CustomField": [
            {
                "CustomField": [
                    {"Name": "SalesFormsPrefs.UseSalesCustom1", "Type": "BooleanType", "BooleanValue": True},
                    {"Name": "SalesFormsPrefs.UseSalesCustom2", "Type": "BooleanType", "BooleanValue": False},
                    {"Name": "SalesFormsPrefs.UseSalesCustom3", "Type": "BooleanType", "BooleanValue": False},
                ]
            },
            {
                "CustomField": [
                    {"Name": "SalesFormsPrefs.SalesCustomName1", "Type": "StringType", "StringValue": "Reference"}
                ]
            },
        ],
        "CustomTxnNumbers": False,
        "DefaultTerms": {"value": "3"},
        "EmailCopyToCompany": False,
        "AllowDeposit": False,
        "AllowDiscount": False,
        "AllowEstimates": True,
        "ETransactionEnabledStatus": "NotApplicable",
        "ETransactionAttachPDF": False,
        "ETransactionPaymentEnabled": False,
        "IPNSupportEnabled": False,
        "AllowServiceDate": False,
        "AllowShipping": False,
        "AutoApplyCredit": True,
        "AutoApplyPayments": True,
        "UsingPriceLevels": False,
        "DefaultCustomerMessage": "Thank you for your business and have a great day!",
    },
    "VendorAndPurchasesPrefs": {
        "EnableBills": True,
        "TrackingByCustomer": True,
        "BillableExpenseTracking": True,
        "POCustomField": [
            {
                "CustomField": [
                    {"Name": "PurchasePrefs.UsePurchaseCustom1", "Type": "BooleanType", "BooleanValue": True},
                    {"Name": "PurchasePrefs.UsePurchaseCustom2", "Type": "BooleanType", "BooleanValue": False},
                    {"Name": "PurchasePrefs.UsePurchaseCustom3", "Type": "BooleanType", "BooleanValue": False},
                ]
            },
            {
                "CustomField": [
                    {"Name": "PurchasePrefs.PurchaseCustomName1", "Type": "StringType", "StringValue": "Crew #"}
                ]
            },
        ],
    },
    "TimeTrackingPrefs": {
        "UseServices": True,
        "BillCustomers": True,
        "ShowBillRateToAll": False,
        "WorkWeekStartDate": "Monday",
        "MarkTimeEntriesBillable": True,
    },
    "TaxPrefs": {"UsingSalesTax": True, "PartnerTaxEnabled": False},
    "CurrencyPrefs": {"MultiCurrencyEnabled": False, "HomeCurrency": {"value": "USD"}},
    "ReportPrefs": {"ReportBasis": "Accrual", "CalcAgingReportFromTxnDate": False},
    "OtherPrefs": {
        "NameValue": [
            {"Name": "DTXCopyMemo", "Value": "true"},
            {"Name": "ProjectsEnabled", "Value": "false"},
            {"Name": "WarnDuplicateCheckNumber", "Value": "true"},
            {"Name": "WarnDuplicateBillNumber", "Value": "true"},
            {"Name": "WarnDuplicateJournalNumber", "Value": "false"},
            {"Name": "VendorAndPurchasesPrefs.UseCustomTxnNumbers", "Value": "false"},
        ]
    },
}


class Preferences(EntityType):
    """The preferences; ``/preferences`` reads them, with or without an id."""

    name: ClassVar[str] = "Preferences"
    sequence: ClassVar[str] = "Preferences"
    operations: ClassVar[frozenset[str]] = frozenset({"read", "query"})
    shape: ClassVar[Shape] = Shape("Preferences", *ENTITY_FIELDS, *[anything(group) for group in GROUPS])

    def read(self, company: Company, entity_id: str) -> Row:
        """Return the one row there is, for any id."""
        return super().read(company, "1")


def default_preferences(plan: str, currency: str) -> dict[str, Any]:
    """Return the preferences of a new company."""
    preferences: dict[str, Any] = deepcopy(_ADVANCED)
    preferences["CurrencyPrefs"]["HomeCurrency"] = {"value": currency}
    if plan not in {"Plus", "Advanced"}:
        preferences["ProductAndServicesPrefs"]["QuantityOnHand"] = False
        preferences["VendorAndPurchasesPrefs"].update(TrackingByCustomer=False, BillableExpenseTracking=False)
    return preferences


def merge_preferences(preferences: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Return preferences with changes laid over them, group by group.

    Under OtherPrefs a plain ``{"Name": value}`` is taken besides QuickBooks' own list of pairs.
    Raise ValueError for a group that there is not.
    """
    merged = deepcopy(preferences)
    for group, values in changes.items():
        if group not in GROUPS or not isinstance(values, dict):
            raise ValueError(f"{group} is no group of preferences; groups: {', '.join(GROUPS)}")
        if group == "OtherPrefs":
            pairs = {pair["Name"]: pair["Value"] for pair in merged.get(group, {}).get("NameValue", [])}
            pairs |= {pair["Name"]: pair["Value"] for pair in values.get("NameValue", [])}
            pairs |= {name: _written(value) for name, value in values.items() if name != "NameValue"}
            merged[group] = {"NameValue": [{"Name": name, "Value": value} for name, value in pairs.items()]}
        else:
            merged[group] = {**merged.get(group, {}), **values}
    return merged


def _written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
