"""The query language over HTTP."""

from datetime import UTC, datetime, timedelta

import pytest


def ids(response, entity="Vendor"):
    return [row["Id"] for row in response.get(entity, [])]


def names(response, entity="Vendor"):
    return [row.get("DisplayName") or row.get("Name") for row in response.get(entity, [])]


def refusal(books, text):
    response = books.call("GET", "query", params={"query": text})
    error = response.json()["Fault"]["Error"][0]
    return response.status_code, error["code"], error["Detail"]


def test_a_name_list_comes_by_name_without_a_total(shared_books):
    response = shared_books.query("SELECT * FROM Vendor")

    assert names(response) == sorted(names(response))
    assert (response["startPosition"], response["maxResults"]) == (1, 10)
    assert "totalCount" not in response


def test_transactions_come_latest_change_first_with_a_total(shared_books):
    response = shared_books.query("SELECT * FROM PurchaseOrder MAXRESULTS 2")

    times = [row["MetaData"]["LastUpdatedTime"] for row in response["PurchaseOrder"]]
    assert times == sorted(times, reverse=True)
    assert (response["maxResults"], response["totalCount"]) == (2, 4)


def test_no_rows_are_an_empty_object(shared_books):
    assert shared_books.query("SELECT * FROM Vendor WHERE DisplayName = 'nobody'") == {}
    assert shared_books.query("SELECT * FROM Vendor STARTPOSITION 11") == {}


@pytest.mark.parametrize("text", ["SELECT COUNT(*) FROM Vendor", "select count(*) from Vendor where Active = true"])
def test_a_count_is_only_a_total(shared_books, text):
    assert shared_books.query(text) == {"totalCount": 10}


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * FROM Vendor WHERE DisplayName = 'O\\'Leary Cold Storage'",
        "SELECT * FROM Vendor WHERE DisplayName = 'o\\'leary cold storage'",
        "SELECT * FROM Vendor WHERE displayname = 'O\\'Leary Cold Storage'",
        "SELECT * FROM Vendor WHERE DisplayName LIKE 'O%Cold Stor_ge' AND Id = '1'",
        "SELECT * FROM Vendor WHERE DisplayName LIKE '%\\'Leary%'",
        "SELECT * FROM Vendor WHERE DisplayName IN ('nobody', 'O\\'Leary Cold Storage')",
        "SELECT DisplayName, Id FROM Vendor WHERE Id = '10'",
        "SELECT * FROM Vendor WHERE Id = 10",
        "SELECT * FROM Vendor WHERE Id IN ('10', '4711')",
        "SELECT * FROM Vendor WHERE Id > '9'",
        "SELECT * FROM Vendor WHERE Id >= '10' AND Id < '100'",
        "SELECT * FROM Vendor ORDERBY Id DESC MAXRESULTS 1",
        "SELECT * FROM Vendor ORDER BY Id DESC MAXRESULTS 1",
        "SELECT * FROM Vendor\nORDERBY Id STARTPOSITION 10 MAXRESULTS 5",
        "SELECT * FROM Vendor ORDERBY Id MAXRESULTS 5 STARTPOSITION 10",
        "SELECT * FROM Vendor ORDERBY Balance DESC, Id DESC MAXRESULTS 1",
    ],
)
def test_many_ways_to_find_one_vendor(shared_books, text):
    found = shared_books.query(text)

    expected = [] if "Stor_ge" in text else ["10"]
    assert ids(found) == expected


def test_all_properties_come_back_whatever_is_selected(shared_books):
    row = shared_books.query("SELECT Id FROM Vendor WHERE Id = '1'")["Vendor"][0]

    assert row["DisplayName"] == "Alder Packaging"


def test_an_ampersand_in_a_name_is_found(shared_books):
    assert names(shared_books.query("SELECT * FROM Vendor WHERE DisplayName = 'Finch & Daughters'"))


def test_a_query_may_be_posted_as_text(shared_books):
    response = shared_books.call(
        "POST",
        "query",
        data="select * from Vendor where Id = '3'",
        headers={"Content-Type": "application/text"},
    )

    assert ids(response.json()["QueryResponse"]) == ["3"]


