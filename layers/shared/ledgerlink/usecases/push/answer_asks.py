"""Answer what use cases ask of a company: one by one, or those of many documents in batches."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Protocol

from ledgerlink.domain.asks import Ask, Asking, Create, Find, Read, Update
from ledgerlink.errors import SyncError, Unexpected

logger = logging.getLogger(__name__)

type Entity = Mapping[str, Any]


class Books(Protocol):
    """The tenant's QuickBooks company."""

    def find(self, entity: str, prop: str, value: str) -> Sequence[Entity]:
        """Entities with exactly this property, names without regard to case, inactive ones too."""

    def read(self, entity: str, entity_id: str) -> Entity: ...
    def create(self, entity: str, body: Mapping[str, Any], request_id: str) -> Entity: ...
    def update(self, entity: str, body: Mapping[str, Any], request_id: str) -> Entity: ...


class BatchBooks(Protocol):
    """A company that answers many asks in few calls."""

    def answer_all(self, asks: Sequence[Ask]) -> Sequence[Any]:
        """The answers in the order of the asks, each judged alone: an ask that failed has its SyncError as answer."""


def answer_one_by_one[T](books: Books, asking: Asking[T]) -> T:
    """Let it ask until it is done. Raises what it raises."""
    try:
        ask = next(asking)
        while True:
            try:
                answer = _answer(books, ask)
            except Exception as error:
                ask = asking.throw(error)
            else:
                ask = asking.send(answer)
    except StopIteration as done:
        result: T = done.value
        return result


def answer_in_batches[T](
    books: BatchBooks, askings: Sequence[Asking[T]], each: Callable[..., Iterable[None]] = map
) -> list[T | SyncError]:
    """Let all of them ask until they are done; what each came to, in their order. One that fails stops no other.

    ``each`` is ``map``, or one that takes several steps at a time.
    """
    outcomes: dict[int, T | SyncError] = {}
    waiting: dict[int, Ask] = {}

    def go_on(position: int, step: Callable[[], Ask]) -> None:
        try:
            waiting[position] = step()
        except StopIteration as done:
            outcomes[position] = done.value
        except SyncError as error:
            outcomes[position] = error
        except Exception as failure:
            outcomes[position] = unexpected(failure)

    list(each(go_on, range(len(askings)), [partial(next, asking) for asking in askings]))
    while waiting:
        asked = dict(sorted(waiting.items()))
        waiting.clear()
        answers = books.answer_all(list(asked.values()))
        list(each(go_on, asked, [_step(askings[at], answer) for at, answer in zip(asked, answers, strict=True)]))
    return [outcomes[position] for position in range(len(askings))]


def _step[T](asking: Asking[T], answer: Any) -> Callable[[], Ask]:
    return partial(asking.throw if isinstance(answer, SyncError) else asking.send, answer)


def unexpected(failure: Exception) -> Unexpected:
    """A fault of ours that ends one document and no other."""
    # No traceback: it might show a document.
    logger.error("document failed", extra={"error_type": type(failure).__name__})
    return Unexpected("Something went wrong on our side.", hint="Send it again by itself.")


def _answer(books: Books, ask: Ask) -> Any:
    match ask:
        case Find():
            return books.find(ask.entity, ask.prop, ask.value)
        case Read():
            return books.read(ask.entity, ask.entity_id)
        case Create():
            return books.create(ask.entity, ask.body, ask.request_id)
        case Update():
            return books.update(ask.entity, ask.body, ask.request_id)
