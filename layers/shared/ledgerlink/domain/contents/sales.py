"""What invoices and shipments have in common: a customer, sold lines, a discount, shipping.

Limits: Intuit, Invoice and SalesReceipt reference: CustomerMemo 1000.
"""

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from ledgerlink.domain.contents.parts import (
    MAX_LINES,
    TOO_MUCH,
    Address,
    LineOfProduct,
    Party,
    TransactionContent,
    check_currencies,
    check_line_ids,
)
from ledgerlink.domain.fields import Amount, Part, Quantity, SingleLine, Text, UnitCost
from ledgerlink.domain.money import multiply, round_to_cents

_NEGATIVE = re.compile(r"\s*-.*[1-9]", re.DOTALL)
_PRICE_DIGITS, _PRICE_PLACES = 15, 7


def _not_returned(value: Any) -> Any:
    if _NEGATIVE.match(str(value)):
        raise PydanticCustomError(
            "returned", "must not be negative; enter returns and credits in QuickBooks as a credit memo or refund"
        )
    return value


SoldQuantity = Annotated[Quantity, BeforeValidator(_not_returned)]
SalesPrice = Annotated[UnitCost, BeforeValidator(_not_returned)]
Charge = Annotated[Amount, Field(ge=0, lt=TOO_MUCH), BeforeValidator(_not_returned)]


class SoldLine(LineOfProduct):
    """One sold product."""

    quantity: SoldQuantity
    unit_price: SalesPrice
    """Before the discount."""
    discount: Charge = Decimal(0)
    """Off the whole line."""
    amount: Amount | None = None
    service_date: date | None = None

    @property
    def total(self) -> Decimal:
        """Quantity times unit price, to the cent, less the discount."""
        return multiply(self.quantity, self.unit_price) - self.discount

    @property
    def net_price(self) -> Decimal:
        """The unit price after the discount, as exactly as QuickBooks keeps it."""
        if not self.discount:
            return self.unit_price
        exact = self.total / self.quantity
        places = min(_PRICE_PLACES, _PRICE_DIGITS - 1 - exact.adjusted())
        return exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if self.quantity * self.unit_price >= TOO_MUCH:
            raise PydanticCustomError("total", "quantity × unit_price is more than an amount can hold")
        if self.total < 0:
            raise PydanticCustomError("discount", "the discount is more than the line comes to")
        if self.amount is not None and self.amount != self.total:
            raise PydanticCustomError(
                "amount",
                "amount {amount} is not quantity × unit_price less discount, which is {total}",
                {"amount": str(self.amount), "total": str(self.total)},
            )
        if multiply(self.quantity, self.net_price) != self.total:
            raise PydanticCustomError(
                "shared_out",
                "the discount cannot be shared out over so many pieces; send it as the discount of the whole document",
            )
        if not self.product_key:
            raise PydanticCustomError("product", "needs a product_id, sku, part_number or name")
        return self


class Discount(Part):
    """Off the lines of the whole document, not off its shipping."""

    amount: Annotated[Charge, Field(gt=0)] | None = None
    percent: Annotated[Amount, Field(gt=0, le=100)] | None = None
    name: Text = Field(default="", max_length=4000)

    def off(self, goods: Decimal) -> Decimal:
        """How much it is, to the cent."""
        if self.amount is not None:
            return self.amount
        assert self.percent is not None
        return round_to_cents(goods * self.percent / 100)

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Self:
        if (self.amount is None) == (self.percent is None):
            raise PydanticCustomError("discount", "needs either an amount or a percent")
        return self


class Shipping(Part):
    """What the customer pays for shipping."""

    amount: Charge
    name: Text = Field(default="", max_length=4000)
    tax_code: SingleLine = Field(default="", max_length=100)


class SalesContent(TransactionContent):
    """What is sold to whom."""

    customer: Party | None = None
    """Nobody: the default customer of the settings."""
    email: Text = Field(default="", max_length=100)
    """Where the document is sent to; the customer's own address where it is not said."""
    billing_address: Address | None = None
    """The customer's address where it is not said."""
    ship_to: Address | None = None
    carrier: SingleLine = Field(default="", max_length=100)
    tracking_number: SingleLine = Field(default="", max_length=255)
    due_date: date | None = None
    terms: SingleLine = Field(default="", max_length=100)
    memo: Text = Field(default="", max_length=1000)
    """What the customer reads."""
    class_name: SingleLine = Field(default="", max_length=100, alias="class")
    lines: tuple[SoldLine, ...] = Field(default=(), max_length=MAX_LINES)
    discount: Discount | None = None
    shipping: Shipping | None = None

    @property
    def shipped_on(self) -> date | None:
        """When the goods leave."""
        raise NotImplementedError

    @property
    def goods(self) -> Decimal:
        """What the lines come to."""
        return sum((line.total for line in self.lines), Decimal(0))

    @property
    def total(self) -> Decimal:
        discount = self.discount.off(self.goods) if self.discount else Decimal(0)
        return self.goods - discount + (self.shipping.amount if self.shipping else Decimal(0))

    @property
    def charged_shipping(self) -> Shipping | None:
        """The shipping, unless it is free."""
        return self.shipping if self.shipping and self.shipping.amount else None

    @property
    def tags(self) -> dict[str, str]:
        return {"number": self.number, "customer": self.customer.name} if self.customer else {"number": self.number}

    @model_validator(mode="after")
    def _has_something_to_pay(self) -> Self:
        if not self.lines and not self.charged_shipping:
            raise PydanticCustomError("empty", "has no lines and no paid shipping, so there is nothing to send")
        if self.discount and self.discount.off(self.goods) > self.goods:
            raise PydanticCustomError("discount", "the discount is more than the lines come to")
        check_line_ids(line.id for line in self.lines)
        check_currencies(self.currency, self.lines)
        return self
