"""deploy/haproxy.cfg, with a fake replica behind it."""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.conftest import unavailable
from tools.compose_stack import docker, docker_available, wait_until
from tools.dev_server import ROOT, free_port

NAME = "inkling-gateway-test"


@dataclass
class Gateway:
    """The gateway's addresses, and the container of the replica behind it."""

    url: str
    secure_url: str
    replica: str

    def requests(self, path: str) -> list[str]:
        """Return the methods of the requests for a path that reached the replica."""
        lines = [line.split() for line in docker("logs", self.replica).splitlines()]
        return [method for method, requested in lines if requested == path]


def start_gateway(folder: Path, *, tls: bool) -> Iterator[Gateway]:
    """Start a fake replica and the gateway, with a self-signed certificate if `tls`."""
    if not docker_available():
        unavailable("A Docker engine with compose")
    name = f"{NAME}-tls" if tls else NAME
    port, secure_port = free_port(), free_port()
    options = []
    if tls:
        self_signed_certificate(folder / "inkling.pem")
        options = ["--env", "TLS_CERTIFICATE=/certs/inkling.pem"]
        options += ["--env", f"HTTPS_PORT={secure_port}", "--volume", f"{folder}:/certs:ro"]
    containers = []
    docker("network", "create", name)
    try:
        script = ROOT / "tests" / "docker" / "fake_replica.py"
        containers.append(
            docker(
                *("run", "--detach", "--network", name, "--network-alias", "web"),
                *("--volume", f"{script}:/fake_replica.py:ro", "python:3.11-slim-bookworm"),
                *("python", "/fake_replica.py"),
            )
        )
        configuration = ROOT / "deploy" / "haproxy.cfg"
        containers.append(
            docker(
                *("run", "--detach", "--network", name, "--read-only", "--cap-drop", "ALL"),
                *("--publish", f"127.0.0.1:{port}:8000"),
                *("--publish", f"127.0.0.1:{secure_port}:8443", *options),
                *("--volume", f"{configuration}:/usr/local/etc/haproxy/haproxy.cfg:ro"),
                "haproxy:lts",
            )
        )
        gateway = Gateway(
            f"http://127.0.0.1:{port}", f"https://127.0.0.1:{secure_port}", containers[0]
        )
        url = gateway.secure_url if tls else gateway.url
        wait_until(
            "the gateway answers", lambda: httpx.get(f"{url}/x", verify=False).status_code == 200
        )
        yield gateway
    finally:
        for container in containers:
            docker("rm", "--force", "--volumes", container)
        docker("network", "rm", name)


def self_signed_certificate(path: Path) -> None:
    """Write a certificate and its key into one PEM file that the gateway's user can read."""
    key = path.with_name("key")
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost"
    files = ["-keyout", str(key), "-out", str(path)]
    subprocess.run([*command.split(), *files], check=True, capture_output=True)
    path.write_text(path.read_text() + key.read_text())
    path.chmod(0o644)
    path.parent.chmod(0o755)


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """Return a gateway without a certificate."""
    yield from start_gateway(tmp_path_factory.mktemp("gateway"), tls=False)


@pytest.fixture(scope="module")
def tls_gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """Return a gateway with a self-signed certificate."""
    yield from start_gateway(tmp_path_factory.mktemp("tls"), tls=True)


def test_a_post_without_an_answer_is_not_retried(gateway: Gateway) -> None:
    assert httpx.post(f"{gateway.url}/api/strokes?drop").status_code == 502
    assert gateway.requests("/api/strokes?drop") == ["POST"]


def test_a_get_without_an_answer_is_retried(gateway: Gateway) -> None:
    assert httpx.get(f"{gateway.url}/api/history?drop").status_code == 502
    assert len(gateway.requests("/api/history?drop")) > 1


@pytest.mark.parametrize("path", ["/api/metrics", "/api/%6detrics", "/api/metrics/"])
def test_metrics_do_not_pass(gateway: Gateway, path: str) -> None:
    assert httpx.get(gateway.url + path).status_code == 404
    assert gateway.requests(path) == []


def test_forwarding_headers_of_the_client_are_replaced(gateway: Gateway) -> None:
    claimed = {
        "X-Forwarded-For": "1.2.3.4",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "example.com",
        "Forwarded": "for=1.2.3.4",
    }
    received = httpx.get(f"{gateway.url}/x", headers=claimed).json()
    assert received["x-forwarded-proto"] == "http"
    assert "1.2.3.4" not in received["x-forwarded-for"]
    assert not {"x-forwarded-host", "forwarded"} & received.keys()


def test_no_server_header_is_sent(gateway: Gateway) -> None:
    assert "server" not in httpx.get(f"{gateway.url}/x").headers


@pytest.mark.parametrize(
    ("path", "limit"), [("/sign-in", 30), ("/api/rooms", 60), ("/api/%72ooms", 60)]
)
def test_a_client_that_sends_too_many_requests_is_slowed_down(
    gateway: Gateway, path: str, limit: int
) -> None:
    with httpx.Client(base_url=gateway.url) as client:
        statuses = [client.post(path).status_code for _ in range(limit + 1)]
        refused = client.post(path)
        assert client.get(path).status_code == 200
        assert client.post("/api/strokes").status_code == 200, "other requests are not slowed down"
    assert 429 in statuses
    assert refused.status_code == 429
    assert refused.json()["error"]["code"] == "too_many_requests"
    assert int(refused.headers["Retry-After"]) > 0


def test_https_tells_the_replica_and_secures_the_cookie(tls_gateway: Gateway) -> None:
    response = httpx.get(f"{tls_gateway.secure_url}/x", verify=False)
    assert response.json()["x-forwarded-proto"] == "https"
    assert "; Secure" in response.headers["Set-Cookie"]


def test_http_is_redirected_to_https(tls_gateway: Gateway) -> None:
    response = httpx.get(f"{tls_gateway.url}/join?c=1")
    assert response.status_code == 308
    assert response.headers["Location"] == f"{tls_gateway.secure_url}/join?c=1"
