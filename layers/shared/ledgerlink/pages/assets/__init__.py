"""The portal's styles and scripts, vendored with their licences: see README.md here."""

import hashlib
from functools import cache
from pathlib import Path

CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
}
_DIRECTORY = Path(__file__).parent


@cache
def asset_names() -> frozenset[str]:
    """What may be asked for."""
    return frozenset(path.name for path in _DIRECTORY.iterdir() if path.suffix in CONTENT_TYPES)


@cache
def digest() -> str:
    """Changes with any of them, so that browsers may keep them for ever."""
    whole = hashlib.sha256()
    for name in sorted(asset_names()):
        whole.update(name.encode() + b"\0" + (_DIRECTORY / name).read_bytes())
    return whole.hexdigest()[:16]


def asset_path(name: str) -> str:
    """Where it is served."""
    if name not in asset_names():
        raise LookupError(f"there is no asset {name}")
    return f"/portal/assets/{digest()}/{name}"


def read_asset(name: str) -> str:
    """Its text."""
    return (_DIRECTORY / name).read_text(encoding="utf-8")
