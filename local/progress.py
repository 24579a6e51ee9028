"""Say what is going on: a line per step, and never a minute of silence."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from local.errors import LocalStackError

_SECONDS_OF_SILENCE = 5.0
_TAIL_LINES = 25
_LINE_WIDTH = 100


@contextmanager
def step(title: str) -> Iterator[None]:
    """Print the title and how long it took, once it is done."""
    started = time.monotonic()
    yield
    print(f"  {title:<52} {time.monotonic() - started:6.1f} s", flush=True)


def run_logged(command: Sequence[str], *, log: Path, cwd: Path, env: Mapping[str, str], what: str) -> None:
    """Run a command with its output in ``log``; show the last line every few seconds, the end on failure."""
    log.parent.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=cwd, env=dict(env), stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            while True:
                try:
                    code = process.wait(timeout=_SECONDS_OF_SILENCE)
                    break
                except subprocess.TimeoutExpired:
                    print(f"    {time.monotonic() - started:4.0f} s  {last_line(log)}", flush=True)
        except BaseException:
            process.terminate()
            process.wait()
            raise
    if code != 0:
        raise LocalStackError(f"{what} failed (exit code {code}). The end of {log}:\n\n{tail(log)}")


def wait_until(ready: Callable[[], bool], *, seconds: float, on_silence: Callable[[], str]) -> bool:
    """Poll; every few seconds of waiting print what ``on_silence`` says."""
    started = spoken = time.monotonic()
    while not ready():
        now = time.monotonic()
        if now - started > seconds:
            return False
        if now - spoken > _SECONDS_OF_SILENCE:
            print(f"    {now - started:4.0f} s  {on_silence()}", flush=True)
            spoken = now
        time.sleep(0.05)
    return True


def tail(log: Path) -> str:
    """The last lines of a log."""
    if not log.exists():
        return "(nothing was logged)"
    lines = log.read_text(errors="replace").rstrip().splitlines()
    return "\n".join(lines[-_TAIL_LINES:]) or "(nothing was logged)"


def last_line(log: Path) -> str:
    """The last line of a log that says something, cut to fit a terminal."""
    for line in reversed(tail(log).splitlines()):
        text = line.strip(" -=+|\t")
        if text:
            return text[:_LINE_WIDTH]
    return ""


def complain(error: LocalStackError) -> None:
    """Print an error the way all commands do."""
    print(f"\n{error}", file=sys.stderr, flush=True)
