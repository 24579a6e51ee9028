"""A made-up history of one document: what host, tenant, bookkeeper, network and Lambda may do, in any order."""

import json
import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from ledgerlink.domain.attempts import Attempt, Ended, Trigger
from ledgerlink.domain.backlogs import Outcome
from ledgerlink.domain.documents import Status
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.domain.settings import Settings
from ledgerlink.errors import QuickBooksUnavailable, StorageUnavailable, SyncError, Transient
from ledgerlink.usecases.documents.settle_push import settle_push
from ledgerlink.usecases.documents.sweep_documents import sweep_documents
from tests.unit.chunk_world import ChunkWorld
from tests.unit.fakes import FakeBooks, Killed, raising
from tests.unit.orders import TENANT, connection, line_json, order_json

ENTITIES = {
    "purchase-orders": ("PurchaseOrder", "Bill"),
    "bills": ("Bill",),
    "shipments": ("Invoice", "SalesReceipt"),
    "products": ("Item",),
}
"""What documents of a kind become, by the tenant's choice."""
_CALLS = 26
"""Of a push, about."""
_LONGEST = timedelta(seconds=115)
"""Intuit works on a request for two minutes at most."""
_ROUNDS = 60


class History:
    """Steps that a number chooses; the same number is the same history."""

    def __init__(self, kind: str, number: int) -> None:
        self._chance = random.Random(f"{kind} {number}")
        self.kind = kind
        self.key = DocumentKey(TENANT, kind, "d-1")
        self.world = ChunkWorld(honours_request_ids=self._chance.random() < 0.5, connected=connection())
        self.steps: list[str] = []
        self._renumbers = self._chance.random() < 0.5
        self._entity, self._pattern, self._wanted = ENTITIES[kind][0], "{number}", ["go", "stop"]
        self._number, self._version = 1, 0
        self._running: dict[str, tuple[Attempt, Trigger, int, int]] = {}
        self._failed: dict[str, tuple[Attempt, Trigger, int]] = {}
        self._seen: set[str] = set()
        self._late: list[Callable[[], object]] = []
        self._is_inside = False
        self._choose()

    def happen(self) -> None:
        """A dozen things or three, the first of which is that the host sends it."""
        self._put()
        for _ in range(self._chance.randrange(12, 36)):
            self._step()

    def calm_down(self) -> None:
        """Nothing goes wrong any more, and a person sends what was given up, until the document is synced."""
        self.world.clock.time += timedelta(minutes=5)
        self._arrive()
        for _ in range(_ROUNDS):
            if self._running:
                for name in list(self._running):
                    self._try(name)
                self.world.clock.time += timedelta(seconds=20)
            elif self._is(Status.SYNCING):
                self.world.clock.time += timedelta(minutes=11)
                self._sweep()
            elif self._is(Status.SYNCED):
                return
            else:
                self._send()
        raise AssertionError(f"It never came to rest: {self.steps}")

    def send_by_hand(self) -> None:
        """Once more at the end, for a bookkeeper may have deleted it after it was sent."""
        self._send()

    def is_one(self) -> bool:
        """QuickBooks has one entity of it, as the host sent it last, and the document knows which."""
        made = [(entity, found) for entity in ENTITIES[self.kind] for found in self.world.books.all(entity)]
        document = self.world.document(self.key)
        became, content = document.quickbooks, json.loads(document.content)
        names = [self.world.names(entity) for entity in ("Vendor", "Customer", "Item", "Account")]
        return (
            became is not None
            and [(entity, found["Id"]) for entity, found in made] == [(became.entity, became.entity_id)]
            and str(content.get("memo") or content.get("description")) in str(made[0][1])
            and all(len(set(some)) == len(some) for some in names)
        )

    # what may happen

    def _step(self) -> None:
        steps: dict[Callable[[], None], int] = {
            self._put: 4,
            self._send: 2,
            self._run: 8,
            self._redrive: 1,
            self._send_with_others: 2,
            self._sweep: 1,
            self._change_settings: 2,
            self._edit: 1,
            self._delete: 1,
            self._wait: 3,
        }
        (step,) = self._chance.choices(list(steps), list(steps.values()))
        self.steps.append(step.__name__)
        step()

    def _put(self) -> None:
        """The host changes it; the start of its push may get lost."""
        self._version += 1
        if self._renumbers and self._chance.random() < 0.3:
            self._number = self._number % 3 + 1
        self.world.executions.lost_starts = int(self._chance.random() < 0.1)
        self._suppress(lambda: self.world.store(self._content(), self.key))
        self.world.executions.lost_starts = 0

    def _send(self) -> None:
        """A person presses Send."""
        if self.key in self.world.documents.documents:
            self._suppress(lambda: self.world.send(self.key))

    def _run(self) -> None:
        """One of the executions has its next try, and something may go wrong."""
        if self._running:
            name = self._chance.choice(list(self._running))
            self._disturb()
            self._try(name)

    def _redrive(self) -> None:
        """Support redrives an execution that failed."""
        if self._failed:
            name = self._chance.choice(list(self._failed))
            attempt, trigger, redrives = self._failed.pop(name)
            self.world.executions.endings.pop(name, None)
            self._running[name] = attempt, trigger, redrives + 1, 1

    def _send_with_others(self) -> None:
        """It is one of the documents of a backlog."""
        if self.key not in self.world.documents.documents or self._is(Status.SYNCING):
            return
        self.world.trigger = self._chance.choice([Trigger.SELECTION, Trigger.MANUAL, Trigger.DAILY])
        self._disturb()
        try:
            result = self.world.push_chunk([self.key]).results.get(self.key)
        except (Killed, SyncError):
            result = None
        finally:
            self._undisturbed()
        if result and result.outcome is Outcome.HANDED_ON:
            self._send()

    def _sweep(self) -> None:
        world = self.world
        sweep_documents(world.documents, world.executions, world.activity, world.events, world.clock())
        self._collect()

    def _change_settings(self) -> None:
        """What it is sent as, in which statuses, and under which number."""
        self._entity = self._chance.choice(ENTITIES[self.kind])
        self._wanted = self._chance.choice([["go"], ["go", "stop"]])
        if self._renumbers:
            self._pattern = self._chance.choice(["{number}", "X-{number}"])
        self._choose()

    def _edit(self) -> None:
        """A bookkeeper edits what there is."""
        for entity in ENTITIES[self.kind]:
            for found in self.world.books.all(entity):
                self.world.books.change(entity, found["Id"], Extra="1")

    def _delete(self) -> None:
        """A bookkeeper deletes what there is; entries of lists cannot be."""
        if self.kind != "products" and self._chance.random() < 0.4:
            for entity in ENTITIES[self.kind]:
                for found in self.world.books.all(entity):
                    self.world.books.remove(entity, found["Id"])

    def _wait(self) -> None:
        seconds = self._chance.choice([1, 5, 20, 60, 140, 300])
        self.world.clock.time += timedelta(seconds=seconds)
        if timedelta(seconds=seconds) >= _LONGEST or self._chance.random() < seconds / 120:
            self._arrive()

    # what may go wrong

    def _disturb(self) -> None:
        """Half of the time: at some call the worker dies, an answer is lost or late, or something else happens."""
        call = len(self.world.script.calls) + self._chance.randrange(_CALLS)
        when = self._chance.choice(["before", "after"])
        wrongs: list[Callable[[], object]] = [
            lambda: self.world.script.at(when, call, raising(Killed())),
            lambda: self.world.script.at(when, call, raising(StorageUnavailable("No answer."))),
            lambda: self.world.script.lose_answer("books.create"),
            lambda: self.world.script.lose_answer("books.update"),
            self._delay_the_next_create,
        ]
        if not self._is_inside:
            wrongs.append(lambda: self.world.script.at(when, call, self._meanwhile))
        if self._chance.random() < 0.6:
            self._chance.choice(wrongs)()

    def _meanwhile(self) -> None:
        self._is_inside = True
        try:
            self._step()
        finally:
            self._is_inside = False

    def _delay_the_next_create(self) -> None:
        """We no longer wait for its answer, and it arrives later."""
        books = self.world.books

        def delayed(entity: str, body: Any, request_id: str) -> Any:
            vars(books).pop("create", None)
            self._late.append(lambda: FakeBooks.create(books, entity, body, request_id))
            raise QuickBooksUnavailable("No answer.")

        books.create = delayed  # type: ignore[method-assign]

    def _undisturbed(self) -> None:
        if not self._is_inside:
            self.world.script.forget()
            vars(self.world.books).pop("create", None)

    def _arrive(self) -> None:
        late, self._late = self._late, []
        for create in late:
            self._suppress(create)

    # the state machine

    def _try(self, name: str) -> None:
        attempt, trigger, redrives, number = self._running.pop(name)
        again = attempt, trigger, redrives, number + 1
        try:
            self.world.push(
                self.key,
                attempt=attempt.number,
                revision=attempt.revision,
                trigger=Trigger.REDRIVE if redrives else trigger,
                try_number=number,
                redrive_count=redrives,
            )
        except (Killed, Transient):
            self._running[name] = again
        except SyncError as error:
            self._failed[name] = attempt, trigger, redrives
            self._ended(Ended(attempt, trigger, name, "FAILED", type(error).__name__, self.world.clock(), redrives))
        finally:
            self._undisturbed()
        self._collect()

    def _ended(self, ended: Ended) -> None:
        """The event that says so may be lost."""
        world = self.world
        world.executions.endings[ended.execution] = ended
        if self._chance.random() < 0.8:
            settle_push(world.documents, world.activity, world.events, ended, world.clock())

    def _collect(self) -> None:
        for name, (attempt, trigger) in self.world.executions.started.items():
            if name not in self._seen:
                self._seen.add(name)
                self._running[name] = attempt, trigger, 0, 1

    # both

    def _suppress(self, work: Callable[[], object]) -> None:
        """Whoever asked is told, and nothing else follows from it."""
        try:
            work()
        except SyncError as error:
            self.steps.append(error.code)
        self._collect()

    def _is(self, status: Status) -> bool:
        document = self.world.documents.documents.get(self.key)
        return document is not None and document.status is status

    def _choose(self) -> None:
        chosen: dict[str, Any] = {"push_when": self._wanted}
        if len(ENTITIES[self.kind]) > 1:
            chosen["entity"] = self._entity
        if self.kind != "products":
            chosen["number_pattern"] = self._pattern
        self.world.connections.have(connection(settings=Settings.model_validate({"kinds": {self.kind: chosen}})))

    def _content(self) -> dict[str, Any]:
        number, text = str(self._number), f"version {self._version}."
        status = self._chance.choice(["go", "go", "stop"])
        whole: dict[str, Any]
        match self.kind:
            case "purchase-orders":
                return order_json(number=number, memo=text, status=status)
            case "bills":
                supplier = {"id": "s-1", "name": "Acme"}
                whole = {"number": number, "supplier": supplier, "lines": [line_json()], "memo": text}
            case "shipments":
                line = {"sku": "BOLT-8", "name": "Bolt M8", "quantity": 2, "unit_price": 3}
                whole = {"number": number, "customer": {"id": "c-1", "name": "Finch"}, "lines": [line], "memo": text}
            case _:
                whole = {"sku": "BOLT-8", "name": f"Bolt {number}", "description": text, "unit_cost": 1}
        return {**whole, "status": status}
