"""The API's description is open to everybody, says where it is, and needs nothing from anywhere else."""

import re

from tests.integration.api.stack import DOMAIN, Stack


def test_the_description_is_public_and_cacheable(stack: Stack) -> None:
    answer = stack.call("GET", "/v1/openapi.json")

    assert (answer.status, answer.json["openapi"]) == (200, "3.1.0")
    assert answer.json["servers"] == [{"url": f"https://{DOMAIN}/dev"}]
    assert answer.headers["Cache-Control"] == ["public, max-age=3600"]


def test_the_description_names_no_tenant_and_no_secret(stack: Stack) -> None:
    stack.connect("a-tenant-of-ours", "7007")

    answer = stack.call("GET", "/v1/openapi.json")

    assert "a-tenant-of-ours" not in answer.text
    assert "arn:aws" not in answer.text


def test_the_page_shows_every_route_and_loads_nothing_from_elsewhere(stack: Stack) -> None:
    answer = stack.call("GET", "/v1/docs")

    assert answer.status == 200
    assert answer.headers["Content-Type"] == ["text/html; charset=utf-8"]
    assert answer.headers["Content-Security-Policy"][0].startswith("default-src 'none'")
    assert "<code>/v1/tenants/{tenant}/purchase-orders/{id}/preview?by_hand</code>" in answer.text
    loaded = re.findall(r'(?:src|href)="(?!#|data:)([^"]+)"', answer.text)
    assert [address for address in loaded if "/portal/assets/" not in address] == ["openapi.json"]


def test_every_link_of_the_page_leads_to_a_shape(stack: Stack) -> None:
    text = stack.call("GET", "/v1/docs").text

    links, shapes = set(re.findall(r'href="#(\w+)"', text)), set(re.findall(r'<h2 id="(\w+)"', text))

    assert links
    assert links <= shapes
