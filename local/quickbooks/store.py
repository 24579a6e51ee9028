"""The entities of one kind in one company, found by any property without a scan.

Indexes are made when they are first asked for and kept from then on.
"""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from local.quickbooks.clock import parse_moment
from local.quickbooks.jsontext import Written, dumps

_BEYOND = float("inf")
_FEW = 16


class Row:
    """One stored entity. Its body is replaced as a whole, never changed in place."""

    __slots__ = ("_text", "body", "created", "number", "updated")

    def __init__(self, body: dict[str, Any]) -> None:
        self.body = body
        self.number = _number(body["Id"])
        self.created = seconds_of(body["MetaData"]["CreateTime"])
        self.updated = seconds_of(body["MetaData"]["LastUpdatedTime"])
        self._text: Written | None = None

    @property
    def text(self) -> Written:
        """The body as JSON text, written once."""
        if self._text is None:
            self._text = Written(dumps(self.body))
        return self._text

    @property
    def active(self) -> bool:
        """False for a name-list entity that was made inactive."""
        return self.body.get("Active") is not False


@dataclass(frozen=True, slots=True)
class Bound:
    """One end of a range of values."""

    value: Any
    included: bool


class Index:
    """Ids in the order of a value, and of the entities' numbers where values are equal; None comes first."""

    def __init__(self, value_of: Callable[[Row], Any], rows: Iterable[Row]) -> None:
        self._value_of = value_of
        self._entries = sorted(map(self._entry, rows))
        self._added: list[tuple[Any, ...]] = []

    def add(self, row: Row) -> None:
        """Take a row in."""
        self._added.append(self._entry(row))

    def discard(self, row: Row) -> None:
        """Take a row out."""
        self._settle()
        entry = self._entry(row)
        del self._entries[bisect_left(self._entries, entry)]

    def span(self, low: Bound | None = None, high: Bound | None = None) -> range:
        """Return the positions of the values between two bounds; without any, of all rows."""
        self._settle()
        if low is None and high is None:
            return range(len(self._entries))
        # Rows without the value are in no range.
        start: tuple[Any, ...] = (True,)
        if low is not None:
            start = (True, low.value) if low.included else (True, low.value, _BEYOND)
        end: tuple[Any, ...] = (_BEYOND,)
        if high is not None:
            end = (True, high.value, _BEYOND) if high.included else (True, high.value)
        first = bisect_left(self._entries, start)
        return range(first, max(first, bisect_left(self._entries, end)))

    def ids(self, positions: range) -> Iterator[str]:
        """Return the ids at some positions, in that order."""
        return (self._entries[position][-1] for position in positions)

    def _entry(self, row: Row) -> tuple[Any, ...]:
        value = self._value_of(row)
        return (value is not None, 0 if value is None else value, row.number, row.body["Id"])

    def _settle(self) -> None:
        if len(self._added) <= _FEW:
            for entry in self._added:
                insort(self._entries, entry)
        else:
            self._entries.extend(self._added)
            self._entries.sort()
        self._added.clear()


class Store:
    """All entities of one kind in one company."""

    def __init__(self) -> None:
        self._rows: dict[str, Row] = {}
        self._by_text: dict[str, dict[str, dict[str, None]]] = {}
        self._sorted: dict[str, Index] = {}
        self._deletions: list[tuple[int, str]] = []
        self.deleted: dict[str, str] = {}  # id -> when, as MetaData writes it
        self.inactive = 0

    def __len__(self) -> int:
        return len(self._rows)

    def all(self) -> Iterable[Row]:
        """Return every row, in the order of creation."""
        return self._rows.values()

    def get(self, entity_id: str) -> Row | None:
        """Return the row with this id."""
        return self._rows.get(entity_id)

    def indexed(self, field: str, value: str) -> list[Row]:
        """Return the rows whose text field equals the value whatever its case."""
        index = self._by_text.get(field)
        if index is None:
            index = self._by_text[field] = {}
            for row in self._rows.values():
                _note(index, field, row.body)
        return [self._rows[entity_id] for entity_id in index.get(value.casefold(), {})]

    def sorted_by(self, name: str, value_of: Callable[[Row], Any]) -> Index:
        """Return the index of a name; ``value_of`` says what it sorts by and is always the same for a name."""
        index = self._sorted.get(name)
        if index is None:
            index = self._sorted[name] = Index(value_of, self._rows.values())
        return index

    def put(self, body: dict[str, Any]) -> Row:
        """Store an entity, in place of an earlier one with the same id."""
        row = Row(body)
        self._unindex(body["Id"])
        self._rows[body["Id"]] = row
        self.inactive += not row.active
        for field, texts in self._by_text.items():
            _note(texts, field, body)
        for index in self._sorted.values():
            index.add(row)
        return row

    def remove(self, entity_id: str, when: str) -> None:
        """Forget an entity but for the time at which it went."""
        self._unindex(entity_id)
        del self._rows[entity_id]
        self.note_deleted(entity_id, when)

    def note_deleted(self, entity_id: str, when: str) -> None:
        """Remember that an entity was deleted, and when."""
        self.deleted[entity_id] = when
        insort(self._deletions, (seconds_of(when), entity_id))

    def deleted_since(self, seconds: float) -> list[tuple[int, str]]:
        """Return (second, id) of what was deleted at or after a time, oldest first."""
        return self._deletions[bisect_left(self._deletions, (seconds,)) :]

    def copy(self) -> "Store":
        """Return a store with the same rows, which may then differ."""
        twin = Store()
        twin._rows = dict(self._rows)
        twin._deletions = list(self._deletions)
        twin.deleted = dict(self.deleted)
        twin.inactive = self.inactive
        return twin

    def _unindex(self, entity_id: str) -> None:
        old = self._rows.get(entity_id)
        if old is None:
            return
        self.inactive -= not old.active
        for field, texts in self._by_text.items():
            value = old.body.get(field)
            if value is not None:
                members = texts[value.casefold()]
                del members[entity_id]
                if not members:
                    del texts[value.casefold()]
        for index in self._sorted.values():
            index.discard(old)


def last_updated(row: Row) -> int:
    """Return what the index MetaData.LastUpdatedTime sorts by."""
    return row.updated


def seconds_of(text: str) -> int:
    """Return a MetaData time as seconds since 1970."""
    return int(parse_moment(text).timestamp())


def _note(texts: dict[str, dict[str, None]], field: str, body: dict[str, Any]) -> None:
    value = body.get(field)
    if value is not None:
        texts.setdefault(value.casefold(), {})[body["Id"]] = None


def _number(entity_id: str) -> int:
    # The American tax codes TAX and NON have no number.
    return int(entity_id) if entity_id.isdigit() else 0
