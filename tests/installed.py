"""Packages that only tests use, each installed once under ``.local`` from what its lock file pins."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

_DIRECTORY = Path(__file__).parents[1] / ".local" / "third_party"


class NotHere(Exception):
    """A tool that an installation needs is missing; the text says which."""


def npm_packages(name: str, lock: Path) -> Path:
    """The directory with the ``node_modules`` that the package-lock.json in ``lock`` pins, each checked by its digest.

    Raises NotHere where Node.js is missing.
    """
    for tool in ("node", "npm"):
        if shutil.which(tool) is None:
            raise NotHere(f"{tool} is not installed")
    npm = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    return installed(name, [lock / "package.json", lock / "package-lock.json"], npm)


def installed(name: str, manifests: Iterable[Path], command: list[str]) -> Path:
    """The directory in which ``command`` was run beside the manifests; it is complete or not there."""
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
