"""What can be switched while the simulator runs: where sources disagree, and what tests want worse."""

from dataclasses import asdict, dataclass, fields
from typing import Any

_CHOICES = {"webhook_format": ("cloudevents", "legacy")}


@dataclass
class Switches:
    """Every switch with the value it starts with; the README says what each does."""

    honour_requestid: bool = True
    requestid_remembers_faults: bool = False
    requestid_remembered_seconds: int = 0
    requestid_refuses_other_body: bool = False
    rotate_at_every_refresh: bool = False
    old_refresh_token_works: bool = False
    punish_concurrent_refresh: bool = False
    hard_expiry_in_reply: bool = True
    unauthorized_as_xml: bool = False
    query_refuses_non_ascii: bool = False
    query_case_sensitive: bool = False
    query_entity_case_sensitive: bool = False
    inactive_names_clash: bool = True
    throttle: bool = False
    throttle_per_second: int = 10
    throttle_per_minute: int = 500
    throttle_retry_after: int = 0
    throttle_batch_per_app: int = 40
    throttle_batch_per_company: int = 120
    batch_answers_reversed: bool = False
    batch_items_metered_singly: bool = True
    core_plus_per_month: int = 0
    cdc_limit: int = 1000
    cdc_limit_per_entity: bool = False
    cdc_refuses_long_ago: bool = False
    cdc_shows_inactive: bool = True
    cdc_has_inventory_adjustments: bool = True
    token_latency_ms: int = 0
    latency_ms: int = 0
    closed_books_have_password: bool = False
    currency_ref_required: bool = False
    bill_numbers_unique_per_vendor: bool = True
    estimate_numbers_unique: bool = False
    bill_link_needs_line: bool = True
    partial_receipt: bool = True
    links_change_sync_token: bool = True
    journal_has_one_party_line: bool = True
    webhook_format: str = "cloudevents"
    webhook_content_type: str = "application/cloudevents+json"
    webhook_batch_ms: int = 100
    webhook_timeout_ms: int = 10_000
    webhook_attempts: int = 5
    webhook_retry_ms: int = 2_000
    webhooks_for_balances: bool = False
    webhooks_paused: bool = False
    webhooks_lost: bool = False
    webhooks_twice: bool = False
    webhooks_out_of_order: bool = False

    def update(self, changes: dict[str, Any]) -> None:
        """Set some switches; raise ValueError for an unknown one or a value of another type."""
        known = {item.name: type(getattr(self, item.name)) for item in fields(self)}
        for name, value in changes.items():
            if name not in known:
                raise ValueError(f"unknown switch {name}; known: {', '.join(known)}")
            if type(value) is not known[name]:
                raise ValueError(f"switch {name} takes a {known[name].__name__}")
            if value not in _CHOICES.get(name, (value,)):
                raise ValueError(f"switch {name} is one of {', '.join(_CHOICES[name])}")
        for name, value in changes.items():
            setattr(self, name, value)

    def as_dict(self) -> dict[str, Any]:
        """Return all switches."""
        return asdict(self)
