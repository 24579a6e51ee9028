"""What a person matched is used and kept, and what cannot be had is noted so that a person may match it."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from ledgerlink.domain.links import LinkKey
from ledgerlink.domain.mappings import HostThing
from ledgerlink.domain.references import References
from ledgerlink.domain.settings import Settings
from ledgerlink.errors import ConnectionRevoked, OutOfSync, RateLimited, StorageUnavailable, SyncError
from tests import canaries
from tests.unit.fakes import raising
from tests.unit.orders import connection
from tests.unit.references.documents import BUYABLE, key_of, match_by_hand, only, refused, resolve, resolver
from tests.unit.world import World


def test_what_a_person_matched_is_used_whatever_it_is_called() -> None:
    world = World()
    other = world.books.have("Vendor", DisplayName="Somebody else")
    match_by_hand(world, "suppliers", "s-1", "Vendor", other["Id"])
    match_by_hand(world, "expense-accounts", "CODE", "Account", "79")

    refs = resolve(world, only(expense_account="CODE"))

    assert (refs.vendors, refs.accounts) == ({"s-1": other["Id"]}, {"CODE": "79"})


def test_what_a_person_matched_is_never_forgotten_by_itself() -> None:
    world = World()
    match_by_hand(world, "suppliers", "s-1", "Vendor", "999")
    match_by_hand(world, "expense-accounts", "5000", "Account", "998")
    before = dict(world.links.links)

    error = refused(world, only(expense_account="5000"))
    refs = References(vendors={"s-1": "999"})
    explained = resolver(world).explain(only(), refs, OutOfSync("Gone."))

    assert error.code == "account_missing"
    assert "the vendor 's-1' is gone" in explained.message
    assert world.links.links == before


# what people are shown to match


def test_what_cannot_be_had_is_noted_with_its_name_until_it_is_found() -> None:
    world = World()
    by_hand = connection(settings=Settings.model_validate({"kinds": {"products": {"create": False}}}))
    bolt = key_of("products", "sku:BOLT-8")
    refused(world, only(), by_hand)

    noted = dict(world.unmatched.noted)
    world.books.have("Item", Name="Hexagon bolt", Sku="BOLT-8", **BUYABLE)
    resolve(world, only(), by_hand)

    assert noted.keys() == {bolt}
    assert noted[bolt].thing == HostThing(bolt, "Bolt M8", "BOLT-8")
    assert (noted[bolt].problem or {})["code"] == "product_not_matched"
    assert world.unmatched.noted == {}


def test_a_word_that_quickbooks_lacks_is_noted() -> None:
    world = World()

    refused(world, only(expense_account="9999"))

    assert [one.thing for one in world.unmatched.noted.values()] == [HostThing(key_of("expense-accounts", "9999"))]


@pytest.mark.parametrize("error", [RateLimited("Busy."), ConnectionRevoked("Access was taken away.")])
def test_what_could_not_even_be_looked_for_is_not_noted(error: SyncError) -> None:
    world = World()
    world.script.at("before", 1, raising(error))

    refused(world, only())

    assert world.script.calls[1] == "books.seek"
    assert world.unmatched.noted == {}


def test_a_match_whose_entry_is_gone_is_noted_with_that_entry() -> None:
    world = World()
    match_by_hand(world, "suppliers", "s-1", "Vendor", "999")
    match_by_hand(world, "expense-accounts", "5000", "Account", "998")
    refused(world, only(expense_account="5000"))

    resolver(world).explain(only(), References(vendors={"s-1": "999"}), OutOfSync("Gone."))

    noted = {one.thing.key.host_id: (one.thing.name, one.entity_id) for one in world.unmatched.noted.values()}
    assert noted == {"s-1": (canaries.SUPPLIER, "999"), "5000": ("", "998")}


class BrokenNotes:
    """A table that takes no notes for the moment."""

    def note(self, thing: HostThing, problem: Mapping[str, Any], entity_id: str) -> None:
        raise StorageUnavailable("The database is busy.")

    def settle(self, found: Sequence[LinkKey]) -> None:
        raise StorageUnavailable("The database is busy.")


def test_documents_are_sent_and_judged_as_ever_while_nothing_can_be_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    monkeypatch.setattr(world, "unmatched", BrokenNotes())

    sent = resolve(world, only())
    error = refused(world, only(expense_account="9999"))
    explained = resolver(world).explain(only(), References(vendors={"s-1": "999"}), OutOfSync("Gone."))

    assert sent.vendors["s-1"] == world.books.all("Vendor")[0]["Id"]
    assert error.code == "account_missing"
    assert "is gone" in explained.message
