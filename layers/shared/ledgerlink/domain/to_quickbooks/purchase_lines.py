"""Lines of what is bought: items, expenses, costs."""

from collections.abc import Iterator
from decimal import Decimal

from ledgerlink.domain.bodies.purchases import AccountExpenseDetail, ItemExpenseDetail, PurchaseLine
from ledgerlink.domain.connections import Connection
from ledgerlink.domain.contents.purchases import Cost, Line, Purchase
from ledgerlink.domain.references import Product, References
from ledgerlink.domain.roles import Role
from ledgerlink.domain.to_quickbooks.parts import ref
from ledgerlink.domain.to_quickbooks.tax_codes import check_codes
from ledgerlink.domain.to_quickbooks.transactions import line_key

type Detail = ItemExpenseDetail | AccountExpenseDetail


def keyed(purchase: Purchase) -> Iterator[tuple[str, Line | Cost]]:
    """Each line and cost with a key that stays the same when the document is sent again."""
    for position, line in enumerate(purchase.lines):
        yield line_key(line.id, position), line
    for position, cost in enumerate(purchase.costs):
        yield cost_key(cost, position), cost


def cost_key(cost: Cost, position: int) -> str:
    """Costs have no ids, so that their position and name tell them apart."""
    return f"cost {position} {cost.name}"[:100]


def products_of(purchase: Purchase) -> dict[str, Product]:
    """The products that the lines buy, by key; the first line of a product says what it is."""
    return {
        line.product_key: Product(
            key=line.product_key,
            sku=line.stock_code,
            name=line.name,
            purchase_description=line.description,
            unit_cost=line.unit_cost,
            bought=True,
        )
        for line in reversed(purchase.lines)
        if not line.expense_account
    }


def accounts_of(purchase: Purchase) -> frozenset[str]:
    """The account codes that lines and costs name."""
    codes = {line.expense_account for line in purchase.lines} | {cost.account for cost in purchase.costs}
    return frozenset(codes) - {""}


def classes_of(purchase: Purchase) -> frozenset[str]:
    """The classes that lines and costs name."""
    return frozenset(part.class_name for _, part in keyed(purchase)) - {""}


def tax_codes_of(purchase: Purchase) -> frozenset[str]:
    """The tax codes that lines and costs name."""
    return frozenset(part.tax_code for _, part in keyed(purchase)) - {""}


def check_tax_codes(purchase: Purchase, connection: Connection) -> None:
    """Raise DocumentRejected naming the lines and costs whose tax code QuickBooks would refuse."""
    codes = {f"lines[{position}].tax_code": line.tax_code for position, line in enumerate(purchase.lines)}
    codes |= {f"costs[{position}].tax_code": cost.tax_code for position, cost in enumerate(purchase.costs)}
    check_codes(codes, connection)


def purchase_line(part: Line | Cost, refs: References, class_name: str = "") -> PurchaseLine:
    """An item line without an expense account, a category line with one; ``class_name`` if it has no class itself."""
    if isinstance(part, Cost):
        account = refs.accounts[part.account] if part.account else refs.roles[Role.FEES]
        return _account_line(part, part.amount, part.name, account, refs, class_name)
    if part.expense_account:
        account = refs.accounts[part.expense_account]
        # Without an item nothing else on the line tells the part.
        what = part.description or part.name or part.stock_code or part.product_id
        return _account_line(part, part.total, what, account, refs, class_name)
    detail: ItemExpenseDetail = {
        "ItemRef": ref(refs.items[part.product_key]),
        "Qty": part.quantity,
        "UnitPrice": part.unit_cost,
    }
    _add_tracking(detail, part, refs, class_name)
    return {
        "DetailType": "ItemBasedExpenseLineDetail",
        "Amount": part.total,
        "Description": part.description or part.name,
        "ItemBasedExpenseLineDetail": detail,
    }


def _account_line(
    part: Line | Cost, amount: Decimal, description: str, account_id: str, refs: References, class_name: str
) -> PurchaseLine:
    detail: AccountExpenseDetail = {"AccountRef": ref(account_id)}
    _add_tracking(detail, part, refs, class_name)
    return {
        "DetailType": "AccountBasedExpenseLineDetail",
        "Amount": amount,
        "Description": description,
        "AccountBasedExpenseLineDetail": detail,
    }


def _add_tracking(detail: Detail, part: Line | Cost, refs: References, class_name: str) -> None:
    if name := part.class_name or class_name:
        detail["ClassRef"] = ref(refs.classes[name])
    if part.tax_code:
        detail["TaxCodeRef"] = ref(refs.tax_codes[part.tax_code])
    if isinstance(part, Line) and part.customer:
        detail["CustomerRef"] = ref(refs.customers[part.customer.id])
