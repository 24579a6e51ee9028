"""Fields that several entities have."""

from collections.abc import Mapping

from ledgerlink.quickbooks.fields.kinds import (
    Choice,
    Day,
    EmailAddress,
    Field,
    Flag,
    Id,
    Many,
    Needed,
    Number,
    Part,
    Ref,
    Text,
)

ON_CREATE, ALWAYS = Needed.ON_CREATE, Needed.ALWAYS

NAME_BREAKERS = ":\t\n\r"
"""The colon separates the levels of QuickBooks' hierarchy of names (fault 2040)."""

ENTITY_STATE = frozenset({"MetaData", "domain", "status", "AttachableRef", "CustomExtensions", "V4IDPseudonym"})

IDENTITY: Mapping[str, Field] = {
    "Id": Id("id"),
    "SyncToken": Text("sync token"),
    "sparse": Flag("sparse"),
}

EMAIL_STATUS = Choice("e-mail status", values=frozenset({"NotSet", "NeedToSend", "EmailSent"}))
PRINT_STATUS = Choice("print status", values=frozenset({"NotSet", "NeedToPrint", "PrintComplete"}))
BILLABLE = Choice("billable status", values=frozenset({"Billable", "NotBillable", "HasBeenBilled"}))


def address(label: str) -> Part:
    """A PhysicalAddress. Its Id, Lat and Long are QuickBooks' own."""
    return Part(
        label,
        fields={
            **{f"Line{number}": Text(f"line {number}", longest=500) for number in range(1, 6)},
            "City": Text("city", longest=255),
            "Country": Text("country", longest=255),
            "CountrySubDivisionCode": Text("region", longest=255),
            "PostalCode": Text("postal code", longest=30),
        },
    )


def email(label: str) -> Part:
    """An EmailAddress."""
    return Part(label, fields={"Address": EmailAddress("address", longest=100, needed=ALWAYS)})


def phone(label: str) -> Part:
    """A TelephoneNumber."""
    return Part(label, fields={"FreeFormNumber": Text("number", longest=30, needed=ALWAYS)})


LINKED = Many(
    "linked documents",
    part=Part(
        "linked document",
        fields={
            "TxnId": Id("id", needed=ALWAYS),
            "TxnType": Choice(
                "kind",
                values=frozenset({"PurchaseOrder", "Estimate", "Invoice", "BillPaymentCheck", "ReimburseCharge"}),
                needed=ALWAYS,
            ),
            "TxnLineId": Id("line"),
        },
    ),
)

TRANSACTION: Mapping[str, Field] = {
    **IDENTITY,
    "DocNumber": Text("number", longest=21),
    "TxnDate": Day("date"),
    "PrivateNote": Text("internal memo", longest=4000),
    "CurrencyRef": Ref("currency"),
    "ExchangeRate": Number("exchange rate"),
    "DepartmentRef": Ref("location"),
    "GlobalTaxCalculation": Choice(
        "tax calculation", values=frozenset({"TaxExcluded", "TaxInclusive", "NotApplicable"})
    ),
    "TxnTaxDetail": Part("tax", fields={"TxnTaxCodeRef": Ref("tax code"), "TotalTax": Number("total tax")}),
    "CustomField": Many(
        "custom fields",
        part=Part(
            "custom field",
            fields={
                "DefinitionId": Id("definition", needed=ALWAYS),
                "Type": Choice("type", values=frozenset({"StringType"}), needed=ALWAYS),
                "StringValue": Text("value"),
            },
        ),
    ),
}
TRANSACTION_STATE = ENTITY_STATE | {
    *("TotalAmt", "HomeTotalAmt", "Balance", "HomeBalance", "TxnSource", "RecurDataRef", "TxnSubType"),
    *("InvoiceLink", "HomeTotalCostAmount", "TotalCostAmount", "DeliveryInfo"),
}

LINE: Mapping[str, Field] = {
    "Id": Id("id"),
    "LineNum": Number("position", places=0),
    "Description": Text("description", longest=4000),
    "Amount": Number("amount", places=5),
}
DESCRIPTION = Part("text", fields={"ServiceDate": Day("service date"), "TaxCodeRef": Ref("tax code")})
