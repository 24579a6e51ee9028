"""Account: one line of the chart of accounts.

https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/account
"""

from decimal import Decimal
from typing import Any, ClassVar

from local.quickbooks.entities.base import EntityType, Writing, mark_inactive
from local.quickbooks.entities.fields import (
    Shape,
    anything,
    boolean,
    day,
    decimal,
    enum,
    integer,
    many,
    ref,
    text,
    texts,
)
from local.quickbooks.entities.names import Tree
from local.quickbooks.entities.parts import CUSTOM_FIELD, ENTITY_FIELDS
from local.quickbooks.faults import Fault

_TREE = Tree("Account", "Name", "SubAccount")

# Account type: classification, and sub-types with the one that is taken when none is sent in front.
ACCOUNT_TYPES: dict[str, tuple[str, tuple[str, ...]]] = {
    "Bank": ("Asset", ("Checking", "CashOnHand", "MoneyMarket", "RentsHeldInTrust", "Savings", "TrustAccounts")),
    "Accounts Receivable": ("Asset", ("AccountsReceivable",)),
    "Other Current Asset": (
        "Asset",
        (
            "OtherCurrentAssets",
            "AllowanceForBadDebts",
            "DevelopmentCosts",
            "EmployeeCashAdvances",
            "Inventory",
            "Investment_Other",
            "LoansToOfficers",
            "LoansToOthers",
            "LoansToStockholders",
            "PrepaidExpenses",
            "Retainage",
            "UndepositedFunds",
        ),
    ),
    "Fixed Asset": (
        "Asset",
        (
            "OtherFixedAssets",
            "AccumulatedAmortization",
            "AccumulatedDepletion",
            "AccumulatedDepreciation",
            "Buildings",
            "DepletableAssets",
            "FurnitureAndFixtures",
            "IntangibleAssets",
            "Land",
            "LeaseholdImprovements",
            "MachineryAndEquipment",
            "Vehicles",
        ),
    ),
    "Other Asset": (
        "Asset",
        (
            "OtherLongTermAssets",
            "AccumulatedAmortizationOfOtherAssets",
            "Goodwill",
            "LeaseBuyout",
            "Licenses",
            "OrganizationalCosts",
            "SecurityDeposits",
        ),
    ),
    "Accounts Payable": ("Liability", ("AccountsPayable",)),
    "Credit Card": ("Liability", ("CreditCard",)),
    "Other Current Liability": (
        "Liability",
        (
            "OtherCurrentLiabilities",
            "DirectDepositPayable",
            "FederalIncomeTaxPayable",
            "GlobalTaxPayable",
            "GlobalTaxSuspense",
            "InsurancePayable",
            "LineOfCredit",
            "LoanPayable",
            "PayrollClearing",
            "PayrollTaxPayable",
            "PrepaidExpensesPayable",
            "RentsInTrustLiability",
            "SalesTaxPayable",
            "StateLocalIncomeTaxPayable",
            "TrustAccountsLiabilities",
        ),
    ),
    "Long Term Liability": ("Liability", ("OtherLongTermLiabilities", "NotesPayable", "ShareholderNotesPayable")),
    "Equity": (
        "Equity",
        (
            "OpeningBalanceEquity",
            "AccumulatedAdjustment",
            "CommonStock",
            "OwnersEquity",
            "PaidInCapitalOrSurplus",
            "PartnerContributions",
            "PartnerDistributions",
            "PartnersEquity",
            "PreferredStock",
            "RetainedEarnings",
            "TreasuryStock",
        ),
    ),
    "Income": (
        "Revenue",
        (
            "SalesOfProductIncome",
            "DiscountsRefundsGiven",
            "NonProfitIncome",
            "OtherPrimaryIncome",
            "ServiceFeeIncome",
            "UnappliedCashPaymentIncome",
        ),
    ),
    "Other Income": (
        "Revenue",
        (
            "OtherMiscellaneousIncome",
            "DividendIncome",
            "InterestEarned",
            "OtherInvestmentIncome",
            "TaxExemptInterest",
        ),
    ),
    "Cost of Goods Sold": (
        "Expense",
        (
            "SuppliesMaterialsCogs",
            "CostOfLaborCos",
            "EquipmentRentalCos",
            "OtherCostsOfServiceCos",
            "ShippingFreightDeliveryCos",
        ),
    ),
    "Expense": (
        "Expense",
        (
            "OtherMiscellaneousServiceCost",
            "AdvertisingPromotional",
            "Auto",
            "BadDebts",
            "BankCharges",
            "CharitableContributions",
            "CostOfLabor",
            "DuesSubscriptions",
            "Entertainment",
            "EntertainmentMeals",
            "EquipmentRental",
            "FinanceCosts",
            "GlobalTaxExpense",
            "Insurance",
            "InterestPaid",
            "LegalProfessionalFees",
            "OfficeGeneralAdministrativeExpenses",
            "OtherBusinessExpenses",
            "PayrollExpenses",
            "PromotionalMeals",
            "RentOrLeaseOfBuildings",
            "RepairMaintenance",
            "ShippingFreightDelivery",
            "SuppliesMaterials",
            "TaxesPaid",
            "Travel",
            "TravelMeals",
            "UnappliedCashBillPaymentExpense",
            "Utilities",
        ),
    ),
    "Other Expense": (
        "Expense",
        (
            "OtherMiscellaneousExpense",
            "Amortization",
            "Depreciation",
            "ExchangeGainOrLoss",
            "GasAndFuel",
            "HomeOffice",
            "PenaltiesSettlements",
        ),
    ),
}
_TYPE_OF = {sub_type: name for name, (_, sub_types) in ACCOUNT_TYPES.items() for sub_type in sub_types}


