"""What was tried, as a list for people and as a file for spreadsheets."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import tzinfo
from typing import Any

from ledgerlink.domain.activity import Activity, Outcome
from ledgerlink.domain.documents import DocumentState, Status
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.pages.words import CATEGORIES, KINDS, OUTCOMES, TRIGGERS

COLUMNS = (
    *("Time", "Document", "Number", "Id", "Outcome", "Started", "Attempt", "Try", "What happened", "What to do"),
    *("Reason", "Intuit transaction id", "Seconds", "Calls", "Execution"),
)
_FORMULA = re.compile(r"""(^|[;\t\r\n])([ "']*)(?=[=+\-@＝＋－＠])""")
"""Where a spreadsheet begins a formula, also in cells of a separator of its own (OWASP, CSV injection)."""

MOST_CHARACTERS = 4_000_000
"""Of a file: an answer of a Lambda has at most 6 MB, in JSON, and a letter may have two bytes (Lambda quotas)."""
OLDER = "There are older entries. Choose fewer on the Activity page to reach them."

type States = Mapping[DocumentKey, DocumentState]


def activity_rows(entries: Sequence[Activity], states: States) -> list[dict[str, Any]]:
    """A page of entries, newest first; a document that still stands failed can be sent again, once per page."""
    offered: set[DocumentKey] = set()
    rows = []
    for entry in entries:
        state = states.get(entry.key)
        failed = state is not None and state.status is Status.SYNC_FAILED and entry.outcome is not Outcome.SUCCEEDED
        rows.append(
            {
                "at": entry.at,
                "kind": entry.key.kind,
                "id": entry.key.document_id,
                "what": KINDS[entry.key.kind].one,
                "number": number_of(entry.key, states),
                "outcome": entry.outcome.value,
                "outcome_words": OUTCOMES[entry.outcome],
                "trigger": TRIGGERS[entry.trigger.told],
                "try": entry.try_number,
                "error": entry.error,
                "summary": "" if entry.error else entry.summary,
                "duration": f"{entry.duration_ms / 1000:.1f} s" if entry.duration_ms is not None else "",
                "send_again": failed and entry.key not in offered,
            }
        )
        if failed:
            offered.add(entry.key)
    return rows


def number_of(key: DocumentKey, states: States) -> str:
    """By what people know a document: its number or name, else the host's id."""
    state = states.get(key)
    tags = state.tags if state else {}
    return tags.get("number") or tags.get("name") or key.document_id


def activity_csv(
    entries: Iterable[Activity], states: States, zone: tzinfo, *, is_whole: bool, most: int = MOST_CHARACTERS
) -> str:
    """The same with everything that is known, in the tenant's time, safe to open in a spreadsheet.

    Where it is not whole, or longer than a function may answer, its last row says that there are older entries.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for entry in entries:
        if text.tell() > most:
            is_whole = False
            break
        error = entry.error or {}
        cells = (
            entry.at.astimezone(zone).isoformat(timespec="seconds"),
            KINDS[entry.key.kind].one,
            number_of(entry.key, states),
            entry.key.document_id,
            OUTCOMES[entry.outcome],
            TRIGGERS[entry.trigger.told],
            entry.attempt,
            entry.try_number,
            error.get("message") or entry.summary,
            error.get("hint", ""),
            CATEGORIES.get(error.get("category", ""), ""),
            entry.intuit_tid or "",
            "" if entry.duration_ms is None else f"{entry.duration_ms / 1000:.1f}",
            "" if entry.calls is None else entry.calls,
            entry.execution,
        )
        writer.writerow([_harmless(str(cell)) for cell in cells])
    if not is_whole:
        writer.writerow([OLDER])
    # Excel takes a file without this mark for one in the machine's old code page.
    return "\ufeff" + text.getvalue()


def _harmless(cell: str) -> str:
    return _FORMULA.sub(r"\1\2'", cell)
