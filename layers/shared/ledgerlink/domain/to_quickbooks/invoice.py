"""Invoices, and shipments that are still to be paid, as QuickBooks' Invoice.

https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/invoice
"""

from dataclasses import dataclass, replace
from typing import cast

from ledgerlink.domain.bodies.sales import InvoiceBody
from ledgerlink.domain.contents.invoices import Invoice
from ledgerlink.domain.contents.sales import SalesContent
from ledgerlink.domain.references import References, Wanted
from ledgerlink.domain.roles import Role
from ledgerlink.domain.to_quickbooks.parts import doc_number, ref
from ledgerlink.domain.to_quickbooks.sales_forms import SalesFormTranslation, check_form
from ledgerlink.domain.translation import Context

KIND = "invoices"


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceTranslation(SalesFormTranslation):
    """What a customer is to pay."""

    def wanted(self) -> Wanted:
        # What customers owe goes to QuickBooks' own account unless the tenant has chosen another one.
        chosen = {Role.ACCOUNTS_RECEIVABLE} & self.context.connection.settings.accounts.keys()
        terms = frozenset({self.form.terms} - {""})
        return replace(SalesFormTranslation.wanted(self), terms=terms, roles=frozenset(chosen))

    def header(self, refs: References) -> InvoiceBody:
        form = self.form
        body: InvoiceBody = {}
        if receivable := refs.roles.get(Role.ACCOUNTS_RECEIVABLE):
            body["ARAccountRef"] = ref(receivable)
        if form.due_date:
            body["DueDate"] = form.due_date.isoformat()
        if form.terms:
            body["SalesTermRef"] = ref(refs.terms[form.terms])
        return cast(InvoiceBody, {**SalesFormTranslation.header(self, refs), **body})


def translate_invoice(invoice: Invoice, context: Context) -> InvoiceTranslation:
    """Raises InvalidRequest for a number that is too long, else what ``check_form`` raises."""
    return invoice_of(invoice, context, KIND, context.connection.settings.kinds.invoices.number_pattern)


def invoice_of(form: SalesContent, context: Context, kind: str, number_pattern: str) -> InvoiceTranslation:
    """An invoice of a document of this kind; raises the same."""
    check_form(form, context)
    number = doc_number(number_pattern, form.number)
    return InvoiceTranslation(kind=kind, entity="Invoice", number=number, context=context, form=form)
