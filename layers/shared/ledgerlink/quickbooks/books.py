"""What pushes ask of a company: look-ups by name, number and id, beside the plain calls, alone or many in one call."""

from collections.abc import Collection, Generator, Mapping, Sequence
from datetime import date
from typing import Any

from ledgerlink.domain.asks import Ask, Create, Find, Read, Sought, Update
from ledgerlink.domain.names import same_name
from ledgerlink.domain.pickers import ListPart
from ledgerlink.errors import OutOfSync, SyncError, WaitingForTurn
from ledgerlink.quickbooks import batch
from ledgerlink.quickbooks.check_body import Operation, check_body
from ledgerlink.quickbooks.client import Company
from ledgerlink.quickbooks.crew import Crew
from ledgerlink.quickbooks.fields import ENTITIES
from ledgerlink.quickbooks.pages import read_parts, read_rows
from ledgerlink.quickbooks.queries import LARGEST_PAGE, Select, named

type Entity = Mapping[str, Any]

_NAMES = ("DisplayName", "Name")


class CompanyBooks:
    """One company's books. Raises the errors of ``Company``."""

    def __init__(self, company: Company, *others: Company) -> None:
        """``others`` are of the same realm, each with a session of its own: they help to read long lists."""
        self._company = company
        self._readers = (company, *others)

    @property
    def calls(self) -> int:
        """How many HTTP calls were made."""
        return sum(company.calls for company in self._readers)

    @property
    def last_intuit_tid(self) -> str | None:
        """Intuit's id of the last call."""
        return self._company.last_intuit_tid

    def find(self, entity: str, prop: str, value: str) -> list[Entity]:
        """Entities with exactly this property, names without regard to case, inactive ones too."""
        return _exactly(prop, value, self._ask_one_by_one(Sought(entity, prop, (value,))))

    def seek(self, questions: Sequence[Sought]) -> list[list[Entity]]:
        """All questions in as few calls as possible; for each what may fit it, inactive ones too: compare exactly."""
        asked = [(question, query) for question in questions for query in _queries(question)]
        if len(asked) < 2:
            return [self._ask_one_by_one(question) for question in questions]
        outcomes = self._company.batch([batch.Read(_page_of(query)) for _, query in asked])
        if any(isinstance(outcome.error, WaitingForTurn) for outcome in outcomes):
            # No turn for a batch; single calls have a line of their own.
            return [self._ask_one_by_one(question) for question in questions]
        found = []
        for question in questions:
            answers = [outcome for (of, _), outcome in zip(asked, outcomes, strict=True) if of is question]
            rows = [answer.found() for answer in answers]
            if any(answer.cut for answer in answers) or any(len(part) >= LARGEST_PAGE for part in rows):
                found.append(self._ask_one_by_one(question))
            else:
                found.append([entity for part in rows for entity in part])
        return found

    def parts(self, entity: str, *, read_to: int = 0, ids: Collection[str] = ()) -> Generator[ListPart]:
        """The whole list, inactive ones too, as its pages come; or those after ``ids``, where a reading broke off."""
        with Crew(self._readers) as crew:
            yield from read_parts(crew, Select(entity).include_inactive(), read_to=read_to, ids=ids)

    def dated(self, entity: str, first: date, last: date) -> Generator[Entity]:
        """The transactions of these days, both included; close it to stop reading."""
        with Crew(self._readers) as crew:
            yield from read_rows(crew, Select(entity).where("TxnDate", ">=", first).where("TxnDate", "<=", last))

    def read(self, entity: str, entity_id: str) -> Entity:
        """The entity as it is now."""
        return self._company.read(entity, entity_id)

    def create(self, entity: str, body: Mapping[str, Any], request_id: str) -> Entity:
        """The entity as QuickBooks stored it."""
        return self._company.create(entity, dict(body), request_id)

    def update(self, entity: str, body: Mapping[str, Any], request_id: str) -> Entity:
        """The entity as QuickBooks stored it."""
        return self._company.update(entity, dict(body), request_id)

    def check(self, entity: str, body: Mapping[str, Any], operation: str) -> None:
        """As every body is before it is sent. Asks nobody; raises DocumentRejected naming the fields."""
        check_body(entity, body, operation)

    def answer_all(self, asks: Sequence[Ask]) -> list[Any]:
        """The answers in the order of the asks, each judged alone: an ask that failed has its SyncError as answer.

        Asks of which each takes one item of a batch go in as few calls as possible.
        """
        items = [_item(ask) for ask in asks]
        sent = [item for item in items if not isinstance(item, SyncError)]
        outcomes = iter(self._company.batch(sent))
        return [
            item if isinstance(item, SyncError) else self._read(ask, next(outcomes))
            for ask, item in zip(asks, items, strict=True)
        ]

    def _read(self, ask: Ask, outcome: batch.Outcome) -> Any:
        try:
            match ask:
                case Find():
                    rows = outcome.found()
                    if outcome.cut or len(rows) >= LARGEST_PAGE:
                        return self.find(ask.entity, ask.prop, ask.value)
                    return _exactly(ask.prop, ask.value, rows)
                case Read():
                    rows = outcome.found()
                    return rows[0] if rows else _gone(outcome)
                case Create() | Update():
                    return outcome.result()
        except SyncError as error:
            return error

    def _ask_one_by_one(self, question: Sought) -> list[Entity]:
        return [entity for query in _queries(question) for entity in self._company.query_all(query)]


def _queries(question: Sought) -> list[Select]:
    if not question.values:
        return []
    return [_even_inactive(query) for query in named(question.entity, question.prop, question.values)]


def _even_inactive(query: Select) -> Select:
    """Name lists hide what is inactive. Transactions have no inactive ones, and may not be asked for them."""
    written = ENTITIES.get(query.entity)
    return query if written and written.deletable else query.include_inactive()


def _page_of(query: Select) -> Select:
    """As much of a query as one answer can hold."""
    return query.order_by("Id").page(1, LARGEST_PAGE)


def _exactly(prop: str, value: str, rows: Sequence[Entity]) -> list[Entity]:
    if prop in _NAMES:
        return [row for row in rows if same_name(str(row.get(prop) or ""), value)]
    return [row for row in rows if row.get(prop) == value]


def _item(ask: Ask) -> batch.Item | SyncError:
    try:
        return _item_of(ask)
    except SyncError as error:  # what the query language cannot express
        return error


def _item_of(ask: Ask) -> batch.Item:
    match ask:
        case Find():
            return batch.Read(_page_of(_queries(Sought(ask.entity, ask.prop, (ask.value,)))[0]))
        case Read():
            return batch.Read(_even_inactive(Select(ask.entity).where("Id", "=", ask.entity_id)))
        case Create():
            return batch.Write(Operation.CREATE, ask.entity, ask.body, ask.request_id)
        case Update():
            return batch.Write(Operation.UPDATE, ask.entity, ask.body, ask.request_id)


def _gone(outcome: batch.Outcome) -> OutOfSync:
    return OutOfSync("QuickBooks no longer has it.", code="quickbooks_610", intuit_tid=outcome.intuit_tid)
