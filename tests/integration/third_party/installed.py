"""QuickBooks clients of others, each installed apart from our requirements, with the versions that it wants."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

_HERE = Path(__file__).parent
_DIRECTORY = _HERE.parents[2] / ".local" / "third_party"


class NotHere(Exception):
    """A tool that a client needs is missing; the text says which."""


def python_environment() -> dict[str, str]:
    """Install python-quickbooks unless it is there; return the environment in which Python finds it.

    Apart, because every release of it asks for one release of intuit-oauth, which is not ours.
    """
    requirements = _HERE / "python" / "requirements.txt"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet"]
    arguments = ["--require-hashes", "--no-deps", "--target", "packages", "-r", requirements.name]
    directory = _installed("python", [requirements], [*pip, *arguments])
    # oauthlib sends tokens over plain HTTP only when told to.
    return {"PYTHONPATH": str(directory / "packages"), "OAUTHLIB_INSECURE_TRANSPORT": "1"}


def node_environment() -> dict[str, str]:
    """Install node-quickbooks unless it is there; return the environment in which our scripts find it.

    Raises NotHere where Node.js is missing.
    """
    for tool in ("node", "npm"):
        if shutil.which(tool) is None:
            raise NotHere(f"{tool} is not installed")
    lock = [_HERE / "node" / name for name in ("package.json", "package-lock.json")]
    npm = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    return {"THIRD_PARTY_MODULES": str(_installed("node", lock, npm))}


def _installed(name: str, manifests: list[Path], command: list[str]) -> Path:
    """Return the directory with what the manifests pin; it is complete or not there."""
    pins = hashlib.sha256(b"".join(path.read_bytes() for path in manifests) + sys.version.encode()).hexdigest()[:16]
    directory = _DIRECTORY / f"{name}-{pins}"
    if directory.is_dir():
        return directory
    _DIRECTORY.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=_DIRECTORY, prefix="installing-") as temporary:
        for path in manifests:
            shutil.copy(path, temporary)
        done = subprocess.run(command, cwd=temporary, capture_output=True, text=True, timeout=280, env={**os.environ})
        if done.returncode:
            raise RuntimeError(f"{' '.join(command[:3])} failed:\n{done.stderr[-2000:]}")
        # Whoever else has installed it meanwhile has made the same.
        if not directory.is_dir():
            shutil.copytree(temporary, directory, symlinks=True)
    return directory
