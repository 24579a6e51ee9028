"""JournalEntry and InventoryAdjustment.

https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/journalentry
https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/inventoryadjustment
"""

from decimal import Decimal

from ledgerlink.quickbooks.fields.kinds import Choice, Day, Entity, Flag, Id, Lines, Number, Part, Ref, Text
from ledgerlink.quickbooks.fields.parts import (
    ALWAYS,
    BILLABLE,
    DESCRIPTION,
    IDENTITY,
    LINE,
    ON_CREATE,
    TRANSACTION,
    TRANSACTION_STATE,
)

JOURNAL_ENTRY = Entity(
    "journal entry",
    {
        **TRANSACTION,
        "Adjustment": Flag("adjusting entry"),
        "Line": Lines(
            "lines",
            needed=ON_CREATE,
            # The side is PostingType's; a negative amount is refused.
            fields={**LINE, "Amount": Number("amount", places=5, least=Decimal(0))},
            with_amount=frozenset({"JournalEntryLineDetail"}),
            details={
                "JournalEntryLineDetail": Part(
                    "posting",
                    fields={
                        "PostingType": Choice("side", values=frozenset({"Debit", "Credit"}), needed=ALWAYS),
                        "AccountRef": Ref("account", needed=ALWAYS),
                        "Entity": Part(
                            "name",
                            fields={
                                "Type": Choice(
                                    "kind of name",
                                    values=frozenset({"Customer", "Vendor", "Employee"}),
                                    needed=ALWAYS,
                                ),
                                "EntityRef": Ref("name", needed=ALWAYS),
                            },
                        ),
                        "ClassRef": Ref("class"),
                        "DepartmentRef": Ref("location"),
                        "TaxCodeRef": Ref("tax code"),
                        "TaxApplicableOn": Choice("tax side", values=frozenset({"Purchase", "Sales"})),
                        "TaxAmount": Number("tax"),
                        "BillableStatus": BILLABLE,
                    },
                ),
                "DescriptionOnly": DESCRIPTION,
            },
        ),
    },
    read_only=TRANSACTION_STATE | {"HomeCurrencyAdjustment", "EnteredInHomeCurrency", "LinkedTxn"},
    deletable=True,
)

INVENTORY_ADJUSTMENT = Entity(
    "inventory adjustment",
    {
        **IDENTITY,
        "DocNumber": Text("number", longest=21),
        "TxnDate": Day("date", needed=ON_CREATE),
        "PrivateNote": Text("memo", longest=4000),
        "AdjustAccountRef": Ref("adjustment account", needed=ON_CREATE),
        "DepartmentRef": Ref("location"),
        "CustomerRef": Ref("customer"),
        "Line": Lines(
            "lines",
            needed=ON_CREATE,
            fields={"Id": Id("id")},
            details={
                "ItemAdjustmentLineDetail": Part(
                    "item",
                    fields={
                        "ItemRef": Ref("item", needed=ALWAYS),
                        "QtyDiff": Number("change in quantity"),
                        "NewQty": Number("new quantity"),
                        "ClassRef": Ref("class"),
                    },
                    one_of=("QtyDiff", "NewQty"),
                )
            },
        ),
    },
    read_only=TRANSACTION_STATE | {"LinkedTxn", "ShippingAdjustment"},
    deletable=True,
)
