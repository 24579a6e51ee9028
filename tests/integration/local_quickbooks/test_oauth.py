"""Consent, codes and tokens, as a web app meets them."""

import base64
import threading
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

CLIENT = ("ledgerlink-local", "ledgerlink-local-secret")
CALLBACK = "http://127.0.0.1:9000/oauth/callback"
SCOPE = "com.intuit.quickbooks.accounting"
REQUEST = {
    "client_id": CLIENT[0],
    "response_type": "code",
    "scope": SCOPE,
    "redirect_uri": CALLBACK,
    "state": "a state",
}
DAY = 86_400


def consent(books, action="approve", **changes):
    form = {**REQUEST, "realm_id": books.realm_id, "action": action, **changes}
    return requests.post(f"{books.url}/connect/oauth2", data=form, allow_redirects=False, timeout=10)


def callback_of(response):
    assert response.status_code == 302, response.text
    return {name: values[0] for name, values in parse_qs(urlsplit(response.headers["Location"]).query).items()}


def token_call(books, auth=CLIENT, headers=None, **form):
    return requests.post(f"{books.url}/oauth2/v1/tokens/bearer", data=form, auth=auth, headers=headers, timeout=10)


def exchange(books, code, **changes):
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, **changes}
    return token_call(books, **form)


def connected(books):
    return exchange(books, callback_of(consent(books))["code"]).json()


def refresh(books, token, headers=None):
    return token_call(books, headers=headers, grant_type="refresh_token", refresh_token=token)


def api_status(books, access_token):
    headers = {"Authorization": f"Bearer {access_token}"}
    url = f"{books.url}/v3/company/{books.realm_id}/vendor/1"
    return requests.get(url, headers=headers, timeout=10).status_code


@pytest.mark.parametrize("name", ["openid_configuration", "openid_sandbox_configuration"])
@pytest.mark.parametrize("slash", ["", "/"])
def test_the_discovery_document_has_all_of_intuits_keys_and_points_at_the_simulator(books, name, slash):
    document = requests.get(f"{books.url}/.well-known/{name}{slash}", timeout=10).json()

    assert set(document) == {
        "issuer",
        "authorization_endpoint",
        "token_endpoint",
        "userinfo_endpoint",
        "revocation_endpoint",
        "jwks_uri",
        "response_types_supported",
        "subject_types_supported",
        "id_token_signing_alg_values_supported",
        "scopes_supported",
        "token_endpoint_auth_methods_supported",
        "claims_supported",
    }
    assert document["token_endpoint"] == f"{books.url}/oauth2/v1/tokens/bearer"


def test_the_consent_page_lists_every_company_and_keeps_the_request(books):
    page = requests.get(f"{books.url}/connect/oauth2", params={**REQUEST, "state": '"><b>'}, timeout=10)

    assert page.status_code == 200
    assert "Harbor Street Supply Co." in page.text
    assert "QuickBooks Online Essentials" in page.text
    assert 'value="&#34;&gt;&lt;b&gt;"' in page.text
    assert "<b>" not in page.text
    assert page.headers["X-Frame-Options"] == "DENY"
    assert "http" not in page.text.replace(CALLBACK, "")


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "somebody-else"},
        {"client_id": ""},
        {"response_type": "token"},
        {"scope": ""},
        {"scope": "everything"},
        {"redirect_uri": ""},
        {"redirect_uri": "http://evil.example/callback"},
        {"redirect_uri": "https://good.example/callback?a=b"},
        {"redirect_uri": "javascript:alert(1)"},
        {"state": ""},
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_wrong_consent_request_ends_on_an_error_page_and_goes_nowhere(books, changes, method):
    request = {**REQUEST, **changes}

    if method == "GET":
        response = requests.get(f"{books.url}/connect/oauth2", params=request, allow_redirects=False, timeout=10)
    else:
        response = consent(books, **changes)

    assert response.status_code == 400
    assert "Location" not in response.headers
    assert response.headers["Content-Type"].startswith("text/html")


def test_a_client_with_a_list_may_only_be_sent_to_what_is_on_it(books):
    books.control(
        "POST", "clients", client_id="listed", client_secret="s", redirect_uris=["https://app.example/callback"]
    )

    allowed = consent(books, client_id="listed", redirect_uri="https://app.example/callback")
    refused = consent(books, client_id="listed", redirect_uri="https://app.example/callback/")

    assert allowed.status_code == 302
    assert refused.status_code == 400


def test_approval_sends_back_code_state_and_realm(books):
    answer = callback_of(consent(books, state="a & b"))

    assert set(answer) == {"code", "state", "realmId"}
    assert answer["state"] == "a & b"
    assert answer["realmId"] == books.realm_id


def test_refusal_sends_back_access_denied_and_state(books):
    assert callback_of(consent(books, action="cancel")) == {"error": "access_denied", "state": "a state"}


def test_an_unknown_company_is_not_connected(books):
    assert consent(books, realm_id="1").status_code == 400


