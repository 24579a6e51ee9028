"""Names as QuickBooks accepts them.

QuickBooks refuses a colon, a tab and a newline in DisplayName and Item.Name
(Intuit, Vendor and Item reference: error 2040), because the colon separates
levels of its hierarchy.
"""

import re

VENDOR_NAME_MAX = 500
ITEM_NAME_MAX = 100
VENDOR_SUFFIX = " (V)"
"""Added when a customer or an employee already has the supplier's name: QuickBooks
wants names to be unique across the three lists (error 6240)."""

_BLANKS = re.compile(r"\s+")


def clean_name(name: str, maximum: int) -> str:
    """The name with colons as hyphens and any white space as one blank, cut to what QuickBooks takes."""
    return _BLANKS.sub(" ", name.replace(":", "-")).strip()[:maximum].rstrip()


def with_suffix(name: str, suffix: str, maximum: int) -> str:
    """The name with a suffix that survives the cut."""
    return name[: maximum - len(suffix)].rstrip() + suffix


def same_name(one: str, other: str) -> bool:
    """QuickBooks compares names without regard to case."""
    return one.casefold().strip() == other.casefold().strip()
