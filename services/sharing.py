"""Links that show one prediction to everyone who has them.

A link holds a signed prediction id. Nothing is stored for it, so it is valid as long as the
prediction exists and the signing secret stays the same.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from uuid import UUID

from itsdangerous import Signer

from core.settings import Settings
from core.signing import create_signer, signing_secret, verify

_ID_LENGTH = 22  # of a UUID in base64 without padding


def create_share_token(id: UUID, settings: Settings) -> str:
    """Return the token of a link to this prediction; it is the same each time."""
    return _signer(settings).sign(urlsafe_b64encode(id.bytes).rstrip(b"=")).decode()


def read_share_token(token: str, settings: Settings) -> UUID | None:
    """Return the id of the prediction that a token is about, None if the token is invalid."""
    text = verify(_signer(settings), token)
    if text is None or len(text) != _ID_LENGTH:
        return None
    return UUID(bytes=urlsafe_b64decode(text + "=="))


def share_path(token: str) -> str:
    """Return the path of a link below the root of the site."""
    return f"share/{token}"


def _signer(settings: Settings) -> Signer:
    return create_signer(signing_secret(settings), "shared prediction")
