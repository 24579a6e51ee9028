"""The functions behind an API Gateway that calls them as the real one does, on moto."""

import base64
import importlib.util
import json
import re
from dataclasses import dataclass, field
from functools import cache
from types import ModuleType
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

import boto3

from ledgerlink.domain.connections import ConnectionKey
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.usecases.connections.keep_connected import seal_tokens
from ledgerlink.wiring import aws, wiring
from tests import canaries
from tests.template import ACCOUNT, REGION, ROOT, Resources, Route, api_routes
from tests.unit.orders import KIND, NOW, connection, order_json, tokens

DOMAIN = "api.ledgerlink.test"
SESSION_COOKIE = "__Host-ledgerlink_session"
HOST = {"Authorization": f"Bearer {canaries.HOST_KEY}"}


@dataclass
class Context:
    """What Lambda tells a function about its invocation."""

    function_name: str = "function"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:function"
    aws_request_id: str = "9b0b3a4e-request"
    milliseconds: int = 20_000

    def get_remaining_time_in_millis(self) -> int:
        return self.milliseconds


@dataclass
class Answer:
    """What the caller of the API sees."""

    status: int
    text: str
    headers: dict[str, list[str]] = field(default_factory=dict)

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def error(self) -> Any:
        return self.json["error"]

    @property
    def cookies(self) -> str:
        return "; ".join(cookie.split(";")[0] for cookie in self.headers.get("Set-Cookie", []))


@cache
def handler(function: str) -> ModuleType:
    """``functions/<function>/handler.py``, loaded by its path."""
    path = ROOT / "functions" / function / "handler.py"
    spec = importlib.util.spec_from_file_location(f"handler_of_{function}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def invoke(function: str, event: dict[str, Any]) -> Any:
    """Call the function; what it returns has to be JSON, in UTF-8."""
    answer = handler(function).lambda_handler(event, Context())
    return json.loads(json.dumps(answer, ensure_ascii=False).encode())


def forget_adapters() -> None:
    """The next call finds a cold start."""
    wiring.cache_clear()
    aws.client.cache_clear()


class Stack:
    """One deployed stack."""

    def __init__(self, made: Resources) -> None:
        self.made = made

    def call(
        self,
        method: str,
        url: str,
        body: Any = None,
        headers: dict[str, str] | None = None,
        *,
        raw: str | bytes | None = None,
    ) -> Answer:
        """One HTTP request. Bytes travel as base64, as API Gateway sends what is not text."""
        address = urlsplit(url)
        route, parameters = _match(method, address.path)
        event: dict[str, Any] = {
            "resource": route.path,
            "path": address.path,
            "httpMethod": method,
            "headers": headers,
            "pathParameters": parameters or None,
            "queryStringParameters": dict(parse_qsl(address.query, keep_blank_values=True)) or None,
            "requestContext": {"domainName": DOMAIN, "stage": "dev", "resourcePath": route.path},
            "body": raw if raw is not None else (None if body is None else json.dumps(body)),
            "isBase64Encoded": False,
        }
        if isinstance(raw, bytes):
            event |= {"body": base64.b64encode(raw).decode(), "isBase64Encoded": True}
        if not route.is_open:
            arn = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:api/dev/{method}{address.path}"
            try:
                allowed = invoke("authorize", {**event, "type": "REQUEST", "methodArn": arn})
            except Exception as refusal:
                assert str(refusal) == "Unauthorized"
                return Answer(401, "")
            assert allowed["policyDocument"]["Statement"][0]["Resource"] == arn
            event["requestContext"]["authorizer"] = {**allowed["context"], "principalId": allowed["principalId"]}
        answer = invoke(route.function, event)
        return Answer(answer["statusCode"], answer["body"], answer["multiValueHeaders"])

    def session(self, tenant: str) -> dict[str, str]:
        """The cookie of a portal session of this tenant."""
        answer = self.call("POST", f"/v1/tenants/{tenant}/sessions", headers=HOST)
        token = answer.json["connect_url"].split("session=")[1]
        return {"Cookie": f"{SESSION_COOKIE}={unquote(token)}"}

    def connect(self, tenant: str, realm_id: str) -> None:
        """The tenant has connected this company."""
        wired = wiring()
        key = ConnectionKey(tenant, realm_id)
        wired.connections.remember_tenant(tenant, NOW)
        wired.connections.establish(key, seal_tokens(wired.sealer, key, tokens(), 1), NOW)
        company = connection(
            tenant_id=tenant, connection_id=realm_id, realm_id=realm_id, company_name=f"{tenant} books"
        )
        wired.connections.describe(company)

    def press(self, page: Answer, url: str, headers: dict[str, str] | None = None, **changes: str) -> Answer:
        """Press the button of the page's form that leads to ``url``; ``changes`` are for those who forge."""
        fields = re.search(rf'<form[^>]*action="[^"]*{re.escape(url)}".*?</form>', page.text, re.DOTALL)
        assert fields is not None, page.text
        form = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', fields[0]))
        return self.call("POST", url, headers=headers, raw=urlencode({**form, **changes}))

    def put(self, tenant: str, document_id: str, **changes: Any) -> Answer:
        """The host sends a purchase order."""
        return self.call("PUT", f"/v1/tenants/{tenant}/{KIND}/{document_id}", order_json(**changes), HOST)

    def document(self, tenant: str, document_id: str) -> Any:
        return wiring().documents.get(DocumentKey(tenant, KIND, document_id))

    def executions(self) -> list[str]:
        """The names of all pushes that were started."""
        client = boto3.client("stepfunctions", region_name=REGION)
        arn = self.made["PushDocumentStateMachine"]["Ref"]
        return [e["name"] for e in client.list_executions(stateMachineArn=arn)["executions"]]

    def put_secret(self, name: str, value: str) -> None:
        """Ops change a secret."""
        vault = boto3.client("secretsmanager", region_name=REGION)
        vault.put_secret_value(SecretId=self.made[name]["Ref"], SecretString=value)


def _match(method: str, path: str) -> tuple[Route, dict[str, str]]:
    candidates = sorted(api_routes(), key=lambda route: route.path.count("{"))
    for route in candidates:
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", route.path)
        if route.method == method and (found := re.fullmatch(pattern, path)):
            # As they stand in the address: the REST API leaves them encoded.
            return route, found.groupdict()
    raise LookupError(f"{method} {path} is no route of the API")
