"""Change what a tenant calls organic, and have what is stored judged by it without asking QuickBooks."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

from ledgerlink.domain.connections import Connection
from ledgerlink.domain.organic_settings import OrganicSettings, changed, parse_organic_content
from ledgerlink.errors import Conflict

TRIES = 5


class Settings(Protocol):
    """What tenants call organic."""

    def read(self, tenant_id: str) -> OrganicSettings: ...
    def put(self, settings: OrganicSettings, replaced: OrganicSettings) -> bool:
        """False when somebody else changed them since ``replaced`` was read."""

    def begin_attempt(self, settings: OrganicSettings) -> bool:
        """Count the attempt; False when somebody else did, or when the keywords were changed since."""


class Tenants(Protocol):
    """The tenants that the host has told us of."""

    def of_tenant(self, tenant_id: str) -> Sequence[Connection]:
        """Raises NotFound for a tenant that we have never heard of."""


class Judgements(Protocol):
    """The state machine that judges records in pages."""

    def start_for_keywords(self, settings: OrganicSettings) -> None:
        """Judge all records of the tenant; the same attempt twice does nothing more."""

    def has_failed(self, settings: OrganicSettings) -> bool:
        """Whether the attempt ended without success."""


def read_keywords(settings: Settings, tenants: Tenants, tenant_id: str) -> OrganicSettings:
    """What holds now. Raises NotFound."""
    tenants.of_tenant(tenant_id)
    return settings.read(tenant_id)


def change_keywords(
    settings: Settings, tenants: Tenants, judgements: Judgements, tenant_id: str, content: Any, now: datetime
) -> OrganicSettings:
    """Store the choice and have all records judged anew. Raises InvalidRequest, NotFound, Conflict.

    Also when nothing is new, as long as they are not judged: a start may have been lost, and a judging may have failed.
    """
    tenants.of_tenant(tenant_id)
    choice = parse_organic_content(content)
    for _ in range(TRIES):
        before = settings.read(tenant_id)
        after = changed(before, choice, now)
        if after is before or settings.put(after, before):
            break
    else:
        raise Conflict("The keywords were changed by others at the same moment.")
    if after.is_evaluating:
        _judge(settings, judgements, after)
    return after


def _judge(settings: Settings, judgements: Judgements, current: OrganicSettings) -> None:
    if judgements.has_failed(current):
        again = replace(current, attempt=current.attempt + 1)
        if not settings.begin_attempt(again):
            # Whoever was faster starts it.
            return
        current = again
    judgements.start_for_keywords(current)
