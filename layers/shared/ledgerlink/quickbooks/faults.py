"""Whatever QuickBooks answers, as either its JSON or one of our named errors.

Answers come as ``{"Fault": {"Error": [...]}}``, with lower-case keys from the gateway, as
XML even when JSON was asked for, as HTML from a proxy, as HTTP 200 with a Fault inside, empty or cut
short. One parser reads them all, and ``fault_table.TABLE`` decides what they mean.

https://developer.intuit.com/app/developer/qbo/docs/develop/troubleshooting/handling-common-errors
"""

import re
from collections.abc import Mapping
from typing import Any

from ledgerlink.errors import (
    ConnectionRevoked,
    DocumentRejected,
    PermissionLost,
    QuickBooksUnavailable,
    RateLimited,
    SyncError,
)
from ledgerlink.quickbooks import json_numbers
from ledgerlink.quickbooks.fault_shapes import Fault, fault_in, read_fault
from ledgerlink.quickbooks.fault_table import BY_CODE, OUR_FAULT, Rule
from ledgerlink.quickbooks.fault_words import words_of

# Wrong address, verb, form or size: nothing that a document could cause.
_NOT_UNDERSTOOD = frozenset({404, 405, 406, 411, 413, 414, 415})
# Intuit documents no Retry-After, and asks for a minute's wait after a 429.
USUAL_WAIT = 60
_LONGEST_WAIT = 600


def read_answer(status: int, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
    """Return the JSON object of a good answer, numbers as Decimal.

    Raises the named error (any SyncError, nothing else) for every other answer.
    """
    if not 200 <= status < 300:
        raise error_from(status, headers, body)
    tid = read_intuit_tid(headers)
    try:
        answer = json_numbers.loads(body.decode("utf-8-sig"))
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        if fault := read_fault(body):
            raise to_error(status, fault, tid)
        # The call may well have been carried out; only the answer is lost.
        raise QuickBooksUnavailable("QuickBooks gave an answer that cannot be read.", intuit_tid=tid)
    if fault := fault_in(answer):
        raise to_error(status, fault, tid)
    return answer


def error_from(status: int, headers: Mapping[str, str], body: bytes) -> SyncError:
    """Return the named error for a refused call."""
    return to_error(status, read_fault(body), read_intuit_tid(headers))


def refuses_token(status: int, body: bytes) -> bool:
    """Say whether the gateway turned the access token away before anything was done.

    That is a 401 with code 3200; and a 401 that gives no code at all (the gateway's own
    XML or HTML), as opposed to those for a lost right or the wrong environment.
    """
    if status != 401:
        return False
    fault = read_fault(body)
    return fault is None or fault.has_code("3200") or not any(error.code for error in fault.errors)


def to_error(status: int, fault: Fault | None, intuit_tid: str | None = None) -> SyncError:
    """Return the named error that a Fault with this HTTP status means."""
    rule = _deciding_rule(fault)
    code = rule.code if rule else _first_code(fault)
    name = (rule.name if rule else None) or (f"quickbooks_{code}" if code else None)
    error, message, hint = _meaning(status, fault, rule)
    return error(message, code=name, hint=hint, intuit_tid=intuit_tid)


def read_intuit_tid(headers: Mapping[str, str]) -> str | None:
    """Return Intuit's transaction id, whichever way the header is spelt."""
    value = _header(headers, "intuit-tid")
    return value if re.fullmatch(r"[A-Za-z0-9._:-]{1,100}", value) else None


def read_wait(headers: Mapping[str, str]) -> int:
    """Return the seconds to leave the company alone after a 429."""
    value = _header(headers, "retry-after")
    return min(int(value), _LONGEST_WAIT) if re.fullmatch(r"[1-9][0-9]{0,5}", value) else USUAL_WAIT


def _header(headers: Mapping[str, str], name: str) -> str:
    return next((value.strip() for key, value in headers.items() if key.lower().replace("_", "-") == name), "")


def _meaning(status: int, fault: Fault | None, rule: Rule | None) -> tuple[type[SyncError], str, str | None]:
    """Which error, its message, and a hint of its own. The code decides, except over a throttle or an outage."""
    if status == 429:
        return RateLimited, "QuickBooks accepts no more requests for the moment.", None
    outage = status >= 500 or status in (408, 425)
    if rule and (not outage or issubclass(rule.error, QuickBooksUnavailable)):
        return rule.error, _with_words(rule.sentence, fault) if rule.quote else rule.sentence, rule.hint
    if outage:
        return QuickBooksUnavailable, "QuickBooks is not available.", None
    if status < 200 or 300 <= status < 400:
        return QuickBooksUnavailable, "QuickBooks sent us elsewhere.", None
    if fault and fault.type.lower() == "systemfault":
        return QuickBooksUnavailable, "QuickBooks reports a fault of its own.", None
    if status == 401:
        return ConnectionRevoked, "QuickBooks no longer accepts our access to this company.", None
    if status == 403:
        return PermissionLost, "QuickBooks does not allow this to the person who connected the company.", None
    if status in _NOT_UNDERSTOOD:
        return DocumentRejected, "QuickBooks did not understand what Ledgerlink sent.", OUR_FAULT
    return DocumentRejected, _with_words("QuickBooks refused it.", fault), None


def _deciding_rule(fault: Fault | None) -> Rule | None:
    """A fault may list several errors; the first that we know decides."""
    errors = fault.errors if fault else ()
    return next((BY_CODE[error.code] for error in errors if error.code in BY_CODE), None)


def _first_code(fault: Fault | None) -> str | None:
    errors = fault.errors if fault else ()
    return next((error.code for error in errors if error.code), None)


def _with_words(sentence: str, fault: Fault | None) -> str:
    words = words_of(fault)
    return f"{sentence} QuickBooks says: {words}" if words else sentence
