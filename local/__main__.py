"""``python -m local up``, ``down``, ``status``: the stack on this machine."""

import argparse
import sys

from local.errors import LocalStackError
from local.layout import DIRECTORY_VARIABLE
from local.progress import complain
from local.stack import down, status, up


def main(arguments: list[str] | None = None) -> int:
    """Return the exit code: 1 with a message if it cannot be done, or if `status` finds it down."""
    options = _parser().parse_args(arguments)
    try:
        if options.command == "up":
            up(directory=options.dir, aws_port=options.aws_port, quickbooks_port=options.quickbooks_port)
        elif options.command == "down":
            down(directory=options.dir, clean=options.clean)
        else:
            return 0 if status(directory=options.dir) else 1
    except LocalStackError as error:
        complain(error)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted. What was started goes on running: make down stops it.", file=sys.stderr)
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m local",
        description="The whole stack on this machine: AWS, QuickBooks and the deployed template.",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    start = commands.add_parser("up", help="start what does not run and deploy what has changed")
    start.add_argument("--aws-port", type=int, help="port of the AWS engine (or AWS_PORT; default 4566)")
    start.add_argument(
        "--quickbooks-port", type=int, help="port of the QuickBooks simulator (or QUICKBOOKS_PORT; default 8765)"
    )
    stop = commands.add_parser("down", help="stop it; the data stays")
    stop.add_argument("--clean", action="store_true", help="also remove the data")
    show = commands.add_parser("status", help="say what runs")
    for command in (start, stop, show):
        command.add_argument("--dir", help=f"where pids, logs and data are (or {DIRECTORY_VARIABLE}; default .local)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
