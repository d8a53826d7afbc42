"""Signing in and out: with a password, with a real OpenID Connect provider, and what ends it."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urljoin

import httpx
import pytest

from tests.oidc_provider import provider
from tools.dev_server import ROOT, Server, free_port, running_server
from tools.sample_strokes import SEVEN

PASSWORD = "a password of the tests"
ADA = {"name": "Ada", "password": PASSWORD, "next": "/review"}
__all__ = ["provider"]

OpenBrowser = Callable[[], httpx.Client]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, provider: str) -> Iterator[Server]:
    """A real server with both ways to sign in."""
    settings = {
        "REVIEWER_PASSWORD": PASSWORD,
        "OIDC_ISSUER": provider,
        "OIDC_CLIENT_ID": "inkling",
        "OIDC_CLIENT_SECRET": "a secret of the tests",
        "REVIEWERS": "grace@example.com,@school.example",
    }
    with running_server(tmp_path_factory.mktemp("sign_in"), settings) as running:
        yield running


@pytest.fixture
def open_browser(server: Server) -> Iterator[OpenBrowser]:
    """A function that returns a client that stores cookies."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(httpx.Client(base_url=server.url, timeout=30))


@contextmanager
def client_of(server: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, timeout=30) as client:
        yield client


def test_a_reviewer_signs_in_and_out(open_browser: OpenBrowser) -> None:
    browser = open_browser()
    assert 'type="password"' in browser.get("/sign-in?next=/review").text
    response = browser.post("/sign-in", data=ADA)
    assert (response.status_code, target(response)) == (303, "/review")
    assert browser.get("/api/review/count").status_code == 200
    assert "Signed in as Ada" in browser.get("/sign-in").text
    assert target(browser.post("/sign-out", data={"next": "/"})) == "/"
    assert browser.get("/api/review/count").status_code == 401


def test_signing_in_keeps_what_the_browser_owns(open_browser: OpenBrowser) -> None:
    browser = open_browser()
    browser.post("/api/strokes", json={"strokes": SEVEN}).raise_for_status()
    for _ in range(2):
        assert browser.get("/api/history/mine").json() == {"count": 1}
        browser.post("/sign-in", data=ADA)
    browser.post("/sign-out")
    assert browser.get("/api/history/mine").json() == {"count": 1}


def test_a_form_leads_only_to_pages_of_this_server(open_browser: OpenBrowser) -> None:
    browser = open_browser()
    for path in ("//evil.example", "https://evil.example", "/\\evil.example", "", "/a\nb"):
        assert target(browser.post("/sign-in", data=ADA | {"next": path})) == "/"


def test_names_of_other_authors_cannot_be_taken(open_browser: OpenBrowser) -> None:
    browser = open_browser()
    for name in ("visitor", "api", "room ABCDE", "", "\u0000"):
        browser.post("/sign-in", data=ADA | {"name": name})
        assert "Signed in as reviewer" in browser.get("/sign-in").text


def test_the_page_comes_in_the_language_of_the_browser(open_browser: OpenBrowser) -> None:
    text = open_browser().get("/sign-in", headers={"Accept-Language": "zh-CN"}).text
    assert '<html lang="zh">' in text
    assert "登录后审阅" in text


def test_wrong_passwords_are_limited_for_each_client(tmp_path: Path) -> None:
    with (
        running_server(tmp_path, {"REVIEWER_PASSWORD": PASSWORD}) as server,
        client_of(server) as browser,
    ):
        statuses = [
            browser.post("/sign-in", data={"password": f"guess {n}"}).status_code for n in range(6)
        ]
        assert statuses == [401] * 5 + [429]
        response = browser.post("/sign-in", data=ADA)
        assert response.status_code == 429
        assert response.headers["retry-after"] == "60"
        assert browser.get("/api/review/count").status_code == 401


def test_another_password_ends_the_sign_in(tmp_path: Path) -> None:
    with (
        running_server(tmp_path, {"REVIEWER_PASSWORD": PASSWORD}) as server,
        client_of(server) as browser,
    ):
        browser.post("/sign-in", data=ADA)
        assert browser.get("/api/review/count").status_code == 200
        cookies = dict(browser.cookies)
    with (
        running_server(tmp_path, {"REVIEWER_PASSWORD": "another password"}) as server,
        httpx.Client(base_url=server.url, cookies=cookies) as browser,
    ):
        id = browser.post("/api/strokes", json={"strokes": SEVEN}).json()["id"]
        assert browser.get("/api/review/count").status_code == 401
        # The page keeps labels that meet 401 until its reviewer has signed in again.
        assert browser.put(f"/api/history/{id}/label", json={"text": "7"}).status_code == 401
        assert browser.get(f"/api/history/{id}").status_code == 200


def test_a_user_of_the_provider_signs_in(server: Server, open_browser: OpenBrowser) -> None:
    browser = open_browser()
    response = sign_in_with_provider(browser, "ada")
    assert (response.status_code, target(response)) == (303, "/review")
    assert "Signed in as ada@school.example" in browser.get("/sign-in").text
    id = browser.post("/api/strokes", json={"strokes": SEVEN}).json()["id"]
    record = browser.put(f"/api/history/{id}/label", json={"text": "7", "by": "Grace"}).json()
    assert record["labelled_by"] == "ada@school.example"
    assert server.process.poll() is None


