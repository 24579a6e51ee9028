"""Tenants and their connections: ConnectionsTable."""

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from itertools import chain, islice, zip_longest
from typing import Any

from ledgerlink.domain.accounts import found_key
from ledgerlink.domain.connections import (
    Connection,
    ConnectionKey,
    ConnectionStatus,
    Features,
    SealedTokens,
    not_disconnected,
)
from ledgerlink.domain.expiry import end_of
from ledgerlink.domain.fields import STORED
from ledgerlink.domain.instances import Instance
from ledgerlink.domain.roles import Role
from ledgerlink.domain.settings import Settings
from ledgerlink.domain.tenants import UTC, Tenant, TenantFacts
from ledgerlink.domain.times import from_text, optional_text, optional_time, to_text
from ledgerlink.errors import NotFound, RealmTaken
from ledgerlink.storage import keys
from ledgerlink.storage.table import ConditionFailed, Table
from ledgerlink.storage.watched_tokens import token_shard

DAILY_INDEX = "daily"
DAILY_SHARDS = 4
"""``daily_due_at``, with ``daily_shard``, puts a connection in this index; without them it has no daily run."""
FOUND_ACCOUNT = "found_account_"
"""What the names of the attributes begin with that hold an account: one each, so that no write replaces another's."""


class DynamoConnections:
    """Connections with their sealed tokens, and the one-time OAuth states."""

    def __init__(self, table: Table) -> None:
        self._table = table

    # tenants

    def remember_tenant(self, tenant_id: str, now: datetime, facts: TenantFacts | None = None) -> None:
        """The tenant is known from now on; what the facts leave out stays as it was."""
        told = facts.model_dump(exclude_none=True) if facts else {}
        self._table.update(
            keys.tenant_partition(tenant_id),
            keys.TENANT,
            ", ".join(["SET #first_seen = if_not_exists(#first_seen, :now)", *(f"#{name} = :{name}" for name in told)]),
            values={"now": to_text(now), **told},
        )

    def name_of_tenant(self, tenant_id: str) -> str:
        """What the host calls the tenant; its id while the host has not told."""
        item = self._table.get(keys.tenant_partition(tenant_id), keys.TENANT) or {}
        return str(item.get("tenant_name") or tenant_id)

    def of_tenant(self, tenant_id: str) -> Sequence[Connection]:
        """The tenant's connections. Raises NotFound for a tenant that we have never heard of."""
        return self.tenant(tenant_id).connections

    def tenant(self, tenant_id: str) -> Tenant:
        """The tenant with its connections and instances. Raises NotFound for one that we have never heard of."""
        items = list(self._table.query("#pk = :pk", {"pk": keys.tenant_partition(tenant_id)}))
        if not items:
            raise NotFound(
                f"There is no tenant '{tenant_id}'.",
                code="unknown_tenant",
                hint="A tenant becomes known when a session is made for it: POST /v1/tenants/{tenant}/sessions.",
                fields=[{"field": "tenant", "problem": "is not known"}],
            )
        facts = next((item for item in items if item["sk"] == keys.TENANT), {})
        connections = [_connection(tenant_id, item) for item in items if item["sk"].startswith(keys.CONNECTION)]
        first = next(iter(not_disconnected(connections)), None)
        return Tenant(
            tenant_id,
            name=str(facts.get("tenant_name") or tenant_id),
            time_zone=str(facts.get("time_zone") or (first.settings.time_zone if first else UTC)),
            connections=connections,
            instances=[read_instance(tenant_id, item) for item in items if item["sk"].startswith(keys.INSTANCE)],
        )

    # connecting

    def establish(self, key: ConnectionKey, tokens: SealedTokens, now: datetime) -> None:
        """Store a new connection, or renew one and keep what is known of it and was chosen for it.

        One company belongs to one tenant: Intuit has one grant per app and company,
        so two tenants would revoke each other's. Raises RealmTaken.
        """
        claim_pk, claim_sk = keys.realm_claim(key.connection_id)
        claim = {"pk": claim_pk, "sk": claim_sk, "tenant_id": key.tenant_id}
        facts = {
            "realm_id": key.connection_id,
            "connection_status": tokens.status.value,
            "connected_at": to_text(now),
            **_token_attributes(key, tokens),
        }
        assignments = ", ".join(f"#{name} = :{name}" for name in facts)
        try:
            self._table.transact(
                [
                    self._table.put_of(
                        claim, "attribute_not_exists(#pk) OR #tenant_id = :tenant", {"tenant": key.tenant_id}
                    ),
                    self._table.update_of(
                        *keys.connection(key),
                        f"SET {assignments}, #version = if_not_exists(#version, :zero) + :one "
                        "REMOVE #lease_owner, #lease_until, #disconnected_at, #access_withdrawn",
                        values={**facts, "zero": 0, "one": 1},
                    ),
                ]
            )
        except ConditionFailed as taken:
            raise RealmTaken("This QuickBooks company is already connected to another account.") from taken

    def describe(self, connection: Connection) -> None:
        """Store what QuickBooks says of the company."""
        facts = {
            "company_name": connection.company_name,
            "country": connection.country,
            "home_currency": connection.home_currency,
            "multicurrency": connection.multicurrency,
            "features": _feature_attributes(connection.features),
            "described_at": optional_text(connection.described_at),
        }
        self._table.update(
            *keys.connection(ConnectionKey(connection.tenant_id, connection.connection_id)),
            "SET " + ", ".join(f"#{name} = :{name}" for name in facts),
            "attribute_exists(#pk)",
            facts,
        )

    # tokens

    def read(self, key: ConnectionKey) -> SealedTokens | None:
        """The sealed tokens as they are now; None once the connection is disconnected."""
        item = self._table.get(*keys.connection(key))
        return _sealed(item) if item and "refresh" in item else None

    def lease(self, key: ConnectionKey, owner: str, until: datetime, now: datetime) -> SealedTokens | None:
        """Take the right to refresh; None while another holds it."""
        try:
            item = self._table.update(
                *keys.connection(key),
                "SET #lease_owner = :owner, #lease_until = :until",
                "attribute_exists(#refresh) AND (attribute_not_exists(#lease_until) OR #lease_until <= :now)",
                {"owner": owner, "until": to_text(until), "now": to_text(now)},
                answer="ALL_NEW",
            )
        except ConditionFailed:
            return None
        return _sealed(item)

    def save(self, key: ConnectionKey, tokens: SealedTokens, replaced_version: int) -> bool:
        """Compare-and-set on the version; gives the lease back."""
        attributes = _token_attributes(key, tokens) | {"version": tokens.version}
        assignments = ", ".join(f"#{name} = :{name}" for name in attributes)
        try:
            self._table.update(
                *keys.connection(key),
                f"SET {assignments} REMOVE #lease_owner, #lease_until",
                "#version = :replaced",
                {**attributes, "replaced": replaced_version},
            )
        except ConditionFailed:
            return False
        return True

    def release(self, key: ConnectionKey, owner: str) -> None:
        """Give the lease back, unless it is another's by now."""
        try:
            self._table.update(
                *keys.connection(key),
                "REMOVE #lease_owner, #lease_until",
                "#lease_owner = :owner",
                {"owner": owner},
            )
        except ConditionFailed:
            return

    def mark_needs_reconnect(self, key: ConnectionKey, version: int) -> bool:
        """True for the one caller that changed it."""
        try:
            self._table.update(
                *keys.connection(key),
                "SET #connection_status = :needs REMOVE #lease_owner, #lease_until, #token_shard",
                "#version = :version AND #connection_status = :connected",
                {
                    "needs": ConnectionStatus.NEEDS_RECONNECT.value,
                    "connected": ConnectionStatus.CONNECTED.value,
                    "version": version,
                },
            )
        except ConditionFailed:
            return False
        return True

    # the daily run

    def schedule_daily(self, key: ConnectionKey, due: datetime | None, replaced: datetime | None = None) -> bool:
        """Set when the next one is due; None for never. False if it is no longer due when ``replaced`` says.

        Without ``replaced``, as after a change of the settings, the last one to come decides.
        """
        values = {"due": optional_text(due), "shard": daily_shard(key), "replaced": optional_text(replaced)}
        update = "SET #daily_due_at = :due, #daily_shard = :shard" if due else "REMOVE #daily_due_at, #daily_shard"
        try:
            self._table.update(
                *keys.connection(key),
                update,
                "#daily_due_at = :replaced" if replaced else "attribute_exists(#pk)",
                values,
            )
        except ConditionFailed:
            return False
        return True

    def daily_due(self, now: datetime, limit: int) -> Iterable[tuple[ConnectionKey, datetime]]:
        """Connections of all tenants whose daily run is due, and since when."""
        shards = [self._due(shard, now) for shard in range(DAILY_SHARDS)]
        # One of each shard in turn: a shard with many of them keeps no other waiting.
        in_turn = chain.from_iterable(zip_longest(*shards))
        return islice((found for found in in_turn if found), limit)

    def _due(self, shard: int, now: datetime) -> Iterator[tuple[ConnectionKey, datetime]]:
        found = self._table.query(
            "#daily_shard = :shard AND #daily_due_at <= :now", {"shard": shard, "now": to_text(now)}, index=DAILY_INDEX
        )
        return ((keys.connection_of(item["pk"], item["sk"]), from_text(item["daily_due_at"])) for item in found)

    # disconnecting

    def disconnect(self, key: ConnectionKey, now: datetime) -> SealedTokens | None:
        """Erase the tokens and return them as they were; None when that was done before.

        The version moves on, so that a refresh under way does not bring tokens back.
        """
        try:
            erased = self._table.update(
                *keys.connection(key),
                "SET #connection_status = :disconnected, #disconnected_at = :now, #version = #version + :one "
                "REMOVE #access, #refresh, #access_expires_at, #refresh_expires_at, #hard_expires_at, "
                "#ends_at, #token_shard, "
                "#lease_owner, #lease_until",
                "attribute_exists(#refresh)",
                {"disconnected": ConnectionStatus.DISCONNECTED.value, "now": to_text(now), "one": 1},
                answer="ALL_OLD",
            )
        except ConditionFailed:
            return None
        return _sealed(erased)

    def let_go(self, key: ConnectionKey, *, access_withdrawn: bool) -> None:
        """Keep how the disconnect ended, and let the company be connected by any tenant.

        Nothing happens if the tenant has connected it again meanwhile, or did this before.
        """
        with contextlib.suppress(ConditionFailed):
            self._table.transact(
                [
                    self._table.update_of(
                        *keys.connection(key),
                        "SET #access_withdrawn = :withdrawn",
                        "#connection_status = :disconnected AND attribute_not_exists(#access_withdrawn)",
                        {"withdrawn": access_withdrawn, "disconnected": ConnectionStatus.DISCONNECTED.value},
                    ),
                    self._table.delete_of(
                        *keys.realm_claim(key.connection_id),
                        "attribute_not_exists(#pk) OR #tenant_id = :tenant",
                        {"tenant": key.tenant_id},
                    ),
                ]
            )

    # accounts

    def remember_account(self, key: ConnectionKey, role: Role, currency: str | None, account_id: str | None) -> None:
        """Keep the account that was found for a role where the settings name none; None forgets it."""
        name = FOUND_ACCOUNT + found_key(role, currency)
        change = f"SET #{name} = :account" if account_id else f"REMOVE #{name}"
        self._table.update(*keys.connection(key), change, "attribute_exists(#pk)", {"account": account_id})


