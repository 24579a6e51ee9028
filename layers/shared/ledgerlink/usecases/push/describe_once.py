"""Describe each company once for all documents of a chunk, whether it answers or not."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from ledgerlink.domain.connections import Connection
from ledgerlink.errors import Transient
from ledgerlink.usecases.connections.describe_company import CompanyFacts, Descriptions
from ledgerlink.usecases.push.prepare_push import Routed
from ledgerlink.usecases.push.push_document import Companies


class DescribedOnce:
    """Companies as QuickBooks described them for an earlier document of the chunk."""

    def __init__(self, descriptions: Descriptions, companies: Companies) -> None:
        self._descriptions = descriptions
        self._companies = companies
        self._known: dict[str, Connection] = {}
        self._asked: dict[str, _AskedOnce] = {}

    def facts(self, connection: Connection) -> CompanyFacts:
        """The company, as far as it answers in this chunk."""
        if connection.connection_id not in self._asked:
            self._asked[connection.connection_id] = _AskedOnce(self._companies.facts(connection))
        return self._asked[connection.connection_id]

    def describe(self, connection: Connection) -> None:
        """Store what QuickBooks says of the company, and know it for the next document."""
        self._descriptions.describe(connection)
        self._known[connection.connection_id] = connection

    def known(self, routed: Routed) -> Routed:
        """The document on its way to the company as it is known now."""
        return replace(routed, connection=self._known.get(routed.connection.connection_id, routed.connection))


class _AskedOnce:
    """A company that is not asked again for the next document after it did not answer."""

    def __init__(self, company: CompanyFacts) -> None:
        self._company = company
        self._failure: Transient | None = None

    def company_info(self) -> Mapping[str, Any]:
        return self._answer(self._company.company_info)

    def preferences(self) -> Mapping[str, Any]:
        return self._answer(self._company.preferences)

    def _answer(self, ask: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
        if self._failure:
            raise self._failure
        try:
            return ask()
        except Transient as failure:
            self._failure = failure
            raise
