"""Names as QuickBooks accepts them.

QuickBooks refuses a colon, a tab and a newline in DisplayName and Item.Name
(Intuit, Vendor and Item reference: error 2040), because the colon separates
levels of its hierarchy.
"""

import hashlib
import re

VENDOR_NAME_MAX = 500
ITEM_NAME_MAX = 100
VENDOR_SUFFIX = " (V)"
"""Added when a customer or an employee already has the supplier's name: QuickBooks
wants names to be unique across the three lists (error 6240)."""
CUSTOMER_NAME_MAX = 500
CUSTOMER_SUFFIX = " (C)"
"""Added when a vendor or an employee already has the customer's name."""

_BLANKS = re.compile(r"\s+")


def clean_name(name: str, maximum: int) -> str:
    """The name with colons as hyphens and any white space as one blank, cut to what QuickBooks takes."""
    return _BLANKS.sub(" ", name.replace(":", "-")).strip()[:maximum].rstrip()


def with_suffix(name: str, suffix: str, maximum: int) -> str:
    """The name with a suffix that survives the cut."""
    return name[: maximum - len(suffix)].rstrip() + suffix


def distinct_name(name: str, maximum: int) -> str:
    """The name as QuickBooks takes it; one that has to be cut ends in a digest, and so stays different from others."""
    whole = clean_name(name, len(name))
    if len(whole) <= maximum:
        return whole
    return with_suffix(whole, f" ~{hashlib.sha256(whole.casefold().encode()).hexdigest()[:8]}", maximum)


def same_name(one: str, other: str) -> bool:
    """QuickBooks compares names without regard to case."""
    return one.casefold().strip() == other.casefold().strip()
