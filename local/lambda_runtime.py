"""Install what the Lambda runtime brings on AWS: awslambdaric and boto3, in a directory of their own."""

import hashlib
import os
import shutil
import sys
from pathlib import Path

from local.files import locked
from local.layout import REPOSITORY, Layout
from local.progress import run_logged, step

REQUIREMENTS = REPOSITORY / "local" / "aws" / "lambda-runtime.txt"


def install_lambda_runtime(layout: Layout, requirements: Path = REQUIREMENTS) -> None:
    """Install once, and again when the requirements file or the Python changes."""
    wanted = hashlib.sha256(requirements.read_bytes() + sys.version.encode()).hexdigest()
    marker = layout.lambda_runtime / ".installed"
    lock = layout.lambda_runtime.with_suffix(".lock")
    with locked(lock, what="Installing the Lambda runtime client", wait=True):
        if not marker.exists() or marker.read_text() != wanted:
            _install(layout, requirements, wanted)


def _install(layout: Layout, requirements: Path, version: str) -> None:
    with step("Install the Lambda runtime client"):
        new = layout.lambda_runtime.with_suffix(".new")
        shutil.rmtree(new, ignore_errors=True)
        run_logged(
            [
                *(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
                # Compiled here once, or each cold start would compile boto3 again.
                *("--require-hashes", "--no-deps", "--compile", "--target", str(new)),
                *("--requirement", str(requirements)),
            ],
            log=layout.logs / "lambda-runtime.log",
            cwd=REPOSITORY,
            env=os.environ,
            what="Installing the Lambda runtime client",
        )
        (new / ".installed").write_text(version)
        shutil.rmtree(layout.lambda_runtime, ignore_errors=True)
        new.rename(layout.lambda_runtime)
