"""All that documents name: found before it is made, remembered, and made in one call."""

from ledgerlink.domain.ids import DocumentKey
from ledgerlink.domain.links import EntityLink, LinkKey
from ledgerlink.domain.mappings import MappingKind
from ledgerlink.domain.pickers import ListName
from ledgerlink.domain.roles import Role
from ledgerlink.errors import WaitingForDocument
from tests import canaries
from tests.unit.orders import CONNECTION_KEY, KEY, KIND, REALM, TENANT, line_json
from tests.unit.references.documents import (
    BRITISH,
    CUSTOMER,
    bill_of,
    books_calls,
    key_of,
    match_by_hand,
    only,
    refused,
    resolve,
    resolver,
    wanted,
)
from tests.unit.world import World


def test_what_is_missing_is_created_with_all_that_we_know() -> None:
    world = World()

    refs = resolve(world, only(description="Zinc plated"))

    vendor, item = world.books.all("Vendor")[0], world.books.all("Item")[0]
    assert vendor["DisplayName"] == vendor["CompanyName"] == canaries.SUPPLIER
    assert vendor["PrimaryEmailAddr"] == {"Address": canaries.EMAIL}
    assert vendor["BillAddr"] == {"Line1": canaries.STREET, "City": "London"}
    assert {name: item[name] for name in ("Name", "Sku", "Type", "PurchaseDesc")} == {
        "Name": "Bolt M8",
        "Sku": "BOLT-8",
        "Type": "NonInventory",
        "PurchaseDesc": "Zinc plated",
    }
    assert (refs.vendors, refs.items) == ({"s-1": vendor["Id"]}, {"sku:BOLT-8": item["Id"]})
    assert refs.roles == {Role.ACCOUNTS_PAYABLE: "33"}


def test_all_that_is_missing_is_looked_for_in_one_call_and_created_in_another() -> None:
    world = World()

    resolve(world, wanted())

    assert books_calls(world) == ["books.seek", "books.answer_all"]
    assert world.books.calls == 2


def test_what_was_found_once_is_remembered() -> None:
    world = World()
    resolve(world, only(expense_account="5000"))
    world.script.calls.clear()

    resolve(world, only(expense_account="5000"))

    assert world.script.calls == ["links.find_many"]


def test_links_of_another_tenant_are_not_used() -> None:
    world = World()
    world.links.remember(EntityLink(LinkKey("globex", REALM, "suppliers", "s-1"), "Vendor", "999"))

    refs = resolve(world, wanted())

    assert refs.vendors["s-1"] != "999"


def test_a_document_that_names_everything_gets_the_ids_of_everything() -> None:
    world = World(connected=BRITISH)
    north = world.books.have("Class", Name="North", FullyQualifiedName="Regions:North")
    term = world.books.have("Term", Name="Net 30")
    tax = world.books.have("TaxCode", Name="20% S")
    line = line_json(**{"class": "Regions:North", "tax_code": "20% s", "customer": CUSTOMER})
    expense = line_json(id="l2", sku=None, expense_account="5000", tax_code="20% S")
    cost = {"name": "Freight", "amount": 1, "tax_code": "20% S"}
    what = wanted(BRITISH, lines=[line, expense], costs=[cost], terms="net 30")

    refs = resolve(world, what, BRITISH)

    assert (refs.classes, refs.terms) == ({"Regions:North": north["Id"]}, {"net 30": term["Id"]})
    assert refs.tax_codes == {"20% S": tax["Id"], "20% s": tax["Id"]}
    assert refs.accounts == {"5000": "80"}
    assert refs.customers == {"c-1": world.books.all("Customer")[0]["Id"]}
    assert refs.roles[Role.FEES] == "80"


def test_what_becomes_of_names_is_remembered_with_what_the_host_calls_them() -> None:
    world = World()

    resolve(world, only())

    bolt = world.links.links[key_of("products", "sku:BOLT-8")]
    assert (bolt.name, bolt.sku) == ("Bolt M8", "BOLT-8")
    assert world.links.links[key_of("suppliers", "s-1")].name == canaries.SUPPLIER


def test_a_long_name_with_colons_is_made_to_fit_and_stays_distinct() -> None:
    world = World()

    resolve(world, wanted(supplier={"id": "s", "name": "A:B " + "x" * 490}, lines=[line_json(name="C:D " + "y" * 490)]))

    (item,) = world.names("Item")
    assert world.names("Vendor") == ["A-B " + "x" * 490]
    assert (item[:80], len(item)) == ("C-D " + "y" * 76, 100)


# linked documents


def test_the_order_of_a_bill_is_found_by_its_link() -> None:
    world = World()
    world.store()
    world.push()
    bill = bill_of()

    refs = resolve(world, bill)

    assert refs.documents[KIND, KEY.document_id].entity_id == world.orders()[0]["Id"]


def test_a_bill_waits_for_an_order_that_is_on_its_way_and_for_no_other() -> None:
    world = World()
    world.store()

    busy = refused(world, bill_of())
    unknown = resolve(world, bill_of("never stored"))

    assert (type(busy), busy.code) == (WaitingForDocument, "sent_first")
    assert unknown.documents == {}


def test_a_bill_that_stands_alone_says_so_once() -> None:
    bill = bill_of("never stored")

    notes = resolver(World()).resolve([bill]).notes_for(bill)

    assert [note for note in notes if "never stored" in note] == [
        "It stands alone: purchase-orders never stored is not in QuickBooks"
    ]


# looking without writing


def test_a_look_writes_nothing_and_says_what_would_be_created() -> None:
    world = World()
    match_by_hand(world, "products", "sku:NUT-8", "Item", "5")

    resolution = resolver(world).look([wanted()])

    assert resolution.missing.keys() == {("suppliers", "s-1"), ("products", "sku:BOLT-8")}
    assert resolution.matches[MappingKind.PRODUCTS, "sku:NUT-8"].how == "matched_by_hand"
    assert set(world.script.calls) == {"links.find_many", "books.seek"}
    assert world.names("Vendor") == world.names("Item") == []
    assert world.lists.read(CONNECTION_KEY, ListName.ACCOUNTS) is None
    assert DocumentKey(TENANT, KIND, KEY.document_id) not in world.documents.documents
