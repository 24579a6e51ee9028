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
    order("12", DocNumber="PO-12", Line=[line(Description="organic apples")]),
    order("13", DocNumber="PO-13", Line=[line(item_id="6")]),
    order("14", DocNumber="PO-14", Line=[line("9", item_id="7")]),
]
"""Organic by its own words, by those of its item, and by those that its item gets later."""
ITEMS = [item(), item("6", Name="Organic pears", FullyQualifiedName="Organic pears"), item("7")]
RENAMED = item("7", token=1, minutes=5, Name="Organic oats", FullyQualifiedName="Organic oats")
ARRIVALS = [changes(PurchaseOrder=ORDERS, Item=ITEMS), changes(Item=[RENAMED])]
"""What two polls read; one that was stopped is followed by another that reads the same."""


@dataclass
class Run:
    """Two polls of a tenant whose people are mailed."""

    script: Script = field(default_factory=Script)
    polls: int = 0

    def __post_init__(self) -> None:
        self.books = Books(self.script)
        self.books.settings.rows[TENANT] = OrganicSettings(TENANT, emails=PEOPLE, updated_at=NOW)

    def goes(self) -> None:
        for arrived in ARRIVALS[self.polls :]:
            self.books.take(arrived)
            self.polls += 1
            self.books.mailer.send(TENANT)
        self.books.mailer.send(TENANT)

    def heard_of(self, address: str) -> set[str]:
        """The orders that the person's e-mails name."""
        texts = [f"{letter.subject} {letter.text}" for to, letter in self.books.mail.sent if to == address]
        return {number for number in ("PO-12", "PO-13", "PO-14") for text in texts if number in text}


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
        assert kept.owed.of_tenant(TENANT) == [], name
        assert [run.heard_of(one) for one in PEOPLE] == [{"PO-12", "PO-13", "PO-14"}] * 2, name
