"""Find or create all that a purchase order names in QuickBooks: vendor, items, accounts.

Links first, then look-ups for what has none, then creates. What was found or created
is remembered, so that the next order needs no look-up.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from ledgerlink.domain.accounts import choose_default_accounts, find_account
from ledgerlink.domain.bodies.names import ItemBody, VendorBody
from ledgerlink.domain.connections import Connection, ConnectionKey, DefaultAccounts
from ledgerlink.domain.links import EntityLink, LinkKey
from ledgerlink.domain.names import ITEM_NAME_MAX, VENDOR_NAME_MAX, VENDOR_SUFFIX, clean_name, same_name, with_suffix
from ledgerlink.domain.purchase_order_body import References, address_body, usable_email
from ledgerlink.domain.purchase_orders import ENTITY, Line, PurchaseOrder, Supplier
from ledgerlink.errors import DuplicateDocument, MissingConfiguration, OutOfSync

SUPPLIERS = "suppliers"
PRODUCTS = "products"
ACCOUNTS = "expense-accounts"

type Entity = Mapping[str, Any]


class Lists(Protocol):
    """The name lists of the tenant's QuickBooks company."""

    def look_ahead(
        self, names: Mapping[str, Sequence[str]], skus: Sequence[str], doc_numbers: Mapping[str, Sequence[str]]
    ) -> None:
        """Ask all of this at once; each answer serves the next look-up of its kind, once."""

    def find_by_name(self, entity: str, names: Sequence[str]) -> Sequence[Entity]:
        """Also inactive ones."""

    def find_items_by_sku(self, skus: Sequence[str]) -> Sequence[Entity]:
        """Also inactive ones."""

    def find_by_id(self, entity: str, ids: Sequence[str]) -> Sequence[Entity]:
        """Also inactive ones; those that are gone are missing."""

    def accounts(self) -> Sequence[Entity]:
        """The whole chart of accounts, also inactive ones."""

    def create(self, entity: str, body: Mapping[str, Any], request_id: str) -> Entity: ...


class NameLinks(Protocol):
    """What suppliers, products and account codes became."""

    def find_many(self, keys: Sequence[LinkKey]) -> Mapping[LinkKey, EntityLink]: ...
    def remember(self, link: EntityLink) -> None: ...
    def forget(self, keys: Sequence[LinkKey]) -> None: ...


class Defaults(Protocol):
    """The accounts that were chosen for a connection."""

    def remember_accounts(self, key: ConnectionKey, accounts: DefaultAccounts | None) -> None: ...


