"""Credentials and sealed tokens: AWS's own services, as far as moto plays them."""

from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from ledgerlink.domain.connections import ConnectionKey
from ledgerlink.errors import StorageUnavailable
from ledgerlink.storage.sealing import KmsSealer
from ledgerlink.storage.secrets import LIFETIME_SECONDS, REFETCH_SECONDS, Secret, intuit_apps
from tests import canaries
from tests.template import REGION

KEY = ConnectionKey("acme", "1")


class Vault:
    """One secret in Secrets Manager, and how often it was asked for."""

    def __init__(self, value: str | None = "first") -> None:
        self.client = boto3.client("secretsmanager", region_name=REGION)
        self.arn = self.client.create_secret(Name="secret")["ARN"]
        if value:
            self.put(value)
        self.asked = 0
        self.time = 0.0
        self.client.meta.events.register("before-call.secrets-manager.GetSecretValue", self._count)

    def put(self, value: str) -> None:
        self.client.put_secret_value(SecretId=self.arn, SecretString=value)

    def secret(self) -> Secret:
        return Secret(self.client, self.arn, lambda: self.time)

    def _count(self, **_: Any) -> None:
        self.asked += 1


@pytest.fixture
def vault(aws: None) -> Vault:
    return Vault()


def test_a_secret_is_cached_for_a_while(vault: Vault) -> None:
    secret = vault.secret()

    values = [secret.values() for _ in range(5)]

    assert values == [["first"]] * 5
    assert vault.asked == 2  # the current and the previous version


def test_client_secret_rotation_is_seen_when_the_cache_ends_with_the_previous_value_beside_it(vault: Vault) -> None:
    secret = vault.secret()
    secret.values()
    vault.put("second")

    early = secret.values()
    vault.time += LIFETIME_SECONDS + 1
    late = secret.values()

    assert (early, late) == (["first"], ["second", "first"])


def test_after_a_refusal_the_secret_is_read_again_at_most_every_ten_seconds(vault: Vault) -> None:
    secret = vault.secret()
    secret.values()
    vault.put("second")
    asked = vault.asked

    at_once = [secret.refetched() for _ in range(50)]
    vault.time += REFETCH_SECONDS + 1
    later = [secret.refetched() for _ in range(50)]

    assert at_once == [["first"]] * 50
    assert later == [["second", "first"]] * 50
    assert vault.asked == asked + 2


def test_a_secret_that_ops_have_not_filled_has_no_value(aws: None) -> None:
    assert Vault(value=None).secret().values() == []


@pytest.mark.parametrize("value", ["", "text", "[]", "{}", '{"client_id": "a"}', "null", "7"])
def test_credentials_that_are_not_filled_in_are_none(value: str) -> None:
    assert intuit_apps([value]) == []


def test_credentials_are_read_from_current_and_previous() -> None:
    values = [f'{{"client_id": "{name}", "client_secret": "{canaries.CLIENT_SECRET}"}}' for name in "ab"]

    assert [app.client_id for app in intuit_apps(values)] == ["a", "b"]


@pytest.fixture
def sealer(aws: None) -> KmsSealer:
    client = boto3.client("kms", region_name=REGION)
    return KmsSealer(client, client.create_key()["KeyMetadata"]["Arn"])


def test_a_sealed_token_opens_with_its_own_key(sealer: KmsSealer) -> None:
    sealed = sealer.seal(KEY, canaries.ACCESS_TOKEN)

    assert canaries.ACCESS_TOKEN.encode() not in sealed
    assert sealer.open(KEY, sealed) == canaries.ACCESS_TOKEN


@pytest.mark.parametrize(
    "other", [ConnectionKey("globex", "1"), ConnectionKey("acme", "2"), ConnectionKey("1", "acme")]
)
def test_a_sealed_token_moved_to_another_tenant_or_connection_does_not_open(
    sealer: KmsSealer, other: ConnectionKey
) -> None:
    sealed = sealer.seal(KEY, canaries.ACCESS_TOKEN)

    with pytest.raises(ClientError, match="InvalidCiphertext"):
        sealer.open(other, sealed)


def test_a_token_of_four_thousand_bytes_can_be_sealed(sealer: KmsSealer) -> None:
    token = "t" * 4096

    assert sealer.open(KEY, sealer.seal(KEY, token)) == token


USES: dict[str, Callable[[Any, Any], Any]] = {
    "secret": lambda vault, sealer: vault.secret().values(),
    "seal": lambda vault, sealer: sealer.seal(KEY, "t"),
    "open": lambda vault, sealer: sealer.open(KEY, b"sealed"),
}


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("code", ["ThrottlingException", "KMSInternalException", None])
def test_kms_and_secrets_manager_throttled_is_transient(
    vault: Vault, sealer: KmsSealer, monkeypatch: pytest.MonkeyPatch, use: str, code: str | None
) -> None:
    def refuse(self: Any, operation: str, arguments: Any) -> Any:
        if code is None:
            raise ReadTimeoutError(endpoint_url="https://aws.test")
        raise ClientError({"Error": {"Code": code, "Message": "slow down"}}, operation)

    monkeypatch.setattr("botocore.client.BaseClient._make_api_call", refuse)

    with pytest.raises(StorageUnavailable):
        USES[use](vault, sealer)
