"""Intuit's fault bodies.

There are two shapes. The accounting service answers ``{"Fault": {"Error": [...], "type"}, "time"}``.
The gateway before it (tokens, throttles) answers lower-case keys in a long envelope full of nulls,
with ``time`` in milliseconds since 1970, and at times XML whatever the caller accepts.
Codes and titles: https://developer.intuit.com/app/developer/qbo/docs/develop/troubleshooting/error-codes
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from local.quickbooks.clock import millis_text

INACTIVE = (
    "Object Not Found : Something you're trying to use has been made inactive. "
    "Check the fields with accounts, customers, items, vendors or employees."
)

_MESSAGES = {
    "120": "Authorization Failure",
    "130": "Accessing Wrong Cluster",
    "140": "Company Locked Out",
    "150": "Company Under Maintenance",
    "500": "Unsupported Operation",
    "600": "Duplicate Request ID",
    "610": "Object Not Found",
    "620": "Transaction cannot be linked",
    "1040": "Batch size exceeds allowed limit",
    "1050": "Invalid Content Type",
    "2000": "Invalid or unsupported object name",
    "2010": "Request has invalid or unsupported property",
    "2020": "Required param missing, need to supply the required value for the API",
    "2030": "Invalid ID",
    "2040": "Invalid String",
    "2050": "String length is either shorter or longer than supported by specification",
    "2060": "Invalid Date Format",
    "2070": "Invalid Date",
    "2080": "Invalid Number Format",
    "2090": "Invalid Number",
    "2100": "Invalid Decimal Format",
    "2110": "Invalid Decimal",
    "2130": "Invalid Request Id Format",
    "2170": "Invalid Enumeration",
    "2190": "Invalid Date Range",
    "2210": "Invalid Email Address Format",
    "2220": "Invalid Currency Type",
    "2230": "Invalid Boolean",
    "2240": "Invalid Number Range",
    "2260": "Missing Posting Type",
    "2270": "Missing Tax Applicable On",
    "2290": "Negative Amount",
    "2300": "Amount on debits not equal to credits",
    "2500": "Invalid Reference Id",
    "3001": "message=ThrottleExceeded; errorCode=003001; statusCode=429",
    "3100": "message=ApplicationAuthorizationFailed; errorCode=003100; statusCode=403",
    "3200": "message=AuthenticationFailed; errorCode=003200; statusCode=401",
    "4000": "Error parsing query",
    "4001": "Invalid query",
    "4002": "Error processing query",
    "5010": "Stale Object Error",
    "5020": "Permission Denied Error",
    "5030": "Feature Not Supported Error",
    "6000": "A business validation error has occurred while processing your request",
    "6010": "Invalid Account Type or Sub Type",
    "6070": "Amount calculation incorrect in the request",
    "6090": "Discount Line missing required info",
    "6100": "Invalid Line TaxCode in the request",
    "6140": "Duplicate Document Number Error",
    "6160": "Invalid TaxCodeRef Error",
    "6180": "Sub Level Limit Error",
    "6190": "Invalid Company Status",
    "6200": "Account Period Closed",
    "6210": "Account Period Closed, Required Password",
    "6220": "Cannot delete: there is a balance",
    "6240": "Duplicate Name Exists Error",
    "6270": "Transaction date is prior to start date for inventory item",
    "6310": "Missing Customer",
    "6420": "Email address is required",
    "6430": "Invalid account type used",
    "6440": "Transaction detail information required",
    "6450": "Attempt to Void Transaction failed",
    "6520": "Missing Inventory Item Quantity",
    "10000": "An application error has occurred while processing your request",
}

# Sent by the gateway, in the gateway's shape, with its HTTP status.
_GATEWAY = {"3001": (429, "SERVICE"), "3100": (403, "SERVICE"), "3200": (401, "AUTHENTICATION")}
_STATUS = {"120": 401, "130": 401, "10000": 500}


class Fault(Exception):
    """A request that the accounting service refuses."""

    def __init__(
        self, code: str, detail: str, element: str | None = "", *, status: int = 400, timed: bool = True
    ) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.element = element
        self.status = status
        self.timed = timed

    def body(self, time: datetime) -> dict[str, Any]:
        """Return the JSON body; ``time`` is when the request started."""
        error = {"Message": message_of(self.code), "Detail": self.detail, "code": self.code}
        if self.element is not None:
            error["element"] = self.element
        return _fault(error, type_of(self.code), time if self.timed else None)


@dataclass
class GatewayFault(Exception):
    """A request that the gateway refuses before the accounting service sees it."""

    code: str
    detail: str | None

    @property
    def status(self) -> int:
        """The HTTP status that goes with the code."""
        return _GATEWAY[self.code][0]

    def body(self, time: datetime) -> dict[str, Any]:
        """Return the JSON body."""
        return gateway_body(self.code, message_of(self.code), self.detail, time)

    def xml(self, time: datetime) -> str:
        """Return the same in XML."""
        return xml_body(self.code, message_of(self.code), self.detail or "", _GATEWAY[self.code][1], time)


def message_of(code: str) -> str:
    """Return the title of a fault code."""
    return _MESSAGES.get(code, "Error")


def type_of(code: str) -> str:
    """Return the ``type`` that a body with this code has."""
    if code in _GATEWAY:
        return _GATEWAY[code][1]
    if code in {"120", "130"}:
        return "AuthenticationFault"
    return "SystemFault" if code == "10000" else "ValidationFault"


def status_of(code: str) -> int:
    """Return the HTTP status that usually comes with a code."""
    return _GATEWAY[code][0] if code in _GATEWAY else _STATUS.get(code, 400)


def fault_body(code: str, detail: str | None, time: datetime) -> dict[str, Any]:
    """Return the body for any code, in the shape that Intuit uses for it."""
    if code in _GATEWAY:
        return gateway_body(code, message_of(code), detail, time)
    return _fault(
        {"Message": message_of(code), "Detail": detail or message_of(code), "code": code, "element": ""},
        type_of(code),
        time,
    )


def gateway_body(code: str, message: str, detail: str | None, time: datetime) -> dict[str, Any]:
    """Return the gateway's long envelope."""
    if code == "3001" and detail is None:
        detail = "The request limit was reached.  Try again later"
    return {
        "warnings": None,
        "intuitObject": None,
        "fault": {
            "error": [{"message": message, "detail": detail, "code": code, "element": None}],
            "type": type_of(code),
        },
        "report": None,
        "queryResponse": None,
        "batchItemResponse": [],
        "attachableResponse": [],
        "syncErrorResponse": None,
        "requestId": None,
        "time": int(time.timestamp() * 1000),
        "status": None,
        "cdcresponse": [],
    }


def xml_body(code: str, message: str, detail: str, kind: str, time: datetime) -> str:
    """Return a fault in XML, as gateways do even when JSON was asked for."""
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f'<IntuitResponse xmlns="http://schema.intuit.com/finance/v3" time={quoteattr(millis_text(time))}>'
        f"<Fault type={quoteattr(kind)}><Error code={quoteattr(code)}><Message>{escape(message)}</Message>"
        f"<Detail>{escape(detail)}</Detail></Error></Fault></IntuitResponse>"
    )


def unsupported(operation: str) -> Fault:
    """Return the fault for a URL or verb that QuickBooks does not know."""
    return Fault("500", f"Operation {operation} is not supported.", None)


def _fault(error: dict[str, str], kind: str, time: datetime | None) -> dict[str, Any]:
    body: dict[str, Any] = {"Fault": {"Error": [error], "type": kind}}
    if time is not None:
        body["time"] = millis_text(time)
    return body
