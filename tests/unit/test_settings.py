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


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"OIDC_ISSUER": "https://accounts.example"}, "OIDC_CLIENT_ID and REVIEWERS"),
        ({"REVIEWERS": "ada"}, "not ada"),
        ({"REVIEWER_PASSWORD": "short"}, "REVIEWER_PASSWORD must have at least 8 characters"),
        ({"API_TOKEN_FILE": "missing"}, "API_TOKEN_FILE=missing does not exist"),
    ],
)
def test_incomplete_access_settings_are_refused(
    monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], message: str
) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError, match=message):
        Settings()


def test_access_rules_apply_as_soon_as_a_proof_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not Settings().is_protected
    monkeypatch.setenv("REVIEWER_PASSWORD", "open sesame")
    assert Settings().is_protected
    monkeypatch.setenv("OPEN", "1")
    assert not Settings().is_protected


def test_a_secret_comes_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("a token of many letters\n")
    monkeypatch.setenv("API_TOKEN_FILE", str(tmp_path / "token"))
    monkeypatch.setenv("REVIEWER_PASSWORD_FILE", str(tmp_path / "not generated yet"))
    settings = Settings()
    assert settings.api_token
    assert settings.api_token.get_secret_value() == "a token of many letters"
    assert settings.reviewer_password is None
    assert settings.is_protected


def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASSANDRA_PASSWORD", "open sesame")
    monkeypatch.setenv("SECRET", "open sesame")
    assert "sesame" not in repr(Settings())
