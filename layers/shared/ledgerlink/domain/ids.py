"""Tenants' and documents' ids: opaque to us, safe in URLs, keys and execution names."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ledgerlink.errors import InvalidRequest

_OPAQUE = re.compile(r"[A-Za-z0-9._-]{1,64}")


@dataclass(frozen=True, slots=True)
class DocumentKey:
    """Names one document of one tenant; never built without the tenant."""

    tenant_id: str
    kind: str
    document_id: str


def is_id(text: str) -> bool:
    """Whether it can be the id of a tenant or a document."""
    return _OPAQUE.fullmatch(text) is not None


def check_ids(ids: Mapping[str, str]) -> None:
    """Raise InvalidRequest naming every field whose id is not ``[A-Za-z0-9._-]{1,64}``."""
    wrong = [field for field, value in ids.items() if not is_id(value)]
    if wrong:
        raise InvalidRequest(
            f"The id in '{wrong[0]}' cannot be used.",
            code="bad_id",
            hint="Ids have 1 to 64 characters out of letters, digits, dot, underscore and hyphen.",
            fields=[{"field": field, "problem": "not a valid id"} for field in wrong],
        )
