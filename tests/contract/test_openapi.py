"""The API's description is OpenAPI, its examples are taken, and what is answered looks as it says."""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from openapi_spec_validator import validate
from pydantic import BaseModel, TypeAdapter

from ledgerlink.api import preview_shapes, record_shapes, settings_shapes, shapes, sync_shapes
from ledgerlink.api.answers import (
    activity,
    backlogs,
    certifications,
    connections,
    diagnosis,
    documents,
    errors,
    flows,
    history,
    instances,
    lists,
    mappings,
    previews,
    reconciliation,
    records,
    settings,
)
from ledgerlink.api.examples import EXAMPLES
from ledgerlink.api.openapi import description, openapi
from ledgerlink.api.reconciliation_shapes import reconciliation_shape
from ledgerlink.api.routes import ROUTES, Body
from ledgerlink.domain.attempts import Trigger
from ledgerlink.domain.backfills import Backfill, BackfillStatus
from ledgerlink.domain.backlogs import Backlog, Progress, Standing
from ledgerlink.domain.connections import ConnectionKey
from ledgerlink.domain.contents.collections import COLLECTIONS
from ledgerlink.domain.documents import EntityInQuickBooks, Status, parse_content
from ledgerlink.domain.fields import STORED
from ledgerlink.domain.flows import Direction, Flow
from ledgerlink.domain.history import Actor, Change, HistoryEntry
from ledgerlink.domain.instances import Instance
from ledgerlink.domain.links import LinkKey
from ledgerlink.domain.mappings import Entries, HostThing, Match, Unmatched
from ledgerlink.domain.organic_settings import OrganicSettings
from ledgerlink.domain.pickers import ListName
from ledgerlink.domain.reconciliation import compare
from ledgerlink.domain.records import HostDocument
from ledgerlink.domain.roles import Role
from ledgerlink.domain.suggestions import Suggestion, Why
from ledgerlink.errors import InvalidRequest, NotConnected
from ledgerlink.usecases.certification.certify_line import certify_line
from ledgerlink.usecases.mappings.suggest_matches import Suggested, UnmatchedPage
from ledgerlink.usecases.settings.read_lists import ListPage
from ledgerlink.usecases.settings.read_settings import AccountInUse, How, SettingsInUse
from ledgerlink.usecases.sync.diagnose import Check, Diagnosis
from ledgerlink.usecases.sync.read_records import Page
from ledgerlink.usecases.sync.reconcile_month import Reconciliation
from tests.unit.inbound.books import Books, changes, item, key, line, order
from tests.unit.orders import NOW, REALM, TENANT, connection, order_json
from tests.unit.preview_world import PreviewWorld
from tests.unit.reconciliation.month_end import NOVEMBER, in_quickbooks, invoice

DOCUMENT = openapi("https://books.example.com/dev")
OPERATIONS = {
    f"{method} {path}": operation
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
}
MODELS = sorted(EXAMPLES, key=lambda model: model.__name__)


