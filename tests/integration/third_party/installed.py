"""QuickBooks clients of others, each installed apart from our requirements, with the versions that it wants."""

import sys
from pathlib import Path

from tests.installed import installed, npm_packages

_HERE = Path(__file__).parent


def python_environment() -> dict[str, str]:
    """Install python-quickbooks unless it is there; return the environment in which Python finds it.

    Apart, because every release of it asks for one release of intuit-oauth, which is not ours.
    """
    requirements = _HERE / "python" / "requirements.txt"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet"]
    arguments = ["--require-hashes", "--no-deps", "--target", "packages", "-r", requirements.name]
    directory = installed("python", [requirements], [*pip, *arguments])
    # oauthlib sends tokens over plain HTTP only when told to.
    return {"PYTHONPATH": str(directory / "packages"), "OAUTHLIB_INSECURE_TRANSPORT": "1"}


def node_environment() -> dict[str, str]:
    """Install node-quickbooks unless it is there; return the environment in which our scripts find it.

    Raises NotHere where Node.js is missing.
    """
    return {"THIRD_PARTY_MODULES": str(npm_packages("node", _HERE / "node"))}
