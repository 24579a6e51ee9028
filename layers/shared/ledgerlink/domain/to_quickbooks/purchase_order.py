"""A purchase order as QuickBooks' PurchaseOrder.

https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/purchaseorder
"""

from dataclasses import dataclass
from typing import cast

from ledgerlink.domain.bodies.purchases import PurchaseOrderBody
from ledgerlink.domain.company import has_purchase_orders_and_inventory
from ledgerlink.domain.connections import Connection
from ledgerlink.domain.contents.purchase_orders import PurchaseOrder
from ledgerlink.domain.references import References
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
from ledgerlink.domain.to_quickbooks.purchase_lines import check_tax_codes, classes_of, tax_codes_of
from ledgerlink.domain.to_quickbooks.purchases import PurchaseTranslation
from ledgerlink.domain.translation import Context
from ledgerlink.errors import PlanLacksFeature

KIND = "purchase-orders"


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseOrderTranslation(PurchaseTranslation[PurchaseOrder]):
    """A purchase order for a vendor."""

    def header(self, refs: References) -> PurchaseOrderBody:
        order, connection = self.content, self.context.connection
        body: PurchaseOrderBody = {
            "DocNumber": self.number,
            "VendorRef": ref(refs.vendors[order.supplier.id]),
            "Memo": order.memo,
            "PrivateNote": private_note(order.reference, self.kind, self.context),
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
        if order.class_name and not self.class_on_lines:
            body["ClassRef"] = ref(refs.classes[order.class_name])
        if order.terms:
            body["SalesTermRef"] = ref(refs.terms[order.terms])
        taxes = tax_calculation(connection, taxed=bool(tax_codes_of(order)))
        currency = currency_body(order.currency, order.exchange_rate, connection)
        return cast(PurchaseOrderBody, {**body, **taxes, **currency})


def translate_purchase_order(order: PurchaseOrder, context: Context) -> PurchaseOrderTranslation:
    """Raises InvalidRequest for a number that is too long, PlanLacksFeature, MissingConfiguration or
    DocumentRejected for what the company does not take.
    """
    connection = context.connection
    _check_plan(connection)
    foreign_currency(order.currency, connection)
    check_classes(
        connection,
        on_document=bool(order.class_name) and not connection.features.classes_per_line,
        on_lines=bool(classes_of(order)),
    )
    check_tax_codes(order, connection)
    check_books(context, order.order_date)
    return PurchaseOrderTranslation(
        kind=KIND,
        entity="PurchaseOrder",
        number=doc_number(connection.settings.kinds.purchase_orders.number_pattern, order.number),
        context=context,
        content=order,
    )


def _check_plan(connection: Connection) -> None:
    """QuickBooks refuses the order only after its vendor and its items have been created."""
    if has_purchase_orders_and_inventory(connection.features.plan) is False:
        raise PlanLacksFeature(
            f"The plan {connection.features.plan} has no purchase orders.",
            hint="They need QuickBooks Online Plus or Advanced; or let purchase orders be sent as bills, in the "
            "settings. Then send it again.",
        )
