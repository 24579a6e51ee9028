"""What pushes ask of a company: look-ups by name, number and id, beside the plain calls."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ledgerlink.errors import WaitingForTurn
from ledgerlink.quickbooks.batch import Read
from ledgerlink.quickbooks.client import Company
from ledgerlink.quickbooks.look_ahead import LookAhead, Question, page_of
from ledgerlink.quickbooks.queries import LARGEST_PAGE, Select

type Entity = Mapping[str, Any]

_IDS_PER_QUERY = 100
_NAME_PROPERTY = {"Vendor": "DisplayName", "Customer": "DisplayName", "Item": "Name", "Account": "Name"}


class CompanyBooks:
    """One company's books. Raises the errors of ``Company``."""

    def __init__(self, company: Company) -> None:
        self._company = company
        self._ahead = LookAhead()

    @property
    def calls(self) -> int:
        """How many HTTP calls were made."""
        return self._company.calls

    @property
    def last_intuit_tid(self) -> str | None:
        """Intuit's id of the last call."""
        return self._company.last_intuit_tid

    def look_ahead(
        self, names: Mapping[str, Sequence[str]], skus: Sequence[str], doc_numbers: Mapping[str, Sequence[str]]
    ) -> None:
        """Ask all of this in one call. Each answer serves the next look-up of its kind, once.

        ``names`` and ``doc_numbers`` are by entity. Where the company has no turn left for a batch nothing
        is asked, and the look-ups ask one by one.
        """
        questions = [
            *(_by_name(entity, wanted) for entity, wanted in names.items() if wanted),
            *([_by_sku(skus)] if skus else []),
            *(_by_doc_number(entity, wanted) for entity, wanted in doc_numbers.items() if wanted),
        ]
        asked = [(question, query) for question in questions for query in question.queries()]
        if len(asked) < 2:
            return  # a query of its own is as many calls, and batches are scarcer
        outcomes = self._company.batch([Read(page_of(query)) for _, query in asked])
        if any(isinstance(outcome.error, WaitingForTurn) for outcome in outcomes):
            return
        for question in questions:
            answers = [outcome for (of, _), outcome in zip(asked, outcomes, strict=True) if of is question]
            rows = [answer.found() for answer in answers]
            if not any(answer.cut for answer in answers) and all(len(found) < LARGEST_PAGE for found in rows):
                self._ahead.put(question, [entity for found in rows for entity in found])

    def find_by_doc_number(self, entity: str, doc_number: str, *, fresh: bool = False) -> Sequence[Entity]:
        """Transactions with exactly this number; ``fresh`` ones do not come from a look ahead."""
        found = self._answer(_by_doc_number(entity, [doc_number]), fresh=fresh)
        return [transaction for transaction in found if transaction.get("DocNumber") == doc_number]

    def find_by_name(self, entity: str, names: Sequence[str]) -> Sequence[Entity]:
        """Entities whose name may be one of these, inactive ones too; compare exactly."""
        return self._answer(_by_name(entity, names))

    def find_items_by_sku(self, skus: Sequence[str]) -> Sequence[Entity]:
        """Items whose SKU may be one of these, inactive ones too; compare exactly."""
        return self._answer(_by_sku(skus))

    def find_by_id(self, entity: str, ids: Sequence[str]) -> Sequence[Entity]:
        """Entities of a name list, inactive ones too; those that are gone are missing."""
        chunks = [ids[start : start + _IDS_PER_QUERY] for start in range(0, len(ids), _IDS_PER_QUERY)]
        return self._each(Select(entity).where_in("Id", chunk).include_inactive() for chunk in chunks)

    def accounts(self) -> Sequence[Entity]:
        """The whole chart of accounts, inactive ones too."""
        return self._company.query_all(Select("Account").include_inactive())

    def read(self, entity: str, entity_id: str) -> Entity:
        """The entity as it is now."""
        return self._company.read(entity, entity_id)

    def create(self, entity: str, body: Mapping[str, Any], request_id: str) -> Entity:
        """The entity as QuickBooks stored it."""
        return self._company.create(entity, dict(body), request_id)

    def update(self, entity: str, body: Mapping[str, Any], request_id: str) -> Entity:
        """The entity as QuickBooks stored it."""
        return self._company.update(entity, dict(body), request_id)

    def _answer(self, question: Question, *, fresh: bool = False) -> list[Entity]:
        known = self._ahead.take(question)
        return known if known is not None and not fresh else self._each(question.queries())

    def _each(self, queries: Iterable[Select]) -> list[Entity]:
        return [entity for query in queries for entity in self._company.query_all(query)]


def _by_name(entity: str, names: Sequence[str]) -> Question:
    return Question(entity, _NAME_PROPERTY[entity], names, inactive=True)


def _by_sku(skus: Sequence[str]) -> Question:
    return Question("Item", "Sku", skus, inactive=True)


def _by_doc_number(entity: str, numbers: Sequence[str]) -> Question:
    return Question(entity, "DocNumber", numbers, inactive=False)
