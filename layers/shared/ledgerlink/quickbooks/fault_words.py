"""Intuit's own words, made fit for a bookkeeper: no prefixes, no markup, nothing like a secret."""

import re

from ledgerlink.quickbooks.fault_shapes import Fault, FaultError

_LONGEST = 300
_LONGEST_RAW = 4_000


def words_of(fault: Fault | None) -> str:
    """Return what the fault says, or an empty text."""
    details = dict.fromkeys(_plain_detail(error) for error in (fault.errors if fault else ()))
    return _cut(" / ".join(detail for detail in details if detail))


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
    if len(text) > _LONGEST_RAW:
        text = text[:_LONGEST_RAW].rpartition(" ")[0]
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
    if len(text) <= _LONGEST:
        return text
    return text[: _LONGEST - 1].rsplit(" ", 1)[0] + "…"
