"""axe-core looks for what keeps people with a screen reader, a keyboard or weak eyes from using a page."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.installed import npm_packages

_LOCK = Path(__file__).parent / "npm"
_GRAVE = ("serious", "critical")


type Check = Callable[[Page], None]


def install_axe() -> str:
    """What pages run. Raises NotHere where Node.js is missing."""
    return (npm_packages("axe", _LOCK) / "node_modules" / "axe-core" / "axe.min.js").read_text()


def check_accessible(axe: str, page: Page) -> None:
    """Fails if axe finds something grave on the page as it is now; says which rule, where, and what is wrong."""
    __tracebackhide__ = True
    # The policy of our pages lets no script in; what the debugger evaluates is not subject to it.
    page.evaluate(axe)
    found = page.evaluate("() => axe.run(document, {resultTypes: ['violations'], preload: false})")
    told = [_told(rule) for rule in found["violations"] if rule["impact"] in _GRAVE]
    assert not told, f"{page.title()}:\n" + "\n".join(told)


def _told(rule: dict[str, Any]) -> str:
    nodes = (f"  {' '.join(map(str, node['target']))}: {node['failureSummary']}" for node in rule["nodes"])
    return "\n".join([f"{rule['id']} ({rule['impact']}): {rule['help']}", *nodes])
