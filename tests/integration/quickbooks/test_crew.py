"""Several calls at the same time against the simulator: long lists, many writes, one refresh for all."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from ledgerlink import errors
from ledgerlink.quickbooks.batch import Write
from ledgerlink.quickbooks.bulk import write_all
from ledgerlink.quickbooks.check_body import Operation
from ledgerlink.quickbooks.client import BatchSizes, Company, new_session
from ledgerlink.quickbooks.crew import Crew, SharedTokens
from ledgerlink.quickbooks.pages import read_rows
from ledgerlink.quickbooks.queries import Select


def crew_of(control, realm_id, tokens, size=4) -> Crew:
    shared = SharedTokens(tokens)
    return Crew(
        [Company(new_session(), control.url, realm_id, shared, batch_sizes=BatchSizes(writes=30)) for _ in range(size)]
    )


@pytest.fixture
def crew(control, realm_id, tokens) -> Iterator[Crew]:
    with crew_of(control, realm_id, tokens) as crew:
        yield crew


def vendors(count: int) -> list[Write]:
    return [Write(Operation.CREATE, "Vendor", {"DisplayName": f"V{n}"}, f"request {n}") for n in range(count)]


@pytest.mark.parametrize(("invoices", "calls"), [(0, 1), (999, 1), (1000, 3), (1001, 2), (2500, 3)])
def test_a_long_list_is_read_whole_in_as_few_calls_as_its_pages_need(control, tokens, invoices, calls):
    realm_id = control.new_company(name="Busy", plan="Plus", counts={"invoices": invoices})
    token = control.post("tokens", realm_id=realm_id)["access_token"]
    tokens.tokens = replace(tokens.tokens, access_token=token)

    with crew_of(control, realm_id, tokens) as crew:
        ids = [int(row["Id"]) for row in read_rows(crew, Select("Invoice"))]
        asked = crew.calls

    assert len(ids) == invoices
    assert ids == sorted(set(ids))
    assert asked == calls


def test_a_list_without_a_total_is_counted_first(control, crew):
    write_all(crew, vendors(1200))
    before = crew.calls

    names = {row["DisplayName"] for row in read_rows(crew, Select("Vendor").where("DisplayName", "LIKE", "V%"))}

    assert names >= {f"V{n}" for n in range(1200)}
    assert crew.calls - before == 3


def test_many_writes_take_a_call_for_thirty_and_the_same_again_make_none_twice(control, company, crew):
    first = write_all(crew, vendors(100))
    again = write_all(crew, vendors(100))

    assert [outcome.result()["DisplayName"] for outcome in first] == [f"V{n}" for n in range(100)]
    assert [outcome.result()["Id"] for outcome in again] == [outcome.result()["Id"] for outcome in first]
    assert control.calls("batch") == 8
    assert company.count(Select("Vendor").where("DisplayName", "LIKE", "V%")) >= 100


def test_an_item_that_is_refused_stops_no_other(crew):
    items = [*vendors(31), vendors(1)[0]]
    items[-1] = Write(Operation.CREATE, "Vendor", {"DisplayName": "V0"}, "another request")

    outcomes = write_all(crew, items, size=1)

    assert isinstance(outcomes[-1].error, errors.DuplicateDocument)
    assert all(outcome.error is None for outcome in outcomes[:-1])


def test_after_a_429_what_has_not_begun_stays_unsent(control, realm_id, tokens):
    control.fail({"status": 429, "retry_after": 60}, path_contains="/batch")

    with crew_of(control, realm_id, tokens, size=1) as crew:
        outcomes = write_all(crew, vendors(90))

    assert {type(outcome.error) for outcome in outcomes} == {errors.RateLimited}
    assert not any(outcome.sent for outcome in outcomes)
    assert control.calls("batch") == 1


def test_an_expired_token_is_replaced_once_for_all(control, crew, tokens):
    control.post("clock", advance_seconds=3660)

    outcomes = write_all(crew, vendors(120))

    assert all(outcome.error is None for outcome in outcomes)
    assert tokens.replaced == 1
