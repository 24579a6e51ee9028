"""Certifications, and what tenants call organic, in their table; and the e-mails and executions around them."""

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from moto.ses.models import ses_backends

from ledgerlink.domain.certification_mail import Letter, MailUnavailable, OwedMail
from ledgerlink.domain.certifications import Certificate, Certification, CertificationState, CertifiedLine
from ledgerlink.domain.history import Actor
from ledgerlink.domain.organic_settings import OrganicSettings
from ledgerlink.domain.records import RecordKey
from ledgerlink.errors import StorageUnavailable
from ledgerlink.messaging.judgements import JudgementExecutions
from ledgerlink.messaging.mail import SesMail
from ledgerlink.storage.certifications import DynamoCertifications
from ledgerlink.storage.organic_settings import DynamoOrganicSettings
from ledgerlink.storage.owed_mail import DynamoOwedMail
from ledgerlink.storage.table import Table
from tests import canaries
from tests.template import ACCOUNT, REGION
from tests.unit.inbound.fakes import FakeCertifications, FakeOrganicSettings
from tests.unit.orders import NOW, REALM, TENANT

KEY = RecordKey(TENANT, REALM, "PurchaseOrder", "12")
GIVEN = Certificate("LOT-7", date(2027, 3, 31), "Åda", NOW, "f1", Actor("host", "ada"))
LETTER = Letter("Certify", "Please add the lot number of Äpfel.")
AWAITING, CERTIFIED = CertificationState.AWAITING, CertificationState.CERTIFIED


@pytest.fixture(params=["table", "fake"])
def certifications(request: pytest.FixtureRequest) -> Any:
    if request.param == "fake":
        return FakeCertifications()
    return DynamoCertifications(request.getfixturevalue("records_table"))


@pytest.fixture
def owed_mails(request: pytest.FixtureRequest, certifications: Any) -> Any:
    if isinstance(certifications, FakeCertifications):
        return certifications.owed
    return DynamoOwedMail(request.getfixturevalue("records_table"))


@pytest.fixture(params=["table", "fake"])
def settings(request: pytest.FixtureRequest) -> Any:
    if request.param == "fake":
        return FakeOrganicSettings()
    return DynamoOrganicSettings(request.getfixturevalue("records_table"))


def certification(entity_id: str = "12", **changes: Any) -> Certification:
    lines = (CertifiedLine("1", "f1", True, (GIVEN, GIVEN)), CertifiedLine("2", "", False))
    known = Certification(replace(KEY, entity_id=entity_id), "1001", AWAITING, NOW, lines, asked=2, answered=1)
    return replace(known, **changes)


def test_a_certification_is_read_back_as_it_was(certifications):
    whole = certification(told=1, telling_until=NOW, record_revision=7)

    stored = certifications.put(whole, None)

    assert stored == replace(whole, revision=1)
    assert certifications.get_many([KEY, replace(KEY, entity_id="9")]) == {KEY: stored}


def test_a_certification_is_lost_when_somebody_else_wrote_first(certifications):
    first = certifications.put(certification(), None)
    second = certifications.put(certification(told=1), first)

    assert certifications.put(certification(told=2), first) is None
    assert certifications.put(certification(), None) is None
    assert certifications.get_many([KEY])[KEY] == second


def test_certifications_are_listed_by_state_the_longest_first(certifications):
    for days, entity_id in enumerate(("7", "8", "9")):
        certifications.put(certification(entity_id, since=NOW - timedelta(days=days)), None)
    certifications.put(certification("6", state=CERTIFIED), None)
    certifications.put(replace(certification(), key=replace(KEY, tenant_id="globex")), None)

    first, token = certifications.page(TENANT, AWAITING, limit=2, after=None)
    second, end = certifications.page(TENANT, AWAITING, limit=2, after=token)

    assert [key.entity_id for key in first + second] == ["9", "8", "7"]
    assert end is None
    assert [key.entity_id for key in certifications.page(TENANT, CERTIFIED, limit=2, after=None)[0]] == ["6"]


def test_certifications_are_listed_the_newest_first_where_that_is_wanted(certifications):
    for days, entity_id in enumerate(("7", "8", "9")):
        certifications.put(certification(entity_id, since=NOW - timedelta(days=days)), None)

    first, token = certifications.page(TENANT, AWAITING, limit=2, after=None, newest_first=True)
    second, end = certifications.page(TENANT, AWAITING, limit=2, after=token, newest_first=True)

    assert [key.entity_id for key in first + second] == ["7", "8", "9"]
    assert end is None


def test_what_is_owed_is_written_with_the_certification_or_not_at_all(certifications, owed_mails):
    owed = [OwedMail(address, KEY, 1) for address in ("a1", "b2")]
    first = certifications.put(certification(), None)

    certifications.put(certification(told=1), first, owed)
    late = certifications.put(certification(told=2), first, [OwedMail("c3", KEY, 2)])

    assert late is None
    assert sorted(owed_mails.of_tenant(TENANT), key=lambda one: one.address_digest) == owed
    assert list(owed_mails.of_tenant("globex")) == []


