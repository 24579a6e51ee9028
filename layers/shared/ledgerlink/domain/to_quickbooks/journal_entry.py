"""An inventory adjustment as a JournalEntry, where the company has no InventoryAdjustment.

Values move, quantities do not.

https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/journalentry
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, cast, override

from ledgerlink.domain.bodies.ledger import JournalDetail, JournalEntryBody, JournalLine
from ledgerlink.domain.contents.inventory_adjustments import AdjustedLine, InventoryAdjustment
from ledgerlink.domain.money import multiply
from ledgerlink.domain.references import References, Wanted
from ledgerlink.domain.roles import Role
from ledgerlink.domain.to_quickbooks.adjustments import (
    KIND,
    check_adjustment,
    class_of,
    classes_of,
    note_of,
    number_of,
)
from ledgerlink.domain.to_quickbooks.parts import currency_body, ref, tax_calculation
from ledgerlink.domain.to_quickbooks.transactions import KeyedLine, TransactionTranslation, line_key
from ledgerlink.domain.translation import Context, Entity
from ledgerlink.errors import DocumentRejected

QUANTITIES_STAY = "Posted as a journal entry: the value of the stock moves, the quantities in QuickBooks do not."
_DESCRIPTION_MAX = 4000

type Side = Literal["Debit", "Credit"]


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalEntryTranslation(TransactionTranslation):
    """For each product, the inventory asset against the account for adjustments."""

    adjustment: InventoryAdjustment
    is_unique: bool = False
    notes: tuple[str, ...] = (QUANTITIES_STAY,)

    def wanted(self) -> Wanted:
        account = self.adjustment.account
        roles = {Role.INVENTORY_PURCHASES} if account else {Role.INVENTORY_PURCHASES, Role.ADJUSTMENTS}
        return Wanted(accounts=frozenset({account} - {""}), roles=frozenset(roles), classes=classes_of(self.adjustment))

    @override
    def header(self, refs: References) -> JournalEntryBody:
        body: JournalEntryBody = {"DocNumber": self.number, "PrivateNote": note_of(self.adjustment, self.context)}
        if self.adjustment.adjustment_date:
            body["TxnDate"] = self.adjustment.adjustment_date.isoformat()
        connection = self.context.connection
        more = {**tax_calculation(connection, taxed=False), **currency_body(None, None, connection)}
        return cast(JournalEntryBody, {**body, **more})

    def keyed_lines(self, refs: References) -> Iterator[KeyedLine]:
        adjustment = self.adjustment
        asset = refs.roles[Role.INVENTORY_PURCHASES]
        other = refs.accounts[adjustment.account] if adjustment.account else refs.roles[Role.ADJUSTMENTS]
        for key, line, value in _valued(adjustment):
            sides: tuple[Side, Side] = ("Debit", "Credit") if value > 0 else ("Credit", "Debit")
            for name, side, account in zip(_names(key), sides, (asset, other), strict=True):
                detail: JournalDetail = {"PostingType": side, "AccountRef": ref(account)}
                if class_name := class_of(line, adjustment):
                    detail["ClassRef"] = ref(refs.classes[class_name])
                body: JournalLine = {
                    "DetailType": "JournalEntryLineDetail",
                    "Amount": abs(value),
                    "Description": _description(line),
                    "JournalEntryLineDetail": detail,
                }
                yield name, body

    def line_keys(self) -> Iterator[str]:
        return (name for key, _, _ in _valued(self.adjustment) for name in _names(key))

    @override
    def is_same_party(self, entity: Entity, refs: References) -> bool:
        """There is none, and numbers of journal entries repeat: another's entry is never taken for this one."""
        return False


def translate_as_journal(adjustment: InventoryAdjustment, context: Context) -> JournalEntryTranslation:
    """Raises InvalidRequest for a number that is too long, MissingConfiguration for what the company has not
    turned on, DocumentRejected where a line has no unit cost or the whole has no value.
    """
    check_adjustment(adjustment, context)
    _check_values(adjustment)
    return JournalEntryTranslation(
        kind=KIND,
        entity="JournalEntry",
        number=number_of(adjustment, context),
        context=context,
        adjustment=adjustment,
    )


def _check_values(adjustment: InventoryAdjustment) -> None:
    missing = [position for position, line in enumerate(adjustment.lines) if line.unit_cost is None]
    if missing:
        raise DocumentRejected(
            f"Line {missing[0] + 1} has no unit cost, and a journal entry posts values.",
            code="unit_cost_missing",
            hint="Send a unit_cost on each line.",
            fields=[{"field": f"lines[{position}].unit_cost", "problem": "is missing"} for position in missing],
        )
    if not any(_valued(adjustment)):
        raise DocumentRejected(
            "The adjustment has no value: every quantity × unit_cost is 0.00, so there is nothing to post.",
            code="nothing_to_post",
            hint="Send unit costs above 0, or do not send this adjustment.",
        )


def _valued(adjustment: InventoryAdjustment) -> Iterator[tuple[str, AdjustedLine, Decimal]]:
    """The lines that are worth something, with their key and value; QuickBooks needs no lines of 0.00."""
    for position, line in enumerate(adjustment.lines):
        value = multiply(line.quantity, line.unit_cost or Decimal(0))
        if value:
            yield line_key(line.id, position), line, value


def _names(key: str) -> tuple[str, str]:
    return f"{key} inventory", f"{key} adjustment"


def _description(line: AdjustedLine) -> str:
    what = line.description or line.name or line.stock_code or line.product_id
    return f"{line.quantity:+f} × {what}"[:_DESCRIPTION_MAX]
