"""Hosts, origins, headers and rates: who is refused before a route sees the request."""

from collections.abc import Iterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Message
from streamlit.web.server.starlette.starlette_routes import create_host_config_routes

from api.middleware.host_config import HostConfigMiddleware
from api.middleware.hosts import HostMiddleware
from api.middleware.origins import OriginMiddleware
from api.middleware.rate_limits import RateLimitMiddleware, limited_by
from api.middleware.security_headers import SecurityHeadersMiddleware, page_policy
from core.rate_limits import RATES, RateLimitedError, RateLimits, client_address
from tests.api.in_process import in_process_client
from tests.run_async import run_async


async def answer(request: Request) -> Response:
    headers = {"Cache-Control": "no-cache"} if request.url.path.endswith("png") else None
    return PlainTextResponse("fine", headers=headers)


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    """A client of an application with the middlewares, at most two new rooms a minute."""
    app = Starlette(
        routes=[Route("/{path:path}", answer, methods=["GET", "POST", "PUT"])],
        middleware=[
            Middleware(SecurityHeadersMiddleware),
            Middleware(HostMiddleware, allowed_hosts=("Inkling.example", "*.school.example")),
            Middleware(OriginMiddleware, allowed_hosts=("Inkling.example",)),
            Middleware(RateLimitMiddleware, limits=RateLimits(2 / 120)),
        ],
    )
    with in_process_client(app) as http:
        yield http


def test_the_host_config_has_every_setting_of_streamlits_own() -> None:
    settings = []
    for middleware in ([], [Middleware(HostConfigMiddleware)]):
        app = Starlette(routes=create_host_config_routes(None), middleware=middleware)
        with in_process_client(app) as http:
            settings.append(http.get("/_stcore/host-config").json())
    streamlits, ours = settings
    ours_own = {"allowedOrigins", "blockErrorDialogs"}
    assert streamlits.keys() == ours.keys()
    assert {name for name in ours if ours[name] != streamlits[name]} == ours_own


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LOCALHOST.:8501",
        "pc.localhost:1",
        "127.0.0.1:8501",
        "192.168.1.7",
        "[::1]:8501",
        "inkling.example",
        "a.b.school.example:443",
    ],
)
def test_a_known_host_is_answered(client: httpx.Client, host: str) -> None:
    assert client.get("/", headers={"Host": host}).text == "fine"


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "inkling.example.evil.example",
        "127.0.0.1.evil.example",
        "notlocalhost",
        "school.example",
        "evilschool.example",
        "2130706433",
        "user@localhost",
        "localhost/..",
        "localhost:99999999",
        "[::1",
        "",
        "\xff",
    ],
)
def test_an_unknown_host_is_refused(client: httpx.Client, host: str) -> None:
    response = client.get("/", headers={b"Host": host.encode("latin-1")})
    assert (response.status_code, response.json()["error"]["code"]) == (400, "unknown_host")


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("localhost:8501", "http://localhost:8501"),
        ("localhost", "http://localhost"),
        ("localhost:80", "http://localhost"),
        ("127.0.0.1", "https://inkling.example"),  # a proxy that replaces the host
        ("127.0.0.1", "http://inkling.example"),
    ],
)
def test_our_own_origin_is_answered(client: httpx.Client, host: str, origin: str) -> None:
    assert client.post("/", headers={"Host": host, "Origin": origin}).text == "fine"


@pytest.mark.parametrize(
    ("scheme", "origin", "status"),
    [
        ("https", "https://localhost", 200),
        ("https", "https://inkling.example", 200),
        ("https", "http://localhost", 403),
        ("https", "http://localhost:443", 403),
        ("https", "http://inkling.example", 403),
        ("http", "https://localhost", 403),
        ("http", "https://localhost:80", 403),
    ],
)
def test_the_scheme_of_the_origin_is_compared(
    client: httpx.Client, scheme: str, origin: str, status: int
) -> None:
    response = client.post(
        f"{scheme}://inkling.example/", headers={"Host": "localhost", "Origin": origin}
    )
    assert response.status_code == status


@pytest.mark.parametrize(("version", "status"), [("1.0", 200), ("1.1", 400)])
def test_only_http_1_0_may_leave_out_the_host(version: str, status: int) -> None:
    async def call() -> int:
        statuses: list[int] = []

        async def send(message: Message) -> None:
            statuses.extend([message["status"]] if "status" in message else [])

        app = HostMiddleware(PlainTextResponse("fine"))
        scope = {"type": "http", "method": "GET", "path": "/", "headers": []}
        await app({**scope, "http_version": version}, no_message, send)
        return statuses[0]

    assert run_async(call()) == status


async def no_message() -> Message:
    return {"type": "http.request"}


