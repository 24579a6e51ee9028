"""The HTTP side of OAuth: discovery, consent page, token, revocation, userinfo, keys."""

from typing import Any
from urllib.parse import urlencode

from local.quickbooks.grants import SCOPES, ConsentError, OAuthError
from local.quickbooks.jsontext import loads
from local.quickbooks.messages import Request, Response, json_response
from local.quickbooks.templates import page
from local.quickbooks.world import World

_NO_STORE = {"Cache-Control": "no-cache, no-store", "Pragma": "no-cache"}
_HARD_HEADER = "x-include-refresh-token-hard-expires-in"
_PARAMETERS = ("client_id", "response_type", "scope", "redirect_uri", "state")


def discovery(world: World, request: Request) -> Response:
    """Return the discovery document, with this simulator in the place of Intuit's hosts."""
    base = request.base_url
    return json_response(
        {
            "issuer": issuer(base),
            "authorization_endpoint": f"{base}/connect/oauth2",
            "token_endpoint": f"{base}/oauth2/v1/tokens/bearer",
            "userinfo_endpoint": f"{base}/v1/openid_connect/userinfo",
            "revocation_endpoint": f"{base}/v2/oauth2/tokens/revoke",
            "jwks_uri": f"{base}/op/v1/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "scopes_supported": ["openid", "email", "profile", "address", "phone"],
            "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
            "claims_supported": ["aud", "exp", "iat", "iss", "realmid", "sub"],
        }
    )


def issuer(base_url: str) -> str:
    """Return the issuer that id tokens name."""
    return f"{base_url}/op/v1"


def keys(world: World, request: Request) -> Response:
    """Return the public key of id tokens."""
    return json_response(world.signer.key_set())


def consent(world: World, request: Request) -> Response:
    """Show the consent page, or take its answer and send the browser back to the app.

    What the page sends is a form POST to the same path: the five parameters of the request, ``realm_id`` and
    ``action`` (``approve`` or ``cancel``).
    """
    sent = request.query if request.method == "GET" else request.form
    try:
        client = world.oauth.check_consent(sent)
        if request.method == "GET":
            return page(
                "consent.html",
                client=client,
                user=world.oauth.user,
                companies=world.companies.all(),
                scopes=[SCOPES[scope] for scope in dict.fromkeys(sent["scope"].split())],
                parameters={name: sent[name] for name in _PARAMETERS},
            )
        if sent.get("action") == "cancel":
            return _send_back(sent["redirect_uri"], error="access_denied", state=sent["state"])
        company = world.companies.get(sent.get("realm_id", ""))
        if sent.get("action") != "approve" or company is None:
            raise ConsentError("Choose a company to connect.")
    except ConsentError as error:
        return page("error.html", 400, title="Sorry, but this app did not connect", message=str(error))
    code = world.oauth.issue_code(client.client_id, company.realm_id, sent["redirect_uri"], sent["scope"].split())
    return _send_back(sent["redirect_uri"], code=code, state=sent["state"], realmId=company.realm_id)


def token(world: World, request: Request) -> Response:
    """Exchange a code or a refresh token for tokens."""
    form = request.form
    try:
        client = world.oauth.authenticate(request.headers.get("authorization", ""), form)
        match form.get("grant_type"):
            case "authorization_code":
                world.pause(world.switches.token_latency_ms)
                tokens = world.oauth.exchange(client, form)
            case "refresh_token":
                with world.oauth.refreshing(form.get("refresh_token", "")):
                    world.pause(world.switches.token_latency_ms)
                    tokens = world.oauth.refresh(client, form.get("refresh_token", ""))
            case _:
                raise OAuthError("unsupported_grant_type")
    except OAuthError as error:
        return json_response(error.body, error.status, headers=_NO_STORE)
    _complete(world, request, tokens)
    return json_response(tokens, headers=_NO_STORE)


def revoke(world: World, request: Request) -> Response:
    """End the grant that a token belongs to. The body is JSON ``{"token": ...}`` or a form."""
    try:
        client = world.oauth.authenticate(request.headers.get("authorization", ""), {})
        world.oauth.revoke(client, _token_of(request))
    except OAuthError as error:
        return json_response(error.body, error.status, headers=_NO_STORE)
    return Response(200, headers={"Cache-Control": "no-cache, no-store"})


def userinfo(world: World, request: Request) -> Response:
    """Tell who consented, if scope openid was asked for."""
    from local.quickbooks.identity import user_info

    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    access = world.oauth.access(text) if scheme.lower() == "bearer" else None
    if access is None or access.expired or access.grant.revoked:
        return json_response({"error": "invalid_token"}, 401)
    if "openid" not in access.grant.scopes:
        return json_response({"error": "insufficient_scope"}, 403)
    return json_response(user_info(world.oauth.user, access.grant.scopes))


def _complete(world: World, request: Request, tokens: dict[str, Any]) -> None:
    if request.headers.get(_HARD_HEADER, "").lower() == "true" and world.switches.hard_expiry_in_reply:
        tokens["x_refresh_token_hard_expires_in"] = world.oauth.hard_life(tokens["refresh_token"])
    access = world.oauth.access(tokens["access_token"])
    if access is not None and "openid" in access.grant.scopes:
        now = int(world.clock.now().timestamp())
        tokens["id_token"] = world.signer.id_token(
            issuer(request.base_url), world.oauth.user, access.grant.client_id, access.grant.realm_id, now
        )


def _token_of(request: Request) -> str:
    if "json" in request.headers.get("content-type", ""):
        try:
            body = loads(request.body)
        except ValueError:
            body = None
        return str(body.get("token", "")) if isinstance(body, dict) else ""
    return request.form.get("token", "")


def _send_back(redirect_uri: str, **parameters: str) -> Response:
    joint = "&" if "?" in redirect_uri else "?"
    return Response(302, headers={"Location": f"{redirect_uri}{joint}{urlencode(parameters)}"})
