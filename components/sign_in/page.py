"""Routes of the sign-in page: a password, or an OpenID Connect provider, and signing out."""

import re
from collections.abc import Mapping
from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from components.i18n import Language, language_of, texts_for
from components.sign_in.document import provider_name, sign_in_document
from components.site.head import relative_root
from core.settings import get_settings
from services.access import identify, is_password, is_reviewer_address, sign_in, sign_out
from services.identity import session_of

_ATTEMPTS_PER_MINUTE = 5  # with a wrong password, from one client
_MAX_FORM_BYTES = 8192
# A path of this server: "//host" and "/\host" would lead to another one.
_PATH = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]{0,500}|/")
_NO_STORE = {"Cache-Control": "no-store"}


async def show_sign_in(request: Request) -> Response:
    """Return the page; without access rules, go on to the page that the visitor wants."""
    if not get_settings().is_protected:
        return _go_to(request, request.query_params)
    return _page(request, request.query_params)


async def sign_in_with_password(request: Request) -> Response:
    """Sign in with the name and the password of the form."""
    settings = get_settings()
    form = await _read_form(request)
    client = _client_network(request)
    if _attempt_limit().is_reached(client):
        return _page(request, form, "too_many", 429, {"Retry-After": "60"})
    if not is_password(form.get("password", ""), settings):
        _attempt_limit().count(client)
        return _page(request, form, "wrong", 401)
    sign_in(session_of(request.scope), form.get("name", ""), "password", settings)
    return _go_to(request, form)


async def sign_in_with_oidc(request: Request) -> Response:
    """Redirect to the OpenID Connect provider."""
    from services import oidc  # takes 0.2 s to import

    if get_settings().oidc_issuer is None:
        return _page(request, request.query_params, status=404)
    session_of(request.scope)["next"] = _next_path(request.query_params)
    try:
        return await oidc.redirect_to_provider(request, f"{request.base_url}sign-in/oidc/callback")
    except oidc.ProviderUnreachableError:
        return _page(request, request.query_params, "unreachable", 502)


async def finish_oidc(request: Request) -> Response:
    """Sign in whom the OpenID Connect provider names, if they are one of REVIEWERS."""
    from services import oidc

    settings = get_settings()
    session = session_of(request.scope)
    query = {"next": str(session.get("next", "/"))}
    if settings.oidc_issuer is None:
        return _page(request, query, status=404)
    try:
        address = await oidc.fetch_address(request)
    except oidc.ProviderUnreachableError:
        return _page(request, query, "unreachable", 502)
    except oidc.UnconfirmedAddressError:
        return _page(request, query, "unconfirmed", 403)
    except oidc.SignInFailedError:
        return _page(request, query, "failed", 401)
    if not is_reviewer_address(address, settings):
        return _page(request, query, "not_a_reviewer", 403, address=address)
    session.pop("next", None)
    sign_in(session, address, "oidc", settings)
    return _go_to(request, query)


async def sign_out_of_session(request: Request) -> Response:
    """Sign out and go on to the page that the form names."""
    form = await _read_form(request)
    sign_out(session_of(request.scope))
    return _go_to(request, form)


sign_in_routes = [
    Route("/sign-in", show_sign_in),
    Route("/sign-in", sign_in_with_password, methods=["POST"]),
    Route("/sign-in/oidc", sign_in_with_oidc),
    Route("/sign-in/oidc/callback", finish_oidc),
    Route("/sign-out", sign_out_of_session, methods=["POST"]),
]


def _page(
    request: Request,
    values: Mapping[str, str],
    problem: str | None = None,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    address: str = "",
) -> Response:
    settings = get_settings()
    language = _language(request, values)
    texts = texts_for(language, "sign_in")
    sentence = texts[problem] if problem else ""
    document = sign_in_document(
        request,
        settings,
        language,
        _next_path(values),
        identify(session_of(request.scope), None, settings).name,
        sentence.format(provider=provider_name(settings), address=address),
    )
    return HTMLResponse(document, status, {**_NO_STORE, **(headers or {})})


def _go_to(request: Request, values: Mapping[str, str]) -> Response:
    url = relative_root(request.scope["path"]) + _next_path(values).lstrip("/")
    return RedirectResponse(url, 303, _NO_STORE)


def _next_path(values: Mapping[str, str]) -> str:
    path = values.get("next", "/")
    return path if _PATH.fullmatch(path) else "/"


def _language(request: Request, values: Mapping[str, str]) -> Language:
    return language_of(values.get("lang") or request.headers.get("accept-language"))


async def _read_form(request: Request) -> dict[str, str]:
    """Return the fields of a form; {} if it is too large or has too many fields."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MAX_FORM_BYTES:
            return {}
    try:
        fields = parse_qs(body.decode(errors="replace"), max_num_fields=20)
    except ValueError:
        return {}
    return {name: values[0] for name, values in fields.items()}


def _client_network(request: Request) -> str:
    """Return the address of the client; of an IPv6 address the part that a provider assigns."""
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
        return str(ip_network((address, 64), strict=False))
    return str(address)


class _AttemptLimit:
    """Counts wrong passwords of each client, in this process."""

    def __init__(self) -> None:
        # Imported here, because it takes 0.1 s and most servers' first visitors do not sign in.
        from limits import RateLimitItemPerMinute
        from limits.storage import MemoryStorage
        from limits.strategies import MovingWindowRateLimiter

        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._rate = RateLimitItemPerMinute(_ATTEMPTS_PER_MINUTE)

    def is_reached(self, client: str) -> bool:
        """Return whether the client may not try again yet."""
        return not self._limiter.test(self._rate, client)

    def count(self, client: str) -> None:
        """Count a wrong password."""
        self._limiter.hit(self._rate, client)


@lru_cache
def _attempt_limit() -> _AttemptLimit:
    return _AttemptLimit()
