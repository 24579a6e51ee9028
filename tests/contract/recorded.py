"""What QuickBooks is known to answer, cut down to the facts that matter and typed by hand.

The shapes are those of public recordings (sandbox companies, 2015 to 2022) and of Intuit's own samples.
"""

from typing import Any

TIME = "2020-09-29T08:13:18.783-07:00"
META = {"CreateTime": "2020-09-29T08:13:18-07:00", "LastUpdatedTime": "2020-09-29T08:13:20-07:00"}


def entity(entity_id: str, sync_token: str = "0", **properties: Any) -> dict[str, Any]:
    """What every answered entity has; the last two are fields that nobody told us about."""
    return {
        "domain": "QBO",
        "sparse": False,
        "Id": entity_id,
        "SyncToken": sync_token,
        "MetaData": META,
        "V4IDPseudonym": "0020984f",
        "CustomExtensions": [],
        **properties,
    }


SUBTOTAL = {"Amount": 337.50, "DetailType": "SubTotalLineDetail", "SubTotalLineDetail": {}}
SOLD = {
    "Id": "1",
    "LineNum": 1,
    "Description": "Custom Design",
    "Amount": 337.50,
    "DetailType": "SalesItemLineDetail",
    "SalesItemLineDetail": {"ItemRef": {"value": "4", "name": "Design"}, "UnitPrice": 75, "Qty": 4.5},
}

ENTITIES: dict[str, dict[str, Any]] = {
    "PurchaseOrder": entity(
        "257",
        DocNumber="1009",
        POStatus="Open",
        TotalAmt=25.00,
        VendorRef={"value": "41", "name": "Hicks Hardware"},
        APAccountRef={"value": "33", "name": "Accounts Payable (A/P)"},
        LinkedTxn=[],
        Line=[
            {
                "Id": "1",
                "LineNum": 1,
                "Amount": 25.00,
                "Received": 0,
                "DetailType": "ItemBasedExpenseLineDetail",
                "ItemBasedExpenseLineDetail": {"ItemRef": {"value": "11"}, "UnitPrice": 12.5, "Qty": 2},
            }
        ],
    ),
    "Vendor": entity("71", Balance=0, Vendor1099=False, DisplayName="Boraski Family Store", Active=True),
    "Invoice": entity("264", "1", DocNumber="1041", PrivateNote="Voided", TotalAmt=0, Balance=0, Line=[SOLD, SUBTOTAL]),
    "SalesReceipt": entity("17", "5", DocNumber="1008", TotalAmt=337.50, Line=[SOLD, SUBTOTAL]),
    "InventoryAdjustment": {
        "Id": "1455000081",
        "SyncToken": "0",
        "DocNumber": "27",
        "AdjustAccountRef": {"value": "91", "name": "Inventory Shrinkage"},
        "MetaData": {"LastUpdatedTime": "2024-05-07"},
        "Line": [{"Id": "1", "ItemAdjustmentLineDetail": {"QtyDiff": -2, "ItemRef": {"value": "1010000001"}}}],
    },
}

DELETED = {"Invoice": {"status": "Deleted", "domain": "QBO", "Id": "266"}, "time": TIME}
NO_ROWS = {"QueryResponse": {}, "time": TIME}
COUNTED = {"QueryResponse": {"totalCount": 41}, "time": TIME}
ROWS = {"QueryResponse": {"Vendor": [ENTITIES["Vendor"]], "startPosition": 1, "maxResults": 1}, "time": TIME}
ROWS_WITH_COUNT = {
    "QueryResponse": {
        "PurchaseOrder": [ENTITIES["PurchaseOrder"]],
        "startPosition": 1,
        "maxResults": 1,
        "totalCount": 1,
    },
    "time": TIME,
}

NOT_FOUND = {
    "Error": [
        {
            "Message": "Object Not Found",
            "Detail": "Object Not Found : Something you're trying to use has been made inactive.",
            "code": "610",
            "element": "",
        }
    ],
    "type": "ValidationFault",
}
STALE = {
    "Error": [
        {
            "Message": "Stale Object Error",
            "Detail": "Stale Object Error : You and somebody else were working on this at the same time.",
            "code": "5010",
            "element": "",
        }
    ],
    "type": "ValidationFault",
}
BATCH = {
    "BatchItemResponse": [
        {"Vendor": ENTITIES["Vendor"], "bId": "0"},
        {"Fault": NOT_FOUND, "bId": "1"},
        {"Fault": STALE, "bId": "2"},
        {
            "QueryResponse": {"SalesReceipt": [ENTITIES["SalesReceipt"]], "startPosition": 1, "maxResults": 1},
            "bId": "3",
        },
    ],
    "time": TIME,
}
CHANGES = {
    "CDCResponse": [
        {
            "QueryResponse": [
                {"Invoice": [ENTITIES["Invoice"]], "startPosition": 1, "maxResults": 1},
                {},
                {
                    "Customer": [
                        {
                            "domain": "QBO",
                            "status": "Deleted",
                            "Id": "65",
                            "MetaData": {"LastUpdatedTime": "2014-12-08T20:01:35-08:00"},
                        }
                    ],
                    "startPosition": 1,
                    "maxResults": 1,
                    "totalCount": 1,
                },
            ]
        }
    ],
    "time": TIME,
}


