"""Small things about files: write as a whole, tell whether anything changed."""

import contextlib
import fcntl
import hashlib
import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from local.errors import LocalStackError


def write_atomically(path: Path, text: str) -> None:
    """Replace the file, readable by its owner alone; a reader sees the old text or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}.{os.getpid()}.new")
    with contextlib.suppress(FileNotFoundError):
        new.unlink()
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    new.replace(path)


def digest_of(directory: Path, *, skip: Collection[str] = ()) -> str:
    """Hash names and contents of all files below, without caches, dot files and what ``skip`` names."""
    digest = hashlib.sha256()
    for root, directories, files in os.walk(directory):
        top = Path(root) == directory
        directories[:] = sorted(
            name
            for name in directories
            if not name.startswith(".") and name != "__pycache__" and not (top and name in skip)
        )
        for name in sorted(files):
            if name.startswith(".") or name.endswith(".pyc") or (top and name in skip):
                continue
            path = Path(root, name)
            digest.update(str(path.relative_to(directory)).encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


@contextmanager
def locked(path: Path, *, what: str, wait: bool = False) -> Iterator[None]:
    """Hold a lock that ends with the process; if somebody else holds it, wait or raise."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if not wait:
                raise LocalStackError(f"{what} is already under way in another terminal") from None
            print(f"  {what} is already under way in another terminal: waiting for it", flush=True)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
