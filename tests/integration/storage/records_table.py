"""RecordsTable in moto."""

import boto3
import pytest

from ledgerlink.storage.table import Table
from tests.template import REGION

KEYS = [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]


@pytest.fixture
def records_table(aws: None) -> Table:
    """The table of records with its two indexes."""
    return make_records_table()


def make_records_table() -> Table:
    """Create it in the AWS of the moment."""
    client = boto3.client("dynamodb", region_name=REGION)
    names = ("pk", "sk", "feed", "organic_feed", "place")
    client.create_table(
        TableName="records",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in names],
        KeySchema=KEYS,  # type: ignore[arg-type]
        GlobalSecondaryIndexes=[
            {
                "IndexName": index,
                "KeySchema": [
                    {"AttributeName": partition, "KeyType": "HASH"},
                    {"AttributeName": "place", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
            for index, partition in (("feed", "feed"), ("organic", "organic_feed"))
        ],
    )
    return Table(client, "records")
