import pytest
from botocore.exceptions import ClientError


def test_kms_refuses_more_than_4096_bytes(engine):
    kms = engine.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]

    kms.encrypt(KeyId=key, Plaintext=b"x" * 4096)
    with pytest.raises(ClientError, match="ValidationException"):
        kms.encrypt(KeyId=key, Plaintext=b"x" * 4097)
