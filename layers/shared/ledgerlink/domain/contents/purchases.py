"""What purchase orders and bills have in common."""

from datetime import date
from decimal import Decimal
from typing import Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ledgerlink.domain.contents.parts import (
    MAX_LINES,
    TOO_MUCH,
    LineOfProduct,
    Party,
    TransactionContent,
    check_currencies,
    check_line_ids,
)
from ledgerlink.domain.fields import Amount, Part, Quantity, SingleLine, Text, UnitCost
from ledgerlink.domain.money import multiply


class Line(LineOfProduct):
    """One bought product, or with an ``expense_account`` one expense."""

    quantity: Quantity
    unit_cost: UnitCost
    amount: Amount | None = None
    expense_account: SingleLine = Field(default="", max_length=100)
    customer: Party | None = None
    """For whom it is bought."""

    @property
    def total(self) -> Decimal:
        """Quantity times unit cost, to the cent."""
        return multiply(self.quantity, self.unit_cost)

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
    """A fee or an adjustment of the whole document."""

    name: Text = Field(min_length=1, max_length=4000)
    amount: Amount = Field(gt=-TOO_MUCH, lt=TOO_MUCH)
    account: SingleLine = Field(default="", max_length=100)
    class_name: SingleLine = Field(default="", max_length=100, alias="class")
    tax_code: SingleLine = Field(default="", max_length=100)


class Purchase(TransactionContent):
    """What is bought from a supplier."""

    supplier: Party
    due_date: date | None = None
    memo: Text = Field(default="", max_length=4000)
    class_name: SingleLine = Field(default="", max_length=100, alias="class")
    """Of every line that has none of its own."""
    terms: SingleLine = Field(default="", max_length=100)
    lines: tuple[Line, ...] = Field(default=(), max_length=MAX_LINES)
    costs: tuple[Cost, ...] = Field(default=(), max_length=MAX_LINES)

    @property
    def total(self) -> Decimal:
        return sum((line.total for line in self.lines), Decimal(0)) + sum(cost.amount for cost in self.costs)

    @property
    def tags(self) -> dict[str, str]:
        return {"number": self.number, "supplier": self.supplier.name}

    @model_validator(mode="after")
    def _has_something_to_buy(self) -> Self:
        if not self.lines and not any(cost.amount > 0 for cost in self.costs):
            raise PydanticCustomError("empty", "has no lines and no positive costs, so there is nothing to send")
        check_line_ids(line.id for line in self.lines)
        check_currencies(self.currency, self.lines)
        return self
