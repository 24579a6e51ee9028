"""A handler that crashes shows the caller nothing.

AWS (Lambda guide, "Handling Lambda errors with an API Gateway API"): a function
error, or an answer that is not a proxy response, becomes 502 with the body
``{"message": "Internal server error"}``.
ministack 1.5.33: sends the exception with its stack trace, and lets an answer
without a statusCode pass as 200.
Here: as AWS.
"""

from typing import Any

from ministack.services import apigateway_v1

from local.aws.settings import Settings


def close_gap(_settings: Settings) -> None:
    """Judge the function's result before ministack shapes it."""
    stock_response = apigateway_v1._lambda_proxy_response

    def proxy_response(result: dict[str, Any]) -> tuple[Any, str | None]:
        if not result.get("throttle"):
            answer = result.get("body")
            if result.get("error") or not isinstance(answer, dict) or "statusCode" not in answer:
                # ministack answers 502 with {"message": <this>}.
                return None, "Internal server error"
        response: tuple[Any, str | None] = stock_response(result)
        return response

    apigateway_v1._lambda_proxy_response = proxy_response
