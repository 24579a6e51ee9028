"""Choosing an entry of a company's list in a form: out of a short list, or by what is typed where it is long."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ledgerlink.domain import rows
from ledgerlink.domain.pickers import is_active, matching
from ledgerlink.domain.rows import Row
from ledgerlink.errors import InvalidRequest
from ledgerlink.pages.settings.forms import Sent

SHORT = 100
"""So many entries are shown at once; in a longer list one searches."""
OFFERED = 50
"""So many of those that match are offered."""

type Label = Callable[[Row], str]


@dataclass(frozen=True, slots=True)
class Option:
    """An entry to choose."""

    value: str
    text: str


@dataclass(frozen=True, slots=True)
class Group:
    """Entries under one heading."""

    label: str
    options: Sequence[Option]


@dataclass(frozen=True, slots=True)
class Picker:
    """How a field lets one choose."""

    groups: Sequence[Group] = ()
    search: bool = False
    text: str = ""
    """What stands in the search field."""
    candidates: Sequence[Option] = ()
    """What was typed can mean each of these."""
    empty: str = ""
    """What it means that nothing is chosen."""
    now: str = ""
    """What is used now, in words."""
    problem: str = ""


def meant(found: Sequence[Row], text: str, label: Label) -> list[Row]:
    """The active entries that a typed text can mean: the one that is called so, else all in which its words stand."""
    wanted = " ".join(text.split()).casefold()
    exact = [row for row in found if is_active(row) and " ".join(label(row).split()).casefold() == wanted]
    return exact or matching(found, text, inactive=False)


def picked(sent: Sent, name: str, find: Callable[[str], Sequence[Row]]) -> str:
    """The id that was chosen by typing; "" for none. Raises InvalidRequest where no or several entries can be meant."""
    typed = sent.typed(f"{name}.text")
    if sent.typed(f"{name}.pick"):
        return sent.typed(f"{name}.pick")
    if typed == sent.shown.get(f"{name}.text", ""):
        return sent.shown.get(name, "")
    if not typed:
        return ""
    found = find(typed)
    if len(found) == 1:
        return rows.text(found[0], "Id")
    problem = "several match; choose one of them below" if found else "is not in QuickBooks, or cannot be used here"
    raise InvalidRequest(f"'{name}' {problem}.", fields=[{"field": name, "problem": problem}])


def candidates(sent: Sent, name: str, find: Callable[[str], Sequence[Row]], label: Label) -> list[Option]:
    """What to offer for a text that can mean several entries."""
    typed = sent.typed(f"{name}.text")
    if not typed or typed == sent.shown.get(f"{name}.text", ""):
        return []
    found = find(typed)
    return options(found, label) if len(found) > 1 else []


def options(found: Sequence[Row], label: Label) -> list[Option]:
    """The first of them."""
    return [Option(rows.text(row, "Id"), label(row)) for row in found[:OFFERED]]