class ReferenceResolver:
    """Resolves the references of one purchase order within one connection."""

    def __init__(
        self,
        lists: Lists,
        links: NameLinks,
        defaults: Defaults,
        connection: Connection,
        new_request_id: Callable[[], str],
    ) -> None:
        self._lists = lists
        self._links = links
        self._defaults = defaults
        self._connection = connection
        # A new one for each create: what keeps a vendor or an item from being made twice is
        # that QuickBooks wants names to be unique, and a remembered refusal must not outlive its cause.
        self._new_request_id = new_request_id
        self._chart: Sequence[Entity] | None = None

    def resolve(self, order: PurchaseOrder, *, is_new: bool = False) -> References:
        """Every id that the order needs. Raises OutOfSync, MissingConfiguration or what QuickBooks answers.

        Where several things have to be looked up they are in one call, together with the
        number of an order that ``is_new``.
        """
        products = {line.product_key: line for line in reversed(order.lines) if not line.expense_account}
        codes = [line.expense_account for line in order.lines] + [cost.account for cost in order.costs]
        accounts = sorted({code for code in codes if code})
        known = self._links.find_many(
            [
                self._key(SUPPLIERS, order.supplier.id),
                *(self._key(PRODUCTS, key) for key in products),
                *(self._key(ACCOUNTS, code) for code in accounts),
            ]
        )
        defaults = self._default_accounts()
        self._look_ahead(order, products, known, is_new)
        return References(
            vendor_id=self._linked(known, SUPPLIERS, order.supplier.id) or self._vendor(order),
            accounts_payable_id=defaults.accounts_payable,
            purchases_account_id=defaults.purchases,
            item_ids=self._items(products, known, defaults),
            account_ids={code: self._linked(known, ACCOUNTS, code) or self._account(code) for code in accounts},
        )

    def explain(self, order: PurchaseOrder, refs: References, error: OutOfSync) -> OutOfSync:
        """Name what QuickBooks meant by 'something is gone or inactive', and forget it for the next attempt."""
        gone = [
            *self._gone("Vendor", SUPPLIERS, {order.supplier.id: refs.vendor_id}),
            *self._gone("Item", PRODUCTS, refs.item_ids),
            *self._gone("Account", ACCOUNTS, refs.account_ids),
        ]
        defaults = {"accounts payable": refs.accounts_payable_id, "purchases": refs.purchases_account_id}
        if default_gone := self._inactive("Account", defaults):
            self._defaults.remember_accounts(self._connection_key, None)
            gone += default_gone.values()
        if not gone:
            return error
        return OutOfSync("In QuickBooks, " + "; ".join(gone) + ".", code=error.code, intuit_tid=error.intuit_tid)

    def _look_ahead(
        self, order: PurchaseOrder, products: Mapping[str, Line], known: Mapping[LinkKey, EntityLink], is_new: bool
    ) -> None:
        missing = [line for key, line in products.items() if not self._linked(known, PRODUCTS, key)]
        knows_vendor = self._linked(known, SUPPLIERS, order.supplier.id)
        if knows_vendor and not missing:
            return
        self._lists.look_ahead(
            {"Vendor": [] if knows_vendor else _vendor_names(order.supplier), "Item": _item_names(missing)},
            _skus(missing),
            {ENTITY: [order.doc_number]} if is_new else {},
        )

    # links

    @property
    def _connection_key(self) -> ConnectionKey:
        return ConnectionKey(self._connection.tenant_id, self._connection.connection_id)

    def _key(self, kind: str, host_id: str) -> LinkKey:
        return LinkKey(self._connection.tenant_id, self._connection.connection_id, kind, host_id)

    def _linked(self, known: Mapping[LinkKey, EntityLink], kind: str, host_id: str) -> str | None:
        link = known.get(self._key(kind, host_id))
        return link.entity_id if link else None

    def _remember(self, kind: str, host_id: str, entity: str, entity_id: str) -> str:
        self._links.remember(EntityLink(self._key(kind, host_id), entity, entity_id))
        return entity_id

    # vendors

    def _vendor(self, order: PurchaseOrder) -> str:
        supplier = order.supplier
        # A vendor's currency is fixed when it is created (Intuit, Vendor reference).
        currency = order.currency if self._connection.multicurrency else None
        names = _vendor_names(supplier)
        for candidate in names:
            if vendor_id := self._vendor_named(candidate):
                return self._remember(SUPPLIERS, supplier.id, "Vendor", vendor_id)
        for candidate in names:
            try:
                vendor = self._lists.create(
                    "Vendor", _vendor_body(supplier, candidate, currency), self._new_request_id()
                )
            except DuplicateDocument:
                # Another order created it at this moment, or a customer or employee has the name.
                if (vendor_id := self._vendor_named(candidate)) is None:
                    continue
                return self._remember(SUPPLIERS, supplier.id, "Vendor", vendor_id)
            return self._remember(SUPPLIERS, supplier.id, "Vendor", str(vendor["Id"]))
        raise DuplicateDocument(
            f"The vendor '{names[0]}' cannot be created: QuickBooks has a customer or an employee of that name.",
            code="vendor_name_taken",
            hint=f"Create a vendor called '{names[1]}' in QuickBooks, then send it again.",
        )

    def _vendor_named(self, name: str) -> str | None:
        found = [v for v in self._lists.find_by_name("Vendor", [name]) if same_name(str(v["DisplayName"]), name)]
        if not found:
            return None
        _must_be_active(found[0], f"The vendor '{name}'")
        return str(found[0]["Id"])

    # items

    def _items(
        self, products: Mapping[str, Line], known: Mapping[LinkKey, EntityLink], defaults: DefaultAccounts
    ) -> dict[str, str]:
        ids = {key: entity_id for key in products if (entity_id := self._linked(known, PRODUCTS, key))}
        missing = {key: line for key, line in products.items() if key not in ids}
        if not missing:
            return ids
        found = self._find_items(list(missing.values()))
        for key, line in missing.items():
            item = _matching_item(found, line)
            if item is None:
                item = self._create_item(line, defaults)
            _must_be_usable(item, line)
            ids[key] = self._remember(PRODUCTS, key, "Item", str(item["Id"]))
        return ids

    def _find_items(self, lines: Sequence[Line]) -> list[Entity]:
        skus = _skus(lines)
        by_sku = list(self._lists.find_items_by_sku(skus)) if skus else []
        matched = {line.product_key for line in lines if _matching_item(by_sku, line)}
        if len(matched) == len({line.product_key for line in lines}):
            return by_sku
        return [*by_sku, *self._lists.find_by_name("Item", _item_names(lines))]

    def _create_item(self, line: Line, defaults: DefaultAccounts) -> Entity:
        name = _item_name(line)
        names = [name]
        if line.stock_code and line.stock_code != name:
            names.append(with_suffix(name, f" ({clean_name(line.stock_code, 60)})", ITEM_NAME_MAX))
        for candidate in names:
            try:
                return self._lists.create("Item", _item_body(line, candidate, defaults), self._new_request_id())
            except DuplicateDocument:
                # Another order created it at this moment, or another product has the name.
                if item := _matching_item(self._find_items([line]), line):
                    return item
        raise DuplicateDocument(
            f"The item '{name}' cannot be created: QuickBooks has another product of that name.",
            code="item_name_taken",
            hint="Give that item the SKU of this product in QuickBooks, or rename it; then send it again.",
        )

    # accounts

    def _accounts(self) -> Sequence[Entity]:
        if self._chart is None:
            self._chart = self._lists.accounts()
        return self._chart

    def _default_accounts(self) -> DefaultAccounts:
        if self._connection.accounts:
            return self._connection.accounts
        chosen = choose_default_accounts(self._accounts())
        self._defaults.remember_accounts(self._connection_key, chosen)
        return chosen

    def _account(self, code: str) -> str:
        return self._remember(ACCOUNTS, code, "Account", find_account(self._accounts(), code))

    # what is gone

    def _gone(self, entity: str, kind: str, ids: Mapping[str, str]) -> list[str]:
        inactive = self._inactive(entity, ids)
        self._links.forget([self._key(kind, host_id) for host_id in inactive])
        return list(inactive.values())

    def _inactive(self, entity: str, ids: Mapping[str, str]) -> dict[str, str]:
        """Host id → what is wrong with the entity."""
        if not ids:
            return {}
        there = {str(e["Id"]): e for e in self._lists.find_by_id(entity, sorted(set(ids.values())))}
        wrong = {}
        for host_id, entity_id in ids.items():
            found = there.get(entity_id)
            if found is None:
                wrong[host_id] = f"the {entity.lower()} '{host_id}' is gone"
            elif not found.get("Active", True):
                name = found.get("DisplayName") or found.get("FullyQualifiedName") or found.get("Name") or host_id
                wrong[host_id] = f"the {entity.lower()} '{name}' is inactive"
        return wrong


