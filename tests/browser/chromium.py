"""The Chromium of this machine; none is downloaded."""

import os
import shutil

from playwright.sync_api import Browser, Playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome")
# Nothing of its own business: only the pages that a test opens.
_ARGUMENTS = (
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


class NoChromium(Exception):
    """There is none; the text says how to get one."""


def find_chromium() -> str:
    """The program that the variable CHROMIUM names, else the first that PATH knows. Raises NoChromium."""
    chosen = os.environ.get("CHROMIUM")
    found = shutil.which(chosen) if chosen else next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        raise NoChromium(
            f"{chosen} (CHROMIUM) is not a program"
            if chosen
            else "no Chromium is installed: apt-get install chromium (Debian), brew install --cask chromium (macOS), "
            "or let the variable CHROMIUM name a Chromium or Chrome"
        )
    return found


def launch(playwright: Playwright, program: str) -> Browser:
    """Without a window. Its sandbox does not work for root."""
    return playwright.chromium.launch(
        executable_path=program, args=list(_ARGUMENTS), chromium_sandbox=os.geteuid() != 0
    )
