"""Batches against the simulator: items judged alone, lost answers, more items than a call takes."""

import pytest

from ledgerlink import errors
from ledgerlink.quickbooks.batch import Read, Write
from ledgerlink.quickbooks.check_body import Operation
from ledgerlink.quickbooks.client import BatchSizes, Company, new_session
from ledgerlink.quickbooks.queries import Select


def vendor(name: str) -> Write:
    return Write(Operation.CREATE, "Vendor", {"DisplayName": name}, f"request of {name}")


def named(name: str) -> Read:
    return Read(Select("Vendor").where("DisplayName", "=", name))


@pytest.mark.parametrize("reversed_answers", [False, True])
def test_items_are_judged_alone_in_whatever_order_they_come_back(control, company, reversed_answers):
    control.post("switches", batch_answers_reversed=reversed_answers)
    there = company.create("Vendor", {"DisplayName": "There"}, "r1")
    change = {"Id": there["Id"], "SyncToken": "7", "sparse": True, "CompanyName": "New"}

    made, taken, stale, found, nothing = company.batch(
        [
            vendor("Brand new"),
            vendor("There"),
            Write(Operation.UPDATE, "Vendor", change, "r2"),
            named("There"),
            named("Nobody"),
        ]
    )

    assert made.result()["DisplayName"] == "Brand new"
    assert isinstance(taken.error, errors.DuplicateDocument)
    assert isinstance(stale.error, errors.StaleSyncToken)
    assert [row["Id"] for row in found.found()] == [there["Id"]]
    assert nothing.found() == []
    assert taken.error.intuit_tid == company.last_intuit_tid
    assert control.calls("batch") == 1


def test_more_than_thirty_queries_take_two_calls(control, company):
    outcomes = company.batch([named(f"V{number}") for number in range(31)])

    assert [outcome.error for outcome in outcomes] == [None] * 31
    assert control.calls("batch") == 2


def test_thirty_writes_fit_into_one_call_where_that_is_wanted(control, realm_id, tokens):
    company = Company(new_session(), control.url, realm_id, tokens, batch_sizes=BatchSizes(30, 30))

    outcomes = company.batch([vendor(f"V{number}") for number in range(30)])

    assert len({outcome.result()["Id"] for outcome in outcomes}) == 30
    assert control.calls("batch") == 1


def test_a_lost_answer_leaves_writes_that_may_have_happened_and_the_same_batch_again_makes_none_twice(control, company):
    items = [vendor("A"), vendor("B")]
    control.fail({"timeout": "after"}, path_contains="/batch")

    lost = company.batch(items)
    again = company.batch(items)

    assert [type(outcome.error) for outcome in lost] == [errors.QuickBooksUnavailable] * 2
    assert all(outcome.sent for outcome in lost)
    assert [outcome.result()["DisplayName"] for outcome in again] == ["A", "B"]
    assert company.count(Select("Vendor").where_in("DisplayName", ["A", "B"])) == 2


def test_a_single_item_can_fail_for_a_passing_reason(control, company):
    control.fail({"fault_code": "10000"}, operation="create", entity="Vendor")

    failed, fine = company.batch([vendor("A"), vendor("B")])

    assert isinstance(failed.error, errors.QuickBooksUnavailable)
    assert fine.result()["DisplayName"] == "B"


def test_an_expired_token_is_replaced_and_the_batch_done_once(control, company, tokens):
    control.post("clock", advance_seconds=3660)

    (made,) = company.batch([vendor("A")])

    assert made.result()["DisplayName"] == "A"
    assert tokens.replaced == 1


def test_a_batch_can_delete(company):
    accounts = Select("Account").where("AccountType", "=", "Expense").order_by("Id").page(1, 2)
    debit, credit = (row["Id"] for row in company.query(accounts))
    lines = [
        {
            "DetailType": "JournalEntryLineDetail",
            "Amount": 10,
            "JournalEntryLineDetail": {"PostingType": side, "AccountRef": {"value": account}},
        }
        for side, account in (("Debit", debit), ("Credit", credit))
    ]
    entry = company.create("JournalEntry", {"Line": lines}, "r1")
    delete = Write(Operation.DELETE, "JournalEntry", {"Id": entry["Id"], "SyncToken": entry["SyncToken"]}, "r2")

    (outcome,) = company.batch([delete])

    assert outcome.result()["status"] == "Deleted"
    assert company.count(Select("JournalEntry").where("Id", "=", entry["Id"])) == 0
