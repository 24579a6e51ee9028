"""The portal's settings, through their routes and against the simulator's lists."""

from datetime import timedelta
from html import unescape
from itertools import count
from typing import Any

import pytest
import requests
import time_machine

from ledgerlink.domain.connections import ConnectionKey
from ledgerlink.domain.contents import COLLECTION_NAMES
from ledgerlink.domain.flows import Flow
from ledgerlink.domain.pickers import ListName
from ledgerlink.domain.settings import Settings
from ledgerlink.pages.settings.fields import FORMS
from ledgerlink.pages.settings.sections import SECTIONS, section_of
from ledgerlink.pages.words import KINDS
from ledgerlink.wiring import clock, wiring
from tests.integration.api.forms import Form, form
from tests.integration.api.portal import Person, words
from tests.integration.api.stack import HOST, Answer, Stack
from tests.integration.api.test_settings import Tenant

_numbers = count(1)
LABELS = {
    "integration": "Integration",
    "schedule": "When documents are sent",
    "accounts": "Accounts",
    "new-products": "New products",
    "reading": "Reading from QuickBooks",
    **{collection: KINDS[collection].many for collection in COLLECTION_NAMES},
}
HOSTILE = '"><script>alert(1)</script>&'


@pytest.fixture
def person(stack: Stack) -> Person:
    """Of a tenant with one company, which QuickBooks is not asked about."""
    person = Person(stack, f"settings-{next(_numbers)}")
    stack.connect(person.tenant, person.realm_id)
    return person


@pytest.fixture
def tenant(stack: Stack, simulator: Any) -> Tenant:
    """With a company of the simulator."""
    return Tenant(stack, simulator)


@pytest.fixture
def owner(stack: Stack, tenant: Tenant) -> Person:
    return Person(stack, tenant.id)


def settings_of(person: Person, realm_id: str = "") -> Settings:
    return wiring().choices.settings(ConnectionKey(person.tenant, realm_id or person.realm_id))[0]


def opened(person: Person, section: str, label: str) -> Form:
    return form(person.get(f"/portal/settings/{section}"), label)


def is_saved(answer: Answer) -> bool:
    return answer.status == 303 and "notice=saved" in answer.headers["Location"][0]


# What is shown


@pytest.mark.parametrize("section", SECTIONS)
def test_each_section_has_its_page(owner: Person, section: str) -> None:
    page = owner.get(f"/portal/settings/{section}")

    assert page.status == 200
    assert "<h1>Settings</h1>" in page.text
    assert f'aria-current="true">{SECTIONS[section]}</a>' in page.text


@pytest.mark.parametrize("section", SECTIONS)
def test_without_a_company_only_what_holds_for_all_of_them_can_be_set(stack: Stack, section: str) -> None:
    page = Person(stack, f"settings-without-{section}").get(f"/portal/settings/{section}")

    assert ("No QuickBooks company is connected." in words(page)) == (section != "keywords")
    assert ("<textarea" in page.text) == (section == "keywords")


def test_each_form_of_the_settings_holds_all_of_its_fields(owner: Person) -> None:
    for name, fields in FORMS.items():
        found = opened(owner, section_of(name), LABELS[name])

        assert {field.name for field in fields} <= {control.name for control in found.controls}, name


def test_every_field_has_a_label_and_an_id_of_its_own(owner: Person) -> None:
    for section in SECTIONS:
        page = owner.get(f"/portal/settings/{section}").text
        ids = [part.split('"')[0] for part in page.split(' id="')[1:]]

        assert len(ids) == len(set(ids)), section
        described = [one for part in page.split('aria-describedby="')[1:] for one in part.split('"')[0].split()]
        assert set(described) <= set(ids), section


def test_a_company_is_looked_into_as_soon_as_its_settings_are_saved(person: Person) -> None:
    key, now = ConnectionKey(person.tenant, person.realm_id), clock()
    flow = Flow(person.tenant, "f", f"quickbooks:{person.realm_id}", "shop", True, now, now)
    wiring().flows.put(flow, [person.realm_id], now + timedelta(hours=1))

    saved = opened(person, "reading", LABELS["reading"]).set("sync.backfill_days", "30").send(person)

    state = wiring().sync.get(key)
    assert is_saved(saved)
    assert state is not None
    assert state.due_at is not None
    assert state.due_at < now + timedelta(minutes=1)


