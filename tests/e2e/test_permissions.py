"""IAM is enforced here as on AWS, so that what the other tests do proves that it is allowed."""

from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.e2e.aws import Aws
from tests.e2e.tenant import Tenant


def as_function(aws: Aws, logical_id: str, service: str) -> Any:
    """A client with a function's own rights."""
    role = aws.client("lambda").get_function_configuration(FunctionName=aws.physical_ids[logical_id])["Role"]
    keys = aws.client("sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    session: Any = boto3.Session(
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
        region_name=aws.stack["region"],
    )
    return session.client(service, endpoint_url=aws.stack["aws_endpoint_url"], config=Config(proxies={}))


def refused(call: Any, **request: Any) -> str:
    with pytest.raises(ClientError) as error:
        call(**request)
    return str(error.value.response["Error"]["Code"])


def test_a_function_that_reads_documents_cannot_write_scan_or_read_across_tenants(tenant: Tenant, aws: Aws):
    dynamodb = as_function(aws, "ReadDocumentsFunction", "dynamodb")
    table = aws.physical_ids["DocumentsTable"]
    key = {"pk": {"S": f"TENANT#{tenant.name}"}, "sk": {"S": "DOCUMENT#purchase-orders#order-1"}}

    allowed = dynamodb.get_item(TableName=table, Key=key)

    assert "Item" not in allowed
    assert "AccessDenied" in refused(dynamodb.put_item, TableName=table, Item=key)
    assert "AccessDenied" in refused(dynamodb.scan, TableName=table)
    assert "AccessDenied" in refused(
        dynamodb.query,
        TableName=table,
        IndexName="syncing",
        KeyConditionExpression="syncing_shard = :shard",
        ExpressionAttributeValues={":shard": {"N": "0"}},
    )


def test_tokens_are_sealed_for_one_connection_and_opened_for_no_other(tenant: Tenant, aws: Aws):
    kms = as_function(aws, "PushDocumentFunction", "kms")
    key = aws.physical_ids["TokenKey"]
    context = {"tenant": tenant.name, "connection": tenant.realm_id}
    sealed = kms.encrypt(KeyId=key, Plaintext=b"token", EncryptionContext=context)["CiphertextBlob"]

    opened = kms.decrypt(KeyId=key, CiphertextBlob=sealed, EncryptionContext=context)

    assert opened["Plaintext"] == b"token"
    other = {**context, "tenant": "another"}
    assert refused(kms.decrypt, KeyId=key, CiphertextBlob=sealed, EncryptionContext=other)
    assert "AccessDenied" in refused(kms.encrypt, KeyId=key, Plaintext=b"token")
    assert "AccessDenied" in refused(
        kms.encrypt, KeyId=key, Plaintext=b"token", EncryptionContext={"tenant": tenant.name}
    )
    assert "AccessDenied" in refused(
        kms.encrypt, KeyId=key, Plaintext=b"token", EncryptionContext={**context, "more": "yes"}
    )


def test_the_function_that_takes_orders_cannot_read_a_secret_or_a_token(tenant: Tenant, aws: Aws):
    secrets = as_function(aws, "PutDocumentFunction", "secretsmanager")
    kms = as_function(aws, "PutDocumentFunction", "kms")
    context = {"tenant": tenant.name, "connection": tenant.realm_id}

    denied = refused(secrets.get_secret_value, SecretId=aws.outputs["IntuitSecretArn"])

    assert "AccessDenied" in denied
    assert "AccessDenied" in refused(
        kms.encrypt, KeyId=aws.physical_ids["TokenKey"], Plaintext=b"x", EncryptionContext=context
    )


def test_only_the_functions_that_start_pushes_can_start_them(tenant: Tenant, aws: Aws):
    machine = aws.outputs["PushStateMachineArn"]
    reader = as_function(aws, "ReadDocumentsFunction", "stepfunctions")
    redriver = as_function(aws, "PutDocumentFunction", "stepfunctions")

    assert "AccessDenied" in refused(reader.start_execution, stateMachineArn=machine, name="x", input="{}")
    assert "AccessDenied" in refused(redriver.redrive_execution, executionArn=aws.execution_arn("x"))
    assert "AccessDenied" in refused(redriver.list_executions, stateMachineArn=machine)
