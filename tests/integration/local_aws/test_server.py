import socket
import subprocess
import sys
from pathlib import Path

import pytest

from local.layout import REPOSITORY
from tests.integration.local_aws.engine import eventually

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="asks Linux about processes and addresses")


@linux_only
def test_a_stopped_engine_leaves_no_process_behind(new_engine):
    engine = new_engine()
    engine.start()
    engine.function("pid", "import os\ndef handler(event, context):\n    return os.getpid()\n")
    worker = engine.invoke("pid")

    engine.stop()

    eventually(lambda: not is_alive(worker))


@linux_only
def test_the_engine_binds_to_this_machine_only(engine):
    port = int(engine.url.rpartition(":")[2])

    with socket.socket() as other_interface:
        # Free on every other interface of this machine.
        other_interface.bind(("127.0.0.2", port))


def test_a_taken_port_is_an_error_that_names_it(engine):
    port = engine.url.rpartition(":")[2]
    runtime = REPOSITORY / ".local" / "lambda-runtime"
    second = subprocess.run(
        [
            *(sys.executable, "-m", "local.aws", "--port", port),
            *("--state-dir", str(engine.state_dir.parent / "second"), "--lambda-runtime", str(runtime)),
        ],
        capture_output=True,
        text=True,
        cwd=REPOSITORY,
        check=False,
    )

    assert second.returncode == 1
    assert f"Port {port}" in second.stderr


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
