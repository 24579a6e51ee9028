"""The parser against literals nobody would think of."""

from hypothesis import given
from hypothesis import strategies as st

from local.quickbooks.faults import Fault
from local.quickbooks.query import Literal, parse

awkward = st.text(
    alphabet=st.one_of(st.sampled_from("'\\%_ \"()=<>,*\n\té’–日😀"), st.characters(exclude_categories=["Cs"])),
    max_size=40,
)


def quoted(text):
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


@given(awkward)
def test_any_escaped_literal_comes_out_as_it_went_in(text):
    query = parse(f"SELECT * FROM Vendor WHERE DisplayName = {quoted(text)} AND Active = true MAXRESULTS 7")

    assert query.where[0].values == (Literal(text, quoted=True),)
    assert query.where[1].values == (Literal("true", quoted=False),)
    assert query.max_results == 7


@given(st.lists(awkward, min_size=1, max_size=5))
def test_so_do_lists_of_literals(texts):
    query = parse(f"select * from Vendor where DisplayName in ({', '.join(map(quoted, texts))})")

    assert [value.text for value in query.where[0].values] == texts


@given(awkward.map(lambda text: f"SELECT * FROM Vendor WHERE {text}") | awkward)
def test_whatever_comes_is_read_or_refused_with_a_query_fault(text):
    try:
        parse(text)
    except Fault as fault:
        assert fault.code in {"4000", "4001"}


@given(
    st.sampled_from(["SELECT", "select", "SeLeCt"]),
    st.sampled_from([" ", "\n", "\t  "]),
    st.integers(1, 10**9),
    st.integers(1, 1000),
    st.booleans(),
)
def test_keywords_have_any_case_and_paging_any_order(select, space, start, limit, limit_first):
    paging = [f"STARTPOSITION{space}{start}", f"MAXRESULTS{space}{limit}"]
    if limit_first:
        paging.reverse()

    query = parse(f"{select}{space}*{space}from{space}Vendor{space}{space.join(paging)}")

    assert (query.entity, query.start_position, query.max_results) == ("Vendor", start, limit)
