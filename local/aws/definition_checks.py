"""A state machine whose transitions lead nowhere is refused.

AWS (API reference, CreateStateMachine): answers InvalidDefinition, so that the
deployment fails.
ministack 1.5.33: takes it, and an execution fails when it gets there.
Here: the deployment fails and names the transitions.
"""

import json
from collections.abc import Iterator
from typing import Any

from ministack.services.cloudformation import provisioners

from local.aws.cloudformation import Properties
from local.aws.settings import Settings

Machine = dict[str, Any]


def close_gap(_settings: Settings) -> None:
    """Look at the definition that CloudFormation is about to use; after yaml_definitions, so it is JSON."""
    stock_definition = provisioners._sfn_definition

    def definition(properties: Properties) -> str:
        text: str = stock_definition(properties)
        problems = list(transition_problems(json.loads(text)))
        if problems:
            raise ValueError(f"Invalid State Machine Definition: {'; '.join(problems)}")
        return text

    provisioners._sfn_definition = definition


def transition_problems(machine: Machine) -> Iterator[str]:
    """Name each transition that leads nowhere, in nested machines too."""
    states: dict[str, Machine] = machine.get("States") or {}
    if machine.get("StartAt") not in states:
        yield f"StartAt leads to '{machine.get('StartAt')}', which does not exist"
    for name, state in states.items():
        for target in _targets(state):
            if target not in states:
                yield f"'{name}' leads to '{target}', which does not exist"
        nested = [state.get("ItemProcessor"), state.get("Iterator"), *(state.get("Branches") or ())]
        for inner in filter(None, nested):
            yield from transition_problems(inner)


def _targets(state: Machine) -> Iterator[str]:
    for transition in (state, *(state.get("Choices") or ()), *(state.get("Catch") or ())):
        if "Next" in transition:
            yield transition["Next"]
    if "Default" in state:
        yield state["Default"]
