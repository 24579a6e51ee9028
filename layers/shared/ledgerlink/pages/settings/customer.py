"""The default customer: nobody, one that QuickBooks has, or one that is described."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ledgerlink.domain.pickers import label
from ledgerlink.domain.rows import Row
from ledgerlink.domain.settings import DefaultCustomer
from ledgerlink.pages.settings.fields import Field
from ledgerlink.pages.settings.forms import Refused, Sent
from ledgerlink.pages.settings.pickers import Picker, candidates, picked

CUSTOMER = "default_customer"
EXISTING = f"{CUSTOMER}.quickbooks_id"
WHO = "who"
NOBODY, KNOWN, NEW = "nobody", "known", "new"
_PARTS: Mapping[str, str] = {
    "name": "Name",
    "email": "E-mail",
    "phone": "Phone",
    "address.line1": "Street",
    "address.line2": "Street, second line",
    "address.postal_code": "Postal code",
    "address.city": "City",
    "address.region": "State or region",
    "address.country": "Country",
}


def _field(name: str, words: str) -> Field:
    return Field(name, words, str.strip, str)


FIELDS = (
    _field(WHO, "Who is invoiced where a document names nobody"),
    _field(EXISTING, "Customer in QuickBooks"),
    *(_field(f"{CUSTOMER}.{part}", words) for part, words in _PARTS.items()),
)


def customer_texts(customer: DefaultCustomer | None) -> dict[str, str]:
    """What the form shows."""
    if customer is None:
        return {WHO: NOBODY}
    name = customer.name or customer.quickbooks_id
    return {WHO: KNOWN, EXISTING: customer.quickbooks_id, f"{EXISTING}.text": name}


def customer_patch(sent: Sent, find: Callable[[str], Sequence[Row]]) -> dict[str, Any]:
    """The merge patch of what a person changed. Raises InvalidRequest, and what ``find`` raises."""
    match sent.typed(WHO):
        case "known":
            chosen = picked(sent, EXISTING, find)
            same = sent.shown.get(WHO) == KNOWN and chosen == sent.shown.get(EXISTING)
            return {} if same else {CUSTOMER: {"quickbooks_id": chosen}}
        case "new":
            return {CUSTOMER: described(sent)}
        case _:
            return {} if sent.shown.get(WHO) == NOBODY else {CUSTOMER: None}


def described(sent: Sent) -> dict[str, Any]:
    """The new customer, without what was left empty."""
    customer: dict[str, Any] = {}
    for part in _PARTS:
        if typed := sent.typed(f"{CUSTOMER}.{part}"):
            *parents, last = part.split(".")
            (customer.setdefault(parents[0], {}) if parents else customer)[last] = typed
    return customer


def customer_picker(
    customer: DefaultCustomer | None, refused: Refused | None, find: Callable[[str], Sequence[Row]]
) -> Picker:
    """The search for a customer that QuickBooks has."""
    if refused is None:
        return Picker(search=True, text=customer_texts(customer).get(f"{EXISTING}.text", ""))
    is_asked = EXISTING in refused.problems
    found = candidates(refused.sent, EXISTING, find, label) if is_asked else []
    return Picker(search=True, text=refused.sent.typed(f"{EXISTING}.text"), candidates=found)
