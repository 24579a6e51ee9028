"""Which entries of QuickBooks are suggested for something of the host."""

from typing import Any

import pytest

from ledgerlink.domain.links import LinkKey
from ledgerlink.domain.mappings import HostThing, MappingKind
from ledgerlink.domain.suggestions import MOST, Suggestions, Why, unless_taken
from tests.unit.orders import REALM, TENANT

BOLT = {"Id": "1", "Name": "Bolt M8", "Sku": "B-8", "Type": "Inventory"}


def thing(kind: MappingKind, host_id: str = "t-1", name: str = "", sku: str = "") -> HostThing:
    return HostThing(LinkKey(TENANT, REALM, kind, host_id), name, sku)


def product(name: str = "", sku: str = "") -> HostThing:
    return thing(MappingKind.PRODUCTS, name=name, sku=sku)


def items(*rows: dict[str, Any]) -> Suggestions:
    return Suggestions(MappingKind.PRODUCTS, [{"Type": "Inventory", **row} for row in rows])


def supplier(name: str, *vendors: str) -> list[str]:
    """The vendors that are suggested for a supplier of that name."""
    rows = [{"Id": vendor, "DisplayName": vendor} for vendor in vendors]
    found = Suggestions(MappingKind.SUPPLIERS, rows).for_thing(thing(MappingKind.SUPPLIERS, name=name))
    return [one.entity_id for one in found]


def item(name: str, *names: str) -> list[str]:
    """The items that are suggested for a product of that name."""
    return [one.entity_id for one in items(*({"Id": n, "Name": n} for n in names)).for_thing(product(name))]


def test_the_same_sku_is_surer_than_the_same_name() -> None:
    found = items(BOLT, {"Id": "2", "Name": "Hexagon bolt"}).for_thing(product("Hexagon bolt", "b-8 "))

    assert [(one.entity_id, one.why) for one in found] == [("1", Why.SAME_SKU)]


def test_the_same_name_is_surer_than_a_similar_one() -> None:
    found = items(BOLT, {"Id": "2", "Name": "Bolts M8"}).for_thing(product("bolt, m8", "OTHER"))

    assert [(one.entity_id, one.why, one.score) for one in found] == [("1", Why.SAME_NAME, 1.0)]


def test_an_item_that_is_called_by_its_sku_is_found() -> None:
    found = items({"Id": "1", "Name": "BOLT-8"}).for_thing(product("Hexagon bolt", "BOLT-8"))

    assert [one.entity_id for one in found] == ["1"]


def test_similar_names_come_in_the_order_of_their_likeness_and_not_many() -> None:
    names = ["Copper washers", "Copper washer set", "Copper washer small", "Copper washer large", "Steel pipe"]

    found = items(*({"Id": name, "Name": name} for name in names)).for_thing(product("Copper washer"))

    assert len(found) == MOST
    assert (found[0].entity_id, found[0].why) == ("Copper washers", Why.SIMILAR_NAME)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert all(0.6 <= one.score < 1 for one in found)


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Bolt M8", "Bolt M10"),
        ("Hose 8.5", "Hose 85"),
        ("Shop 12", "Shop"),
        ("Tube ٣", "Tube 4"),
    ],
)
def test_another_size_is_another_product(name: str, other: str) -> None:
    assert item(name, other) == []


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Bolt M8", "BOLT  M8"),
        ("Bolt (M8)", "Bolt, M8"),
        ("Bolt Ｍ８", "Bolt M8"),
        ("Crème brûlée", "creme brulee"),
        ("Straße", "STRASSE"),
        ("Cre\u0301me", "Crème"),
        ("ボルト", "ﾎﾞﾙﾄ"),
        ("Болт", "БОЛТ"),
        ("Tube ٣", "tube ٣"),
    ],
)
def test_case_width_accents_and_punctuation_make_no_other_name(name: str, other: str) -> None:
    assert item(name, other) == [other]