def test_a_worker_that_dies_after_its_first_request_has_kept_what_is_owed(records_table: Table, monkeypatch):
    certifications = DynamoCertifications(records_table)
    first = certifications.put(certification(), None)
    request = records_table._call

    def dies(*given: Any, **more: Any) -> None:
        request(*given, **more)
        raise StorageUnavailable("The worker is gone.")

    with monkeypatch.context() as dying, pytest.raises(StorageUnavailable):
        dying.setattr(records_table, "_call", dies)
        certifications.put(certification(told=1), first, [OwedMail("a1", KEY, 1)])

    assert certifications.get_many([KEY])[KEY].told == 1
    assert DynamoOwedMail(records_table).of_tenant(TENANT) == [OwedMail("a1", KEY, 1)]


def test_what_was_sent_is_owed_no_more(certifications, owed_mails):
    orders = [replace(KEY, entity_id=str(number)) for number in range(150)]
    for key in orders:
        certifications.put(certification(key.entity_id), None, [OwedMail("a1", key, 1), OwedMail("b2", key, 2)])

    owed_mails.settle([OwedMail("a1", key, 1) for key in orders])
    owed_mails.settle([])

    assert set(owed_mails.of_tenant(TENANT)) == {OwedMail("b2", key, 2) for key in orders}


def test_one_worker_at_a_time_sends_a_tenants_e_mails(owed_mails):
    until = NOW + timedelta(minutes=3)

    first = owed_mails.begin(TENANT, "one", until, NOW)
    meanwhile = owed_mails.begin(TENANT, "two", until, NOW + timedelta(minutes=1))
    elsewhere = owed_mails.begin("globex", "two", until, NOW)
    taken_over = owed_mails.begin(TENANT, "two", until + timedelta(minutes=3), until)
    owed_mails.end(TENANT, "one")
    still_taken = not owed_mails.begin(TENANT, "three", until, until)
    owed_mails.end(TENANT, "two")

    assert (first, meanwhile, elsewhere, taken_over, still_taken) == (True, False, True, True, True)
    assert owed_mails.begin(TENANT, "three", until, NOW)


def test_an_order_of_a_thousand_certified_lines_fits_into_an_item(records_table: Table):
    certifications = DynamoCertifications(records_table)
    lines = tuple(CertifiedLine(str(n), f"f{n}", True, (GIVEN,) * 3) for n in range(1000))

    certifications.put(certification(lines=lines), None)

    assert certifications.get_many([KEY])[KEY].lines == lines


def test_the_default_settings_hold_until_there_are_others(settings):
    default = settings.read(TENANT)
    chosen = replace(default, keywords=("Öko",), emails=("a@b.example",), revision=1, updated_at=NOW)

    stored = settings.put(chosen, default)

    assert default == OrganicSettings(TENANT)
    assert stored
    assert settings.read(TENANT) == chosen
    assert settings.read("globex") == OrganicSettings("globex")


def test_settings_are_lost_when_somebody_else_changed_them_first(settings):
    default = settings.read(TENANT)
    settings.put(replace(default, keywords=("one",), revision=1, updated_at=NOW), default)

    late = settings.put(replace(default, keywords=("two",), revision=1, updated_at=NOW + timedelta(hours=1)), default)

    assert not late
    assert settings.read(TENANT).keywords == ("one",)


def test_an_older_judgement_does_not_take_back_a_newer_one(settings):
    default = settings.read(TENANT)
    settings.put(replace(default, revision=3, updated_at=NOW), default)

    settings.mark_evaluated(TENANT, 3)
    settings.mark_evaluated(TENANT, 2)

    assert not settings.read(TENANT).is_evaluating


def test_attempts_are_counted_once_and_only_for_the_keywords_that_hold(settings):
    default = settings.read(TENANT)
    chosen = replace(default, keywords=("one",), revision=1, updated_at=NOW)
    settings.put(chosen, default)
    second = replace(chosen, attempt=2)

    counted = [settings.begin_attempt(one) for one in (second, second, replace(second, revision=2, attempt=3))]
    settings.put(replace(chosen, emails=("a@b.example",), updated_at=NOW + timedelta(hours=1)), chosen)

    assert counted == [True, False, False]
    assert settings.read(TENANT).attempt == 2


def test_new_keywords_are_at_their_first_attempt(settings):
    default = settings.read(TENANT)
    chosen = replace(default, keywords=("one",), revision=1, attempt=4, updated_at=NOW)
    settings.put(chosen, default)

    settings.put(replace(chosen, keywords=("two",), revision=2, attempt=1, updated_at=NOW + timedelta(hours=1)), chosen)

    assert settings.read(TENANT).attempt == 1


# e-mail


@pytest.fixture
def ses(aws: None) -> Any:
    client = boto3.client("sesv2", region_name=REGION)
    client.create_email_identity(EmailIdentity="ledgerlink@example.com")
    return client


