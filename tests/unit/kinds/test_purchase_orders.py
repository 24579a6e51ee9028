"""What a host may send as a purchase order, and what is refused by name."""

import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgerlink.domain.contents.purchase_orders import PurchaseOrder
from ledgerlink.domain.documents import content_hash, load_content, parse_content, serialise
from ledgerlink.errors import InvalidRequest
from tests.unit.kinds.samples import ORDERS as KIND
from tests.unit.kinds.samples import line_json, order
from tests.unit.kinds.samples import purchase_json as order_json


def refused(content: Any) -> Sequence[Mapping[str, str]]:
    """The fields that are named when the content is refused."""
    with pytest.raises(InvalidRequest) as refusal:
        parse_content(KIND, json.loads(json.dumps(content, default=str), parse_float=Decimal))
    return refusal.value.fields


def refused_number(text: str, field: str = "quantity") -> Sequence[Mapping[str, str]]:
    """As ``refused``, for a line with a number exactly as it stands in the JSON."""
    raw = json.dumps(order_json(lines=[line_json(**{field: "@"})])).replace('"@"', text)
    with pytest.raises(InvalidRequest) as refusal:
        parse_content(KIND, json.loads(raw, parse_float=Decimal))
    return refusal.value.fields


NO_QUANTITIES = """
-1
0
0.000001
"2"
"1,5"
true
false
null
[]
{}
1e400
1e-400
9999999999999999
NaN
Infinity
-Infinity
0e5000
1e999999
"NaN"
"""


@pytest.mark.parametrize("text", [*NO_QUANTITIES.split("\n")[1:-1], "9" * 40, "1." + "1" * 40])
def test_a_quantity_that_is_no_positive_number_is_refused_by_its_path(text: str) -> None:
    fields = refused_number(text)

    assert [field["field"] for field in fields] == ["lines[0].quantity"]


NO_AMOUNTS = """
-0.01
"-1"
"1,50"
"12.50 EUR"
""
"1e2"
"NaN"
"Infinity"
true
null
1e30
1e-30
9999999999999999
0.00000001
NaN
-Infinity
"9999999999999999"
" 1"
"0x10"
"""


@pytest.mark.parametrize("text", [*NO_AMOUNTS.split("\n")[1:-1], "9" * 40, "1." + "1" * 40])
def test_a_unit_cost_that_is_no_amount_is_refused_by_its_path(text: str) -> None:
    fields = refused_number(text, "unit_cost")

    assert [field["field"] for field in fields] == ["lines[0].unit_cost"]


@pytest.mark.parametrize(
    ("text", "value"), [('"12.50"', "12.5"), ("12.50", "12.5"), ("0", "0"), ('"0.0000001"', "1e-7")]
)
def test_money_comes_as_text_or_as_a_number(text: str, value: str) -> None:
    raw = json.dumps(order_json(lines=[line_json(unit_cost="@")])).replace('"@"', text)

    parsed = parse_content(KIND, json.loads(raw, parse_float=Decimal))

    assert isinstance(parsed, PurchaseOrder)
    assert parsed.lines[0].unit_cost == Decimal(value)


def test_an_amount_that_is_not_quantity_times_unit_cost_is_refused_and_both_are_named() -> None:
    fields = refused(order_json(lines=[line_json(quantity=3, unit_cost="0.335", amount="1.00")]))

    assert fields == [{"field": "lines[0]", "problem": "amount 1 is not quantity × unit_cost, which is 1.01"}]


def test_a_line_whose_total_no_amount_can_hold_is_refused() -> None:
    fields = refused(order_json(lines=[line_json(quantity=999_999_999_999_999, unit_cost=99_999_999_999)]))

    assert fields == [{"field": "lines[0]", "problem": "quantity × unit_cost is more than an amount can hold"}]


def test_an_amount_that_is_rounded_half_up_is_taken() -> None:
    parsed = order(lines=[line_json(quantity=3, unit_cost="0.335", amount="1.01")])

    assert parsed.lines[0].total == Decimal("1.01")


@pytest.mark.parametrize(
    ("content", "path"),
    [
        (order_json(colour="red"), "colour"),
        (order_json(lines=[line_json(), line_json(id="l2", colour="red")]), "lines[1].colour"),
        (order_json(supplier={"id": "s", "name": "n", "vat": "1"}), "supplier.vat"),
        (order_json(supplier={"id": "s", "name": "n", "address": {"lat": "1"}}), "supplier.address.lat"),
        (order_json(costs=[{"name": "Freight", "amount": 1, "tax": 2}]), "costs[0].tax"),
    ],
)
def test_an_unknown_field_is_named_by_its_path(content: Any, path: str) -> None:
    fields = refused(content)

    assert fields == [{"field": path, "problem": "Extra inputs are not permitted"}]


