"""Signed values can be verified with the same secret, for the same purpose, and unchanged."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from api.rooms.tokens import ALPHABET, CODE_LENGTH, RoomTokens, Session
from core.settings import Settings
from core.signing import WeakSecretError, create_signer, signing_secret, verify
from db import new_id

SECRET = b"the same on every replica"


def test_a_signed_value_is_verified_by_every_replica_with_the_secret() -> None:
    signed = create_signer(SECRET, "test").sign("value").decode()
    assert verify(create_signer(SECRET, "test"), signed) == "value"


def test_a_value_signed_for_another_purpose_or_with_another_secret_is_refused() -> None:
    signed = create_signer(SECRET, "test").sign("value").decode()
    assert verify(create_signer(SECRET, "other"), signed) is None
    assert verify(create_signer(b"another secret", "test"), signed) is None


@pytest.mark.parametrize("text", ["", ".", "value", "value.", "é", "\ud800", "value.\ud800"])
def test_text_that_was_not_signed_is_refused(text: str) -> None:
    assert verify(create_signer(SECRET, "test"), text) is None


@pytest.mark.parametrize("secret", ["short", "fifteen letters", "change-me-to-a-long-random-word"])
def test_a_weak_secret_is_refused(secret: str, tmp_path: Path) -> None:
    with pytest.raises(WeakSecretError, match="SECRET holds"):
        signing_secret(Settings(secret=SecretStr(secret)))
    file = tmp_path / "secret"
    file.write_text(secret)
    with pytest.raises(WeakSecretError, match="delete the file"):
        signing_secret(Settings(secret_file=file))


def test_a_generated_secret_is_accepted(tmp_path: Path) -> None:
    settings = Settings(secret_file=tmp_path / "new" / "secret")
    assert signing_secret(settings) == signing_secret(settings)
    assert (tmp_path / "new" / "secret").stat().st_mode & 0o777 == 0o600


def test_a_session_is_verified_by_every_replica_with_the_secret() -> None:
    session, token = RoomTokens(SECRET).create_session()
    replica = RoomTokens(SECRET)
    assert replica.normalize_code(session.code) == session.code
    assert replica.verify_session(session.name) == session
    assert replica.verify_presenter(session.code, token) == session
    assert not session.is_over


def test_a_session_name_fits_a_url_and_starts_with_the_code() -> None:
    session, _ = RoomTokens(SECRET).create_session()
    assert session.name.partition("-")[0] == session.code
    assert len(session.name) <= 64
    assert set(session.name) <= {*ALPHABET, *"abcdefghijklmnopqrstuvwxyz0123456789", *"IOUAE01L-_."}


def test_a_session_name_is_no_presenter_token() -> None:
    tokens = RoomTokens(SECRET)
    session, token = tokens.create_session()
    assert tokens.verify_presenter(session.code, session.name) is None
    assert tokens.verify_session(token) is None


def test_a_presenter_token_opens_only_its_own_room() -> None:
    tokens = RoomTokens(SECRET)
    session, token = tokens.create_session()
    other, _ = tokens.create_session()
    assert tokens.verify_presenter(session.code, token)
    assert tokens.verify_presenter(other.code, token) is None


def test_a_session_is_over_after_a_day() -> None:
    began = datetime.now(UTC) - timedelta(hours=24, minutes=1)
    assert Session("K7Q2M", "name", began).is_over


def test_a_code_is_normalized_and_a_mistyped_one_is_refused() -> None:
    tokens = RoomTokens(SECRET)
    code = tokens.create_session()[0].code
    assert len(code) == CODE_LENGTH
    assert tokens.normalize_code(f" {code[:2].lower()} {code[2:]} ") == code
    others = [code[:-1] + letter for letter in ALPHABET if letter != code[-1]]
    assert not any(map(tokens.normalize_code, others))
    assert tokens.normalize_code("") is None


def test_a_drawing_token_is_valid_only_in_its_room() -> None:
    tokens = RoomTokens(SECRET)
    drawing_id = new_id()
    token = tokens.sign_drawing("K7Q2M", "ada", drawing_id)
    assert tokens.verify_drawing("K7Q2M", "ada", token) == drawing_id
    assert tokens.verify_drawing("OTHER", "ada", token) is None
    assert tokens.verify_drawing("K7Q2M", "bob", token) is None
    assert tokens.verify_drawing("K7Q2M", "ada", str(drawing_id)) is None
