"""What is not matched yet, through the API, against the simulator's lists."""

from typing import Any

import pytest
import requests

from ledgerlink.domain.links import LinkKey
from ledgerlink.domain.mappings import HostThing
from ledgerlink.errors import MissingConfiguration
from ledgerlink.wiring import wiring
from tests.integration.api.stack import Stack
from tests.integration.api.test_settings import Tenant

PROBLEM = MissingConfiguration("The product 'Bolt M8' is not matched.", code="product_not_matched", hint="Match it.")


class Shop(Tenant):
    """A tenant that matches its products by hand."""

    def __init__(self, stack: Stack, simulator: Any, **wishes: Any) -> None:
        super().__init__(stack, simulator, **wishes)
        self.of_connection("PATCH", "settings", {"kinds": {"products": {"automatic": False, "create": False}}})

    def has_item(self, **properties: Any) -> str:
        """QuickBooks has an item of this kind."""
        url = f"{self._simulator.url}/simulator/companies/{self.realm_id}/entities/Item"
        item = {"Type": "Service", "IncomeAccountRef": {"value": self.account("Income")["id"]}, **properties}
        made = requests.post(url, json=item, timeout=10)
        made.raise_for_status()
        return str(made.json()["Id"])

    def names(self, host_id: str, name: str = "", sku: str = "", kind: str = "products") -> None:
        """A document names something that cannot be had."""
        key = LinkKey(self.id, self.realm_id, kind, host_id)
        wiring().unmatched.note(HostThing(key, name, sku), PROBLEM.to_dict(), "")

    def stores(self, product_id: str, **product: Any) -> None:
        assert self.call("PUT", f"products/{product_id}", product).status == 202

    def unmatched(self, query: str = "", kind: str = "products") -> Any:
        return self.of_connection("GET", f"unmatched/{kind}{query}").json


@pytest.fixture
def shop(stack: Stack, simulator: Any) -> Shop:
    return Shop(stack, simulator)


def ids(page: Any) -> list[str]:
    return [item["host_id"] for item in page["items"]]


def test_what_was_named_in_vain_and_what_waits_are_listed_with_suggestions(shop: Shop) -> None:
    bolt = shop.has_item(Name="Hexagon bolt", Sku="BOLT-8")
    shop.names("sku:BOLT-8", "Bolt M8", "BOLT-8")
    shop.stores("p-1", name="Pipe")

    named, waiting = shop.unmatched()["items"]

    assert named["problem"] == PROBLEM.to_dict()
    assert named["suggestions"] == [
        {
            "quickbooks_id": bolt,
            "name": "Hexagon bolt",
            "sku": "BOLT-8",
            "why": "same_sku",
            "score": 1.0,
            "taken_by": [],
        }
    ]
    assert (waiting["host_id"], waiting["name"], waiting["problem"]) == ("p-1", "Pipe", None)


def test_what_is_matched_leaves_the_list_and_what_is_forgotten_comes_back(shop: Shop) -> None:
    bolt = shop.has_item(Name="Bolt M8")
    shop.stores("p-1", name="Bolt M8", sku="BOLT-8")

    made = shop.of_connection("PUT", "mappings/products/p-1", {"quickbooks_id": bolt}).json
    then, searched = shop.unmatched(), shop.of_connection("GET", "mappings/products?search=bolt-8").json["items"]
    shop.of_connection("DELETE", "mappings/products/p-1")

    assert (made["name"], made["sku"]) == ("Bolt M8", "BOLT-8")
    assert (ids(then), searched) == ([], [made])
    assert ids(shop.unmatched()) == ["p-1"]


def test_a_suggestion_says_what_it_is_matched_with_already(shop: Shop) -> None:
    bolt = shop.has_item(Name="Bolt M8")
    shop.of_connection("PUT", "mappings/products/p-9", {"quickbooks_id": bolt})
    shop.stores("p-1", name="Bolt M8")

    (item,) = shop.unmatched()["items"]

    assert [one["taken_by"] for one in item["suggestions"]] == [["p-9"]]


def test_a_long_list_comes_in_pages_and_can_be_searched(shop: Shop) -> None:
    for number in range(3):
        shop.names(f"n-{number}", f"Nut {number}")
        shop.stores(f"p-{number}", name=f"Pipe {number}")

    first = shop.unmatched("?limit=4")
    second = shop.unmatched(f"?limit=4&after={first['next']}".replace("#", "%23"))

    assert ids(first) + ids(second) == ["n-0", "n-1", "n-2", "p-0", "p-1", "p-2"]
    assert second["next"] is None
    assert ids(shop.unmatched("?search=pipe+1")) == ["p-1"]


def test_the_list_of_quickbooks_is_read_once(shop: Shop) -> None:
    shop.names("p-1", "Bolt")
    shop.unmatched()
    before = shop.calls()

    shop.unmatched()

    assert shop.calls() == before


def test_while_quickbooks_does_not_answer_the_list_is_shown_with_the_reason(shop: Shop) -> None:
    shop.names("p-1", "Bolt")
    shop.fail({"status": 503}, entity="Item")

    page = shop.unmatched()

    assert (ids(page), page["items"][0]["suggestions"], page["fetched_at"]) == (["p-1"], [], None)
    assert page["problem"]["category"] == "unavailable"


@pytest.mark.parametrize("query", ["?limit=0", "?limit=101", "?after=x", "?after=sync_failed:a%23b%23c"])
def test_a_wrong_query_is_refused(shop: Shop, query: str) -> None:
    assert shop.of_connection("GET", f"unmatched/products{query}").status == 400


def test_what_cannot_be_matched_is_not_found(shop: Shop) -> None:
    assert shop.of_connection("GET", "unmatched/purchase-orders").status == 404


def test_another_tenants_things_are_not_found(stack: Stack, shop: Shop, simulator: Any) -> None:
    shop.names("p-1", "Bolt")
    other = Shop(stack, simulator)

    stranger = shop.of_connection("GET", "unmatched/products", headers=other.session())

    assert stranger.status == 404
    assert ids(other.unmatched()) == []
