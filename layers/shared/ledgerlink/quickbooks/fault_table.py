"""Intuit's error codes: what each one means, which of our errors it is, and what to tell a bookkeeper.

Codes and titles: https://developer.intuit.com/app/developer/qbo/docs/develop/troubleshooting/error-codes.
A code that is not here is a refusal of the document (4xx) or an outage (5xx).
"""

from typing import NamedTuple

from ledgerlink.errors import (
    ConnectionRevoked,
    DocumentRejected,
    DuplicateDocument,
    MissingConfiguration,
    OutOfSync,
    PermissionLost,
    PlanLacksFeature,
    QuickBooksUnavailable,
    RateLimited,
    StaleSyncToken,
    SyncError,
)


class Rule(NamedTuple):
    """What one of Intuit's codes means to us.

    ``quote`` says whether Intuit's own detail helps the reader and may be shown. ``hint``
    replaces the error's usual one, ``name`` the usual ``quickbooks_<code>``.
    """

    code: str
    meaning: str
    error: type[SyncError]
    sentence: str
    quote: bool = False
    hint: str | None = None
    name: str | None = None


OUR_FAULT = "This is a fault in Ledgerlink, not in your document. Send support the intuit_tid of this message."

_CONNECT_AGAIN = "QuickBooks no longer accepts our access to this company."
_WRONG_ENVIRONMENT = "QuickBooks refuses this app for this company: they belong to different environments."
_ONE_ENVIRONMENT = (
    "Check that the stack's Intuit keys, its QuickBooks environment and the company are all sandbox or all "
    "production, and that the app has the accounting scope; then connect again."
)
_BOOKS_CLOSED = "The books of this QuickBooks company are closed for the date of this document."
_OPEN_BOOKS = "Use a date after the closing date, or let an administrator move the closing date in QuickBooks."
_ANOTHER_ACCOUNT = (
    "Choose an account of the type that QuickBooks names: under 'Accounts' in the settings, or on the line that "
    "names it; then send it again."
)
_VALUE = "QuickBooks does not take one of the values."
_GONE = "QuickBooks no longer has something that this document refers to, or it is inactive."


def _document(code: str, meaning: str, sentence: str, hint: str | None = None) -> Rule:
    """A refusal that a person can do something about, with Intuit's own words for it."""
    return Rule(code, meaning, DocumentRejected, sentence, quote=True, hint=hint)


def _ours(code: str, meaning: str) -> Rule:
    """A refusal that only a new version of Ledgerlink can do something about."""
    return Rule(code, meaning, DocumentRejected, "QuickBooks did not understand what Ledgerlink sent.", hint=OUR_FAULT)


