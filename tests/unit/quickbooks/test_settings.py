"""The table of hosts."""

import pytest

from ledgerlink.errors import MissingConfiguration
from ledgerlink.quickbooks.settings import hosts


def test_sandbox_and_production_share_no_host_but_the_one_for_discovery():
    sandbox, production = hosts("sandbox"), hosts("production")

    assert sandbox.api_url == "https://sandbox-quickbooks.api.intuit.com"
    assert production.api_url == "https://quickbooks.api.intuit.com"
    assert sandbox.app_url != production.app_url
    assert sandbox.discovery_url != production.discovery_url


def test_a_stand_in_serves_everything_from_one_address():
    stand_in = hosts("sandbox", "http://127.0.0.1:8765/")

    assert stand_in.api_url == stand_in.app_url == "http://127.0.0.1:8765"
    assert stand_in.discovery_url.startswith("http://127.0.0.1:8765/.well-known/")


@pytest.mark.parametrize("url", ["http://localhost:1", "http://[::1]:1", "https://books.example.com"])
def test_a_stand_in_may_be_this_machine_or_encrypted(url):
    assert hosts("sandbox", url).api_url == url


@pytest.mark.parametrize(
    "url", ["http://books.example.com", "http://10.0.0.1", "ftp://127.0.0.1", "127.0.0.1", "http://"]
)
def test_a_stand_in_that_would_carry_tokens_in_the_clear_is_refused(url):
    with pytest.raises(MissingConfiguration) as caught:
        hosts("sandbox", url)

    assert caught.value.code == "quickbooks_base_url"


def test_an_environment_that_intuit_does_not_have_is_refused():
    with pytest.raises(MissingConfiguration):
        hosts("staging")  # type: ignore[arg-type]
