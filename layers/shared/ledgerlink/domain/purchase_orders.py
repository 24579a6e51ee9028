"""What a host sends as a purchase order.

The limits are QuickBooks' own where it has one, so that a document which we
accept is not refused later: DocNumber 21 characters (Intuit's PurchaseOrder
reference), DisplayName 500 (Vendor), Name 100 (Item), Description 4000.
"""

from datetime import date
from decimal import Decimal
from typing import Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ledgerlink.domain.fields import Amount, Currency, Part, Quantity, Rate, SingleLine, Text, UnitCost
from ledgerlink.domain.money import multiply

COLLECTION = "purchase-orders"
ENTITY = "PurchaseOrder"
DOC_NUMBER_PREFIX = "PO-"
DOC_NUMBER_MAX = 21
MAX_LINES = 1000
TOO_MUCH = Decimal(10) ** 13
"""Amounts have 15 digits, two of them behind the point."""


class Address(Part):
    """A postal address; every part may be missing."""

    line1: Text = Field(default="", max_length=500)
    line2: Text = Field(default="", max_length=500)
    city: Text = Field(default="", max_length=255)
    region: Text = Field(default="", max_length=255)
    postal_code: Text = Field(default="", max_length=30)
    country: Text = Field(default="", max_length=255)


class Supplier(Part):
    """Who is ordered from; becomes a Vendor."""

    id: SingleLine = Field(min_length=1, max_length=64)
    name: SingleLine = Field(min_length=1, max_length=500)
    email: Text = Field(default="", max_length=100)
    address: Address | None = None


class Line(Part):
    """One ordered product, or with an ``expense_account`` one ordered expense."""

    id: SingleLine = Field(default="", max_length=64)
    product_id: SingleLine = Field(default="", max_length=64)
    sku: SingleLine = Field(default="", max_length=100)
    part_number: SingleLine = Field(default="", max_length=100)
    name: SingleLine = Field(default="", max_length=500)
    description: Text = Field(default="", max_length=4000)
    quantity: Quantity
    unit_cost: UnitCost
    amount: Amount | None = None
    expense_account: SingleLine = Field(default="", max_length=100)

    @property
    def total(self) -> Decimal:
        """Quantity times unit cost, to the cent."""
        return multiply(self.quantity, self.unit_cost)

    @property
    def stock_code(self) -> str:
        """What tells products apart: the SKU, else the part number."""
        return self.sku or self.part_number

    @property
    def product_key(self) -> str:
        """The product's identity on the host's side."""
        return self.product_id or self.stock_code or self.name

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if self.quantity * self.unit_cost >= TOO_MUCH:
            raise PydanticCustomError("total", "quantity × unit_cost is more than an amount can hold")
        if self.amount is not None and self.amount != self.total:
            raise PydanticCustomError(
                "amount",
                "amount {amount} is not quantity × unit_cost, which is {total}",
                {"amount": str(self.amount), "total": str(self.total)},
            )
        if not self.expense_account and not self.product_key:
            raise PydanticCustomError("product", "needs a product_id, sku, part_number or name, or an expense_account")
        return self


class Cost(Part):
    """A fee or an adjustment of the whole order."""

    name: Text = Field(min_length=1, max_length=4000)
    amount: Amount
    account: SingleLine = Field(default="", max_length=100)


class PurchaseOrder(Part):
    """A purchase order as the host knows it."""

    number: SingleLine = Field(min_length=1, max_length=DOC_NUMBER_MAX - len(DOC_NUMBER_PREFIX))
    status: Text = Field(default="", max_length=64)
    supplier: Supplier
    currency: Currency | None = None
    exchange_rate: Rate | None = None
    order_date: date | None = None
    due_date: date | None = None
    expected_date: date | None = None
    ship_to: Address | None = None
    memo: Text = Field(default="", max_length=4000)
    reference: Text = Field(default="", max_length=1000)
    lines: tuple[Line, ...] = Field(default=(), max_length=MAX_LINES)
    costs: tuple[Cost, ...] = Field(default=(), max_length=MAX_LINES)

    @property
    def doc_number(self) -> str:
        """The number that the bookkeeper sees in QuickBooks."""
        return DOC_NUMBER_PREFIX + self.number

    @model_validator(mode="after")
    def _has_something_to_order(self) -> Self:
        if not self.lines and not any(cost.amount > 0 for cost in self.costs):
            raise PydanticCustomError("empty", "has no lines and no positive costs, so there is nothing to send")
        repeated = [line.id for line in self.lines if line.id]
        if len(repeated) != len(set(repeated)):
            raise PydanticCustomError("line_ids", "two lines have the same id")
        return self