def test_the_token_reply_has_intuits_fields_and_headers(books):
    response = exchange(books, callback_of(consent(books))["code"])

    tokens = response.json()
    assert set(tokens) == {
        "token_type",
        "access_token",
        "expires_in",
        "refresh_token",
        "x_refresh_token_expires_in",
    }
    assert (tokens["token_type"], tokens["expires_in"]) == ("bearer", 3600)
    assert tokens["x_refresh_token_expires_in"] == 8_726_400
    assert 900 < len(tokens["access_token"]) < 1200
    assert "no-store" in response.headers["Cache-Control"]
    assert response.headers["intuit_tid"]
    assert api_status(books, tokens["access_token"]) == 200


def test_client_credentials_may_be_in_the_form(books):
    code = callback_of(consent(books))["code"]

    response = token_call(
        books,
        auth=None,
        grant_type="authorization_code",
        code=code,
        redirect_uri=CALLBACK,
        client_id=CLIENT[0],
        client_secret=CLIENT[1],
    )

    assert response.status_code == 200


@pytest.mark.parametrize("auth", [(CLIENT[0], "wrong"), ("nobody", CLIENT[1]), None])
def test_wrong_client_credentials_are_invalid_client(books, auth):
    response = token_call(books, auth=auth, grant_type="refresh_token", refresh_token="x")

    assert (response.status_code, response.json()) == (401, {"error": "invalid_client"})


def test_broken_basic_credentials_are_invalid_client(books):
    header = "Basic " + base64.b64encode(b"\xff\xfe").decode()

    response = token_call(books, auth=None, headers={"Authorization": header}, grant_type="refresh_token")

    assert response.status_code == 401


@pytest.mark.parametrize(
    "changes", [{"redirect_uri": "http://127.0.0.1:9000/other"}, {"code": "XAB1nonsense"}], ids=["redirect", "code"]
)
def test_an_exchange_that_does_not_fit_the_consent_is_invalid_grant(books, changes):
    code = callback_of(consent(books))["code"]

    response = exchange(books, **{"code": code, **changes})

    assert (response.status_code, response.json()) == (400, {"error": "invalid_grant"})


def test_another_client_cannot_exchange_the_code(books):
    books.control("POST", "clients", client_id="other", client_secret="s")
    code = callback_of(consent(books))["code"]

    response = token_call(books, auth=("other", "s"), grant_type="authorization_code", code=code, redirect_uri=CALLBACK)

    assert response.json() == {"error": "invalid_grant"}


def test_a_code_is_good_for_five_minutes(books):
    code = callback_of(consent(books))["code"]
    books.control("POST", "clock", advance_seconds=301)

    assert exchange(books, code).json() == {"error": "invalid_grant"}


def test_a_second_exchange_of_a_code_revokes_what_the_first_one_issued(books):
    code = callback_of(consent(books))["code"]
    tokens = exchange(books, code).json()

    again = exchange(books, code)

    assert again.json() == {"error": "invalid_grant"}
    assert api_status(books, tokens["access_token"]) == 401
    assert refresh(books, tokens["refresh_token"]).status_code == 400


def test_an_unknown_grant_type_is_refused(books):
    assert token_call(books, grant_type="password").json() == {"error": "unsupported_grant_type"}


def test_within_a_day_a_refresh_gives_the_same_refresh_token_and_another_access_token(books):
    tokens = connected(books)

    refreshed = refresh(books, tokens["refresh_token"]).json()

    assert refreshed["refresh_token"] == tokens["refresh_token"]
    assert refreshed["access_token"] != tokens["access_token"]
    assert api_status(books, refreshed["access_token"]) == 200


def test_after_a_day_the_refresh_token_changes_and_the_old_one_is_worthless(books):
    tokens = connected(books)
    books.control("POST", "clock", advance_seconds=DAY)

    refreshed = refresh(books, tokens["refresh_token"]).json()
    old = refresh(books, tokens["refresh_token"])

    assert refreshed["refresh_token"] != tokens["refresh_token"]
    assert old.status_code == 400
    assert old.json()["error"] == "invalid_grant"
    assert refresh(books, refreshed["refresh_token"]).status_code == 200


def test_the_old_refresh_token_can_be_left_working_for_a_day(books):
    books.control("POST", "switches", old_refresh_token_works=True)
    tokens = connected(books)
    books.control("POST", "clock", advance_seconds=DAY)
    refreshed = refresh(books, tokens["refresh_token"]).json()

    graceful = refresh(books, tokens["refresh_token"])
    books.control("POST", "clock", advance_seconds=DAY + 1)
    late = refresh(books, tokens["refresh_token"])

    assert graceful.json()["refresh_token"] == refreshed["refresh_token"]
    assert late.status_code == 400


def test_the_refresh_token_can_be_made_to_change_every_time(books):
    books.control("POST", "switches", rotate_at_every_refresh=True)
    tokens = connected(books)

    refreshed = refresh(books, tokens["refresh_token"]).json()

    assert refreshed["refresh_token"] != tokens["refresh_token"]


def test_a_refresh_token_dies_after_101_days_without_use_and_lives_on_with_it(books):
    used, unused = connected(books), None
    books.control("POST", "clock", advance_seconds=100 * DAY)
    used = refresh(books, used["refresh_token"]).json()
    books.control("POST", "clock", advance_seconds=100 * DAY)
    used = refresh(books, used["refresh_token"]).json()
    unused = used
    books.control("POST", "clock", advance_seconds=102 * DAY)

    assert refresh(books, unused["refresh_token"]).json()["error"] == "invalid_grant"


