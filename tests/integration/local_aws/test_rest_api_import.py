import json

import pytest

from local.aws.rest_api_id import rest_api_id, rest_api_url

ECHO = """
import json
def handler(event, context):
    return {"statusCode": 200, "body": json.dumps([event["httpMethod"], event["path"]])}
"""
AUTHORIZER = """
def handler(event, context):
    raise Exception("Unauthorized")
"""


def api_resources(extra_path=None):
    def function(code, events=None):
        return {
            "Type": "AWS::Serverless::Function",
            "Properties": {
                "InlineCode": code,
                "Handler": "index.handler",
                "Runtime": "python3.13",
                "Timeout": 10,
                "Events": events or {},
            },
        }

    def event(path, method, **extra):
        return {"Type": "Api", "Properties": {"RestApiId": {"Ref": "Api"}, "Path": path, "Method": method, **extra}}

    events = {
        "Private": event("/private", "get"),
        "Portal": event("/portal/{proxy+}", "any", Auth={"Authorizer": "NONE"}),
    }
    if extra_path:
        events["Extra"] = event(extra_path, "get", Auth={"Authorizer": "NONE"})
    api = {
        "StageName": "dev",
        "OpenApiVersion": "3.0.1",
        "BinaryMediaTypes": ["image~1png"],
        "Cors": {"AllowOrigin": "'https://host.example'", "AllowHeaders": "'authorization'"},
        "Auth": {
            "DefaultAuthorizer": "Session",
            "AddDefaultAuthorizerToCorsPreflight": False,
            "Authorizers": {
                "Session": {
                    "FunctionArn": {"Fn::GetAtt": ["Authorizer", "Arn"]},
                    "FunctionPayloadType": "REQUEST",
                    "Identity": {"ReauthorizeEvery": 0},
                }
            },
        },
        "GatewayResponses": {
            "UNAUTHORIZED": {
                "StatusCode": 401,
                "ResponseParameters": {"Headers": {"WWW-Authenticate": "'Bearer'"}},
                "ResponseTemplates": {"application/json": '{"error": {"category": "authentication"}}'},
            }
        },
    }
    return {
        "Api": {"Type": "AWS::Serverless::Api", "Properties": api},
        "Echo": function(ECHO, events),
        "Authorizer": function(AUTHORIZER),
    }


@pytest.fixture(scope="module")
def url(engine):
    engine.deploy("rest", api_resources())
    return rest_api_url(engine.url, "rest", "Api", "dev")


def test_the_id_is_known_before_the_deployment(engine, url):
    ids = [api["id"] for api in engine.client("apigateway").get_rest_apis()["items"]]

    assert rest_api_id("rest", "Api") in ids


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_any_method_takes_every_method_of_a_proxied_path(engine, url, method):
    status, _, body = engine.http(method, f"{url}/portal/a/b")

    assert (status, json.loads(body)) == (200, [method, "/portal/a/b"])


def test_a_gateway_response_replaces_the_refusal(engine, url):
    status, headers, body = engine.http("GET", f"{url}/private")

    assert (status, json.loads(body)) == (401, {"error": {"category": "authentication"}})
    assert headers["www-authenticate"] == "Bearer"


def test_a_preflight_answers_with_the_cors_headers(engine, url):
    status, headers, _ = engine.http("OPTIONS", f"{url}/private")

    assert status == 200
    assert headers["access-control-allow-origin"] == "https://host.example"
    assert headers["access-control-allow-headers"] == "authorization"


def test_an_update_keeps_the_id_and_what_was_there(engine, url):
    engine.deploy("rest", api_resources(extra_path="/extra"))

    added, _, _ = engine.http("GET", f"{url}/extra")
    kept, _, _ = engine.http("GET", f"{url}/portal/x")
    refused, _, body = engine.http("GET", f"{url}/private")

    assert (added, kept, refused) == (200, 200, 401)
    assert json.loads(body) == {"error": {"category": "authentication"}}
