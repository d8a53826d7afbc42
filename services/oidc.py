"""Sign-in with an OpenID Connect provider (authorization code flow with PKCE), through Authlib."""

from functools import lru_cache
from typing import Any

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.starlette_client import OAuth
from joserfc.errors import JoseError
from starlette.requests import Request
from starlette.responses import Response

from core.settings import get_settings
from services.identity import session_of

_TIMEOUT_SECONDS = 10


class ProviderUnreachableError(Exception):
    """The provider does not answer, or not as a provider does."""


class SignInFailedError(Exception):
    """The provider did not confirm who the user is."""


class UnconfirmedAddressError(Exception):
    """The provider has not verified the user's email address."""


async def redirect_to_provider(request: Request, callback: str) -> Response:
    """Return a redirect to the provider, which leads back to the URL `callback`."""
    try:
        response: Response = await _client().authorize_redirect(_with_session(request), callback)
    except (httpx2.HTTPError, ValueError, KeyError, RuntimeError) as error:
        raise ProviderUnreachableError from error
    return response


async def fetch_address(request: Request) -> str:
    """Return the verified email address of the user who comes back from the provider.

    Raises SignInFailedError, UnconfirmedAddressError or ProviderUnreachableError.
    """
    client = _client()
    try:
        token = await client.authorize_access_token(_with_session(request))
        claims: dict[str, Any] = dict(token.get("userinfo") or {})
        if claims and "email" not in claims:
            claims = _same_user(claims, await client.userinfo(token=token))
    except httpx2.HTTPError as error:
        raise ProviderUnreachableError from error
    except (AuthlibBaseError, JoseError, ValueError, KeyError, RuntimeError) as error:
        raise SignInFailedError from error
    if not claims:
        raise SignInFailedError
    if not claims.get("email") or claims.get("email_verified") is not True:
        raise UnconfirmedAddressError
    return str(claims["email"])


def _same_user(claims: dict[str, Any], info: dict[str, Any]) -> dict[str, Any]:
    """Return the claims of the userinfo endpoint, {} if they are another user's (5.3.2)."""
    return dict(info) if info.get("sub") == claims.get("sub") else {}


@lru_cache
def _client() -> Any:
    settings = get_settings()
    secret = settings.oidc_client_secret
    issuer = (settings.oidc_issuer or "").rstrip("/")
    return OAuth().register(
        "oidc",
        client_id=settings.oidc_client_id,
        client_secret=secret.get_secret_value() if secret else None,
        server_metadata_url=f"{issuer}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid email",
            "code_challenge_method": "S256",
            "timeout": _TIMEOUT_SECONDS,
        },
    )


def _with_session(request: Request) -> Request:
    """Return the request with our session where Authlib looks for one."""
    return Request({**request.scope, "session": session_of(request.scope)}, request.receive)