def test_times_are_in_the_companys_time_zone_while_the_host_names_none(person: Person) -> None:
    opened(person, "general", "When documents are sent").fill(time_zone="Europe/Berlin").send(person)

    assert "Times are in Europe/Berlin." in words(person.get("/portal"))


def test_a_section_that_does_not_exist_is_not_found(person: Person) -> None:
    assert person.get("/portal/settings/colour").status == 404


def test_settings_that_need_no_quickbooks_never_ask_it(owner: Person, tenant: Tenant) -> None:
    before = tenant.calls()

    for section in sorted({*SECTIONS} - {"accounts"}):
        owner.get(f"/portal/settings/{section}")
    opened(owner, "general", "Integration").set("enabled", "").send(owner)

    assert tenant.calls() == before


# What is changed


def test_a_switch_is_switched_off_and_stays_off(person: Person) -> None:
    answer = opened(person, "general", "Integration").set("enabled", "").send(person)

    assert is_saved(answer)
    assert not settings_of(person).enabled
    page = person.get("/portal/settings?notice=saved")
    assert "Saved." in words(page)
    assert form(page, "Integration").values("enabled") == []
    assert form(page, "Integration").values("auto_invoice") == ["on"]


def test_every_switch_of_every_form_can_be_switched_off(owner: Person, tenant: Tenant) -> None:
    for name in FORMS:
        shown = opened(owner, section_of(name), LABELS[name])
        for box in [control.name for control in shown.controls if control.type == "checkbox"]:
            shown.set(box, "")
        assert is_saved(shown.send(owner)), name

    plain = settings_of(owner, tenant.realm_id).model_dump(mode="json")

    kinds = plain["kinds"].values()
    assert not any([plain["enabled"], plain["auto_invoice"], plain["create_accounts"]])
    assert not any(kind["enabled"] or kind["automatic"] for kind in kinds)
    assert not any([plain["kinds"]["products"]["create"], plain["sync"]["daily_while_notified"]])


def test_what_is_typed_is_stored(person: Person) -> None:
    opened(person, "general", "When documents are sent").fill(
        mode="daily", daily_at="17:30", time_zone="Europe/Berlin"
    ).send(person)
    orders = opened(person, "documents", "Purchase orders").set("kinds.purchase-orders.push_when", "approved , Ordered")
    orders.set("kinds.purchase-orders.entity", "Bill").set("kinds.purchase-orders.number_pattern", "O-{number}")
    answer = orders.set("kinds.purchase-orders.copy_to_bill_when", "received").send(person)
    opened(person, "reading", "Reading from QuickBooks").set("sync.backfill_days", "30").send(person)

    settings = settings_of(person)
    kind = settings.kinds.purchase_orders
    assert (settings.mode, settings.daily_at.isoformat(), settings.time_zone) == ("daily", "17:30:00", "Europe/Berlin")
    assert (kind.push_when, kind.entity, kind.number_pattern) == (("approved", "Ordered"), "Bill", "O-{number}")
    assert (kind.copy_to_bill_when, settings.sync.backfill_days) == (("received",), 30)
    # The page opens where one was.
    assert "open=purchase-orders" in answer.headers["Location"][0]
    assert (
        '<details class="kind" id="purchase-orders" open>'
        in person.get("/portal/settings/documents?open=purchase-orders").text
    )
    assert "Daily, when approved or Ordered" in words(person.get("/portal/settings/documents"))


def test_new_products_can_be_described(person: Person) -> None:
    shown = opened(person, "new-products", "New products").set("kinds.products.type", "NonInventory")
    shown.set("kinds.products.quantity", "2.5").set("kinds.products.start_date", "2026-01-31").send(person)

    products = settings_of(person).kinds.products
    assert (products.type, str(products.quantity), str(products.start_date)) == ("NonInventory", "2.5", "2026-01-31")


def test_a_form_that_is_sent_as_it_was_shown_changes_nothing(owner: Person, tenant: Tenant) -> None:
    for name in FORMS:
        assert is_saved(opened(owner, section_of(name), LABELS[name]).send(owner)), name

    assert "Nothing was changed yet." in words(owner.get("/portal/settings/history"))


