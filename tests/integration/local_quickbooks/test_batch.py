"""Batch: many items, each with an answer or a fault of its own."""

import pytest

from tests.integration.local_quickbooks.bodies import bill, sale


def send(books, *items, **parameters):
    return books.call("POST", "batch", json={"BatchItemRequest": list(items)}, params=parameters)


def creating(batch_id, name, **more):
    return {"bId": batch_id, "operation": "create", "Vendor": {"DisplayName": name}, **more}


def answers(response):
    assert response.status_code == 200, response.text
    return {item["bId"]: item for item in response.json()["BatchItemResponse"]}


def code(item):
    return item["Fault"]["Error"][0]["code"]


def test_mixed_items_are_answered_one_by_one_with_200(books):
    invoice = books.create("Invoice", **sale())
    owed = books.create("Bill", **bill())

    response = send(
        books,
        creating("bid1", "Boraski Family Store"),
        {"bId": "bid2", "operation": "delete", "Invoice": {"Id": invoice["Id"], "SyncToken": "0"}},
        {
            "bId": "bid3",
            "operation": "update",
            "Bill": {"Id": owed["Id"], "SyncToken": "5", "sparse": True, "PrivateNote": "A private note."},
        },
        {"bId": "bid4", "Query": "SELECT * FROM Vendor WHERE DisplayName = 'Boraski Family Store'"},
        {"bId": "bid5", "operation": "void", "Bill": {"Id": owed["Id"], "SyncToken": "0"}},
    )

    found = answers(response)
    assert list(found) == ["bid1", "bid2", "bid3", "bid4", "bid5"]
    assert found["bid1"]["Vendor"]["SyncToken"] == "0"
    assert found["bid2"]["Invoice"] == {"domain": "QBO", "status": "Deleted", "Id": invoice["Id"]}
    assert (code(found["bid3"]), found["bid3"]["Fault"]["type"]) == ("5010", "ValidationFault")
    assert "time" not in found["bid3"]
    assert found["bid4"]["QueryResponse"]["maxResults"] == 1
    assert code(found["bid5"]) == "500"
    assert "time" in response.json()


def test_a_refused_item_leaves_the_others_done(books):
    found = answers(send(books, creating("1", "Alder Packaging"), creating("2", "New one"), creating("3", "A:B")))

    assert [code(found["1"]), code(found["3"])] == ["6240", "2040"]
    assert books.read("Vendor", found["2"]["Vendor"]["Id"])["DisplayName"] == "New one"


def test_an_item_says_what_is_allowed_to_it(books):
    books.create("Bill", **bill(DocNumber="A-1"))
    twin = {"operation": "create", "Bill": bill(DocNumber="A-1")}

    found = answers(send(books, {"bId": "1", **twin}, {"bId": "2", **twin, "optionsData": "allowduplicatedocnum"}))

    assert code(found["1"]) == "6140"
    assert found["2"]["Bill"]["DocNumber"] == "A-1"


def test_thirty_items_are_the_most(books):
    items = [{"bId": str(number), "Query": "SELECT COUNT(*) FROM Vendor"} for number in range(31)]

    refused = send(books, *items)
    taken = send(books, *items[:30])

    assert books.refused(refused) == (400, "1040")
    assert len(answers(taken)) == 30


@pytest.mark.parametrize(
    ("item", "wanted"),
    [
        ({"operation": "create", "Vendor": {"DisplayName": "x"}}, "2020"),
        ({"bId": 7, "operation": "create", "Vendor": {"DisplayName": "x"}}, "2020"),
        ({"bId": "1"}, "2020"),
        ({"bId": "1", "operation": "create", "Unicorn": {}}, "2000"),
        ({"bId": "1", "operation": "create", "Vendor": {"DisplayName": "x"}, "Customer": {"DisplayName": "x"}}, "2000"),
        ({"bId": "1", "operation": "explode", "Vendor": {"DisplayName": "x"}}, "500"),
        ({"bId": "1", "operation": "create", "Vendor": "x"}, "2010"),
        ({"bId": "1", "Query": "SELECT"}, "4000"),
        ({"bId": "1", "Query": "SELECT * FROM Unicorn"}, "4001"),
    ],
)
def test_an_item_that_cannot_be_done_is_a_fault(shared_books, item, wanted):
    response = send(shared_books, item)

    assert response.status_code == 200
    assert code(response.json()["BatchItemResponse"][0]) == wanted


