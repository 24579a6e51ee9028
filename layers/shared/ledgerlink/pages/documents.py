"""The list of documents as a page shows it, and what its forms ask to have sent."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ledgerlink.domain.backlogs import HELD, digest_of
from ledgerlink.domain.contents import COLLECTION_NAMES
from ledgerlink.domain.documents import DocumentState, EntityInQuickBooks, Status
from ledgerlink.errors import NotFound
from ledgerlink.pages.figures import money
from ledgerlink.pages.portal import PAGES
from ledgerlink.pages.words import CATEGORIES

type LinkTo = Callable[[EntityInQuickBooks], str | None]

PARTIES = {
    "purchase-orders": "Supplier",
    "bills": "Supplier",
    "invoices": "Customer",
    "shipments": "Customer",
    "products": "SKU",
}
"""What the second column of a collection's list has; the others have none."""
_ONE_DOCUMENT = re.compile(r"/portal/documents/[a-z-]{1,40}/[A-Za-z0-9._-]{1,64}")
_TAGS = {"Supplier": "supplier", "Customer": "customer", "SKU": "sku"}


def document_row(document: DocumentState, link_to: LinkTo) -> dict[str, Any]:
    """One document where lists and pages say how it stands."""
    key, figures, became = document.key, document.figures, document.quickbooks
    return {
        "kind": key.kind,
        "id": key.document_id,
        "number": document.tags.get("number") or document.tags.get("name") or key.document_id,
        "party": document.tags.get(_TAGS.get(PARTIES.get(key.kind, ""), ""), ""),
        "day": figures.day if figures else None,
        "total": f"{money(figures.total)} {figures.currency}".strip() if figures else "",
        "status": document.status.value,
        "error": document.last_error,
        "url": link_to(became) if became else None,
        "doc_number": became.doc_number if became else "",
        "changed_at": document.updated_at,
        "synced_at": document.synced_at,
    }


def reasons(documents: Sequence[DocumentState]) -> dict[str, str]:
    """Why those that failed did, by the category of their errors, in words."""
    found = {str(document.last_error["category"]) for document in documents if document.last_error}
    return {category: words for category, words in CATEGORIES.items() if category in found}


def chosen_collection(name: str | None) -> str:
    """The collection that a list shows; the first where none is chosen. Raises NotFound."""
    collection = name or COLLECTION_NAMES[0]
    if collection not in COLLECTION_NAMES:
        raise NotFound("There are no such documents.", hint="Choose a kind of documents from the list.")
    return collection


def held_status(status: str | None) -> Status | None:
    """The status where it is one in which documents wait for something or have failed: those can be sent together."""
    return next((held for held in HELD if held.value == status), None)


def nothing_is_ticked(form: Mapping[str, str], ticked: Sequence[str]) -> bool:
    """Whether a form asks for nothing."""
    return not ticked and not form.get("all")


def place_to_go_back(form: Mapping[str, str]) -> str:
    """The page of ours that asked; "" for none, so that nobody is led elsewhere."""
    back = form.get("back", "")
    return back if back in PAGES or _ONE_DOCUMENT.fullmatch(back) else ""


def wanted_documents(form: Mapping[str, str], ticked: Sequence[str]) -> dict[str, Any]:
    """What a form asks to have sent, in the words of the API.

    A form that is sent twice is the same request; shown anew it is another one.
    """
    if status := form.get("all"):
        chosen = {"status": status, "category": form.get("category"), "collection": form.get("collection")}
        where = {name: value for name, value in chosen.items() if value}
        return {"where": where, "request_id": _request_id(form, *where.values())}
    parts = [one.partition("/") for one in ticked]
    named = [{"collection": collection, "id": document_id} for collection, _, document_id in parts]
    return {"documents": named, "request_id": _request_id(form, *ticked)}


def _request_id(form: Mapping[str, str], *asked_for: str) -> str:
    return digest_of(form.get("once", ""), *asked_for)
