import json

import pytest
from botocore.exceptions import ClientError


@pytest.fixture(scope="module")
def key(engine):
    kms = engine.client("kms")
    arn = kms.create_key()["KeyMetadata"]["Arn"]
    kms.create_alias(AliasName="alias/tokens", TargetKeyId=arn)
    return arn


@pytest.fixture
def limited_kms(engine, key, request):
    """A KMS client whose user may use the key for one tenant's tokens only."""
    name = request.node.name[:60]
    iam = engine.client("iam")
    statement = {
        "Effect": "Allow",
        "Action": ["kms:Encrypt", "kms:Decrypt"],
        "Resource": key,
        "Condition": {"StringEquals": {"kms:EncryptionContext:tenant": "acme"}},
    }
    iam.create_user(UserName=name)
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_user_policy(UserName=name, PolicyName="tokens", PolicyDocument=policy)
    credentials = iam.create_access_key(UserName=name)["AccessKey"]
    return engine.client("kms", credentials["AccessKeyId"], credentials["SecretAccessKey"])


def test_a_policy_may_demand_an_encryption_context(limited_kms, key):
    context = {"tenant": "acme", "connection": "c1"}
    sealed = limited_kms.encrypt(KeyId=key, Plaintext=b"token", EncryptionContext=context)["CiphertextBlob"]
    opened = limited_kms.decrypt(CiphertextBlob=sealed, EncryptionContext=context)["Plaintext"]

    assert opened == b"token"
    for other in ({"tenant": "globex"}, {}):
        with pytest.raises(ClientError, match="AccessDenied"):
            limited_kms.encrypt(KeyId=key, Plaintext=b"token", EncryptionContext=other)
        with pytest.raises(ClientError, match="AccessDenied"):
            limited_kms.decrypt(CiphertextBlob=sealed, EncryptionContext=other)


def test_a_request_by_alias_is_authorised_against_the_key(limited_kms):
    answer = limited_kms.encrypt(KeyId="alias/tokens", Plaintext=b"token", EncryptionContext={"tenant": "acme"})

    assert answer["CiphertextBlob"]
