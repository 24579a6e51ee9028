"""A product as QuickBooks' Item.

https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/item
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal, override

from ledgerlink.domain.bodies.names import ItemBody
from ledgerlink.domain.contents.parts import key_without_id
from ledgerlink.domain.contents.products import Product as ProductContent
from ledgerlink.domain.names import ITEM_NAME_MAX, clean_name, distinct_name, same_name, with_suffix
from ledgerlink.domain.references import Product, References, Wanted
from ledgerlink.domain.roles import Role
from ledgerlink.domain.to_quickbooks.name_lists import NameTranslation
from ledgerlink.domain.to_quickbooks.parts import ref
from ledgerlink.domain.translation import Context, Entity, Lookup
from ledgerlink.errors import AmbiguousDocument, MissingConfiguration, OutOfSync

type ItemType = Literal["Inventory", "NonInventory", "Service"]

KIND = "products"
WITHOUT_STOCK = "The item was created without stock: this QuickBooks plan has no inventory."
_SOLD_OR_BOUGHT = ("Inventory", "NonInventory", "Service")
"""A category or a bundle is no product."""
_SKU_IN_NAME_MAX = 60
_PURCHASE_DESCRIPTION_MAX = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """What an inventory item starts with."""

    quantity: Decimal
    since: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemTranslation(NameTranslation):
    """A product or service, found by its SKU or its name.

    QuickBooks keeps only names unique, so a product with a SKU is looked up before it is created.
    """

    product: Product
    item_type: ItemType
    stock: Stock | None

    @property
    def lookups(self) -> Sequence[Lookup]:
        by_name = Lookup(self.prop, self.number)
        return (by_name, Lookup("Sku", self.product.sku)) if self.product.sku else (by_name,)

    def wanted(self) -> Wanted:
        return Wanted(roles=frozenset(self._accounts().values()))

    @override
    def fields(self, refs: References) -> ItemBody:
        product = self.product
        body: ItemBody = {}
        if product.sku:
            body["Sku"] = product.sku
        if product.description:
            body["Description"] = product.description
        if product.purchase_description:
            body["PurchaseDesc"] = product.purchase_description[:_PURCHASE_DESCRIPTION_MAX]
        if product.unit_price is not None:
            body["UnitPrice"] = product.unit_price
        if product.unit_cost is not None:
            body["PurchaseCost"] = product.unit_cost
        return body

    def fields_of_new(self, refs: References) -> ItemBody:
        body: ItemBody = {"Type": self.item_type}
        for name, role in self._accounts().items():
            body[name] = ref(refs.roles[role])
        if self.stock:
            body["TrackQtyOnHand"] = True
            body["QtyOnHand"] = self.stock.quantity
            body["InvStartDate"] = self.stock.since.isoformat()
        return body

    @override
    def may_be_adopted(self, entity: Entity, refs: References) -> bool:
        return _is_product(entity) and (_has_sku(entity, self.product) or _has_name(entity, self.number, self.product))

    def _accounts(self) -> dict[Literal["IncomeAccountRef", "ExpenseAccountRef", "AssetAccountRef"], Role]:
        """An item that is bought needs an expense account, or no purchase order can name it."""
        if self.product.is_service and not self.product.bought:
            return {"IncomeAccountRef": Role.SALES_INCOME}
        if self.item_type != "Inventory":
            return {"IncomeAccountRef": Role.SALES_INCOME, "ExpenseAccountRef": Role.COST_OF_GOODS_SOLD}
        return {
            "IncomeAccountRef": Role.SALES_INCOME,
            "ExpenseAccountRef": Role.COST_OF_GOODS_SOLD,
            "AssetAccountRef": Role.INVENTORY_PURCHASES,
        }


def translate_product(content: ProductContent, context: Context) -> ItemTranslation:
    """A product that the host sends by itself."""
    settings = context.connection.settings.kinds.products
    return _translation(
        product_of(content),
        context,
        wanted_type=content.type or settings.type,
        stock=Stock(
            quantity=settings.quantity if content.quantity is None else content.quantity,
            since=content.start_date or settings.start_date or _stocked_since(context, context.today),
        ),
        active=content.active,
    )


def item_for(product: Product, context: Context, day: date | None = None) -> ItemTranslation:
    """The item of a product that a document of that day names, with the stock that the settings say."""
    settings = context.connection.settings.kinds.products
    since = settings.start_date or _stocked_since(context, min(day or context.today, context.today))
    stock = Stock(quantity=settings.quantity, since=since)
    return _translation(product, context, wanted_type=settings.type, stock=stock, active=True)


def _stocked_since(context: Context, day: date) -> date:
    """From when an item has stock, so that it can be named in documents of that day.

    QuickBooks refuses those dated before. The company's own day may be the one before the tenant's: hence the day's
    margin, unless the books are closed there.
    """
    before = day - timedelta(days=1)
    closed = context.connection.features.books_closed_until
    return day if closed and closed >= before else before


def product_of(content: ProductContent) -> Product:
    """The product as lines name it that know no product id: by SKU, else by name."""
    return Product(
        key=key_without_id(content.stock_code, content.name),
        sku=content.stock_code,
        name=content.name,
        description=content.description,
        purchase_description=content.purchase_description,
        unit_cost=content.unit_cost,
        unit_price=content.unit_price,
        bought=content.unit_cost is not None,
        is_service=content.type == "Service",
    )


def item_name(product: Product) -> str:
    """What a product's item is called in QuickBooks."""
    return distinct_name(product.name or product.sku or product.key, ITEM_NAME_MAX)