@pytest.mark.parametrize(("name", "other"), [("कि", "की"), ("かき", "がき"), ("😀", "😎")])
def test_letters_that_differ_make_another_name(name: str, other: str) -> None:
    assert item(name, other) == []


@pytest.mark.parametrize(("name", "other"), [("Rope 5'", 'Rope 5"'), ("Bolts AS", "Bolts AB")])
def test_what_tells_products_apart_is_not_the_same_however_similar(name: str, other: str) -> None:
    found = items({"Id": "1", "Name": other}).for_thing(product(name))

    assert [one.why for one in found] == [Why.SIMILAR_NAME]


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Bolts Ltd.", "Bolts Limited"),
        ("Bolts", "Bolts, Inc."),
        ("Bolts L.L.C.", "Bolts LLC"),
        ("Smith & Sons Co.", "Smith and Sons"),
        ("O’Brien", "O'Brien Ltd"),
        ("Müller GmbH & Co. KG", "Muller"),
        ("Novák s.r.o.", "NOVAK"),
        ("ООО Ромашка", "Ромашка"),
        ("株式会社 山田", "山田"),
        ("Limited", "LIMITED"),
        ("Co & Co", "Co"),
    ],
)
def test_the_form_of_a_company_makes_no_other_name(name: str, other: str) -> None:
    assert supplier(name, other) == [other]


def test_a_slip_of_the_pen_is_forgiven() -> None:
    assert supplier("Schrauben Müler", "Schrauben Müller GmbH", "Schreinerei Müller") == ["Schrauben Müller GmbH"]


def test_another_order_of_the_words_is_similar() -> None:
    assert supplier("Ada Lovelace", "Lovelace, Ada") == ["Lovelace, Ada"]


def test_the_name_of_the_company_behind_a_vendor_counts() -> None:
    rows = [{"Id": "7", "DisplayName": "Ada Lovelace", "CompanyName": "Bolts Ltd"}]

    found = Suggestions(MappingKind.SUPPLIERS, rows).for_thing(thing(MappingKind.SUPPLIERS, name="Bolts"))

    assert [(one.entity_id, one.why) for one in found] == [("7", Why.SAME_NAME)]


@pytest.mark.parametrize("wrong", [{"Active": False}, {"Type": "Group"}, {"Type": "Category"}])
def test_nothing_is_suggested_that_could_not_be_matched(wrong: dict[str, Any]) -> None:
    assert items({**BOLT, **wrong}).for_thing(product("Bolt M8", "B-8")) == []


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("5190", Why.SAME_NUMBER),
        ("5190 Import Duty", Why.SAME_NAME),
        ("import duty", Why.SAME_NAME),
        ("Import duties", Why.SIMILAR_NAME),
    ],
)
def test_an_expense_code_is_an_accounts_number_or_name(code: str, why: Why) -> None:
    rows = [{"Id": "80", "Name": "Import duty", "AcctNum": "5190", "AccountType": "Expense"}]

    found = Suggestions(MappingKind.EXPENSE_ACCOUNTS, rows).for_thing(thing(MappingKind.EXPENSE_ACCOUNTS, code))

    assert [(one.entity_id, one.why) for one in found] == [("80", why)]


@pytest.mark.parametrize("name", ["", "  ", "---", "😀"])
def test_for_what_has_no_name_nothing_is_suggested(name: str) -> None:
    assert items(BOLT, {"Id": "2", "Name": "?"}).for_thing(product(name)) == []


def test_what_another_thing_is_matched_with_says_so() -> None:
    found = items(BOLT).for_thing(product("Bolt M8"))

    told = unless_taken(found, {"1": ["p-9", "t-1", "p-8"]}, "t-1")

    assert [one.taken_by for one in told] == [("p-8", "p-9")]


def test_what_is_only_similar_and_another_things_is_not_suggested() -> None:
    found = items(BOLT).for_thing(product("Bolts M8"))

    assert [len(found), unless_taken(found, {"1": ["p-9"]}, "t-1")] == [1, []]
    assert unless_taken(found, {"1": ["t-1"]}, "t-1") == found