TABLE: tuple[Rule, ...] = (
    # Access: the tokens, the person who connected, the environment.
    Rule("100", "General authentication error", ConnectionRevoked, _CONNECT_AGAIN),
    Rule("110", "Authentication OAuth error", ConnectionRevoked, _CONNECT_AGAIN),
    Rule("3200", "Access token expired, malformed or revoked", ConnectionRevoked, _CONNECT_AGAIN),
    Rule("3202", "Empty authentication field", ConnectionRevoked, _CONNECT_AGAIN),
    Rule(
        "120",
        "Authorization failure: the connecting user lost the right",
        PermissionLost,
        "The person who connected QuickBooks may no longer do this in the company.",
    ),
    Rule(
        "3100",
        "Application authorization failed",
        MissingConfiguration,
        _WRONG_ENVIRONMENT,
        hint=_ONE_ENVIRONMENT,
        name="wrong_environment",
    ),
    Rule(
        "130",
        "Accessing wrong cluster",
        MissingConfiguration,
        _WRONG_ENVIRONMENT,
        hint=_ONE_ENVIRONMENT,
        name="wrong_environment",
    ),
    # Waiting helps.
    Rule("140", "Company locked out", QuickBooksUnavailable, "The QuickBooks company is locked for the moment."),
    Rule("150", "Company under maintenance", QuickBooksUnavailable, "Intuit is maintaining this QuickBooks company."),
    Rule("3001", "Throttle exceeded", RateLimited, "QuickBooks accepts no more requests for the moment."),
    Rule("10000", "Application error", QuickBooksUnavailable, "QuickBooks reports a fault of its own."),
    Rule("1000", "Operation failed", QuickBooksUnavailable, "QuickBooks reports a fault of its own."),
    Rule("4002", "Query could not be processed", QuickBooksUnavailable, "QuickBooks could not answer a look-up."),
    Rule("10200", "Company reset", QuickBooksUnavailable, "This QuickBooks company is being reset."),
    Rule(
        # The earlier request with this id may have been carried out: look before you create.
        "600",
        "Duplicate request id",
        QuickBooksUnavailable,
        "QuickBooks has seen this very request before.",
    ),
    Rule(
        "5010",
        "Stale object: the sync token is not the current one",
        StaleSyncToken,
        "Somebody else changed it in QuickBooks at the same moment.",
    ),
    # Things the document refers to.
    Rule("610", "Object not found, or inactive", OutOfSync, _GONE, quote=True),
    Rule("2500", "Invalid reference id, or inactive", OutOfSync, _GONE, quote=True),
    Rule("700", "Parent reference invalid", OutOfSync, "Its parent is gone from QuickBooks.", quote=True),
    Rule("6160", "Invalid TaxCodeRef", OutOfSync, "QuickBooks does not have this tax code.", quote=True),
    Rule("6230", "Invalid TaxCodeRef", OutOfSync, "QuickBooks does not have this tax code.", quote=True),
    _document(
        "620",
        "Transaction cannot be linked",
        "QuickBooks cannot link this document to the other one.",
        "If it was deleted or changed in QuickBooks, send the other one again by hand, then this. If it is closed or "
        "billed already, or another supplier's, send this without it.",
    ),
    # Numbers and names that are taken.
    Rule(
        "6140",
        "Duplicate document number",
        DuplicateDocument,
        "Another document in QuickBooks already has this number.",
    ),
    Rule(
        "6240",
        "Duplicate name",
        DuplicateDocument,
        "Another customer, vendor, employee or item in QuickBooks already has this name.",
        quote=True,
        hint="Customers, vendors and employees share one list of names. Rename one of them, or match it by hand.",
    ),
    Rule("630", "Duplicate object", DuplicateDocument, "QuickBooks already has this.", quote=True),
    # The company's plan and state.
    Rule(
        "5020",
        "Permission denied: the feature is not in the plan",
        PlanLacksFeature,
        "The plan of this QuickBooks company does not include this kind of document, or it is turned off.",
        quote=True,
    ),
    Rule(
        "5030",
        "Feature not supported",
        PlanLacksFeature,
        "This QuickBooks company does not support this feature.",
        quote=True,
    ),
    Rule(
        "6190",
        "Invalid company status: subscription ended or unpaid",
        PermissionLost,
        "The QuickBooks subscription of this company has ended or has a billing problem, so it can only be read.",
        hint="Renew the subscription in QuickBooks, then send it again. Nothing is lost.",
    ),
    Rule(
        "6200",
        "Account period closed",
        DocumentRejected,
        _BOOKS_CLOSED,
        hint=_OPEN_BOOKS,
        name="books_closed",
    ),
    Rule(
        "6210",
        "Account period closed, password required",
        DocumentRejected,
        _BOOKS_CLOSED,
        hint=_OPEN_BOOKS,
        name="books_closed",
    ),
    # What a person can correct in the document.
    _document("2020", "Required parameter missing", "QuickBooks needs a value that is missing."),
    _document("2030", "Invalid id", "QuickBooks does not take one of the ids."),
    _document(
        "2040",
        "Invalid string",
        "A text has characters that QuickBooks does not take; names may have no colon, tab or line break.",
    ),
    _document("2050", "Invalid string length", "A text is too long or too short for QuickBooks."),
    _document("2060", "Invalid date format", "QuickBooks does not take one of the dates."),
    _document("2070", "Invalid date", "QuickBooks does not take one of the dates."),
    _document("2080", "Invalid number format", "QuickBooks does not take one of the numbers."),
    _document("2090", "Invalid number", "QuickBooks does not take one of the numbers."),
    _document("2100", "Invalid decimal format", "QuickBooks does not take one of the numbers."),
    _document("2110", "Invalid decimal", "QuickBooks does not take one of the numbers."),
    _document("2140", "Invalid amount", "QuickBooks does not take one of the amounts."),
    _document("2160", "Invalid quantity", "QuickBooks does not take one of the quantities."),
    _document("2170", "Invalid enumeration", _VALUE),
    _document("2180", "Invalid string range", _VALUE),
    _document("2190", "Invalid date range", "QuickBooks does not take one of the dates."),
    _document("2200", "Malformed website address", "The website address is not a valid one."),
    _document("2210", "Invalid e-mail address", "The e-mail address is not a valid one."),
    _document("2220", "Invalid currency type", "QuickBooks does not take this currency."),
    _document("2250", "Missing lines", "The document has no lines."),
    _document("2290", "Negative amount", "QuickBooks takes no negative amount here."),
    _document("2300", "Debits not equal to credits", "The debits and credits do not add up."),
    _document("6000", "Business validation error", "QuickBooks refused the document."),
    _document("6010", "Invalid account type or subtype", "The account is of the wrong type.", _ANOTHER_ACCOUNT),
    _document("6070", "Amount calculation incorrect", "An amount is not quantity times price."),
    _document("6080", "No name provided", "QuickBooks needs a name."),
    _document(
        "6100",
        "Invalid line tax code",
        "The tax code of a line is not one that this company can use there.",
        "Choose the tax codes in the settings of the connection, then send it again.",
    ),
    _document("6170", "Invalid TxnTaxDetail", "QuickBooks does not take the tax of this document."),
    _document("6180", "Sub-level limit", "QuickBooks allows five levels of names."),
    _document("6250", "Invalid sales customer", "The customer cannot be used here."),
    _document(
        "6270",
        "Inventory transaction dated before the item's start date",
        "The date lies before the day on which QuickBooks began to track the stock of an item.",
        "Use a later date, or move the start date of the item in QuickBooks; then send it again.",
    ),
    _document("6430", "Invalid account type used", "An account is of the wrong type.", _ANOTHER_ACCOUNT),
    _document("6440", "Transaction detail required", "A line has an amount but no item or account."),
    _document("6520", "Inventory item without quantity", "A line with a stock item needs a quantity."),
    Rule(
        "6540",
        "Deposited transaction cannot be changed",
        DocumentRejected,
        "The money of this document is already deposited, so QuickBooks does not let it change.",
        hint="Remove it from the deposit in QuickBooks, then send it again.",
    ),
    # What only Ledgerlink can correct.
    _ours("500", "Unsupported operation"),
    _ours("1040", "Batch size exceeds the limit"),
    _ours("1050", "Invalid content type"),
    _ours("2000", "Invalid or unsupported object name"),
    _ours("2010", "Invalid or unsupported property"),
    _ours("2130", "Invalid request id format"),
    _ours("2260", "Missing posting type"),
    _ours("2600", "Conflicting elements in the request"),
    _ours("4000", "Query cannot be parsed"),
    _ours("4001", "Query is invalid"),
)

BY_CODE: dict[str, Rule] = {rule.code: rule for rule in TABLE}
