"""A stack on moto for each module, whose tests connect companies of their own in one simulator."""

import json
from collections.abc import Iterator

import pytest
from moto import mock_aws

from ledgerlink.config import Config
from ledgerlink.wiring import Wiring
from local.quickbooks import Simulator
from tests import canaries
from tests.integration.api.stack import forget_adapters
from tests.integration.push.stack import Stack
from tests.moto_in_turn import answer_in_turn
from tests.template import REGION, function_environment, make_resources

SECRETS = {
    "HostApiKeySecret": canaries.HOST_KEY,
    "SessionSecret": canaries.SESSION_KEY,
    "IntuitSecret": json.dumps({"client_id": "ledgerlink-local", "client_secret": "ledgerlink-local-secret"}),
}
UNHURRIED = {"RequestsPerSecond": "100000", "RequestsPerMinute": "6000000", "BatchesPerMinute": "600000"}
"""Nobody waits for a turn: how calls are spaced is tested elsewhere."""


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with pytest.MonkeyPatch.context() as patch, Simulator() as simulator:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
            patch.setenv(name, "testing")
        patch.setenv("AWS_DEFAULT_REGION", REGION)
        patch.delenv("AWS_ENDPOINT_URL", raising=False)
        answer_in_turn(patch)  # documents of a backlog are stored by several threads
        with mock_aws():
            parameters = {"IntuitBaseUrl": simulator.url, **UNHURRIED}
            environment = function_environment("put_document", make_resources(SECRETS), parameters)
            forget_adapters()
            yield Stack(Wiring(Config.from_environment(environment)), simulator.url)
    forget_adapters()
