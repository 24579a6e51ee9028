"""What a push costs at QuickBooks: the real client against the simulator, storage in memory."""

import pytest

from ledgerlink.domain.connections import Connection
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.quickbooks.books import CompanyBooks
from ledgerlink.quickbooks.client import Company
from ledgerlink.quickbooks.queries import Select
from ledgerlink.usecases.push.push_document import Pushed
from tests.unit.orders import KEY, KIND, TENANT, connection, line_json, order_json
from tests.unit.world import World


class RealBooks(World):
    """A stack in memory that pushes into the simulator's company, and counts what each push costs."""

    def __init__(self, company: Company) -> None:
        super().__init__(connected=connection(found_accounts={}))  # the first push chooses the accounts
        self.books = CompanyBooks(company)  # type: ignore[assignment]
        self._company = company

    def facts(self, connection: Connection) -> Company:
        return self._company

    def count(self, key: DocumentKey = KEY) -> tuple[Pushed, int]:
        before = self._company.calls
        return self.push(key), self._company.calls - before


@pytest.fixture
def world(company):
    return RealBooks(company)


def test_the_first_push_with_nothing_linked_costs_three_calls_and_one_for_its_names(world):
    world.store()

    pushed, calls = world.count()

    assert pushed.how == "created"
    assert calls == 4  # a batch of look-ups, the chart of accounts, a batch of names, the order


def test_the_next_order_of_the_same_things_costs_exactly_one_call(world):
    world.store()
    world.count()
    other = DocumentKey(TENANT, KIND, "po-8")
    world.store(order_json(number="8"), other)

    pushed, calls = world.count(other)

    assert (pushed.how, calls) == ("created", 1)


def test_an_order_that_changes_costs_exactly_one_call(world):
    world.store()
    world.count()
    world.store(order_json(memo="Another word"))

    pushed, calls = world.count()

    assert (pushed.how, calls) == ("updated", 1)


def test_an_order_that_is_there_already_is_taken_over_in_three_calls_once_its_things_are_known(world, company):
    world.store()
    world.count()
    world.links.links.pop(next(key for key in world.links.links if key.host_id == KEY.document_id))
    world.store(order_json(memo="Another word"))

    pushed, calls = world.count()

    assert (pushed.how, calls) == ("reattached", 3)  # refused, found, updated
    assert company.count(Select("PurchaseOrder")) == 1


def test_many_new_products_are_looked_up_and_created_in_batches(world):
    lines = [line_json(id=f"l{n}", sku=f"SKU-{n}", name=f"Product {n} é") for n in range(20)]
    world.store(order_json(lines=lines))

    _, calls = world.count()

    assert calls == 7  # two batches for 41 look-ups, the chart, three batches of ten names at most, the order