def usable_item(rows: Iterable[Entity], product: Product) -> Entity | None:
    """An active one before an inactive one; of two that fit alike none is picked.

    Raises OutOfSync, MissingConfiguration, AmbiguousDocument.
    """
    items = sorted({str(row["Id"]): row for row in rows}.values(), key=lambda row: not row.get("Active", True))
    item = matching_item(items, product)
    if item is None:
        return None
    check_usable(item, product)
    twin = matching_item([other for other in items if other is not item and other.get("Active", True)], product)
    if twin is not None and _has_sku(twin, product) == _has_sku(item, product):
        raise AmbiguousDocument(
            f"QuickBooks has several items that may be the product '{product.key}'; we do not guess which is meant.",
            code="item_ambiguous",
            hint="Match it by hand under Mappings, or give each item its own SKU in QuickBooks; then send it again.",
        )
    return item


def matching_item(items: Iterable[Entity], product: Product) -> Entity | None:
    """By SKU; else by name, if the item of that name is not known to be another product."""
    products = [item for item in items if _is_product(item)]
    by_sku = (item for item in products if _has_sku(item, product))
    by_name = (item for item in products if _has_name(item, item_name(product), product))
    return next(by_sku, None) or next(by_name, None)


def check_usable(item: Entity, product: Product) -> None:
    """Raises OutOfSync for an inactive item, MissingConfiguration for one that its line cannot name.

    What is bought needs an expense account, what is adjusted stock.
    """
    what = f"The item '{item['Name']}'"
    if not item.get("Active", True):
        raise OutOfSync(f"{what} is inactive in QuickBooks.", code="inactive_in_quickbooks")
    if product.bought and not item.get("ExpenseAccountRef"):
        raise MissingConfiguration(
            f"{what} ({product.key}) has no expense account in QuickBooks, so it cannot be ordered.",
            code="item_without_expense_account",
            hint="Open it in QuickBooks, tick that you buy it, choose its expense account; then send it again.",
        )
    if product.counted and item.get("Type") != "Inventory":
        raise MissingConfiguration(
            f"{what} ({product.key}) is no inventory item in QuickBooks, so it has no quantity to adjust.",
            code="item_without_stock",
            hint="Make it an inventory item in QuickBooks, or match the product to one by hand under Mappings; "
            "then send it again.",
        )


def _translation(
    product: Product, context: Context, *, wanted_type: ItemType, stock: Stock, active: bool
) -> ItemTranslation:
    name = item_name(product)
    item_type: ItemType = "Service" if product.is_service else wanted_type
    lacks_inventory = item_type == "Inventory" and not context.connection.features.has_inventory
    if lacks_inventory:
        item_type = "NonInventory"
    return ItemTranslation(
        kind=KIND,
        entity="Item",
        prop="Name",
        number=name,
        other_names=_other_names(name, product.sku),
        context=context,
        active=active,
        notes=(WITHOUT_STOCK,) if lacks_inventory else (),
        is_unique=not product.sku,
        product=product,
        item_type=item_type,
        stock=stock if item_type == "Inventory" else None,
    )


def _other_names(name: str, sku: str) -> tuple[str, ...]:
    if not sku or sku == name:
        return ()
    return (with_suffix(name, f" ({clean_name(sku, _SKU_IN_NAME_MAX)})", ITEM_NAME_MAX),)


def _is_product(item: Entity) -> bool:
    return item.get("Type") in _SOLD_OR_BOUGHT


def _has_sku(item: Entity, product: Product) -> bool:
    return bool(product.sku) and str(item.get("Sku") or "") == product.sku


def _has_name(item: Entity, name: str, product: Product) -> bool:
    is_another = bool(product.sku and item.get("Sku")) and str(item["Sku"]) != product.sku
    return same_name(str(item.get("Name") or ""), name) and not is_another
