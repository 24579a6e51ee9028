"""A run that is stopped after any of its calls loses no record, certification or e-mail."""

from dataclasses import dataclass, field

import pytest

from ledgerlink.domain.certifications import CertificationState
from ledgerlink.domain.organic_settings import OrganicSettings
from tests.unit.fakes import Killed, Script, raising
from tests.unit.inbound.books import Books, changes, item, line, order
from tests.unit.orders import NOW, TENANT

PEOPLE = ("ada@farm.example", "grace@farm.example")
ORDERS = [
    order("12", Line=[line(Description="organic apples")]),
    order("13", Line=[line(item_id="6")]),
    order("14", Line=[line("9", item_id="7")]),
]
"""Organic by its own words, by those of its item, and by those that its item gets later."""
ITEMS = [item(), item("6", Name="Organic pears", FullyQualifiedName="Organic pears"), item("7")]
RENAMED = item("7", token=1, minutes=5, Name="Organic oats", FullyQualifiedName="Organic oats")
ARRIVALS = [
    changes(PurchaseOrder=ORDERS, Item=ITEMS),
    changes(PurchaseOrder=ORDERS, Item=[*ITEMS[:2], RENAMED]),
]
"""What two polls read; the second one reads what the first did not come to as well."""


@dataclass
class Run:
    """Two polls of a tenant whose people are mailed."""

    script: Script = field(default_factory=Script)

    def __post_init__(self) -> None:
        self.books = Books(self.script)
        self.books.settings.rows[TENANT] = OrganicSettings(TENANT, emails=PEOPLE, updated_at=NOW)

    def goes(self) -> None:
        for arrived in ARRIVALS:
            self.books.take(arrived)
            self.books.mailer.send(TENANT)


def test_a_run_that_is_stopped_anywhere_is_made_up_for_by_the_next_one():
    calm = Run()
    calm.goes()

    for number, name in enumerate(calm.script.calls):
        run = Run()
        run.script.at("after", number, raising(Killed()))
        with pytest.raises(Killed):
            run.goes()
        run.books.time.sleep(600)
        run.goes()

        kept = run.books.certifications
        assert run.books.records.rows.keys() == calm.books.records.rows.keys(), name
        assert not any(record.unsettled for record in run.books.records.rows.values()), name
        assert {one.state for one in kept.rows.values()} == {CertificationState.AWAITING}, name
        told = [event["id"] for event in run.books.events.named("certification.required")]
        assert (set(told), len(told) <= 4) == ({"12", "13", "14"}, True), name
        assert (kept.owed.of_tenant(TENANT), {to for to, _ in run.books.mail.sent}) == ([], set(PEOPLE)), name
