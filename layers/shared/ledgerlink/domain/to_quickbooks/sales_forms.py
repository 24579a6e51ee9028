"""What invoices and sales receipts have in common: customer, addresses, sold lines.

https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/invoice (and salesreceipt)
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from ledgerlink.domain.bodies.sales import SalesForm
from ledgerlink.domain.connections import Connection
from ledgerlink.domain.contents.sales import SalesContent
from ledgerlink.domain.references import References, Wanted
from ledgerlink.domain.to_quickbooks.parts import (
    address_body,
    check_books,
    check_classes,
    currency_body,
    foreign_currency,
    private_note,
    ref,
    tax_calculation,
    usable_email,
)
from ledgerlink.domain.to_quickbooks.sales_lines import DISCOUNT_KEY, keyed, products_of, sales_line, tax_codes_of
from ledgerlink.domain.to_quickbooks.tax_codes import check_codes
from ledgerlink.domain.to_quickbooks.transactions import KeyedLine, TransactionTranslation
from ledgerlink.domain.translation import Context, Entity
from ledgerlink.errors import MissingConfiguration


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesFormTranslation(TransactionTranslation):
    """A sale to a customer, or to the default customer where the document names nobody."""

    form: SalesContent

    def wanted(self) -> Wanted:
        form = self.form
        return Wanted(
            customers={form.customer.id: form.customer} if form.customer else {},
            default_customer="" if form.customer else default_customer_id(self.context.connection),
            products=products_of(form),
            classes=frozenset({line.class_name for line in form.lines} | {form.class_name}) - {""},
            tax_codes=frozenset(tax_codes_of(form).values()) - {""},
            currency=foreign_currency(form.currency, self.context.connection),
            day=form.day,
        )

    def header(self, refs: References) -> SalesForm:
        form = self.form
        body: SalesForm = {
            "DocNumber": self.number,
            "CustomerRef": ref(self._customer_id(refs)),
            "PrivateNote": self.private_note(),
        }
        if form.day:
            body["TxnDate"] = form.day.isoformat()
        if form.memo:
            body["CustomerMemo"] = {"value": form.memo}
        if form.class_name and not self._class_on_lines:
            body["ClassRef"] = ref(refs.classes[form.class_name])
        connection = self.context.connection
        more = {
            **self._delivery(),
            **tax_calculation(connection, taxed=any(tax_codes_of(form).values())),
            **currency_body(form.currency, form.exchange_rate, connection),
        }
        return cast(SalesForm, {**body, **more})

    def private_note(self) -> str:
        """What only the company's people see, and our marker."""
        return private_note(self.form.reference, self.kind, self.context)

    def keyed_lines(self, refs: References) -> Iterator[KeyedLine]:
        for key, part in keyed(self.form):
            yield key, sales_line(part, self.form, refs, self._class_on_lines)

    def line_keys(self) -> Iterator[str]:
        return (key for key, _ in keyed(self.form))

    def line_ids_of(self, entity: Entity) -> dict[str, str]:
        """Only item lines surely have an Id: QuickBooks answers subtotals without one, and discounts mostly so."""
        lines = [line for line in entity.get("Line", []) if line.get("Id")]
        sold = [line["Id"] for line in lines if line["DetailType"] == "SalesItemLineDetail"]
        discounts = [line["Id"] for line in lines if line["DetailType"] == "DiscountLineDetail"]
        keys = list(self.line_keys())
        keys_sold = [key for key in keys if key != DISCOUNT_KEY]
        if len(keys_sold) != len(sold):
            return {}
        ids = dict(zip(keys_sold, sold, strict=True))
        if len(discounts) == 1 and DISCOUNT_KEY in keys:
            ids[DISCOUNT_KEY] = discounts[0]
        return ids

    def is_same_party(self, entity: Entity, refs: References) -> bool:
        return str((entity.get("CustomerRef") or {}).get("value")) == self._customer_id(refs)

    @property
    def _class_on_lines(self) -> str:
        """The document's class, where the company has a class on each line."""
        return self.form.class_name if self.context.connection.features.classes_per_line else ""

    def _customer_id(self, refs: References) -> str:
        if self.form.customer:
            return refs.customers[self.form.customer.id]
        return default_customer_id(self.context.connection)

    def _delivery(self) -> SalesForm:
        """To where and how it is sent; the customer's own address and e-mail where the document names none."""
        form, customer = self.form, self.form.customer
        body: SalesForm = {}
        if address := address_body(form.billing_address or (customer.address if customer else None)):
            body["BillAddr"] = address
        if address := address_body(form.ship_to):
            body["ShipAddr"] = address
        if email := usable_email(form.email or (customer.email if customer else "")):
            body["BillEmail"] = {"Address": email}
        if form.shipped_on:
            body["ShipDate"] = form.shipped_on.isoformat()
        if form.carrier:
            # QuickBooks has no list of carriers: the reference is the name itself (Intuit, Invoice reference).
            body["ShipMethodRef"] = {"value": form.carrier, "name": form.carrier}
        if form.tracking_number:
            body["TrackingNum"] = form.tracking_number
        return body


def check_form(form: SalesContent, context: Context) -> None:
    """Raises what a person has to change first.

    MissingConfiguration for what the company has not got, DocumentRejected for tax codes that it would not take.
    """
    connection = context.connection
    foreign_currency(form.currency, connection)
    check_classes(
        connection,
        on_document=bool(form.class_name) and not connection.features.classes_per_line,
        on_lines=any(line.class_name for line in form.lines),
    )
    check_books(context, form.day)
    check_codes(tax_codes_of(form), connection)
    if not form.customer:
        default_customer_id(connection)


def default_customer_id(connection: Connection) -> str:
    """Raises MissingConfiguration when none is chosen."""
    chosen = connection.settings.default_customer
    if chosen is None:
        raise MissingConfiguration(
            "The document names no customer, and no default customer is chosen.",
            code="default_customer_missing",
            hint="Choose a default customer in the settings, or send the document with its customer.",
        )
    return chosen.quickbooks_id
