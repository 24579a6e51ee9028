"""The portal's settings: forms that say what a person changed, and words for what is set."""

from collections.abc import Sequence
from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ledgerlink.domain.accounts import account_label
from ledgerlink.domain.contents import COLLECTION_NAMES
from ledgerlink.domain.history import Actor, Change, HistoryEntry
from ledgerlink.domain.instances import Instance
from ledgerlink.domain.merge_patch import merge
from ledgerlink.domain.organic_settings import OrganicSettings, changed, parse_organic_content
from ledgerlink.domain.roles import Role
from ledgerlink.domain.rows import Row
from ledgerlink.domain.settings import DefaultCustomer, Settings
from ledgerlink.domain.tenants import Tenant
from ledgerlink.errors import InvalidRequest, NotFound, QuickBooksUnavailable
from ledgerlink.pages.settings import accounts, customer, sections
from ledgerlink.pages.settings.fields import FORMS, KEYWORDS, patch_of, texts
from ledgerlink.pages.settings.forms import Refused, Sent, form, in_words, notice, sent_form
from ledgerlink.pages.settings.history import OF_INSTANCES, OF_SETTINGS, changes_in_words
from ledgerlink.pages.settings.instances import instance_forms, new_instance_form, wanted_instance
from ledgerlink.pages.settings.pickers import SHORT, meant
from ledgerlink.usecases.settings.read_settings import read_settings
from tests.unit.fakes import FakeConnections
from tests.unit.fakes_settings import FakeCompany, account
from tests.unit.orders import NOW, REALM, TENANT, connection

# Every setting


def plain(settings: Settings) -> dict[str, Any]:
    return settings.model_dump(mode="json")


STATUSES = st.lists(st.sampled_from(["approved", "ordered", "In Review", "erhalten ü"]), max_size=3, unique=True)
PATTERNS = st.sampled_from(["{number}", "PO-{number}", "{number}/A", "B {number}"])


