"""The vendor, customer or item that a document needs and that has no link yet: whether QuickBooks has it already.

QuickBooks keeps names unique, so what has the name of such an entry is that entry, or takes the name from it.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from ledgerlink.domain.asks import Sought
from ledgerlink.domain.contents.parts import Party
from ledgerlink.domain.mappings import MappingKind
from ledgerlink.domain.names import same_name
from ledgerlink.domain.references import Product, References
from ledgerlink.domain.to_quickbooks.customer import CustomerTranslation, customer_for
from ledgerlink.domain.to_quickbooks.item import ItemTranslation, item_for, usable_item
from ledgerlink.domain.to_quickbooks.vendor import VendorTranslation, vendor_for
from ledgerlink.domain.translation import Context, Entity
from ledgerlink.errors import DuplicateDocument, MissingConfiguration, OutOfSync

type NewEntry = VendorTranslation | CustomerTranslation | ItemTranslation

_INACTIVE_SUFFIX = " (deleted)"
"""What QuickBooks puts behind the name of an entry that becomes inactive."""


def new_entry(
    kind: MappingKind, facts: Party | Product, context: Context, currency: str | None, day: date | None
) -> NewEntry:
    """What would be created if QuickBooks does not have it, for a document in that currency and of that day."""
    if isinstance(facts, Product):
        return item_for(facts, context, day)
    if kind is MappingKind.SUPPLIERS:
        return vendor_for(facts, context, currency)
    return customer_for(facts, context, currency)


def questions_for(entries: Iterable[NewEntry]) -> list[Sought]:
    """All that has to be asked to know whether QuickBooks has them, under any of their names."""
    values: dict[tuple[str, str], dict[str, None]] = {}
    for entry in entries:
        for candidate in (entry, *entry.alternatives()):
            for prop, value in candidate.lookups:
                values.setdefault((entry.entity, prop), {})[value] = None
        if _is_known_by_name_alone(entry):
            values[entry.entity, entry.prop][entry.number + _INACTIVE_SUFFIX] = None
    return [Sought(entity, prop, tuple(wanted)) for (entity, prop), wanted in values.items()]


def matching_entity(entry: NewEntry, rows: Sequence[Entity]) -> Entity | None:
    """The entity that it is, of those that were found. Raises OutOfSync, MissingConfiguration, AmbiguousDocument."""
    found = usable_item(rows, entry.product) if isinstance(entry, ItemTranslation) else _matching_party(entry, rows)
    if found is None and any(_is_retired(row, entry) for row in rows):
        raise _inactive(entry.entity, entry.number + _INACTIVE_SUFFIX)
    return found


def check_may_be_created(entry: NewEntry) -> None:
    """Raises MissingConfiguration for a product where the tenant matches them by hand."""
    if isinstance(entry, ItemTranslation) and not entry.context.connection.settings.kinds.products.create:
        raise MissingConfiguration(
            f"The product '{entry.number}' is not matched to an item in QuickBooks.",
            code="product_not_matched",
            hint="Match it by hand under Mappings, give the item its SKU in QuickBooks, or let items be created.",
        )


def name_taken(entry: NewEntry) -> DuplicateDocument:
    """The error of an entry that can be created under none of its names."""
    what = entry.entity.lower()
    others = "another product" if isinstance(entry, ItemTranslation) else "a customer, a vendor or an employee"
    return DuplicateDocument(
        f"The {what} '{entry.number}' cannot be created: QuickBooks has {others} of that name.",
        code=f"{what}_name_taken",
        hint="Rename the other one in QuickBooks, or match it by hand under Mappings; then send it again.",
    )


def _matching_party(entry: VendorTranslation | CustomerTranslation, rows: Iterable[Entity]) -> Entity | None:
    for candidate in (entry, *entry.alternatives()):
        for row in rows:
            if candidate.may_be_adopted(row, References()):
                if not row.get("Active", True):
                    raise _inactive(entry.entity, candidate.number)
                return row
    return None


def _is_retired(row: Entity, entry: NewEntry) -> bool:
    """Whether it bore the name until it became inactive: another one beside it would split its history."""
    name = str(row.get(entry.prop) or "")
    had_name = same_name(name, entry.number + _INACTIVE_SUFFIX)
    return had_name and not row.get("Active", True) and _is_known_by_name_alone(entry)


def _is_known_by_name_alone(entry: NewEntry) -> bool:
    """An item with a SKU keeps it when it becomes inactive."""
    return len(entry.lookups) == 1


def _inactive(entity: str, name: str) -> OutOfSync:
    return OutOfSync(
        f"The {entity.lower()} '{name}' is inactive in QuickBooks.",
        code="inactive_in_quickbooks",
        hint="Make it active again in QuickBooks, or match another one by hand under Mappings; then send it again.",
    )
