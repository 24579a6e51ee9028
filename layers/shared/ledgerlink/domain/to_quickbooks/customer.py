"""A customer as QuickBooks' Customer.

https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/customer
"""

from dataclasses import dataclass
from typing import override

from ledgerlink.domain.bodies.names import CustomerBody
from ledgerlink.domain.contents.customers import Customer
from ledgerlink.domain.contents.parts import Party
from ledgerlink.domain.names import CUSTOMER_NAME_MAX, CUSTOMER_SUFFIX, clean_name, with_suffix
from ledgerlink.domain.references import References, Wanted
from ledgerlink.domain.to_quickbooks.name_lists import NameTranslation
from ledgerlink.domain.to_quickbooks.parts import address_body, foreign_currency, ref, usable_email
from ledgerlink.domain.translation import Context

KIND = "customers"
_NAME_PART_MAX = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerTranslation(NameTranslation):
    """Somebody to sell to."""

    customer: Customer
    currency: str | None
    """Where the company keeps several."""

    def wanted(self) -> Wanted:
        return Wanted(terms=frozenset({self.customer.terms} - {""}))

    def fields(self, refs: References) -> CustomerBody:
        customer = self.customer
        body: CustomerBody = {}
        if customer.company_name:
            body["CompanyName"] = customer.company_name
        if first_name := clean_name(customer.first_name, _NAME_PART_MAX):
            body["GivenName"] = first_name
        if last_name := clean_name(customer.last_name, _NAME_PART_MAX):
            body["FamilyName"] = last_name
        if email := usable_email(customer.email):
            body["PrimaryEmailAddr"] = {"Address": email}
        if customer.phone:
            body["PrimaryPhone"] = {"FreeFormNumber": customer.phone}
        if customer.website:
            body["WebAddr"] = {"URI": customer.website}
        if address := address_body(customer.billing_address):
            body["BillAddr"] = address
        if address := address_body(customer.shipping_address):
            body["ShipAddr"] = address
        if customer.terms:
            body["SalesTermRef"] = ref(refs.terms[customer.terms])
        if customer.notes:
            body["Notes"] = customer.notes
        if customer.taxable is not None:
            body["Taxable"] = customer.taxable
        return body

    @override
    def fields_of_new(self, refs: References) -> CustomerBody:
        # A customer's currency is fixed when it is created (Intuit, Customer reference).
        return {"CurrencyRef": ref(self.currency)} if self.currency else {}


def translate_customer(customer: Customer, context: Context) -> CustomerTranslation:
    """Raises MissingConfiguration for a currency that the company does not keep."""
    return _translation(customer, context, foreign_currency(customer.currency, context.connection))


def customer_for(party: Party, context: Context, currency: str | None) -> CustomerTranslation:
    """The customer that a document names, to be created in the document's currency where the company keeps several."""
    customer = Customer(name=party.name, email=party.email, phone=party.phone, billing_address=party.address)
    return _translation(customer, context, currency)


def _translation(customer: Customer, context: Context, currency: str | None) -> CustomerTranslation:
    name = clean_name(customer.name, CUSTOMER_NAME_MAX)
    return CustomerTranslation(
        kind=KIND,
        entity="Customer",
        prop="DisplayName",
        number=name,
        other_names=(with_suffix(name, CUSTOMER_SUFFIX, CUSTOMER_NAME_MAX),),
        active=customer.active,
        context=context,
        customer=customer,
        currency=currency,
    )