@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "http://localhost:3000",
        "http://localhost.evil.example:8501",
        "null",
        "file://",
        "localhost:8501",
        "http://[",
        "",
    ],
)
def test_a_foreign_origin_is_refused(client: httpx.Client, method: str, origin: str) -> None:
    headers = {"Host": "localhost:8501", "Origin": origin}
    response = client.request(method, "/", headers=headers)
    assert (response.status_code, response.json()["error"]["code"]) == (403, "foreign_origin")


def test_every_response_has_security_headers(client: httpx.Client) -> None:
    for host in ("localhost", "evil.example"):
        headers = client.get("/api/history", headers={"Host": host}).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert "frame-ancestors" in headers["content-security-policy"]
        assert headers["cache-control"] == "private, no-cache"
    assert client.get("/api/x.png", headers={"Host": "localhost"}).headers["cache-control"] == (
        "private, no-cache"
    )


def test_a_policy_allows_only_the_inline_scripts_of_the_page() -> None:
    policy = page_policy('<script type="module" src="a.js"></script><script>let a;</script>')
    script_sources = policy.partition("script-src ")[2].partition(";")[0].split()
    assert "'unsafe-inline'" not in script_sources
    assert sum(source.startswith("'sha256-") for source in script_sources) == 1


def test_a_rate_is_answered_with_429(client: httpx.Client) -> None:
    headers = {"Host": "localhost"}
    assert [client.post("/api/rooms", headers=headers).status_code for _ in range(3)] == [
        200,
        200,
        429,
    ]
    refused = client.post("/api/rooms", headers=headers)
    assert refused.json()["error"]["code"] == "too_many_requests"
    assert 1 <= int(refused.headers["retry-after"]) <= 3600
    assert client.get("/api/rooms/K7Q2M", headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "names"),
    [
        ("POST", "/api/predict", ("predictions", "images")),
        ("POST", "/upload", ("predictions", "images")),
        ("POST", "/api/strokes", ("predictions",)),
        ("PUT", "/api/history/1/label", ("changes",)),
        ("DELETE", "/api/history/mine", ("changes",)),
        ("GET", "/api/history", ("reads",)),
        ("HEAD", "/api/history/1", ("reads",)),
        ("GET", "/api/history/1/image.png", ("reads",)),
        ("GET", "/api/review", ("reads",)),
        ("GET", "/api/history/1/explain", ("searches",)),
        ("HEAD", "/api/history/1/similar", ("searches",)),
        ("GET", "/api/history/summary", ("searches",)),
        ("GET", "/api/history/export.csv", ("searches",)),
        ("GET", "/api/review/dataset.zip", ("searches",)),
        ("GET", "/api/review/reliability", ("searches",)),
        ("POST", "/api/training-jobs", ("changes",)),
        ("DELETE", "/api/training-jobs/1", ("changes",)),
        ("GET", "/api/training-jobs", ("reads",)),
        ("GET", "/api/rooms/K7Q2M/qr.svg", ("qr_codes",)),
        ("GET", "/", ()),
    ],
)
def test_what_a_request_counts_for(method: str, path: str, names: tuple[str, ...]) -> None:
    assert limited_by(method, path) == names


def test_clients_are_counted_apart() -> None:
    limits = RateLimits(1 / 120)
    limits.take("rooms", "192.0.2.1")
    with pytest.raises(RateLimitedError):
        limits.take("rooms", "192.0.2.1")
    limits.take("rooms", "192.0.2.2")


def test_a_factor_of_zero_disables_the_limits() -> None:
    limits = RateLimits(0)
    for _ in range(1000):
        limits.take("rooms", "192.0.2.1")


def test_what_is_open_at_the_same_time_is_limited() -> None:
    limits = RateLimits(1 / 50)
    with limits.hold("rooms", "a"), pytest.raises(RateLimitedError), limits.hold("rooms", "a"):
        pass
    with limits.hold("rooms", "a"):
        pass


def test_a_class_behind_one_address_meets_no_limit() -> None:
    limits = RateLimits()
    for _ in range(50):
        for name, times in {"predictions": 30, "changes": 30, "hellos": 20}.items():
            for _ in range(times):
                limits.take(name, "192.0.2.1")
    assert set(RATES) > {"predictions", "changes", "hellos"}


def test_an_ipv6_client_is_its_network() -> None:
    assert client_address({"client": ("2001:db8::1", 1)}) == "2001:db8::/64"
    assert client_address({"client": ("2001:db8::ffff:2", 1)}) == "2001:db8::/64"
    assert client_address({"client": ("::ffff:192.0.2.1", 1)}) == "192.0.2.1"
    assert client_address({"client": ("192.0.2.1", 1)}) == "192.0.2.1"
