"""Queries, from the text to the ``QueryResponse``."""

from typing import Any

from local.quickbooks.companies import Company
from local.quickbooks.entities import BY_PATH, ENTITIES
from local.quickbooks.faults import Fault
from local.quickbooks.query import parse
from local.quickbooks.query.evaluate import run
from local.quickbooks.query.parser import invalid
from local.quickbooks.switches import Switches


def run_query(switches: Switches, company: Company, text: str) -> dict[str, Any]:
    """Return the ``QueryResponse`` for the text of a query."""
    if not text.strip():
        raise Fault("4000", "QueryParserError: Encountered <EOF> at line 1, column 0.", None)
    asked = parse(text, ascii_only=switches.query_refuses_non_ascii)
    kind = ENTITIES.get(asked.entity)
    if kind is None and not switches.query_entity_case_sensitive:
        # node-quickbooks asks for "vendor", whatever the documentation says.
        kind = BY_PATH.get(asked.entity.lower())
    if kind is None or "query" not in kind.operations:
        raise invalid(f"invalid context declaration: {asked.entity}")
    page = run(
        asked,
        kind.shape,
        company.store(kind.name),
        kind.default_order,
        has_active=kind.has_active,
        case_sensitive=switches.query_case_sensitive,
    )
    if asked.count:
        return {"QueryResponse": {"totalCount": page.total}}
    if not page.rows:
        return {"QueryResponse": {}}
    response: dict[str, Any] = {
        kind.name: [row.text for row in page.rows],
        "startPosition": page.start_position,
        "maxResults": len(page.rows),
    }
    if kind.total_count:
        response["totalCount"] = page.total
    return {"QueryResponse": response}