def test_what_somebody_else_changes_meanwhile_is_kept(person: Person) -> None:
    shown = opened(person, "general", "When documents are sent")
    opened(person, "general", "When documents are sent").fill(mode="manual").send(person)

    answer = shown.fill(time_zone="Europe/Berlin").send(person)

    assert is_saved(answer)
    assert (settings_of(person).mode, settings_of(person).time_zone) == ("manual", "Europe/Berlin")


def test_a_change_is_told_with_who_made_it(person: Person) -> None:
    person.stack.call(
        "PATCH",
        f"/v1/tenants/{person.tenant}/connections/{person.realm_id}/settings",
        {"mode": "daily"},
        {**HOST, "X-Ledgerlink-User": "<b>Ada</b>"},
    )
    opened(person, "general", "Integration").set("auto_invoice", "").send(person)

    page = person.get("/portal/settings/history")

    assert "Here, in these pages Auto invoice: on → became off" in words(page)
    assert "<b>Ada</b>, in your application When documents are sent: at once → became once a day" in words(page)
    assert "<b>Ada" not in page.text


def test_a_long_history_pages(person: Person) -> None:
    for days in range(1, 27):
        opened(person, "reading", "Reading from QuickBooks").set("sync.backfill_days", str(days)).send(person)
    first = person.get("/portal/settings/history")
    further = unescape(first.text.split('" rel="next"')[0].rpartition('href="')[2])

    second = person.get(further.partition("/dev")[2])

    assert "90 → became 1" not in words(first)
    assert "Days that a first sync goes back: 90 → became 1" in words(second)
    assert "Back to the first page" in words(second)


# What is refused


@pytest.mark.parametrize(
    ("section", "label", "name", "typed", "problem"),
    [
        ("general", "When documents are sent", "time_zone", "Mars/Olympus", "Must be a time zone such as"),
        ("documents", "Bills", "kinds.bills.number_pattern", "B", "Must contain {number} once"),
        ("documents", "Bills", "kinds.bills.push_when", ",".join("abcdefghijklmnopqrstu"), "Must have at most 20"),
        ("new-products", "New products", "kinds.products.quantity", "-1", "Must be at least 0."),
        ("new-products", "New products", "kinds.products.quantity", "1,5", "Must be an amount such as 12.50."),
        ("reading", "Reading from QuickBooks", "sync.backfill_days", "1000", "Must be at most 730."),
        ("reading", "Reading from QuickBooks", "sync.backfill_days", HOSTILE, "Must be a whole number."),
        ("keywords", "Organic goods", "emails", "a@b.example\r\nnobody", "Entry 2 must be an e-mail address."),
        ("instances", "Add an instance", "instance", "a/b", "Not a valid id."),
    ],
)
def test_a_refused_form_keeps_what_was_typed_and_names_the_field(
    person: Person, section: str, label: str, name: str, typed: str, problem: str
) -> None:
    answer = opened(person, section, label).set(name, typed).send(person)

    shown = form(answer, label)[name]
    marked = f'<small class="problem" id="{shown.attributes["id"]}-problem">{problem}'
    assert answer.status == 400
    assert (shown.value.split(), shown.attributes["aria-invalid"]) == (typed.split(), "true")
    assert f"{shown.attributes['id']}-problem" in shown.attributes["aria-describedby"].split()
    assert marked in answer.text
    assert "Nothing was saved." in words(answer)
    assert HOSTILE not in answer.text


def test_a_refused_form_changes_nothing_and_can_be_corrected(person: Person) -> None:
    refused = opened(person, "general", "When documents are sent").fill(mode="daily", time_zone="Mars").send(person)
    before = settings_of(person).mode

    answer = form(refused, "When documents are sent").fill(time_zone="UTC").send(person)

    assert before == "realtime"
    assert is_saved(answer)
    assert settings_of(person).mode == "daily"


def test_a_box_that_was_unticked_stays_so_in_a_refused_form(person: Person) -> None:
    bills = opened(person, "documents", "Bills").set("kinds.bills.automatic", "")

    refused = bills.set("kinds.bills.number_pattern", "B").send(person)

    assert form(refused, "Bills").values("kinds.bills.automatic") == []
    assert form(refused, "Invoices").values("kinds.invoices.automatic") == ["on"]


def test_a_form_that_we_never_showed_is_not_found(person: Person) -> None:
    shown = opened(person, "general", "Integration")
    shown.action = "/portal/settings/colour"

    assert shown.send(person).status == 404


