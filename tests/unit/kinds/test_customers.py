"""A customer in QuickBooks' words."""

import pytest

from ledgerlink.domain.contents.parts import Party
from ledgerlink.domain.to_quickbooks.customer import customer_for, translate_customer
from ledgerlink.domain.translation import Lookup
from ledgerlink.errors import MissingConfiguration
from tests import canaries
from tests.unit.kinds.sales_samples import REFS, context, created, customer, refused, updated


def test_a_customer_has_its_names_addresses_and_terms() -> None:
    whole = customer(
        name="Amy's Bird Sanctuary",
        company_name="Amy's Birds LLC",
        first_name="Amy",
        last_name="Lauterbach",
        email="birds@example.com",
        phone="(650) 555-3311",
        website="https://birds.example.com",
        billing_address={"line1": "4581 Finch St.", "city": "Bayshore", "region": "CA", "postal_code": "94326"},
        shipping_address={"line1": "Gate 4", "country": "US"},
        terms="Net 30",
        notes="Rings before noon",
        taxable=False,
    )

    document = translate_customer(whole, context())

    assert document.wanted().terms == {"Net 30"}
    assert created(document) == {
        "DisplayName": "Amy's Bird Sanctuary",
        "CompanyName": "Amy's Birds LLC",
        "GivenName": "Amy",
        "FamilyName": "Lauterbach",
        "PrimaryEmailAddr": {"Address": "birds@example.com"},
        "PrimaryPhone": {"FreeFormNumber": "(650) 555-3311"},
        "WebAddr": {"URI": "https://birds.example.com"},
        "BillAddr": {
            "Line1": "4581 Finch St.",
            "City": "Bayshore",
            "CountrySubDivisionCode": "CA",
            "PostalCode": "94326",
        },
        "ShipAddr": {"Line1": "Gate 4", "Country": "US"},
        "SalesTermRef": {"value": "3"},
        "Notes": "Rings before noon",
        "Taxable": False,
    }


def test_a_customer_with_a_name_only_is_sent_with_its_name_only() -> None:
    assert created(translate_customer(customer(name="Amy's"), context())) == {"DisplayName": "Amy's"}


def test_colons_become_hyphens_in_every_name() -> None:
    body = created(translate_customer(customer(name="A: B", first_name="C:D", last_name="E:F"), context()))

    assert (body["DisplayName"], body["GivenName"], body["FamilyName"]) == ("A- B", "C-D", "E-F")


def test_an_email_that_quickbooks_would_refuse_is_left_out() -> None:
    assert "PrimaryEmailAddr" not in created(translate_customer(customer(email="nobody"), context()))


def test_an_update_sends_name_and_state_but_never_the_currency() -> None:
    document = translate_customer(customer(name="Amy's", currency="EUR"), context(multicurrency=True))

    assert created(document)["CurrencyRef"] == {"value": "EUR"}
    assert updated(document) == {
        "Id": "9",
        "SyncToken": "4",
        "sparse": True,
        "DisplayName": "Amy's",
        "Active": True,
    }


def test_a_customer_can_be_made_inactive() -> None:
    assert updated(translate_customer(customer(active=False), context()))["Active"] is False


def test_another_currency_than_the_companys_only_one_is_missing_configuration() -> None:
    with pytest.raises(MissingConfiguration) as refusal:
        translate_customer(customer(currency="EUR"), context())

    assert refusal.value.code == "multicurrency_off"


def test_a_customer_is_found_by_its_name_and_has_a_second_name_for_when_a_vendor_has_the_first() -> None:
    document = translate_customer(customer(name="Amy's"), context())

    assert document.lookups == (Lookup("DisplayName", "Amy's"),)
    assert [other.number for other in document.alternatives()] == ["Amy's (C)"]
    assert document.is_unique


def test_the_longest_name_leaves_room_for_its_suffix() -> None:
    document = translate_customer(customer(name="N" * 500), context())

    for other in document.alternatives():
        assert created(other)["DisplayName"] == "N" * 496 + " (C)"


def test_a_customer_of_the_same_name_is_adopted_whatever_its_case() -> None:
    document = translate_customer(customer(name="Amy's"), context())

    assert document.may_be_adopted({"DisplayName": "AMY'S"}, REFS)
    assert not document.may_be_adopted({"DisplayName": "Amy"}, REFS)


def test_a_customer_that_a_document_names_is_created_with_all_that_it_says() -> None:
    party = Party.model_validate(
        {"id": "c-1", "name": "Amy's", "email": "a@b.co", "phone": "555", "address": {"city": "London"}}
    )

    document = customer_for(party, context(), "GBP")

    assert (document.kind, document.entity) == ("customers", "Customer")
    assert created(document) == {
        "DisplayName": "Amy's",
        "PrimaryEmailAddr": {"Address": "a@b.co"},
        "PrimaryPhone": {"FreeFormNumber": "555"},
        "BillAddr": {"City": "London"},
        "CurrencyRef": {"value": "GBP"},
    }


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "N" * 501),
        ("company_name", "N" * 101),
        ("first_name", "N" * 101),
        ("phone", "5" * 31),
        ("website", "w" * 1001),
        ("notes", "n" * 2001),
        ("currency", "euro"),
        ("taxable", "perhaps"),
        ("vat", "1"),
    ],
)
def test_what_quickbooks_would_refuse_is_refused_here(field: str, value: str) -> None:
    assert refused("customers", {"name": "Amy's", field: value})[0]["field"] == field


def test_lists_show_the_name() -> None:
    assert customer().tags == {"name": canaries.SUPPLIER}
