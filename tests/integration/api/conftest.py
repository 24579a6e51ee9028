"""A stack on moto with the environment that template.yaml gives its functions."""

import json
from collections.abc import Iterator

import pytest
from moto import mock_aws

from local.quickbooks import Simulator
from tests import canaries
from tests.integration.api.stack import Stack, forget_adapters
from tests.template import REGION, function_environment, make_resources

SECRETS = {
    "HostApiKeySecret": canaries.HOST_KEY,
    "SessionSecret": canaries.SESSION_KEY,
    "IntuitSecret": json.dumps({"client_id": "ledgerlink-local", "client_secret": "ledgerlink-local-secret"}),
}


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with Simulator() as simulator:
        yield simulator


@pytest.fixture(scope="module")
def stack(simulator: Simulator) -> Iterator[Stack]:
    """One stack for the tests of a module; each test has tenants of its own."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
            patch.setenv(name, "testing")
        patch.setenv("AWS_DEFAULT_REGION", REGION)
        patch.setenv("POWERTOOLS_METRICS_DISABLED", "true")
        patch.delenv("AWS_ENDPOINT_URL", raising=False)
        with mock_aws():
            made = make_resources(SECRETS)
            # The environments with everything in them; test_environment.py has the others.
            for function in ("put_document", "send_documents", "change_keywords", "start_polls", "poll_connection"):
                environment = function_environment(function, made, {"IntuitBaseUrl": simulator.url})
                for name, value in environment.items():
                    patch.setenv(name, value)
            forget_adapters()
            yield Stack(made)
    forget_adapters()


@pytest.fixture
def cold_start(stack: Stack) -> Iterator[None]:
    """What a test does to cached secrets stays with it."""
    forget_adapters()
    yield
    forget_adapters()
