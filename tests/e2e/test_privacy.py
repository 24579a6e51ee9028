"""Runs last: what all the other tests have left in logs and executions tells no secret and no customer."""

import json

from tests.e2e.aws import Aws, QuickBooks, eventually
from tests.e2e.tenant import EMAIL, SUPPLIER, Tenant, order


def secrets_of(aws: Aws, tenant: Tenant) -> list[str]:
    """Everything that opens a door."""
    kept = [aws.secret(name) for name in ("HostApiKeySecret", "SessionSecret")]
    intuit = json.loads(aws.secret("IntuitSecret"))
    session = tenant.session()["connect_url"].partition("session=")[2]
    return [*kept, intuit["client_secret"], *aws.tokens(tenant.name, tenant.realm_id), session]


def test_no_log_tells_a_secret_or_a_customer(tenant: Tenant, quickbooks: QuickBooks, aws: Aws):
    tenant.push("order-1", order("1"))
    (vendor,) = quickbooks.entities(tenant.realm_id, "Vendor")
    quickbooks.change(tenant.realm_id, "Vendor", vendor["Id"], Active=False)
    execution = tenant.put("order-1", order("1", memo="Changed"))["execution"]
    failed = tenant.wait("order-1", "sync_failed")

    telling = (SUPPLIER, EMAIL, *secrets_of(aws, tenant))
    lines = eventually(lambda: list(aws.log_lines()) if logged(aws, execution) else [])

    # The tenant is told the name; the log is not.
    assert SUPPLIER in failed["last_error"]["message"]
    assert len(lines) > 100
    assert [line[:600] for line in lines if any(secret in line for secret in telling)] == []
    # What every token of Intuit's begins with, whichever test it was made in.
    assert [line[:600] for line in lines if "RT1-" in line or "eyJhbGciOiJkaXIi" in line or "XAB1" in line] == []


def logged(aws: Aws, execution: str) -> bool:
    return any(execution in line for line in aws.log_lines())


def test_no_execution_tells_a_secret_or_a_customer(tenant: Tenant, aws: Aws):
    tenant.push("order-1", order("1"))
    telling = (SUPPLIER, EMAIL, *secrets_of(aws, tenant))

    texts = {
        execution["name"]: json.dumps(list(aws.history(execution["executionArn"])), default=str)
        for execution in aws.executions()
    }

    assert texts
    assert [name for name, text in texts.items() if any(secret in text for secret in telling)] == []
