"""Imports point one way: app → components, api → services → model, db → core."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.settings import ROOT

PAGE_AND_HTTP = {"services", "model", "db", "core"}
ALLOWED = {
    "app": {"startup", "components", "api", *PAGE_AND_HTTP},
    "startup": {"components", "api", *PAGE_AND_HTTP},
    "serve": {"services", "core"},
    "components": PAGE_AND_HTTP,
    "api": PAGE_AND_HTTP,
    "services": {"model", "db", "core"},
    "model": {"core"},
    "db": {"core"},
    "core": set(),
    "bench": {"tools", "components", "api", *PAGE_AND_HTTP},
    "tools": {"components", "api", *PAGE_AND_HTTP},
    "deploy": {"core"},
    "trainer": {"services", "model", "db", "core"},
}
PACKAGES = {*ALLOWED, "tests"}


@pytest.mark.parametrize("package", ALLOWED)
def test_a_package_imports_only_from_layers_below(package: str) -> None:
    violations = [
        f"{path.relative_to(ROOT)}:{line} imports {module}"
        for path in sorted(source_files(package))
        for module, line in imports(path)
        if (top := module.partition(".")[0]) in PACKAGES - {package} and top not in ALLOWED[package]
    ]
    assert not violations


def test_every_package_has_its_layer() -> None:
    modules = {path.stem for path in ROOT.glob("*.py")}
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert modules | packages == PACKAGES


def source_files(package: str) -> Iterator[Path]:
    """The files of a package, or the file of a module."""
    folder = ROOT / package
    yield from folder.rglob("*.py") if folder.is_dir() else [folder.with_suffix(".py")]


def imports(path: Path) -> Iterator[tuple[str, int]]:
    """Each module that a file imports, inside functions too, with its line."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield str(node.module), node.lineno
