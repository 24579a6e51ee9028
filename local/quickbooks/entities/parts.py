"""The parts that several entities are made of: addresses, numbers, custom fields, links, taxes."""

from local.quickbooks.entities.fields import (
    Shape,
    anything,
    boolean,
    day,
    decimal,
    enum,
    moment,
    part,
    ref,
    text,
    texts,
)

_META = Shape(
    "ModificationMetaData",
    ref("CreatedByRef"),
    moment("CreateTime", find="fs"),
    ref("LastModifiedByRef"),
    moment("LastUpdatedTime", find="fs"),
    moment("LastChangedInQB"),
    boolean("Synchronized"),
)

ADDRESS = Shape(
    "PhysicalAddress",
    text("Id"),
    *[text(f"Line{number}", 500) for number in range(1, 6)],
    text("City", 255),
    text("Country", 255),
    *texts("CountryCode", "County"),
    text("CountrySubDivisionCode", 255),
    text("PostalCode", 30),
    *texts("PostalCodeSuffix", "Lat", "Long", "Tag", "Note"),
)

EMAIL = Shape("EmailAddress", text("Id"), text("Address", 100), boolean("Default"), text("Tag"))
PHONE = Shape(
    "TelephoneNumber",
    *texts("Id", "DeviceType", "CountryCode", "AreaCode", "ExchangeCode", "Extension"),
    text("FreeFormNumber", 30),
    boolean("Default"),
    text("Tag"),
)
WEBSITE = Shape("WebSiteAddress", text("Id"), text("URI", 1000), boolean("Default"), text("Tag"))
CUSTOM_FIELD = Shape(
    "CustomField",
    text("DefinitionId"),
    text("Name"),
    enum("Type", "StringType", "BooleanType", "NumberType", "DateType"),
    text("StringValue", 31),
    boolean("BooleanValue"),
    day("DateValue"),
    decimal("NumberValue"),
)
LINKED_TXN = Shape("LinkedTxn", *texts("TxnId", "TxnType", "TxnLineId"))

TAX_DETAIL = Shape(
    "TxnTaxDetail",
    ref("DefaultTaxCodeRef"),
    ref("TxnTaxCodeRef"),
    decimal("TotalTax"),
    text("TaxReviewStatus"),
    anything("TaxLine"),
    boolean("UseAutomatedSalesTax"),
)

ENTITY_FIELDS = (
    text("Id", find="fs"),
    text("SyncToken"),
    part("MetaData", _META, read_only=True),
    text("domain", read_only=True),
    text("status", read_only=True),
    boolean("sparse"),
)
