"""Help: what the diagnosis of a company means, in the tenant's words and with the page to go to."""

from collections.abc import Mapping
from typing import Any

from ledgerlink.usecases.sync.diagnose import Diagnosis

PLACES: Mapping[str, tuple[str, str]] = {
    "connected": ("/portal", "Open Integrations"),
    "switched_on": ("/portal/settings", "Open Settings"),
    "flow": ("/portal/flows", "Open Flows"),
    "flow_enabled": ("/portal/flows", "Open Flows"),
    "backfill": ("/portal/flows", "Open Flows"),
    "purchases_organic": ("/portal/settings", "Open Settings"),
    "sales_organic": ("/portal/settings", "Open Settings"),
}
"""Where a check that is not right is put right."""


def explained(diagnosis: Diagnosis) -> dict[str, Any]:
    """The checks as steps, the last of which may be the one that is wrong."""
    return {
        "is_right": diagnosis.problem is None,
        "steps": [
            {
                "is_right": check.is_right,
                "message": check.message,
                "hint": check.hint,
                "error": check.error,
                "place": PLACES.get(check.name) if not check.is_right else None,
            }
            for check in diagnosis.checks
        ],
    }
