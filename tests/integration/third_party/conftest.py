"""A simulator with a company for each test, and programs that speak to it with a library of somebody else's."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from local.quickbooks import Simulator
from tests.installed import NotHere
from tests.integration.quickbooks.conftest import Control
from tests.integration.third_party.installed import node_environment, python_environment

_HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with Simulator() as simulator:
        yield simulator


@pytest.fixture
def control(simulator: Simulator) -> Control:
    control = Control(simulator.url)
    control.post("reset")
    return control


@pytest.fixture
def realm_id(control: Control) -> str:
    return control.new_company(name="Acme Books", plan="Plus", counts={"vendors": 0, "purchase_orders": 0})


@pytest.fixture(scope="session")
def tell_in_python() -> Callable[..., Any]:
    """Run the story with python-quickbooks."""
    environment = python_environment()
    return lambda *arguments: _told([sys.executable, str(_HERE / "python" / "story.py"), *arguments], environment)


@pytest.fixture(scope="session")
def tell_in_node() -> Callable[..., Any]:
    """Run the story with node-quickbooks."""
    try:
        environment = node_environment()
    except NotHere as missing:
        pytest.skip(str(missing))
    return lambda *arguments: _told(["node", str(_HERE / "node" / "story.js"), *arguments], environment)


def _told(command: list[str], environment: dict[str, str]) -> Any:
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env={**os.environ, **environment})
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
