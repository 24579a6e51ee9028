"""Shipments that are paid already as QuickBooks' SalesReceipt.

https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/salesreceipt
"""

from dataclasses import dataclass, replace
from typing import cast

from ledgerlink.domain.bodies.sales import SalesReceiptBody
from ledgerlink.domain.contents.shipments import Shipment
from ledgerlink.domain.references import References, Wanted
from ledgerlink.domain.roles import Role
from ledgerlink.domain.to_quickbooks.invoice import InvoiceTranslation, invoice_of
from ledgerlink.domain.to_quickbooks.parts import doc_number, private_note, ref
from ledgerlink.domain.to_quickbooks.sales_forms import SalesFormTranslation, check_form
from ledgerlink.domain.translation import Context

KIND = "shipments"


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesReceiptTranslation(SalesFormTranslation):
    """What a customer has paid already; it has no terms and no due date."""

    form: Shipment

    def wanted(self) -> Wanted:
        return replace(SalesFormTranslation.wanted(self), roles=frozenset({Role.DEPOSIT_TO}))

    def header(self, refs: References) -> SalesReceiptBody:
        body: SalesReceiptBody = {"DepositToAccountRef": ref(refs.roles[Role.DEPOSIT_TO])}
        if self.form.payment_reference:
            body["PaymentRefNum"] = self.form.payment_reference
        return cast(SalesReceiptBody, {**SalesFormTranslation.header(self, refs), **body})

    def private_note(self) -> str:
        form = self.form
        paid_by = f"Paid by {form.payment_method}" if form.payment_method else ""
        reference = "\n".join(part for part in (form.reference, paid_by) if part)
        return private_note(reference, self.kind, self.context)


def translate_shipment(shipment: Shipment, context: Context) -> InvoiceTranslation | SalesReceiptTranslation:
    """An invoice or a sales receipt, as the settings say.

    Raises InvalidRequest for a number that is too long, else what ``check_form`` raises.
    """
    settings = context.connection.settings.kinds.shipments
    if context.entity_of(settings.entity) == "Invoice":
        return invoice_of(shipment, context, KIND, settings.number_pattern)
    check_form(shipment, context)
    number = doc_number(settings.number_pattern, shipment.number)
    return SalesReceiptTranslation(kind=KIND, entity="SalesReceipt", number=number, context=context, form=shipment)
