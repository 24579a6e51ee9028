"""What SAM writes into the OpenAPI Body of a REST API.

AWS (API Gateway guide, "OpenAPI extensions"): an import takes over any-method,
mock integrations with their responses (SAM's ``Cors``), gateway responses and
binary media types; an update overwrites the API and keeps its id.
ministack 1.5.33: imports plain methods and integrations alone, and an update
makes a new API with a new random id.
Here: all of it, and the id depends on nothing but the names of the stack and the
resource (:mod:`local.aws.rest_api_id`), so that the public base URL, and with it
the redirect URL registered at Intuit, survives updates and a lost state.
"""

from typing import Any

from ministack.services import apigateway_v1 as rest
from ministack.services.cloudformation import provisioners

from local.aws.cloudformation import Properties, Resource, handlers_of, replace_handlers
from local.aws.rest_api_id import rest_api_id
from local.aws.settings import Settings

Spec = dict[str, Any]

_TYPE = "AWS::ApiGateway::RestApi"
_ANY_METHOD = "x-amazon-apigateway-any-method"
# The tag by which ministack lets a caller choose the id.
_ID_TAG = "ms-custom-id"


def close_gap(_settings: Settings) -> None:
    """Complete the import, and let CloudFormation's update use it in place."""
    stock = handlers_of(_TYPE)
    stock_import = rest._import_rest_api
    stock_operation = rest._import_operation

    def import_operation(
        api_id: str,
        resource_id: str,
        method: str,
        operation: Spec | None,
        scheme_map: Any = None,
        default_security: Any = None,
    ) -> None:
        method = "ANY" if method.lower() == _ANY_METHOD else method
        stock_operation(api_id, resource_id, method, operation, scheme_map, default_security)
        _import_responses(api_id, resource_id, method, operation or {})

    def import_rest_api(spec: Spec, base_data: Any = None) -> str:
        api_id: str = stock_import(spec, base_data)
        _import_extensions(api_id, spec)
        return api_id

    def create(logical_id: str, properties: Properties, stack_name: str) -> Resource:
        tags = [tag for tag in properties.get("Tags") or [] if tag["Key"] != _ID_TAG]
        tags.append({"Key": _ID_TAG, "Value": rest_api_id(stack_name, logical_id)})
        created: Resource = stock["create"](logical_id, {**properties, "Tags": tags}, stack_name)
        return created

    def update(
        api_id: str, old: Properties, new: Properties, stack_name: str, logical_id: str | None = None
    ) -> Resource:
        spec = new.get("Body")
        if isinstance(spec, dict) and spec != old.get("Body"):
            _overwrite(api_id, spec)
        without_body = [{key: value for key, value in side.items() if key != "Body"} for side in (old, new)]
        updated: Resource = stock["update"](api_id, *without_body, stack_name, logical_id)
        return updated

    rest._OPENAPI_HTTP_METHODS.add(_ANY_METHOD)
    rest._import_operation = import_operation
    rest._import_rest_api = import_rest_api
    replace_handlers(_TYPE, create=create, update=update)


def _import_responses(api_id: str, resource_id: str, method: str, operation: Spec) -> None:
    """Mock integrations need their templates and responses: SAM's CORS preflight is one."""
    integration = operation.get("x-amazon-apigateway-integration")
    if integration:
        kind = str(integration.get("type", "")).upper()
        rest._put_integration(api_id, resource_id, method, {**integration, "type": kind})
        for pattern, response in (integration.get("responses") or {}).items():
            selected = {**response, "selectionPattern": "" if pattern == "default" else pattern}
            rest._put_integration_response(api_id, resource_id, method, str(response.get("statusCode", 200)), selected)
    for status in operation.get("responses") or {}:
        rest._put_method_response(api_id, resource_id, method, str(status), {})


def _import_extensions(api_id: str, spec: Spec) -> None:
    media_types = spec.get("x-amazon-apigateway-binary-media-types")
    if media_types:
        rest._rest_apis[api_id]["binaryMediaTypes"] = list(media_types)
    for kind, response in (spec.get("x-amazon-apigateway-gateway-responses") or {}).items():
        rest._put_gateway_response(api_id, kind, response)


def _overwrite(api_id: str, spec: Spec) -> None:
    """Import again under the same id; stages, deployments and API keys stay."""
    resources = rest._resources[api_id]
    root = next(resource for resource in resources.values() if resource["path"] == "/")
    root["resourceMethods"] = {}
    rest._resources[api_id] = {root["id"]: root}
    rest._authorizers_v1[api_id] = {}
    rest._gateway_responses[api_id] = {}
    schemes = rest._import_security_schemes(api_id, spec)
    for path, item in (spec.get("paths") or {}).items():
        rest._import_path_item(api_id, path, item, schemes, spec.get("security"))
    _import_extensions(api_id, spec)


# The provisioner imports through the module, so replacing the function there suffices.
assert provisioners._apigw_v1 is rest
