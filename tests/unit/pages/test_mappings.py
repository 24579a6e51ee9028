"""What the page of mappings shows of each thing."""

from typing import Any

import pytest

from ledgerlink.domain.history import Actor
from ledgerlink.domain.links import LinkKey
from ledgerlink.domain.mappings import Entries, HostThing, MappingKind, Match, Unmatched
from ledgerlink.domain.pickers import ListName
from ledgerlink.domain.suggestions import Suggestion, Why
from ledgerlink.errors import NotFound, QuickBooksUnavailable
from ledgerlink.pages.mappings import KINDS, choice_shown, chosen_kind, mappings_shown, thing_shown
from ledgerlink.usecases.mappings.choose_match import Choice
from ledgerlink.usecases.mappings.suggest_matches import Suggested, UnmatchedPage
from ledgerlink.usecases.settings.read_lists import ListPage
from tests.unit.orders import NOW, REALM, TENANT

PRODUCTS = MappingKind.PRODUCTS
BOLT = {"Id": "7", "Name": "Bolt M8", "FullyQualifiedName": "Metal:Bolt M8", "Sku": "BOLT-8", "Type": "Service"}
DUTY = {"Id": "80", "Name": "Duty", "AcctNum": "5190", "AccountType": "Expense"}


def thing(host_id: str, name: str = "", sku: str = "", kind: MappingKind = PRODUCTS) -> HostThing:
    return HostThing(LinkKey(TENANT, REALM, kind, host_id), name, sku)


def page(*items: Suggested, entries: Entries | None = None) -> UnmatchedPage:
    return UnmatchedPage(items, None, entries, None if entries else QuickBooksUnavailable("Down."))


def matched(row: dict[str, Any] | None, *, known: bool = True, kind: MappingKind = PRODUCTS) -> Any:
    """How a match with the entry 7 is shown."""
    match = Match(thing("p-1", "Bolt", kind=kind).key, "Item", "7", manual=True, at=NOW, by=Actor("host", "Ada"))
    entries = Entries({"7": row} if row else {}, NOW) if known else None
    return mappings_shown(kind, page(entries=entries), [match], None)["matched"][0]


@pytest.mark.parametrize(
    ("one", "name", "sku", "id_"),
    [
        (thing("p-1", "Bolt M8", "BOLT-8"), "Bolt M8", "BOLT-8", "p-1"),
        (thing("sku:BOLT-8", "Bolt M8", "BOLT-8"), "Bolt M8", "BOLT-8", ""),
        (thing("sku:BOLT-8", "", "BOLT-8"), "BOLT-8", "", ""),
        (thing("name:Bolt M8", "Bolt M8"), "Bolt M8", "", ""),
        (thing("p-1"), "p-1", "", ""),
        (thing("5190 Duty", kind=MappingKind.EXPENSE_ACCOUNTS), "5190 Duty", "", ""),
    ],
)
def test_a_thing_is_shown_by_what_people_know_of_it_and_nothing_twice(
    one: HostThing, name: str, sku: str, id_: str
) -> None:
    assert thing_shown(one) == {"host_id": one.key.host_id, "name": name, "sku": sku, "id": id_}


def test_a_suggestion_says_why_and_what_else_has_it() -> None:
    suggestion = Suggestion(BOLT, Why.SAME_SKU, taken_by=("sku:B-9", "p-9"))
    unmatched = Unmatched(thing("p-1", "Bolt"), NOW, {"message": "It failed."})

    (row,) = mappings_shown(PRODUCTS, page(Suggested(unmatched, [suggestion])), [], None)["unmatched"]

    assert row["problem"] == {"message": "It failed."}
    assert row["suggestions"] == [
        {
            "id": "7",
            "name": "Metal:Bolt M8",
            "detail": "SKU BOLT-8",
            "because": "same SKU",
            "taken_by": ["B-9", "p-9"],
        }
    ]


def test_an_account_is_shown_with_its_number_and_type() -> None:
    kind = MappingKind.EXPENSE_ACCOUNTS
    unmatched = Unmatched(thing("5190", kind=kind), NOW)
    shown = mappings_shown(kind, page(Suggested(unmatched, [Suggestion(DUTY, Why.SAME_NUMBER)])), [], None)

    (suggestion,) = shown["unmatched"][0]["suggestions"]

    assert (suggestion["name"], suggestion["detail"]) == ("5190 Duty", "Expense")


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        (BOLT, ""),
        ({**BOLT, "Active": False}, "inactive in QuickBooks"),
        ({**BOLT, "Type": "Group"}, "a group, which no line can order or sell"),
        (None, "gone from QuickBooks"),
    ],
)
def test_a_match_says_what_is_wrong_with_its_entry(row: dict[str, Any] | None, wrong: str) -> None:
    assert matched(row)["wrong"] == wrong


def test_without_the_list_a_match_has_its_entrys_id_and_nothing_is_wrong() -> None:
    shown = matched(None, known=False)

    assert (shown["entry"], shown["wrong"], shown["user"]) == ("Item 7", "", "Ada")


def test_of_the_list_to_choose_from_the_entry_that_is_matched_is_marked_and_what_cannot_be_chosen_says_why() -> None:
    rows = [BOLT, {"Id": "8", "Name": "Set", "Type": "Group"}]
    match = Match(thing("p-1").key, "Item", "7", manual=True)

    shown = choice_shown(PRODUCTS, Choice(thing("p-1"), match, ListPage(ListName.ITEMS, rows, "25", NOW), None))

    assert [(entry["name"], entry["chosen"], entry["wrong"]) for entry in shown["entries"]] == [
        ("Metal:Bolt M8", True, ""),
        ("Set", False, "is a group, which no line can order or sell"),
    ]
    assert (shown["rest"], shown["problem"]) == ("25", None)


def test_without_a_list_the_reason_is_shown() -> None:
    shown = choice_shown(PRODUCTS, Choice(thing("p-1"), None, None, QuickBooksUnavailable("Down.")))

    assert (shown["entries"], shown["problem"]["message"]) == ([], "Down.")


def test_every_kind_has_a_tab_and_the_first_is_shown_unasked() -> None:
    assert set(KINDS) == set(MappingKind)
    assert (chosen_kind(None), chosen_kind("terms")) == (PRODUCTS, MappingKind.TERMS)
    with pytest.raises(NotFound):
        chosen_kind("purchase-orders")
