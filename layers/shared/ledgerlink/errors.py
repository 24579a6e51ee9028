"""Every error that Ledgerlink raises on purpose.

The class names are a contract: statemachines/*.asl.yaml retries by them (Step
Functions compares exact names and knows no subclasses), and
tests/workflow/test_error_names.py fails on a name that is not here.

* SyncError
  - Transient                   the same call may succeed later
    · QuickBooksUnavailable     5xx, time-out, broken connection: the outcome may be unknown
    · RateLimited               Intuit answered 429
    · WaitingForTurn            this company's share of Intuit's limits is used up for the moment: nothing was sent
    · StaleSyncToken            somebody edited the entity after we read it
    · DocumentBusy              another worker holds this document's lease
    · WaitingForDocument        another document, which this one names, is on its way: nothing was sent
    · TokenRefreshBusy          another worker is refreshing this connection's tokens
    · StorageUnavailable        DynamoDB, KMS or Secrets Manager is throttled or unreachable
  - Unexpected                  a fault of ours
  - Permanent                   the same call will fail again until somebody changes something
    · InvalidRequest            the caller sent something we cannot take; names the fields
    · PayloadTooLarge           the body is over the limit
    · NotAuthenticated          no valid host API key or portal session
    · NotAllowed                the caller is known, but may not do this
    · NotFound                  no such thing, or another tenant's
    · NotConnected              the tenant has no QuickBooks company connected
    · ConnectionRevoked         Intuit no longer accepts our tokens: connect again
    · PermissionLost            the connecting user may no longer do this in QuickBooks
    · MissingConfiguration      a setting is missing, or the stack is set up wrongly
    · AccountCreationFailed     QuickBooks refused to create an account
    · OutOfSync                 an account, vendor, item or class is gone from QuickBooks or inactive
    · DocumentRejected          QuickBooks' ValidationFault
    · DuplicateDocument         the number or name belongs to something else
    · AmbiguousDocument         two candidates in QuickBooks: a person must decide
    · PlanLacksFeature          the company's QuickBooks plan does not have it
    · RealmTaken                the company is connected to another tenant
    · ChangesTooOld             QuickBooks no longer tells what changed since then: read it all again
    · Conflict                  somebody else changed the same thing meanwhile
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar


class SyncError(Exception):
    """Anything this package raises on purpose.

    ``message`` says what happened and to what, ``hint`` what to do next, both for
    a bookkeeper. ``code`` is for programs and stays stable. ``intuit_tid`` is
    Intuit's transaction id, which their support asks for. ``fields`` names the
    offending fields of a request (``lines[3].quantity``).
    """

    category: ClassVar[str]
    http_status: ClassVar[int]
    default_code: ClassVar[str]
    default_hint: ClassVar[str] = ""
    most_fields: ClassVar[int | None] = None
    """As many fields are named, where such an error is kept with a document and goes out with events."""

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        hint: str | None = None,
        intuit_tid: str | None = None,
        fields: Sequence[Mapping[str, str]] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code
        self.hint = hint if hint is not None else self.default_hint
        self.intuit_tid = intuit_tid
        self.fields = [dict(field) for field in fields[: self.most_fields]]

    def __str__(self) -> str:
        """One line for logs and the Step Functions console."""
        parts = [self.message, self.hint]
        if self.intuit_tid:
            parts.append(f"(intuit_tid {self.intuit_tid})")
        return " ".join(part for part in parts if part)

    def without_names(self) -> "SyncError":
        """The same error for logs and execution histories, where no customer's data belongs: its code, no details."""
        return type(self)(f"It ended with {self.code}.", code=self.code, intuit_tid=self.intuit_tid)

    def to_dict(self) -> dict[str, Any]:
        """The one error shape of the API: ``{category, code, message, hint, intuit_tid?, fields?}``."""
        shape: dict[str, Any] = {
            "category": self.category,
            "code": self.code,
            "message": self.message,
            "hint": self.hint,
        }
        if self.intuit_tid:
            shape["intuit_tid"] = self.intuit_tid
        if self.fields:
            shape["fields"] = self.fields
        return shape


class Transient(SyncError):
    """The same call may succeed later."""

    category = "unavailable"
    http_status = 503
    default_code = "temporarily_unavailable"
    default_hint = "Nothing is lost. Try again in a minute."


class QuickBooksUnavailable(Transient):
    """No usable answer: 5xx, time-out or broken connection. A write may have happened."""

    default_code = "quickbooks_unavailable"
    default_hint = (
        "QuickBooks is not answering. A document is tried again by itself, and can be sent again if it stays failed; "
        "try anything else again in a minute."
    )


class RateLimited(Transient):
    """Intuit answered 429."""

    category = "throttled"
    default_code = "quickbooks_rate_limit"
    default_hint = "A document is tried again by itself. Try anything else again in a minute."


class WaitingForTurn(Transient):
    """This company's share of Intuit's limits is used up for the moment. Nothing was sent."""

    category = "throttled"
    default_code = "waiting_for_turn"
    default_hint = (
        "Many documents are on their way to QuickBooks. One that waits follows by itself; "
        "try anything else again in a minute."
    )


class StaleSyncToken(Transient):
    """The entity changed after we read it (Fault code 5010)."""

    category = "conflict"
    http_status = 409
    default_code = "stale_sync_token"
    default_hint = "Somebody edited it in QuickBooks at the same moment. We read it again and retry by ourselves."