def kind(**more: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    common = {"enabled": st.booleans(), "automatic": st.booleans(), "push_when": STATUSES}
    return st.fixed_dictionaries({}, optional={**common, **more})


EVERYTHING = st.fixed_dictionaries(
    {},
    optional={
        "enabled": st.booleans(),
        "auto_invoice": st.booleans(),
        "mode": st.sampled_from(["realtime", "daily", "manual"]),
        "daily_at": st.times().map(lambda at: time(at.hour, at.minute).strftime("%H:%M")),
        "time_zone": st.sampled_from(["UTC", "Europe/Berlin", "America/New_York"]),
        "create_accounts": st.booleans(),
        "accounts": st.dictionaries(st.sampled_from([role.value for role in Role]), st.sampled_from(["5", "80"])),
        "kinds": st.fixed_dictionaries(
            {},
            optional={
                "purchase-orders": kind(
                    entity=st.sampled_from(["PurchaseOrder", "Bill"]),
                    number_pattern=PATTERNS,
                    copy_to_bill_when=STATUSES,
                ),
                "bills": kind(number_pattern=PATTERNS),
                "suppliers": kind(),
                "customers": kind(),
                "products": kind(
                    type=st.sampled_from(["Inventory", "NonInventory", "Service"]),
                    create=st.booleans(),
                    quantity=st.decimals(0, 1000, places=2).map(str),
                    start_date=st.none() | st.dates(date(2000, 1, 1), date(2100, 1, 1)).map(str),
                ),
                "invoices": kind(number_pattern=PATTERNS),
                "shipments": kind(entity=st.sampled_from(["Invoice", "SalesReceipt"]), number_pattern=PATTERNS),
                "inventory-adjustments": kind(number_pattern=PATTERNS),
            },
        ),
        "sync": st.fixed_dictionaries(
            {}, optional={"backfill_days": st.integers(1, 730), "daily_while_notified": st.booleans()}
        ),
    },
).map(Settings.model_validate)


def browser_sends(shown: dict[str, str]) -> dict[str, str]:
    """What is left of a form's texts: a box that is not ticked is not sent at all."""
    return {name: text for name, text in shown.items() if text}


@given(EVERYTHING, EVERYTHING)
def test_every_setting_can_be_set_in_the_forms_and_is_read_back(before: Settings, wanted: Settings) -> None:
    stored = before.model_dump(mode="json", exclude_unset=True)

    for fields in FORMS.values():
        typed = browser_sends(texts(fields, plain(wanted)))
        stored = merge(stored, patch_of(fields, typed, texts(fields, plain(before))))

    assert plain(Settings.model_validate(stored)) == plain(wanted)


@given(EVERYTHING)
def test_a_form_that_is_sent_as_it_was_shown_changes_nothing(settings: Settings) -> None:
    for fields in FORMS.values():
        shown = texts(fields, plain(settings))

        assert patch_of(fields, browser_sends(shown), shown) == {}


def test_each_setting_is_in_exactly_one_form() -> None:
    def paths(values: dict[str, Any], prefix: str = "") -> list[str]:
        nested = [paths(value, f"{prefix}{name}.") for name, value in values.items() if isinstance(value, dict)]
        own = [prefix + name for name, value in values.items() if not isinstance(value, dict)]
        return own + [path for found in nested for path in found]

    every = paths(plain(Settings(accounts=dict.fromkeys(Role, "1"))))

    in_forms = [field.name for fields in FORMS.values() for field in fields]
    assert sorted(in_forms) == sorted(set(every) - {"default_customer"})


def test_each_form_has_a_page_to_go_back_to() -> None:
    found = {sections.section_of(name) for name in (*FORMS, "customer", "keywords", "instances")}

    assert found | {"history"} == set(sections.SECTIONS)


def test_a_form_that_we_never_showed_is_not_found() -> None:
    for unknown in ("history", "general", "documents", "colour"):
        with pytest.raises(NotFound):
            sections.section_of(unknown)


def test_the_address_of_a_form_shows_its_section() -> None:
    assert sections.known_section("schedule") == "general"
    assert sections.known_section("bills") == "documents"
    with pytest.raises(NotFound):
        sections.known_section("colour")


# What a form changes


def test_a_box_that_was_ticked_and_is_not_sent_switches_off() -> None:
    shown = texts(FORMS["integration"], plain(Settings()))

    patch = patch_of(FORMS["integration"], {"auto_invoice": "on"}, shown)

    assert patch == {"enabled": False}


def test_what_was_left_alone_keeps_what_somebody_else_made_of_it_meanwhile() -> None:
    shown = texts(FORMS["schedule"], plain(Settings()))
    meanwhile = {"mode": "daily"}

    patch = patch_of(FORMS["schedule"], {**shown, "time_zone": "Europe/Berlin"}, shown)

    assert merge(meanwhile, patch) == {"mode": "daily", "time_zone": "Europe/Berlin"}


def test_a_text_that_is_emptied_restores_the_default() -> None:
    shown = {"kinds.bills.number_pattern": "B-{number}"}
    (pattern,) = [field for field in FORMS["bills"] if field.name in shown]

    assert patch_of([pattern], {pattern.name: " "}, shown) == {"kinds": {"bills": {"number_pattern": None}}}


def test_statuses_that_are_emptied_are_none_at_all() -> None:
    (statuses,) = [field for field in FORMS["bills"] if field.name.endswith("push_when")]

    patch = patch_of([statuses], {statuses.name: " , "}, {statuses.name: "saved"})

    assert patch == {"kinds": {"bills": {"push_when": []}}}


@pytest.mark.parametrize("shown", ["", "[", "[]", "7", "[" * 9999])
def test_a_form_whose_beginning_cannot_be_read_counts_as_changed_in_all_it_holds(shown: str) -> None:
    sent = sent_form("integration", {"shown": shown, "enabled": "on"})

    assert patch_of(FORMS["integration"], sent.values, sent.shown) == {"enabled": True, "auto_invoice": False}


def test_keywords_stand_in_lines_however_the_browser_breaks_them() -> None:
    shown = texts(KEYWORDS, {"keywords": ["organic"], "emails": ["a@b.example"]})

    patch = patch_of(KEYWORDS, {"keywords": "organic\r\n\r\n bio \r\n", "emails": "a@b.example\r\n"}, shown)

    assert patch == {"keywords": ["organic", "bio"]}
    assert changed(OrganicSettings(TENANT), parse_organic_content(patch), NOW).keywords == ("organic", "bio")


# A form that was refused


def refused(form_name: str, values: dict[str, str], *problems: tuple[str, str]) -> Refused:
    fields = [{"field": name, "problem": problem} for name, problem in problems]
    return Refused(Sent(form_name, values, {}), InvalidRequest("No.", fields=fields))


def test_a_refused_form_keeps_what_was_typed_and_marks_the_field() -> None:
    refusal = refused("schedule", {"mode": "daily", "time_zone": "Mars"}, ("time_zone", "must be a time zone"))

    shown = form("schedule", FORMS["schedule"], {"mode": "realtime"}, refusal)

    assert (shown["mode"].value, shown["time_zone"].value) == ("daily", "Mars")
    assert shown["time_zone"].problem == "Must be a time zone."
    assert [field.label for field in notice(refusal, shown.fields.values())["wrong"]] == ["Time zone"]


def test_what_is_wrong_with_one_of_several_is_told_by_its_place() -> None:
    refusal = refused("keywords", {}, ("emails[1]", "must be an e-mail address"))

    assert refusal.problems == {"emails": "Entry 2 must be an e-mail address."}


def test_what_is_wrong_elsewhere_is_told_on_top() -> None:
    refusal = refused("schedule", {}, ("kinds.bills", "is closed"))

    told = notice(refusal, form("schedule", FORMS["schedule"], {}, refusal).fields.values())

    assert (told["wrong"], told["message"]) == ([], "Is closed.")


def test_what_has_no_field_is_told_with_what_to_do() -> None:
    error = QuickBooksUnavailable("QuickBooks does not answer.", intuit_tid="1-abc")

    told = notice(Refused(Sent("accounts", {}, {}), error), [])

    assert (told["message"], told["hint"], told["intuit_tid"]) == (error.message, error.hint, "1-abc")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"sync": {"backfill_days": "soon"}}, "must be a whole number"),
        ({"sync": {"backfill_days": 0}}, "must be at least 1"),
        ({"sync": {"backfill_days": 731}}, "must be at most 730"),
        ({"accounts": {"fees": "x"}}, "must be chosen"),
        ({"kinds": {"products": {"start_date": "1.1.2026"}}}, "must be a date such as 2026-11-21"),
        ({"kinds": {"bills": {"push_when": ["a"] * 21}}}, "must have at most 20 entries"),
        ({"mode": "hourly"}, "must be 'realtime', 'daily' or 'manual'"),
        ({"default_customer": {}}, "must be filled in"),
    ],
)
def test_problems_are_told_in_peoples_words(content: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError) as wrong:
        Settings.model_validate(content)

    assert in_words(wrong.value.errors()[0]["msg"]) == words


