"""The contestants, each run in a process of its own, and what each has used up when it is done."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.installed import NotHere
from tests.integration.third_party.installed import node_environment, python_environment

_HERE = Path(__file__).parent
UNPACED = "ledgerlink unpaced"
NAMES = ("ledgerlink", "python-quickbooks", "node-quickbooks", UNPACED)


@dataclass(frozen=True, slots=True)
class Result:
    """One contestant's numbers; the seconds are those from its first call to its last answer."""

    name: str
    seconds: float
    cpu_seconds: float
    megabytes: float
    documents: int
    distinct: int


@dataclass(frozen=True, slots=True)
class Contestant:
    """A program that takes a task and a job (JSON on its input), and answers in JSON."""

    name: str
    command: tuple[str, ...]
    environment: dict[str, str]

    def run(self, task: str, job: dict[str, Any]) -> Result:
        """Have it do a task. Raises RuntimeError when it fails, which it has then explained on stderr."""
        done = subprocess.run(
            [sys.executable, str(_HERE / "measure.py"), *self.command, task],
            input=json.dumps(job),
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **self.environment},
        )
        if done.returncode:
            raise RuntimeError(f"{self.name} failed to {task}")
        return Result(self.name, **json.loads(done.stdout))


def available(names: list[str]) -> tuple[list[Contestant], list[str]]:
    """Return those that can run here, installed, and in words why others cannot."""
    found, missing = [], []
    for name in names:
        try:
            found.append(_contestant(name))
        except NotHere as reason:
            missing.append(f"{name} is left out: {reason}")
    return found, missing


def _contestant(name: str) -> Contestant:
    if name == "python-quickbooks":
        return Contestant(name, (sys.executable, str(_HERE / "with_python_quickbooks.py")), python_environment())
    if name == "node-quickbooks":
        return Contestant(name, ("node", str(_HERE / "with_node_quickbooks.js")), node_environment())
    unpaced = ("--unpaced",) if name == UNPACED else ()
    return Contestant(name, (sys.executable, "-m", "bench.client.with_ledgerlink", *unpaced), {})
