"""Suppliers: what a host may send, and the vendors that they become."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgerlink.domain.contents.parts import Party
from ledgerlink.domain.documents import load_content, parse_content, serialise
from ledgerlink.domain.fields import STORED
from ledgerlink.domain.to_quickbooks.vendor import vendor_for
from ledgerlink.domain.translation import Lookup
from ledgerlink.errors import MissingConfiguration
from tests import canaries
from tests.unit.kinds.samples import REFS, context, created, refused, supplier, translated, updated

WHOLE: dict[str, Any] = {
    "name": "Amy's Feathers",
    "company_name": "Amy's Feathers LLC",
    "first_name": "Amy",
    "last_name": "Lauterbach",
    "email": "amy@example.com",
    "phone": "(650) 555-3311",
    "mobile": "(650) 555-3312",
    "website": "https://feathers.example.com",
    "address": {"line1": "4581 Finch St.", "city": "Bayshore", "region": "CA", "postal_code": "94326"},
    "terms": "Net 30",
    "account_number": "K-17",
    "tax_id": "12-3456789",
    "notes": "Rings before noon",
}


def test_a_supplier_is_stored_and_read_back_as_it_was() -> None:
    whole = supplier(**WHOLE, currency="EUR", active=False, status="approved")

    assert load_content("suppliers", serialise(whole)) == whole


def test_a_suppliers_tax_id_is_neither_in_lists_nor_in_its_text() -> None:
    whole = supplier(**WHOLE)

    assert whole.tags == {"name": "Amy's Feathers"}
    assert "12-3456789" not in repr(whole)


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"name": ""}, "name"),
        ({"name": "N" * 501}, "name"),
        ({"name": "two\nlines"}, "name"),
        ({"company_name": "N" * 101}, "company_name"),
        ({"phone": "1" * 31}, "phone"),
        ({"website": "w" * 1001}, "website"),
        ({"tax_id": "1" * 21}, "tax_id"),
        ({"currency": "eur"}, "currency"),
        ({"active": "no way"}, "active"),
        ({"vat": "1"}, "vat"),
    ],
)
def test_what_quickbooks_would_refuse_is_refused_here_by_its_path(changes: dict[str, Any], path: str) -> None:
    assert refused("suppliers", {"name": "Amy's", **changes})[0]["field"] == path


def test_a_supplier_becomes_a_vendor_with_all_that_is_known() -> None:
    document = translated(supplier(**WHOLE))

    assert document.wanted().terms == {"Net 30"}
    assert created(document) == {
        "DisplayName": "Amy's Feathers",
        "CompanyName": "Amy's Feathers LLC",
        "GivenName": "Amy",
        "FamilyName": "Lauterbach",
        "PrimaryEmailAddr": {"Address": "amy@example.com"},
        "PrimaryPhone": {"FreeFormNumber": "(650) 555-3311"},
        "Mobile": {"FreeFormNumber": "(650) 555-3312"},
        "WebAddr": {"URI": "https://feathers.example.com"},
        "BillAddr": {
            "Line1": "4581 Finch St.",
            "City": "Bayshore",
            "CountrySubDivisionCode": "CA",
            "PostalCode": "94326",
        },
        "TermRef": {"value": "3"},
        "AcctNum": "K-17",
        "TaxIdentifier": "12-3456789",
        "Notes": "Rings before noon",
    }


def test_a_new_vendors_company_is_called_like_the_vendor_unless_it_is_said() -> None:
    document = translated(supplier(name="Amy's: West"))

    assert created(document) == {"DisplayName": "Amy's- West", "CompanyName": "Amy's- West"}
    assert "CompanyName" not in updated(document)


def test_an_unusable_email_and_an_empty_address_are_left_out() -> None:
    body = created(translated(supplier(email="ask Amy", address={})))

    assert body.keys() == {"DisplayName", "CompanyName"}


def test_a_vendor_is_found_by_its_name_as_quickbooks_writes_it() -> None:
    document = translated(supplier(name="Amy's:  West"))

    assert document.lookups == (Lookup("DisplayName", "Amy's- West"),)
    assert document.is_unique


def test_a_name_that_a_customer_has_is_tried_with_a_suffix_that_survives_the_cut() -> None:
    other = translated(supplier(name="N" * 500)).alternatives()

    assert [document.number for document in other] == ["N" * 496 + " (V)"]
    assert created(other[0])["DisplayName"] == "N" * 496 + " (V)"
    assert other[0].alternatives() == []


def test_a_vendor_of_the_same_name_in_any_case_is_adopted_and_no_other() -> None:
    document = translated(supplier())

    adopted = [document.may_be_adopted({"DisplayName": name}, REFS) for name in ("AMY'S", "Amy's (V)", "")]

    assert adopted == [True, False, False]
    assert not document.is_ours({"DisplayName": "Amy's"})
    assert document.line_ids_of({"DisplayName": "Amy's"}) == {}


def test_an_update_makes_the_vendor_of_an_active_supplier_active_again() -> None:
    body = updated(translated(supplier()))

    assert body == {"Id": "125", "SyncToken": "4", "sparse": True, "DisplayName": "Amy's", "Active": True}


def test_an_inactive_supplier_makes_the_vendor_inactive() -> None:
    document = translated(supplier(active=False))

    assert updated(document)["Active"] is False
    assert created(document)["Active"] is False


def test_a_vendors_currency_is_fixed_when_it_is_created() -> None:
    document = translated(supplier(currency="EUR"), multicurrency=True)

    assert created(document)["CurrencyRef"] == {"value": "EUR"}
    assert "CurrencyRef" not in updated(document)


def test_another_currency_is_refused_where_the_company_keeps_one() -> None:
    with pytest.raises(MissingConfiguration) as refusal:
        translated(supplier(currency="EUR"))

    assert refusal.value.code == "multicurrency_off"


# vendors that documents name


def test_a_supplier_that_a_document_names_becomes_a_vendor_in_the_documents_currency() -> None:
    party = Party(id="s-1", name="Amy's", email=canaries.EMAIL, phone="1", address=None)

    body = created(vendor_for(party, context(multicurrency=True), "EUR"))

    assert body == {
        "DisplayName": "Amy's",
        "CompanyName": "Amy's",
        "PrimaryEmailAddr": {"Address": canaries.EMAIL},
        "PrimaryPhone": {"FreeFormNumber": "1"},
        "CurrencyRef": {"value": "EUR"},
    }


def test_a_named_supplier_without_a_currency_gets_the_companys() -> None:
    assert "CurrencyRef" not in created(vendor_for(Party(id="s-1", name="Amy's"), context(), None))


def test_a_name_that_was_stored_before_names_had_to_be_single_lines_is_still_taken() -> None:
    party = Party.model_validate({"id": "s-1", "name": "Amy's\nShop"}, context=STORED)

    assert vendor_for(party, context(), None).number == "Amy's Shop"


TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=15) | st.sampled_from([":", "a: b", "x" * 15])
SUPPLIERS = st.fixed_dictionaries(
    {"name": TEXT.filter(str.strip)},
    optional={
        **dict.fromkeys(("company_name", "first_name", "last_name", "phone", "mobile", "website", "notes"), TEXT),
        "email": st.sampled_from(["", "a@b.co", "a b@c.de", "a@b@c.de", "no address"]),
        "address": st.fixed_dictionaries({}, optional={"line1": TEXT, "city": TEXT, "country": TEXT}),
        "tax_id": TEXT,
        "account_number": TEXT,
        "active": st.booleans(),
        "terms": st.sampled_from(["", "Net 30"]),
    },
)


@given(SUPPLIERS)
def test_every_body_of_a_vendor_is_one_that_quickbooks_takes(content: dict[str, Any]) -> None:
    parsed = parse_content("suppliers", content)

    for document in (translated(parsed), *translated(parsed).alternatives()):
        assert created(document)["DisplayName"] == updated(document)["DisplayName"] == document.number
