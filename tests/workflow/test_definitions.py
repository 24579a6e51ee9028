"""What AWS would refuse, and what support relies on, read from the definitions themselves."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from cfnlint.api import lint_all  # type: ignore[import-untyped]

from tests.workflow.harness import DEFINITIONS, load

every_machine = pytest.mark.parametrize("path", DEFINITIONS, ids=lambda path: path.name)
SUBSTITUTIONS = {"RetryIntervalSeconds": 15}


def findings(definition: Mapping[str, Any]) -> list[str]:
    """cfn-lint reads a definition only where it stands in a template (E3601)."""
    role = "arn:aws:iam::123456789012:role/anything"
    machine = {"Type": "AWS::StepFunctions::StateMachine", "Properties": {"RoleArn": role, "Definition": definition}}
    return [str(match) for match in lint_all(json.dumps({"Resources": {"Machine": machine}}))]


def tasks(node: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every task state by name, however deep."""
    if isinstance(node, dict):
        for name, state in (node.get("States") or {}).items():
            if state.get("Type") == "Task":
                yield name, state
        for child in node.values():
            yield from tasks(child)
    elif isinstance(node, list):
        for child in node:
            yield from tasks(child)


@every_machine
def test_the_definition_is_one_that_aws_takes(path: Path):
    assert findings(load(path, **SUBSTITUTIONS)) == []


def test_a_definition_that_starts_nowhere_is_found():
    definition = load(DEFINITIONS[0], **SUBSTITUTIONS) | {"StartAt": "Nowhere"}

    assert any("E3601" in finding or "Nowhere" in finding for finding in findings(definition))


@every_machine
def test_the_file_is_yaml_before_anything_is_filled_in(path: Path):
    definition = yaml.safe_load(path.read_text())

    assert definition["QueryLanguage"] == "JSONata"
    assert len(definition["Comment"]) > 40


@every_machine
def test_no_task_and_no_machine_runs_for_ever(path: Path):
    definition = load(path, **SUBSTITUTIONS)

    assert definition["TimeoutSeconds"]
    assert [name for name, task in tasks(definition) if "TimeoutSeconds" not in task] == []


@every_machine
def test_the_machine_has_time_for_every_retry_that_it_promises(path: Path):
    definition = load(path, **SUBSTITUTIONS)

    for _name, task in tasks(definition):
        tries = 1 + sum(entry["MaxAttempts"] for entry in task.get("Retry", ()))
        waits = sum(
            min(entry["IntervalSeconds"] * entry.get("BackoffRate", 2) ** number, entry.get("MaxDelaySeconds", 10**6))
            for entry in task.get("Retry", ())
            for number in range(entry["MaxAttempts"])
        )
        assert definition["TimeoutSeconds"] >= tries * task["TimeoutSeconds"] + waits