# Accounts


def test_accounts_are_chosen_and_left_to_be_chosen(owner: Person, tenant: Tenant) -> None:
    expense = tenant.account("Expense")
    shown = opened(owner, "accounts", "Accounts")
    offered = dict(shown["accounts.fees"].options)

    shown.set("accounts.fees", expense["id"]).send(owner)
    chosen = settings_of(owner, tenant.realm_id).accounts
    opened(owner, "accounts", "Accounts").set("accounts.fees", "").send(owner)

    assert offered[""].startswith("Automatic: ")
    assert offered[expense["id"]] == expense["full_name"]
    assert tenant.account("Bank")["id"] not in offered
    assert chosen == {"fees": expense["id"]}
    assert settings_of(owner, tenant.realm_id).accounts == {}
    assert f"Fees: none → became {expense['full_name']}" in words(owner.get("/portal/settings/history"))


def test_an_account_that_does_not_fit_is_refused_in_place(owner: Person, tenant: Tenant) -> None:
    shown = opened(owner, "accounts", "Accounts")
    shown["accounts.fees"].options.append((tenant.account("Bank")["id"], "forged"))

    answer = shown.set("accounts.fees", tenant.account("Bank")["id"]).send(owner)

    assert answer.status == 400
    assert "cannot be used for fees: choose one of Cost of Goods Sold" in words(answer)
    assert form(answer, "Accounts")["accounts.fees"].attributes["aria-invalid"] == "true"


def test_a_chosen_account_that_is_inactive_by_now_is_marked(owner: Person, tenant: Tenant) -> None:
    expense = tenant.account("Expense")
    opened(owner, "accounts", "Accounts").set("accounts.fees", expense["id"]).send(owner)
    tenant.deactivate("Account", expense["id"])
    tenant.listed("accounts", "?refresh=true")

    page = owner.get("/portal/settings/accounts")

    assert "This has to be done before everything can be sent:" in words(page)
    assert "chosen for fees, is inactive." in words(page)
    shown = form(page, "Accounts")["accounts.fees"]
    assert (shown.value, shown.attributes["aria-invalid"]) == (expense["id"], "true")


def test_without_quickbooks_accounts_are_shown_and_what_needs_none_of_it_is_saved(
    owner: Person, tenant: Tenant
) -> None:
    opened(owner, "accounts", "Accounts").set("accounts.fees", tenant.account("Expense")["id"]).send(owner)
    wiring().list_cache.forget(ConnectionKey(owner.tenant, tenant.realm_id), ListName.ACCOUNTS)
    tenant.fail({"status": 503})

    page = owner.get("/portal/settings/accounts")
    answer = form(page, "Accounts").set("create_accounts", "").set("accounts.fees", "").send(owner)

    assert page.status == 200
    assert "The accounts cannot be seen now." in words(page)
    assert "Intuit's transaction id:" in words(page)
    assert is_saved(answer)
    settings = settings_of(owner, tenant.realm_id)
    assert (settings.create_accounts, settings.accounts) == (False, {})


def test_a_company_that_is_not_connected_keeps_its_settings(person: Person) -> None:
    person.stack.call("POST", f"/v1/tenants/{person.tenant}/connections/{person.realm_id}/disconnect", headers=HOST)

    page = person.get("/portal/settings/accounts")
    answer = opened(person, "general", "Integration").set("auto_invoice", "").send(person)

    assert "is not connected at the moment. Its settings are kept." in words(page)
    assert "was disconnected" in words(page)
    assert is_saved(answer)
    assert not settings_of(person).auto_invoice


@pytest.fixture
def long_chart(tenant: Tenant, simulator: Any) -> Tenant:
    """More accounts than one list shows."""
    url = f"{simulator.url}/simulator/companies/{tenant.realm_id}/entities/Account"
    for number in range(101):
        body = {"Name": f"Branch {number}", "AccountType": "Expense", "AccountSubType": "ShippingFreightDelivery"}
        requests.post(url, json=body, timeout=10).raise_for_status()
    return tenant


