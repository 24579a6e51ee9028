"""The gaps by name; apart from ``gaps`` so that ``--help`` need not import ministack."""

GAP_NAMES = (
    "lambda-runtime",
    "lambda-capacity",
    "redrive",
    "resume",
    "retry-delays",
    "yaml-definitions",
    "execution-timeout",
    "execution-names",
    "execution-events",
    "payload-limits",
    "event-targets",
    "rest-api-import",
    "gateway-errors",
    "table-settings",
    "secret-references",
    "secret-versions",
    "schedules",
    "kms-policies",
    "kms-limits",
    "autosave",
)