@pytest.mark.parametrize(
    ("user", "sentence"),
    [
        ("eve", "eve@evilschool.example may not review here"),
        ("mallory", "has not confirmed your email address"),
    ],
)
def test_other_users_of_the_provider_do_not(
    open_browser: OpenBrowser, user: str, sentence: str
) -> None:
    browser = open_browser()
    response = sign_in_with_provider(browser, user)
    assert response.status_code == 403
    assert sentence in response.text
    assert browser.get("/api/review/count").status_code == 401


def test_the_answer_of_the_provider_serves_only_the_browser_that_asked(
    open_browser: OpenBrowser,
) -> None:
    callback = authorize(open_browser(), "ada")
    stranger = open_browser()
    assert stranger.get(callback).status_code == 401
    assert stranger.get("/sign-in/oidc/callback?code=guessed&state=guessed").status_code == 401
    assert stranger.get("/sign-in/oidc/callback?error=access_denied").status_code == 401
    assert stranger.get("/api/review/count").status_code == 401


def test_a_provider_that_does_not_answer_is_said_so(tmp_path: Path) -> None:
    settings = {
        "OIDC_ISSUER": f"http://127.0.0.1:{free_port()}",
        "OIDC_CLIENT_ID": "inkling",
        "REVIEWERS": "@school.example",
    }
    with running_server(tmp_path, settings) as server, client_of(server) as browser:
        response = browser.get("/sign-in/oidc")
        assert response.status_code == 502
        assert "is not responding" in response.text


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "inkling.example"])
def test_without_rules_it_does_not_listen_where_strangers_are(host: str, tmp_path: Path) -> None:
    command = [sys.executable, "serve.py", "--host", host, "--port", str(free_port())]
    environment = {"SECRET_FILE": str(tmp_path / "secret"), "PATH": ""}
    result = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60
    )
    assert result.returncode == 1
    assert "set REVIEWER_PASSWORD (docs/security.md), or OPEN=1" in result.stderr


def test_a_missing_password_file_is_generated(tmp_path: Path) -> None:
    file = tmp_path / "reviewer_password"
    with (
        running_server(tmp_path, {"REVIEWER_PASSWORD_FILE": str(file)}) as server,
        client_of(server) as browser,
    ):
        assert file.stat().st_mode & 0o777 == 0o600
        assert str(file) in server.log.read_text()
        password = file.read_text()
        assert len(password) >= 16
        assert browser.post("/sign-in", data={"password": password}).status_code == 303


def test_the_operators_port_serves_operators_only(tmp_path: Path) -> None:
    port = free_port()
    settings = {"REVIEWER_PASSWORD": PASSWORD, "OPERATOR_PORT": str(port)}
    with (
        running_server(tmp_path, settings) as server,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as operator,
    ):
        for path in ("/api/metrics", "/query"):  # on the public port
            assert httpx.get(server.url + path).status_code == 403
        assert httpx.get(f"{server.url}/api/health/ready").json()["history"] is None
        assert "inkling_history_reachable 1.0" in operator.get("/api/metrics").text
        assert operator.get("/api/health/ready").json()["history"]["store"] == "sqlite"
        assert operator.get("/query").status_code == 200
        for path in ("/", "/api/history", "/api/review", "/sign-in"):
            assert operator.get(path).status_code == 404
        assert operator.post("/api/strokes", json={"strokes": SEVEN}).status_code == 404
        rebound = operator.get("/api/metrics", headers={"Host": f"evil.example:{port}"})
        assert rebound.status_code == 400
        container = operator.get("/api/metrics", headers={"Host": f"web:{port}"})
        assert container.status_code == 200


def authorize(browser: httpx.Client, user: str) -> str:
    """Let the provider confirm a user; the URL to which it sends the browser back."""
    redirect = browser.get("/sign-in/oidc?next=/review")
    assert redirect.status_code == 302
    assert "code_challenge_method=S256" in redirect.headers["location"]
    confirmation = httpx.post(redirect.headers["location"], data={"sub": user})
    assert confirmation.status_code == 302
    return confirmation.headers["location"]


def sign_in_with_provider(browser: httpx.Client, user: str) -> httpx.Response:
    """Sign in as a user of the provider; the last answer of the server."""
    return browser.get(authorize(browser, user))


def test_a_form_with_too_many_fields_is_a_wrong_password(open_browser: OpenBrowser) -> None:
    fields = {f"field{number}": "1" for number in range(50)}
    assert open_browser().post("/sign-in", data=fields).status_code == 401


def target(response: httpx.Response) -> str:
    """Return the URL to which a response redirects, without the server if it is the same one."""
    url = urljoin(str(response.url), response.headers["location"])
    return url.removeprefix(urljoin(str(response.url), "/")[:-1])
