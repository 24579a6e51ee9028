"""Terms, classes, departments, employees, tax codes: lists that transactions refer to."""

import pytest
import requests

from tests.integration.local_quickbooks.bodies import bill, order, purchased, sale

LISTS = [
    ("Term", {"Name": "Net 7", "DueDays": 7}, {"DueDays": 8}, "books"),
    ("Class", {"Name": "Export"}, {"Name": "Exports"}, "advanced_books"),
    ("Department", {"Name": "Boise"}, {"Name": "Boise depot"}, "advanced_books"),
    ("Employee", {"GivenName": "Noa", "FamilyName": "Reed"}, {"FamilyName": "Reeds"}, "books"),
]


@pytest.fixture
def tracking(advanced_books):
    """The company that tracks classes and locations."""
    return advanced_books


@pytest.mark.parametrize(("kind", "body", "change", "company"), LISTS, ids=[row[0] for row in LISTS])
def test_a_list_entity_is_created_read_queried_updated_and_made_inactive(request, kind, body, change, company):
    books = request.getfixturevalue(company)
    count = books.query(f"SELECT COUNT(*) FROM {kind}")["totalCount"]

    created = books.create(kind, **body)
    read = books.read(kind, created["Id"])
    updated = books.update(kind, created, sparse=True, **change)
    inactive = books.update(kind, updated, sparse=True, Active=False)

    assert read == created
    assert created["Active"] is True
    assert (updated["SyncToken"], {name: updated[name] for name in change}) == ("1", change)
    name = "DisplayName" if kind == "Employee" else "Name"
    assert inactive[name].endswith(" (deleted)")
    assert books.query(f"SELECT COUNT(*) FROM {kind}")["totalCount"] == count
    assert books.query(f"SELECT * FROM {kind} WHERE Active IN (true, false) AND Id = '{created['Id']}'")[kind]
    again = books.post(kind, {"Id": created["Id"], "SyncToken": "2"}, operation="delete")
    assert books.refused(again) == (400, "500")


@pytest.mark.parametrize(
    ("kind", "body", "code"),
    [
        ("Term", {"DueDays": 5}, "2020"),
        ("Term", {"Name": "Open"}, "2020"),
        ("Term", {"Name": "x" * 32, "DueDays": 5}, "2050"),
        ("Term", {"Name": "Bad", "DayOfMonthDue": 32}, "2240"),
        ("Term", {"Name": "net 30", "DueDays": 30}, "6240"),
        ("Class", {}, "2020"),
        ("Class", {"Name": "A:B"}, "2040"),
        ("Class", {"Name": "retail"}, "6240"),
        ("Class", {"Name": "x" * 101}, "2050"),
        ("Class", {"Name": "Lost", "ParentRef": {"value": "1"}}, "2500"),
        ("Department", {"Name": "PORTLAND SHOP"}, "6240"),
        ("Employee", {"SSN": "1"}, "2020"),
        ("Employee", {"DisplayName": "alder packaging"}, "6240"),
        ("Vendor", {"DisplayName": "Mara Quinn"}, "6240"),
        ("TaxCode", {"Name": "New"}, "500"),
        ("TaxRate", {"Name": "New"}, "500"),
    ],
)
def test_what_quickbooks_refuses_and_why(tracking, kind, body, code):
    assert tracking.refused(tracking.post(kind, body)) == (400, code)


def test_classes_and_departments_form_trees(tracking):
    parent = tracking.create("Class", Name="Food")
    child = tracking.create("Class", Name="Fresh", ParentRef={"value": parent["Id"]})

    tracking.update("Class", parent, sparse=True, Name="Foods")

    assert (child["FullyQualifiedName"], child["SubClass"]) == ("Food:Fresh", True)
    assert tracking.read("Class", child["Id"])["FullyQualifiedName"] == "Foods:Fresh"
    assert int(parent["Id"]) > 5_000_000_000_000_000_000


def test_classes_and_departments_need_plan_and_preference(books, essentials_books):
    off = [books.refused(books.post(kind, {"Name": "New"}))[1] for kind in ("Class", "Department")]
    without = essentials_books.post("Class", {"Name": "New"})
    books.prefer(AccountingInfoPrefs={"ClassTrackingPerTxn": True, "TrackDepartments": True})

    assert off == ["5030", "5030"]
    assert essentials_books.refused(without) == (400, "5020")
    assert books.create("Class", Name="New")["Name"] == "New"
    assert books.create("Department", Name="New")["SubDepartment"] is False


@pytest.mark.parametrize("form", ["PurchaseOrder", "Bill", "Invoice"])
def test_departments_and_classes_show_on_documents_where_they_are_tracked(books, tracking, form):
    body = {"PurchaseOrder": order, "Bill": bill, "Invoice": sale}[form]()
    tracking.prefer(AccountingInfoPrefs={"ClassTrackingPerTxn": True})
    references = {
        "DepartmentRef": {"value": "1"},
        "ClassRef": {"value": tracking.query("SELECT * FROM Class")["Class"][0]["Id"]},
    }
    if form == "Bill":
        del references["ClassRef"]

    shown = tracking.create(form, **body, **references)
    hidden = books.create(form, **body, **references)

    assert {name: shown[name]["value"] for name in references} == {
        name: reference["value"] for name, reference in references.items()
    }
    assert not set(references) & set(hidden)


