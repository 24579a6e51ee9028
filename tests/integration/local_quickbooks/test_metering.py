"""The monthly allowance: reading counts, writing does not."""

from typing import Any

MONTH = 31 * 24 * 3600


def counted(books):
    return sum(sum(apps.values()) for apps in books.control("GET", "stats")["core_plus"].values())


def test_reads_queries_and_changes_count_and_writes_do_not(books):
    vendor = books.create("Vendor", DisplayName="New")
    books.update("Vendor", vendor, sparse=True, AcctNum="7")
    books.call("GET", "vendor/4711")
    free = counted(books)

    books.read("Vendor", "1")
    books.query("SELECT COUNT(*) FROM Vendor")
    books.call("POST", "query", data="SELECT COUNT(*) FROM Vendor", headers={"Content-Type": "application/text"})
    books.call("GET", f"companyinfo/{books.realm_id}")
    books.call("GET", "cdc", params={"entities": "Vendor", "changedSince": "2026-11-01"})

    assert (free, counted(books)) == (0, 5)


def test_queries_in_a_batch_count_singly_or_once_by_switch(books):
    items: list[dict[str, Any]] = [{"bId": str(number), "Query": "SELECT COUNT(*) FROM Vendor"} for number in range(3)]
    items.append({"bId": "9", "operation": "create", "Vendor": {"DisplayName": "New"}})
    books.call("POST", "batch", json={"BatchItemRequest": items})
    singly = counted(books)

    books.control("POST", "switches", batch_items_metered_singly=False)
    books.call("POST", "batch", json={"BatchItemRequest": items[:3]})

    assert (singly, counted(books)) == (3, 4)


def test_beyond_the_allowance_reading_is_refused_until_the_next_month(books):
    books.control("POST", "switches", core_plus_per_month=2, throttle_retry_after=60)
    before = [books.call("GET", "vendor/1").status_code for _ in range(2)]

    refused = books.call("GET", "vendor/1")
    written = books.post("Vendor", {"DisplayName": "Free"})
    books.wait(MONTH)
    books.tokens = books.control("POST", "tokens", realm_id=books.realm_id)

    assert before == [200, 200]
    assert books.refused(refused) == (429, "3001")
    assert refused.headers["Retry-After"] == "60"
    assert written.status_code == 200
    assert books.call("GET", "vendor/1").status_code == 200