# Accounts


def in_use(*chart: Row, **settings: Any) -> Any:
    connections = FakeConnections()
    connections.have(connection(settings=Settings.model_validate(settings), found_accounts={}))
    return read_settings(connections, lambda _: FakeCompany(Account=chart), TENANT, REALM)


FREIGHT = account("80", "Expense", Name="Freight", AcctNum="5000")
MANY = [account(str(1000 + n), "Expense", Name=f"Expense {n}") for n in range(SHORT + 1)]


def typed(text: str, **more: str) -> Sent:
    return Sent("accounts", {"accounts.fees.text": text, **more}, {"accounts.fees": "7", "accounts.fees.text": "Old"})


def ids_of_fees(sent: Sent, *chart: Row) -> str:
    return accounts.with_accounts(sent, lambda: in_use(*chart)).values["accounts.fees"]


def test_accounts_that_fit_are_offered_by_their_type() -> None:
    found = in_use(FREIGHT, account("5", "Bank"), account("81", "Cost of Goods Sold", Name="Shipping"))

    picker = accounts.pickers(found, None)["accounts.fees"]

    assert [group.label for group in picker.groups] == ["Cost of Goods Sold", "Expense"]
    assert [option.text for group in picker.groups for option in group.options] == ["Shipping", "5000 Freight"]
    assert (picker.empty, picker.search) == ("Automatic: 5000 Freight", False)


def test_an_account_that_is_to_be_created_is_named() -> None:
    picker = accounts.pickers(in_use(FREIGHT), None)["accounts.deposit_to"]

    assert picker.now == "There is none yet: “Undeposited Funds” is created when a document first needs it."


def test_a_chosen_account_stays_visible_when_it_is_inactive() -> None:
    found = in_use({**FREIGHT, "Active": False}, accounts={"fees": "80"})

    picker = accounts.pickers(found, None)["accounts.fees"]

    assert picker.groups[0].options[0].text == "5000 Freight"
    assert "is inactive" in picker.problem


def test_a_long_chart_is_searched() -> None:
    found = in_use(*MANY, accounts={"fees": "1003"})

    picker = accounts.pickers(found, None)["accounts.fees"]

    assert (picker.search, picker.text) == (True, "Expense 3")
    assert accounts.shown_texts(found) == {"accounts.fees.text": "Expense 3"}


@pytest.mark.parametrize(
    ("sent", "account_id"),
    [
        (typed("Old"), "7"),
        (typed(""), ""),
        (typed(" 5000  freight "), "80"),
        (typed("eigh"), "80"),
        (typed("Expense 3"), "1003"),
        (typed("Expense", **{"accounts.fees.pick": "1007"}), "1007"),
    ],
)
def test_what_is_typed_is_looked_up(sent: Sent, account_id: str) -> None:
    assert ids_of_fees(sent, FREIGHT, *MANY) == account_id


