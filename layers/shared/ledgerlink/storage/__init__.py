"""What Ledgerlink keeps: DynamoDB tables, tokens sealed by KMS, credentials in Secrets Manager."""