def test_a_long_chart_of_accounts_is_searched(long_chart: Tenant, owner: Person) -> None:
    page = owner.get("/portal/settings/accounts")

    several = form(page, "Accounts").set("accounts.fees.text", "ranch 10").send(owner)
    unknown = form(page, "Accounts").set("accounts.fees.text", "Moon").send(owner)

    assert "Several match; choose one of them below." in words(several)
    choice = form(several, "Accounts")
    offered = {text: value for value, text in choice["accounts.fees.pick"].options}
    assert list(offered) == ["Choose", "Branch 10", "Branch 100"]
    assert "Is not in QuickBooks, or cannot be used here." in words(unknown)
    assert is_saved(choice.set("accounts.fees.pick", offered["Branch 100"]).send(owner))
    assert form(owner.get("/portal/settings/accounts"), "Accounts")["accounts.fees.text"].value == "Branch 100"


def test_accounts_are_suggested_while_one_types(long_chart: Tenant, owner: Person) -> None:
    shown = form(owner.get("/portal/settings/accounts"), "Accounts")["accounts.fees.text"]
    address = shown.attributes["hx-get"].partition("/dev")[2]

    piece = owner.get(f"{address}&accounts.fees.text=ranch+10")

    assert piece.text.split() == ["<option", 'value="Branch', '10"></option><option', 'value="Branch', '100"></option>']
    assert owner.get(f"{address}&accounts.fees.text=").text.strip() == ""


# The default customer


@pytest.fixture
def customers(tenant: Tenant, simulator: Any) -> list[str]:
    names = ["Aurora East", "Aurora West", f"Sales {HOSTILE}"]
    url = f"{simulator.url}/simulator/companies/{tenant.realm_id}/entities/Customer"
    return [requests.post(url, json={"DisplayName": name}, timeout=10).json()["Id"] for name in names]


def test_a_customer_is_found_by_a_part_of_its_name(owner: Person, tenant: Tenant, customers: list[str]) -> None:
    field = "default_customer.quickbooks_id"
    shown = opened(owner, "customer", "Default customer").set("who", "known")

    several = shown.set(f"{field}.text", "aurora").send(owner)
    offered = {text: value for value, text in form(several, "Default customer")[f"{field}.pick"].options}
    answer = form(several, "Default customer").set(f"{field}.pick", offered["Aurora West"]).send(owner)

    assert several.status == 400
    assert is_saved(answer)
    chosen = settings_of(owner, tenant.realm_id).default_customer
    assert chosen is not None
    assert (chosen.quickbooks_id, chosen.name) == (customers[1], "Aurora West")
    again = opened(owner, "customer", "Default customer")
    assert (again.values("who"), again.values(f"{field}.text")) == (["known"], ["Aurora West"])
    again.set("who", "nobody").send(owner)
    assert settings_of(owner, tenant.realm_id).default_customer is None


def test_a_customer_with_a_hostile_name_is_only_text(owner: Person, tenant: Tenant, customers: list[str]) -> None:
    shown = opened(owner, "customer", "Default customer").set("who", "known")
    shown.set("default_customer.quickbooks_id.text", HOSTILE).send(owner)

    pages = [owner.get(f"/portal/settings/{section}").text for section in ("customer", "history")]
    pages.append(
        owner.get(
            "/portal/settings/customer?suggest=default_customer.quickbooks_id&default_customer.quickbooks_id.text=sales"
        ).text
    )

    assert all("&lt;script&gt;alert(1)" in page for page in pages)
    assert not any("<script>alert" in page for page in pages)


def test_a_customer_is_described_and_created(owner: Person, tenant: Tenant) -> None:
    shown = opened(owner, "customer", "Default customer").set("who", "new").set("default_customer.name", "Web shop")

    answer = shown.set("default_customer.address.city", "Ulm").send(owner)

    assert is_saved(answer)
    chosen = settings_of(owner, tenant.realm_id).default_customer
    assert chosen is not None
    assert chosen.name == "Web shop"
    assert [one["name"] for one in tenant.listed("customers", "?search=web+shop&refresh=true")] == ["Web shop"]


def test_a_customer_without_a_name_is_refused_and_keeps_the_rest(owner: Person) -> None:
    shown = opened(owner, "customer", "Default customer").set("who", "new")

    answer = shown.set("default_customer.address.city", "Ulm").send(owner)

    kept = form(answer, "Default customer")
    assert kept["default_customer.name"].attributes["aria-invalid"] == "true"
    assert (kept.values("who"), kept.values("default_customer.address.city")) == (["new"], ["Ulm"])


# Organic goods and instances