@pytest.mark.parametrize("body", [[], {}, {"BatchItemRequest": {}}, {"BatchItemRequest": ["x"]}, {"Items": []}])
def test_what_is_no_batch_is_refused_as_a_whole(shared_books, body):
    assert shared_books.refused(shared_books.call("POST", "batch", json=body)) == (400, "2010")


def test_a_batch_is_posted(shared_books):
    assert shared_books.refused(shared_books.call("GET", "batch")) == (400, "500")


def test_the_same_bid_twice_is_refused_the_second_time(books):
    response = send(books, creating("1", "One"), creating("1", "Two"))

    first, second = response.json()["BatchItemResponse"]
    assert first["Vendor"]["DisplayName"] == "One"
    assert code(second) == "2030"


def test_a_repeated_requestid_does_nothing_again(books):
    items = [creating("1", "Only once"), {"bId": "2", "Query": "SELECT COUNT(*) FROM Vendor"}]

    first = send(books, *items, requestid="batch-1")
    again = send(books, *items, requestid="batch-1")

    assert again.content == first.content
    assert books.query("SELECT COUNT(*) FROM Vendor")["totalCount"] == 11


def test_request_and_batch_ids_must_fit_into_one(books):
    too_long = send(books, creating("1", "A"), requestid="x" * 37)
    fits = send(books, creating("1" * 10, "B"), requestid="x" * 36)
    long_bid = send(books, creating("1" * 11, "C"), requestid="y" * 36)
    alone = send(books, creating("1" * 36, "D"))

    assert books.refused(too_long) == (400, "2130")
    assert fits.json()["BatchItemResponse"][0]["Vendor"]
    assert code(long_bid.json()["BatchItemResponse"][0]) == "2050"
    assert alone.json()["BatchItemResponse"][0]["Vendor"]


def test_answers_can_come_in_another_order(books):
    books.control("POST", "switches", batch_answers_reversed=True)

    assert list(answers(send(books, creating("1", "A"), creating("2", "B")))) == ["2", "1"]


def test_a_fault_on_demand_takes_one_item(books):
    books.control("POST", "faults", match={"entity": "Vendor", "operation": "create"}, then={"fault_code": "6190"})

    found = answers(send(books, creating("1", "A"), creating("2", "B")))

    assert code(found["1"]) == "6190"
    assert found["2"]["Vendor"]["DisplayName"] == "B"


def test_batches_have_throttles_of_their_own(books):
    books.control(
        "POST", "clients", client_id="other", client_secret="secret", redirect_uris=["https://example.com/callback"]
    )
    other = books.control("POST", "tokens", realm_id=books.realm_id, client_id="other")["access_token"]
    books.control(
        "POST",
        "switches",
        throttle=True,
        throttle_per_second=1000,
        throttle_batch_per_app=3,
        throttle_batch_per_company=5,
    )
    item = {"bId": "1", "Query": "SELECT COUNT(*) FROM Vendor"}

    ours = [send(books, item).status_code for _ in range(4)]
    theirs = [
        books.call(
            "POST", "batch", json={"BatchItemRequest": [item]}, headers={"Authorization": f"Bearer {other}"}
        ).status_code
        for _ in range(3)
    ]
    reads = books.call("GET", "vendor/1").status_code
    books.wait(61)

    assert ours == [200, 200, 200, 429]
    assert theirs == [200, 200, 429]
    assert reads == 200
    assert send(books, item).status_code == 200


def test_statistics_count_a_batch_as_one_call(books):
    books.control("DELETE", "stats")

    send(books, creating("1", "A"), creating("2", "B"))

    assert books.control("GET", "stats")["by_kind"] == {"batch": 1}
