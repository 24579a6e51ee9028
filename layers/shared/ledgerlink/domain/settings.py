"""What a tenant has chosen for one connection: what is sent, when, and onto which accounts.

Stored whole, as the tenant left it; what is not set has the default written here.
"""

import re
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

from ledgerlink.domain.contents.parts import Address
from ledgerlink.domain.fields import NotNegative, Part, SingleLine, Text
from ledgerlink.domain.roles import Role
from ledgerlink.domain.sync_settings import SyncSettings

SAVED = "saved"
"""In ``push_when``: whatever status the document has."""
DOC_NUMBER_MAX = 21
"""Intuit's limit of DocNumber."""
SELLING = frozenset({"invoices", "shipments"})
"""The kinds that ``auto_invoice`` is about."""
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


class Mode(StrEnum):
    """When automatic documents are sent."""

    REALTIME = "realtime"
    DAILY = "daily"
    MANUAL = "manual"


def _time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise PydanticCustomError(
            "time_zone", "must be a time zone such as Europe/Berlin or America/New_York"
        ) from None
    return name


def _pattern(text: str) -> str:
    if text.count("{number}") != 1 or "{" in text.replace("{number}", "") or "}" in text.replace("{number}", ""):
        raise PydanticCustomError("pattern", "must contain {number} once, and no other braces")
    if len(text) - len("{number}") >= DOC_NUMBER_MAX:
        raise PydanticCustomError("pattern", "leaves no room for a number: QuickBooks takes 21 characters")
    return text


def _time_of_day(value: Any) -> time:
    """Take the text only: a number would be read as seconds."""
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        raise PydanticCustomError("time", "must be a time of day such as 02:00 or 17:30")
    return time.fromisoformat(value)


Switch = Annotated[bool, Field(strict=True)]
TimeOfDay = Annotated[
    time,
    BeforeValidator(_time_of_day),
    PlainSerializer(lambda at: at.strftime("%H:%M")),
    WithJsonSchema({"type": "string", "pattern": f"^{_TIME.pattern}$"}),
]
TimeZone = Annotated[str, AfterValidator(_time_zone)]
NumberPattern = Annotated[SingleLine, AfterValidator(_pattern)]
Statuses = Annotated[tuple[SingleLine, ...], Field(max_length=20)]
EntityId = Annotated[str, Field(pattern=r"^[0-9]{1,30}$")]
"""QuickBooks' id of something."""


class KindSettings(Part):
    """What holds for every kind of document."""

    enabled: Switch = True
    """Off: never sent, not even by hand."""
    automatic: Switch = True
    """Off: sent by hand only."""
    push_when: Statuses = (SAVED,)
    """The document's own statuses in which it is sent, in any case; ``saved`` is every status."""

    def wants(self, status: str) -> bool:
        """Whether a document with this status is to be sent."""
        chosen = {word.casefold() for word in self.push_when}
        return SAVED in chosen or status.strip().casefold() in chosen


class PurchaseOrderSettings(KindSettings):
    """Purchase orders."""

    entity: Literal["PurchaseOrder", "Bill"] = "PurchaseOrder"
    number_pattern: NumberPattern = "PO-{number}"
    copy_to_bill_when: Statuses = ()
    """The statuses in which the order is copied to a bill, which closes it: QuickBooks' Copy to Bill."""


class BillSettings(KindSettings):
    """Bills."""

    number_pattern: NumberPattern = "{number}"


class ProductSettings(KindSettings):
    """Products, and items that other documents name."""

    type: Literal["Inventory", "NonInventory", "Service"] = "Inventory"
    create: Switch = True
    """Off: items are matched by hand or by SKU, never created."""
    quantity: NotNegative = Decimal(0)
    """On hand when an inventory item is created."""
    start_date: date | None = None
    """From when an inventory item has stock; none is the day before it is created."""


class InvoiceSettings(KindSettings):
    """Invoices."""

    number_pattern: NumberPattern = "{number}"


class ShipmentSettings(KindSettings):
    """Shipments."""

    entity: Literal["Invoice", "SalesReceipt"] = "Invoice"
    number_pattern: NumberPattern = "{number}"
    push_when: Statuses = ("completed", "shipped", "delivered")


class AdjustmentSettings(KindSettings):
    """Inventory adjustments."""

    number_pattern: NumberPattern = "ADJ-{number}"
    push_when: Statuses = ("approved",)


class Kinds(Part):
    """By kind of document, under the name of its collection."""

    model_config = ConfigDict(alias_generator=lambda name: name.replace("_", "-"))

    purchase_orders: PurchaseOrderSettings = PurchaseOrderSettings()
    bills: BillSettings = BillSettings()
    suppliers: KindSettings = KindSettings()
    customers: KindSettings = KindSettings()
    products: ProductSettings = ProductSettings()
    invoices: InvoiceSettings = InvoiceSettings()
    shipments: ShipmentSettings = ShipmentSettings()
    inventory_adjustments: AdjustmentSettings = AdjustmentSettings()

    def of(self, kind: str) -> KindSettings:
        """Those of a collection: ``purchase-orders``."""
        found: KindSettings = getattr(self, kind.replace("-", "_"))
        return found


class NewCustomer(Part):
    """The default customer as a tenant may describe it instead: found by its name, or created."""

    name: SingleLine = Field(min_length=1, max_length=500)
    email: Text = Field(default="", max_length=100)
    phone: SingleLine = Field(default="", max_length=30)
    address: Address | None = None


class DefaultCustomer(Part):
    """Who is invoiced where a document names nobody."""

    quickbooks_id: EntityId
    name: SingleLine = ""


class Settings(Part):
    """The settings of one connection."""

    enabled: Switch = True
    """The master switch. Off: no document is sent, not even by hand; lists can still be read and checked."""
    mode: Mode = Mode.REALTIME
    daily_at: TimeOfDay = time(2, 0)
    """In the tenant's time zone, for mode ``daily``."""
    time_zone: TimeZone = "UTC"
    auto_invoice: Switch = True
    """Off: invoices and shipments are sent by hand only."""
    kinds: Kinds = Kinds()
    accounts: dict[Role, EntityId] = Field(default_factory=dict)
    """Chosen by the tenant; what is missing is chosen by its type."""
    create_accounts: Switch = True
    """Whether an account that the company does not have is created."""
    default_customer: DefaultCustomer | None = None
    sync: SyncSettings = SyncSettings()

    def is_automatic(self, kind: str) -> bool:
        """Whether documents of this kind are sent by themselves."""
        return self.kinds.of(kind).automatic and (self.auto_invoice or kind not in SELLING)
