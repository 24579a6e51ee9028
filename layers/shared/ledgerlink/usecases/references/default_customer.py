"""Find the customer that a tenant describes, or create it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from ledgerlink.domain.connections import Connection
from ledgerlink.domain.contents.parts import Party
from ledgerlink.domain.pickers import ListName, is_active
from ledgerlink.domain.references import References
from ledgerlink.domain.rows import Row
from ledgerlink.domain.settings import NewCustomer
from ledgerlink.domain.to_quickbooks.customer import customer_for
from ledgerlink.domain.translation import Context
from ledgerlink.errors import DocumentRejected, DuplicateDocument, InvalidRequest, Permanent

_FIELD = "default_customer.name"


class Lists(Protocol):
    """The lists of the company, as they were up to some hours ago."""

    def forget(self, name: ListName) -> None: ...


class Customers(Protocol):
    """The QuickBooks company of a connection."""

    def find(self, entity: str, prop: str, value: str) -> Sequence[Row]:
        """Names without regard to case; inactive ones too."""

    def create(self, entity: str, body: Mapping[str, Any], request_id: str) -> Row: ...


def find_or_create_customer(
    lists: Lists,
    books: Customers,
    connection: Connection,
    wanted: NewCustomer,
    now: datetime,
    new_request_id: Callable[[], str],
) -> Row:
    """The customer of that name. Raises InvalidRequest when it is inactive or QuickBooks does not take it."""
    body = _body(connection, wanted, now)
    known = next(iter(books.find("Customer", "DisplayName", body["DisplayName"])), None)
    if known is not None:
        if not is_active(known):
            raise _refused("is inactive in QuickBooks; make it active again there, or choose another name")
        return known
    try:
        created = books.create("Customer", body, new_request_id())
    except DuplicateDocument as error:
        # QuickBooks renames what becomes inactive to "… (deleted)", and still keeps the name for it.
        problem = "is a vendor's, an employee's or an inactive customer's name in QuickBooks; choose another name"
        raise _refused(problem, error) from error
    except DocumentRejected as error:
        raise _refused(f"cannot be created: {error.message}", error) from error
    lists.forget(ListName.CUSTOMERS)
    return created


def _body(connection: Connection, wanted: NewCustomer, now: datetime) -> Mapping[str, Any]:
    """With the name as QuickBooks takes it."""
    party = Party(id="default", name=wanted.name, email=wanted.email, phone=wanted.phone, address=wanted.address)
    today = now.astimezone(ZoneInfo(connection.settings.time_zone)).date()
    return customer_for(party, Context("default", connection, today), None).create_body(References())


def _refused(problem: str, error: Permanent | None = None) -> InvalidRequest:
    return InvalidRequest(
        f"'{_FIELD}' {problem}.".replace("..", "."),
        fields=[{"field": _FIELD, "problem": problem}],
        intuit_tid=error.intuit_tid if error else None,
    )