def daily_shard(key: ConnectionKey) -> int:
    """Its part of the index of daily runs."""
    return sum(key.connection_id.encode()) % DAILY_SHARDS


def _token_attributes(key: ConnectionKey, tokens: SealedTokens) -> dict[str, Any]:
    return {
        "access": tokens.access,
        "refresh": tokens.refresh,
        "access_expires_at": to_text(tokens.access_expires_at),
        "refresh_expires_at": to_text(tokens.refresh_expires_at),
        "hard_expires_at": optional_text(tokens.hard_expires_at),
        "ends_at": to_text(end_of(tokens.refresh_expires_at, tokens.hard_expires_at)),
        "token_shard": token_shard(key),
    }


def _sealed(item: dict[str, Any]) -> SealedTokens:
    return SealedTokens(
        status=ConnectionStatus(item["connection_status"]),
        version=item["version"],
        access=item["access"],
        refresh=item["refresh"],
        access_expires_at=from_text(item["access_expires_at"]),
        refresh_expires_at=from_text(item["refresh_expires_at"]),
        hard_expires_at=optional_time(item.get("hard_expires_at")),
    )


def _feature_attributes(features: Features) -> dict[str, Any]:
    closed_until = features.books_closed_until
    return asdict(features) | {"books_closed_until": closed_until.isoformat() if closed_until else None}


