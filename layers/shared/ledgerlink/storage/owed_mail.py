"""Which e-mails about certifications have not been sent yet: RecordsTable."""

import contextlib
from collections.abc import Sequence
from datetime import datetime
from itertools import batched

from ledgerlink.domain.certification_mail import OwedMail
from ledgerlink.domain.times import to_text
from ledgerlink.storage import record_keys as keys
from ledgerlink.storage.table import ConditionFailed, Table

MOST_AT_ONCE = 100
"""Writes of one transaction."""


class DynamoOwedMail:
    """One item for each order and address, in a partition of the tenant that is otherwise empty.

    They are written with the certification, in one transaction: see DynamoCertifications.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def of_tenant(self, tenant_id: str) -> Sequence[OwedMail]:
        """All that is owed now."""
        items = self._table.query("#pk = :pk", {"pk": keys.owed_mails(tenant_id)})
        return [keys.owed_mail_of(tenant_id, item["sk"]) for item in items]

    def settle(self, owed: Sequence[OwedMail]) -> None:
        """They are owed no more."""
        for some in batched(owed, MOST_AT_ONCE, strict=False):
            self._table.transact([self._table.delete_of(*keys.owed_mail(one)) for one in some])

    def begin(self, tenant_id: str, worker: str, until: datetime, now: datetime) -> bool:
        """Take the tenant's turn; False while another worker has it."""
        try:
            self._table.update(
                *keys.mail_turn(tenant_id),
                "SET #worker = :worker, #until = :until",
                "attribute_not_exists(#until) OR #until <= :now",
                {"worker": worker, "until": to_text(until), "now": to_text(now)},
            )
        except ConditionFailed:
            return False
        return True

    def end(self, tenant_id: str, worker: str) -> None:
        """Let go, unless the turn was taken over."""
        with contextlib.suppress(ConditionFailed):
            self._table.update(
                *keys.mail_turn(tenant_id), "REMOVE #worker, #until", "#worker = :worker", {"worker": worker}
            )
