"""A Fault, out of a body of any shape.

``{"Fault": {"Error": [...], "type": ...}}`` from the service, the same in lower case from the gateway,
XML from either, and bodies that are neither: HTML, empty, cut short, not even text.
"""

import html
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ledgerlink.quickbooks import json_numbers

_LONGEST_FAULT = 65_536


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


def read_fault(body: bytes) -> Fault | None:
    """Return the Fault in a body of any form, or None where there is none."""
    text = body[:_LONGEST_FAULT].decode("utf-8-sig", errors="replace")
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
    return FaultError(code if re.fullmatch(r"[0-9]{1,10}", code) else None, message, detail)


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
