"""Start the local AWS engine: ``python -m local.aws --help``."""

import argparse
import os
import sys
from pathlib import Path

from local.aws.gap_names import GAP_NAMES
from local.aws.settings import Settings


def parse_arguments(arguments: list[str] | None = None) -> Settings:
    """Read the command line; argparse prints the help and the errors."""
    parser = argparse.ArgumentParser(
        prog="python -m local.aws",
        description="AWS on 127.0.0.1 for this repository's template: ministack with its gaps closed.",
    )
    parser.add_argument("--port", type=int, default=4566, help="port on 127.0.0.1 (default: %(default)s)")
    parser.add_argument("--state-dir", type=Path, required=True, help="directory that keeps the state between runs")
    parser.add_argument(
        "--lambda-runtime",
        type=Path,
        required=True,
        help="directory with awslambdaric and boto3, installed from local/aws/lambda-runtime.txt",
    )
    parser.add_argument(
        "--environments-per-function",
        type=int,
        default=4,
        metavar="N",
        help="Lambda processes per function; further requests wait (default: %(default)s)",
    )
    parser.add_argument(
        "--save-seconds",
        type=float,
        default=5.0,
        metavar="S",
        help="how often the state is saved, so how much a kill -9 may lose (default: %(default)s)",
    )
    parser.add_argument(
        "--wait-scale",
        type=float,
        default=1.0,
        metavar="F",
        help="multiply the waits of state machines (Wait states and Retry intervals); 0 skips them",
    )
    parser.add_argument("--no-iam", action="store_true", help="do not enforce IAM policies")
    parser.add_argument(
        "--without",
        action="append",
        choices=GAP_NAMES,
        default=[],
        metavar="GAP",
        help="leave this gap of ministack open, to compare (repeatable): " + ", ".join(GAP_NAMES),
    )
    options = parser.parse_args(arguments)
    if not (options.lambda_runtime / "awslambdaric").is_dir():
        parser.error(f"{options.lambda_runtime} holds no awslambdaric; install local/aws/lambda-runtime.txt there")
    return Settings(
        port=options.port,
        state_dir=options.state_dir.resolve(),
        lambda_runtime=options.lambda_runtime.resolve(),
        enforce_iam=not options.no_iam,
        environments_per_function=options.environments_per_function,
        save_seconds=options.save_seconds,
        wait_scale=options.wait_scale,
        without=frozenset(options.without),
    )


def main() -> int:
    """Run until SIGTERM or SIGINT."""
    settings = parse_arguments()
    (settings.state_dir / "tmp").mkdir(parents=True, exist_ok=True)
    os.environ.update(settings.environment())

    # Not before this line: ministack reads its environment when it is imported.
    from local.aws.server import serve

    return serve(settings)


if __name__ == "__main__":
    sys.exit(main())