def test_several_wrong_fields_are_all_named_without_repeating_their_values() -> None:
    content = order_json(number="x" * 30, memo=7, lines=[line_json(quantity="secret"), line_json(id="l2", name=8)])

    with pytest.raises(InvalidRequest) as refusal:
        parse_content(KIND, content)

    assert [field["field"] for field in refusal.value.fields] == [
        "number",
        "memo",
        "lines[0].quantity",
        "lines[1].name",
    ]
    assert "secret" not in str(refusal.value.to_dict())


@pytest.mark.parametrize(
    ("content", "path"),
    [
        (order_json(supplier={"id": "s", "name": "N" * 600}), "supplier.name"),
        (order_json(lines=[line_json(name="N" * 600)]), "lines[0].name"),
        (order_json(lines=[line_json(description="N" * 4001)]), "lines[0].description"),
        (order_json(number="1" * 22), "number"),
        (order_json(number="  "), "number"),
        (order_json(supplier={"id": "", "name": "n"}), "supplier.id"),
        (order_json(currency="usd"), "currency"),
        (order_json(exchange_rate=0), "exchange_rate"),
        (order_json(order_date="21.11.2026"), "order_date"),
        (order_json(lines={}), "lines"),
        (order_json(lines=[7]), "lines[0]"),
        (order_json(lines=[line_json()] * 10_000), "lines"),
        (order_json(supplier=None), "supplier"),
        (order_json(number=7), "number"),
        (order_json(memo="a\x00b"), "memo"),
        (order_json(memo="a\x1bb"), "memo"),
        (order_json(memo="\ud800"), "memo"),
        (order_json(supplier={"id": "s", "name": "Bell\x07"}), "supplier.name"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_quickbooks_would_refuse_is_refused_here_by_its_path(content: Any, path: str) -> None:
    with pytest.raises(InvalidRequest) as refusal:
        parse_content(KIND, content)

    assert refusal.value.fields[0]["field"] == path


@pytest.mark.parametrize("content", [[], "text", 7, None, True, [order_json()]])
def test_content_that_is_no_object_is_refused(content: Any) -> None:
    with pytest.raises(InvalidRequest) as refusal:
        parse_content(KIND, content)

    assert refusal.value.message == "The body: must be a JSON object."


@pytest.mark.parametrize("text", ["Ümlaut & Söhne", "🚚 Fast", 'The "Best" Co', "O'Hara", "A: B"])
def test_emoji_quotes_and_colons_are_taken_as_they_are(text: str) -> None:
    parsed = order(supplier={"id": text, "name": text}, memo=text, lines=[line_json(name=text, sku=text)])

    assert (parsed.supplier.name, parsed.memo, parsed.lines[0].name) == (text, text, text)


def with_text(path: str, text: str) -> Any:
    """An order with this text in one place."""
    content: Any = order_json(ship_to={})
    *way, field = re.findall(r"\w+", path)
    place = content
    for step in way:
        place = place[int(step) if step.isdigit() else step]
    place[field] = text
    return content


LOOKED_UP = ["number", "supplier.id", "supplier.name", "class", "terms", "costs[0].account"] + [
    f"lines[0].{name}"
    for name in ("id", "product_id", "sku", "part_number", "name", "expense_account", "class", "tax_code")
]
FREE = ["memo", "reference", "lines[0].description", "costs[0].name", "supplier.address.line1", "ship_to.line2"]


@pytest.mark.parametrize("text", ["A\tB", "A\nB", "A\rB", "A\r\nB"])
@pytest.mark.parametrize("path", LOOKED_UP)
def test_what_is_looked_up_in_quickbooks_is_a_single_line(path: str, text: str) -> None:
    fields = refused(with_text(path, text))

    assert fields == [{"field": path, "problem": "must be a single line without tabs"}]


@pytest.mark.parametrize("path", FREE)
def test_texts_for_people_may_have_line_breaks(path: str) -> None:
    parsed = parse_content(KIND, with_text(path, "two\nlines\tand a tab"))

    assert "two\\nlines\\tand a tab" in serialise(parsed)


def test_blanks_around_a_single_line_do_not_matter() -> None:
    assert order(number=" 12\n").number == "12"


def test_an_order_that_was_stored_before_single_lines_were_asked_for_is_still_read() -> None:
    stored = serialise(order(supplier={"id": "s", "name": "Amy's"})).replace("Amy's", "Amy's\\nShop")

    loaded = load_content(KIND, stored)

    assert isinstance(loaded, PurchaseOrder)
    assert loaded.supplier.name == "Amy's\nShop"


@pytest.mark.parametrize("costs", [[], [{"name": "Discount", "amount": "-5"}], [{"name": "Nothing", "amount": 0}]])
def test_an_order_without_lines_and_positive_costs_has_nothing_to_send(costs: Any) -> None:
    fields = refused(order_json(lines=[], costs=costs))

    assert "nothing to send" in fields[0]["problem"]


def test_an_order_of_costs_alone_is_taken() -> None:
    parsed = order(lines=[], costs=[{"name": "Rent", "amount": 5}, {"name": "Discount", "amount": "-1.50"}])

    assert [cost.amount for cost in parsed.costs] == [Decimal(5), Decimal("-1.5")]


def test_a_line_without_product_and_expense_account_is_refused() -> None:
    fields = refused(order_json(lines=[line_json(sku=None, name=None)]))

    assert fields[0]["field"] == "lines[0]"
    assert "needs a product_id" in fields[0]["problem"]


@pytest.mark.parametrize("product_id", ["sku:BOLT-8", "name:Bolt"])
def test_a_product_id_is_not_one_of_those_that_stand_for_a_sku_or_a_name(product_id: str) -> None:
    fields = refused(order_json(lines=[line_json(product_id=product_id)]))

    assert [field["field"] for field in fields] == ["lines[0].product_id"]


def test_a_line_in_the_documents_currency_is_taken_and_one_in_another_is_refused() -> None:
    taken = order(currency="EUR", lines=[line_json(currency="EUR"), line_json(id="l2")])

    fields = refused(order_json(currency="EUR", lines=[line_json(currency="USD")]))

    assert taken.lines[0].currency == "EUR"
    assert "another currency" in fields[0]["problem"]


@pytest.mark.parametrize("amount", ["10000000000", "-10000000000"])
def test_a_cost_that_no_line_can_hold_is_refused(amount: str) -> None:
    fields = refused(order_json(costs=[{"name": "Freight", "amount": amount}]))

    assert [field["field"] for field in fields] == ["costs[0].amount"]


def test_two_lines_with_one_id_are_refused() -> None:
    fields = refused(order_json(lines=[line_json(), line_json()]))

    assert "same id" in fields[0]["problem"]


def test_at_most_twenty_problems_are_listed() -> None:
    fields = refused(order_json(lines=[line_json(id=f"l{n}", quantity=-1) for n in range(50)]))

    assert len(fields) == 20


def test_a_thousand_lines_are_taken() -> None:
    parsed = order(lines=[line_json(id=f"l{n}") for n in range(1000)])

    assert len(parsed.lines) == 1000


def test_lists_show_number_and_supplier() -> None:
    named = order(number="12", supplier={"id": "s", "name": "Amy's"})

    assert named.tags == {"number": "12", "supplier": "Amy's"}


TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=20).filter(str.strip)
MONEY = st.decimals(min_value=0, max_value=10**6, places=2, allow_nan=False)
LINES = st.fixed_dictionaries(
    {"name": TEXT, "quantity": st.integers(1, 9999), "unit_cost": MONEY},
    optional={"sku": TEXT, "description": TEXT, "expense_account": TEXT},
)
COSTS = st.fixed_dictionaries({"name": TEXT, "amount": st.decimals(-(10**6), 10**6, places=2, allow_nan=False)})
ORDERS = st.fixed_dictionaries(
    {"number": st.from_regex(r"[A-Z0-9]{1,10}", fullmatch=True), "lines": st.lists(LINES, min_size=1, max_size=3)},
    optional={
        "memo": TEXT,
        "costs": st.lists(COSTS, max_size=2),
        "currency": st.sampled_from(["USD", "EUR"]),
        "exchange_rate": st.decimals("0.01", 100, places=4, allow_nan=False),
        "order_date": st.dates().map(str),
        "ship_to": st.fixed_dictionaries({}, optional={"line1": TEXT, "city": TEXT}),
    },
).map(lambda order: {**order, "supplier": {"id": "s-1", "name": "Amy's"}})


@given(ORDERS)
def test_what_is_stored_is_read_back_as_it_was(content: dict[str, Any]) -> None:
    parsed = parse_content(KIND, content)

    assert load_content(KIND, serialise(parsed)) == parsed


@given(ORDERS, st.randoms(use_true_random=False))
def test_the_same_content_has_the_same_hash_however_it_is_written(content: dict[str, Any], random: Any) -> None:
    rewritten = rewrite(content, random)

    one, other = (content_hash(serialise(parse_content(KIND, text))) for text in (content, rewritten))

    assert one == other


def rewrite(value: Any, random: Any) -> Any:
    """Keys in another order, money as text or with more zeros."""
    if isinstance(value, dict):
        keys = list(value)
        random.shuffle(keys)
        return {key: rewrite(value[key], random) for key in keys}
    if isinstance(value, list):
        return [rewrite(part, random) for part in value]
    if isinstance(value, Decimal):
        return random.choice([value, str(value), value.quantize(Decimal("0.000001"))])
    return value


@given(ORDERS)
def test_other_content_has_another_hash(content: dict[str, Any]) -> None:
    changed = content | {"number": content["number"] + "X"}

    one, other = (content_hash(serialise(parse_content(KIND, text))) for text in (content, changed))

    assert one != other


@pytest.mark.parametrize(("one", "other"), [("-0.00", "0"), ("12.50", "12.5"), (Decimal("1E+2"), 100)])
def test_equal_amounts_are_the_same_content(one: Any, other: Any) -> None:
    orders = [order(costs=[{"name": "Freight", "amount": amount}]) for amount in (one, other)]

    assert serialise(orders[0]) == serialise(orders[1])
