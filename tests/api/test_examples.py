"""The README's HTTP examples, its settings table and the Postman collection match the code."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.app import create_api, create_legacy_api
from core.settings import ROOT, Settings
from tools.dev_server import Server

READMES = [ROOT / "README.md", ROOT / "README.zh.md"]
COLLECTION = json.loads((ROOT / "docs" / "inkling.postman_collection.json").read_text())
SET_VARIABLE = re.compile(r"collectionVariables\.set\('(\w+)', pm\.response\.json\(\)\.(\w+)\)")
VARIABLE = re.compile(r"\{\{(\w+)\}\}")
DEFAULT_ADDRESS = "http://127.0.0.1:8501"


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_curl_examples_run(readme: Path, server: Server) -> None:
    blocks = re.findall(r"```sh\n(.*?)```", readme.read_text(), re.DOTALL)
    examples = [block for block in blocks if "curl" in block]
    assert sum(block.count("curl") for block in examples) >= 6
    script = "set -euo pipefail\n" + "\n".join(examples).replace(DEFAULT_ADDRESS, server.url)
    result = subprocess.run(["bash", "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
    assert '"text":"7"' in result.stdout
    assert '"error"' not in result.stdout


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_settings_table_is_complete(readme: Path) -> None:
    table = dict(re.findall(r"^\| `([A-Z_]+)` \| (.*?) \|", readme.read_text(), re.MULTILINE))
    assert table == {name.upper(): default_in_table(name) for name in Settings.model_fields}


def test_settings_table_has_the_descriptions_of_the_code() -> None:
    text = READMES[0].read_text()
    for name, field in Settings.model_fields.items():
        assert f"| `{name.upper()}` | {default_in_table(name)} | {field.description} |" in text


def test_every_command_is_in_the_readmes() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert targets
    for readme in READMES:
        for target in targets.group(1).split():
            assert f"`make {target}`" in readme.read_text(), (
                f"make {target} is missing in {readme.name}"
            )


def test_postman_collection_runs(client: httpx.Client) -> None:
    variables: dict[str, str] = {}
    for item in collection_items():
        response = send(client, item["request"], variables)
        if item["name"] == "Serve the model before again":
            assert response.status_code == 409  # there is none in an empty history
            continue
        assert response.is_success, f"{item['name']}: {response.text}"
        for event in item.get("event", []):
            for name, field in SET_VARIABLE.findall("".join(event["script"]["exec"])):
                variables[name] = response.json()[field]
    assert set(variables) == {variable["key"] for variable in COLLECTION["variable"]} - {"base"}


def test_postman_collection_has_every_route() -> None:
    in_collection = {
        (item["request"]["method"], route_shape(item["request"]["url"].removeprefix("{{base}}")))
        for item in collection_items()
    }
    routes = {
        (method, route_shape(prefix + path))
        for prefix, application in (("/api", create_api()), ("", create_legacy_api()))
        for path, operations in application.openapi()["paths"].items()
        for method in map(str.upper, operations)
    }
    assert in_collection == routes


def collection_items() -> list[dict[str, Any]]:
    """The requests of the collection's folders, in their order."""
    return [item for folder in COLLECTION["item"] for item in folder["item"]]


def route_shape(url: str) -> str:
    """A URL without its query and the names of its variables."""
    return re.sub(r"\{+\w+\}+", "{}", url.partition("?")[0])


def default_in_table(name: str) -> str:
    """The default of a setting as the README's table shows it."""
    default = Settings.model_fields[name].default
    if default in (None, (), ""):
        return ""
    if isinstance(default, Path):
        default = default.relative_to(ROOT)
    return f"`{default}`"


def send(
    client: httpx.Client, request: dict[str, Any], variables: dict[str, str]
) -> httpx.Response:
    """Send a request as Postman does."""
    url = VARIABLE.sub(
        lambda name: ({"base": DEFAULT_ADDRESS} | variables)[name[1]], request["url"]
    )
    body = request.get("body", {})
    files = {
        field["key"]: (field["src"], (ROOT / field["src"]).read_bytes())
        for field in body.get("formdata", [])
    }
    headers = {header["key"]: header["value"] for header in request.get("header", [])}
    return client.request(
        request["method"], url, files=files or None, content=body.get("raw"), headers=headers
    )