class Account(EntityType):
    """An account."""

    name: ClassVar[str] = "Account"
    sequence: ClassVar[str] = "Account"
    default_order: ClassVar[tuple[str, bool]] = ("Name", False)
    has_active: ClassVar[bool] = True
    names_when_inactive: ClassVar[tuple[str, ...]] = ("Name", "FullyQualifiedName")
    plural: ClassVar[str] = "Accounts"
    shape: ClassVar[Shape] = Shape(
        "Account",
        *ENTITY_FIELDS,
        many("CustomField", CUSTOM_FIELD),
        anything("AttachableRef"),
        text("Name", 100, ':"\t\n', min_length=1, required=True, find="fs"),
        boolean("SubAccount", find="f"),
        ref("ParentRef", "Account"),
        integer("Level", read_only=True),
        text("Description", 100, find="f"),
        text("FullyQualifiedName", read_only=True, find="fs"),
        *texts("AccountAlias", "TxnLocationType"),
        boolean("Active", kept=True, find="fs"),
        enum("Classification", "Asset", "Equity", "Expense", "Liability", "Revenue", find="fs"),
        enum("AccountType", *ACCOUNT_TYPES, kept=True, find="fs"),
        enum("AccountSubType", *_TYPE_OF, kept=True, find="fs"),
        anything("AccountPurposes"),
        text("AcctNum", 20, ":", find="fs"),
        *texts("AcctNumExtn", "BankNum"),
        decimal("OpeningBalance", fixed=True),
        day("OpeningBalanceDate", fixed=True),
        decimal("CurrentBalance", read_only=True, find="fs"),
        decimal("CurrentBalanceWithSubAccounts", read_only=True),
        ref("CurrencyRef", fixed=True),
        boolean("TaxAccount"),
        ref("TaxCodeRef"),
        boolean("OnlineBankingEnabled", read_only=True),
        text("FIName", read_only=True),
        ref("JournalCodeRef"),
        anything("AccountEx"),
    )

    def complete(self, writing: Writing, entity: dict[str, Any], old: dict[str, Any] | None) -> None:
        """Derive type, sub-type and classification from each other and place the name."""
        kind, sub_type = entity.get("AccountType"), entity.get("AccountSubType")
        if old is not None and kind != old["AccountType"] and sub_type == old["AccountSubType"]:
            sub_type = None
        if kind is None and sub_type is None:
            raise Fault("6010", "Invalid Account Type : AccountType or AccountSubType must be specified.")
        kind = kind or _TYPE_OF[str(sub_type)]
        classification, sub_types = ACCOUNT_TYPES[kind]
        sub_type = sub_type or sub_types[0]
        if sub_type not in sub_types:
            raise Fault("6010", f"Invalid Account Type : {sub_type} is not a sub-type of {kind}.", "AccountSubType")
        entity.update(AccountType=kind, AccountSubType=sub_type, Classification=classification)
        entity.setdefault("Active", True)
        mark_inactive(entity, old, *self.names_when_inactive)
        _TREE.place(writing, entity, old)
        entity.setdefault("CurrentBalance", entity.get("OpeningBalance", Decimal(0)))
        entity.setdefault("CurrentBalanceWithSubAccounts", entity["CurrentBalance"])
        entity.setdefault("CurrencyRef", writing.company.home_currency())

    def written(self, writing: Writing, new: dict[str, Any] | None, old: dict[str, Any] | None) -> None:
        """Carry a new name to the accounts below."""
        if new is not None:
            _TREE.rename_children(writing, new, old)