def test_an_inactive_class_cannot_be_used(tracking):
    used = tracking.query("SELECT * FROM Class")["Class"][0]
    tracking.by_user("PATCH", f"Class/{used['Id']}", Active=False)

    response = tracking.post("PurchaseOrder", order(purchased(detail={"ClassRef": {"value": used["Id"]}})))

    assert tracking.refused(response) == (400, "610")


def test_an_employee_is_one_name_more(books):
    created = books.create("Employee", GivenName="Noa", FamilyName="Reed", SSN="123-45-6789")

    assert created["DisplayName"] == created["PrintOnCheckName"] == "Noa Reed"
    assert created["SSN"] == "XXX-XX-XXXX"
    assert created["BillableTime"] is False
    assert "CurrencyRef" not in created
    assert books.refused(books.post("Customer", {"DisplayName": "noa reed"})) == (400, "6240")


def test_american_tax_codes_are_tax_non_and_those_of_agencies(shared_books):
    codes = {code["Id"]: code for code in shared_books.query("SELECT * FROM TaxCode")["TaxCode"]}
    rate = shared_books.query("SELECT * FROM TaxRate WHERE RateValue = '8'")["TaxRate"][0]

    assert list(codes) == ["NON", "TAX", "2", "3"]
    assert (codes["TAX"]["Taxable"], codes["NON"]["Taxable"]) == (True, False)
    assert codes["2"]["SalesTaxRateList"]["TaxRateDetail"][0]["TaxRateRef"]["value"] == rate["Id"]
    assert shared_books.read("TaxCode", "TAX")["Name"] == "TAX"
    assert shared_books.refused(shared_books.call("GET", "taxcode/4711")) == (400, "610")


def test_the_usual_terms_are_there(shared_books):
    terms = shared_books.query("SELECT * FROM Term ORDERBY DueDays")["Term"]

    assert [(term["Name"], term["DueDays"], term["Type"]) for term in terms] == [
        ("Due on receipt", 0, "STANDARD"),
        ("Net 15", 15, "STANDARD"),
        ("Net 30", 30, "STANDARD"),
        ("Net 60", 60, "STANDARD"),
    ]


@pytest.mark.parametrize("name", ["CompanyInfo", "Preferences"])
def test_there_is_one_of_each_and_a_query_gives_an_array(shared_books, name):
    (found,) = shared_books.query(f"SELECT * FROM {name}")[name]

    assert found["Id"] == "1"
    assert shared_books.query(f"SELECT COUNT(*) FROM {name}") == {"totalCount": 1}


class TestMerge:
    """Two vendors or customers become one, as a user does it."""

    def merge(self, books, **wish):
        url = f"{books.url}/simulator/companies/{books.realm_id}/merge"
        return requests.post(url, json=wish, timeout=10)

    def test_documents_and_balance_move_and_one_id_disappears(self, books):
        owed = books.create("Bill", **bill())
        ordered = books.create("PurchaseOrder", **order())
        books.wait()

        merged = self.merge(books, entity="Vendor", **{"from": "1", "into": "2"}).json()

        moved = books.read("Bill", owed["Id"])
        assert merged["moved"] >= 2
        assert moved["VendorRef"] == {"value": "2", "name": "Bayview Paper Mill"}
        assert moved["SyncToken"] == owed["SyncToken"]
        assert moved["MetaData"]["LastUpdatedTime"] > owed["MetaData"]["LastUpdatedTime"]
        assert books.read("PurchaseOrder", ordered["Id"])["VendorRef"]["value"] == "2"
        assert books.read("Vendor", "2")["Balance"] == 20
        assert books.refused(books.call("GET", "vendor/1")) == (400, "610")
        assert books.refused(books.post("Bill", bill())) == (400, "2500")
        assert books.create("Vendor", DisplayName="Alder Packaging")["Id"] != "1"
        books.delete("Bill", moved)
        assert books.read("Vendor", "2")["Balance"] == 0

    def test_customers_on_lines_move_too(self, books):
        created = books.create("PurchaseOrder", **order(purchased(detail={"CustomerRef": {"value": "11"}})))

        self.merge(books, entity="Customer", **{"from": "11", "into": "12"})

        line = books.read("PurchaseOrder", created["Id"])["Line"][0]
        assert line["ItemBasedExpenseLineDetail"]["CustomerRef"] == {"value": "12", "name": "Birch Hotel Group"}

    @pytest.mark.parametrize(
        "wish",
        [
            {"entity": "Item", "from": "1", "into": "2"},
            {"entity": "Vendor", "from": "1", "into": "1"},
            {"entity": "Vendor", "from": "1", "into": "11"},
            {"entity": "Vendor", "from": "1"},
        ],
    )
    def test_what_cannot_be_merged_is_refused(self, books, wish):
        assert self.merge(books, **wish).status_code == 400
