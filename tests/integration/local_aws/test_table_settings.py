import pytest


def table(ttl_attribute, recovery):
    return {
        "Type": "AWS::DynamoDB::Table",
        "Properties": {
            "TableName": "activity",
            "BillingMode": "PAY_PER_REQUEST",
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
            "TimeToLiveSpecification": {"AttributeName": ttl_attribute, "Enabled": True},
            "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": recovery},
        },
    }


@pytest.mark.parametrize(("ttl_attribute", "recovery"), [("expires_at", False), ("ttl", True)])
def test_a_table_expires_its_items_and_can_be_recovered(engine, ttl_attribute, recovery):
    engine.deploy("tables", {"Table": table(ttl_attribute, recovery)})
    dynamodb = engine.client("dynamodb")

    ttl = dynamodb.describe_time_to_live(TableName="activity")["TimeToLiveDescription"]
    backups = dynamodb.describe_continuous_backups(TableName="activity")["ContinuousBackupsDescription"]

    assert ttl == {"TimeToLiveStatus": "ENABLED", "AttributeName": ttl_attribute}
    status = backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"]
    assert status == ("ENABLED" if recovery else "DISABLED")
