"""What is uploaded: every handler can be imported from it, and nothing else is in it."""

import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from packaging.utils import canonicalize_name

from local.layout import REPOSITORY
from tests.artifact.conftest import Build
from tests.artifact.stack_template import functions
from tests.artifact.test_permissions import adapters_used
from tests.template import template

NAMES = sorted(functions())
SLOW_TO_IMPORT = {"cryptography", "intuitlib", "jinja2", "requests"}
PAGES = {
    *("portal_compare", "portal_reconciliation"),
    *("portal_document", "portal_documents", "portal_preview", "portal_send"),
    *("confirm_connect", "confirm_disconnect", "connect", "connect_callback"),
    *(
        "disconnect",
        "docs",
        "portal_activity",
        "portal_change_flows",
        "portal_change_settings",
        "portal_flows",
        "portal_help",
        "portal_integrations",
        *("portal_mappings", "portal_change_mapping"),
        "portal_settings",
        "switch_session",
    ),
}
SPEAK_TO_INTUIT = {
    "portal_preview",
    *("connect", "connect_callback", "disconnect", "push_document"),
    *("portal_change_settings", "portal_settings"),
    *("change_mapping", "change_settings", "preview_document", "read_lists", "read_settings"),
    *("portal_compare", "read_reconciliation", "suggest_matches"),
}
REACH_NOTHING = {"portal_asset"}
"""They answer with what is in the layer."""
UNZIPPED_BYTES = 262_144_000
"""The most that Lambda takes of a function with its layers (Lambda quotas)."""

_TIME_ZONE = """
import sys, zoneinfo
sys.path.insert(0, sys.argv[1])
zoneinfo.reset_tzpath(to=[])
print(zoneinfo.ZoneInfo("Europe/Berlin"))
"""

_IMPORT = """
import importlib, json, sys
sys.path[:0] = json.loads(sys.argv[1])
handler = importlib.import_module("handler")
assert callable(handler.lambda_handler)
for name in json.loads(sys.argv[2]):
    getattr(handler.wiring(), name)
print(json.dumps({name: getattr(module, "__file__", None) for name, module in sys.modules.items()}))
"""

ENVIRONMENT = {
    **dict.fromkeys(template()["Globals"]["Function"]["Environment"]["Variables"], "something"),
    "PUSH_STATE_MACHINE_ARN": "something",
    "POWERTOOLS_LOG_LEVEL": "INFO",
    "INTUIT_ENVIRONMENT": "sandbox",
    "INTUIT_BASE_URL": "",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}


def imported(build: Build, lambda_runtime: Path, function: str, adapters: list[str] | None = None) -> dict[str, Any]:
    """The modules by name, after a cold start that also builds these adapters."""
    path = json.dumps(build.import_path(function, lambda_runtime))
    answer = subprocess.run(
        # Neither the virtual environment nor the current directory nor PYTHONPATH is looked at.
        [sys._base_executable, "-I", "-S", "-B", "-c", _IMPORT, path, json.dumps(adapters or [])],  # type: ignore[attr-defined]
        capture_output=True,
        text=True,
        env=ENVIRONMENT,
        cwd=build.directory,
    )
    assert answer.returncode == 0, answer.stderr
    modules: dict[str, Any] = json.loads(answer.stdout)
    return modules


def sources(build: Build) -> list[Path]:
    return [path for layer in build.layers.values() for path in layer.rglob("*.py")]


def bytecode_of(path: Path) -> Path:
    return path.parent / "__pycache__" / f"{path.stem}.cpython-313.pyc"


@pytest.mark.parametrize("function", NAMES)
def test_a_handler_is_imported_from_what_is_uploaded_alone(build: Build, lambda_runtime: Path, function: str):
    modules = imported(build, lambda_runtime, function)

    where = {name: Path(file) for name, file in modules.items() if file and not name.startswith("_")}
    allowed = [*build.import_path(function, lambda_runtime), str(Path(json.__file__).parents[1])]
    strangers = {name: file for name, file in where.items() if not str(file).startswith(tuple(allowed))}
    assert strangers == {}
    assert "site-packages" not in "".join(map(str, where.values()))


@pytest.mark.parametrize("function", NAMES)
def test_a_cold_start_imports_nothing_slow_that_a_request_may_not_need(
    build: Build, lambda_runtime: Path, function: str
):
    modules = imported(build, lambda_runtime, function)

    assert SLOW_TO_IMPORT & set(modules) == ({"jinja2"} if function in PAGES else set())


@pytest.mark.parametrize("function", [name for name in NAMES if name not in SPEAK_TO_INTUIT | REACH_NOTHING])
def test_a_function_that_does_not_speak_to_intuit_never_imports_what_that_needs(
    build: Build, lambda_runtime: Path, function: str
):
    adapters = sorted(set(adapters_used(function)))

    modules = imported(build, lambda_runtime, function, adapters)

    assert adapters
    assert {"cryptography", "intuitlib", "requests"} & set(modules) == set()


