"""Signed values can be verified with the same secret, for the same purpose, and unchanged."""

from datetime import UTC, datetime, timedelta

import pytest

from api.rooms.tokens import ALPHABET, CODE_LENGTH, RoomTokens, Session
from core.signing import create_signer, verify
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
    token = tokens.sign_drawing("K7Q2M", drawing_id)
    assert tokens.verify_drawing("K7Q2M", token) == drawing_id
    assert tokens.verify_drawing("OTHER", token) is None
    assert tokens.verify_drawing("K7Q2M", str(drawing_id)) is None
