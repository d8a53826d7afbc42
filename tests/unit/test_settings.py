"""Settings come from environment variables, and an invalid one is named."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from core.settings import Settings


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Hide the environment and the .env file of the machine that runs the tests."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)


def test_contact_points_are_split(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASSANDRA_CONTACT_POINTS", "one, two,,three ")
    assert Settings().cassandra_contact_points == ("one", "two", "three")


def test_history_is_embedded_unless_contact_points_are_set(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not Settings().uses_cassandra
    monkeypatch.setenv("CASSANDRA_CONTACT_POINTS", "127.0.0.1")
    assert Settings().uses_cassandra
    monkeypatch.setenv("HISTORY", "sqlite")
    assert not Settings().uses_cassandra


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASSANDRA_CONTACT_POINTS", "")
    monkeypatch.setenv("PAGE_SIZE", "")
    assert Settings().page_size == 50
    assert not Settings().uses_cassandra


def test_a_dotenv_file_is_read(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PAGE_SIZE=7\nWEB_REPLICAS=3\n")
    assert Settings().page_size == 7


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CASSANDRA_PORT", "ninety"),
        ("PAGE_SIZE", "0"),
        ("CASSANDRA_KEYSPACE", "Drop Table"),
        ("CASSANDRA_CONSISTENCY", "MOST"),
    ],
)
def test_an_invalid_value_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError, match=name.lower()):
        Settings()


def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASSANDRA_PASSWORD", "open sesame")
    monkeypatch.setenv("SECRET", "open sesame")
    assert "sesame" not in repr(Settings())
