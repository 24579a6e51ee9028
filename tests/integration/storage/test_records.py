"""Records in their table."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from ledgerlink.domain.links import EntityLink, LinkKey
from ledgerlink.domain.organic import OrganicMatch, Where
from ledgerlink.domain.records import HostDocument, Record, RecordKey, State, Version
from ledgerlink.domain.times import to_text
from ledgerlink.errors import StorageUnavailable
from ledgerlink.storage.links import DynamoLinks
from ledgerlink.storage.own_writes import DynamoOwnWrites
from ledgerlink.storage.packing import LONGEST_PLAIN
from ledgerlink.storage.records import LARGEST_BODY, PROMPT, DynamoRecords
from ledgerlink.storage.table import Table
from tests.unit.fakes import Clock
from tests.unit.inbound.fakes import FakeRecords
from tests.unit.orders import NOW, REALM, TENANT

KEY = RecordKey(TENANT, REALM, "PurchaseOrder", "12")
ITEM = RecordKey(TENANT, REALM, "Item", "5")
LATER = datetime(2030, 1, 1, tzinfo=UTC)
MATCH = OrganicMatch("organic", Where.ITEM_NAME, "1")


@pytest.fixture
def clock() -> Callable[[], datetime]:
    """A second goes by at each look."""
    time = Clock(NOW)

    def look() -> datetime:
        time.sleep(1)
        return time()

    return look


@pytest.fixture(params=["table", "fake"])
def records(request: pytest.FixtureRequest, clock: Callable[[], datetime]) -> Any:
    if request.param == "fake":
        return FakeRecords(clock)
    return DynamoRecords(request.getfixturevalue("records_table"), clock)


def record(key: RecordKey = KEY, **changes: Any) -> Record:
    version = Version(NOW, 3, NOW + timedelta(seconds=9), "abc")
    form = {"number": "1001", "lines": [{"id": "1", "item_id": "5", "name": "Äpfel", "sku": None}]}
    return replace(Record(key, version, body='{"Id":"12"}', normalised=form), **changes)


def other(entity_id: str, entity: str = "PurchaseOrder", **changes: Any) -> Record:
    return record(replace(KEY, entity=entity, entity_id=entity_id), **changes)


def put(records: Any, *several: Record) -> list[Record]:
    return [records.put(one, None, news=True) for one in several]


def feed(records: Any, **asked: Any) -> list[str]:
    given = {"organic": False, "after": "", "until": LATER, "limit": 100} | asked
    return [key.entity_id for _, key in records.feed(given.pop("tenant_id", TENANT), "PurchaseOrder", **given)]


def test_a_record_is_read_back_as_it_was(records):
    whole = record(
        state=State.DELETED,
        deleted_at=NOW,
        organic=(MATCH, OrganicMatch("bio", Where.ITEM_DESCRIPTION)),
        document=HostDocument("purchase-orders", "po-7", "3"),
        unsettled=True,
    )

    stored = records.put(whole, None, news=True)

    assert stored == replace(whole, revision=1, changed_at=stored.changed_at)
    assert records.get_many([KEY, ITEM]) == {KEY: stored}


def test_what_is_only_known_to_be_deleted_is_kept_too(records):
    gone = Record(KEY, state=State.DELETED, deleted_at=NOW)

    stored = records.put(gone, None, news=False)

    assert records.get_many([KEY])[KEY] == stored == replace(gone, revision=1)
    assert feed(records) == []


def test_a_write_is_lost_when_somebody_else_wrote_first(records):
    (first,) = put(records, record())
    second = records.put(record(body='{"second":1}'), first, news=True)

    assert records.put(record(body='{"late":1}'), first, news=True) is None
    assert records.put(record(body='{"new":1}'), None, news=True) is None
    assert records.get_many([KEY])[KEY] == second


def test_news_moves_a_record_to_the_end_and_a_balance_does_not(records):
    first = put(records, other("1"), other("2"))[0]

    first = records.put(first, first, news=False)
    in_place = feed(records)
    records.put(first, first, news=True)

    assert in_place == ["1", "2"]
    assert feed(records) == ["2", "1"]


def test_the_feed_goes_on_behind_a_place_and_stops_before_a_moment(records):
    stored = put(records, *(other(str(n)) for n in (1, 12, 123, 2)))
    places = records.feed(TENANT, "PurchaseOrder", organic=False, after="", until=LATER, limit=100)

    assert feed(records, after=places[0][0]) == ["12", "123", "2"]
    assert feed(records, until=stored[2].changed_at) == ["1", "12"]
    assert feed(records, limit=2) == ["1", "12"]
    assert feed(records, after=places[3][0], until=NOW) == []


def test_a_place_is_never_taken_for_the_next_one_of_the_same_moment(records_table: Table):
    records = DynamoRecords(records_table, lambda: NOW)
    put(records, *(other(str(n)) for n in (1, 12, 123)))
    places = records.feed(TENANT, "PurchaseOrder", organic=False, after="", until=LATER, limit=1)

    assert feed(records, after=places[0][0]) == ["12", "123"]


def test_the_organic_feed_holds_only_what_is_organic_now(records):
    (organic,) = put(records, other("1", organic=(MATCH,)))
    put(records, other("2"))
    with_it = feed(records, organic=True)

    records.put(replace(organic, organic=()), organic, news=True)

    assert with_it == ["1"]
    assert feed(records, organic=True) == []


def test_another_tenants_records_are_in_no_feed_of_ours(records):
    put(records, record(), record(replace(KEY, tenant_id="globex")))

    assert len(feed(records)) == 1
    assert records.keys(TENANT, limit=10, after=None) == ([KEY], None)


def test_all_records_are_gone_through_in_pages(records):
    put(records, *(other(str(n), entity) for n in range(3) for entity in ("Bill", "Vendor")))
    seen: list[RecordKey] = []

    found, after = records.keys(TENANT, limit=4, after=None)
    seen += found
    put(records, other("0", "Account"))
    found, after = records.keys(TENANT, limit=4, after=after)
    seen += found

    assert after is None
    assert len(seen) == len(set(seen)) == 6


def test_documents_are_found_by_the_items_they_name(records):
    records.name_items(KEY, ["5", "6"])
    records.name_items(KEY, ["5"])
    records.name_items(replace(KEY, entity="Bill"), ["5"])

    first, after = records.naming(ITEM, limit=1, after=None)
    second, end = records.naming(ITEM, limit=1, after=after)

    assert [key.entity for key in first + second] == ["Bill", "PurchaseOrder"]
    assert end is None
    assert records.naming(replace(ITEM, connection_id="1"), limit=9, after=None) == ([], None)


def test_the_texts_of_items_are_read_without_the_rest(records):
    put(records, record(ITEM, normalised={"name": "Äpfel", "sku": "APL", "description": "organic"}))

    texts = records.item_texts([ITEM, KEY])

    assert texts.keys() == {ITEM}
    assert (texts[ITEM].name, texts[ITEM].sku, texts[ITEM].descriptions) == ("Äpfel", "APL", ("organic",))


def test_an_item_is_settled_unless_it_changed_since(records):
    (item,) = put(records, record(ITEM, unsettled=True))
    newer = records.put(item, item, news=False)

    records.settle(item)
    still = records.get_many([ITEM])[ITEM].unsettled
    records.settle(newer)

    assert still
    assert not records.get_many([ITEM])[ITEM].unsettled


@pytest.mark.parametrize("size", [10, LONGEST_PLAIN, LONGEST_PLAIN + 1, LARGEST_BODY])
def test_large_bodies_fit_into_an_item(records_table: Table, clock, size):
    records = DynamoRecords(records_table, clock)
    body = ('{"Line":"äöü 12345"}' * (size // 20 + 1))[:size]
    form = {"lines": [{"id": str(n), "item_id": None, "description": "organic apples"} for n in range(size // 1000)]}

    stored = records.put(record(body=body, normalised=form), None, news=True)

    assert stored
    assert records.get_many([KEY])[KEY].body == body


def test_a_body_that_fits_nowhere_is_left_out_and_the_rest_is_kept(records_table: Table, clock):
    records = DynamoRecords(records_table, clock)

    records.put(record(body="x" * (LARGEST_BODY + 1)), None, news=True)

    found = records.get_many([KEY])[KEY]
    assert (found.body, found.normalised["number"]) == ("", "1001")


def words(length: int) -> str:
    """A text that hardly packs."""
    return "".join(hashlib.sha256(str(n).encode()).hexdigest() for n in range(length // 64 + 1))[:length]


def lines(number: int, length: int) -> dict[str, Any]:
    texts = words(number * length)
    found = [{"id": str(n), "description": texts[n * length : (n + 1) * length]} for n in range(number)]
    return {"number": "1001", "lines": found}


def test_a_body_that_packed_is_too_large_is_left_out_and_the_rest_is_kept(records_table: Table, clock):
    records = DynamoRecords(records_table, clock)
    form = lines(100, 4000)

    stored = records.put(record(body=words(800_000), normalised=form), None, news=True)

    assert records.get_many([KEY])[KEY] == stored
    assert (stored.body, stored.normalised) == ("", form)


def test_lines_that_fit_nowhere_are_kept_with_shorter_texts(records_table: Table, clock):
    records = DynamoRecords(records_table, clock)

    stored = records.put(record(normalised=lines(300, 4000), organic=(MATCH,)), None, news=True)

    assert records.get_many([KEY])[KEY] == stored
    assert {len(line["description"]) for line in stored.normalised["lines"]} == {500}
    assert stored.organic == (MATCH,)


def test_a_record_that_fits_nowhere_is_kept_without_what_it_says(records_table: Table, clock, caplog):
    records = DynamoRecords(records_table, clock)

    stored = records.put(record(normalised=lines(30_000, 40)), None, news=True)

    assert records.get_many([KEY])[KEY] == stored
    assert (stored.version, stored.normalised) == (record().version, {})
    assert [entry.record for entry in caplog.records] == [KEY.record_id]
    assert feed(records) == ["12"]


def test_what_the_database_refuses_is_kept_without_what_it_says(records_table: Table, clock, monkeypatch):
    put_item, refused = records_table.put, []

    def put_bare(item: Any, *condition: Any) -> None:
        if b"1001" in str(item["form"]).encode():
            refused.append(item)
            raise ClientError({"Error": {"Code": "ValidationException", "Message": "too large"}}, "PutItem")
        put_item(item, *condition)

    monkeypatch.setattr(records_table, "put", put_bare)

    stored = DynamoRecords(records_table, clock).put(record(), None, news=True)

    assert refused
    assert stored
    assert (stored.revision, stored.normalised) == (1, {})


def test_half_a_character_in_a_text_is_stored(records_table: Table, clock):
    records = DynamoRecords(records_table, clock)

    stored = records.put(record(normalised={"number": "1001", "memo": "cut \ud83d"}), None, news=True)

    assert records.get_many([KEY])[KEY] == stored


def test_a_write_that_took_long_is_placed_anew(records_table: Table):
    moments: Iterator[datetime] = iter(NOW + PROMPT * n for n in (0, 2, 3, 3.5))
    records = DynamoRecords(records_table, lambda: next(moments))

    stored = records.put(record(), None, news=True)

    assert stored
    assert stored.changed_at == NOW + PROMPT * 3
    assert feed(records, after=to_text(NOW + PROMPT)) == ["12"]


def test_one_of_several_writers_at_once_wins(records_table: Table, race, clock):
    records = DynamoRecords(records_table, clock)

    outcomes = race(lambda number: records.put(record(body=str(number)), None, news=True))

    (winner,) = [outcome for outcome in outcomes if outcome]
    assert records.get_many([KEY])[KEY].body == winner.body


def test_nothing_is_taken_for_missing_when_the_database_is_busy(records_table: Table, clock, throttled):
    records = DynamoRecords(records_table, clock)

    for call in (
        lambda: records.get_many([KEY]),
        lambda: records.put(record(), None, news=True),
        lambda: feed(records),
        lambda: records.naming(ITEM, limit=1, after=None),
    ):
        with pytest.raises(StorageUnavailable):
            call()


def test_what_we_wrote_ourselves_is_found_by_its_entity(table):
    links = DynamoLinks(table("EntityLinksTable"))
    link_key = LinkKey(TENANT, REALM, "purchase-orders", "po-7")
    links.complete(EntityLink(link_key, "PurchaseOrder", "12", doc_number="PO-7", sync_token="2"))

    found = DynamoOwnWrites(table("EntityLinksTable")).find([KEY, replace(KEY, entity_id="13"), ITEM])

    assert found == {KEY: HostDocument("purchase-orders", "po-7", "2")}