def test_keywords_are_changed_and_what_was_read_is_judged_anew(person: Person) -> None:
    shown = opened(person, "keywords", "Organic goods").set("keywords", "bio\r\norganic\r\n")

    answer = shown.set("emails", "buyer@acme.example").send(person)

    assert is_saved(answer)
    found = wiring().organic_settings.read(person.tenant)
    assert (found.keywords, found.emails) == (("bio", "organic"), ("buyer@acme.example",))
    page = person.get("/portal/settings/keywords")
    assert "is being judged by the new keywords" in words(page)
    assert form(page, "Organic goods")["keywords"].value == "bio\norganic"


def test_an_instance_is_added_changed_and_removed(person: Person) -> None:
    added = opened(person, "instances", "Add an instance").set("instance", "shop-7").send(person)
    changed = opened(person, "instances", "Instance shop-7").set("auto_invoice", "").send(person)
    (instance,) = wiring().connections.tenant(person.tenant).instances
    removed = opened(person, "instances", "Instance shop-7").send(person, do="remove")

    assert all(is_saved(answer) for answer in (added, changed, removed))
    assert (instance.connection_id, instance.enabled, instance.auto_invoice) == (person.realm_id, True, False)
    assert wiring().connections.tenant(person.tenant).instances == []
    history = words(person.get("/portal/settings/history?instance=shop-7"))
    assert "Auto invoice: on → became off" in history
    assert f"Company: none → became {person.tenant} books" in history


def test_an_instance_that_is_there_already_is_not_overwritten(person: Person) -> None:
    opened(person, "instances", "Add an instance").set("instance", "shop").send(person)

    answer = opened(person, "instances", "Add an instance").set("instance", "shop").set("enabled", "").send(person)

    assert answer.status == 400
    assert "Is there already: change it in the list." in words(answer)
    assert wiring().connections.tenant(person.tenant).known_instance("shop").enabled


def test_an_instance_cannot_be_given_another_tenants_company(stack: Stack, person: Person) -> None:
    stack.connect("settings-of-another", "70070")
    shown = opened(person, "instances", "Add an instance").set("instance", "shop")
    shown["connection"].value = "70070"

    answer = shown.send(person)

    assert answer.status == 400
    assert "Is no connection of this tenant." in words(answer)


# Whose settings


def test_the_company_is_picked_where_there_are_several(stack: Stack, person: Person) -> None:
    other = f"{person.realm_id}1"
    stack.connect(person.tenant, other)

    page = person.get(f"/portal/settings?connection={other}")
    form(page, "Integration").set("enabled", "").send(person)

    assert f'<option value="{other}" selected>' in page.text
    assert (settings_of(person, other).enabled, settings_of(person).enabled) == (False, True)


def test_another_tenants_company_can_neither_be_seen_nor_changed(stack: Stack, person: Person) -> None:
    stack.connect("settings-of-the-victim", "80080")
    shown = opened(person, "general", "Integration").set("enabled", "")
    shown.action = "/portal/settings/integration?connection=80080"

    seen, sent = person.get("/portal/settings?connection=80080"), shown.send(person)

    assert (seen.status, sent.status) == (404, 404)
    assert "settings-of-the-victim" not in seen.text + sent.text
    assert wiring().choices.settings(ConnectionKey("settings-of-the-victim", "80080"))[0].enabled


@pytest.mark.parametrize("name", ["integration", "bills", "accounts", "customer", "keywords", "instances"])
def test_a_forged_form_changes_nothing(person: Person, name: str) -> None:
    answer = person.post(f"/portal/settings/{name}", [("token", "forged"), ("who", "nobody")])

    assert answer.status == 403
    assert "Nothing has changed." in answer.text
    assert settings_of(person) == Settings()


def test_a_session_that_has_ended_says_how_to_come_back(stack: Stack) -> None:
    with time_machine.travel("2026-11-21T09:30:00Z", tick=False) as clock:
        person = Person(stack, "settings-late")
        stack.connect(person.tenant, person.realm_id)
        shown = opened(person, "general", "Integration").set("enabled", "")
        clock.shift(31 * 60)

        page, sent = person.get("/portal/settings"), shown.send(person)

    assert (page.status, sent.status) == (401, 401)
    assert "Open this page again from your application." in words(page)
    assert settings_of(person).enabled