def validator(name: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": f"#/components/schemas/{name}", "components": DOCUMENT["components"]})


def link_to(entity: EntityInQuickBooks) -> str:
    return f"https://qbo.test/{entity.entity_id}"


# The document


def test_it_is_openapi_3_1():
    validate(json.loads(description("https://books.example.com/dev")))

    assert DOCUMENT["openapi"] == "3.1.0"
    assert DOCUMENT["servers"] == [{"url": "https://books.example.com/dev"}]


def test_every_operation_has_an_id_of_its_own():
    ids = Counter(operation["operationId"] for operation in OPERATIONS.values())

    assert [name for name, times in ids.items() if times > 1] == []


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_says_who_may_call_it_and_how_it_may_end(name: str):
    operation = OPERATIONS[name]

    assert operation["summary"]
    assert [set(way) for way in operation["security"]] in ([], [{"hostKey"}], [{"hostKey"}, {"portalSession"}])
    assert operation["responses"]["default"] == {"$ref": "#/components/responses/Error"}
    assert len(operation["responses"]) > 1


# What is taken


def test_every_request_has_an_example():
    models = {route.body.model for routes in ROUTES.values() for route in routes if isinstance(route.body, Body)}

    assert set(EXAMPLES) == models | set(COLLECTIONS.values())


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_an_example_is_taken_and_is_what_the_schema_says(model: type[BaseModel]):
    example = EXAMPLES[model]

    taken = model.model_validate(json.loads(json.dumps(example), parse_float=Decimal))

    assert taken.model_fields_set
    assert list(validator(model.__name__).iter_errors(example)) == []


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_the_schema_refuses_unknown_fields_as_we_do(model: type[BaseModel]):
    assert not validator(model.__name__).is_valid({**EXAMPLES[model], "colour": "red"})


@pytest.mark.parametrize(
    ("quantity", "unit_cost", "is_taken"),
    [
        (2, "1.25", True),
        (2.5, 1.25, True),
        ("2", "1.25", False),
        (0, 1, False),
        (-1, 1, False),
        (1, -1, False),
        (1, "1,25", False),
        (1, "1.12345678", False),
    ],
)
def test_the_schema_takes_the_numbers_that_we_take(quantity: Any, unit_cost: Any, is_taken: bool):
    line = {"name": "Bolt", "quantity": quantity, "unit_cost": unit_cost}
    order = order_json(lines=[line], costs=[])

    assert validator("PurchaseOrder").is_valid(order) == is_taken
    assert _is_taken(order) == is_taken


def _is_taken(order: Mapping[str, Any]) -> bool:
    try:
        parse_content("purchase-orders", _exact(order))
    except InvalidRequest:
        return False
    return True


def _exact(content: Mapping[str, Any]) -> Any:
    """As the border reads it."""
    return json.loads(json.dumps(content), parse_float=Decimal)


# What is answered


class Answered(NamedTuple):
    """What a function answers, and the type that describes it."""

    answer: Any
    kind: Any


def document_answers() -> list[Answered]:
    world = PreviewWorld()
    world.store()
    waiting = world.document()
    preview = world.preview()
    problem = world.preview(order_json(costs=[{"name": "Freight", "amount": 1, "account": "None such"}]))
    world.push()
    synced = world.document()
    return [
        Answered(shapes.document_shape(waiting, link_to), documents.DocumentState),
        Answered(shapes.whole_document_shape(synced, link_to), documents.WholeDocument),
        Answered(preview_shapes.preview_shape(preview), previews.Preview),
        Answered(preview_shapes.preview_shape(problem), previews.Preview),
        *(Answered(shapes.activity_shape(entry), activity.ActivityEntry) for entry in world.activity.entries),
        Answered({"error": problem.problems[0].to_dict()}, errors.Error),
    ]


def backlog_answers() -> list[Answered]:
    standing = Standing(Status.SYNC_FAILED, NOW)
    backlog = Backlog(TENANT, "b-1", Trigger.MANUAL, NOW, "asked", standing=standing)
    return [
        Answered(shapes.backlog_shape(backlog), backlogs.BacklogState),
        Answered(shapes.progress_shape(Progress(backlog, skipped={"kind_off": 2})), backlogs.BacklogProgress),
    ]


def connection_answers() -> list[Answered]:
    instance, supplier = Instance(TENANT, "shop", REALM), LinkKey(TENANT, REALM, "suppliers", "s-1")
    entry = HistoryEntry(NOW, Actor("host", "Mrs Finch"), [Change("mode", "daily", "manual")])
    accounts = [AccountInUse(Role.FEES, How.CHOSEN, "80", "5000 Costs"), AccountInUse(Role.DEPOSIT_TO, How.MISSING)]
    rows = [{"Id": "80", "Name": "Costs", "AccountType": "Expense"}]
    return [
        Answered(shapes.connection_shape(connection()), connections.ConnectionState),
        Answered(shapes.disconnected_shape(connection()), connections.DisconnectedConnection),
        Answered(settings_shapes.instance_shape(instance), instances.InstanceState),
        Answered(settings_shapes.match_shape(Match(supplier, "Vendor", "58", False)), mappings.MatchState),
        Answered(
            settings_shapes.match_shape(Match(supplier, "Vendor", "58", True, NOW, entry.by)), mappings.MatchState
        ),
        *(Answered(settings_shapes.unmatched_shape(page), mappings.UnmatchedPage) for page in unmatched_pages()),
        Answered(settings_shapes.history_shape(entry), history.HistoryEntry),
        Answered(
            settings_shapes.settings_shape(SettingsInUse(connection(), accounts, ["choose one"], NOW)),
            settings.SettingsInUse,
        ),
        *(Answered(settings_shapes.list_shape(ListPage(name, rows, None, NOW)), lists.ListPage) for name in ListName),
    ]


def unmatched_pages() -> list[UnmatchedPage]:
    """With a suggestion, and without QuickBooks."""
    row = {"Id": "7", "Name": "Bolt M8", "Sku": "B-8"}
    bolt = HostThing(LinkKey(TENANT, REALM, "products", "sku:B-8"), "Bolt", "B-8")
    suggested = Suggested(Unmatched(bolt, NOW), [Suggestion(row, Why.SIMILAR_NAME, 0.7, ("p-1",))])
    refused = Suggested(Unmatched(bolt, NOW, InvalidRequest("No.").to_dict()), [])
    return [
        UnmatchedPage([suggested], "named:sku:B-8", Entries({"7": row}, NOW), None),
        UnmatchedPage([refused], None, None, NotConnected("Not connected.")),
    ]


def polled_answers() -> list[Answered]:
    flow = Flow(TENANT, "f-1", f"quickbooks:{REALM}", "warehouse", True, NOW, NOW)
    purchases = frozenset({Direction.PURCHASES})
    backfill = Backfill(
        ConnectionKey(TENANT, REALM), 1, purchases, ("Bill",), NOW, False, BackfillStatus.RUNNING, NOW, planned_at=NOW
    )
    wrong = Check("connected", False, "It is not.", "Connect it.", NotConnected("It is not.").to_dict())
    return [
        Answered(sync_shapes.flow_shape(flow), flows.FlowState),
        Answered(sync_shapes.backfill_shape(backfill, NOW), flows.BackfillState),
        Answered(sync_shapes.diagnosis_shape(Diagnosis([Check("flow", True, "It is.")])), diagnosis.Diagnosis),
        Answered(sync_shapes.diagnosis_shape(Diagnosis([wrong])), diagnosis.Diagnosis),
        Answered(record_shapes.keywords_shape(OrganicSettings(TENANT, ("bio",))), certifications.Keywords),
        *record_answers(),
    ]


def record_answers() -> list[Answered]:
    inbound = Books()
    inbound.own_writes.rows[key()] = HostDocument("purchase-orders", "po-7", "9")
    inbound.take(changes(PurchaseOrder=[order(Line=[line(Description="organic")])], Item=[item()]))
    certificate = {"lot_number": "L1", "expiration_date": "2027-03-31", "certified_by": "Ada"}
    stores = (inbound.certifications, inbound.records, inbound.tenants, TENANT, key().record_id, "1")
    certified = certify_line(*stores, certificate, Actor("portal"), inbound.clock())
    page = record_shapes.page_text(Page([inbound.record()], "a#b", more=True), link_to)
    return [
        Answered(json.loads(page), records.RecordPage),
        Answered(record_shapes.certification_shape(*certified, link_to), certifications.CertificationState),
    ]


def comparison_answers() -> list[Answered]:
    rows = {one.key: one for one in (in_quickbooks(total=Decimal("118.5")), in_quickbooks(entity="Bill"))}
    comparison = compare(NOVEMBER, [invoice(), invoice(entity=None, day=None)], rows)
    shape = reconciliation_shape(Reconciliation(connection(), NOVEMBER, comparison), link_to)
    return [Answered(shape, reconciliation.Reconciliation)]


MAKERS = [document_answers, backlog_answers, connection_answers, polled_answers, comparison_answers]


@pytest.mark.parametrize("make", MAKERS)
def test_what_is_answered_has_exactly_the_described_fields(make: Callable[[], list[Answered]]):
    for answer, kind in make():
        described = TypeAdapter(kind)

        # Fields that are not described would be dropped here, and missing ones refused.
        taken = described.dump_python(described.validate_python(answer, context=STORED), mode="json", by_alias=True)

        assert taken == json.loads(json.dumps(answer)), kind.__name__
        assert list(validator(kind.__name__).iter_errors(json.loads(json.dumps(answer)))) == []
