"""What an inventory adjustment needs, whichever entity it becomes."""

from ledgerlink.domain.contents.inventory_adjustments import AdjustedLine, InventoryAdjustment
from ledgerlink.domain.to_quickbooks.parts import check_books, check_classes, doc_number, private_note
from ledgerlink.domain.translation import Context

KIND = "inventory-adjustments"


def number_of(adjustment: InventoryAdjustment, context: Context) -> str:
    """Its DocNumber. Raises InvalidRequest when it is too long."""
    return doc_number(context.connection.settings.kinds.inventory_adjustments.number_pattern, adjustment.number)


def note_of(adjustment: InventoryAdjustment, context: Context) -> str:
    """Reason, memo and our marker."""
    return private_note(adjustment.reason, KIND, context, adjustment.memo)


def classes_of(adjustment: InventoryAdjustment) -> frozenset[str]:
    """The classes that its lines get."""
    return frozenset(class_of(line, adjustment) for line in adjustment.lines) - {""}


def class_of(line: AdjustedLine, adjustment: InventoryAdjustment) -> str:
    """Its own, else the document's: QuickBooks has them on lines only."""
    return line.class_name or adjustment.class_name


def check_adjustment(adjustment: InventoryAdjustment, context: Context) -> None:
    """Raises MissingConfiguration for classes that are not tracked on lines, and for closed books."""
    check_classes(context.connection, on_document=False, on_lines=bool(classes_of(adjustment)))
    check_books(context, adjustment.adjustment_date)
