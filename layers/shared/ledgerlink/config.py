"""The environment of the functions as one model."""

import os
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields

from ledgerlink.errors import MissingConfiguration


@dataclass(frozen=True, slots=True)
class Config:
    """What template.yaml sets; each field is the environment variable of the same name in capitals."""

    connections_table: str
    entity_links_table: str
    documents_table: str
    activity_table: str
    throttle_table: str
    records_table: str
    sync_table: str
    token_key_id: str
    intuit_secret_arn: str
    host_api_key_secret_arn: str
    session_secret_arn: str
    event_bus_name: str
    intuit_environment: str
    intuit_base_url: str = ""
    """Where a simulator stands in for Intuit; empty for Intuit itself."""
    public_base_url: str = ""
    """The domain that tenants see; empty for API Gateway's own."""
    push_state_machine_arn: str = ""
    """Only where pushes are started."""
    push_backlog_state_machine_arn: str = ""
    """Only where backlogs are started."""
    judge_records_state_machine_arn: str = ""
    """Only where stored records are judged anew."""
    mail_sender: str = ""
    """The address that e-mails come from; empty for none."""
    backfill_state_machine_arn: str = ""
    """Only where backfills are started."""
    poll_queue_url: str = ""
    """Only where polls are queued."""
    vendor_name: str = ""
    """Whose customers the tenants are, as the pages name it."""
    vendor_logo_url: str = ""
    """An https address; empty for none."""
    support_address: str = ""
    """An e-mail address or an https address, for tenants; empty for none."""
    opener_origins: str = ""
    """The origins of the vendor's pages that may open ours in a popup, with spaces between them."""
    quickbooks_pace: str = ""
    """How long the function waits for QuickBooks: ``push`` or ``batch``; empty where a person waits."""
    requests_per_second: str = ""
    """Intuit's limits per company; empty for those that it publishes."""
    requests_per_minute: str = ""
    batches_per_minute: str = ""
    metered_reads_per_month: str = ""

    def base_url(self, gateway_url: str) -> str:
        """Where tenants reach this stack: its own domain, else the one that API Gateway gave it."""
        return (self.public_base_url or gateway_url).rstrip("/")

    @property
    def is_secure(self) -> bool:
        """Whether tenants come over https, as they do everywhere but on a developer's machine."""
        return not self.public_base_url.startswith("http://")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Config":
        """Raises MissingConfiguration naming what is not set."""
        values = {field.name: environment.get(field.name.upper(), "") for field in fields(cls)}
        needed = {field.name for field in fields(cls) if field.default is MISSING}
        missing = [name.upper() for name, value in values.items() if not value and name in needed]
        if missing:
            raise MissingConfiguration(
                f"Not set in the function's environment: {', '.join(missing)}.",
                code="environment_incomplete",
                hint="Operators: deploy the stack with its own template.yaml.",
            )
        return cls(**values)
