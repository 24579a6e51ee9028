"""Intuit's own Python library works against the simulator without a change."""

from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from intuitlib.client import AuthClient
from intuitlib.enums import Scopes
from intuitlib.exceptions import AuthClientError

CALLBACK = "http://localhost:9000/callback"


def client_of(books, **more):
    return AuthClient(
        "ledgerlink-local",
        "ledgerlink-local-secret",
        CALLBACK,
        f"{books.url}/.well-known/openid_sandbox_configuration/",
        **more,
    )


def consented(books, client, scopes):
    url = client.get_authorization_url(scopes, state_token="s")
    assert requests.get(url, timeout=10).status_code == 200
    form = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    response = requests.post(
        f"{books.url}/connect/oauth2",
        data={**form, "realm_id": books.realm_id, "action": "approve"},
        allow_redirects=False,
        timeout=10,
    )
    answer = parse_qs(urlsplit(response.headers["Location"]).query)
    client.get_bearer_token(answer["code"][0], realm_id=answer["realmId"][0])


def test_it_connects_refreshes_and_revokes(books):
    client = client_of(books)

    consented(books, client, [Scopes.ACCOUNTING])
    first = client.access_token
    client.include_refresh_token_hard_expires_in = True
    client.refresh()
    headers = {"Authorization": f"Bearer {client.access_token}"}
    info = requests.get(
        f"{books.url}/v3/company/{client.realm_id}/companyinfo/{client.realm_id}", headers=headers, timeout=10
    )

    assert client.access_token != first
    assert client.expires_in == 3600
    assert client.x_refresh_token_hard_expires_in > 157_000_000
    assert info.json()["CompanyInfo"]["CompanyName"] == "Harbor Street Supply Co."
    assert client.revoke() is True


def test_it_accepts_the_id_token_and_reads_the_user(books):
    client = client_of(books)

    consented(books, client, [Scopes.ACCOUNTING, Scopes.OPENID, Scopes.PROFILE, Scopes.EMAIL])

    assert client.id_token is not None
    assert client.get_user_info().json()["givenName"] == "Robin"


def test_it_reports_invalid_grant_with_intuits_transaction_id(books):
    client = client_of(books, refresh_token="worthless")

    with pytest.raises(AuthClientError) as caught:
        client.refresh()

    assert caught.value.status_code == 400
    assert "invalid_grant" in str(caught.value.content)
    assert caught.value.intuit_tid
