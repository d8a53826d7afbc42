"""The version is stated once."""

import tomllib

from core.settings import ROOT


def test_pyproject_takes_the_version_from_core() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert "version" in project["project"]["dynamic"]
    version = project["tool"]["setuptools"]["dynamic"]["version"]
    assert version == {"attr": "core.version.VERSION"}
