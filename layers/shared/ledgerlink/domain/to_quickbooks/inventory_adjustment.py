"""An inventory adjustment as QuickBooks' InventoryAdjustment, which moves quantities and their value.

Companies in the US with inventory have it, since minor version 70; it takes no items without stock.
https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/inventoryadjustment
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import override

from ledgerlink.domain.bodies.ledger import AdjustmentDetail, AdjustmentLine, InventoryAdjustmentBody
from ledgerlink.domain.connections import Connection
from ledgerlink.domain.contents.inventory_adjustments import AdjustedLine, InventoryAdjustment
from ledgerlink.domain.references import Product, References, Wanted
from ledgerlink.domain.roles import Role
from ledgerlink.domain.to_quickbooks.adjustments import (
    KIND,
    check_adjustment,
    class_of,
    classes_of,
    note_of,
    number_of,
)
from ledgerlink.domain.to_quickbooks.journal_entry import translate_as_journal
from ledgerlink.domain.to_quickbooks.parts import is_in_us, ref
from ledgerlink.domain.to_quickbooks.transactions import KeyedLine, TransactionTranslation, line_key
from ledgerlink.domain.translation import Context, Entity, Translation


@dataclass(frozen=True, slots=True, kw_only=True)
class InventoryAdjustmentTranslation(TransactionTranslation):
    """A correction of stock; QuickBooks values it."""

    adjustment: InventoryAdjustment
    is_unique: bool = False

    def wanted(self) -> Wanted:
        account = self.adjustment.account
        return Wanted(
            products={line.product_key: _product(line) for line in reversed(self.adjustment.lines)},
            accounts=frozenset({account} - {""}),
            roles=frozenset() if account else frozenset({Role.ADJUSTMENTS}),
            classes=classes_of(self.adjustment),
            day=self.adjustment.adjustment_date,
        )

    def header(self, refs: References) -> InventoryAdjustmentBody:
        adjustment = self.adjustment
        account = refs.accounts[adjustment.account] if adjustment.account else refs.roles[Role.ADJUSTMENTS]
        body: InventoryAdjustmentBody = {
            "DocNumber": self.number,
            "PrivateNote": note_of(adjustment, self.context),
            "AdjustAccountRef": ref(account),
        }
        if adjustment.adjustment_date:
            body["TxnDate"] = adjustment.adjustment_date.isoformat()
        return body

    def keyed_lines(self, refs: References) -> Iterator[KeyedLine]:
        for position, line in enumerate(self.adjustment.lines):
            detail: AdjustmentDetail = {"ItemRef": ref(refs.items[line.product_key]), "QtyDiff": line.quantity}
            if name := class_of(line, self.adjustment):
                detail["ClassRef"] = ref(refs.classes[name])
            body: AdjustmentLine = {
                "DetailType": "ItemAdjustmentLineDetail",
                "ItemAdjustmentLineDetail": detail,
            }
            yield line_key(line.id, position), body

    def line_keys(self) -> Iterator[str]:
        return (line_key(line.id, position) for position, line in enumerate(self.adjustment.lines))

    @override
    def is_same_party(self, entity: Entity, refs: References) -> bool:
        """There is none, so that another's adjustment of the same number is never taken for this one."""
        return False


def translate_inventory_adjustment(adjustment: InventoryAdjustment, context: Context) -> Translation:
    """An InventoryAdjustment where the company keeps stock, else a journal entry.

    Raises InvalidRequest for a number that is too long, MissingConfiguration for what the company has not
    turned on, DocumentRejected for a journal entry without values.
    """
    wanted = "InventoryAdjustment" if has_adjustments(context.connection) else "JournalEntry"
    if context.entity_of(wanted) == "JournalEntry":
        return translate_as_journal(adjustment, context)
    check_adjustment(adjustment, context)
    return InventoryAdjustmentTranslation(
        kind=KIND,
        entity="InventoryAdjustment",
        number=number_of(adjustment, context),
        context=context,
        adjustment=adjustment,
    )


def has_adjustments(connection: Connection) -> bool:
    """Whether the company has the entity, in the US with inventory turned on, and the tenant keeps its stock there."""
    keeps_stock = connection.settings.kinds.products.type == "Inventory"
    return is_in_us(connection) and connection.features.has_inventory and keeps_stock


def _product(line: AdjustedLine) -> Product:
    return Product(
        key=line.product_key,
        sku=line.stock_code,
        name=line.name,
        purchase_description=line.description,
        unit_cost=line.unit_cost,
        counted=True,
    )
