"""A purchase order as QuickBooks' PurchaseOrder.

https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/purchaseorder
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from ledgerlink.domain.bodies.purchases import PurchaseOrderBody
from ledgerlink.domain.contents.purchase_orders import PurchaseOrder
from ledgerlink.domain.references import References, Wanted
from ledgerlink.domain.roles import Role
from ledgerlink.domain.to_quickbooks.parts import (
    address_body,
    check_books,
    check_classes,
    currency_body,
    doc_number,
    foreign_currency,
    private_note,
    ref,
    tax_calculation,
    usable_email,
)
from ledgerlink.domain.to_quickbooks.purchase_lines import (
    accounts_of,
    classes_of,
    keyed,
    products_of,
    purchase_line,
    tax_codes_of,
)
from ledgerlink.domain.to_quickbooks.transactions import KeyedLine, TransactionTranslation
from ledgerlink.domain.translation import Context, Entity

KIND = "purchase-orders"


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseOrderTranslation(TransactionTranslation):
    """A purchase order for a vendor."""

    order: PurchaseOrder

    def wanted(self) -> Wanted:
        order = self.order
        roles = {Role.ACCOUNTS_PAYABLE}
        if any(not cost.account for cost in order.costs):
            roles.add(Role.FEES)
        return Wanted(
            suppliers={order.supplier.id: order.supplier},
            customers={line.customer.id: line.customer for line in order.lines if line.customer},
            products=products_of(order.lines),
            accounts=accounts_of(order.lines, order.costs),
            roles=frozenset(roles),
            classes=classes_of(order.lines, order.costs) | ({order.class_name} - {""}),
            terms=frozenset({order.terms} - {""}),
            tax_codes=tax_codes_of(order.lines, order.costs),
            currency=foreign_currency(order.currency, self.context.connection),
        )

    def header(self, refs: References) -> PurchaseOrderBody:
        order, connection = self.order, self.context.connection
        body: PurchaseOrderBody = {
            "DocNumber": self.number,
            "VendorRef": ref(refs.vendors[order.supplier.id]),
            "Memo": order.memo,
            "PrivateNote": private_note(order.reference, self.kind, self.context.document_id),
        }
        if payable := refs.roles.get(Role.ACCOUNTS_PAYABLE):
            body["APAccountRef"] = ref(payable)
        if order.order_date:
            body["TxnDate"] = order.order_date.isoformat()
        if order.due_date:
            body["DueDate"] = order.due_date.isoformat()
        if order.expected_date:
            body["ExpectedDate"] = order.expected_date.isoformat()
        if address := address_body(order.supplier.address):
            body["VendorAddr"] = address
        if address := address_body(order.ship_to):
            body["ShipAddr"] = address
        if email := usable_email(order.supplier.email):
            body["POEmail"] = {"Address": email}
        if order.class_name:
            body["ClassRef"] = ref(refs.classes[order.class_name])
        if order.terms:
            body["SalesTermRef"] = ref(refs.terms[order.terms])
        taxed = bool(tax_codes_of(order.lines, order.costs))
        more = tax_calculation(connection, taxed=taxed) | currency_body(order.currency, order.exchange_rate, connection)
        return cast(PurchaseOrderBody, {**body, **more})

    def keyed_lines(self, refs: References) -> Iterator[KeyedLine]:
        for key, part in keyed(self.order.lines, self.order.costs):
            yield key, purchase_line(part, refs)

    def line_keys(self) -> Iterator[str]:
        return (key for key, _ in keyed(self.order.lines, self.order.costs))

    def is_same_party(self, entity: Entity, refs: References) -> bool:
        return str((entity.get("VendorRef") or {}).get("value")) == refs.vendors[self.order.supplier.id]


def translate_purchase_order(order: PurchaseOrder, context: Context) -> PurchaseOrderTranslation:
    """Raises InvalidRequest for a number that is too long, MissingConfiguration for what the company has not got."""
    connection = context.connection
    foreign_currency(order.currency, connection)
    check_classes(connection, on_document=bool(order.class_name), on_lines=bool(classes_of(order.lines, order.costs)))
    check_books(connection, order.order_date)
    return PurchaseOrderTranslation(
        kind=KIND,
        entity="PurchaseOrder",
        number=doc_number(connection.settings.kinds.purchase_orders.number_pattern, order.number),
        context=context,
        order=order,
    )
