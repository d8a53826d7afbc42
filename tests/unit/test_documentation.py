"""Links and file names in the documentation point to files that exist."""

import re
from pathlib import Path

import pytest

from core.settings import ROOT

IGNORED_FOLDERS = re.compile(r"^(\.(?!github)|node_modules|var)")
FOLDERS = [
    folder
    for folder in ROOT.iterdir()
    if folder.is_dir() and not IGNORED_FOLDERS.match(folder.name)
]
FILES = [*ROOT.glob("*.*"), *(file for folder in FOLDERS for file in folder.rglob("*.*"))]
DOCUMENTS = sorted(file for file in FILES if file.suffix == ".md")
LINK = re.compile(r"\]\(([^)\s#]+)(?:#[^)]*)?\)")
FILE_NAME = re.compile(r"`([\w./-]+\.(?:py|js|cql|css|md|toml|yml|sh))`")


def name_of(document: Path) -> str:
    """Return a document's path in the repository, as test id."""
    return str(document.relative_to(ROOT))


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_linked_files_exist(document: Path) -> None:
    targets = [link for link in LINK.findall(document.read_text()) if "://" not in link]
    missing = [target for target in targets if not (document.parent / target).exists()]
    assert missing == []


@pytest.mark.parametrize(
    "document",
    [file for file in DOCUMENTS if file.name != "CHANGELOG.md"],  # it names removed files too
    ids=name_of,
)
def test_named_files_exist(document: Path) -> None:
    paths = [f"/{file.relative_to(ROOT)}" for file in FILES]
    names = set(FILE_NAME.findall(document.read_text()))
    missing = [name for name in names if not any(path.endswith(f"/{name}") for path in paths)]
    assert missing == []
