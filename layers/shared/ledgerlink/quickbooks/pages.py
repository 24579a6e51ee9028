"""Long lists: several pages at a time, handed on in order, each row once, all but one of them unread in memory.

Positions are all that QuickBooks offers, and they shift when a row before them comes or goes. So each page
begins with the last row of the one before. A page in which none of the rows handed on last is found
came from after a shift: it is asked for again from farther ahead. What was handed on is known by its Id, and is not
handed on again.
"""

from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import Future
from typing import Any, NamedTuple

from ledgerlink.domain.pickers import ListPart
from ledgerlink.errors import QuickBooksUnavailable
from ledgerlink.quickbooks.batch import rows_of
from ledgerlink.quickbooks.crew import Crew
from ledgerlink.quickbooks.queries import LARGEST_PAGE, Select

type Row = dict[str, Any]


def read_rows(crew: Crew, select: Select, size: int = LARGEST_PAGE) -> Iterator[Mapping[str, Any]]:
    """Yield all rows of a query in order of their Id. In memory are one page and, unread, as many as the crew is large,
    and the Ids of what was handed on.

    No row comes twice. One that nobody touches meanwhile comes, in its order, whatever becomes of the others; one that
    begins to match while the list is read may be missing, or come after others that it belongs before. Raises
    ValueError when ``select`` already has an order or a page, and the errors of ``Company``.
    """
    for part in read_parts(crew, select, size):
        yield from part.rows
        # Not kept while the next one is awaited.
        del part


def read_parts(
    crew: Crew, select: Select, size: int = LARGEST_PAGE, *, read_to: int = 0, ids: Collection[str] = ()
) -> Iterator[ListPart]:
    """As ``read_rows``, page by page. With where the last page of an earlier reading began, and the ids of the rows
    that it read last, those after them.
    """
    if select.order or select.start is not None:
        raise ValueError("a list is ordered and paged here")
    yield from _Reading(crew, select, size).parts(read_to, ids)


class _Page(NamedTuple):
    rows: list[Row]
    total: int


type _Asked = Future[Callable[[], dict[str, Any]]]


class _Reading:
    def __init__(self, crew: Crew, select: Select, size: int) -> None:
        if not 2 <= size <= LARGEST_PAGE:
            raise ValueError("a page that overlaps the next has 2 to 1000 rows")
        self._crew = crew
        self._all = select
        self._ordered = select.order_by("Id")
        self._size = size
        self._recent: set[Any] = set()
        self._handed: set[Any] = set()
        self._ahead: deque[tuple[int, _Asked]] = deque()

    def parts(self, read_to: int, ids: Collection[str]) -> Iterator[ListPart]:
        if read_to:
            self._recent = set(ids)
            self._handed = set(ids)
            start, length, total = read_to, self._size, self._count()
        else:
            page = _read(self._ask(1))
            # Some entities say with the first page how many rows there are; a smaller number may be that of the page.
            start, length, total = 1, len(page.rows), page.total
            yield self._handed_on(page.rows, start, length)
            del page
            if length == self._size and total <= length:
                total = self._count()
        while length == self._size:
            start += self._size - 1
            self._look_ahead(start, total)
            page = _read(self._ahead.popleft()[1])
            fresh = self._fresh(page.rows)
            if fresh is None:
                self._ahead.clear()
                start, page, fresh = self._step_back(start)
            length = len(page.rows)
            del page
            yield self._handed_on(fresh, start, length)
            del fresh

    def _look_ahead(self, start: int, total: int) -> None:
        """Ask for the page at ``start`` and those after it, as far as there are rows."""
        following = self._ahead[-1][0] + self._size - 1 if self._ahead else start
        while len(self._ahead) < self._crew.size and (following <= total or not self._ahead):
            self._ahead.append((following, self._ask(following)))
            following += self._size - 1

    def _step_back(self, start: int) -> tuple[int, _Page, list[Row]]:
        """Return the page that begins among the rows that were handed on last."""
        step = self._size - 1
        while start > 1:
            start = max(1, start - step)
            page = _read(self._ask(start))
            fresh = self._fresh(page.rows)
            if fresh is not None:
                return start, page, fresh
            step *= 2
        raise QuickBooksUnavailable(f"The {self._all.entity} list changed while it was read.")

    def _fresh(self, rows: list[Row]) -> list[Row] | None:
        """The rows after those that were handed on last; None where they cannot be told apart."""
        for position in range(len(rows) - 1, -1, -1):
            if rows[position].get("Id") in self._recent:
                return rows[position + 1 :]
        return None

    def _handed_on(self, rows: list[Row], start: int, length: int) -> ListPart:
        new = [row for row in rows if row.get("Id") not in self._handed]
        if rows:
            self._recent = {row.get("Id") for row in rows}
            self._handed |= self._recent
        return ListPart(new, start, is_last=length < self._size)

    def _ask(self, start: int) -> _Asked:
        select = self._ordered.page(start, self._size)
        return self._crew.submit(lambda company: company.ask_page(select))

    def _count(self) -> int:
        return self._crew.submit(lambda company: company.count(self._all)).result()


def _read(asked: _Asked) -> _Page:
    found = asked.result()()
    total = found.get("totalCount")
    return _Page(rows_of(found), int(total) if total is not None else 0)
