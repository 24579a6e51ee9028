"""The parameters of the API's addresses, by their names."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Literal

from ledgerlink.domain.activity import Outcome
from ledgerlink.domain.certifications import CertificationState
from ledgerlink.domain.contents.collections import COLLECTIONS
from ledgerlink.domain.documents import Status
from ledgerlink.domain.mappings import MappingKind
from ledgerlink.domain.pickers import ListName
from ledgerlink.errors import CATEGORIES

type Schema = dict[str, Any]

_ID: Schema = {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$"}
_TEXT: Schema = {"type": "string"}
_SWITCH: Schema = {"type": "boolean", "default": False}


def _one_of(words: type[StrEnum]) -> Schema:
    return {"type": "string", "enum": [word.value for word in words]}


_IN_PATH: Mapping[str, tuple[str, Schema]] = {
    "tenant": ("The host's id of the tenant", _ID),
    "id": ("The host's id of the document", _ID),
    "connection": ("The company's realm id", {"type": "string", "pattern": "^[0-9]{1,30}$"}),
    "backlog": ("As it was answered", _TEXT),
    "list": ("Which list", _one_of(ListName)),
    "kind": ("What is matched", _one_of(MappingKind)),
    "host_id": ("The host's id or code, URL-encoded", _TEXT),
    "instance": ("The host's id of the sub-unit; 'default' is that of documents that name none", _ID),
    "flow": ("The host's id of the flow", _ID),
    "record": ("As it was answered", _TEXT),
    "line": ("The Line.Id in QuickBooks", _TEXT),
}
_IN_QUERY: Mapping[str, tuple[str, Schema]] = {
    "limit": ("How many at most", {"type": "integer", "minimum": 1}),
    "after": ("The last answer's `next`", _TEXT),
    "status": ("Only those that stand so", _one_of(Status)),
    "by_hand": ("As if a person sent it", _SWITCH),
    "month": ("Which month, such as 2026-11", {"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$"}),
    "search": ("Words of the name, number or SKU", _TEXT),
    "inactive": ("Inactive entries too", _SWITCH),
    "refresh": ("As QuickBooks has it now", _SWITCH),
    "kind": ("Only documents of this collection", {"type": "string", "enum": list(COLLECTIONS)}),
    "id": ("Only this document", _ID),
    "outcome": ("Only what ended so", _one_of(Outcome)),
    "category": ("Only errors of this category", {"type": "string", "enum": sorted(CATEGORIES)}),
    "entity": ("Only this entity", _TEXT),
    "organic": ("Only what is organic", _SWITCH),
    "since": ("The last answer's `next`", _TEXT),
    "state": ("Which orders", _one_of(CertificationState) | {"default": "awaiting"}),
}
_NEEDED = frozenset({"month"})
"""In the query all others may be left out."""


def parameter(name: str, where: Literal["path", "query"]) -> dict[str, Any]:
    """A parameter as OpenAPI describes it."""
    text, schema = (_IN_PATH if where == "path" else _IN_QUERY)[name]
    return {
        "name": name,
        "in": where,
        "required": where == "path" or name in _NEEDED,
        "description": text,
        "schema": schema,
    }
