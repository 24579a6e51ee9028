"""``python -m local.demo``: bring the stack up and tell the story; exit code 1 names the step that failed."""

import argparse
import sys
import time

import requests
from botocore.exceptions import BotoCoreError, ClientError

from local.demo.browser import ConsentPageMissing
from local.demo.host import UnexpectedAnswer
from local.demo.story import Story, StoryBroke
from local.errors import LocalStackError
from local.layout import Layout, layout_of
from local.progress import complain
from local.stack import up

_FAILURES = (StoryBroke, UnexpectedAnswer, ConsentPageMissing, requests.RequestException, ClientError, BotoCoreError)


def main(arguments: list[str] | None = None) -> int:
    """Return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m local.demo",
        description="Bring the stack up on this machine and tell the story of Ledgerlink, step by step.",
    )
    parser.add_argument("--dir", help="where pids, logs and data are (default .local)")
    options = parser.parse_args(arguments)
    layout = layout_of(options.dir)
    started = time.monotonic()
    try:
        story = Story(up(directory=options.dir))
    except LocalStackError as error:
        complain(error)
        return 1
    for number, (title, tell) in enumerate(story.steps(), start=1):
        print(f"\n{number}. {title}", flush=True)
        try:
            tell()
        except _FAILURES as failure:
            print(f"\nStep {number} failed ({title}):\n{failure}", file=sys.stderr, flush=True)
            print(f"The logs are in {layout.logs}; the stack stays up for a look.", file=sys.stderr, flush=True)
            return 1
    _end(story, layout, time.monotonic() - started)
    return 0


def _end(story: Story, layout: Layout, seconds: float) -> None:
    stack = story.stack
    print(f"""
The story took {seconds:.0f} s. The stack stays up:

  API           {stack["api_url"]}
  QuickBooks    {stack["quickbooks_url"]}/app/
  AWS endpoint  {stack["aws_endpoint_url"]}
  API key       in {layout.stack_file}

Stop it with: make down""")


if __name__ == "__main__":
    sys.exit(main())