def outbox() -> list[Any]:
    return list(ses_backends[ACCOUNT][REGION].sent_messages)


def test_everybody_gets_a_message_of_their_own(ses):
    mail = SesMail(ses, "ledgerlink@example.com")

    mail.send("ada@farm.example", LETTER)
    mail.send("grace@farm.example", LETTER)

    assert [message.destinations["ToAddresses"] for message in outbox()] == [
        ["ada@farm.example"],
        ["grace@farm.example"],
    ]


def test_a_sender_that_is_not_verified_yet_loses_no_e_mail(aws: None, caplog):
    mail = SesMail(boto3.client("sesv2", region_name=REGION), "not-verified@example.com")

    with pytest.raises(MailUnavailable):
        mail.send(canaries.EMAIL, LETTER)

    assert caplog.records == []


class Refusing:
    """SES that answers each message with the same error."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def send_email(self, **request: Any) -> Any:
        raise self.error


def refusal(code: str) -> ClientError:
    message = f"Email address is not verified. The following identities failed the check: {canaries.EMAIL}"
    return ClientError({"Error": {"Code": code, "Message": message}}, "SendEmail")


@pytest.mark.parametrize("code", ["MessageRejected", "BadRequestException"])
def test_an_address_that_is_refused_for_good_is_logged_by_the_code_alone(code, caplog):
    SesMail(Refusing(refusal(code)), "ledgerlink@example.com").send(canaries.EMAIL, LETTER)

    assert [(one.getMessage(), one.levelname, one.__dict__["error_code"]) for one in caplog.records] == [
        ("e-mail refused", "WARNING", code)
    ]


def test_a_refused_address_that_begins_as_the_senders_does_is_refused_for_good(caplog):
    SesMail(Refusing(refusal("MessageRejected")), canaries.EMAIL[:-2]).send(canaries.EMAIL, LETTER)

    assert [one.getMessage() for one in caplog.records] == ["e-mail refused"]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (refusal("TooManyRequestsException"), "TooManyRequestsException"),
        (refusal("SendingPausedException"), "SendingPausedException"),
        (refusal("AccessDeniedException"), "AccessDeniedException"),
        (EndpointConnectionError(endpoint_url="https://email.example"), "EndpointConnectionError"),
    ],
)
def test_a_service_that_does_not_take_e_mails_for_the_moment_says_so_by_the_code_alone(error, code):
    with pytest.raises(MailUnavailable) as raised:
        SesMail(Refusing(error), "ledgerlink@example.com").send(canaries.EMAIL, LETTER)

    assert str(raised.value) == code


# executions


@pytest.fixture
def machine(aws: None) -> Any:
    client = boto3.client("stepfunctions", region_name=REGION)
    definition = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 60, "End": True}}}
    arn = client.create_state_machine(
        name="judge", definition=json.dumps(definition), roleArn=f"arn:aws:iam::{ACCOUNT}:role/judge"
    )["stateMachineArn"]
    return client, arn


def test_a_judgement_is_started_once_for_each_revision(machine):
    client, arn = machine
    judgements = JudgementExecutions(client, arn)
    item = replace(KEY, entity="Item", entity_id="5")

    for _ in range(2):
        judgements.start_for_keywords(OrganicSettings(TENANT, revision=1))
        judgements.start_for_keywords(OrganicSettings(TENANT, revision=2))
        judgements.start_for_item(item, 1)

    running = client.list_executions(stateMachineArn=arn)["executions"]
    inputs = [json.loads(client.describe_execution(executionArn=one["executionArn"])["input"]) for one in running]
    assert sorted((given["item"] or "", given["revision"]) for given in inputs) == [
        ("", 1),
        ("", 2),
        (item.record_id, 1),
    ]
    assert all((given["version"], given["tenant_id"], given["after"]) == (1, TENANT, None) for given in inputs)


def test_a_judgement_that_failed_is_told_from_one_that_runs_and_from_one_that_never_started(machine):
    client, arn = machine
    judgements, first = JudgementExecutions(client, arn), OrganicSettings(TENANT, revision=1)
    never = judgements.has_failed(first)
    judgements.start_for_keywords(first)
    running = judgements.has_failed(first)

    client.stop_execution(executionArn=client.list_executions(stateMachineArn=arn)["executions"][0]["executionArn"])
    failed = judgements.has_failed(first)
    judgements.start_for_keywords(replace(first, attempt=2))

    assert (never, running, failed) == (False, False, True)
    assert not judgements.has_failed(replace(first, attempt=2))
    assert len(client.list_executions(stateMachineArn=arn)["executions"]) == 2


def test_a_judgement_that_cannot_be_started_may_be_tried_again(machine):
    client, arn = machine

    with pytest.raises(StorageUnavailable):
        JudgementExecutions(client, arn + "-gone").start_for_keywords(OrganicSettings(TENANT, revision=1))
    client.delete_state_machine(stateMachineArn=arn)
