"""What purchase orders and bills have in common: vendor, accounts payable, bought lines."""

from collections.abc import Iterator
from dataclasses import dataclass

from ledgerlink.domain.contents.purchases import Purchase
from ledgerlink.domain.references import References, Wanted
from ledgerlink.domain.roles import Role
from ledgerlink.domain.to_quickbooks.parts import foreign_currency
from ledgerlink.domain.to_quickbooks.purchase_lines import (
    accounts_of,
    classes_of,
    keyed,
    products_of,
    purchase_line,
    tax_codes_of,
)
from ledgerlink.domain.to_quickbooks.transactions import KeyedLine, TransactionTranslation
from ledgerlink.domain.translation import Entity


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseTranslation[P: Purchase](TransactionTranslation):
    """Something bought from a vendor."""

    content: P

    def wanted(self) -> Wanted:
        content = self.content
        roles = {Role.ACCOUNTS_PAYABLE}
        if any(not cost.account for cost in content.costs):
            roles.add(Role.FEES)
        return Wanted(
            suppliers={content.supplier.id: content.supplier},
            customers={line.customer.id: line.customer for line in content.lines if line.customer},
            products=products_of(content),
            accounts=accounts_of(content),
            roles=frozenset(roles),
            classes=(classes_of(content) | {content.class_name}) - {""},
            terms=frozenset({content.terms} - {""}),
            tax_codes=tax_codes_of(content),
            currency=foreign_currency(content.currency, self.context.connection),
            day=content.day,
        )

    @property
    def class_on_lines(self) -> str:
        """The document's class, where the company has a class on each line."""
        return self.content.class_name if self.context.connection.features.classes_per_line else ""

    def keyed_lines(self, refs: References) -> Iterator[KeyedLine]:
        for key, part in keyed(self.content):
            yield key, purchase_line(part, refs, self.class_on_lines)

    def line_keys(self) -> Iterator[str]:
        return (key for key, _ in keyed(self.content))

    def is_same_party(self, entity: Entity, refs: References) -> bool:
        return str((entity.get("VendorRef") or {}).get("value")) == refs.vendors[self.content.supplier.id]
