"""Every function finds in its environment what it needs."""

import re

import pytest

from ledgerlink.config import Config
from ledgerlink.errors import MissingConfiguration
from tests.integration.api.stack import Stack
from tests.template import ROOT, function_environment

FUNCTIONS = sorted(path.parent.name for path in (ROOT / "functions").glob("*/handler.py"))


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_template_gives_a_function_all_that_it_reads(stack: Stack, function: str) -> None:
    environment = function_environment(function, stack.made)

    config = Config.from_environment(environment)

    code = (ROOT / "functions" / function / "handler.py").read_text()
    used = set(re.findall(r"(?:wiring\(\)|wired)\.(\w+)", code))
    assert config.documents_table == stack.made["DocumentsTable"]["Ref"]
    assert config.token_key_id == stack.made["TokenKey"]["Arn"]
    assert bool(config.push_state_machine_arn) >= ("executions" in used)
    for given, users, resource in (
        (config.push_backlog_state_machine_arn, {"backlog_executions"}, "PushBacklogStateMachine"),
        (config.judge_records_state_machine_arn, {"judgements", "page_copier", "poller"}, "JudgeRecordsStateMachine"),
        (config.backfill_state_machine_arn, {"backfill_starter", "poller"}, "BackfillStateMachine"),
        (config.poll_queue_url, {"poll_queue"}, "PollQueue"),
    ):
        assert given == (stack.made[resource]["Ref"] if used & users else "")


def test_an_incomplete_environment_names_what_is_missing(stack: Stack) -> None:
    environment = function_environment("authorize", stack.made)
    del environment["TOKEN_KEY_ID"]

    with pytest.raises(MissingConfiguration, match="TOKEN_KEY_ID"):
        Config.from_environment(environment)