def test_ids_are_ordered_as_numbers(shared_books):
    response = shared_books.query("SELECT * FROM Account ORDERBY Id MAXRESULTS 1000")

    assert ids(response, "Account") == [str(number) for number in range(1, 30)]


def test_the_default_page_has_a_hundred_rows_and_pages_do_not_overlap(new_books):
    books = new_books(name="Big", plan="Plus", counts={"vendors": 250, "customers": 0, "items": 0})

    default = books.query("SELECT * FROM Vendor")
    pages = [
        ids(books.query(f"SELECT * FROM Vendor ORDERBY Id STARTPOSITION {n} MAXRESULTS 100")) for n in (1, 101, 201)
    ]

    assert default["maxResults"] == 100
    assert [len(page) for page in pages] == [100, 100, 50]
    assert [*pages[0], *pages[1], *pages[2]] == [str(number) for number in range(1, 251)]


def test_amounts_and_dates_compare_as_such(books):
    line = {
        "DetailType": "AccountBasedExpenseLineDetail",
        "AccountBasedExpenseLineDetail": {"AccountRef": {"value": books.account("Freight In")}},
    }
    for amount, day in ((9, "2026-01-09"), (100, "2026-01-10"), (1000, "2026-02-01")):
        books.create(
            "PurchaseOrder",
            VendorRef={"value": "1"},
            TxnDate=day,
            DueDate=day,
            DocNumber=f"N{amount}",
            Line=[{**line, "Amount": amount}],
        )

    def numbers(where):
        response = books.query(f"SELECT * FROM PurchaseOrder WHERE {where} ORDERBY TotalAmt")
        return [row["DocNumber"] for row in response.get("PurchaseOrder", [])]

    assert numbers("TotalAmt > '99.99' AND DocNumber LIKE 'N%'") == ["N100", "N1000"]
    assert numbers("TotalAmt <= 100 AND DocNumber LIKE 'N%'") == ["N9", "N100"]
    assert numbers("TxnDate >= '2026-01-10' AND TxnDate < '2026-02-01'") == ["N100"]
    assert numbers("DueDate = '2026-02-01'") == ["N1000"]
    assert numbers("TxnDate LIKE '2026-01%'") == ["N9", "N100"]


