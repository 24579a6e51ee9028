"""Executions that were running when the engine stopped go on when it starts.

AWS: an execution outlives everything but itself.
ministack 1.5.33: marks it FAILED with ``States.ServiceRestart`` at the start.
Here: it goes on at the state it was in. That state runs again from its
beginning, so a task may run twice: tasks must be idempotent, as they must be for
a redrive. The retry counter starts anew, and so does a Wait by seconds.
Works with the walk that ``redrive`` installs; without it nothing is resumed.
"""

import contextvars
from typing import Any

from ministack.core.responses import set_request_account_id, set_request_region
from ministack.services import stepfunctions

from local.aws import readiness
from local.aws.settings import Settings


def close_gap(settings: Settings) -> None:
    """Note what was running when the state is loaded, and start it when requests are served."""
    stock_restore = stepfunctions._restore_state

    def restore_state(data: Any) -> None:
        stock_restore(data)
        interrupted = [
            (account, region, arn)
            for (account, region, arn), execution in stepfunctions._executions._data.items()
            if execution.get("error") == "States.ServiceRestart" and execution.get("position")
        ]
        for key in interrupted:
            stepfunctions._executions._data[key].update(status="RUNNING", stopDate=None, error=None, cause=None)

        def go_on() -> None:
            for account, region, arn in interrupted:
                contextvars.copy_context().run(_run_in_scope, account, region, arn)

        # Tasks call back into the engine: not before it answers.
        readiness.when_ready(settings.port, go_on)

    stepfunctions._restore_state = restore_state


def _run_in_scope(account: str, region: str, execution_arn: str) -> None:
    from local.aws import execution_run

    set_request_account_id(account)
    set_request_region(region)
    execution_run.start(execution_arn)
