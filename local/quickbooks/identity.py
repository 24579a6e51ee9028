"""OpenID Connect: the signed id token that comes with scope openid, its public key, the user's data."""

import json
import threading
from typing import Any

from local.quickbooks.grants import ACCESS_SECONDS, User

_KEY_ID = "ledgerlink-simulator"


class Signer:
    """Signs id tokens with a key of this process. The key is made when it is first needed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._key: Any = None

    def id_token(self, issuer: str, user: User, client_id: str, realm_id: str, now: int) -> str:
        """Return an id token as Intuit's: RS256, audience as a list, claim realmid."""
        import jwt

        claims = {
            "sub": user.sub,
            "aud": [client_id],
            "realmid": realm_id,
            "auth_time": now,
            "iss": issuer,
            "exp": now + ACCESS_SECONDS,
            "iat": now,
        }
        return jwt.encode(claims, self._private_key(), algorithm="RS256", headers={"kid": _KEY_ID})

    def key_set(self) -> dict[str, Any]:
        """Return the JWKS document."""
        from jwt.algorithms import RSAAlgorithm

        public = json.loads(RSAAlgorithm.to_jwk(self._private_key().public_key()))
        return {
            "keys": [
                {
                    "kty": "RSA",
                    "e": public["e"],
                    "use": "sig",
                    "kid": _KEY_ID,
                    "alg": "RS256",
                    "n": public["n"],
                }
            ]
        }

    def _private_key(self) -> Any:
        # cryptography comes with intuit-oauth; loading it costs as much as the rest of the start.
        from cryptography.hazmat.primitives.asymmetric import rsa

        with self._lock:
            if self._key is None:
                self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
            return self._key


def user_info(user: User, scopes: list[str]) -> dict[str, Any]:
    """Return what the userinfo endpoint tells about a user under these scopes."""
    info: dict[str, Any] = {"sub": user.sub}
    if "email" in scopes:
        info |= {"email": user.email, "emailVerified": True}
    if "profile" in scopes:
        info |= {"givenName": user.given_name, "familyName": user.family_name}
    if "phone" in scopes:
        info |= {"phoneNumber": "+1 4155550100", "phoneNumberVerified": False}
    if "address" in scopes:
        info["address"] = {
            "streetAddress": "100 Main Street",
            "locality": "Oakland",
            "region": "CA",
            "postalCode": "94607",
            "country": "US",
        }
    return info
