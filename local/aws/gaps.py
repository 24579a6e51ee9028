"""Close the gaps of ministack, one module each."""

from collections.abc import Callable, Collection

from local.aws import (
    autosave,
    definition_checks,
    event_source_mappings,
    event_targets,
    execution_events,
    execution_names,
    execution_timeout,
    gateway_errors,
    kms_limits,
    kms_policies,
    lambda_capacity,
    lambda_runtime,
    mail_permissions,
    payload_limits,
    queue_permissions,
    redrive,
    rest_api_import,
    resume,
    retry_delays,
    schedules,
    secret_references,
    secret_versions,
    table_settings,
    yaml_definitions,
)
from local.aws.gap_names import GAP_NAMES
from local.aws.settings import Settings

_CLOSERS: dict[str, Callable[[Settings], None]] = {
    "lambda-runtime": lambda_runtime.close_gap,
    "lambda-capacity": lambda_capacity.close_gap,
    "redrive": redrive.close_gap,
    "resume": resume.close_gap,
    "retry-delays": retry_delays.close_gap,
    "yaml-definitions": yaml_definitions.close_gap,
    "definition-checks": definition_checks.close_gap,
    # After redrive: it times the run that redrive replaces.
    "execution-timeout": execution_timeout.close_gap,
    "execution-names": execution_names.close_gap,
    "execution-events": execution_events.close_gap,
    "payload-limits": payload_limits.close_gap,
    "event-targets": event_targets.close_gap,
    "rest-api-import": rest_api_import.close_gap,
    "gateway-errors": gateway_errors.close_gap,
    "table-settings": table_settings.close_gap,
    "secret-references": secret_references.close_gap,
    "secret-versions": secret_versions.close_gap,
    "schedules": schedules.close_gap,
    "event-source-mappings": event_source_mappings.close_gap,
    "queue-permissions": queue_permissions.close_gap,
    "mail-permissions": mail_permissions.close_gap,
    "kms-policies": kms_policies.close_gap,
    "kms-limits": kms_limits.close_gap,
    "autosave": autosave.close_gap,
}

assert tuple(_CLOSERS) == GAP_NAMES, "gap_names.py lists the gaps in the order in which they are closed"


def close_gaps(settings: Settings, without: Collection[str]) -> None:
    """Change the imported ministack in place, except for the gaps named in ``without``."""
    for name, close_gap in _CLOSERS.items():
        if name not in without:
            close_gap(settings)