def _vendor_body(supplier: Supplier, name: str, currency: str | None) -> VendorBody:
    body: VendorBody = {"DisplayName": name, "CompanyName": clean_name(supplier.name, 100)}
    if email := usable_email(supplier.email):
        body["PrimaryEmailAddr"] = {"Address": email}
    if currency:
        body["CurrencyRef"] = {"value": currency}
    if address := address_body(supplier.address):
        body["BillAddr"] = address
    return body


def _vendor_names(supplier: Supplier) -> list[str]:
    """What a supplier may be called in QuickBooks, the better name first."""
    name = clean_name(supplier.name, VENDOR_NAME_MAX)
    return [name, with_suffix(name, VENDOR_SUFFIX, VENDOR_NAME_MAX)]


def _skus(lines: Sequence[Line]) -> list[str]:
    return sorted({line.stock_code for line in lines if line.stock_code})


def _item_names(lines: Sequence[Line]) -> list[str]:
    return sorted({_item_name(line) for line in lines})


def _item_name(line: Line) -> str:
    return clean_name(line.name or line.stock_code or line.product_id, ITEM_NAME_MAX)


def _item_body(line: Line, name: str, defaults: DefaultAccounts) -> ItemBody:
    body: ItemBody = {
        "Name": name,
        "Type": "NonInventory",
        "PurchaseCost": line.unit_cost,
        "ExpenseAccountRef": {"value": defaults.purchases},
        "IncomeAccountRef": {"value": defaults.sales},
    }
    if line.stock_code:
        body["Sku"] = line.stock_code
    if line.description:
        body["PurchaseDesc"] = line.description[:1000]
    return body


def _matching_item(items: Sequence[Entity], line: Line) -> Entity | None:
    """By SKU; else by name, if the item of that name is not known to be another product."""
    products = [item for item in items if item.get("Type") in ("Inventory", "NonInventory", "Service")]
    if line.stock_code:
        for item in products:
            if str(item.get("Sku") or "") == line.stock_code:
                return item
    for item in products:
        other_sku = line.stock_code and item.get("Sku") and str(item["Sku"]) != line.stock_code
        if same_name(str(item["Name"]), _item_name(line)) and not other_sku:
            return item
    return None


def _must_be_active(entity: Entity, what: str) -> None:
    if not entity.get("Active", True):
        raise OutOfSync(f"{what} is inactive in QuickBooks.", code="inactive_in_quickbooks")


def _must_be_usable(item: Entity, line: Line) -> None:
    what = f"The item '{item['Name']}'"
    _must_be_active(item, what)
    if not item.get("ExpenseAccountRef"):
        raise MissingConfiguration(
            f"{what} ({line.product_key}) has no expense account in QuickBooks, so it cannot be ordered.",
            code="item_without_expense_account",
            hint="Open it in QuickBooks, tick that you buy it, choose its expense account; then send it again.",
        )
