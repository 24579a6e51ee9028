"""The query builder: no value breaks out of its quotes, no window loses a row."""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledgerlink.errors import InvalidRequest
from ledgerlink.quickbooks.queries import Select, literal, named

SEARCHABLE = st.text(st.characters(exclude_categories=("Cc", "Cs")))


def read_literal(text: str) -> tuple[str, str]:
    """Read one quoted literal the way the language does; return its value and what follows it."""
    assert text[0] == "'"
    value, position = [], 1
    while text[position] != "'":
        if text[position] == "\\":
            position += 1
        value.append(text[position])
        position += 1
    return "".join(value), text[position + 1 :]


def test_a_query_is_put_together_in_the_order_that_the_language_wants():
    select = (
        Select("PurchaseOrder")
        .page(1, 500)
        .order_by("MetaData.LastUpdatedTime", descending=True)
        .where("DocNumber", "=", "PO-7")
        .where("TotalAmt", ">", Decimal("1E+2"))
    )

    assert str(select) == (
        "SELECT * FROM PurchaseOrder WHERE DocNumber = 'PO-7' AND TotalAmt > '100'"
        " ORDERBY MetaData.LastUpdatedTime DESC STARTPOSITION 1 MAXRESULTS 500"
    )


def test_the_same_query_counts():
    select = Select("Vendor").where("Active", "=", True).order_by("Id")

    assert select.count() == "SELECT COUNT(*) FROM Vendor WHERE Active = true"


def test_inactive_rows_come_with_bare_booleans():
    assert str(Select("Item").include_inactive()) == "SELECT * FROM Item WHERE Active IN (true, false)"


def test_an_apostrophe_and_a_backslash_stay_inside_the_quotes():
    select = Select("Vendor").where("DisplayName", "=", "Amy's \\ Sanctuary\\")

    assert str(select) == r"SELECT * FROM Vendor WHERE DisplayName = 'Amy\'s \\ Sanctuary\\'"


@settings(deadline=None)
@given(SEARCHABLE)
def test_every_text_reads_back_as_itself_and_nothing_follows_it(text: str):
    value, rest = read_literal(literal(text))

    assert (value, rest) == (text, "")


@settings(deadline=None)
@given(st.lists(SEARCHABLE, min_size=1, max_size=5))
def test_every_list_of_texts_reads_back_as_itself(texts: list[str]):
    rest = str(Select("Item").where_in("Name", texts)).removeprefix("SELECT * FROM Item WHERE Name IN (")

    read = []
    while rest != ")":
        value, rest = read_literal(rest.removeprefix(", "))
        read.append(value)

    assert read == texts


@pytest.mark.parametrize("character", ["\n", "\r", "\t", "\x00", "\x1b", "\x7f", "\x85", "\ud800"])
def test_a_control_character_is_refused(character: str):
    with pytest.raises(InvalidRequest, match="line break"):
        Select("Vendor").where("DisplayName", "=", f"Amy{character}")


@pytest.mark.parametrize("character", ["\n", "\ud800", "\x85"])
def test_a_control_character_is_refused_in_a_look_up_by_name(character: str):
    with pytest.raises(InvalidRequest):
        named("Vendor", "DisplayName", [f"Amÿ{character}"])


@pytest.mark.parametrize("name", ["", "1Vendor", "Vendor WHERE", "Vendor'", "Vendor\n", "Véndor", ".Id", "a-b"])
def test_a_name_that_is_no_plain_name_is_refused(name: str):
    with pytest.raises(ValueError):
        Select(name)
    with pytest.raises(ValueError):
        Select("Vendor").where(name, "=", "1")
    with pytest.raises(ValueError):
        Select("Vendor").order_by(name)


@pytest.mark.parametrize("operator", ["!=", "<>", "IN", "like", "= 'x' OR", ""])
def test_an_operator_that_the_language_does_not_have_is_refused(operator: str):
    with pytest.raises(ValueError):
        Select("Vendor").where("Id", operator, "1")


@pytest.mark.parametrize(("start", "size"), [(0, 10), (-1, 10), (1, 0), (1, 1001)])
def test_a_page_outside_of_the_limits_is_refused(start: int, size: int):
    with pytest.raises(ValueError):
        Select("Vendor").page(start, size)


def test_a_list_without_values_is_refused():
    with pytest.raises(ValueError):
        Select("Vendor").where_in("Id", [])


@pytest.mark.parametrize("value", [0.1, None, b"x", Decimal("NaN"), Decimal("Infinity")])
def test_a_value_without_an_exact_form_is_refused(value):
    with pytest.raises((TypeError, ValueError)):
        literal(value)


def test_a_time_is_written_in_utc_with_its_zone():
    pacific = timezone(timedelta(hours=-7))

    assert literal(datetime(2026, 11, 1, 1, 30, tzinfo=pacific)) == "'2026-11-01T08:30:00Z'"
    assert literal(date(2026, 11, 21)) == "'2026-11-21'"


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError):
        literal(datetime(2026, 11, 21))


MOMENTS = st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC))


@settings(deadline=None)
@given(MOMENTS, st.sampled_from(["<", "<=", ">", ">="]), MOMENTS)
def test_a_window_of_whole_seconds_loses_no_row(bound: datetime, operator: str, changed: datetime):
    statement = str(Select("Bill").where("MetaData.LastUpdatedTime", operator, bound))
    written = datetime.fromisoformat(re.findall(r"'(.*)'", statement)[0])

    compare = {"<": changed < written, "<=": changed <= written, ">": changed > written, ">=": changed >= written}
    wanted = {"<": changed < bound, "<=": changed <= bound, ">": changed > bound, ">=": changed >= bound}

    assert compare[operator] or not wanted[operator]


def test_names_in_ascii_are_looked_up_together():
    queries = named("Vendor", "DisplayName", ["Amy's", "Books", "Amy's"])

    assert [str(query) for query in queries] == [r"SELECT * FROM Vendor WHERE DisplayName IN ('Amy\'s', 'Books')"]


def test_a_name_with_other_characters_becomes_a_pattern():
    queries = named("Vendor", "DisplayName", ["Café – Zürich", "Back\\slash"])

    assert [str(query) for query in queries] == [
        "SELECT * FROM Vendor WHERE DisplayName LIKE 'Caf% % Z%rich'",
        "SELECT * FROM Vendor WHERE DisplayName LIKE 'Back%slash'",
    ]


@settings(deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1), max_size=80))
def test_a_look_up_by_name_covers_every_name_in_queries_of_a_sensible_length(names: list[str]):
    queries = [str(query) for query in named("Item", "Name", names)]

    found = set()
    for query in queries:
        _, _, rest = query.partition("WHERE Name ")
        if rest.startswith("LIKE "):
            pattern, _ = read_literal(rest.removeprefix("LIKE "))
            matcher = re.compile(".*".join(map(re.escape, pattern.split("%"))), re.DOTALL)
            found |= {name for name in names if matcher.fullmatch(name)}
        else:
            rest = rest.removeprefix("IN (")
            while rest != ")":
                value, rest = read_literal(rest.removeprefix(", "))
                found.add(value)
        assert query.isascii()
    assert found == set(names)


def test_many_names_are_spread_over_several_queries():
    queries = named("Item", "Name", [f"Part number {number:04}" for number in range(100)])

    assert len(queries) == 4
    assert all(len(str(query)) < 4000 for query in queries)
