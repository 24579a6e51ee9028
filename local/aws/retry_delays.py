"""MaxDelaySeconds and JitterStrategy of a Retry.

AWS (Step Functions guide, "Handling errors in Step Functions workflows"): the
n-th wait is IntervalSeconds x BackoffRate^(n-1), at most MaxDelaySeconds; with
JitterStrategy FULL a random time between zero and that.
ministack 1.5.33: knows neither, and never waits longer than 60 s.
Here: both. The 60 s stay, which spares a laptop the longer waits.
"""

import random
from typing import Any

from ministack.services import stepfunctions

from local.aws.settings import Settings

Retrier = dict[str, Any]


def close_gap(_settings: Settings) -> None:
    """Hand ministack the computed wait as a constant interval."""
    stock_find = stepfunctions._find_matching_retrier

    def find_matching_retrier(retriers: list[Retrier], error: str, counts: dict[int, int]) -> Any:
        retrier, index = stock_find(retriers, error, counts)
        if retrier is not None:
            wait = retry_delay(retrier, counts.get(index, 0), random.random())
            retrier = {**retrier, "IntervalSeconds": wait, "BackoffRate": 1.0}
        return retrier, index

    stepfunctions._find_matching_retrier = find_matching_retrier


def retry_delay(retrier: Retrier, earlier_retries: int, fraction: float) -> float:
    """Seconds to wait before the next attempt; ``fraction`` is the random part, 0 to 1."""
    delay: float = retrier.get("IntervalSeconds", 1) * retrier.get("BackoffRate", 2.0) ** earlier_retries
    if "MaxDelaySeconds" in retrier:
        delay = min(delay, retrier["MaxDelaySeconds"])
    if retrier.get("JitterStrategy") == "FULL":
        delay *= fraction
    return delay
