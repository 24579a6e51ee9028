"""What documents are pushed together with."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ledgerlink.domain.documents import Document
from ledgerlink.usecases.push import push_document
from ledgerlink.usecases.push.prepare_push import Tenants
from ledgerlink.usecases.push.push_document import Companies, Followers, Links
from ledgerlink.usecases.push.record_push import PushRecorder


class Each(Protocol):
    """``map``, or one that works on several at a time: storage is slow, and documents do not wait for each other."""

    def __call__[A, B](self, work: Callable[[A], B], items: Iterable[A], /) -> Iterable[B]: ...


class Documents(push_document.Documents, Protocol):
    """Where documents are kept."""

    def put(self, document: Document, replaced: Document | None) -> bool:
        """False when somebody else wrote the document since ``replaced`` was read."""


@dataclass(frozen=True, slots=True)
class ChunkPorts:
    """Storage, QuickBooks and the clock of one stack."""

    documents: Documents
    tenants: Tenants
    links: Links
    companies: Companies
    recorder: PushRecorder
    followers: Followers
    clock: Callable[[], datetime]
    each: Each = map
