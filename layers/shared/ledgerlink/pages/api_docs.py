"""The API's description as a page for people."""

from collections.abc import Mapping
from typing import Any

from ledgerlink.api.http import Answer, Request
from ledgerlink.pages.render import page

_CALLERS = {0: "everybody", 1: "host", 2: "host or tenant"}

type Json = Mapping[str, Any]


def docs_page(request: Request, described: Json) -> Answer:
    """One page with every route and every schema."""
    operations = [
        {
            "method": method.upper(),
            "path": path,
            "summary": operation["summary"],
            "topic": operation["tags"][0],
            "callers": _CALLERS[len(operation["security"])],
            "query": [one["name"] for one in operation["parameters"] if one["in"] == "query"],
            "takes": _taken(operation),
            "answers": _answered(operation),
        }
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    ]
    schemas = {
        name: {"about": schema.get("description", ""), "fields": _fields(schema)}
        for name, schema in sorted(described["components"]["schemas"].items())
    }
    return page(
        request,
        200,
        "docs.html",
        headers={"Cache-Control": "public, max-age=3600"},
        about=described["info"]["description"],
        server=described["servers"][0]["url"],
        topics=[tag["name"] for tag in described["tags"]],
        operations=operations,
        schemas=schemas,
    )


def _taken(operation: Json) -> str:
    return (
        _type(operation["requestBody"]["content"]["application/json"]["schema"]) if "requestBody" in operation else ""
    )


def _answered(operation: Json) -> dict[str, str]:
    """By status."""
    return {
        status: _type(next(iter(answer["content"].values()))["schema"]) if "content" in answer else ""
        for status, answer in operation["responses"].items()
        if status != "default"
    }


def _fields(schema: Json) -> list[dict[str, Any]]:
    needed = schema.get("required", ())
    return [
        {"name": name, "type": _type(part), "needed": name in needed, "limits": _limits(part)}
        for name, part in schema.get("properties", {}).items()
    ]


def _type(schema: Json) -> str:
    """``Supplier``, ``list of Line``, ``text or null``."""
    if "$ref" in schema:
        return str(schema["$ref"].rsplit("/", 1)[1])
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_type(part) for part in schema["anyOf"]))
    if "enum" in schema:
        return " or ".join(f"'{word}'" for word in schema["enum"])
    if "const" in schema:
        return f"'{schema['const']}'"
    if "allOf" in schema:
        return " and ".join(_type(part) for part in schema["allOf"])
    kind: str = schema.get("type", "anything")
    if kind == "array":
        return f"list of {_type(schema.get('items', {}))}"
    if kind == "object" and "items" in schema.get("properties", {}):
        return f"{{{', '.join(schema['properties'])}}} of {_type(schema['properties']['items']['items'])}"
    return {"string": "text", "integer": "whole number", "boolean": "true or false"}.get(kind, kind)


def _limits(schema: Json) -> str:
    words = {
        "minLength": "at least {} characters",
        "maxLength": "at most {} characters",
        "minItems": "at least {}",
        "maxItems": "at most {}",
        "minimum": "from {}",
        "exclusiveMinimum": "above {}",
        "maximum": "up to {}",
        "format": "{}",
    }
    parts = [schema, *schema.get("anyOf", ())]
    return ", ".join(text.format(part[name]) for part in parts for name, text in words.items() if name in part)