def gateway(message: str, detail: str | None, code: str, kind: str) -> dict[str, Any]:
    """The gateway's envelope: everything in lower case, most of it empty."""
    fault = {"error": [{"message": message, "detail": detail, "code": code, "element": None}], "type": kind}
    return {"warnings": None, "fault": fault, "batchItemResponse": [], "requestId": None, "time": 1601391072830}


EXPIRED = gateway(
    "message=AuthenticationFailed; errorCode=003200; statusCode=401", "Token expired: x", "3200", "AUTHENTICATION"
)
NOT_AUTHORIZED = gateway(
    "message=ApplicationAuthorizationFailed; errorCode=003100; statusCode=403", None, "3100", "SERVICE"
)
WRONG_CLUSTER = (
    b'<IntuitResponse xmlns="http://schema.intuit.com/finance/v3" time="2024-11-21T08:19:06.093-08:00">'
    b'<Fault type="AuthenticationFault"><Error code="130"><Message>Accessing Wrong Cluster</Message>'
    b"<Detail>WrongClusterError</Detail></Error></Fault></IntuitResponse>"
)
THROTTLED = (
    b'<IntuitResponse xmlns="http://schema.intuit.com/finance/v3"><Fault type="SERVICE"><Error code="3001">'
    b"<Message>message=ThrottleExceeded; errorCode=003001; statusCode=429</Message>"
    b"<Detail>The request limit was reached.  Try again later</Detail></Error></Fault></IntuitResponse>"
)
NO_TAX_RATE = {
    "Fault": {
        "Error": [
            {
                "Message": "A business validation error has occurred while processing your request",
                "Detail": "Business Validation Error: Make sure all your transactions have a GST/HST rate.",
                "code": "6000",
                "element": "",
            }
        ],
        "type": "ValidationFault",
    },
    "time": TIME,
}

ACCOUNT = entity(
    "156",
    Name="Accounts Payable (A/P)",
    FullyQualifiedName="Accounts Payable (A/P)",
    Active=True,
    Classification="Liability",
    AccountType="Accounts Payable",
    AccountSubType="AccountsPayable",
    CurrentBalance=0,
    CurrencyRef={"value": "USD", "name": "United States Dollar"},
)
CLASS = entity("5000000000000085682", Name="Adidas", SubClass=False, FullyQualifiedName="Shoes:Adidas", Active=True)
DEPARTMENT = entity("8", Name="North", SubDepartment=False, FullyQualifiedName="North", Active=False)
TERM = entity("3", Name="Net 30", Active=True, Type="STANDARD", DiscountPercent=0, DueDays=30)
TERM_BY_DATE = entity("5", Name="On the 15th", Type="DATE_DRIVEN", DayOfMonthDue=15, DueNextMonthDays=0)
TAX_CODE = entity("2", Name="California", Description="California", Active=True, Taxable=True, TaxGroup=True)
COMPANY_INFO = entity(
    "1",
    CompanyName="Sandbox Company_US_1",
    LegalName="Sandbox Company_US_1",
    Country="US",
    NameValue=[
        {"Name": "OfferingSku", "Value": "QuickBooks Online Plus"},
        {"Name": "SubscriptionStatus", "Value": "SUBSCRIBED"},
        {"Name": "PayrollFeature", "Value": "false"},
    ],
)
PREFERENCES = entity(
    "1",
    "23",
    AccountingInfoPrefs={"TrackDepartments": True, "ClassTrackingPerTxn": False, "ClassTrackingPerTxnLine": True},
    ProductAndServicesPrefs={"ForSales": True, "QuantityOnHand": True},
    SalesFormsPrefs={"CustomTxnNumbers": False, "CustomField": [{"CustomField": []}]},
    TaxPrefs={"UsingSalesTax": True, "TaxGroupCodeRef": {"value": "5"}},
    CurrencyPrefs={"MultiCurrencyEnabled": True, "HomeCurrency": {"value": "USD"}},
    OtherPrefs={
        "NameValue": [
            {"Name": "WarnDuplicateBillNumber", "Value": "true"},
            {"Name": "ProjectsEnabled", "Value": "false"},
            {"Name": "VendorAndPurchasesPrefs.UseCustomTxnNumbers", "Value": "true"},
        ]
    },
)
