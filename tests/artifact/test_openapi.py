"""What the API says of itself is what is deployed."""

from pydantic import BaseModel

from ledgerlink.api.openapi import openapi
from ledgerlink.api.routes import ROUTES, Body, Callers
from ledgerlink.domain.contents.collections import COLLECTIONS
from tests.template import Route, api_routes

TABLE = [route for routes in ROUTES.values() for route in routes]
DOCUMENT = openapi("https://books.example.com")


def deployed() -> list[Route]:
    return [route for route in api_routes() if route.path.startswith("/v1/")]


def test_every_route_of_the_template_is_described_and_no_other():
    described = [(route.method, route.path) for route in TABLE]

    assert sorted(described) == sorted((route.method, route.path) for route in deployed())
    assert len(described) == len(set(described))


def test_every_route_of_the_table_stands_in_the_document():
    expected = {
        (route.method, route.path.replace("{collection}", collection)) for route in TABLE for collection in COLLECTIONS
    }

    found = {(method.upper(), path) for path, methods in DOCUMENT["paths"].items() for method in methods}

    assert found == expected


def test_what_is_open_to_everybody_is_described_so():
    open_to_all = {(route.method, route.path) for route in deployed() if route.is_open}

    assert {(r.method, r.path) for r in TABLE if r.callers is Callers.EVERYBODY} == open_to_all


def test_every_model_that_checks_a_request_is_described():
    models: set[type[BaseModel]] = {route.body.model for route in TABLE if isinstance(route.body, Body)}
    models |= set(COLLECTIONS.values())

    assert {model.__name__ for model in models} <= set(DOCUMENT["components"]["schemas"])
