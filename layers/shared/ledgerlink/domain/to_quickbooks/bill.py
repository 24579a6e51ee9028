"""A bill, or a purchase order that is sent as one, as QuickBooks' Bill.

https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/bill
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import cast

from ledgerlink.domain.bodies.parts import LinkedTxn
from ledgerlink.domain.bodies.purchases import BillBody
from ledgerlink.domain.contents.bills import Bill, BillLine
from ledgerlink.domain.contents.purchase_orders import PurchaseOrder
from ledgerlink.domain.copy_to_bill import bill_of, copy_id
from ledgerlink.domain.references import References, Wanted
from ledgerlink.domain.roles import Role
from ledgerlink.domain.to_quickbooks import purchase_order
from ledgerlink.domain.to_quickbooks.parts import (
    check_books,
    check_classes,
    currency_body,
    doc_number,
    foreign_currency,
    private_note,
    ref,
    tax_calculation,
)
from ledgerlink.domain.to_quickbooks.purchase_lines import check_tax_codes, classes_of, keyed, tax_codes_of
from ledgerlink.domain.to_quickbooks.purchases import PurchaseTranslation
from ledgerlink.domain.to_quickbooks.transactions import KeyedLine, line_key
from ledgerlink.domain.translation import Context
from ledgerlink.errors import DocumentRejected

KIND = "bills"
_ORDER_SENT_AS_BILL = "Purchase orders are sent as bills, so this is a second bill and not linked to the order."
_LEFT_OUT = "A bill has no expected date and no delivery address; they were left out."


@dataclass(frozen=True, slots=True, kw_only=True)
class BillTranslation(PurchaseTranslation[Bill]):
    """What a vendor wants to be paid."""

    def wanted(self) -> Wanted:
        # slots give the class another identity than the one that a bare super() refers to
        wanted = PurchaseTranslation.wanted(self)
        order = self.content.purchase_order
        return replace(wanted, documents=frozenset({(purchase_order.KIND, order)})) if order else wanted

    def header(self, refs: References) -> BillBody:
        bill, connection = self.content, self.context.connection
        body: BillBody = {
            "DocNumber": self.number,
            "VendorRef": ref(refs.vendors[bill.supplier.id]),
            "PrivateNote": private_note(bill.reference, self.kind, self.context, bill.memo),
        }
        if payable := refs.roles.get(Role.ACCOUNTS_PAYABLE):
            body["APAccountRef"] = ref(payable)
        if bill.bill_date:
            body["TxnDate"] = bill.bill_date.isoformat()
        if bill.due_date:
            body["DueDate"] = bill.due_date.isoformat()
        if bill.terms:
            body["SalesTermRef"] = ref(refs.terms[bill.terms])
        taxes = tax_calculation(connection, taxed=bool(tax_codes_of(bill)))
        currency = currency_body(bill.currency, bill.exchange_rate, connection)
        return cast(BillBody, {**body, **taxes, **currency})

    def keyed_lines(self, refs: References) -> Iterator[KeyedLine]:
        links = order_links(self.content, refs)
        for key, line in PurchaseTranslation.keyed_lines(self, refs):
            yield key, {**line, "LinkedTxn": [links[key]]} if key in links else line

    def copied_order(self, refs: References) -> str:
        """QuickBooks' id of the purchase order that it is the copy of; empty for any other bill."""
        order = self.content.purchase_order
        link = refs.documents.get((purchase_order.KIND, order))
        is_copy = self.kind == KIND and order and self.context.document_id == copy_id(order)
        return link.entity_id or "" if is_copy and link and link.entity == "PurchaseOrder" else ""


def order_links(bill: Bill, refs: References) -> dict[str, LinkedTxn]:
    """Which line of the QuickBooks purchase order each line of the bill is for, by the bill's line keys.

    A line is for the order's line that its ``purchase_order_line`` names. If no line names another than its own
    id, and the bill has exactly the order's lines by id or position, each is for its equal. A cost is for the
    order's cost of the same position and name. Nothing else is certain enough. None where the order is not in
    QuickBooks as a PurchaseOrder, or its lines are not known. Raises DocumentRejected for a line of the order
    that QuickBooks does not have.
    """
    link = refs.documents.get((purchase_order.KIND, bill.purchase_order))
    if link is None or link.entity != "PurchaseOrder" or not link.entity_id or link.deleted:
        return {}
    known = link.line_ids
    links: dict[str, LinkedTxn] = {}
    for key, target in _targets(bill, frozenset(known)).items():
        if target in known:
            links[key] = {"TxnId": link.entity_id, "TxnType": "PurchaseOrder", "TxnLineId": known[target]}
    return links


def _targets(bill: Bill, known: frozenset[str]) -> dict[str, str]:
    """The key of the order's line or cost that each of the bill's is for."""
    if not known:
        return {}
    same_lines = _has_the_lines(bill, known)
    targets = {}
    for position, (key, part) in enumerate(keyed(bill)):
        if isinstance(part, BillLine):
            target = line_key(part.purchase_order_line, position) if part.purchase_order_line else ""
            if target and target not in known:
                raise _unknown_line(position)
            if target or same_lines:
                targets[key] = target or key
        else:
            targets[key] = key
    return targets


def _has_the_lines(bill: Bill, known: frozenset[str]) -> bool:
    keys = {line_key(line.id, position) for position, line in enumerate(bill.lines)}
    names_no_other = all(line.purchase_order_line in ("", line.id) for line in bill.lines)
    return names_no_other and keys == {key for key in known if not key.startswith("cost ")}


def _unknown_line(position: int) -> DocumentRejected:
    return DocumentRejected(
        f"Line {position + 1} bills a line of the purchase order that QuickBooks does not have.",
        code="purchase_order_line_unknown",
        hint="Send the purchase order again, then the bill; or correct the line's purchase_order_line.",
        fields=[{"field": f"lines[{position}].purchase_order_line", "problem": "is no line of the purchase order"}],
    )


def translate_bill(bill: Bill, context: Context) -> BillTranslation:
    """Raises InvalidRequest for a number that is too long, MissingConfiguration or DocumentRejected for what
    the company does not take.
    """
    kinds = context.connection.settings.kinds
    notes = (_ORDER_SENT_AS_BILL,) if bill.purchase_order and kinds.purchase_orders.entity == "Bill" else ()
    return _translation(bill, context, KIND, kinds.bills.number_pattern, notes)


def translate_order_as_bill(order: PurchaseOrder, context: Context) -> BillTranslation:
    """A purchase order where the settings want bills instead. Raises as ``translate_bill``."""
    pattern = context.connection.settings.kinds.purchase_orders.number_pattern
    notes = (_LEFT_OUT,) if order.expected_date or order.ship_to else ()
    return _translation(bill_of(order), context, purchase_order.KIND, pattern, notes)


def _translation(bill: Bill, context: Context, kind: str, pattern: str, notes: tuple[str, ...]) -> BillTranslation:
    connection = context.connection
    foreign_currency(bill.currency, connection)
    # QuickBooks has no field for the class of a whole bill (Intuit, Bill reference).
    check_classes(connection, on_document=False, on_lines=bool(bill.class_name or classes_of(bill)))
    check_tax_codes(bill, connection)
    check_books(context, bill.bill_date)
    return BillTranslation(
        kind=kind,
        entity="Bill",
        number=doc_number(pattern, bill.number),
        context=context,
        content=bill,
        notes=notes,
        is_unique=connection.features.warns_of_duplicate_bill_numbers,
    )
