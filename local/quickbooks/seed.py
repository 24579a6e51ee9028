"""Companies to start with: the same for the same seed, with plausible books."""

import random
from datetime import datetime, timedelta
from typing import Any

from local.quickbooks.companies import PLANS, Company
from local.quickbooks.entities.preferences import default_preferences, merge_preferences
from local.quickbooks.seed_documents import DOCUMENTS, add_documents
from local.quickbooks.seed_lists import LISTS, ListWriter, put_singleton

COUNTS = {**LISTS, **{name: document.usual for name, document in DOCUMENTS.items()}}
_USUAL_DAYS = 80
_SET_UP_DAYS = 40

_COMPANIES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("Harbor Street Supply Co.", "Plus", {}),
    (
        "Juniper & Rye Provisions",
        "Advanced",
        {
            "AccountingInfoPrefs": {"ClassTrackingPerTxnLine": True, "TrackDepartments": True},
            "OtherPrefs": {"VendorAndPurchasesPrefs.UseCustomTxnNumbers": True},
        },
    ),
    ("Little Fox Books", "Essentials", {}),
)


def seeded_companies(seed: int, now: datetime) -> list[Company]:
    """Return the companies that a fresh simulator has."""
    return [
        new_company(random.Random(f"{seed}/{number}"), now, name, plan, preferences=preferences)
        for number, (name, plan, preferences) in enumerate(_COMPANIES, start=1)
    ]


def new_realm_id(chance: random.Random) -> str:
    """Return a realm id of 16 digits in the form of Intuit's."""
    return "934145" + str(chance.randrange(10**9, 10**10))


def new_company(
    chance: random.Random,
    now: datetime,
    name: str,
    plan: str,
    *,
    country: str = "US",
    currency: str = "USD",
    realm_id: str | None = None,
    preferences: dict[str, Any] | None = None,
    counts: dict[str, int] | None = None,
    days: int = _USUAL_DAYS,
) -> Company:
    """Return a company with a chart of accounts and as many other entities as ``counts`` says.

    Transactions are spread over the last ``days``. Raise ValueError for an unknown plan, group of preferences or count.
    """
    if plan not in PLANS:
        raise ValueError(f"unknown plan {plan}; plans: {', '.join(PLANS)}")
    wanted = {**COUNTS, **(counts or {})}
    if len(wanted) > len(COUNTS) or any(type(count) is not int or count < 0 for count in wanted.values()):
        raise ValueError(f"counts are whole numbers of {', '.join(COUNTS)}")
    if not 1 <= days <= 3650:
        raise ValueError("days is between 1 and 3650")
    company = Company(realm_id or new_realm_id(chance), name, plan, country, currency)
    company.preferences = merge_preferences(default_preferences(plan, currency), preferences or {})
    writer = ListWriter(company, chance, now - timedelta(days=days + _SET_UP_DAYS))
    writer.write(wanted)
    add_documents(company, chance, now, days, wanted)
    return company


__all__ = ["COUNTS", "new_company", "new_realm_id", "put_singleton", "seeded_companies"]
