"""Room codes, presenters' tokens and drawings' seals that any replica with the secret can check."""

import base64
import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from core.settings import Settings
from core.signing import signing_secret

ALPHABET = "23456789BCDFGHJKMNPQRSTVWXYZ"  # no vowels, so no words; no 0 and O, 1 and I and L
CODE_LENGTH = 5  # the last character is a check
LIFETIME = timedelta(hours=24)

_RANDOM_BYTES = 5
_TIME_BYTES = 4
_MARK_LENGTH = 6  # characters of the mark that ends a session's name


@dataclass(frozen=True, slots=True)
class Session:
    """One presentation: its room's code, its name (whose drawings they are), when it began."""

    code: str
    name: str
    began: datetime

    @property
    def over(self) -> bool:
        """Whether its token no longer opens the room."""
        return datetime.now(UTC) > self.began + LIFETIME


class RoomTokens:
    """Makes and checks what lets people into a room; nothing is stored.

    A session's name may be shared: it shows the session's drawings. Its token may not: who holds
    it presents.
    """

    def __init__(self, secret: bytes) -> None:
        self._key = hashlib.sha256(b"inkling room\0" + secret).digest()

    @classmethod
    def of(cls, settings: Settings) -> "RoomTokens":
        """Tickets with the secret of the settings, the one that page cursors are signed with."""
        return cls(signing_secret(settings))

    def new_session(self) -> tuple[Session, str]:
        """A session in a room of its own, and the presenter's token."""
        start = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH - 1))
        code = start + self._check(start)
        moment = int(time.time())
        begin = _word(moment.to_bytes(_TIME_BYTES, "big") + secrets.token_bytes(_RANDOM_BYTES))
        name = f"{code}-{begin}{self._sign('session', code, begin)[:_MARK_LENGTH]}"
        session = self.session(name)
        assert session
        return session, self._token(name)

    def known_code(self, code: str) -> str | None:
        """The code as we write it, None where it is none of ours (mistyped, most likely)."""
        code = "".join(code.upper().split())
        start = code[: CODE_LENGTH - 1]
        fits = len(code) == CODE_LENGTH and set(code) <= set(ALPHABET)
        return code if fits and self._check(start) == code[-1] else None

    def session(self, name: str) -> Session | None:
        """The session of that name, None where we made none."""
        code, _, rest = name.partition("-")
        begin, mark = rest[:-_MARK_LENGTH], rest[-_MARK_LENGTH:]
        if not _same(mark, self._sign("session", code, begin)[:_MARK_LENGTH]):
            return None
        moment = int.from_bytes(_unword(begin)[:_TIME_BYTES], "big")
        return Session(code, name, datetime.fromtimestamp(moment, UTC))

    def presented(self, code: str, token: str) -> Session | None:
        """The session that the token lets its holder present in this room, else None."""
        name, _, _ = token.partition(".")
        session = self.session(name)
        honest = _same(token, self._token(name))
        return session if session and honest and session.code == code else None

    def seal(self, code: str, drawing: UUID) -> str:
        """The drawing's id as its phone keeps it, so that it may go on with it elsewhere."""
        return f"{drawing}.{self._sign('drawing', code, str(drawing))}"

    def unseal(self, code: str, sealed: str) -> UUID | None:
        """The id in a seal of this room, None where it is no seal of ours."""
        drawing, _, mark = sealed.partition(".")
        return UUID(drawing) if _same(mark, self._sign("drawing", code, drawing)) else None

    def _token(self, name: str) -> str:
        return f"{name}.{self._sign('presenter', name)}"

    def _check(self, start: str) -> str:
        digest = hmac.digest(self._key, f"code\0{start}".encode(), "sha256")
        return ALPHABET[int.from_bytes(digest[:8], "big") % len(ALPHABET)]

    def _sign(self, *parts: str) -> str:
        text = "\0".join(parts).encode(errors="replace")
        return _word(hmac.digest(self._key, text, "sha256")[:20])


def _same(word: str, other: str) -> bool:
    """Whether they are equal, in a time that does not tell how far."""
    return hmac.compare_digest(word.encode(errors="replace"), other.encode(errors="replace"))


def _word(value: bytes) -> str:
    return base64.b32encode(value).decode().rstrip("=").lower()


def _unword(word: str) -> bytes:
    return base64.b32decode(word.upper() + "=" * (-len(word) % 8))
