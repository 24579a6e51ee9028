"""Lines of what is bought: items, expenses, costs."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Literal

from ledgerlink.domain.bodies.purchases import AccountExpenseDetail, ItemExpenseDetail, PurchaseLine
from ledgerlink.domain.contents.purchase_orders import Cost, Line
from ledgerlink.domain.references import Product, References
from ledgerlink.domain.roles import Role
from ledgerlink.domain.to_quickbooks.parts import ref
from ledgerlink.domain.to_quickbooks.transactions import line_key

type Detail = ItemExpenseDetail | AccountExpenseDetail


def keyed(lines: Sequence[Line], costs: Sequence[Cost]) -> Iterator[tuple[str, Line | Cost]]:
    """Each line and cost with a key that stays the same when the document is sent again."""
    for position, line in enumerate(lines):
        yield line_key(line.id, position), line
    for position, cost in enumerate(costs):
        yield f"cost {position} {cost.name}"[:100], cost


def products_of(lines: Sequence[Line]) -> dict[str, Product]:
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
        for line in reversed(lines)
        if not line.expense_account
    }


def accounts_of(lines: Sequence[Line], costs: Sequence[Cost]) -> frozenset[str]:
    """The account codes that lines and costs name."""
    return frozenset({line.expense_account for line in lines} | {cost.account for cost in costs}) - {""}


def classes_of(lines: Sequence[Line], costs: Sequence[Cost]) -> frozenset[str]:
    """The classes that lines and costs name."""
    return frozenset({line.class_name for line in lines} | {cost.class_name for cost in costs}) - {""}


def tax_codes_of(lines: Sequence[Line], costs: Sequence[Cost]) -> frozenset[str]:
    """The tax codes that lines and costs name."""
    return frozenset({line.tax_code for line in lines} | {cost.tax_code for cost in costs}) - {""}


def purchase_line(part: Line | Cost, refs: References) -> PurchaseLine:
    """An item line without an expense account, a category line with one."""
    if isinstance(part, Cost):
        account = refs.accounts[part.account] if part.account else refs.roles[Role.FEES]
        return _account_line(part, part.amount, part.name, account, refs)
    if part.expense_account:
        account = refs.accounts[part.expense_account]
        return _account_line(part, part.total, part.description or part.name, account, refs)
    detail: ItemExpenseDetail = {
        "ItemRef": ref(refs.items[part.product_key]),
        "Qty": part.quantity,
        "UnitPrice": part.unit_cost,
    }
    _add_tracking(detail, part, refs)
    return {
        "DetailType": "ItemBasedExpenseLineDetail",
        "Amount": part.total,
        "Description": part.description or part.name,
        "ItemBasedExpenseLineDetail": detail,
    }


def _account_line(
    part: Line | Cost, amount: Decimal, description: str, account_id: str, refs: References
) -> PurchaseLine:
    kind: Literal["AccountBasedExpenseLineDetail"] = "AccountBasedExpenseLineDetail"
    detail: AccountExpenseDetail = {"AccountRef": ref(account_id)}
    _add_tracking(detail, part, refs)
    return {"DetailType": kind, "Amount": amount, "Description": description, "AccountBasedExpenseLineDetail": detail}


def _add_tracking(detail: Detail, part: Line | Cost, refs: References) -> None:
    if part.class_name:
        detail["ClassRef"] = ref(refs.classes[part.class_name])
    if part.tax_code:
        detail["TaxCodeRef"] = ref(refs.tax_codes[part.tax_code])
    if isinstance(part, Line) and part.customer:
        detail["CustomerRef"] = ref(refs.customers[part.customer.id])