def test_a_push_with_a_fresh_token_never_imports_intuitlib(build: Build, lambda_runtime: Path):
    modules = imported(build, lambda_runtime, "push_document", ["pusher", "sealer", "_sessions"])

    assert "requests" in modules
    assert {"cryptography", "intuitlib", "jinja2"} & set(modules) == set()


def test_time_zones_are_known_on_a_machine_that_has_no_files_of_them(build: Build):
    layer = str(build.layers["DependenciesLayer"] / "python")
    command = [sys._base_executable, "-I", "-S", "-B", "-c", _TIME_ZONE, layer]  # type: ignore[attr-defined]

    answer = subprocess.run(command, capture_output=True, text=True)

    assert answer.stdout.strip() == "Europe/Berlin", answer.stderr


def test_every_module_of_a_layer_is_compiled_and_its_bytecode_does_not_hang_on_file_times(build: Build):
    wrong = []
    for path in sources(build):
        bytecode = bytecode_of(path)
        header = bytecode.read_bytes()[:16] if bytecode.exists() else b""
        unchecked_hash = int.from_bytes(header[4:8], "little") == 0b01
        if not (unchecked_hash and header[8:16] == importlib.util.source_hash(path.read_bytes())):
            wrong.append(str(path.relative_to(build.directory)))

    assert len(sources(build)) > 500
    assert wrong == []


def test_no_bytecode_of_another_python_is_uploaded(build: Build):
    strangers = [path.name for path in build.directory.rglob("*.pyc") if not path.stem.endswith(".cpython-313")]

    assert strangers == []


def test_what_is_compiled_is_for_the_processors_of_the_stack(build: Build):
    compiled = list(build.directory.rglob("*.so"))

    wrong = [
        path.name for path in compiled if "abi3" not in path.name and f"{build.machine}-linux-gnu" not in path.name
    ]

    assert compiled
    assert wrong == []


def test_the_dependencies_are_the_pinned_ones_and_no_others(build: Build):
    requirements = (REPOSITORY / "layers" / "dependencies" / "requirements.txt").read_text()
    pinned = {
        f"{canonicalize_name(name)}=={version}" for name, version in re.findall(r"(?m)^([\w.-]+)==(\S+)", requirements)
    }

    shipped = set()
    for path in (build.layers["DependenciesLayer"] / "python").glob("*.dist-info"):
        name, version = path.name.removesuffix(".dist-info").rsplit("-", 1)
        shipped.add(f"{canonicalize_name(name)}=={version}")

    assert shipped == pinned
    assert not {"boto3", "botocore", "pytest", "moto"} & {name.split("==")[0] for name in shipped}


def test_a_function_is_its_handler_and_nothing_else(build: Build):
    for function in NAMES:
        files = [str(path.relative_to(build.code(function))) for path in build.code(function).rglob("*")]
        assert files == ["handler.py"], function


def test_the_shared_layer_is_the_package_and_nothing_else(build: Build):
    root = REPOSITORY / "layers" / "shared"
    layer = build.layers["SharedLayer"] / "python"
    kept = {
        str(path.relative_to(root))
        for path in (root / "ledgerlink").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }

    shipped = {str(path.relative_to(layer)) for path in layer.rglob("*") if path.is_file() and path.suffix != ".pyc"}

    assert shipped == kept
    assert [path.name for path in layer.iterdir()] == ["ledgerlink"]


def test_no_secret_is_uploaded(build: Build):
    ours = [*build.layers["SharedLayer"].rglob("*"), *(file for name in NAMES for file in build.code(name).rglob("*"))]
    secret = re.compile(rb"AKIA[0-9A-Z]{16}|-----BEGIN|ledgerlink-local|xoxb-|https?://[^/\s\"']+:[^/\s\"']+@")

    telling = [path.name for path in ours if path.is_file() and secret.search(path.read_bytes())]
    named = [path.name for path in build.directory.rglob("*") if path.name == ".env" or path.suffix in (".key", ".p12")]

    assert telling == []
    assert named == []


def test_the_layers_fit_into_a_function(build: Build, capsys: pytest.CaptureFixture[str]):
    sizes = {
        name: sum(path.stat().st_size for path in layer.rglob("*") if path.is_file())
        for name, layer in build.layers.items()
    }

    with capsys.disabled():
        print("\nUnzipped:", ", ".join(f"{name} {size / 1e6:.1f} MB" for name, size in sizes.items()))  # noqa: T201

    assert sum(sizes.values()) < UNZIPPED_BYTES
