"""What a host sends as a bill."""

from datetime import date
from typing import Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ledgerlink.domain.contents.parts import MAX_LINES
from ledgerlink.domain.contents.purchases import Line, Purchase
from ledgerlink.domain.fields import SingleLine


class BillLine(Line):
    """One billed product or expense."""

    purchase_order_line: SingleLine = Field(default="", max_length=64)
    """The id of the order's line that it bills."""


class Bill(Purchase):
    """A supplier's invoice as the host knows it."""

    bill_date: date | None = None
    purchase_order: SingleLine = Field(default="", max_length=64)
    """The id of the purchase order that it bills."""
    lines: tuple[BillLine, ...] = Field(default=(), max_length=MAX_LINES)

    @property
    def day(self) -> date | None:
        return self.bill_date

    @model_validator(mode="after")
    def _says_which_order(self) -> Self:
        if not self.purchase_order and any(line.purchase_order_line for line in self.lines):
            raise PydanticCustomError(
                "purchase_order", "a line has a purchase_order_line, but the bill no purchase_order"
            )
        return self
