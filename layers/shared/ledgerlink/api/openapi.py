"""The API's description, made of the table of routes and of the models that check what is sent."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from ledgerlink.api.answers.errors import Error
from ledgerlink.api.callers import OF_THIS_HOST, SESSION_COOKIE
from ledgerlink.api.examples import EXAMPLES
from ledgerlink.api.parameters import parameter
from ledgerlink.api.routes import ROUTES, AllOf, Body, Callers, DocumentBody, PageOf, Route, Shown
from ledgerlink.domain.contents.collections import COLLECTIONS
from ledgerlink.domain.settings import NewCustomer

VERSION = "1"
_PLACE = "{collection}"
_SECURITY: Mapping[Callers, list[dict[str, list[str]]]] = {
    Callers.HOST: [{"hostKey": []}],
    Callers.TENANTS: [{"hostKey": []}, {"portalSession": []}],
    Callers.EVERYBODY: [],
}
_WORDS = {200: "Done", 201: "Made", 202: "Taken; the work goes on", 204: "Gone"}
_ABOUT = (
    "Amounts are JSON numbers or decimals as text, quantities are JSON numbers; unknown fields are refused and named. "
    "Errors have one shape everywhere."
)

type Json = dict[str, Any]
type Schemas = Mapping[Any, Json]


class _WithoutTitles(GenerateJsonSchema):
    """A field's title would only repeat its name."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 (of the base class)
        return False


@cache
def description(base_url: str) -> str:
    """The description as JSON, for a stack that is reached at ``base_url``."""
    return json.dumps(openapi(base_url), ensure_ascii=False)


def openapi(base_url: str) -> Json:
    """The description as OpenAPI 3.1."""
    schemas, definitions = _schemas()
    paths: dict[str, Json] = {}
    for topic, routes in ROUTES.items():
        for route, path, collection in _addresses(routes):
            paths.setdefault(path, {})[route.method.lower()] = _operation(topic, route, path, collection, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Ledgerlink", "version": VERSION, "description": _ABOUT},
        "servers": [{"url": base_url}],
        "tags": [{"name": topic} for topic in ROUTES],
        "paths": paths,
        "components": {
            "schemas": definitions,
            "responses": {"Error": _answer("What is wrong, and what to do next", schemas[Error])},
            "securitySchemes": {
                "hostKey": {"type": "http", "scheme": "bearer", "description": "The host API key"},
                "portalSession": {"type": "apiKey", "in": "cookie", "name": _session_cookie(base_url)},
            },
        },
    }


def _session_cookie(base_url: str) -> str:
    return SESSION_COOKIE if base_url.startswith("http://") else OF_THIS_HOST + SESSION_COOKIE


def _schemas() -> tuple[Schemas, Json]:
    """The schema of each type, and all that these refer to."""
    shown: dict[Any, None] = dict.fromkeys([Error, NewCustomer, *COLLECTIONS.values()])
    for route in (route for routes in ROUTES.values() for route in routes):
        if isinstance(route.body, Body):
            shown[route.body.model] = None
        if route.answer is not None:
            shown[_item(route.answer)] = None
    made, whole = TypeAdapter.json_schemas(
        # As they are written, defaults included; what is read looks the same.
        [(kind, "serialization", TypeAdapter(kind)) for kind in shown],
        ref_template="#/components/schemas/{model}",
        schema_generator=_WithoutTitles,
    )
    return {kind: schema for (kind, _), schema in made.items()}, whole["$defs"]


def _addresses(routes: Sequence[Route]) -> Iterator[tuple[Route, str, str | None]]:
    """The routes with their paths; those of documents once for each collection, whose bodies differ."""
    for collection in COLLECTIONS:
        for route in routes:
            if _PLACE in route.path:
                yield route, route.path.replace(_PLACE, collection), collection
    for route in routes:
        if _PLACE not in route.path:
            yield route, route.path, None


def _operation(topic: str, route: Route, path: str, collection: str | None, schemas: Schemas) -> Json:
    operation: Json = {
        "tags": [topic],
        "summary": route.summary,
        "operationId": "_".join(re.findall(r"\w+", f"{route.method.lower()} {path.removeprefix('/v1')}")),
        "security": _SECURITY[route.callers],
        "parameters": [
            *(parameter(name, "path") for name in re.findall(r"\{(\w+)\}", path)),
            *(parameter(name, "query") for name in route.query),
        ],
        "responses": {
            **{str(status): _answer(_WORDS[status], _shape(route.answer, schemas)) for status in route.statuses},
            "default": {"$ref": "#/components/responses/Error"},
        },
    }
    if route.body:
        operation["requestBody"] = _request(route.body, collection, schemas)
    return operation


def _request(body: Body | DocumentBody, collection: str | None, schemas: Schemas) -> Json:
    model = COLLECTIONS[collection or ""] if isinstance(body, DocumentBody) else body.model
    content = {"schema": schemas[model], "example": EXAMPLES[model]}
    request = {"required": body.needed, "content": {"application/json": content}}
    note = body.note if isinstance(body, Body) else ""
    return {"description": note, **request} if note else request


def _answer(words: str, schema: Json | None) -> Json:
    if schema is None:
        return {"description": words}
    media_type = "text/html" if schema == {"type": "string"} else "application/json"
    return {"description": words, "content": {media_type: {"schema": schema}}}


def _shape(shown: Shown, schemas: Schemas) -> Json | None:
    if shown is None:
        return None
    schema = schemas[_item(shown)]
    if not isinstance(shown, PageOf | AllOf):
        return schema
    whole: Json = {"type": "object", "properties": {"items": {"type": "array", "items": schema}}, "required": ["items"]}
    if isinstance(shown, PageOf):
        whole["properties"]["next"] = {
            "type": ["string", "null"],
            "description": "Goes on as `after`; null at the end. A page may have fewer items than `limit` before that.",
        }
        whole["required"].append("next")
    return whole


def _item(shown: Shown) -> type | None:
    return shown.item if isinstance(shown, PageOf | AllOf) else shown
