"""One `requestid`, one piece of work."""

import threading

ORDER = {
    "VendorRef": {"value": "1"},
    "Line": [
        {
            "Amount": 20,
            "DetailType": "ItemBasedExpenseLineDetail",
            "ItemBasedExpenseLineDetail": {"ItemRef": {"value": "1"}, "Qty": 2, "UnitPrice": 10},
        }
    ],
}


def count(books):
    return books.query("SELECT COUNT(*) FROM PurchaseOrder")["totalCount"]


def test_the_same_id_gets_the_first_answer_and_does_nothing(books):
    first = books.post("PurchaseOrder", ORDER, requestid="r-1")

    again = books.post("PurchaseOrder", ORDER, requestid="r-1")

    assert again.content == first.content
    assert again.headers["intuit_tid"] != first.headers["intuit_tid"]
    assert count(books) == 5
    assert books.control("GET", "stats")["replayed_by_requestid"] == 1


def test_updates_and_deletes_are_done_once_too(books):
    created = books.create("PurchaseOrder", **ORDER)
    body = {"Id": created["Id"], "SyncToken": "0", "sparse": True, "Memo": "x"}
    first = books.post("PurchaseOrder", body, requestid="u")

    again = books.post("PurchaseOrder", body, requestid="u")
    gone = [
        books.post("PurchaseOrder", {"Id": created["Id"], "SyncToken": "1"}, operation="delete", requestid="d")
        for _ in range(2)
    ]

    assert again.content == first.content
    assert [response.status_code for response in gone] == [200, 200]


def test_ids_belong_to_their_company(books, advanced_books):
    books.post("PurchaseOrder", ORDER, requestid="r-1")

    other = advanced_books.post("PurchaseOrder", ORDER, requestid="r-1")

    assert other.status_code == 200
    assert count(advanced_books) == 5


def test_a_refused_write_is_tried_again_unless_switched(books):
    bad = {**ORDER, "VendorRef": {"value": "4711"}}
    books.post("PurchaseOrder", bad, requestid="r-1")

    retried = books.post("PurchaseOrder", ORDER, requestid="r-1")
    books.control("POST", "switches", requestid_remembers_faults=True)
    books.post("PurchaseOrder", bad, requestid="r-2")
    remembered = books.post("PurchaseOrder", ORDER, requestid="r-2")

    assert retried.status_code == 200
    assert books.refused(remembered) == (400, "2500")


def test_the_id_can_be_ignored(books):
    books.control("POST", "switches", honour_requestid=False)

    for _ in range(2):
        assert books.post("PurchaseOrder", ORDER, requestid="r-1").status_code == 200

    assert count(books) == 6


def test_the_memory_can_be_short(books):
    books.control("POST", "switches", requestid_remembered_seconds=60)
    books.post("PurchaseOrder", ORDER, requestid="r-1")
    books.wait(30)
    books.post("PurchaseOrder", ORDER, requestid="r-1")
    remembered = count(books)

    books.wait(31)
    books.post("PurchaseOrder", ORDER, requestid="r-1")

    assert (remembered, count(books)) == (5, 6)


def test_another_body_under_the_same_id_gets_the_first_answer_or_a_fault(books):
    first = books.post("PurchaseOrder", ORDER, requestid="r-1")
    other = {**ORDER, "Memo": "different"}

    replayed = books.post("PurchaseOrder", other, requestid="r-1")
    books.control("POST", "switches", requestid_refuses_other_body=True)
    refused = books.post("PurchaseOrder", other, requestid="r-1")

    assert replayed.content == first.content
    assert books.refused(refused) == (400, "600")


def test_an_id_of_more_than_fifty_characters_is_refused(books):
    assert books.refused(books.post("PurchaseOrder", ORDER, requestid="x" * 51)) == (400, "2130")
    assert books.post("PurchaseOrder", ORDER, requestid="x" * 50).status_code == 200


def test_parallel_writes_with_one_id_make_one_order(books):
    seen = []
    threads = [
        threading.Thread(target=lambda: seen.append(books.post("PurchaseOrder", ORDER, requestid="race").text))
        for _ in range(8)
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(seen)) == 1
    assert count(books) == 5


def test_parallel_updates_with_one_token_have_one_winner(books):
    created = books.create("PurchaseOrder", **ORDER)
    statuses = []

    def update(number):
        body = {"Id": created["Id"], "SyncToken": "0", "sparse": True, "Memo": str(number)}
        statuses.append(books.post("PurchaseOrder", body).status_code)

    threads = [threading.Thread(target=update, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(statuses) == [200] + [400] * 7
    assert books.read("PurchaseOrder", created["Id"])["SyncToken"] == "1"