@pytest.mark.parametrize(("text", "problem"), [("Expense", "several match"), ("Rent", "is not in QuickBooks")])
def test_what_cannot_be_looked_up_is_named(text: str, problem: str) -> None:
    with pytest.raises(InvalidRequest) as refusal:
        ids_of_fees(typed(text), *MANY)

    (wrong,) = refusal.value.fields
    assert wrong["field"] == "accounts.fees"
    assert wrong["problem"].startswith(problem)


def test_what_can_mean_several_is_offered_for_a_choice() -> None:
    picker = accounts.pickers(in_use(*MANY), Refused(typed("Expense 10"), InvalidRequest("No.")))["accounts.fees"]

    # The one of exactly that name is meant, and nothing has to be chosen.
    assert picker.candidates == []
    picker = accounts.pickers(in_use(*MANY), Refused(typed("ense 10"), InvalidRequest("No.")))["accounts.fees"]
    assert [option.text for option in picker.candidates] == ["Expense 10", "Expense 100"]


def test_an_inactive_account_is_never_meant() -> None:
    assert meant([{**FREIGHT, "Active": False}], "Freight", account_label) == []


# The default customer


def find(*names: str) -> Any:
    found: Sequence[Row] = [{"Id": str(n), "DisplayName": name} for n, name in enumerate(names)]
    return lambda _: found


COUNTER = DefaultCustomer(quickbooks_id="5", name="Counter")


@pytest.mark.parametrize(
    ("values", "patch"),
    [
        ({"who": "known", "default_customer.quickbooks_id.text": "Counter"}, {}),
        ({"who": "nobody"}, {"default_customer": None}),
        (
            {"who": "known", "default_customer.quickbooks_id.text": "Cash"},
            {"default_customer": {"quickbooks_id": "0"}},
        ),
        (
            {"who": "new", "default_customer.name": " Web ", "default_customer.address.city": "Ulm"},
            {"default_customer": {"name": "Web", "address": {"city": "Ulm"}}},
        ),
        ({"who": "new"}, {"default_customer": {}}),
    ],
)
def test_who_is_invoiced_can_be_changed(values: dict[str, str], patch: dict[str, Any]) -> None:
    sent = Sent("customer", values, customer.customer_texts(COUNTER))

    assert customer.customer_patch(sent, find("Cash sales")) == patch


def test_nobody_stays_nobody() -> None:
    sent = Sent("customer", {"who": "nobody"}, customer.customer_texts(None))

    assert customer.customer_patch(sent, find()) == {}


def test_every_part_of_a_new_customer_reaches_quickbooks() -> None:
    values = {field.name: "x" for field in customer.FIELDS} | {"who": "new"}

    described = customer.described(Sent("customer", values, {}))

    assert set(described) == {"name", "email", "phone", "address"}
    assert set(described["address"]) == {"line1", "line2", "city", "region", "postal_code", "country"}


def test_customers_of_which_several_can_be_meant_are_offered() -> None:
    name = customer.EXISTING
    sent = Sent("customer", {"who": "known", f"{name}.text": "Cash"}, {})
    error = InvalidRequest("No.", fields=[{"field": name, "problem": "can mean several"}])

    picker = customer.customer_picker(None, Refused(sent, error), find("Cash 1", "Cash 2"))

    assert [option.text for option in picker.candidates] == ["Cash 1", "Cash 2"]


# Instances


SHOP = Instance(TENANT, "shop", REALM, auto_invoice=False)


def test_an_instance_keeps_what_its_form_does_not_change() -> None:
    tenant = Tenant(TENANT, "Acme", instances=[SHOP])
    shown = {"connection": REALM, "enabled": "on", "auto_invoice": "on"}

    sent = Sent("instances", {"instance": "shop", "connection": REALM, "auto_invoice": "on"}, shown)

    # Somebody else has switched auto invoice off meanwhile.
    assert wanted_instance(tenant, sent) == (
        "shop",
        {"connection": REALM, "enabled": False, "auto_invoice": False},
    )


def test_an_instance_that_is_there_cannot_be_added_again() -> None:
    tenant = Tenant(TENANT, "Acme", instances=[SHOP])

    with pytest.raises(InvalidRequest) as refusal:
        wanted_instance(tenant, Sent("instances", {"instance": "shop", "new": "yes"}, {}))

    assert [wrong["field"] for wrong in refusal.value.fields] == ["instance"]


def test_an_instance_that_is_gone_is_not_made_again_by_its_old_form() -> None:
    with pytest.raises(NotFound):
        wanted_instance(Tenant(TENANT, "Acme"), Sent("instances", {"instance": "shop"}, {}))


