"""Access rules: who sends a request, and what they may see and do.

Without proofs of identity in the settings ("open mode") everybody may do everything.
"""

import hmac
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Literal

from pydantic import SecretStr

from core.settings import Settings
from core.signing import create_signer, signing_secret
from db import Filters, PredictionRecord
from db.statistics import VISITOR
from services.identity import Session

OPERATOR_SCOPE_KEY = "inkling.operator"  # in the ASGI scope of requests to the operator's port
SIGN_IN_SECONDS = 12 * 3600  # for which a sign-in is valid
NAME_LENGTH = 64

_DEFAULT_NAME = "reviewer"
_PROGRAM_NAME = "api"
_ROOM_PREFIX = "room "
_NO_OWNER = ""  # no prediction is stored with this owner id
_CLOCK_TOLERANCE = timedelta(hours=1)  # between replicas

Method = Literal["password", "oidc"]


class InvalidTokenError(Exception):
    """A request has a bearer token that is neither the API's nor the operator's."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who sends a request.

    owner: the owner id of the browser, None without a session. since: when it was created.
    name: of a reviewer who has signed in, None in open mode. is_program: known by a token.
    has_expired: they were signed in, but no longer.
    """

    owner: str | None = None
    since: datetime | None = None
    is_reviewer: bool = False
    is_operator: bool = False
    name: str | None = None
    is_program: bool = False
    has_expired: bool = False

    def may_access(self, record: PredictionRecord) -> bool:
        """Return whether this prediction exists for them."""
        return self.is_reviewer or (self.owner is not None and record.owner == self.owner)

    def restrict(self, filters: Filters, *, own: bool = False) -> Filters:
        """Return filters that only match predictions they may access; own: only their own."""
        if self.is_reviewer and not own:
            return filters
        # Nothing older is theirs: a store need not search a long history for a new visitor.
        since = max(filter(None, (filters.since, self.since)), default=None)
        return replace(filters, owner=self.owner or _NO_OWNER, since=since)

    def label_author(self, requested: str | None) -> str | None:
        """Return the author to store with a label; only in open mode the requested one."""
        if not self.is_reviewer:
            return VISITOR
        return self.name or requested


def identify(session: Session, authorization: str | None, settings: Settings) -> Identity:
    """Return who sends a request with this session and this Authorization header.

    Raises InvalidTokenError for an unknown bearer token.
    """
    owner = session.get("owner")
    since = datetime.fromtimestamp(session["since"], UTC) - _CLOCK_TOLERANCE if owner else None
    if not settings.is_protected:
        return Identity(owner, since, is_reviewer=True, is_operator=True)
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() == "bearer":
        program = _identify_program(token.strip(), settings)
        return replace(program, owner=owner, since=since)
    name = _signed_in_name(session, settings)
    is_reviewer = name is not None
    has_expired = "reviewer" in session and not is_reviewer
    return Identity(owner, since, is_reviewer=is_reviewer, name=name, has_expired=has_expired)


def sign_in(session: Session, name: str, method: Method, settings: Settings) -> None:
    """Store in the session that a reviewer has signed in."""
    session["reviewer"] = {
        "name": _clean_name(name) if method == "password" else name,
        "method": method,
        "at": int(time.time()),
        "password": _password_signature(settings) if method == "password" else None,
    }


def sign_out(session: Session) -> None:
    """Remove the reviewer from the session; its owner id stays."""
    session.pop("reviewer", None)


def is_password(text: str, settings: Settings) -> bool:
    """Return whether this is the reviewers' password, in constant time."""
    return _is_secret(text, settings.reviewer_password)


def is_reviewer_address(address: str, settings: Settings) -> bool:
    """Return whether an email address is one of REVIEWERS, or of one of their domains."""
    address = address.lower()
    return any(
        address.endswith(reviewer) if reviewer.startswith("@") else address == reviewer
        for reviewer in settings.reviewers
    )


def is_trusted_label(author: str | None, settings: Settings) -> bool:
    """Return whether a label with this author may be used for training.

    Anybody may open a room, so labels given there only count in open mode.
    """
    if is_visitor(author):
        return False
    return not (settings.is_protected and (author or "").startswith(_ROOM_PREFIX))


def is_visitor(author: str | None) -> bool:
    """Return whether the author of a label is a visitor, or a presenter who has not signed in."""
    return author is not None and author.startswith(VISITOR)


def room_author(code: str, settings: Settings) -> str:
    """Return the author of labels that a presenter gives in a room without having signed in."""
    room = f"{_ROOM_PREFIX}{code}"
    return f"{VISITOR}, {room}" if settings.is_protected else room


def sign_in_methods(settings: Settings) -> frozenset[Method]:
    """Return how reviewers can sign in."""
    methods: Mapping[Method, object] = {
        "password": settings.reviewer_password,
        "oidc": settings.oidc_issuer,
    }
    return frozenset(method for method, proof in methods.items() if proof is not None)


def _identify_program(token: str, settings: Settings) -> Identity:
    is_operator = _is_secret(token, settings.operator_token)
    if _is_secret(token, settings.api_token):
        return Identity(
            is_reviewer=True, is_operator=is_operator, name=_PROGRAM_NAME, is_program=True
        )
    if is_operator:
        return Identity(is_operator=True, is_program=True)
    raise InvalidTokenError


def _signed_in_name(session: Session, settings: Settings) -> str | None:
    """Return the name of the reviewer in a session, None if not signed in, or no longer."""
    reviewer = session.get("reviewer")
    if reviewer is None or time.time() > reviewer["at"] + SIGN_IN_SECONDS:
        return None
    name: str = reviewer["name"]
    if reviewer["method"] == "oidc":
        is_valid = bool(settings.oidc_issuer) and is_reviewer_address(name, settings)
    else:  # a new password signs everybody out
        is_valid = reviewer["password"] == _password_signature(settings)
    return name if is_valid else None


def _password_signature(settings: Settings) -> str | None:
    if settings.reviewer_password is None:
        return None
    signer = create_signer(signing_secret(settings), "reviewer password")
    return signer.get_signature(settings.reviewer_password.get_secret_value()).decode()


def _is_secret(text: str, secret: SecretStr | None) -> bool:
    """Compare hashes, so that the time tells neither a prefix nor the length of the secret."""
    if secret is None:
        return False
    expected, given = (
        sha256(value.encode(errors="replace")).digest()
        for value in (secret.get_secret_value(), text)
    )
    return hmac.compare_digest(expected, given)


def _clean_name(name: str) -> str:
    """Return a name on one line that no visitor's or room's label has."""
    name = " ".join("".join(c for c in name if c.isprintable()).split())[:NAME_LENGTH]
    is_reserved = name in ("", _PROGRAM_NAME) or name.startswith((VISITOR, _ROOM_PREFIX))
    return _DEFAULT_NAME if is_reserved else name
