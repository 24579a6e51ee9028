"""A real engine for the tests, on a port and a state directory of its own.

``LOCAL_AWS_WITHOUT=redrive pytest tests/integration/local_aws/test_redrive.py``
runs the tests against an engine that leaves that gap open: they must fail.
"""

import os
from collections.abc import Callable, Iterator

import pytest

from local.lambda_runtime import install_lambda_runtime
from local.layout import layout_of
from tests.integration.local_aws.engine import Engine, free_port


@pytest.fixture(scope="session")
def new_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Engine]]:
    """Make an engine that is not started yet; whatever it started is stopped at the end."""
    layout = layout_of()
    layout.make()
    install_lambda_runtime(layout)
    without = os.environ.get("LOCAL_AWS_WITHOUT", "")
    engines = []

    def make(*options: str) -> Engine:
        gaps = [option for gap in without.split(",") if gap for option in ("--without", gap)]
        state_dir = tmp_path_factory.mktemp("engine") / "state"
        engine = Engine(state_dir, layout.lambda_runtime, free_port(), *gaps, *options)
        engines.append(engine)
        return engine

    yield make
    for engine in engines:
        if engine.is_running:
            engine.stop()


@pytest.fixture(scope="session")
def engine(new_engine: Callable[..., Engine]) -> Engine:
    """One engine for all tests, which use names of their own; its state machines wait a tenth of the time."""
    shared = new_engine("--wait-scale", "0.1")
    shared.start()
    return shared
