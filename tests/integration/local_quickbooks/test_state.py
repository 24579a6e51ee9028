"""What a restart with a state file brings back of documents, links, deletions and endpoints."""

from local.quickbooks import Simulator
from tests.integration.local_quickbooks.bodies import BOX, bill, order, posting, purchased, receiving, sale, sold
from tests.integration.local_quickbooks.conftest import company


def test_documents_links_deletions_and_endpoints_are_there_after_a_restart(tmp_path):
    state = tmp_path / "state.json"
    with Simulator(state=state) as simulator:
        books = company(simulator, "Plus")
        since = books.control("GET", "clock")["time"]
        ordered = books.create("PurchaseOrder", **order(purchased(BOX, quantity=5, price=0.1)))
        received = books.create("Bill", **bill(receiving(ordered["Id"], "1", purchased(BOX, quantity=2, price=0.1))))
        invoice = books.create("Invoice", **sale(sold(BOX), TxnTaxDetail={"TxnTaxCodeRef": {"value": "2"}}))
        voided = books.create("SalesReceipt", **sale())
        books.post("SalesReceipt", {"Id": voided["Id"], "SyncToken": "0"}, operation="void")
        gone = books.create("JournalEntry", Line=[posting("Debit", "25", 5), posting("Credit", "1", 5)])
        books.delete("JournalEntry", gone)
        books.control("POST", "webhooks", url="http://127.0.0.1:1/", entities=["Bill"])
        vendor, item = books.read("Vendor", "1"), books.read("Item", BOX)

    with Simulator(state=state) as simulator:
        books = company(simulator, "Plus")
        answer = books.call("GET", "cdc", params={"entities": "JournalEntry,Bill", "changedSince": since}).json()
        journals, bills = answer["CDCResponse"][0]["QueryResponse"]
        assert books.read("Vendor", "1") == vendor
        assert books.read("Item", BOX) == item
        assert books.read("Invoice", invoice["Id"]) == invoice
        assert [row["Id"] for row in journals["JournalEntry"]] == [gone["Id"]]
        assert bills["Bill"] == [received]
        endpoints = books.control("GET", "webhooks")["endpoints"]
        assert [(endpoint["url"], endpoint["entities"]) for endpoint in endpoints] == [
            ("http://127.0.0.1:1/", ["Bill"])
        ]
        books.update("SalesReceipt", books.read("SalesReceipt", voided["Id"]), sparse=True, PrivateNote="late")
        books.update("Invoice", invoice, sparse=True, PrivateNote="late")
        books.delete("Bill", received)
        assert books.read("PurchaseOrder", ordered["Id"])["POStatus"] == "Open"
        assert books.read("Vendor", "1")["Balance"] == 0
        assert books.create("PurchaseOrder", **order())["DocNumber"] == str(int(ordered["DocNumber"]) + 1)


def test_companies_grow_with_documents_across_restarts(tmp_path):
    state = tmp_path / "state.json"
    with Simulator(state=state) as simulator:
        books = company(simulator, "Plus")
        made = books.control("POST", "companies", name="Busy", counts={"invoices": 300})

    with Simulator(state=state) as simulator:
        busy = type(books)(simulator.url, made["realm_id"])
        last = busy.query("SELECT * FROM Invoice ORDERBY Id DESC MAXRESULTS 1")["Invoice"][0]
        created = busy.create("Invoice", **sale())
        assert int(created["Id"]) == int(last["Id"]) + 1
        assert busy.query("SELECT COUNT(*) FROM Invoice")["totalCount"] == 301
