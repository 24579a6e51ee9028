"""Attempts to push a document: one Step Functions execution each."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ledgerlink.domain.ids import DocumentKey


class Trigger(StrEnum):
    """Why it was tried."""

    AUTOMATIC = "automatic"
    DAILY = "daily"
    MANUAL = "manual"
    """A person asked for this document."""
    SELECTION = "selection"
    """A person asked for all that stand somewhere, and has looked at none of them: nothing is insisted on."""
    REDRIVE = "redrive"

    @property
    def told(self) -> str:
        """What people read: a person asked, in one way or the other."""
        return (Trigger.MANUAL if self is Trigger.SELECTION else self).value


@dataclass(frozen=True, slots=True)
class Attempt:
    """One execution of the push: the document's revision when it started, and a running number."""

    key: DocumentKey
    revision: int
    number: int

    @property
    def execution_name(self) -> str:
        """At most 80 characters of ``[A-Za-z0-9_-]``, the same for the same attempt.

        Step Functions refuses a second execution of the same name for 90 days
        (StartExecution), which makes a double start harmless. The readable part is
        for support, the digest keeps cut or replaced ids apart.
        """
        key = self.key
        digest = hashlib.sha256("\n".join((key.tenant_id, key.kind, key.document_id)).encode()).hexdigest()[:10]
        readable = "-".join((key.tenant_id[:18], key.kind[:15], key.document_id[:18])).replace(".", "_")
        return f"{readable}-r{self.revision}-a{self.number}-{digest}"


class NeverStarted(Exception):
    """There is no execution: its start was lost."""


@dataclass(frozen=True, slots=True)
class Ended:
    """An execution that ended without success."""

    attempt: Attempt
    trigger: Trigger
    execution: str
    status: str
    """FAILED, TIMED_OUT or ABORTED."""
    error: str
    """The exception's class name, or one of AWS's own names."""
    at: datetime
    redrive_count: int
