"""What a host sends as an inventory adjustment."""

from datetime import date
from typing import Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ledgerlink.domain.contents.parts import (
    DOC_NUMBER_MAX,
    MAX_LINES,
    TOO_MUCH,
    Content,
    NamedProduct,
    check_line_ids,
)
from ledgerlink.domain.fields import QuantityChange, SingleLine, Text, UnitCost


class AdjustedLine(NamedProduct):
    """By how much the stock of one product changes."""

    quantity: QuantityChange
    """Negative for what was lost."""
    unit_cost: UnitCost | None = None
    """What one is worth; only a journal entry needs it."""

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if not self.quantity:
            raise PydanticCustomError("quantity", "quantity is 0, so nothing changes")
        if self.unit_cost is not None and abs(self.quantity) * self.unit_cost >= TOO_MUCH:
            raise PydanticCustomError("total", "quantity × unit_cost is more than an amount can hold")
        if not self.product_key:
            raise PydanticCustomError("product", "needs a product_id, sku, part_number or name")
        return self


class InventoryAdjustment(Content):
    """Stock that was counted, lost or found."""

    number: SingleLine = Field(min_length=1, max_length=DOC_NUMBER_MAX)
    adjustment_date: date | None = None
    reason: Text = Field(default="", max_length=1000)
    memo: Text = Field(default="", max_length=4000)
    account: SingleLine = Field(default="", max_length=100)
    """Where the change in value goes, if not to the account for adjustments."""
    class_name: SingleLine = Field(default="", max_length=100, alias="class")
    """Of every line that has none of its own."""
    lines: tuple[AdjustedLine, ...] = Field(min_length=1, max_length=MAX_LINES)

    @property
    def tags(self) -> dict[str, str]:
        return {"number": self.number}

    @model_validator(mode="after")
    def _has_lines_of_its_own(self) -> Self:
        check_line_ids(line.id for line in self.lines)
        return self
