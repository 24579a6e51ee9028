"""Whatever QuickBooks answers, as either its JSON or one of our named errors.

Answers come as ``{"Fault": {"Error": [...]}}``, with lower-case keys from the gateway, as
XML even when JSON was asked for, as HTML from a proxy, as HTTP 200 with a Fault inside, empty or cut
short. One parser reads them all, and ``fault_table.TABLE`` decides what they mean.

https://developer.intuit.com/app/developer/qbo/docs/develop/troubleshooting/handling-common-errors
"""

import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
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
from ledgerlink.quickbooks.fault_table import BY_CODE, OUR_FAULT, Rule

_LONGEST_FAULT = 65_536
_LONGEST_DETAIL = 300
_LONGEST_RAW_DETAIL = 4_000
# Undocumented, but Intuit asks for a minute's wait after a 429.
_USUAL_WAIT = 60
_LONGEST_WAIT = 600


@dataclass(frozen=True, slots=True)
class FaultError:
    """One entry of a Fault. ``code`` is None where there is none that can be read."""

    code: str | None
    message: str
    detail: str


@dataclass(frozen=True, slots=True)
class Fault:
    """A refusal by Intuit: its type ("ValidationFault", "SystemFault", ...) and its entries."""

    type: str
    errors: tuple[FaultError, ...]

    def has_code(self, code: str) -> bool:
        return any(error.code == code for error in self.errors)


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


def read_fault(body: bytes) -> Fault | None:
    """Return the Fault in a body of any form, or None where there is none."""
    text = _text_of(body[:_LONGEST_FAULT])
    try:
        return fault_in(json_numbers.loads(text))
    except ValueError:
        return _read_xml(text)


def fault_in(answer: Any) -> Fault | None:
    """Return the Fault of a parsed JSON answer, or of one item of a batch answer."""
    fault = _member(answer, "fault")
    if not isinstance(fault, dict):
        return None
    entries = _member(fault, "error")
    if isinstance(entries, dict):
        entries = [entries]
    if not isinstance(entries, list):
        entries = []
    errors = tuple(
        _fault_error(_text(_member(e, "code")), _text(_member(e, "message")), _text(_member(e, "detail")))
        for e in entries
        if isinstance(e, dict)
    )
    return Fault(_text(_member(fault, "type")), errors)


def to_error(status: int, fault: Fault | None, intuit_tid: str | None = None) -> SyncError:
    """Return the named error that a Fault with this HTTP status means."""
    rule = _deciding_rule(fault)
    code = rule.code if rule else _first_code(fault)
    name = (rule.name if rule else None) or (f"quickbooks_{code}" if code else None)
    known_outage = rule is not None and issubclass(rule.error, QuickBooksUnavailable)

    if status == 429:
        return RateLimited("QuickBooks accepts no more requests for the moment.", code=name, intuit_tid=intuit_tid)
    if (status >= 500 or status in (408, 425)) and not known_outage:
        return QuickBooksUnavailable("QuickBooks is not available.", code=name, intuit_tid=intuit_tid)
    if rule:
        message = _with_detail(rule.sentence, fault) if rule.quote else rule.sentence
        return rule.error(message, code=name, hint=rule.hint, intuit_tid=intuit_tid)
    if status < 200 or 300 <= status < 400:
        return QuickBooksUnavailable("QuickBooks sent us elsewhere.", code=name, intuit_tid=intuit_tid)
    if fault and fault.type.lower() == "systemfault":
        return QuickBooksUnavailable("QuickBooks reports a fault of its own.", code=name, intuit_tid=intuit_tid)
    if status == 401:
        message = "QuickBooks no longer accepts our access to this company."
        return ConnectionRevoked(message, code=name, intuit_tid=intuit_tid)
    if status == 403:
        message = "QuickBooks does not allow this to the person who connected the company."
        return PermissionLost(message, code=name, intuit_tid=intuit_tid)
    if status in (404, 405, 406, 411, 413, 414, 415):
        message = "QuickBooks did not understand what Ledgerlink sent."
        return DocumentRejected(message, code=name, hint=OUR_FAULT, intuit_tid=intuit_tid)
    message = _with_detail("QuickBooks refused it.", fault)
    return DocumentRejected(message, code=name, intuit_tid=intuit_tid)


def read_intuit_tid(headers: Mapping[str, str]) -> str | None:
    """Return Intuit's transaction id, whichever way the header is spelt."""
    value = _header(headers, "intuit-tid")
    return value if re.fullmatch(r"[A-Za-z0-9._:-]{1,100}", value) else None


def read_wait(headers: Mapping[str, str]) -> int:
    """Return the seconds to leave the company alone after a 429."""
    value = _header(headers, "retry-after")
    return min(int(value), _LONGEST_WAIT) if re.fullmatch(r"[1-9][0-9]{0,5}", value) else _USUAL_WAIT


