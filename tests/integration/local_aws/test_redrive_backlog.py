"""The repository's own state machine of a backlog, redriven at the chunk that stopped."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.local_aws.engine import Engine
from tests.workflow.harness import load

DEFINITION = Path(__file__).parents[3] / "statemachines" / "push_backlog.asl.yaml"
INPUT = {"version": 1, "tenant_id": "acme", "backlog_id": "click-7"}
PLAN = """
def handler(event, context):
    return {"chunks": [0, 1, 2]}
"""
# Chunk 0 needs a second invocation; chunk 1 fails until somebody repairs it.
CHUNK = """
import json, os
class ConnectionRevoked(Exception): pass

def handler(event, context):
    with open(os.path.join(os.environ["TMPDIR"], "chunks"), "a") as file:
        file.write(json.dumps(event) + "\\n")
    with open(os.path.join(os.environ["TMPDIR"], "chunks")) as file:
        mine = [line for line in file if json.loads(line)["number"] == event["number"]]
    if event["number"] == 1 and os.path.exists(os.path.join(os.environ["TMPDIR"], "revoked")):
        raise ConnectionRevoked("It ended with connection_revoked.")
    return {"more": event["number"] == 0 and len(mine) == 1}
"""
FINISH = """
def handler(event, context):
    return {"finished": event["backlog_id"]}
"""


@pytest.fixture
def machine(engine: Engine) -> str:
    definition = load(
        DEFINITION,
        PlanBacklogFunctionArn=engine.function("plan_backlog", PLAN),
        PushBacklogChunkFunctionArn=engine.function("push_backlog_chunk", CHUNK),
        FinishBacklogFunctionArn=engine.function("finish_backlog", FINISH),
        RetryIntervalSeconds=1,
    )
    fields = {name: value for name, value in definition.items() if name not in ("States", "Comment")}
    return engine.state_machine("push-backlog", definition["States"], **fields)


@pytest.fixture
def revoked(engine: Engine) -> Iterator[Path]:
    """The company does not let us in; delete the file when the tenant has connected again."""
    path = engine.state_dir / "tmp" / "revoked"
    path.touch()
    yield path
    path.unlink(missing_ok=True)


def chunk_calls(engine: Engine) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (engine.state_dir / "tmp" / "chunks").read_text().splitlines()]


def test_revoked_mid_backlog_a_redrive_goes_on_with_the_chunk_that_stopped(
    engine: Engine, machine: str, revoked: Path
) -> None:
    failed = engine.run(machine, INPUT)
    before = [call["number"] for call in chunk_calls(engine)]
    revoked.unlink()

    engine.client("stepfunctions").redrive_execution(executionArn=failed["executionArn"])
    redriven = engine.closed(failed["executionArn"])

    after = chunk_calls(engine)[len(before) :]
    assert (failed["status"], failed["error"]) == ("FAILED", "ConnectionRevoked")
    # AWS begins no chunk after one that failed; this engine does, and does not repeat it.
    assert before[:3] == [0, 0, 1]
    assert (after[0]["number"], after[0]["redrive_count"], after[0]["retry_count"]) == (1, 1, 0)
    assert sorted([*before, *(call["number"] for call in after)]) == [0, 0, 1, 1, 2]
    assert (redriven["status"], json.loads(redriven["output"])) == ("SUCCEEDED", {"finished": "click-7"})
