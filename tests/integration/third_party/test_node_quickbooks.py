"""npm node-quickbooks works against the simulator without a change."""

import json
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[2]


@pytest.fixture
def story(tell_in_node, control, realm_id):
    refresh_token = control.post("tokens", realm_id=realm_id)["refresh_token"]
    return tell_in_node(control.url, realm_id, refresh_token)


def test_it_connects_creates_queries_updates_batches_reads_changes_and_deletes(story):
    created = story["created"]

    assert created["total"] == 37.5
    assert story["found"] == [created["vendor"]]
    assert story["chosen"] == [created["order"]]
    assert story["counted"] == 1
    assert story["accounts"]
    assert story["updated"] == "1"
    assert story["batch"]["made"] == ["First", "Second"]
    assert story["batch"]["asked"] == 1
    assert story["changes"]["vendors"] == ["First", "O'Brien & Söhne", "Second"]
    assert story["changes"]["orders"] == [created["order"]]
    assert story["changes"]["deleted"] == [story["gone"]]


def test_it_renews_its_token_and_disconnects(story):
    assert story["refreshed"] == "Acme Books"
    assert story["revoked"]


def test_it_sees_the_faults_and_the_memory_of_request_ids_that_quickbooks_has(story):
    assert story["repeated"] == story["created"]["vendor"]
    assert story["twice"] == "6240"
    assert story["stale"] == "5010"
    assert story["batch"]["faults"] == ["6240"]
    assert story["read"] == "610"


@pytest.mark.parametrize("path", sorted(TESTS.rglob("package-lock.json")), ids=lambda path: path.parent.name)
def test_a_lock_file_names_digests_and_no_registry(path):
    packages = {name: package for name, package in json.loads(path.read_text())["packages"].items() if name}

    assert packages
    assert all(package["integrity"] for package in packages.values())
    assert not [name for name, package in packages.items() if "resolved" in package]
