"""Read a query's tokens into a Query.

``SELECT * | COUNT(*) FROM Entity [WHERE p op v [AND ...]] [ORDERBY p [ASC|DESC]] [STARTPOSITION n] [MAXRESULTS n]``
"""

from dataclasses import dataclass, field

from local.quickbooks.faults import Fault
from local.quickbooks.query.lexer import Token, tokenize

_COMPARISONS = {"=", "<", ">", "<=", ">="}
_KEYWORDS = {"select", "from", "where", "and", "or", "in", "like", "orderby", "order", "startposition", "maxresults"}
LARGEST_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Literal:
    """A value in a query; only quoted ones are texts for certain."""

    text: str
    quoted: bool


@dataclass(frozen=True, slots=True)
class Condition:
    """``property operator value``; IN has several values."""

    property: str
    operator: str
    values: tuple[Literal, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """One sort key."""

    property: str
    descending: bool


@dataclass(slots=True)
class Query:
    """A query whose words are known, but not yet whether the entity and properties exist."""

    entity: str
    count: bool = False
    properties: tuple[str, ...] = ()
    where: list[Condition] = field(default_factory=list)
    order: list[Order] = field(default_factory=list)
    start_position: int = 1
    max_results: int | None = None


def parse(text: str, *, ascii_only: bool = False) -> Query:
    """Read a query; raise fault 4000 where it cannot be read and 4001 where a number is out of range."""
    return _Parser(tokenize(text, ascii_only=ascii_only)).query()


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._position = 0

    def query(self) -> Query:
        self._expect_word("select")
        count, properties = self._selection()
        self._expect_word("from")
        query = Query(self._word("an entity"), count, properties)
        if self._take_word("where"):
            query.where.append(self._condition())
            while self._take_word("and"):
                query.where.append(self._condition())
            if self._is_word("or"):
                raise invalid("OR is not supported in the WHERE clause")
        if self._take_word("orderby") or (self._is_word("order") and self._take_order_by()):
            query.order.append(self._order())
            while self._take_symbol(","):
                query.order.append(self._order())
        self._paging(query)
        if self._current.kind != "end":
            raise self._unexpected("<EOF>")
        return query

    def _selection(self) -> tuple[bool, tuple[str, ...]]:
        if self._take_symbol("*"):
            # Clients add properties that * did not always bring: "SELECT *, Deposit FROM Invoice".
            named = []
            while self._take_symbol(","):
                named.append(self._word("a property"))
            return False, tuple(named)
        first = self._word('"*"')
        if first.lower() == "count" and self._take_symbol("("):
            self._expect_symbol("*")
            self._expect_symbol(")")
            return True, ()
        # QuickBooks reads a list of properties but answers with all of them.
        properties = [first]
        while self._take_symbol(","):
            properties.append(self._word("a property"))
        return False, tuple(properties)

    def _condition(self) -> Condition:
        name = self._word("a property")
        if self._take_word("in"):
            self._expect_symbol("(")
            values = [self._literal()]
            while self._take_symbol(","):
                values.append(self._literal())
            self._expect_symbol(")")
            return Condition(name, "in", tuple(values))
        if self._take_word("like"):
            return Condition(name, "like", (self._literal(),))
        if self._current.kind == "symbol" and self._current.text in _COMPARISONS:
            return Condition(name, self._next().text, (self._literal(),))
        raise self._unexpected('"=", "<", ">", "<=", ">=", <IN>, <LIKE>')

    def _literal(self) -> Literal:
        token = self._current
        if token.kind == "string":
            return Literal(self._next().text, quoted=True)
        if token.kind == "number" or (token.kind == "word" and token.text.lower() in {"true", "false"}):
            return Literal(self._next().text, quoted=False)
        raise self._unexpected("<STRING>, <NUMBER>, <BOOLEAN>")

    def _order(self) -> Order:
        name = self._word("a property")
        if self._take_word("desc"):
            return Order(name, descending=True)
        self._take_word("asc")
        return Order(name, descending=False)

    def _paging(self, query: Query) -> None:
        seen: set[str] = set()
        while self._current.kind == "word":
            word = self._current.text.lower()
            if word not in {"startposition", "maxresults"} or word in seen:
                break
            seen.add(word)
            self._next()
            if word == "startposition":
                query.start_position = self._number()
            else:
                query.max_results = self._number(LARGEST_PAGE)

    def _number(self, largest: int | None = None) -> int:
        token = self._current
        if token.kind != "number" or not token.text.lstrip("-").isdigit() or len(token.text) > 18:
            raise self._unexpected("<NUMBER>")
        value = int(self._next().text)
        if value < 1:
            raise invalid(f"value {value} is too small. Min allowed value is 1")
        if largest is not None and value > largest:
            raise invalid(f"value {value} is too large. Max allowed value is {largest}")
        return value

    @property
    def _current(self) -> Token:
        return self._tokens[self._position]

    def _next(self) -> Token:
        token = self._current
        self._position += 1
        return token

    def _is_word(self, word: str) -> bool:
        return self._current.kind == "word" and self._current.text.lower() == word

    def _take_word(self, word: str) -> bool:
        if self._is_word(word):
            self._position += 1
            return True
        return False

    def _take_order_by(self) -> bool:
        self._next()
        self._expect_word("by")
        return True

    def _take_symbol(self, symbol: str) -> bool:
        if self._current.kind == "symbol" and self._current.text == symbol:
            self._position += 1
            return True
        return False

    def _expect_word(self, word: str) -> None:
        if not self._take_word(word):
            raise self._unexpected(f"<{word.upper()}>")

    def _expect_symbol(self, symbol: str) -> None:
        if not self._take_symbol(symbol):
            raise self._unexpected(f'"{symbol}"')

    def _word(self, wanted: str) -> str:
        if self._current.kind != "word" or self._current.text.lower() in _KEYWORDS:
            raise self._unexpected(wanted)
        return self._next().text

    def _unexpected(self, expected: str) -> Fault:
        token = self._current
        if token.kind == "end":
            seen = '"<EOF> "'
        else:
            name = {"word": "<IDENTIFIER>", "string": "<STRING>", "number": "<NUMBER>"}.get(token.kind, "")
            seen = f'" {name} "{token.text} ""' if name else f'" "{token.text}" "{token.text} ""'
        return Fault(
            "4000",
            f"QueryParserError: Encountered {seen} at line {token.line}, column {token.column}.\n"
            f"Was expecting one of: {expected}",
            None,
        )


def invalid(reason: str) -> Fault:
    """Return the fault for a query that can be read but not run."""
    return Fault("4001", f"QueryValidationError: {reason}", None)
