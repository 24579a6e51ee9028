"""The portal's styles and scripts: small, licensed, and from nowhere else."""

import gzip
import re
from pathlib import Path

import pytest

from ledgerlink.pages import assets

DIRECTORY = Path(assets.__file__).parent
KILOBYTE = 1024


def test_all_that_a_page_loads_is_under_100_kilobytes_compressed():
    loaded = [name for name in assets.asset_names() if name.endswith((".css", ".js"))]

    compressed = sum(len(gzip.compress((DIRECTORY / name).read_bytes())) for name in loaded)

    assert len(loaded) >= 4
    assert compressed < 100 * KILOBYTE


@pytest.mark.parametrize(("name", "version"), [("htmx.min.js", r'version:"([\d.]+)"'), ("pico.min.css", r"v([\d.]+) ")])
def test_the_table_says_which_version_is_vendored(name: str, version: str):
    found = re.search(version, assets.read_asset(name))

    row = next(line for line in (DIRECTORY / "README.md").read_text().splitlines() if f"| {name} |" in line)

    assert found is not None
    assert f"| {found[1]} |" in row
    assert (DIRECTORY / row.split("(")[-1].split(")")[0]).is_file()


def test_nothing_is_loaded_from_elsewhere():
    ours = "\n".join(assets.read_asset(name) for name in ("portal.css", "portal.js", "pico.min.css"))

    assert not re.search(r"(?:url\(|@import|import\()\s*[\"']?(?:https?:)?//", ours)


def test_an_address_changes_with_the_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "portal.css").write_text("p { color: red }")
    monkeypatch.setattr(assets, "_DIRECTORY", tmp_path)
    assets.asset_names.cache_clear()

    digests = []
    for text in ("p { color: red }", "p { color: blue }"):
        (tmp_path / "portal.css").write_text(text)
        assets.digest.cache_clear()
        digests.append(assets.digest())

    monkeypatch.undo()
    assets.asset_names.cache_clear()
    assets.digest.cache_clear()
    assert len(set(digests)) == 2
