"""The simulator as a process: start, state file, kill, stop."""

import json
import select
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from local.quickbooks import Simulator

ROOT = Path(__file__).parents[3]


def start(*arguments):
    process = subprocess.Popen(
        [sys.executable, "-m", "local.quickbooks", "--port", "0", *map(str, arguments)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    ready, _, _ = select.select([process.stdout], [], [], 15)
    assert ready, "the simulator did not start"
    return process, process.stdout.readline().split()[-1]


def first_realm(url):
    return requests.get(f"{url}/simulator/companies", timeout=10).json()["companies"][0]["realm_id"]


def finish(process):
    process.stdout.close()
    return process.wait(10)


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_a_restart_keeps_companies_tokens_entities_and_request_ids(tmp_path, end):
    state = tmp_path / "deep" / "state.json"
    process, url = start("--state", state)
    realm = first_realm(url)
    tokens = requests.post(f"{url}/simulator/tokens", json={"realm_id": realm}, timeout=10).json()
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    body = {"DisplayName": "Kept ’ 日", "Notes": "x"}
    path = f"/v3/company/{realm}/vendor?requestid=once"
    created = requests.post(url + path, json=body, headers=headers, timeout=10)
    if end == signal.SIGKILL:
        deadline = time.monotonic() + 10
        while not (state.exists() and "Kept" in state.read_text()) and time.monotonic() < deadline:
            time.sleep(0.05)
    process.send_signal(end)
    finish(process)

    process, url = start("--state", state)
    try:
        again = requests.post(url + path, json=body, headers=headers, timeout=10)
        read = requests.get(
            f"{url}/v3/company/{realm}/vendor/{created.json()['Vendor']['Id']}", headers=headers, timeout=10
        )
        refreshed = requests.post(
            f"{url}/oauth2/v1/tokens/bearer",
            data={"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]},
            auth=("ledgerlink-local", "ledgerlink-local-secret"),
            timeout=10,
        )
    finally:
        process.terminate()
        finish(process)

    assert again.content == created.content
    assert read.json()["Vendor"] == created.json()["Vendor"]
    assert refreshed.status_code == 200
    assert state.stat().st_mode & 0o077 == 0
    json.loads(state.read_text())


def test_it_stops_at_once_though_connections_are_open():
    process, url = start()
    host, port = url.removeprefix("http://").split(":")
    idle = socket.create_connection((host, int(port)))
    requests.post(f"{url}/simulator/faults", json={"then": {"delay_ms": 30_000}}, timeout=10)
    hanging = socket.create_connection((host, int(port)))
    hanging.sendall(b"GET /v3/company/1/vendor/1 HTTP/1.1\r\nHost: x\r\n\r\n")

    started = time.monotonic()
    process.terminate()
    code = finish(process)
    idle.close()
    hanging.close()

    assert code == 0
    assert time.monotonic() - started < 2


def test_a_taken_port_is_said_in_one_line():
    with Simulator() as simulator:
        port = simulator.url.rpartition(":")[2]
        done = subprocess.run(
            [sys.executable, "-m", "local.quickbooks", "--port", port],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=15,
        )

    assert done.returncode == 1
    assert done.stderr.startswith("quickbooks: ")
    assert "Traceback" not in done.stderr


def test_help_names_the_options():
    done = subprocess.run(
        [sys.executable, "-m", "local.quickbooks", "--help"], cwd=ROOT, capture_output=True, text=True, timeout=15
    )

    assert done.returncode == 0
    for option in ("--host", "--port", "--seed", "--latency-ms", "--state"):
        assert option in done.stdout


def test_seeds_differ():
    with Simulator(seed=1) as one, Simulator(seed=2) as two:
        assert first_realm(one.url) != first_realm(two.url)


def test_connections_are_kept_alive():
    with Simulator() as simulator, requests.Session() as http:
        local_ports = set()
        for _ in range(3):
            response = http.get(f"{simulator.url}/simulator/health", stream=True, timeout=10)
            local_ports.add(response.raw._connection.sock.getsockname()[1])  # type: ignore[union-attr]
            response.content  # noqa: B018 (reads the body, so that the connection goes back)

    assert len(local_ports) == 1


def test_a_chunked_body_is_read():
    with Simulator() as simulator:
        body = (part for part in (b'{"advance_', b'seconds": 5}'))
        response = requests.post(f"{simulator.url}/simulator/clock", data=body, timeout=10)

    assert response.json()["offset_seconds"] == 5


def test_a_body_beyond_all_reason_is_refused():
    with Simulator() as simulator:
        host, port = simulator.url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=10) as connection:
            connection.sendall(b"POST /simulator/clock HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n")
            answer = connection.recv(100)

    assert answer.startswith(b"HTTP/1.1 413")


def test_companies_do_not_wait_for_each_other():
    with Simulator() as simulator:
        busy, free = simulator.world.companies.all()[:2]
        tokens = requests.post(f"{simulator.url}/simulator/tokens", json={"realm_id": free.realm_id}, timeout=10).json()
        with busy.lock:
            response = requests.get(
                f"{simulator.url}/v3/company/{free.realm_id}/vendor/1",
                headers={"Authorization": f"Bearer {tokens['access_token']}"},
                timeout=5,
            )

    assert response.status_code == 200


def test_twenty_thousand_vendors_do_not_slow_a_create_down():
    with Simulator() as simulator:
        made = requests.post(
            f"{simulator.url}/simulator/companies",
            json={"name": "Large", "counts": {"vendors": 20_000, "customers": 0, "items": 0}},
            timeout=60,
        ).json()
        tokens = requests.post(
            f"{simulator.url}/simulator/tokens", json={"realm_id": made["realm_id"]}, timeout=10
        ).json()
        headers = {"Authorization": f"Bearer {tokens['access_token']}"}
        url = f"{simulator.url}/v3/company/{made['realm_id']}/vendor"
        with requests.Session() as http:
            started = time.perf_counter()
            for number in range(20):
                body = {"DisplayName": f"Late {number}"}
                assert http.post(url, json=body, headers=headers, timeout=10).status_code == 200
            taken = time.perf_counter() - started

    assert made["entities"]["Vendor"] == 20_000
    assert taken < 1
