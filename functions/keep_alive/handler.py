"""Renew the access of unused connections, and warn before one ends. Called every hour by EventBridge Scheduler."""

from datetime import timedelta
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from ledgerlink.usecases.connections.keep_alive import keep_alive
from ledgerlink.wiring import clock, wiring

LAST_CALL = timedelta(seconds=60)
"""For the renewal that was begun last."""

logger = Logger()


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Safe to run twice at once: a renewal takes the connection's lease, and a warning is given once."""
    wired = wiring()
    until = clock() + timedelta(milliseconds=context.get_remaining_time_in_millis()) - LAST_CALL
    done = keep_alive(wired.watched_tokens, wired.tokens, wired.events, clock, until)
    logger.info("connections kept alive", extra={"renewed": done.renewed, "warned": done.warned})
