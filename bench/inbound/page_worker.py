"""One page of a backfill, and nothing else: the function's own handler in a process of its own."""

import importlib.util
import io
import json
import resource
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

_HANDLER = Path(__file__).parents[2] / "functions" / "backfill_page" / "handler.py"


class Context:
    """What Lambda tells a function about its invocation."""

    function_name = "backfill_page"
    function_version = "$LATEST"
    memory_limit_in_mb = 1024
    invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:backfill_page"
    aws_request_id = "bench"


def peak_megabytes() -> float:
    """The most that this process had in memory so far."""
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used / (1024 * 1024 if sys.platform == "darwin" else 1024)


def copy_page(task: dict[str, Any]) -> dict[str, Any]:
    """What the handler answers, and what was in memory before it began."""
    # It logs to the output, where only our answer belongs; the logger looks for it when it is made.
    with redirect_stdout(io.StringIO()):
        spec = importlib.util.spec_from_file_location("handler", _HANDLER)
        assert spec is not None
        assert spec.loader is not None
        handler = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(handler)
        before = peak_megabytes()
        answer: dict[str, Any] = handler.lambda_handler(task, Context())
    return {**answer, "megabytes_before": before}


if __name__ == "__main__":
    json.dump(copy_page(json.load(sys.stdin)), sys.stdout)
