"""Note for people what documents name and cannot be had, so that they may match it by hand.

A note that cannot be written fails no push: the next document that names the same writes it again.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from ledgerlink.domain.links import LinkKey
from ledgerlink.domain.mappings import HostThing
from ledgerlink.domain.resolution import How, Resolution
from ledgerlink.errors import (
    AmbiguousDocument,
    DocumentRejected,
    DuplicateDocument,
    InvalidRequest,
    MissingConfiguration,
    OutOfSync,
)

logger = logging.getLogger(__name__)

_SETTLED_BY_A_MATCH = (
    *(AmbiguousDocument, DocumentRejected, DuplicateDocument, InvalidRequest, MissingConfiguration, OutOfSync),
)
"""What keeps something from being found or created, and does not once a person has matched it."""


class UnmatchedThings(Protocol):
    """What was named and could not be found: people are shown it, and may match it by hand."""

    def note(self, thing: HostThing, problem: Mapping[str, Any], entity_id: str) -> None:
        """``entity_id`` is what it is matched with, where that cannot be used any more."""

    def settle(self, found: Sequence[LinkKey]) -> None:
        """They were found."""


def note_unmatched(unmatched: UnmatchedThings, resolution: Resolution) -> None:
    """Note what cannot be had, and settle what was found or created."""
    with _never_failing():
        found = [name for name, match in resolution.matches.items() if match.is_new]
        if found:
            unmatched.settle([resolution.things[name].key for name in found if name not in resolution.errors])
        for name, thing in resolution.things.items():
            error = resolution.errors.get(name)
            if isinstance(error, _SETTLED_BY_A_MATCH):
                match = resolution.matches.get(name)
                by_hand = match.entity_id if match and match.how is How.MATCHED_BY_HAND else ""
                unmatched.note(thing, error.to_dict(), by_hand)


def note_gone(unmatched: UnmatchedThings, gone: Mapping[HostThing, str], problem: OutOfSync) -> None:
    """Note what is linked to an entity that QuickBooks does not let be used any more."""
    with _never_failing():
        for thing, entity_id in gone.items():
            unmatched.note(thing, problem.to_dict(), entity_id)


@contextmanager
def _never_failing() -> Iterator[None]:
    try:
        yield
    except Exception as failure:
        # No traceback: it could show what was to be noted, and with it a customer's name.
        logger.warning("unmatched things not noted", extra={"error_type": type(failure).__name__})
