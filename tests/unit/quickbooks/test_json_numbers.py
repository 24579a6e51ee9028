"""Money goes to QuickBooks and comes back digit by digit."""

import json
import re
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledgerlink.quickbooks.json_numbers import dumps, loads

MONEY = st.decimals(min_value=Decimal("-1E+15"), max_value=Decimal("1E+15"), allow_nan=False)
BODIES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | MONEY | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=30,
)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("0.1", "0.1"),
        ("337.50", "337.50"),
        ("1E+2", "100"),
        ("1E-7", "0.0000001"),
        ("-0", "0"),
        ("123456789012345.67", "123456789012345.67"),
    ],
)
def test_a_decimal_is_written_with_its_own_digits(number, text):
    assert dumps({"Amount": Decimal(number)}) == f'{{"Amount":{text}}}'.encode()


@settings(deadline=None)
@given(MONEY)
def test_a_decimal_comes_back_exactly_and_never_with_an_exponent(number):
    written = dumps(number)

    assert re.fullmatch(rb"-?[0-9]+(\.[0-9]+)?", written)
    assert loads(written) == number


@settings(deadline=None, max_examples=40)
@given(BODIES)
def test_a_body_is_json_that_reads_back_as_itself(body):
    written = dumps(body)

    assert written.isascii()
    assert loads(written) == body
    json.loads(written)


@pytest.mark.parametrize("value", [0.1, {"Amount": 1.5}, b"x", {1: "x"}, object()])
def test_what_has_no_exact_form_is_refused(value):
    with pytest.raises(TypeError):
        dumps(value)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1E+1000000", "1E-1000000", "1" * 100])
def test_a_number_of_no_sensible_size_is_refused(number):
    with pytest.raises(ValueError):
        dumps([Decimal(number)])


@pytest.mark.parametrize("text", ["", "{", "NaN", "1e999999999999999999999", "[" * 100_000, b"\xff\xff\xff"])
def test_what_is_no_json_is_refused_with_one_kind_of_error(text):
    with pytest.raises(ValueError):
        loads(text)
