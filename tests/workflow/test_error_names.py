"""A misspelt error name in a state machine never retries, and nobody notices."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from ledgerlink import errors
from tests.workflow.harness import DEFINITIONS

every_machine = pytest.mark.parametrize("path", DEFINITIONS, ids=lambda path: path.name)


def handlers_of_errors(node: Any, kind: str) -> Iterator[Mapping[str, Any]]:
    """The entries of every Retry or Catch, however deep."""
    if isinstance(node, dict):
        yield from node.get(kind, ())
        for child in node.values():
            yield from handlers_of_errors(child, kind)
    elif isinstance(node, list):
        for child in node:
            yield from handlers_of_errors(child, kind)


def names_in(path: Path, *kinds: str) -> list[list[str]]:
    definition = yaml.safe_load(path.read_text())
    return [entry["ErrorEquals"] for kind in kinds for entry in handlers_of_errors(definition, kind)]


def scopes(node: Any) -> Iterator[Mapping[str, Any]]:
    """The maps of states in which a ``Next`` looks: the machine's own, those of a Map, those of a Parallel."""
    if isinstance(node, dict):
        if isinstance(node.get("States"), dict):
            yield node["States"]
        for child in node.values():
            yield from scopes(child)
    elif isinstance(node, list):
        for child in node:
            yield from scopes(child)


def ends_in_fail(states: Mapping[str, Any], name: str) -> bool:
    """Whether some road from this state ends in Fail."""
    seen, waiting = set[str](), [name]
    while waiting:
        current = waiting.pop()
        if current in seen:
            continue
        seen.add(current)
        state = states[current]
        if state["Type"] == "Fail":
            return True
        ways = [state, *state.get("Choices", ()), *state.get("Catch", ())]
        waiting += [way[key] for way in ways for key in ("Next", "Default") if key in way]
    return False


def catches_that_end_in_fail(definition: Mapping[str, Any]) -> list[str]:
    return [
        name
        for states in scopes(definition)
        for name, state in states.items()
        for catch in state.get("Catch", ())
        if ends_in_fail(states, catch["Next"])
    ]


def subclasses(base: type[errors.SyncError]) -> set[str]:
    return {
        name
        for name, value in vars(errors).items()
        if isinstance(value, type) and issubclass(value, base) and value is not base
    }


def test_there_are_state_machines_to_look_at():
    assert DEFINITIONS


@every_machine
def test_every_error_a_state_machine_names_is_one_we_raise(path: Path):
    names = {name for names in names_in(path, "Retry", "Catch") for name in names}

    ours = {name for name in names if "." not in name}

    assert ours <= subclasses(errors.SyncError)


@every_machine
def test_states_all_stands_alone(path: Path):
    for names in names_in(path, "Retry", "Catch"):
        assert "States.ALL" not in names or names == ["States.ALL"]


@every_machine
def test_nothing_retries_whatever_it_was(path: Path):
    names = {name for names in names_in(path, "Retry") for name in names}

    assert not names & {"States.ALL", "States.TaskFailed"}


@every_machine
def test_every_error_that_may_pass_is_retried(path: Path):
    retried = {name for names in names_in(path, "Retry") for name in names}

    assert subclasses(errors.Transient) <= retried


@every_machine
def test_no_error_that_stays_is_retried(path: Path):
    retried = {name for names in names_in(path, "Retry") for name in names}

    assert not retried & (subclasses(errors.Permanent) | {"Unexpected", "Permanent", "Transient", "SyncError"})


@every_machine
def test_a_state_names_an_error_once(path: Path):
    for states in scopes(yaml.safe_load(path.read_text())):
        for name, state in states.items():
            retried = [error for entry in state.get("Retry", ()) for error in entry["ErrorEquals"]]
            assert sorted(retried) == sorted(set(retried)), name


@every_machine
def test_no_catch_ends_in_a_fail_state_because_a_redrive_would_start_there(path: Path):
    assert catches_that_end_in_fail(yaml.safe_load(path.read_text())) == []


def test_a_catch_that_ends_in_a_fail_state_is_found_behind_other_states():
    definition = {
        "States": {
            "Push": {"Type": "Task", "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Tell"}], "End": True},
            "Tell": {"Type": "Choice", "Choices": [{"Condition": "{% true %}", "Next": "Give up"}], "Default": "Done"},
            "Give up": {"Type": "Fail"},
            "Done": {"Type": "Succeed"},
        }
    }

    assert catches_that_end_in_fail(definition) == ["Push"]
