"""What a push costs at QuickBooks: the real client against the simulator, storage in memory."""

import itertools
from datetime import timedelta

import pytest

from ledgerlink.domain.attempts import Attempt, Trigger
from ledgerlink.domain.connections import Connection
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.quickbooks.client import Company
from ledgerlink.quickbooks.lookups import CompanyBooks
from ledgerlink.quickbooks.queries import Select
from ledgerlink.usecases.push_document import DocumentPusher, Pushed, PushTask
from ledgerlink.usecases.resolve_references import ReferenceResolver
from tests.unit.orders import KEY, KIND, TENANT, connection, line_json, order_json
from tests.unit.world import OpenedCompany, World


class RealBooks:
    """Opens the simulator's company instead of a fake one, and counts what each push costs."""

    def __init__(self, company: Company, world: World) -> None:
        self._company, self._world = company, world
        self._request_ids = (f"request {number}" for number in itertools.count())

    def open(self, connected: Connection) -> OpenedCompany:
        books = CompanyBooks(self._company)
        links, connections = self._world.links, self._world.connections
        return OpenedCompany(
            books, ReferenceResolver(books, links, connections, connected, lambda: next(self._request_ids))
        )

    def facts(self, connected: Connection) -> Company:
        return self._company

    def push(self, key: DocumentKey = KEY) -> tuple[Pushed, int]:
        world, before = self._world, self._company.calls
        document = world.documents.documents[key]
        attempt = Attempt(key, document.revision, document.attempt)
        pusher = DocumentPusher(
            world.documents, world.connections, world.links, self, world.activity, world.events, world.clock
        )
        pushed = pusher.push(
            PushTask(attempt, Trigger.AUTOMATIC, attempt.execution_name, 0, 1, "worker"), timedelta(minutes=2)
        )
        return pushed, self._company.calls - before


@pytest.fixture
def world():
    # The accounts are chosen by the first push.
    return World(connected=connection(accounts=None))


@pytest.fixture
def books(company, world):
    return RealBooks(company, world)


def test_the_first_push_with_nothing_linked_costs_three_calls_at_most_and_its_creations(books, world, company, control):
    world.store()

    pushed, calls = books.push()

    creations = control.calls("create")
    assert pushed.how == "created"
    assert creations == 4  # a vendor, two items, the order
    assert calls - creations <= 3
    assert calls == 6  # and a batch, and the chart of accounts


def test_the_next_order_of_the_same_things_costs_a_look_and_a_create(books, world):
    world.store()
    books.push()
    other = DocumentKey(TENANT, KIND, "po-8")
    world.store(order_json(number="8"), other)

    pushed, calls = books.push(other)

    assert (pushed.how, calls) == ("created", 2)


def test_a_linked_order_costs_exactly_one_call(books, world):
    world.store()
    books.push()
    world.store(order_json(memo="Another word"))

    pushed, calls = books.push()

    assert (pushed.how, calls) == ("updated", 1)


def test_an_order_that_is_there_already_is_taken_over_in_two_calls_once_its_things_are_known(books, world, company):
    world.store()
    books.push()
    world.links.links.pop(next(key for key in world.links.links if key.host_id == KEY.document_id))
    world.store(order_json(memo="Another word"))

    pushed, calls = books.push()

    assert (pushed.how, calls) == ("reattached", 2)
    assert company.count(Select("PurchaseOrder")) == 1


def test_many_new_products_cost_one_call_beside_their_creations(books, world, control):
    lines = [line_json(id=f"l{n}", sku=f"SKU-{n}", name=f"Product {n} é") for n in range(20)]
    world.store(order_json(lines=lines))

    _, calls = books.push()

    assert calls - control.calls("create") <= 3
