"""What pushes ask of a company: look-ups by name, number and id, beside the plain calls."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ledgerlink.quickbooks.client import Company
from ledgerlink.quickbooks.queries import Select, named

type Entity = Mapping[str, Any]

_IDS_PER_QUERY = 100
_NAME_PROPERTY = {"Vendor": "DisplayName", "Customer": "DisplayName", "Item": "Name", "Account": "Name"}


class CompanyBooks:
    """One company's books. Raises the errors of ``Company``."""

    def __init__(self, company: Company) -> None:
        self._company = company

    @property
    def calls(self) -> int:
        """How many HTTP calls were made."""
        return self._company.calls

    @property
    def last_intuit_tid(self) -> str | None:
        """Intuit's id of the last call."""
        return self._company.last_intuit_tid

    def find_by_doc_number(self, entity: str, doc_number: str) -> Sequence[Entity]:
        """Transactions with exactly this number."""
        found = self._each(named(entity, "DocNumber", [doc_number]))
        return [transaction for transaction in found if transaction.get("DocNumber") == doc_number]

    def find_by_name(self, entity: str, names: Sequence[str]) -> Sequence[Entity]:
        """Entities whose name may be one of these, inactive ones too; compare exactly."""
        return self._each(query.include_inactive() for query in named(entity, _NAME_PROPERTY[entity], names))

    def find_items_by_sku(self, skus: Sequence[str]) -> Sequence[Entity]:
        """Items whose SKU may be one of these, inactive ones too; compare exactly."""
        return self._each(query.include_inactive() for query in named("Item", "Sku", skus))

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

    def _each(self, queries: Iterable[Select]) -> list[Entity]:
        return [entity for query in queries for entity in self._company.query_all(query)]
