"""PyPI python-quickbooks works against the simulator without a change."""

import pytest


@pytest.fixture
def story(tell_in_python, control, realm_id):
    return tell_in_python(control.url, realm_id)


def test_it_connects_creates_queries_updates_batches_reads_changes_and_deletes(story, control):
    created, gone = story["created"], story["gone"]

    assert (created["total"], created["invoice"]) == (37.5, 30)
    assert story["found"] == [created["vendor"]]
    assert story["chosen"] == [created["order"]]
    assert story["counted"] == 1
    assert story["accounts"]
    assert story["updated"] == "1"
    assert story["batch"]["made"] == story["changes"]["vendors"][::2] == ["First", "Second"]
    assert story["batch_updated"] == ["Batched", "Batched"]
    assert story["batch_orders"] == [32, 32]
    assert story["changes"]["orders"] == 1 + 32 - len(gone)
    assert story["changes"]["deleted"] == gone
    assert story["changes"]["invoices"] == 1
    assert control.calls("batch") == 5


def test_it_sees_the_faults_and_the_memory_of_request_ids_that_quickbooks_has(story):
    assert story["repeated"] == story["created"]["vendor"]
    assert story["twice"] == 6240
    assert story["stale"] == 5010
    assert story["batch"]["faults"] == ["6240"]
    assert story["deleted"] == 610
