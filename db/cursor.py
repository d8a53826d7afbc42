"""Page cursors: opaque, signed, and valid on every replica that shares the secret."""

from itsdangerous.encoding import base64_decode, base64_encode
from itsdangerous.exc import BadData

from core.signing import create_signer, verify
from db.ids import POSITION_BYTES
from db.store import InvalidCursorError


class CursorSigner:
    """Signs a position of the history as a cursor, and verifies cursors."""

    def __init__(self, secret: bytes) -> None:
        self._signer = create_signer(secret, "page cursor")

    def sign(self, position: bytes) -> str:
        """Return the cursor of a 16 byte position: 39 URL-safe characters."""
        return self._signer.sign(base64_encode(position)).decode()

    def verify(self, cursor: str) -> bytes:
        """Return the position of a cursor. Raises InvalidCursorError for any other text."""
        try:
            position = base64_decode(verify(self._signer, cursor) or "")
        except BadData:
            position = b""
        if len(position) != POSITION_BYTES:
            raise InvalidCursorError(
                "This page cursor is not one of this history: start again from the first page."
            )
        return position
