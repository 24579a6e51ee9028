"""The same stack on one machine: no Docker, no AWS account, no Intuit account."""