def test_only_the_instance_whose_form_was_refused_is_marked() -> None:
    other = Instance(TENANT, "other", REALM)
    refusal = refused("instances", {"instance": "shop"}, ("connection", "is no connection of this tenant"))

    forms = instance_forms([SHOP, other], refusal)

    assert forms["shop"]["connection"].problem == "Is no connection of this tenant."
    assert (forms["other"].refused, new_instance_form(refusal, REALM).refused) == (False, False)
    assert len({field.id for one in forms.values() for field in one.fields.values()}) == 6


# Words


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({}, "Automatic, in any status"),
        ({"enabled": False}, "Off, as everything is"),
        ({"kinds": {"invoices": {"enabled": False}}}, "Off"),
        ({"kinds": {"invoices": {"automatic": False}}}, "By hand only"),
        ({"kinds": {"invoices": {"push_when": []}}}, "By hand only"),
        ({"auto_invoice": False}, "By hand only"),
        ({"mode": "manual"}, "By hand only"),
        ({"mode": "daily"}, "Daily, in any status"),
        ({"kinds": {"invoices": {"push_when": ["paid"]}}}, "Automatic, when paid"),
        ({"kinds": {"invoices": {"push_when": ["a", "b", "c"]}}}, "Automatic, when a, b or c"),
        ({"kinds": {"invoices": {"push_when": ["a", "Saved"]}}}, "Automatic, in any status"),
    ],
)
def test_a_kind_is_told_at_a_glance(content: dict[str, Any], words: str) -> None:
    assert sections.at_a_glance(Settings.model_validate(content), "invoices") == words


def test_every_kind_of_document_has_its_form() -> None:
    assert [name for name in FORMS if name in COLLECTION_NAMES] == list(COLLECTION_NAMES)


def change(path: str, before: Any, after: Any) -> tuple[str, str, str]:
    entry = HistoryEntry(NOW, Actor("portal"), [Change(path, before, after)])
    labels = OF_INSTANCES if path == "connection" else OF_SETTINGS
    (told,) = changes_in_words([entry], labels, "", {"80": "5000 Freight"}, {REALM: "Acme"})[0]["changes"]
    return told["what"], told["before"], told["after"]


@pytest.mark.parametrize(
    ("path", "before", "after", "words"),
    [
        ("enabled", True, False, ("Send documents to QuickBooks", "on", "off")),
        ("kinds.bills.enabled", False, True, ("Send bills", "off", "on")),
        ("kinds.bills.push_when", ["saved"], [], ("Bills: When the status is", "saved", "none")),
        ("kinds.shipments.entity", "Invoice", "SalesReceipt", ("Shipments: Becomes", "Invoice", "Sales receipt")),
        ("mode", "realtime", "manual", ("When documents are sent", "at once", "by hand only")),
        ("accounts.fees", None, "80", ("Fees", "none", "5000 Freight")),
        ("accounts.fees", "81", "80", ("Fees", "81", "5000 Freight")),
        ("default_customer", None, {"quickbooks_id": "5", "name": "Cash"}, ("Default customer", "none", "Cash")),
        ("default_customer.name", "Cash", "Web", ("Default customer", "Cash", "Web")),
        ("connection", None, REALM, ("Company", "none", "Acme")),
        ("sync.backfill_days", 90, 30, ("Days that a first sync goes back", "90", "30")),
        ("kinds.products.quantity", "0", str(Decimal("2.5")), ("Products: Quantity on hand", "0", "2.5")),
        ("something.new", 1, 2, ("something.new", "1", "2")),
    ],
)
def test_a_change_is_told_in_words(path: str, before: Any, after: Any, words: tuple[str, str, str]) -> None:
    assert change(path, before, after) == words


def test_the_id_of_another_customer_is_not_told_beside_its_name() -> None:
    entry = HistoryEntry(NOW, Actor("host"), [Change("default_customer.quickbooks_id", "5", "6")])

    assert changes_in_words([entry], OF_SETTINGS, "", {}, {})[0]["changes"] == []


@pytest.mark.parametrize(
    ("actor", "vendor", "who"),
    [
        (Actor("portal"), "Harbour", "Here, in these pages"),
        (Actor("host"), "Harbour", "Harbour"),
        (Actor("host"), "", "Your application"),
        (Actor("host", "Ada"), "", "Ada, in your application"),
    ],
)
def test_who_changed_something_is_told(actor: Actor, vendor: str, who: str) -> None:
    assert changes_in_words([HistoryEntry(NOW, actor, [])], OF_SETTINGS, vendor, {}, {})[0]["by"] == who
