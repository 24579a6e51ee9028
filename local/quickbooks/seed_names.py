"""The names, prices and percentages that seeded companies are made of."""

ACCOUNTS = (
    ("Checking", "Bank", "Checking"),
    ("Savings", "Bank", "Savings"),
    ("Accounts Receivable (A/R)", "Accounts Receivable", "AccountsReceivable"),
    ("Undeposited Funds", "Other Current Asset", "UndepositedFunds"),
    ("Inventory Asset", "Other Current Asset", "Inventory"),
    ("Prepaid Expenses", "Other Current Asset", "PrepaidExpenses"),
    ("Warehouse Equipment", "Fixed Asset", "MachineryAndEquipment"),
    ("Accounts Payable (A/P)", "Accounts Payable", "AccountsPayable"),
    ("Company Card", "Credit Card", "CreditCard"),
    ("Sales Tax Payable", "Other Current Liability", "SalesTaxPayable"),
    ("Notes Payable", "Long Term Liability", "NotesPayable"),
    ("Opening Balance Equity", "Equity", "OpeningBalanceEquity"),
    ("Retained Earnings", "Equity", "RetainedEarnings"),
    ("Sales of Product Income", "Income", "SalesOfProductIncome"),
    ("Services", "Income", "ServiceFeeIncome"),
    ("Discounts given", "Income", "DiscountsRefundsGiven"),
    ("Interest Earned", "Other Income", "InterestEarned"),
    ("Cost of Goods Sold", "Cost of Goods Sold", "SuppliesMaterialsCogs"),
    ("Inventory Shrinkage", "Cost of Goods Sold", "SuppliesMaterialsCogs"),
    ("Freight In", "Cost of Goods Sold", "ShippingFreightDeliveryCos"),
    ("Advertising", "Expense", "AdvertisingPromotional"),
    ("Bank Charges", "Expense", "BankCharges"),
    ("Office Expenses", "Expense", "OfficeGeneralAdministrativeExpenses"),
    ("Purchases", "Expense", "SuppliesMaterials"),
    ("Rent or Lease", "Expense", "RentOrLeaseOfBuildings"),
    ("Repairs & Maintenance", "Expense", "RepairMaintenance"),
    ("Shipping and Delivery", "Expense", "ShippingFreightDelivery"),
    ("Utilities", "Expense", "Utilities"),
    ("Miscellaneous", "Other Expense", "OtherMiscellaneousExpense"),
)
VENDORS = (
    "Alder Packaging",
    "Bayview Paper Mill",
    "Copper Kettle Imports",
    "Delta Freight Lines",
    "Eastside Glassworks",
    "Finch & Daughters",
    "Granite Tool Rental",
    "Hollis Label Printing",
    "Ironwood Pallets",
    "O'Leary Cold Storage",
)
CUSTOMERS = (
    "Amber Lane Cafe",
    "Birch Hotel Group",
    "Corner Pantry",
    "Dockside Grill",
    "Elm Street School",
    "Fernwood Market",
    "Green Door Bakery",
    "Hilltop Catering",
    "Island Deli",
    "Jade Garden Kitchen",
)
ITEMS = (
    ("Corrugated Box 12x12", "BOX-1212", "Inventory", "2.40", "1.15"),
    ("Corrugated Box 18x18", "BOX-1818", "Inventory", "3.90", "1.85"),
    ("Glass Jar 500 ml", "JAR-500", "Inventory", "1.75", "0.72"),
    ("Glass Jar 1 l", "JAR-1000", "Inventory", "2.60", "1.05"),
    ("Stretch Film Roll", "FILM-01", "Inventory", "18.50", "9.80"),
    ("Pallet, wooden", "PAL-EUR", "NonInventory", "14.00", "8.25"),
    ("Thermal Labels (1000)", "LBL-1000", "NonInventory", "22.00", "12.40"),
    ("Packing Tape", "TAPE-48", "NonInventory", "3.20", "1.10"),
    ("Local Delivery", None, "Service", "35.00", "0"),
    ("Packing Service", None, "Service", "48.00", "0"),
)
STREETS = ("Main Street", "Mill Road", "Harbor Street", "Second Avenue", "Orchard Lane", "Canal Street")
CITIES = (("Oakland", "CA", "94607"), ("Portland", "OR", "97209"), ("Boise", "ID", "83702"), ("Reno", "NV", "89501"))
FIRST_NAMES = ("Ada", "Ben", "Carla", "Dev", "Erin", "Felix", "Gwen", "Hugo", "Iris", "Jonas")
LAST_NAMES = ("Abbott", "Brooks", "Castro", "Dunn", "Ellis", "Foster", "Grant", "Hale", "Ito", "Jensen")
TERMS = (("Due on receipt", 0), ("Net 15", 15), ("Net 30", 30), ("Net 60", 60))
CLASSES = ("Wholesale", "Retail", "Online")
DEPARTMENTS = ("Oakland warehouse", "Portland shop")
EMPLOYEES = (("Mara", "Quinn"), ("Theo", "Park"))

# Tax code: id, name, percentages. Everywhere 2 is the usual rate and 4 is zero.
TAX_CODES: dict[str, tuple[tuple[str, str, tuple[str, ...]], ...]] = {
    "US": (("2", "California", ("8",)), ("3", "Tucson", ("7.1", "2"))),
    "CA": (
        ("2", "GST", ("5",)),
        ("3", "HST ON", ("13",)),
        ("4", "Zero-rated", ("0",)),
        ("5", "GST/PST BC", ("5", "7")),
    ),
    "GB": (("2", "20.0% S", ("20",)), ("3", "5.0% R", ("5",)), ("4", "0.0% Z", ("0",)), ("5", "Exempt", ())),
    "AU": (
        ("2", "GST", ("10",)),
        ("3", "GST on capital", ("10",)),
        ("4", "GST free", ("0",)),
        ("5", "Out of scope", ()),
    ),
    "NZ": (("2", "GST", ("15",)), ("3", "GST on imports", ("100",)), ("4", "Zero rated", ("0",)), ("5", "Exempt", ())),
}
OTHER_TAX_CODES = (("2", "Standard", ("19",)), ("3", "Reduced", ("7",)), ("4", "Zero", ("0",)), ("5", "Exempt", ()))