def test_the_hard_limit_is_told_on_request_and_is_not_extended_by_refreshing(books):
    asked = {"x-include-refresh-token-hard-expires-in": "true"}
    tokens = connected(books)
    before = refresh(books, tokens["refresh_token"], headers=asked).json()["x_refresh_token_hard_expires_in"]
    books.control("POST", "clock", advance_seconds=90 * DAY)

    after = refresh(books, tokens["refresh_token"], headers=asked).json()

    assert before == pytest.approx(157_680_000, abs=5)
    assert after["x_refresh_token_hard_expires_in"] == pytest.approx(before - 90 * DAY, abs=5)


def test_near_the_hard_limit_the_soft_expiry_shrinks_and_then_the_token_dies(books):
    token = connected(books)["refresh_token"]
    for _ in range(18):
        books.control("POST", "clock", advance_seconds=100 * DAY)
        tokens = refresh(books, token).json()
        token = tokens["refresh_token"]

    assert tokens["x_refresh_token_expires_in"] < 30 * DAY
    books.control("POST", "clock", advance_seconds=30 * DAY)
    assert refresh(books, token).json()["error"] == "invalid_grant"


@pytest.mark.parametrize(("punish", "statuses"), [(False, [200, 200]), (True, [400, 400])])
def test_concurrent_refreshes_are_noticed_and_may_be_punished(books, punish, statuses):
    token = connected(books)["refresh_token"]
    books.control("POST", "switches", punish_concurrent_refresh=punish, token_latency_ms=150)
    seen = []
    threads = [threading.Thread(target=lambda: seen.append(refresh(books, token).status_code)) for _ in range(2)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert seen == statuses
    assert books.control("GET", "stats")["concurrent_refreshes"] == 1


def test_an_access_token_expires_after_an_hour(books):
    tokens = connected(books)
    books.control("POST", "clock", advance_seconds=3601)

    response = requests.get(
        f"{books.url}/v3/company/{books.realm_id}/vendor/1",
        headers={"Authorization": f"Bearer {tokens['access_token']}"},
        timeout=10,
    )

    error = response.json()["fault"]["error"][0]
    assert response.status_code == 401
    assert error["detail"].startswith("Token expired")
    assert tokens["access_token"] not in response.text
    assert refresh(books, tokens["refresh_token"]).status_code == 200


@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
def test_revoking_either_token_ends_both(books, which):
    tokens = connected(books)

    response = requests.post(
        f"{books.url}/v2/oauth2/tokens/revoke", json={"token": tokens[which]}, auth=CLIENT, timeout=10
    )

    assert (response.status_code, response.content) == (200, b"")
    assert api_status(books, tokens["access_token"]) == 401
    assert refresh(books, tokens["refresh_token"]).json()["error"] == "invalid_grant"


def test_revoking_needs_the_client_and_a_living_token(books):
    tokens = connected(books)
    url = f"{books.url}/v2/oauth2/tokens/revoke"

    wrong_client = requests.post(url, json={"token": tokens["refresh_token"]}, auth=("x", "y"), timeout=10)
    wrong_token = requests.post(url, json={"token": "x"}, auth=CLIENT, timeout=10)

    assert wrong_client.status_code == 401
    assert wrong_token.status_code == 400
    assert api_status(books, tokens["access_token"]) == 200


def test_a_user_can_disconnect_inside_quickbooks_and_connect_again(books):
    tokens = connected(books)
    books.control("POST", "revoke", realm_id=books.realm_id)

    status = api_status(books, tokens["access_token"])
    renewed = connected(books)

    assert status == 401
    assert refresh(books, tokens["refresh_token"]).status_code == 400
    assert api_status(books, renewed["access_token"]) == 200


def test_consenting_again_renews_the_one_grant_of_client_and_company(books):
    first = connected(books)

    second = connected(books)

    assert refresh(books, first["refresh_token"]).status_code == 400
    assert refresh(books, second["refresh_token"]).status_code == 200
    grants = books.control("GET", "clients")["grants"]
    assert len([grant for grant in grants if not grant["revoked"]]) == 1


def test_userinfo_tells_what_the_scopes_allow(books):
    code = callback_of(consent(books, scope=f"{SCOPE} openid email"))["code"]
    tokens = exchange(books, code).json()
    url = f"{books.url}/v1/openid_connect/userinfo"

    info = requests.get(url, headers={"Authorization": f"Bearer {tokens['access_token']}"}, timeout=10).json()

    assert set(info) == {"sub", "email", "emailVerified"}
    assert tokens["id_token"].count(".") == 2
    assert requests.get(url, timeout=10).status_code == 401


def test_userinfo_needs_scope_openid(books):
    tokens = connected(books)
    url = f"{books.url}/v1/openid_connect/userinfo"

    response = requests.get(url, headers={"Authorization": f"Bearer {tokens['access_token']}"}, timeout=10)

    assert response.status_code == 403
