import json
import subprocess
import sys
from dataclasses import asdict

import pytest

from local import processes
from local.errors import LocalStackError
from local.layout import Layout
from local.processes import Running, Service, started_at
from tests.integration.local_aws.engine import free_port

ANSWERS = """
import http.server, signal, sys
if sys.argv[2:] == ["stubborn"]:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
class Health(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Health).serve_forever()
"""


@pytest.fixture
def service(tmp_path):
    layout = Layout(tmp_path)
    layout.make()
    service = Service("test", "The test service", "/health", layout)
    yield service
    service.stop()


def start(service, *command):
    port = free_port()
    arguments = [sys.executable, "-c", *(command or (ANSWERS, str(port)))]
    return service.start(
        [argument.replace("PORT", str(port)) for argument in arguments],
        cwd=service.layout.directory,
        env={},
        port=port,
        version="1",
    )


def test_a_started_service_is_known_until_it_is_stopped_and_stopping_again_does_nothing(service):
    process = start(service)

    assert service.running() == process
    assert service.is_healthy(process.port)
    assert service.stop() == f"stopped (pid {process.pid})"
    assert service.running() is None
    assert service.stop() == "was not running"
    assert started_at(process.pid) is None


def test_a_service_that_ignores_sigterm_is_killed(service, monkeypatch):
    monkeypatch.setattr(processes, "_STOP_SECONDS", 0.3)
    process = start(service, ANSWERS, "PORT", "stubborn")

    done = service.stop()

    assert "was killed" in done
    assert started_at(process.pid) is None


def test_a_process_that_got_the_old_pid_is_not_ours_and_survives(service):
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    ours_once = Running(pid=stranger.pid, started="another time", port=1, version="1")
    (service.layout.pids / "test.json").write_text(json.dumps(asdict(ours_once)))

    try:
        assert service.running() is None
        assert service.stop() == "was not running"
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_service_that_ends_at_once_shows_the_end_of_its_log(service):
    with pytest.raises(LocalStackError) as failed:
        start(service, "import sys; sys.exit('no such seed')")

    assert "ended with exit code 1" in str(failed.value)
    assert "no such seed" in str(failed.value)
    assert str(service.log) in str(failed.value)
    assert service.running() is None
