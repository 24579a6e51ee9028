"""What the builder writes, the simulator's parser reads back: the same words, the same values."""

from datetime import UTC, date, datetime
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from ledgerlink.quickbooks.queries import LARGEST_PAGE, Select, named
from local.quickbooks.query import parse

TEXTS = st.text(st.characters(exclude_categories=("Cc", "Cs")))
NAMES = st.from_regex(r"[A-Z][A-Za-z0-9]{0,10}", fullmatch=True).map(lambda name: f"X{name}")
MOMENTS = st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC)).map(
    lambda moment: moment.replace(microsecond=0)
)
VALUES = st.one_of(
    TEXTS,
    st.booleans(),
    st.integers(),
    st.decimals(min_value=Decimal("-1E+12"), max_value=Decimal("1E+12"), allow_nan=False),
    st.dates(min_value=date(1900, 1, 1)),
    MOMENTS,
)
OPERATORS = st.sampled_from(["=", "<", ">", "<=", ">=", "LIKE"])


def as_read(value) -> tuple[str, bool]:
    """The text that the parser must find, and whether it stood in quotes."""
    if isinstance(value, bool):
        return str(value).lower(), False
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ"), True
    if isinstance(value, Decimal):
        return format(value, "f"), True
    return str(value), True


@settings(deadline=None, max_examples=60)
@given(NAMES, st.lists(st.tuples(NAMES, OPERATORS, VALUES), max_size=4), st.none() | st.tuples(NAMES, st.booleans()))
def test_every_query_reads_back_as_it_was_built(entity, conditions, order):
    select = Select(entity)
    for prop, operator, value in conditions:
        select = select.where(prop, operator, value)
    if order:
        select = select.order_by(order[0], descending=order[1])

    query = parse(str(select.page(7, 30)))

    assert (query.entity, query.count, query.start_position, query.max_results) == (entity, False, 7, 30)
    assert [(read.property, read.operator) for read in query.where] == [
        (prop, operator.lower()) for prop, operator, _ in conditions
    ]
    assert [(read.values[0].text, read.values[0].quoted) for read in query.where] == [
        as_read(value) for _, _, value in conditions
    ]
    assert [(read.property, read.descending) for read in query.order] == ([order] if order else [])


@settings(deadline=None, max_examples=60)
@given(st.lists(VALUES, min_size=1, max_size=5))
def test_every_list_reads_back_as_it_was_built(values):
    query = parse(Select("Item").where_in("Name", values).include_inactive().count())

    names, active = query.where
    assert query.count
    assert [(read.text, read.quoted) for read in names.values] == [as_read(value) for value in values]
    assert [read.text for read in active.values] == ["true", "false"]


@settings(deadline=None, max_examples=60)
@given(st.lists(TEXTS.filter(bool), max_size=40))
def test_a_look_up_by_name_is_readable_even_for_a_parser_of_ascii_alone(names):
    for select in named("Vendor", "DisplayName", names):
        parse(str(select.order_by("Id").page(1, LARGEST_PAGE)), ascii_only=True)
