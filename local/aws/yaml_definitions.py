"""State machine definitions in YAML.

AWS (CloudFormation reference, AWS::StepFunctions::StateMachine DefinitionS3Location): the file is
JSON or YAML; substitutions are made in its text.
ministack 1.5.33: keeps YAML as it is and fails when the first execution reads it as JSON.
Here: YAML becomes JSON after the substitutions.
"""

import json
from typing import Any

import yaml
from ministack.services.cloudformation import provisioners

from local.aws.settings import Settings


def close_gap(_settings: Settings) -> None:
    """Convert what ministack has read and substituted."""
    read_definition = provisioners._sfn_definition

    def read_as_json(properties: dict[str, Any]) -> str:
        text: str = read_definition(properties)
        try:
            json.loads(text)
        except ValueError:
            return json.dumps(yaml.safe_load(text))
        return text

    provisioners._sfn_definition = read_as_json
