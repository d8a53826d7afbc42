"""Room codes, session names, presenter tokens and drawing tokens.

Nothing is stored: every replica with the same secret can verify them.
"""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from itsdangerous import BadSignature
from itsdangerous.encoding import base64_decode

from core.settings import Settings
from core.signing import create_signer, create_timestamp_signer, signing_secret, verify

ALPHABET = "23456789BCDFGHJKMNPQRSTVWXYZ"  # no vowels, so no words; no 0 and O, 1 and I and L
CODE_LENGTH = 5  # the last character is a check
LIFETIME = timedelta(hours=24)

_RANDOM_BYTES = 6


@dataclass(frozen=True, slots=True)
class Session:
    """One presentation: the code of its room, its name, its start."""

    code: str
    name: str
    began: datetime

    @property
    def owner(self) -> str:
        """The owner of its drawings: no owner id of a browser, which has no colon.

        The name alone is known to every participant, so it must not be a right to delete them.
        """
        return f"room:{self.name}"

    @property
    def is_over(self) -> bool:
        """Whether its presenter token has expired."""
        return datetime.now(UTC) > self.began + LIFETIME


class RoomTokens:
    """Creates and verifies codes, session names and tokens.

    A session's name may be shared: it gives access to the session's drawings. The presenter token
    must stay secret: anyone who has it can present.
    """

    def __init__(self, secret: bytes) -> None:
        self._codes = create_signer(secret, "room code")
        self._presenters = create_signer(secret, "room presenter")
        self._drawings = create_signer(secret, "room drawing")
        self._sessions = create_timestamp_signer(secret, "room session")

    @classmethod
    def of(cls, settings: Settings) -> "RoomTokens":
        """Return tokens that use the signing secret of the settings."""
        return cls(signing_secret(settings))

    def create_session(self) -> tuple[Session, str]:
        """Return a new session in a new room, and its presenter token."""
        start = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH - 1))
        code = start + self._check_character(start)
        name = self._sessions.sign(f"{code}-{secrets.token_urlsafe(_RANDOM_BYTES)}").decode()
        session = self.verify_session(name)
        assert session
        return session, self._presenters.sign(name).decode()

    def normalize_code(self, code: str) -> str | None:
        """Return the code in capitals without spaces; None if invalid (most likely mistyped)."""
        code = "".join(code.upper().split())
        start = code[: CODE_LENGTH - 1]
        is_well_formed = len(code) == CODE_LENGTH and set(code) <= set(ALPHABET)
        return code if is_well_formed and self._check_character(start) == code[-1] else None

    def verify_session(self, name: str) -> Session | None:
        """Return the session with that name, None if the name is invalid."""
        try:
            value, began = self._sessions.unsign(name, return_timestamp=True)
        except (BadSignature, UnicodeError):  # UnicodeError: a lone surrogate in client JSON
            return None
        return Session(value.decode().partition("-")[0], name, began)

    def verify_presenter(self, code: str, token: str) -> Session | None:
        """Return the session that the token allows to present in this room, else None."""
        name = verify(self._presenters, token)
        session = self.verify_session(name) if name else None
        return session if session and session.code == code else None

    def sign_drawing(self, code: str, member_id: str, drawing_id: UUID) -> str:
        """Return a token with which this member may continue a drawing, also on another replica."""
        return self._drawings.sign(f"{code}.{member_id}.{drawing_id}").decode()

    def verify_drawing(self, code: str, member_id: str, token: str) -> UUID | None:
        """Return the drawing id of a token of this member of this room, None if it is invalid."""
        room, _, rest = (verify(self._drawings, token) or "").partition(".")
        member, _, drawing_id = rest.partition(".")
        return UUID(drawing_id) if (room, member) == (code, member_id) else None

    def _check_character(self, start: str) -> str:
        signature = base64_decode(self._codes.get_signature(start))
        return ALPHABET[int.from_bytes(signature[:8], "big") % len(ALPHABET)]
