"""Copy a purchase order to a bill once it is in QuickBooks: QuickBooks' Copy to Bill, done for the user."""

from collections.abc import Callable
from datetime import datetime

from ledgerlink.domain.contents.purchase_orders import PurchaseOrder
from ledgerlink.domain.copy_to_bill import copied_bill, copy_id, is_to_be_copied
from ledgerlink.domain.documents import content_hash, serialise
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.usecases.documents.store_document import Documents, Executions, Tenants, store_content
from ledgerlink.usecases.push.prepare_push import Routed

BILLS = "bills"


class CopyToBill:
    """Stores the bill of a delivered order, once: what the bookkeeper makes of it afterwards stays."""

    def __init__(
        self, documents: Documents, tenants: Tenants, executions: Executions, clock: Callable[[], datetime]
    ) -> None:
        self._documents = documents
        self._tenants = tenants
        self._executions = executions
        self._clock = clock

    def follow(self, routed: Routed) -> None:
        """An order that changes afterwards leaves its copy as it is."""
        order = routed.content
        if not isinstance(order, PurchaseOrder):
            return
        if not is_to_be_copied(order, routed.connection.settings, became=routed.became):
            return
        order_id = routed.document.key.document_id
        key = DocumentKey(routed.document.key.tenant_id, BILLS, copy_id(order_id))
        bill = copied_bill(order, order_id)
        existing = self._documents.get(key)
        if existing is None or existing.content_hash == content_hash(serialise(bill)):
            tenant = self._tenants.tenant(key.tenant_id)
            store_content(self._documents, self._executions, tenant, key, bill, self._clock())
