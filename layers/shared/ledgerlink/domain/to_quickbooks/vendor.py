"""A supplier as QuickBooks' Vendor.

https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/vendor
"""

from dataclasses import dataclass
from typing import override

from ledgerlink.domain.bodies.names import VendorBody
from ledgerlink.domain.contents.parts import Party
from ledgerlink.domain.contents.suppliers import Supplier
from ledgerlink.domain.fields import STORED
from ledgerlink.domain.names import VENDOR_NAME_MAX, VENDOR_SUFFIX, clean_name, with_suffix
from ledgerlink.domain.references import References, Wanted
from ledgerlink.domain.to_quickbooks.name_lists import NameTranslation
from ledgerlink.domain.to_quickbooks.parts import address_body, foreign_currency, ref, usable_email
from ledgerlink.domain.translation import Context

KIND = "suppliers"
_NAME_PART_MAX = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorTranslation(NameTranslation):
    """Somebody to buy from."""

    supplier: Supplier
    currency: str | None
    """Where the company keeps several."""

    def wanted(self) -> Wanted:
        return Wanted(terms=frozenset({self.supplier.terms} - {""}))

    def fields(self, refs: References) -> VendorBody:
        supplier = self.supplier
        body: VendorBody = {}
        if supplier.company_name:
            body["CompanyName"] = supplier.company_name
        if given_name := clean_name(supplier.first_name, _NAME_PART_MAX):
            body["GivenName"] = given_name
        if family_name := clean_name(supplier.last_name, _NAME_PART_MAX):
            body["FamilyName"] = family_name
        if email := usable_email(supplier.email):
            body["PrimaryEmailAddr"] = {"Address": email}
        if supplier.phone:
            body["PrimaryPhone"] = {"FreeFormNumber": supplier.phone}
        if supplier.mobile:
            body["Mobile"] = {"FreeFormNumber": supplier.mobile}
        if supplier.website:
            body["WebAddr"] = {"URI": supplier.website}
        if address := address_body(supplier.address):
            body["BillAddr"] = address
        if supplier.terms:
            body["TermRef"] = ref(refs.terms[supplier.terms])
        if supplier.account_number:
            body["AcctNum"] = supplier.account_number
        if supplier.tax_id:
            body["TaxIdentifier"] = supplier.tax_id
        if supplier.notes:
            body["Notes"] = supplier.notes
        return body

    @override
    def fields_of_new(self, refs: References) -> VendorBody:
        body: VendorBody = {}
        if not self.supplier.company_name:
            body["CompanyName"] = clean_name(self.supplier.name, _NAME_PART_MAX)
        if self.currency:
            # It is fixed when the vendor is created (Intuit, Vendor reference).
            body["CurrencyRef"] = ref(self.currency)
        return body


def translate_supplier(supplier: Supplier, context: Context) -> VendorTranslation:
    """Raises MissingConfiguration for a currency that the company does not keep."""
    return _translation(supplier, context, supplier.currency)


def vendor_for(party: Party, context: Context, currency: str | None) -> VendorTranslation:
    """The vendor that a document names, to be created in the document's currency where the company keeps several."""
    known = party.model_dump(exclude={"id"})
    # A document that was stored before names had to be single lines may name it.
    return _translation(Supplier.model_validate(known, context=STORED), context, currency)


def _translation(supplier: Supplier, context: Context, currency: str | None) -> VendorTranslation:
    name = clean_name(supplier.name, VENDOR_NAME_MAX)
    return VendorTranslation(
        kind=KIND,
        entity="Vendor",
        prop="DisplayName",
        number=name,
        other_names=(with_suffix(name, VENDOR_SUFFIX, VENDOR_NAME_MAX),),
        active=supplier.active,
        context=context,
        supplier=supplier,
        currency=foreign_currency(currency, context.connection),
    )
