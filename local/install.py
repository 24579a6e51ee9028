"""Make the virtual environment: ``python3.13 local/install.py .venv``. Needs nothing but Python.

Prints a line per package, so that a slow network is not silence.
"""

import subprocess
import sys
import venv
from pathlib import Path

_TAIL_LINES = 20


def main(directory: Path) -> int:
    """Return the exit code; on failure the end of pip's output is printed."""
    repository = Path(__file__).resolve().parents[1]
    print(f"Making {directory.name} with Python {sys.version.split()[0]} (a minute or two, once)", flush=True)
    python = directory / "bin" / "python"
    # An environment of another Python, or a broken one, is made anew; a good one is only brought up to date.
    if not _is_this_python(python):
        venv.create(directory, with_pip=True, clear=True, symlinks=True)
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "--no-input"]
    packages = [*pip, "install", "--require-hashes", "-r", str(repository / "requirements-dev.txt")]
    ourselves = [*pip, "install", "--no-deps", "--no-build-isolation", "-e", str(repository)]
    return _run(packages) or _run(ourselves)


def _is_this_python(python: Path) -> bool:
    question = "import sys, pip; print(sys.version_info[:2])"
    try:
        answer = subprocess.run([str(python), "-c", question], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return False
    return answer.stdout.strip() == str(sys.version_info[:2])


def _run(command: list[str]) -> int:
    count = 0
    lines: list[str] = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            lines = [*lines[-_TAIL_LINES:], line]
            if line.startswith("Collecting "):
                count += 1
                print(f"  {count:>3}  {line.split()[1].split('==')[0]}", flush=True)
            elif line.startswith("Installing collected packages"):
                print("  Installing them", flush=True)
    if process.returncode:
        print("\n" + "".join(lines), file=sys.stderr)
    return process.returncode


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).absolute()))
