"""The portal's mappings, against the simulator's lists."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import time_machine

from ledgerlink.wiring import clock
from tests.integration.api.portal import Person, words
from tests.integration.api.stack import Answer, Stack
from tests.integration.api.test_unmatched import PROBLEM, Shop


class Bookkeeper(Person):
    """Signed in as the tenant of a shop."""

    def __init__(self, stack: Stack, shop: Shop) -> None:
        super().__init__(stack, shop.id)
        self.shop = shop

    def mappings(self, query: str = "") -> Answer:
        return self.get(f"/portal/mappings?kind=products{query}")

    def chooses_for(self, host_id: str, query: str = "") -> Answer:
        return self.get(f"/portal/mappings/choose?kind=products&id={host_id}{query}")

    def presses(self, page: Answer, label: str) -> Answer:
        """The form whose button has this accessible name."""
        for form in re.findall(r'<form method="post".*?</form>', page.text, re.DOTALL):
            if f'aria-label="{label}"' in form or f">{label}</button>" in form:
                hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form)
                return self.post("/portal/mappings", [(name, unescape(value)) for name, value in hidden])
        raise AssertionError(page.text)

    def follows(self, answer: Answer) -> Answer:
        """Where the form led to."""
        assert answer.status == 303
        return self.get(answer.headers["Location"][0].partition("/dev")[2])


@pytest.fixture
def shop(stack: Stack, simulator: Any) -> Shop:
    return Shop(stack, simulator)


@pytest.fixture
def person(stack: Stack, shop: Shop) -> Bookkeeper:
    return Bookkeeper(stack, shop)


def test_without_a_company_the_page_leads_to_the_button_that_connects_one(stack: Stack) -> None:
    page = Person(stack, "mappings-without-company").get("/portal/mappings")

    assert "No QuickBooks company is connected." in words(page)


def test_while_nothing_was_named_the_page_says_when_something_appears(person: Bookkeeper) -> None:
    assert "There are no products to match." in words(person.mappings())


def test_what_is_not_matched_comes_with_what_failed_and_a_suggestion(person: Bookkeeper, shop: Shop) -> None:
    shop.has_item(Name="Hexagon bolt", Sku="BOLT-8")
    shop.names("sku:BOLT-8", "Bolt M8", "BOLT-8")

    text = words(person.mappings())

    assert "Bolt M8 SKU BOLT-8" in text
    assert PROBLEM.message in text
    assert "Hexagon bolt SKU BOLT-8 same SKU Use this" in text


def test_a_suggestion_is_used_with_one_press_and_the_page_leads_to_the_documents(
    person: Bookkeeper, shop: Shop
) -> None:
    shop.has_item(Name="Hexagon bolt", Sku="BOLT-8")
    shop.names("sku:BOLT-8", "Bolt M8", "BOLT-8")

    page = person.follows(person.presses(person.mappings(), "Use this: Hexagon bolt for Bolt M8"))

    text = words(page)
    assert "Matched. Documents that failed or wait because of it can be sent now" in text
    assert 'href="https://api.ledgerlink.test/dev/portal/documents?status=sync_failed"' in page.text
    assert "All products that documents named are matched." in text
    assert "Bolt M8 SKU BOLT-8 Hexagon bolt SKU BOLT-8 By hand" in text


def test_anything_of_quickbooks_can_be_searched_and_chosen(person: Bookkeeper, shop: Shop) -> None:
    shop.has_item(Name="Zinc pipe")
    shop.names("p-1", "Tube")

    first = person.chooses_for("p-1")
    found = person.chooses_for("p-1", "&search=zinc")
    page = person.follows(person.presses(found, "Use this: Zinc pipe"))

    assert "What is Tube in QuickBooks?" in words(first)
    assert "Tube id p-1 Zinc pipe By hand" in words(page)
    assert "Matched with it" in words(person.chooses_for("p-1", "&search=zinc"))
    assert "Nothing found." in words(person.chooses_for("p-1", "&search=nothing+of+that+name"))


def test_something_new_in_quickbooks_is_there_when_the_list_is_read_again(person: Bookkeeper, shop: Shop) -> None:
    person.chooses_for("p-1")
    shop.has_item(Name="Brand new")

    before, after = (person.chooses_for("p-1", f"&search=brand{more}") for more in ("", "&refresh=true"))

    assert ("Brand new" in before.text, "Brand new" in after.text) == (False, True)


def test_a_match_is_forgotten_and_is_unmatched_again(person: Bookkeeper, shop: Shop) -> None:
    item = shop.has_item(Name="Zinc pipe")
    shop.of_connection("PUT", "mappings/products/p-1", {"quickbooks_id": item})

    page = person.follows(person.presses(person.mappings(), "Forget this match of p-1"))

    assert "The match is forgotten." in words(page)
    assert "Not matched yet" in words(page)
    assert shop.of_connection("GET", "mappings/products/p-1").status == 404


def test_a_match_whose_entry_is_inactive_says_so(person: Bookkeeper, shop: Shop) -> None:
    item = shop.has_item(Name="Zinc pipe")
    shop.of_connection("PUT", "mappings/products/p-1", {"quickbooks_id": item})
    shop.deactivate("Item", item)

    assert "Zinc pipe (deleted) inactive in QuickBooks" in words(person.mappings())


def test_a_search_is_kept_while_something_is_matched(person: Bookkeeper, shop: Shop) -> None:
    shop.has_item(Name="Zinc pipe")
    shop.names("p-1", "Zinc pipe")
    shop.names("p-2", "Copper nut")

    found = person.mappings("&search=zinc")
    page = person.follows(person.presses(found, "Use this: Zinc pipe for Zinc pipe"))

    assert "Copper nut" not in words(found)
    assert 'name="search" value="zinc"' in page.text


def test_what_is_matched_is_found_by_its_name_in_quickbooks(person: Bookkeeper, shop: Shop) -> None:
    item = shop.has_item(Name="Zinc pipe")
    shop.of_connection("PUT", "mappings/products/p-1", {"quickbooks_id": item})

    found, others = person.mappings("&search=zinc"), person.mappings("&search=copper")

    assert "p-1 Zinc pipe By hand" in words(found)
    assert "p-1" not in words(others)


def test_a_match_that_is_refused_says_why_and_leads_on(person: Bookkeeper, shop: Shop) -> None:
    item = shop.has_item(Name="Zinc pipe")
    shop.names("p-1", "Zinc pipe")
    page = person.mappings()
    shop.deactivate("Item", item)

    refused = person.presses(page, "Use this: Zinc pipe for Zinc pipe")

    text = words(refused)
    assert refused.status == 400
    assert "The match of Zinc pipe was not changed" in text
    assert "is inactive in QuickBooks" in text
    assert "Choose something else" in text


def test_what_failed_for_a_moment_is_tried_again_from_the_same_page(person: Bookkeeper, shop: Shop) -> None:
    shop.has_item(Name="Zinc pipe")
    shop.names("p-1", "Zinc pipe")
    page = person.mappings()
    shop.fail({"status": 503}, entity="Item")

    refused = person.presses(page, "Use this: Zinc pipe for Zinc pipe")

    assert refused.status == 503
    assert "By hand" in words(person.follows(person.presses(refused, "Try again")))


def test_while_quickbooks_does_not_answer_both_pages_say_so(person: Bookkeeper, shop: Shop) -> None:
    shop.names("p-1", "Zinc pipe")
    for _ in range(2):
        shop.fail({"status": 503}, entity="Item")

    listed, choosing = person.mappings(), person.chooses_for("p-1")

    assert "Nothing can be suggested at the moment." in words(listed)
    assert "Zinc pipe" in words(listed)
    assert "Try again" in words(choosing)
    for page in (listed, choosing):
        assert "Intuit's transaction id:" in words(page)


def test_long_lists_come_in_pages(person: Bookkeeper, shop: Shop) -> None:
    for number in range(30):
        shop.names(f"p-{number:02}", f"Pipe {number:02}")

    first = person.mappings()
    (address,) = re.findall(r'href="[^"]*/dev(/portal/mappings\?[^"]*)" rel="next"', first.text)
    second = person.get(unescape(address))

    assert ("Pipe 24" in first.text, "Pipe 25" in first.text) == (True, False)
    assert ("Pipe 24" in second.text, "Pipe 29" in second.text) == (False, True)


@pytest.mark.parametrize("kind", ["suppliers", "customers", "expense-accounts", "terms", "tax-codes"])
def test_every_kind_has_its_list(person: Bookkeeper, shop: Shop, kind: str) -> None:
    shop.names("x-1", "Something", kind=kind)

    listed = person.get(f"/portal/mappings?kind={kind}")
    choosing = person.get(f"/portal/mappings/choose?kind={kind}&id=x-1")

    assert "Something" in words(listed)
    assert "Use this" in choosing.text


def test_an_empty_list_of_quickbooks_says_so(person: Bookkeeper) -> None:
    assert "QuickBooks has no class yet." in words(person.get("/portal/mappings/choose?kind=classes&id=x-1"))


@pytest.mark.parametrize("address", ["/portal/mappings?", "/portal/mappings/choose?id=p-1&"])
def test_another_tenants_company_is_not_found(stack: Stack, person: Bookkeeper, simulator: Any, address: str) -> None:
    other = Shop(stack, simulator)
    other.names("p-1", "Secret thing")

    page = person.get(f"{address}connection={other.realm_id}")

    assert page.status == 404
    assert "Secret thing" not in page.text


def test_another_tenants_matches_cannot_be_changed(stack: Stack, person: Bookkeeper, simulator: Any) -> None:
    other = Shop(stack, simulator)
    item = other.has_item(Name="Bolt")
    other.of_connection("PUT", "mappings/products/p-1", {"quickbooks_id": item})
    token = re.findall(r'name="token" value="([^"]+)"', mapped(person).text)[0]

    fields = [("token", token), ("connection", other.realm_id), ("kind", "products"), ("id", "p-1"), ("do", "forget")]
    answer = person.post("/portal/mappings", fields)

    assert answer.status == 404
    assert other.of_connection("GET", "mappings/products/p-1").status == 200


def mapped(person: Bookkeeper) -> Answer:
    """The page with one match on it."""
    item = person.shop.has_item(Name="Zinc pipe")
    person.shop.of_connection("PUT", "mappings/products/p-1", {"quickbooks_id": item})
    return person.mappings()


def test_a_form_of_another_site_does_nothing(person: Bookkeeper, shop: Shop) -> None:
    mapped(person)

    fields = [("connection", shop.realm_id), ("kind", "products"), ("id", "p-1"), ("do", "forget")]
    answer = person.post("/portal/mappings", fields)

    assert answer.status == 403
    assert shop.of_connection("GET", "mappings/products/p-1").status == 200


def test_a_button_that_the_page_does_not_have_is_refused(person: Bookkeeper, shop: Shop) -> None:
    token = re.findall(r'name="token" value="([^"]+)"', mapped(person).text)[0]

    fields = [("token", token), ("connection", shop.realm_id), ("kind", "products"), ("id", "p-1"), ("do", "burn")]

    assert person.post("/portal/mappings", fields).status == 400


def test_after_the_session_the_page_says_how_to_come_back(person: Bookkeeper) -> None:
    with time_machine.travel(clock() + timedelta(minutes=31)):
        assert person.mappings().status == 401
