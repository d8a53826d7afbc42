"""What is in the image, and how its process behaves."""

import json

from tools.compose_stack import ComposeStack, docker, eventually

IMAGE = "inkling"
LARGEST_OVER_BASE = 600e6  # bytes


def test_is_at_most_600_mb_over_its_base(stack: ComposeStack) -> None:
    del stack  # builds it
    base = int(docker("image", "inspect", "-f", "{{.Size}}", "python:3.11-slim-bookworm"))
    size = int(docker("image", "inspect", "-f", "{{.Size}}", IMAGE))
    assert size - base <= LARGEST_OVER_BASE


def test_has_no_tensorflow_no_compiler_and_no_pip(stack: ComposeStack) -> None:
    look = (
        "import importlib.util as u, shutil, json;"
        "print(json.dumps([bool(u.find_spec('tensorflow')), bool(u.find_spec('pip')),"
        "bool(shutil.which('gcc'))]))"
    )
    printed = stack.compose("exec", "-T", "web", "python", "-c", look)
    assert json.loads(printed) == [False, False, False]


def test_runs_as_nobody_special_on_a_read_only_disk(stack: ComposeStack) -> None:
    assert stack.compose("exec", "-T", "web", "id", "-u").strip() == "10001"
    write = "import pathlib; pathlib.Path('/app/x').touch()"
    printed = stack.compose(
        "exec", "-T", "web", "sh", "-c", f'python -c "{write}" 2>&1 || echo refused'
    )
    assert "refused" in printed


def test_ends_by_itself_when_asked(stack: ComposeStack) -> None:
    del stack  # builds the image
    id = docker("run", "--detach", "--tmpfs", "/tmp", "--read-only", IMAGE)
    try:
        eventually(
            "the container is healthy",
            lambda: docker("inspect", "-f", "{{.State.Health.Status}}", id) == "healthy",
        )
        docker("stop", "--time", "5", id)  # kills after five seconds
        killed = 137
        assert int(docker("inspect", "-f", "{{.State.ExitCode}}", id)) != killed, docker("logs", id)
    finally:
        docker("rm", "--force", "--volumes", id)
