"""``make deploy`` builds for the processors that the stage is deployed with."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from samcli.cli.types import CfnParameterOverridesType

from local.architecture import architecture_of
from local.deploy import Deployment
from local.errors import LocalStackError
from local.layout import REPOSITORY, Layout
from local.ports import Ports
from tests.template import template

SETTINGS = """
[dev.deploy.parameters]
stack_name = "ledgerlink-dev"
parameter_overrides = {overrides}
"""


@pytest.fixture
def make(tmp_path: Path) -> tuple[list[str], Path]:
    """The command that deploys a stage of a small repository, and what it calls: ``sam`` and ``git`` only say so."""
    tools, calls = tmp_path / "venv" / "bin", tmp_path / "calls"
    tools.mkdir(parents=True)
    scripts = {
        "python": f'exec {shlex.quote(sys.executable)} "$@"',
        "sam": f'echo "$ARCHITECTURE: sam $*" >> {shlex.quote(str(calls))}',
        "git": "exit 0",
    }
    for name, body in scripts.items():
        (tools / name).write_text(f"#!/bin/sh\n{body}\n")
        (tools / name).chmod(0o755)
    (tools.parent / ".installed").touch()
    return ["make", "--no-print-directory", "deploy", f"VENV={os.path.relpath(tools.parent, REPOSITORY)}"], calls


def run(command: list[str], *settings: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    return subprocess.run([*command, *settings], cwd=REPOSITORY, capture_output=True, text=True, env=kept)


def test_a_stage_is_built_for_the_processors_it_is_deployed_with(make: tuple[list[str], Path]):
    command, calls = make

    answer = run(command, "STAGE=prod")

    build, deploy = calls.read_text().splitlines()
    assert answer.returncode == 0, answer.stderr
    assert build.startswith("arm64: sam build ")
    assert "--parameter-overrides Architecture=arm64" in build
    assert deploy.endswith("sam deploy --template-file .aws-sam/arm64/build/template.yaml --config-env prod")


def test_layers_for_other_processors_than_the_stages_are_refused_before_anything_is_built(
    make: tuple[list[str], Path],
):
    command, calls = make

    answer = run(command, "STAGE=prod", "ARCHITECTURE=x86_64")

    assert answer.returncode != 0
    assert "Put Architecture=x86_64 into parameter_overrides of [prod.deploy.parameters]" in answer.stderr
    assert not calls.exists()


@pytest.mark.parametrize(
    ("overrides", "architecture"),
    [
        ('"Stage=dev"', "arm64"),
        ('"Stage=dev Architecture=x86_64 LogLevel=DEBUG"', "x86_64"),
        ('["Stage=dev", "Architecture=x86_64"]', "x86_64"),
        ('{Stage = "dev", Architecture = "x86_64"}', "x86_64"),
        ('"ParameterKey=Architecture,ParameterValue=x86_64"', "x86_64"),
    ],
)
def test_the_settings_say_for_which_processors_however_they_are_written(
    tmp_path: Path, overrides: str, architecture: str
):
    (tmp_path / "samconfig.toml").write_text(SETTINGS.format(overrides=overrides))
    (tmp_path / "template.yaml").write_text((REPOSITORY / "template.yaml").read_text())

    assert architecture_of("dev", repository=tmp_path) == architecture
    assert architecture_of("dev", architecture, repository=tmp_path) == architecture


def test_the_local_stack_gets_a_vendors_name_with_its_spaces_and_an_origin_that_the_template_takes(tmp_path: Path):
    ports = Ports(aws=4566, quickbooks=8765)
    deployment = Deployment(REPOSITORY, Layout(tmp_path), ports)

    parsed = CfnParameterOverridesType().convert(tuple(deployment._parameters), None, None)

    allowed = template()["Parameters"]["OpenerOrigins"]["AllowedPattern"]
    assert (parsed["VendorName"], parsed["SupportAddress"]) == ("Plainfield Inventory", "help@plainfield.example")
    assert parsed["OpenerOrigins"] == "http://127.0.0.1:8766"
    assert re.fullmatch(allowed, parsed["OpenerOrigins"])
    assert re.fullmatch(allowed, "https://app.example.com https://beta.example.com")
    assert not re.fullmatch(allowed, "https://app.example.com/page")


def test_a_stage_that_is_not_in_the_settings_is_named():
    with pytest.raises(LocalStackError, match="'production'"):
        architecture_of("production")
