"""The id of a REST API on the local engine, known before it is deployed."""

import hashlib


def rest_api_id(stack_name: str, logical_id: str) -> str:
    """Return the same eight characters for the same API of the same stack, always."""
    name = f"{stack_name}/{logical_id}"
    return hashlib.sha1(name.encode(), usedforsecurity=False).hexdigest()[:8]


def rest_api_url(engine_url: str, stack_name: str, logical_id: str, stage: str) -> str:
    """Return the URL under which the engine serves the API's stage."""
    return f"{engine_url}/_aws/execute-api/{rest_api_id(stack_name, logical_id)}/{stage}"
