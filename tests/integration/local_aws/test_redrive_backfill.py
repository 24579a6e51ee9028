"""The repository's own state machine of a backfill, redriven at the page that failed."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.local_aws.engine import Engine
from tests.workflow.harness import load

DEFINITION = Path(__file__).parents[3] / "statemachines" / "backfill.asl.yaml"
INPUT = {"version": 1, "tenant_id": "acme", "connection_id": "934145", "backfill": 3}
PLAN = """
def handler(event, context):
    return {"pages": [0, 1, 2, 3]}
"""
# Page 2 fails until the tenant has connected again.
PAGE = """
import json, os
class ConnectionRevoked(Exception): pass

def handler(event, context):
    with open(os.path.join(os.environ["TMPDIR"], "pages"), "a") as file:
        file.write(json.dumps(event) + "\\n")
    if event["page"] == 2 and os.path.exists(os.path.join(os.environ["TMPDIR"], "backfill-revoked")):
        raise ConnectionRevoked("It ended with connection_revoked.")
    return {"documents": 400}
"""
FINISH = """
def handler(event, context):
    return {"finished": event}
"""


@pytest.fixture
def machine(engine: Engine) -> str:
    definition = load(
        DEFINITION,
        PlanBackfillFunctionArn=engine.function("plan_backfill", PLAN),
        BackfillPageFunctionArn=engine.function("backfill_page", PAGE),
        FinishBackfillFunctionArn=engine.function("finish_backfill", FINISH),
        RetryIntervalSeconds=1,
    )
    fields = {name: value for name, value in definition.items() if name not in ("States", "Comment")}
    return engine.state_machine("backfill", definition["States"], **fields)


@pytest.fixture
def revoked(engine: Engine) -> Iterator[Path]:
    """The company does not let us in; delete the file when the tenant has connected again."""
    path = engine.state_dir / "tmp" / "backfill-revoked"
    path.touch()
    yield path
    path.unlink(missing_ok=True)


def page_calls(engine: Engine) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (engine.state_dir / "tmp" / "pages").read_text().splitlines()]


def test_fault_12_after_reconnecting_a_redrive_goes_on_with_the_page_that_failed(
    engine: Engine, machine: str, revoked: Path
) -> None:
    failed = engine.run(machine, INPUT)
    before = [call["page"] for call in page_calls(engine)]
    revoked.unlink()

    engine.client("stepfunctions").redrive_execution(executionArn=failed["executionArn"])
    redriven = engine.closed(failed["executionArn"])

    after = [call["page"] for call in page_calls(engine)][len(before) :]
    assert (failed["status"], failed["error"]) == ("FAILED", "ConnectionRevoked")
    assert 2 in before
    assert 2 in after
    assert not {0, 1} & set(after)
    assert (redriven["status"], json.loads(redriven["output"])) == ("SUCCEEDED", {"finished": INPUT})
