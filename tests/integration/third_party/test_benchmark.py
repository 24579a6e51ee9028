"""The benchmark of the clients runs, and no document is lost or made twice in it; how long it takes is not tested."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.installed import NotHere
from tests.integration.third_party.installed import node_environment

_REPOSITORY = Path(__file__).parents[3]


def bench(*arguments):
    command = [sys.executable, "-m", "bench.client", "--latency-ms", "0", *arguments]
    done = subprocess.run(command, cwd=_REPOSITORY, env={**os.environ}, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def node():
    try:
        node_environment()
    except NotHere as missing:
        pytest.skip(str(missing))


def test_every_contestant_pulls_and_pushes_all_documents(node):
    told = bench("--invoices", "12", "--orders", "31", "--vendors", "3", "--items", "5")

    rows = re.findall(r"^(ledgerlink|ledgerlink unpaced|python-quickbooks|node-quickbooks)  .*?(\d+)  ×", told, re.M)
    assert len(rows) == 8
    assert [documents for _, documents in rows] == ["12"] * 4 + ["31"] * 4


def test_with_intuits_limits_on_nothing_is_refused():
    told = bench("--throttled", "--invoices", "12", "--orders", "31", "--vendors", "3", "--items", "5")

    assert len(re.findall(r" 0 refused", told)) == 2
    assert told.count("allow that in one go") == 2


def test_a_pull_of_more_than_a_page_takes_a_call_for_each():
    told = bench("--only", "ledgerlink", "--invoices", "2500", "--orders", "1", "--vendors", "1", "--items", "3")

    assert re.search(r"^ledgerlink +3 ", told, re.M)
