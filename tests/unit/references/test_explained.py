"""A refusal because something is gone or inactive is explained by naming it."""

from ledgerlink.errors import OutOfSync
from tests.unit.orders import ACCOUNTS, CONNECTION_KEY, connection, line_json
from tests.unit.references.documents import CUSTOMER, books_calls, linked, only, resolver, wanted
from tests.unit.world import World


def test_what_is_gone_or_inactive_is_named_and_never_made_a_second_time_by_itself() -> None:
    world = World()
    references = resolver(world)
    what = wanted(lines=[line_json(), line_json(id="l2", sku=None, expense_account="5000")])
    refs = references.resolve([what]).references(what)
    world.books.remove("Item", refs.items["sku:BOLT-8"])
    world.books.entities["Account"]["80"]["Active"] = False

    error = references.explain(what, refs, OutOfSync("Gone.", code="quickbooks_610", intuit_tid="1-t"))

    assert "the item 'sku:BOLT-8' is gone" in error.message
    assert "the account 'Cost of Goods Sold' is inactive" in error.message
    assert (error.code, error.intuit_tid) == ("quickbooks_610", "1-t")
    assert "remove its match" in error.hint
    assert linked(world).keys() == {("suppliers", "s-1"), ("products", "sku:BOLT-8")}


def test_the_account_of_a_role_that_is_gone_is_named_and_chosen_again_next_time() -> None:
    gone = connection(found_accounts={**ACCOUNTS, "accounts_payable": "999"})
    world = World(connected=gone)
    references = resolver(world, gone)
    refs = references.resolve([wanted()]).references(wanted())

    error = references.explain(wanted(), refs, OutOfSync("Gone."))

    assert "used for accounts payable, is gone" in error.message
    assert "accounts_payable" not in world.connections.stored[CONNECTION_KEY].connection.found_accounts


def test_an_error_that_nothing_explains_stays_as_it_is() -> None:
    world = World()
    references = resolver(world)
    error = OutOfSync("Gone.")

    explained = references.explain(wanted(), references.resolve([wanted()]).references(wanted()), error)

    assert explained is error


def test_what_is_explained_is_asked_for_in_one_call() -> None:
    world = World()
    references = resolver(world)
    what = only(customer=CUSTOMER)
    refs = references.resolve([what]).references(what)
    world.script.calls.clear()

    references.explain(what, refs, OutOfSync("Gone."))

    assert books_calls(world) == ["books.seek", "books.parts"]
