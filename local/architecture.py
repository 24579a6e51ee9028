"""For which processors `make deploy` builds: those that samconfig.toml deploys the stage with.

    python -m local.architecture prod [the one that was asked for]

``sam deploy --parameter-overrides`` would replace all of samconfig's parameters, so the settings decide.
"""

import re
import sys
import tomllib
from pathlib import Path

from samtranslator.yaml_helper import yaml_parse

from local.errors import LocalStackError
from local.layout import REPOSITORY

# As text, as a list and as a table; and the long way: ParameterKey=…,ParameterValue=….
_OVERRIDE = re.compile(r"""\bArchitecture(?:['"]?\s*[=:]\s*['"]?|,ParameterValue=)(\w+)""")


def architecture_of(stage: str, asked_for: str = "", *, repository: Path = REPOSITORY) -> str:
    """Raises LocalStackError for an unknown stage, or when something else was asked for."""
    settings = tomllib.loads((repository / "samconfig.toml").read_text())
    if stage not in settings:
        raise LocalStackError(f"samconfig.toml has no stage {stage!r}.")
    overrides = settings[stage]["deploy"]["parameters"].get("parameter_overrides", "")
    template = yaml_parse((repository / "template.yaml").read_text())
    found = _OVERRIDE.search(str(overrides))
    deployed: str = found[1] if found else template["Parameters"]["Architecture"]["Default"]
    if asked_for and asked_for != deployed:
        raise LocalStackError(
            f"The functions of the stage {stage} run on {deployed}, so layers for {asked_for} would not work there.\n"
            f"Put Architecture={asked_for} into parameter_overrides of [{stage}.deploy.parameters] in samconfig.toml, "
            f"commit it, and run: make deploy STAGE={stage}"
        )
    return deployed


if __name__ == "__main__":
    try:
        print(architecture_of(*sys.argv[1:3]))
    except LocalStackError as error:
        sys.exit(str(error))
