import json

import pytest

from local.aws.rest_api_id import rest_api_url

HANDLERS = {
    "crash": "def handler(event, context):\n    raise KeyError('access_token')\n",
    "no_proxy_response": "def handler(event, context):\n    return {'tenant': 'acme'}\n",
}


@pytest.fixture(scope="module")
def url(engine):
    def function(name):
        event = {"Type": "Api", "Properties": {"RestApiId": {"Ref": "Api"}, "Path": f"/{name}", "Method": "get"}}
        properties = {
            "InlineCode": HANDLERS[name],
            "Handler": "index.handler",
            "Runtime": "python3.13",
            "Timeout": 10,
            "Events": {"Get": event},
        }
        return {"Type": "AWS::Serverless::Function", "Properties": properties}

    resources = {"Api": {"Type": "AWS::Serverless::Api", "Properties": {"StageName": "dev"}}}
    resources |= {name.title().replace("_", ""): function(name) for name in HANDLERS}
    outputs = engine.deploy("errors", resources, {"Id": {"Ref": "Api"}})
    return rest_api_url(engine.url, "errors", "Api", "dev").replace(
        rest_api_url("", "errors", "Api", "dev").split("/")[-2], outputs["Id"]
    )


@pytest.mark.parametrize("name", HANDLERS)
def test_a_handler_that_fails_shows_nothing_of_itself(engine, url, name):
    status, _, body = engine.http("GET", f"{url}/{name}")

    assert (status, json.loads(body)) == (502, {"message": "Internal server error"})
