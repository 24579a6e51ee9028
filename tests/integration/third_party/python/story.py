"""What a program with python-quickbooks does, told as JSON: connect, create, query, update, batch, changes, delete.

Runs with that library's own requirements and not with ours. Arguments: the simulator's address and a realm id.
"""

import json
import sys
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from intuitlib.client import AuthClient
from intuitlib.enums import Scopes
from quickbooks import QuickBooks
from quickbooks.batch import batch_create, batch_delete, batch_update
from quickbooks.cdc import change_data_capture
from quickbooks.exceptions import QuickbooksException
from quickbooks.objects import (
    Account,
    Customer,
    Invoice,
    Item,
    ItemBasedExpenseLine,
    ItemBasedExpenseLineDetail,
    PurchaseOrder,
    SalesItemLine,
    SalesItemLineDetail,
    Vendor,
)


def connected(url, realm_id):
    """Return a client after the consent that a person gives in a browser."""
    discovery = f"{url}/.well-known/openid_sandbox_configuration/"
    auth = AuthClient("ledgerlink-local", "ledgerlink-local-secret", "http://localhost:9000/callback", discovery)
    address = auth.get_authorization_url([Scopes.ACCOUNTING], state_token="s")
    form = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    sent_back = requests.post(
        address.partition("?")[0],
        data={**form, "realm_id": realm_id, "action": "approve"},
        allow_redirects=False,
        timeout=10,
    )
    answer = parse_qs(urlsplit(sent_back.headers["Location"]).query)
    auth.get_bearer_token(answer["code"][0], realm_id=answer["realmId"][0])
    QuickBooks.api_url_v3 = f"{url}/v3"
    return QuickBooks(
        auth_client=auth, refresh_token=auth.refresh_token, company_id=answer["realmId"][0], minorversion=75
    )


def purchase_order(vendor, item, quantity, price):
    line = ItemBasedExpenseLine()
    line.Amount = quantity * price
    line.ItemBasedExpenseLineDetail = ItemBasedExpenseLineDetail()
    line.ItemBasedExpenseLineDetail.ItemRef = item.to_ref()
    line.ItemBasedExpenseLineDetail.Qty = quantity
    line.ItemBasedExpenseLineDetail.UnitPrice = price
    order = PurchaseOrder()
    order.VendorRef = vendor.to_ref()
    order.Line.append(line)
    return order


def invoice(customer, item):
    line = SalesItemLine()
    line.Amount = 30
    line.SalesItemLineDetail = SalesItemLineDetail()
    line.SalesItemLineDetail.ItemRef = item.to_ref()
    line.SalesItemLineDetail.Qty = 2
    line.SalesItemLineDetail.UnitPrice = 15
    line.SalesItemLineDetail.ServiceDate = None
    document = Invoice()
    document.CustomerRef = customer.to_ref()
    document.Line.append(line)
    return document


def named(name):
    vendor = Vendor()
    vendor.DisplayName = name
    return vendor


def refused(action):
    try:
        action()
    except QuickbooksException as caught:
        return caught.error_code
    return None


def tell(qb):
    """Do everything once and return what came of it."""
    story: dict[str, Any] = {}
    since = datetime.now(UTC) - timedelta(minutes=1)
    item = Item.filter(max_results=1, order_by="Id", qb=qb)[0]

    vendor = named("O'Brien & Söhne").save(qb=qb, request_id="vendor-1")
    repeated = named("O'Brien & Söhne").save(qb=qb, request_id="vendor-1")
    order = purchase_order(vendor, item, 3, 12.5).save(qb=qb)
    sold = invoice(Customer.all(max_results=1, qb=qb)[0], item).save(qb=qb)
    story["created"] = {"vendor": vendor.Id, "order": order.Id, "total": order.TotalAmt, "invoice": sold.TotalAmt}
    story["repeated"] = repeated.Id
    story["twice"] = refused(lambda: named("o'brien & söhne").save(qb=qb))

    story["found"] = [found.Id for found in Vendor.filter(DisplayName="O'Brien & Söhne", qb=qb)]
    story["chosen"] = [found.Id for found in PurchaseOrder.choose([order.Id, "999999"], qb=qb)]
    story["counted"] = Vendor.count("DisplayName LIKE 'O%'", qb=qb)
    story["accounts"] = len(Account.all(max_results=1000, qb=qb)) == Account.count(qb=qb)

    vendor.CompanyName = "O'Brien"
    vendor.save(qb=qb)
    order = PurchaseOrder.get(order.Id, qb=qb)
    order.PrivateNote = "Changed"
    story["updated"] = order.save(qb=qb).SyncToken
    order.SyncToken = "0"
    story["stale"] = refused(lambda: order.save(qb=qb))

    batch = batch_create([named("First"), named("First"), named("Second")], qb=qb)
    story["batch"] = {
        "made": [made.DisplayName for made in batch.successes],
        "faults": [fault.Error[0].code for fault in batch.faults],
    }
    for made in batch.successes:
        made.CompanyName = "Batched"
    story["batch_updated"] = [made.CompanyName for made in batch_update(batch.successes, qb=qb).successes]
    more = [purchase_order(vendor, item, number, 1) for number in range(1, 33)]
    orders = batch_create(more, qb=qb).successes
    story["batch_orders"] = [len(orders), len({made.Id for made in orders})]
    batch_delete(orders[:3], qb=qb)

    changes = change_data_capture([Vendor, PurchaseOrder, Invoice, Customer], f"{since:%Y-%m-%dT%H:%M:%SZ}", qb=qb)
    story["changes"] = {
        "vendors": sorted(changed.DisplayName for changed in changes.Vendor),
        "orders": sum(getattr(changed, "status", None) is None for changed in changes.PurchaseOrder),
        "deleted": sorted(changed.Id for changed in changes.PurchaseOrder if getattr(changed, "status", None)),
        "invoices": len(changes.Invoice),
    }
    story["gone"] = sorted(made.Id for made in orders[:3])
    PurchaseOrder.get(order.Id, qb=qb).delete(qb=qb)
    story["deleted"] = refused(lambda: PurchaseOrder.get(order.Id, qb=qb))
    return story


if __name__ == "__main__":
    json.dump(tell(connected(*sys.argv[1:3])), sys.stdout)
