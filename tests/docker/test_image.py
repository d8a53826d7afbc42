"""The contents of the image and the behavior of its process."""

import json

from tools.compose_stack import ComposeStack, docker, wait_until

IMAGE = "inkling"
MAX_BYTES_ABOVE_BASE = 600e6


def test_image_is_at_most_600_mb_above_its_base(stack: ComposeStack) -> None:
    del stack  # requested because it builds the image
    base = int(docker("image", "inspect", "-f", "{{.Size}}", "python:3.11-slim-bookworm"))
    size = int(docker("image", "inspect", "-f", "{{.Size}}", IMAGE))
    assert size - base <= MAX_BYTES_ABOVE_BASE


def test_image_has_no_tensorflow_compiler_or_pip(stack: ComposeStack) -> None:
    probe = (
        "import importlib.util as u, shutil, json;"
        "print(json.dumps([bool(u.find_spec('tensorflow')), bool(u.find_spec('pip')),"
        "bool(shutil.which('gcc'))]))"
    )
    output = stack.compose("exec", "-T", "web", "python", "-c", probe)
    assert json.loads(output) == [False, False, False]


def test_container_runs_unprivileged_on_a_read_only_file_system(stack: ComposeStack) -> None:
    assert stack.compose("exec", "-T", "web", "id", "-u").strip() == "10001"
    write = "import pathlib; pathlib.Path('/app/x').touch()"
    output = stack.compose(
        "exec", "-T", "web", "sh", "-c", f'python -c "{write}" 2>&1 || echo refused'
    )
    assert "refused" in output


def test_container_stops_gracefully(stack: ComposeStack) -> None:
    del stack  # requested because it builds the image
    password = "REVIEWER_PASSWORD=open sesame"
    id = docker("run", "--detach", "--tmpfs", "/tmp", "--read-only", "--env", password, IMAGE)
    try:
        wait_until(
            "the container is healthy",
            lambda: docker("inspect", "-f", "{{.State.Health.Status}}", id) == "healthy",
        )
        docker("stop", "--time", "10", id)  # sends SIGKILL after ten seconds
        sigkill_status = 137
        status = int(docker("inspect", "-f", "{{.State.ExitCode}}", id))
        assert status != sigkill_status, docker("logs", id)
    finally:
        docker("rm", "--force", "--volumes", id)
