"""Connecting, refreshing and revoking, against the simulator."""

from datetime import UTC, datetime, timedelta

import pytest

from ledgerlink.domain.tokens import CodeRejected, TokenRejected
from ledgerlink.errors import ConnectionRevoked, MissingConfiguration, QuickBooksUnavailable, RateLimited
from ledgerlink.quickbooks.oauth import IntuitOAuth
from ledgerlink.quickbooks.settings import hosts

DAY = 24 * 3600


def test_a_consent_becomes_tokens_that_open_the_company(control, oauth, realm_id, company):
    callback = control.consent(oauth.authorization_url("state-7"), realm_id)

    assert callback["state"] == "state-7"
    assert callback["realmId"] == realm_id
    assert company.company_info()["CompanyName"] == "Acme Books"


def test_the_lifetimes_are_those_that_intuit_tells(tokens):
    left = [
        moment - datetime.now(UTC)
        for moment in (tokens.tokens.access_expires_at, tokens.tokens.refresh_expires_at, tokens.tokens.hard_expires_at)
    ]

    for actual, told in zip(left, (timedelta(hours=1), timedelta(days=101), timedelta(days=5 * 365)), strict=True):
        assert abs(actual - told) < timedelta(minutes=1)


def test_without_a_hard_expiry_in_the_answer_there_is_none(control, oauth, tokens):
    control.post("switches", hard_expiry_in_reply=False)

    assert oauth.refresh(tokens.tokens.refresh_token).hard_expires_at is None


def test_a_refused_consent_brings_no_code(control, oauth, realm_id):
    callback = control.consent(oauth.authorization_url("state-1"), realm_id, action="cancel")

    assert callback["error"] == "access_denied"
    assert "code" not in callback


def test_a_code_works_once(control, oauth, realm_id):
    code = control.consent(oauth.authorization_url("state-1"), realm_id)["code"]
    oauth.exchange(code, realm_id)

    with pytest.raises(CodeRejected) as caught:
        oauth.exchange(code, realm_id)

    assert caught.value.intuit_tid


def test_a_code_expires(control, oauth, realm_id):
    code = control.consent(oauth.authorization_url("state-1"), realm_id)["code"]
    control.post("clock", advance_seconds=600)

    with pytest.raises(CodeRejected):
        oauth.exchange(code, realm_id)


def test_a_refresh_token_changes_after_a_day_and_the_old_one_dies(control, oauth, tokens):
    first = tokens.tokens.refresh_token
    same = oauth.refresh(first).refresh_token
    control.post("clock", advance_seconds=DAY + 60)

    rotated = oauth.refresh(same).refresh_token

    assert (same == first, rotated == first) == (True, False)
    with pytest.raises(TokenRejected):
        oauth.refresh(first)


def test_a_refresh_token_dies_after_101_days_of_silence(control, oauth, tokens):
    control.post("clock", advance_seconds=102 * DAY)

    with pytest.raises(TokenRejected):
        oauth.refresh(tokens.tokens.refresh_token)


@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
def test_a_revocation_by_either_token_ends_the_grant_and_may_be_repeated(oauth, tokens, company, which):
    oauth.revoke(getattr(tokens.tokens, which))
    oauth.revoke(getattr(tokens.tokens, which))

    with pytest.raises(TokenRejected):
        oauth.refresh(tokens.tokens.refresh_token)
    with pytest.raises(ConnectionRevoked):
        company.company_info()


def test_wrong_app_keys_are_a_matter_for_operations(control, tokens):
    impostor = IntuitOAuth(
        "ledgerlink-local",
        "wrong",
        hosts("sandbox", control.url).discovery_url,
        "https://books.example.com/oauth/callback",
        lambda: datetime.now(UTC),
    )

    with pytest.raises(MissingConfiguration) as caught:
        impostor.refresh(tokens.tokens.refresh_token)

    assert caught.value.code == "intuit_credentials_rejected"


@pytest.mark.parametrize(
    ("then", "error"),
    [
        ({"status": 503, "html": True}, QuickBooksUnavailable),
        ({"status": 500}, QuickBooksUnavailable),
        ({"status": 429}, RateLimited),
        ({"timeout": "before"}, QuickBooksUnavailable),
        ({"timeout": "after"}, QuickBooksUnavailable),
    ],
)
def test_an_outage_at_the_token_endpoint_leaves_the_connection_as_it_is(control, oauth, tokens, then, error):
    control.fail(then, operation="refresh")

    with pytest.raises(error):
        oauth.refresh(tokens.tokens.refresh_token)

    assert oauth.refresh(tokens.tokens.refresh_token).access_token