def _header(headers: Mapping[str, str], name: str) -> str:
    return next((value.strip() for key, value in headers.items() if key.lower().replace("_", "-") == name), "")


def _deciding_rule(fault: Fault | None) -> Rule | None:
    """A fault may list several errors; the first that we know decides."""
    errors = fault.errors if fault else ()
    return next((BY_CODE[error.code] for error in errors if error.code in BY_CODE), None)


def _first_code(fault: Fault | None) -> str | None:
    errors = fault.errors if fault else ()
    return next((error.code for error in errors if error.code), None)


def _with_detail(sentence: str, fault: Fault | None) -> str:
    details = _distinct(_plain_detail(error) for error in (fault.errors if fault else ()))
    return f"{sentence} QuickBooks says: {_cut(' / '.join(details))}" if details else sentence


def _distinct(texts: Iterable[str]) -> list[str]:
    return [text for text in dict.fromkeys(texts) if text]


def _plain_detail(error: FaultError) -> str:
    """Intuit's words for people: without its own prefixes, markup and anything like a secret."""
    # The gateway's message is not for people: "message=AuthenticationFailed; errorCode=003200".
    message = "" if "errorCode=" in error.message else _clean(error.message)
    detail = _clean(error.detail)
    for prefix in (message, "Business Validation Error"):
        rest = detail[len(prefix) :].lstrip()
        if prefix and detail.lower().startswith(prefix.lower()) and rest.startswith(":"):
            detail = rest[1:].strip()
    # ": null" is what is left where Intuit has nothing more to say.
    return detail if detail.lower() not in ("", "null") else message


def _clean(text: str) -> str:
    if len(text) > _LONGEST_RAW_DETAIL:
        text = text[:_LONGEST_RAW_DETAIL].rpartition(" ")[0]
    text = re.sub(r"<[^<>]{0,200}>", " ", text)
    text = "".join(c if c.isprintable() else " " for c in text.replace("$$", ""))
    return _without_secrets(" ".join(text.split()))


def _without_secrets(text: str) -> str:
    """Mask what follows the word "token" or "bearer", and any run that is too long to be a word.

    The longest property name of the API has 32 letters, the longest document number 21 characters.
    """
    text = re.sub(r"(?i)(token|bearer|secret)\b([^:=]{0,40}[:=]|\s)\s*\S+", r"\1 …", text)
    return re.sub(r"[A-Za-z0-9_./+=~-]{24,}", _masked, text)


def _masked(run: re.Match[str]) -> str:
    text = run.group()
    return "…" if len(text) >= 40 or any(c.isdigit() for c in text) else text


def _cut(text: str) -> str:
    if len(text) <= _LONGEST_DETAIL:
        return text
    return text[: _LONGEST_DETAIL - 1].rsplit(" ", 1)[0] + "…"


def _text_of(body: bytes) -> str:
    return body.decode("utf-8-sig", errors="replace")


def _read_xml(text: str) -> Fault | None:
    """Read ``<IntuitResponse><Fault type><Error code><Message/><Detail/>`` without a parser.

    The form is small and fixed, the text may be cut anywhere, and no entity is ever expanded.
    """
    opening = re.search(r"<(?:\w{1,20}:)?Fault\b([^<>]*)>", text)
    if not opening:
        return None
    kind = re.search(r"""\btype\s*=\s*["']([^"'<>]*)""", opening.group(1))
    errors = []
    for entry in re.split(r"<(?:\w{1,20}:)?Error\b", text[opening.end() :])[1:]:
        attributes, _, content = entry.partition(">")
        code = re.search(r"""\bcode\s*=\s*["']([^"'<>]*)""", attributes)
        errors.append(
            _fault_error(code.group(1) if code else "", _element(content, "Message"), _element(content, "Detail"))
        )
    return Fault(kind.group(1) if kind else "", tuple(errors))


def _element(content: str, name: str) -> str:
    found = re.search(rf"<(?:\w{{1,20}}:)?{name}\b[^<>]*>([^<]*)", content)
    return html.unescape(found.group(1)) if found else ""


def _fault_error(code: str, message: str, detail: str) -> FaultError:
    if not code.strip() and (found := re.search(r"errorCode=(\d{1,10})", message)):
        code = found.group(1)
    code = code.strip().lstrip("0")
    return FaultError(code if re.fullmatch(r"[A-Za-z0-9_-]{1,20}", code) else None, message, detail)


def _member(value: Any, name: str) -> Any:
    """The member whatever its case: the gateway writes ``fault``, the service ``Fault``."""
    if not isinstance(value, dict):
        return None
    return next((member for key, member in value.items() if isinstance(key, str) and key.lower() == name), None)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Decimal):
        return str(value)
    return ""