class DocumentBusy(Transient):
    """Another worker holds this document's lease."""

    category = "conflict"
    default_code = "document_busy"
    default_hint = "A document is tried again by itself. Try anything else again in a minute."


class WaitingForDocument(DocumentBusy):
    """Another document, which this one names, is on its way, perhaps in line for hours. Nothing was sent."""

    default_code = "sent_first"
    default_hint = "It follows by itself once the other one is in QuickBooks; nothing has to be done."


class TokenRefreshBusy(Transient):
    """Another worker is refreshing this connection's tokens."""

    default_code = "token_refresh_busy"


class StorageUnavailable(Transient):
    """An AWS service answered with a throttle or not at all."""

    default_code = "storage_unavailable"


class Unexpected(SyncError):
    """A fault of ours; the log has the details under the id in the hint."""

    category = "unavailable"
    http_status = 500
    default_code = "internal_error"


class Permanent(SyncError):
    """The same call will fail again until somebody changes something."""

    category = "validation"
    http_status = 400
    default_code = "invalid"


class InvalidRequest(Permanent):
    """The caller sent something we cannot take; ``fields`` names it."""

    default_code = "invalid_request"
    default_hint = "Correct the named fields and send the request again."


class PayloadTooLarge(Permanent):
    """The body is over the limit."""

    http_status = 413
    default_code = "body_too_large"
    default_hint = "Send at most 256 KB; split the document."


class NotAuthenticated(Permanent):
    """No valid host API key or portal session."""

    category = "authentication"
    http_status = 401
    default_code = "not_authenticated"
    default_hint = "Send the host API key as 'Authorization: Bearer …', or open the portal again from your application."


class NotAllowed(Permanent):
    """The caller is known, but may not do this."""

    category = "permission"
    http_status = 403
    default_code = "not_allowed"
    default_hint = "This needs the host API key."


class NotFound(Permanent):
    """No such thing, or another tenant's: the two are not told apart on purpose."""

    http_status = 404
    default_code = "not_found"
    default_hint = "Check the ids in the address."


class NotConnected(Permanent):
    """The tenant has no QuickBooks company connected."""

    category = "missing_configuration"
    http_status = 409
    default_code = "not_connected"
    default_hint = "Open the integrations page and connect QuickBooks."


class ConnectionRevoked(Permanent):
    """Intuit no longer accepts our tokens for this company."""

    category = "authentication"
    http_status = 409
    default_code = "connection_revoked"
    default_hint = "Open the integrations page and connect QuickBooks again; then try again. Nothing is lost."


class PermissionLost(Permanent):
    """The user who connected may no longer do this in QuickBooks."""

    category = "permission"
    http_status = 409
    default_code = "permission_lost"
    default_hint = "Let an administrator of the QuickBooks company connect again."


class MissingConfiguration(Permanent):
    """A setting is missing, or the stack is set up wrongly."""

    category = "missing_configuration"
    http_status = 409
    default_code = "missing_configuration"


class AccountCreationFailed(Permanent):
    """QuickBooks refused to create an account."""

    category = "account_creation_failed"
    http_status = 409
    default_code = "account_creation_failed"


class OutOfSync(Permanent):
    """Something the document refers to is gone from QuickBooks or inactive."""

    category = "out_of_sync"
    http_status = 409
    default_code = "out_of_sync"
    default_hint = "Make it active again in QuickBooks, or choose another one; then send it again."


class DocumentRejected(Permanent):
    """QuickBooks refused the document (ValidationFault)."""

    http_status = 422
    default_code = "quickbooks_rejected"
    default_hint = "Correct the document and send it again."
    most_fields = 20


class DuplicateDocument(Permanent):
    """The number or name already belongs to something else in QuickBooks."""

    category = "duplicate"
    http_status = 409
    default_code = "duplicate"
    default_hint = "Change the number, or rename the other one in QuickBooks; then send it again."


class AmbiguousDocument(Permanent):
    """Two candidates in QuickBooks: a person must decide."""

    category = "duplicate"
    http_status = 409
    default_code = "ambiguous"
    default_hint = "Delete or renumber one of the two in QuickBooks, then send it again."


class PlanLacksFeature(Permanent):
    """The company's QuickBooks plan does not have it."""

    category = "plan"
    http_status = 409
    default_code = "plan_lacks_feature"
    default_hint = "Purchase orders and inventory need QuickBooks Online Plus or Advanced, with the feature turned on."


class RealmTaken(Permanent):
    """The QuickBooks company is connected to another tenant."""

    category = "conflict"
    http_status = 409
    default_code = "company_connected_elsewhere"
    default_hint = "Disconnect it there first, or choose another company."


class ChangesTooOld(Permanent):
    """QuickBooks no longer tells what changed since then: a backfill has to read it all again."""

    category = "out_of_sync"
    http_status = 409
    default_code = "changes_too_old"
    default_hint = "Start a backfill of this connection; it reads again what changed meanwhile."


class Conflict(Permanent):
    """Somebody else changed the same thing meanwhile."""

    category = "conflict"
    http_status = 409
    default_code = "conflict"
    default_hint = "Read it again and repeat your change."


CATEGORIES = frozenset(
    known.category for known in tuple(vars().values()) if isinstance(known, type) and hasattr(known, "category")
)
"""Every category that an error can have."""
