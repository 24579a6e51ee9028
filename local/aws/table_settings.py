"""TimeToLiveSpecification and PointInTimeRecoverySpecification of a table.

AWS (CloudFormation reference, AWS::DynamoDB::Table): applied at create and update.
ministack 1.5.33: drops both, so expired items stay for ever.
Here: applied.
"""

from typing import Any

from ministack.services import dynamodb

from local.aws.cloudformation import after_create_and_update, is_true
from local.aws.settings import Settings


def close_gap(_settings: Settings) -> None:
    """Apply both after ministack has created or updated the table."""
    after_create_and_update("AWS::DynamoDB::Table", _apply)


def _apply(table_name: str, properties: dict[str, Any]) -> None:
    ttl = properties.get("TimeToLiveSpecification")
    if ttl:
        specification = {"AttributeName": ttl["AttributeName"], "Enabled": is_true(ttl.get("Enabled", True))}
        dynamodb._update_ttl({"TableName": table_name, "TimeToLiveSpecification": specification})
    recovery = properties.get("PointInTimeRecoverySpecification")
    if recovery:
        enabled = is_true(recovery.get("PointInTimeRecoveryEnabled", False))
        dynamodb._update_continuous_backups(
            {
                "TableName": table_name,
                "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": enabled},
            }
        )