@pytest.mark.parametrize("literal", ["{utc}Z", "{utc}+00:00", "{pacific}-08:00", "{pacific}"])
def test_times_compare_across_zones_and_none_means_pacific(books, literal):
    noon = datetime(2035, 1, 15, 12, tzinfo=UTC)
    books.control("POST", "clock", advance_seconds=int((noon - datetime.now(UTC)).total_seconds()) + 1)
    books.tokens = books.control("POST", "tokens", realm_id=books.realm_id)
    vendor = books.create("Vendor", DisplayName="Timed")
    pacific = vendor["MetaData"]["LastUpdatedTime"].removesuffix("-08:00")
    utc = f"{datetime.fromisoformat(pacific) + timedelta(hours=8):%Y-%m-%dT%H:%M:%S}"
    text = literal.format(utc=utc, pacific=pacific)

    since = books.query(f"SELECT * FROM Vendor WHERE MetaData.LastUpdatedTime >= '{text}'")
    after = books.query(f"SELECT * FROM Vendor WHERE MetaData.LastUpdatedTime > '{text}'")

    assert ids(since) == [vendor["Id"]]
    assert ids(after) == []


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("", "4000", "EOF"),
        ("SELECT", "4000", "Encountered"),
        ("SELECT * FROM", "4000", "Encountered"),
        ("DELETE FROM Vendor", "4000", "line 1, column 1"),
        ("SELECT * FROM Vendor WHERE", "4000", "Encountered"),
        ("SELECT * FROM Vendor WHERE DisplayName = 'Amy's Shop'", "4000", "Encountered"),
        ("SELECT * FROM Vendor WHERE DisplayName = 'ends in backslash\\'", "4000", "Lexical error"),
        ('SELECT * FROM Vendor WHERE DisplayName = "x"', "4000", "Lexical error"),
        ("SELECT * FROM Vendor WHERE DisplayName != 'x'", "4000", "Lexical error"),
        ("SELECT * FROM Vendor WHERE NOT DisplayName = 'x'", "4000", "Encountered"),
        ("SELECT * FROM Vendor WHERE DisplayName = nobody", "4000", "Encountered"),
        ("SELECT * FROM Vendor WHERE DisplayName IN ()", "4000", "Encountered"),
        ("SELECT * FROM Vendor WHERE Id = '1' GROUP BY Id", "4000", "Encountered"),
        ("SELECT * FROM Vendor MAXRESULTS", "4000", "Encountered"),
        ("SELECT * FROM Vendor MAXRESULTS 5 MAXRESULTS 6", "4000", "Encountered"),
        ("SELECT * FROM Vendor, Customer", "4000", "Encountered"),
        ("SELECT * FROM Vendor WHERE Id = '1' OR Id = '2'", "4001", "OR"),
        ("SELECT * FROM Custmoer", "4001", "invalid context declaration: Custmoer"),
        ("SELECT * FROM Vendor WHERE Nonsense = 'x'", "4001", "Nonsense"),
        ("SELECT * FROM PurchaseOrder WHERE VendorRef = '1'", "4001", "VendorRef"),
        ("SELECT * FROM PurchaseOrder WHERE POStatus = 'Open'", "4001", "POStatus"),
        ("SELECT * FROM Vendor ORDERBY Notes", "4001", "Notes"),
        ("SELECT * FROM Vendor STARTPOSITION 0", "4001", "value 0 is too small. Min allowed value is 1"),
        ("SELECT * FROM Vendor MAXRESULTS 1001", "4001", "value 1001 is too large"),
        ("SELECT * FROM Vendor WHERE Id = 'x'", "4001", "Id"),
        ("SELECT * FROM Vendor WHERE Id > 'x'", "4001", "Id"),
        ("SELECT * FROM Vendor WHERE Balance > 'much'", "4001", "Balance"),
        ("SELECT * FROM Vendor WHERE Balance > 'NaN'", "4001", "Balance"),
        ("SELECT * FROM Vendor WHERE Balance LIKE '1%'", "4001", "LIKE"),
        ("SELECT * FROM Vendor WHERE Active = 'perhaps'", "4001", "Active"),
        ("SELECT * FROM Vendor WHERE MetaData.LastUpdatedTime > 'yesterday'", "4001", "LastUpdatedTime"),
        ("SELECT * FROM PurchaseOrder WHERE TxnDate > 'today'", "4001", "TxnDate"),
    ],
)
def test_queries_that_cannot_be_read_or_run(shared_books, text, code, words):
    status, seen, detail = refusal(shared_books, text)

    assert (status, seen) == (400, code), detail
    assert words in detail


def test_typographic_characters_are_found_unless_switched_to_a_lexical_error(books):
    books.create("Vendor", DisplayName="Müller’s – Café")
    text = "SELECT * FROM Vendor WHERE DisplayName = 'Müller’s – Café'"

    found = books.query(text)
    books.control("POST", "switches", query_refuses_non_ascii=True)
    status, code, detail = refusal(books, text)

    assert names(found) == ["Müller’s – Café"]
    assert (status, code) == (400, "4000")
    assert "Lexical error" in detail


def test_texts_compare_with_case_when_switched(books):
    books.control("POST", "switches", query_case_sensitive=True)

    assert books.query("SELECT * FROM Vendor WHERE DisplayName = 'alder packaging'") == {}
    assert ids(books.query("SELECT * FROM Vendor WHERE DisplayName = 'Alder Packaging'")) == ["1"]


def test_the_entity_may_be_written_in_any_case_unless_switched(books):
    taken = books.query("select * from vendor")
    books.control("POST", "switches", query_entity_case_sensitive=True)

    assert taken["maxResults"] == 10
    assert refusal(books, "select * from vendor")[:2] == (400, "4001")


def test_a_star_may_be_followed_by_properties(shared_books):
    assert shared_books.query("SELECT *, Sku FROM Item")["maxResults"] == 10
