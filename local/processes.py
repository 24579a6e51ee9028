"""Background processes that are known by a pid file, and never mistaken for a stranger.

A pid alone proves nothing: the process may be gone and its number given to
another one. So the file also keeps when the process started, and a process
counts as ours only if both agree.
"""

import contextlib
import json
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from local.errors import LocalStackError
from local.files import write_atomically
from local.layout import Layout
from local.progress import last_line, tail, wait_until

_START_SECONDS = 90.0
_STOP_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Running:
    """A process of ours that is alive."""

    pid: int
    # When the process started, in whatever form this system tells it.
    started: str
    port: int
    # Of which code it is, to notice that a newer one should replace it.
    version: str


@dataclass(frozen=True, slots=True)
class Service:
    """A background process of the stack."""

    name: str
    title: str
    health_path: str
    layout: Layout

    @property
    def log(self) -> Path:
        """Where its output goes."""
        return self.layout.logs / f"{self.name}.log"

    @property
    def _pid_file(self) -> Path:
        return self.layout.pids / f"{self.name}.json"

    def running(self) -> Running | None:
        """The process, if the pid file names one that is alive and is still the same."""
        try:
            process = Running(**json.loads(self._pid_file.read_text()))
        except (OSError, ValueError, TypeError):
            return None
        return process if started_at(process.pid) == process.started else None

    def is_healthy(self, port: int) -> bool:
        """Whether it answers its health check."""
        try:
            with _direct().open(f"http://127.0.0.1:{port}{self.health_path}", timeout=2) as answer:
                return bool(answer.status == 200)
        except (OSError, urllib.error.URLError):
            return False

    def start(self, command: Sequence[str], *, cwd: Path, env: Mapping[str, str], port: int, version: str) -> Running:
        """Start it apart from this terminal, and wait until it answers."""
        if self.log.exists():
            # It may tell why the last run ended.
            self.log.replace(self.log.with_suffix(".previous.log"))
        with self.log.open("wb") as log:
            child = subprocess.Popen(
                command,
                cwd=cwd,
                env=dict(env),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        process = Running(pid=child.pid, started=started_at(child.pid) or "", port=port, version=version)
        write_atomically(self._pid_file, json.dumps(asdict(process)))

        def is_up_or_over() -> bool:
            return child.poll() is not None or self.is_healthy(port)

        in_time = wait_until(is_up_or_over, seconds=_START_SECONDS, on_silence=lambda: last_line(self.log))
        if child.poll() is not None or not in_time:
            problem = "does not answer" if child.poll() is None else f"ended with exit code {child.returncode}"
            self.stop()
            raise LocalStackError(f"{self.title} {problem}. The end of {self.log}:\n\n{tail(self.log)}")
        return process

    def stop(self) -> str:
        """End it if it runs; return what was done, in words."""
        process = self.running()
        if process is None:
            self._pid_file.unlink(missing_ok=True)
            return "was not running"
        # Its own process group: the simulator's and the engine's children go with it.
        done = "stopped"
        os.kill(process.pid, signal.SIGTERM)
        if not _gone(process, _STOP_SECONDS):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            _gone(process, _STOP_SECONDS)
            done = f"did not stop within {_STOP_SECONDS:.0f} s and was killed"
        self._pid_file.unlink(missing_ok=True)
        return f"{done} (pid {process.pid})"


def started_at(pid: int) -> str | None:
    """When the process started; None if there is none, or only its remains."""
    # If it is our own child and has ended, this clears it away.
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    stat = Path(f"/proc/{pid}/stat")
    if Path("/proc/self/stat").exists():
        try:
            # After the command in parentheses: the state, and 19 fields on the start time.
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            return None
        return None if fields[0] == "Z" else fields[19]
    listing = subprocess.run(["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
    status, _, start = listing.stdout.strip().partition(" ")
    return start.strip() if start and not status.startswith("Z") else None


def _gone(process: Running, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while started_at(process.pid) == process.started:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _direct() -> urllib.request.OpenerDirector:
    """No proxy: it all happens on this machine."""
    return urllib.request.build_opener(urllib.request.ProxyHandler({}))
