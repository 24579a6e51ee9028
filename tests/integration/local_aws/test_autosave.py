import signal

from tests.integration.local_aws.engine import eventually


def test_a_killed_engine_has_its_data_when_it_starts_again(new_engine):
    engine = new_engine("--save-seconds", "0.2")
    engine.start()
    engine.client("dynamodb").create_table(
        TableName="links",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
    )
    engine.client("dynamodb").put_item(TableName="links", Item={"pk": {"S": "acme#PO-7"}})
    saved = engine.state_dir / "services" / "dynamodb.json"
    eventually(lambda: saved.exists() and "acme#PO-7" in saved.read_text())

    engine.stop(signal.SIGKILL)
    engine.start()
    items = engine.client("dynamodb").scan(TableName="links")["Items"]

    assert items == [{"pk": {"S": "acme#PO-7"}}]
