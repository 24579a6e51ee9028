"""One real ``sam build`` for all tests, in directories of its own."""

import os
import platform
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from local.lambda_runtime import install_lambda_runtime
from local.layout import REPOSITORY, layout_of
from tests.artifact.stack_template import functions


@dataclass(frozen=True)
class Build:
    """What ``sam build`` wrote."""

    directory: Path
    machine: str

    @property
    def layers(self) -> dict[str, Path]:
        """The layers by logical id."""
        return {name: self.directory / name for name in ("DependenciesLayer", "SharedLayer")}

    def code(self, function: str) -> Path:
        """The code of a function, by the name of its directory in the source."""
        return self.directory / functions()[function]["logical_id"]

    def import_path(self, function: str, lambda_runtime: Path) -> list[str]:
        """What Lambda would import from, in its order."""
        layers = [str(layer / "python") for layer in reversed(self.layers.values())]
        return [str(self.code(function)), *layers, str(lambda_runtime)]


@pytest.fixture(scope="session")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Built for this machine's processors, so that it can be imported here."""
    directory = tmp_path_factory.mktemp("sam")
    machine = "aarch64" if platform.machine().lower() in ("arm64", "aarch64") else "x86_64"
    architecture = "arm64" if machine == "aarch64" else "x86_64"
    own = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "SAM_CLI_"))}
    answer = subprocess.run(
        [
            *(sys.executable, "-m", "samcli", "build", "--parallel", "--cached"),
            *("--build-dir", str(directory / "build"), "--cache-dir", str(directory / "cache")),
            *("--parameter-overrides", "Stage=dev", f"Architecture={architecture}"),
        ],
        cwd=REPOSITORY,
        env={
            **own,
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), own.get("PATH", os.defpath)]),
            "ARCHITECTURE": architecture,
            "AWS_DEFAULT_REGION": "us-east-1",
            "SAM_CLI_TELEMETRY": "0",
        },
        capture_output=True,
        text=True,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return Build(directory / "build", machine)


@pytest.fixture(scope="session")
def lambda_runtime() -> Path:
    """What the Lambda runtime brings: boto3 and the runtime client."""
    layout = layout_of()
    layout.make()
    install_lambda_runtime(layout)
    return layout.lambda_runtime
