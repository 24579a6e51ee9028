"""What tenants call organic: RecordsTable."""

import contextlib
from typing import Any

from ledgerlink.domain.organic_settings import OrganicSettings
from ledgerlink.domain.times import optional_text, optional_time
from ledgerlink.storage import record_keys as keys
from ledgerlink.storage.table import ConditionFailed, Table


class DynamoOrganicSettings:
    """One item for each tenant that has chosen."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def read(self, tenant_id: str) -> OrganicSettings:
        """As they are now; what holds for everybody where the tenant has not chosen."""
        item = self._table.get(*keys.organic_settings(tenant_id))
        if item is None:
            return OrganicSettings(tenant_id)
        return OrganicSettings(
            tenant_id=tenant_id,
            keywords=tuple(item["keywords"]),
            emails=tuple(item["emails"]),
            revision=item["revision"],
            evaluated_revision=item["evaluated_revision"],
            attempt=item.get("attempt", 1),
            updated_at=optional_time(item.get("updated_at")),
        )

    def put(self, settings: OrganicSettings, replaced: OrganicSettings) -> bool:
        """False when somebody else changed them since ``replaced`` was read."""
        choice: dict[str, Any] = {
            "keywords": list(settings.keywords),
            "emails": list(settings.emails),
            "revision": settings.revision,
            "updated_at": optional_text(settings.updated_at),
        }
        if settings.revision != replaced.revision:
            # Otherwise it stays, whoever counts another attempt at the same moment.
            choice["attempt"] = settings.attempt
        before = optional_text(replaced.updated_at)
        try:
            self._table.update(
                *keys.organic_settings(settings.tenant_id),
                "SET "
                + ", ".join(f"#{name} = :{name}" for name in choice)
                + ", #evaluated_revision = if_not_exists(#evaluated_revision, :zero)",
                "#updated_at = :before" if before else "attribute_not_exists(#pk)",
                {**choice, "zero": 0, "before": before},
            )
        except ConditionFailed:
            return False
        return True

    def begin_attempt(self, settings: OrganicSettings) -> bool:
        """Count the attempt; False when somebody else did, or when the keywords were changed since."""
        try:
            self._table.update(
                *keys.organic_settings(settings.tenant_id),
                "SET #attempt = :attempt",
                "#revision = :revision AND (attribute_not_exists(#attempt) OR #attempt < :attempt)",
                {"attempt": settings.attempt, "revision": settings.revision},
            )
        except ConditionFailed:
            return False
        return True

    def mark_evaluated(self, tenant_id: str, revision: int) -> None:
        """All records have been judged by this revision, or by a later one."""
        with contextlib.suppress(ConditionFailed):
            self._table.update(
                *keys.organic_settings(tenant_id),
                "SET #evaluated_revision = :revision",
                "#evaluated_revision < :revision",
                {"revision": revision},
            )
