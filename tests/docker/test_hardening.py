"""What an attacker who reaches a container, or only the gateway, may not do."""

import json

import httpx
import pytest

from tools.compose_stack import ComposeStack, docker

SERVICES = ("gateway", "web", "cassandra")


@pytest.mark.parametrize("service", SERVICES)
def test_processes_have_no_capabilities_and_cannot_gain_any(
    stack: ComposeStack, service: str
) -> None:
    output = stack.compose("exec", "-T", service, "cat", "/proc/1/status")
    status = dict(line.split(":", 1) for line in output.splitlines())
    for kind in ("CapPrm", "CapEff", "CapBnd"):
        assert int(status[kind], 16) == 0
    assert status["NoNewPrivs"].strip() == "1"
    assert status["Uid"].split()[0] != "0"


@pytest.mark.parametrize("service", SERVICES)
def test_the_number_of_processes_is_limited(stack: ComposeStack, service: str) -> None:
    template = "{{.HostConfig.PidsLimit}}"
    assert 0 < int(docker("inspect", "-f", template, stack.containers(service)[0])) <= 2048


def test_the_temporary_folder_of_a_replica_is_limited(stack: ComposeStack) -> None:
    output = stack.compose("exec", "-T", "web", "df", "--output=size", "--block-size=1M", "/tmp")
    assert int(output.split()[-1]) == 64


@pytest.mark.parametrize(
    "login",
    ["", "auth_provider=PlainTextAuthProvider('cassandra', 'cassandra')"],
    ids=["nobody", "the default superuser"],
)
def test_cassandra_refuses(stack: ComposeStack, login: str) -> None:
    connect = (
        "from cassandra.cluster import Cluster, NoHostAvailable\n"
        "from cassandra.auth import PlainTextAuthProvider\n"
        "try:\n"
        f"    Cluster(['cassandra'], {login}).connect()\n"
        "except NoHostAvailable as error:\n"
        "    print(*(type(reason).__name__ for reason in error.errors.values()))\n"
    )
    output = stack.compose("exec", "-T", "web", "python", "-c", connect)
    assert output.strip() == "AuthenticationFailed"


def test_the_role_of_the_replicas_is_no_superuser(stack: ComposeStack) -> None:
    roles = ("cqlsh", "--credentials", "/tmp/.cassandra/superuser", "-e")
    query = "SELECT JSON role, is_superuser FROM system_auth.roles"
    output = stack.compose("exec", "-T", "cassandra", *roles, query)
    rows = [json.loads(line) for line in output.splitlines() if line.strip().startswith("{")]
    assert {"role": "inkling", "is_superuser": False} in rows


def test_every_secret_is_private_and_differs(stack: ComposeStack) -> None:
    reviewer = stack.compose("exec", "-T", "web", "cat", "/secret/reviewer-password")
    cassandra = stack.compose("exec", "-T", "web", "cat", "/secret/cassandra-password")
    assert len(reviewer) >= 16
    assert len(cassandra) >= 32
    unreadable = "! cat /secret/reviewer-password 2>&1"
    stack.compose("exec", "-T", "cassandra", "sh", "-c", unreadable)


def test_cassandra_is_out_of_the_gateways_reach(stack: ComposeStack) -> None:
    networks = "{{range $name, $_ := .NetworkSettings.Networks}}{{$name}} {{end}}"
    reached = docker("inspect", "-f", networks, stack.containers("gateway")[0]).split()
    assert reached == [f"{stack.name}_webnet"]
    assert docker("network", "inspect", "-f", "{{.Internal}}", f"{stack.name}_history") == "true"


def test_metrics_are_not_reachable_through_the_gateway(stack: ComposeStack) -> None:
    assert httpx.get(f"{stack.url}/api/metrics").status_code == 404
    published = (
        "{{range $port, $hosts := .NetworkSettings.Ports}}{{if $hosts}}{{$port}}{{end}}{{end}}"
    )
    for service in ("web", "cassandra"):
        assert docker("inspect", "-f", published, stack.containers(service)[0]) == ""
