import socket

import pytest

from local.errors import LocalStackError
from local.ports import Ports, choose_ports, require_free


def test_an_argument_wins_over_the_environment_and_that_over_the_default(monkeypatch):
    monkeypatch.setenv("AWS_PORT", "5566")
    monkeypatch.delenv("QUICKBOOKS_PORT", raising=False)

    assert choose_ports() == Ports(aws=5566, quickbooks=8765)
    assert choose_ports(aws=6566, quickbooks=9765) == Ports(aws=6566, quickbooks=9765)


@pytest.mark.parametrize("value", ["http", "0", "65536", "-1"])
def test_what_is_no_port_number_is_refused_by_name(monkeypatch, value):
    monkeypatch.setenv("QUICKBOOKS_PORT", value)

    with pytest.raises(LocalStackError, match="QUICKBOOKS_PORT"):
        choose_ports()


def test_a_taken_port_says_which_one_and_what_to_set():
    with socket.socket() as other_program:
        other_program.bind(("127.0.0.1", 0))
        other_program.listen()
        port = other_program.getsockname()[1]

        with pytest.raises(LocalStackError) as taken:
            require_free(port, what="the local AWS engine", variable="AWS_PORT")

    assert f"Port {port}, meant for the local AWS engine, is taken" in str(taken.value)
    assert f"AWS_PORT={port + 1}" in str(taken.value)
