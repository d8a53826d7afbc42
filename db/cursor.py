"""Page cursors: opaque to others, signed, good on every replica that shares the secret."""

import base64
import binascii
import hashlib
import hmac

from db.ids import POSITION_BYTES
from db.store import InvalidCursorError

_SIGNATURE_BYTES = 12


class Cursors:
    """Seals a position of the history into a cursor and opens it again."""

    def __init__(self, secret: bytes) -> None:
        self._key = hashlib.sha256(b"inkling page cursor\0" + secret).digest()

    def seal(self, position: bytes) -> str:
        """The cursor of a 16 byte position: 38 letters, digits, - and _."""
        return base64.urlsafe_b64encode(position + self._sign(position)).decode().rstrip("=")

    def open(self, cursor: str) -> bytes:
        """Verify a cursor and return its position. Raises InvalidCursorError for any other text."""
        try:
            content = base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True)
        except (ValueError, binascii.Error):
            content = b""
        position, signature = content[:POSITION_BYTES], content[POSITION_BYTES:]
        if not hmac.compare_digest(signature, self._sign(position)):
            raise InvalidCursorError(
                "This page cursor is not one that this history gave out; "
                "start again from the first page."
            )
        return position

    def _sign(self, position: bytes) -> bytes:
        return hmac.digest(self._key, position, "sha256")[:_SIGNATURE_BYTES]
