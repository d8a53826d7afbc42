"""Page cursors: opaque, signed, and valid on every replica that has the same secret."""

import base64
import binascii
import hashlib
import hmac

from db.ids import POSITION_BYTES
from db.store import InvalidCursorError

_SIGNATURE_BYTES = 12


class CursorSigner:
    """Signs positions in the history as cursors, and verifies cursors."""

    def __init__(self, secret: bytes) -> None:
        self._key = hashlib.sha256(b"inkling page cursor\0" + secret).digest()

    def sign(self, position: bytes) -> str:
        """Return the cursor of a 16-byte position: 38 characters of URL-safe base64."""
        content = position + self._signature(position)
        return base64.urlsafe_b64encode(content).decode().rstrip("=")

    def verify(self, cursor: str) -> bytes:
        """Return the position of a cursor. Raises InvalidCursorError if it was not signed here."""
        try:
            content = base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True)
        except (ValueError, binascii.Error):
            content = b""
        position, signature = content[:POSITION_BYTES], content[POSITION_BYTES:]
        if not hmac.compare_digest(signature, self._signature(position)):
            raise InvalidCursorError(
                "This page cursor was not issued by this history; start again from the first page."
            )
        return position

    def _signature(self, position: bytes) -> bytes:
        return hmac.digest(self._key, position, "sha256")[:_SIGNATURE_BYTES]
