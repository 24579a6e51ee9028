"""Decide how many documents go to QuickBooks in one call, and what a call without an answer means for them."""

from collections.abc import Iterator, Sequence

from ledgerlink.domain.references import References
from ledgerlink.errors import QuickBooksUnavailable, SyncError
from ledgerlink.usecases.push.prepare_chunk import Ready
from ledgerlink.usecases.push.write_once import Written

AT_ONCE = (30, 10, 3, 1)
"""Documents in one call: Intuit's batches take 30. After a call without an answer fewer, for one of them may be why."""
MOST_LINES = 600
"""Lines in one call: Intuit cuts a request after two minutes."""

type WithReferences = tuple[Ready, References]
"""A document, and the entities that it names."""


class BatchSize:
    """How many documents of one chunk go together."""

    def __init__(self, lost_calls: int) -> None:
        self._at_once = AT_ONCE[lost_calls % len(AT_ONCE)]
        self._silent = False
        """The last document that was sent alone got no answer."""

    def batches(self, documents: Sequence[WithReferences]) -> Iterator[list[WithReferences]]:
        """As many documents as one call takes."""
        batch: list[WithReferences] = []
        lines = 0
        for ready, refs in documents:
            if batch and (len(batch) >= self._at_once or lines + ready.lines > MOST_LINES):
                yield batch
                batch, lines = [], 0
            batch.append((ready, refs))
            lines += ready.lines
        if batch:
            yield batch

    def lost(self, outcomes: Sequence[Written | SyncError]) -> SyncError | None:
        """No answer to any of them: the whole call is repeated, with fewer of them together, and begins with a look.

        One that gets none alone is handed on, so that it holds up nobody; two in a row are no matter of theirs.
        """
        lost = [outcome for outcome in outcomes if isinstance(outcome, QuickBooksUnavailable)]
        if not outcomes or len(lost) < len(outcomes):
            self._silent = False
            return None
        if len(lost) > 1 or self._at_once > 1 or self._silent:
            return lost[0]
        self._silent = True
        return None
