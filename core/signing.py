"""The signing secret, and signatures of values that clients send back.

Signed values are `value.signature` (`itsdangerous`): URL-safe text that any replica with the same
secret can verify without storing anything.
"""

import os
import secrets
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from itsdangerous import BadSignature, HMACAlgorithm, Signer, TimestampSigner

from core.settings import Settings

_SIGNATURE_BYTES = 12
MIN_SECRET_LENGTH = 16
_EXAMPLE = b"change-me"  # how the secret of .env.example starts


class WeakSecretError(ValueError):
    """The secret can be guessed; the message says what to do."""


class TruncatedHMAC(HMACAlgorithm):
    """HMAC-SHA-256, truncated to 96 bits to keep page cursors and links short (RFC 2104, 5)."""

    def __init__(self) -> None:
        super().__init__(sha256)

    def get_signature(self, key: bytes, value: bytes) -> bytes:
        """Return the first 12 bytes of the HMAC."""
        return super().get_signature(key, value)[:_SIGNATURE_BYTES]


def create_signer(secret: bytes, purpose: str) -> Signer:
    """Return a signer for one purpose; its signatures are invalid for every other purpose."""
    return Signer(secret, f"inkling {purpose}", key_derivation="hmac", algorithm=TruncatedHMAC())


def create_timestamp_signer(secret: bytes, purpose: str) -> TimestampSigner:
    """Return a signer whose signed values also hold the time of signing."""
    return TimestampSigner(
        secret, f"inkling {purpose}", key_derivation="hmac", algorithm=TruncatedHMAC()
    )


def verify(signer: Signer, signed: str) -> str | None:
    """Return the value inside `signed`, None where the signature does not match."""
    try:
        return signer.unsign(signed).decode()
    except (BadSignature, UnicodeError):  # UnicodeError: a lone surrogate in client JSON
        return None


def signing_secret(settings: Settings) -> bytes:
    """Return `SECRET`, else the content of `SECRET_FILE`, which is generated if missing.

    Raises WeakSecretError for the secret of the example or one shorter than MIN_SECRET_LENGTH.
    """
    if settings.secret is None:
        secret = _secret_from_file(settings.secret_file)
        name, remedy = str(settings.secret_file), "delete the file, and a new one is generated"
    else:
        secret = settings.secret.get_secret_value().encode()
        name, remedy = "SECRET", "set a random one, or none, and one is generated"
    if secret.startswith(_EXAMPLE):
        raise WeakSecretError(f"{name} holds the secret of the example, known to all: {remedy}.")
    if len(secret) < MIN_SECRET_LENGTH:
        raise WeakSecretError(
            f"{name} holds a secret of {len(secret)} characters, at least {MIN_SECRET_LENGTH} are "
            f"needed: {remedy}."
        )
    return secret


def _secret_from_file(path: Path) -> bytes:
    """Return the secret in the file, generated on first use."""
    create_secret_file(path, secrets.token_hex(32))
    return path.read_bytes().strip()


def create_secret_file(path: Path, secret: str) -> None:
    """Write the secret to the file, readable by its owner only, unless the file exists.

    Several processes may start at once: the hard link makes the file appear complete or not at
    all, so that all of them read the same secret.
    """
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        try:
            draft.write_text(secret)
            with suppress(FileExistsError):
                path.hardlink_to(draft)
        finally:
            draft.unlink()