def _features(item: dict[str, Any]) -> Features:
    stored = item.get("features", {})
    closed_until = stored.get("books_closed_until")
    return Features(**stored | {"books_closed_until": date.fromisoformat(closed_until) if closed_until else None})


def read_instance(tenant_id: str, item: Mapping[str, Any]) -> Instance:
    """The instance that an item holds."""
    return Instance(
        tenant_id=tenant_id,
        instance_id=item["sk"].removeprefix(keys.INSTANCE),
        connection_id=item["connection_id"],
        enabled=item["enabled"],
        auto_invoice=item["auto_invoice"],
    )


def read_settings(item: Mapping[str, Any]) -> Settings:
    """The settings that a connection's item holds; what the tenant left out keeps following the defaults."""
    return Settings.model_validate_json(item.get("settings", "{}"), context=STORED)


def _connection(tenant_id: str, item: dict[str, Any]) -> Connection:
    return Connection(
        tenant_id=tenant_id,
        connection_id=item["sk"].removeprefix(keys.CONNECTION),
        realm_id=item["realm_id"],
        status=ConnectionStatus(item["connection_status"]),
        connected_at=from_text(item["connected_at"]),
        company_name=item.get("company_name", ""),
        country=item.get("country", ""),
        home_currency=item.get("home_currency", ""),
        multicurrency=item.get("multicurrency", False),
        features=_features(item),
        described_at=optional_time(item.get("described_at")),
        settings=read_settings(item),
        found_accounts={
            name.removeprefix(FOUND_ACCOUNT): value for name, value in item.items() if name.startswith(FOUND_ACCOUNT)
        },
        disconnected_at=optional_time(item.get("disconnected_at")),
        access_withdrawn=item.get("access_withdrawn"),
        ends_at=optional_time(item.get("ends_at")),
        hard_expires_at=optional_time(item.get("hard_expires_at")),
    )
