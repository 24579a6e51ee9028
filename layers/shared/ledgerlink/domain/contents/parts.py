"""What the contents of several kinds have in common.

Limits: DisplayName 500 (Intuit, Vendor and Customer reference), Name 100 (Item), Description 4000,
Memo and PrivateNote 4000.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from ledgerlink.domain.fields import Currency, Part, Rate, SingleLine, Text
from ledgerlink.domain.figures import Figures

MAX_LINES = 1000
DOC_NUMBER_MAX = 21
TOO_MUCH = Decimal(10) ** 10
"""A line's Amount has ten digits before the point (fault 2090)."""


class Address(Part):
    """A postal address; every part may be missing."""

    line1: Text = Field(default="", max_length=500)
    line2: Text = Field(default="", max_length=500)
    city: Text = Field(default="", max_length=255)
    region: Text = Field(default="", max_length=255)
    postal_code: Text = Field(default="", max_length=30)
    country: Text = Field(default="", max_length=255)


class Party(Part):
    """Somebody that a document names: its supplier or its customer."""

    id: SingleLine = Field(min_length=1, max_length=64)
    name: SingleLine = Field(min_length=1, max_length=500)
    email: Text = Field(default="", max_length=100)
    phone: SingleLine = Field(default="", max_length=30)
    address: Address | None = None


class Content(Part):
    """What every document has."""

    status: SingleLine = Field(default="", max_length=64)
    """The host's own word; settings say in which of them it is sent."""
    instance: SingleLine = Field(default="", max_length=64)
    """The tenant's sub-unit that it belongs to: a shop. Empty for the one called ``default``."""

    @property
    def tags(self) -> dict[str, str]:
        """What lists show of it."""
        return {}

    @property
    def figures(self) -> Figures | None:
        """What it adds to the totals of a month; None for what is no transaction with a total."""
        return None


class TransactionContent(Content):
    """What every transaction has."""

    number: SingleLine = Field(min_length=1, max_length=DOC_NUMBER_MAX)
    currency: Currency | None = None
    exchange_rate: Rate | None = None
    """Home units for one unit of the currency."""
    reference: Text = Field(default="", max_length=1000)
    """Kept in QuickBooks where only the company's people see it."""

    @property
    def day(self) -> date | None:
        """The date of the transaction."""
        raise NotImplementedError

    @property
    def total(self) -> Decimal:
        """What it comes to, before sales tax."""
        raise NotImplementedError

    @property
    def figures(self) -> Figures:
        return Figures(self.day, self.currency or "", self.total)


_SKU, _NAME = "sku:", "name:"


def key_without_id(stock_code: str, name: str) -> str:
    """The identity of a product whose id is not known: never that of another product whose id is the same text."""
    if stock_code:
        return _SKU + stock_code
    return _NAME + name if name else ""


def told_by_key(key: str) -> tuple[str, str]:
    """The name and the SKU that a ``key_without_id`` was made of; empty what it does not tell."""
    return key[len(_NAME) :] if key.startswith(_NAME) else "", key[len(_SKU) :] if key.startswith(_SKU) else ""


def _id(text: str) -> str:
    if text.startswith((_SKU, _NAME)):
        raise PydanticCustomError("product_id", "must not begin with 'sku:' or 'name:'; use 'sku' or 'name' instead")
    return text


ProductId = Annotated[SingleLine, AfterValidator(_id)]


class NamedProduct(Part):
    """How a line names a product."""

    id: SingleLine = Field(default="", max_length=64)
    product_id: ProductId = Field(default="", max_length=64)
    sku: SingleLine = Field(default="", max_length=100)
    part_number: SingleLine = Field(default="", max_length=100)
    name: SingleLine = Field(default="", max_length=500)
    description: Text = Field(default="", max_length=4000)
    class_name: SingleLine = Field(default="", max_length=100, alias="class")

    @property
    def stock_code(self) -> str:
        """What tells products apart: the SKU, else the part number."""
        return self.sku or self.part_number

    @property
    def product_key(self) -> str:
        """The product's identity on the host's side; empty where the line names none."""
        return self.product_id or key_without_id(self.stock_code, self.name)


class LineOfProduct(NamedProduct):
    """A bought or sold product."""

    currency: Currency | None = None
    """The document's: QuickBooks knows one currency a document."""
    tax_code: SingleLine = Field(default="", max_length=100)


def check_line_ids(ids: Iterable[str]) -> None:
    """No two lines may have the same id; those without have none to compare."""
    given = [one for one in ids if one]
    if len(given) != len(set(given)):
        raise PydanticCustomError("line_ids", "two lines have the same id")


def check_currencies(document: Currency | None, lines: Iterable[LineOfProduct]) -> None:
    """All lines are in the document's currency."""
    others = {line.currency for line in lines if line.currency} - {document}
    if others:
        raise PydanticCustomError(
            "currencies", "a line has another currency than the document; QuickBooks knows one currency a document"
        )
