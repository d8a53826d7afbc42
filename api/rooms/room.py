"""A room: who is in it, what they have drawn, and what each screen and phone has yet to be told.

All of it lives in the memory of one replica and belongs to its event loop. Nothing here waits: what
takes time (reading, keeping) is done by api.rooms.workers, what is sent by api.rooms.connection.
"""

import asyncio
import hashlib
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from api.rooms.connection import Connection
from api.rooms.drawing import Drawing, OutOfStepError, Seen
from api.rooms.tokens import Session
from db import new_id
from model import InputError

MAX_MEMBERS = 150
PADS = ("screen1", "screen2")  # the presenter's own pads, members like the guests
NAME_LENGTH = 24

Part = Literal["member", "ink", "reading", "vote"]
_ALL_PARTS: tuple[Part, ...] = ("member", "ink", "reading", "vote")


class Round(BaseModel):
    """A question to all phones: which digit is this?"""

    number: int = Field(ge=1, le=10_000)
    kind: Literal["guess", "fool"]
    open: bool = Field(description="votes are still taken")


class RoomSettings(BaseModel):
    """What the presenter has set."""

    pen: str = Field("all", max_length=16, description="all, nobody, or the one guest who may draw")
    closed: bool = Field(False, description="nobody new may come in")
    hush: bool = Field(False, description="phones are not told what was read")
    round: Round | None = None
    done: bool = Field(False, description="the session is over: phones show its link")


@dataclass(slots=True, eq=False)
class Member:
    """A guest, or one of the presenter's pads.

    away: their connection is lost, since when (monotonic seconds). reading: what was read of the
    ink as it is or was a moment ago, None for none. unsaved: since when ink is not kept, None for
    all is. kept: the drawings of theirs that are. labelled: what people read in this drawing is
    kept, so that more ink is another. vote: the round's number and the digit, "x" for no digit.
    turn: one thing after the other is done to what is kept of theirs.
    """

    id: str
    drawing: UUID = field(default_factory=new_id)
    ink: Drawing = field(default_factory=Drawing)
    name: str = ""
    away: float | None = None
    reading: dict[str, Any] | None = None
    unsaved: float | None = None
    kept: set[UUID] = field(default_factory=set)
    labelled: bool = False
    vote: tuple[int, str] | None = None
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def is_pad(self) -> bool:
        """Whether it is the presenter's."""
        return self.id in PADS

    def described(self, seal: Callable[[UUID], str]) -> dict[str, Any]:
        """What screens know beside the ink."""
        return {"name": self.name, "away": self.away is not None, "drawing": seal(self.drawing)}


@dataclass(slots=True, eq=False)
class Screen:
    """A presenter's connection, and what it has yet to be told."""

    line: Connection
    seen: dict[str, Seen] = field(default_factory=dict)
    dirty: dict[str, set[Part]] = field(default_factory=dict)
    watched: frozenset[str] = frozenset(PADS)
    notes: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Phone:
    """A guest's connection, and what it has yet to be told."""

    member: Member
    line: Connection
    seen: Seen = field(default_factory=Seen)
    dirty: set[Literal["room", "reading", "drawing"]] = field(
        default_factory=lambda: {"room", "reading", "drawing"}
    )


class Room:
    """One room.

    `keep` is called with a member whose drawing is to be kept as it is now; `seal` makes of a
    drawing's id one that its maker may come back with.
    """

    def __init__(
        self,
        code: str,
        keep: Callable[["Room", Member], None],
        seal: Callable[[UUID], str],
    ) -> None:
        self.code = code
        self.session: Session | None = None
        self.settings = RoomSettings.model_validate({})
        self.members: dict[str, Member] = {}
        self.removed: set[str] = set()
        self.known: set[str] = set()
        self.screens: set[Screen] = set()
        self.phones: dict[str, Phone] = {}
        self.empty_since = time.monotonic()
        self._keep = keep
        self._seal = seal

    def admit(self, member_id: str) -> str | None:
        """Why a guest may not come in: "removed", "closed" or "full"; None where they may."""
        if member_id in self.removed:
            return "removed"
        if member_id in self.members or member_id in self.known:
            return None
        if self.settings.closed:
            return "closed"
        return "full" if len(self.members) >= MAX_MEMBERS else None

    def member(self, member_id: str) -> Member:
        """The member, made on first call."""
        if member_id not in self.members:
            self.members[member_id] = Member(member_id)
            self.known.add(member_id)
            self.tell_phones()  # their pace depends on how many there are
        return self.members[member_id]

    def may_draw(self, member: Member) -> bool:
        """Whether the presenter lets them."""
        return member.is_pad or self.settings.pen in ("all", member.id)

    def draw(self, member: Member, message: dict[str, Any]) -> None:
        """Do to their ink what the message says; raises InputError, or OutOfStepError where the
        message does not fit what is there.
        """
        if not self.may_draw(member):
            raise OutOfStepError
        if message.get("clear"):
            self.clear(member)
            return
        if member.labelled:
            self._begin_drawing(member)
        if message.get("undo"):
            member.ink.undo()
            member.reading = None
        pieces = message.get("ink", [])
        if not isinstance(pieces, list):
            raise InputError("invalid_strokes", "This is no ink: send a list of pieces.")
        for piece in pieces:
            member.ink.add(piece)
        self.ink_changed(member)

    def clear(self, member: Member) -> None:
        """Take all their ink away; the next is another drawing."""
        if member.unsaved is not None:
            self._keep(self, member)
        member.ink.clear()
        member.reading = None
        self._begin_drawing(member)
        self.changed(member, ("ink", "reading"))

    def _begin_drawing(self, member: Member) -> None:
        member.drawing, member.labelled, member.unsaved = new_id(), False, None
        self.changed(member, ("member",))
        if phone := self.phones.get(member.id):
            phone.dirty.add("drawing")
            phone.line.wake()

    def ink_changed(self, member: Member) -> None:
        """Note that their ink is another now."""
        member.unsaved = time.monotonic()
        self.changed(member, ("ink",))

    def changed(self, member: Member, parts: Iterable[Part] = _ALL_PARTS) -> None:
        """Have every screen told of these parts of a member."""
        for screen in self.screens:
            screen.dirty.setdefault(member.id, set()).update(parts)
            screen.line.wake()
        if (phone := self.phones.get(member.id)) and "reading" in parts:
            phone.dirty.add("reading")
        if phone and ("reading" in parts or "ink" in parts):
            phone.line.wake()

    def set(self, settings: RoomSettings) -> None:
        """Be as the presenter wants."""
        if settings.round and (
            not self.settings.round or self.settings.round.number != settings.round.number
        ):
            for member in self.members.values():
                member.vote = None
        self.settings = settings
        self.tell_phones()

    def vote(self, member: Member, number: Any, value: Any) -> None:
        """Take a vote, where the round is the open one."""
        asked = self.settings.round
        fits = isinstance(value, str) and value in {*"0123456789", "x"}
        if fits and asked and asked.open and number == asked.number:
            member.vote = (number, value)
            self.changed(member, ("vote",))

    def remove(self, member_id: str) -> Member | None:
        """Send a guest away for good; who it was."""
        self.removed.add(member_id)
        if phone := self.phones.pop(member_id, None):
            phone.line.close("removed")
        return self.drop(member_id)

    def drop(self, member_id: str) -> Member | None:
        """Forget a member; who it was."""
        member = self.members.pop(member_id, None)
        if member:
            self.changed(member, ())
            self.tell_phones()
        return member

    def tell_phones(self) -> None:
        """Have every phone told how the room is."""
        for phone in self.phones.values():
            phone.dirty.add("room")
            phone.line.wake()

    def note(self, **notes: Any) -> None:
        """Have every screen told these."""
        for screen in self.screens:
            screen.notes.update(notes)
            screen.line.wake()

    @property
    def pace(self) -> int:
        """Milliseconds that a phone gathers points before it sends them."""
        crowd = len(self.phones)
        return 8 if crowd <= 8 else 24 if crowd <= 24 else 40

    def news_for_screen(self, screen: Screen) -> dict[str, Any] | None:
        """All that a screen has yet to be told, None for nothing."""
        news, screen.notes = screen.notes, {}
        dirty, screen.dirty = screen.dirty, {}
        for member_id, parts in dirty.items():
            member = self.members.get(member_id)
            if member is None:
                screen.seen.pop(member_id, None)
                news.setdefault("members", {})[member_id] = None
                continue
            if "member" in parts:
                news.setdefault("members", {})[member_id] = member.described(self._seal)
            if "ink" in parts:
                ink, screen.seen[member_id] = member.ink.news(screen.seen.get(member_id, Seen()))
                if ink:
                    news.setdefault("ink", {})[member_id] = ink
            if "reading" in parts:
                full = member_id in screen.watched
                news.setdefault("readings", {})[member_id] = shown(member.reading, full)
            if "vote" in parts and member.vote:
                news.setdefault("votes", {})[member_id] = member.vote
        return news or None

    def news_for_phone(self, phone: Phone) -> dict[str, Any] | None:
        """All that a phone has yet to be told, None for nothing."""
        dirty, phone.dirty = phone.dirty, set()
        member, settings = phone.member, self.settings
        news: dict[str, Any] = {}
        if "room" in dirty:
            news["room"] = {
                "pen": "you" if settings.pen == member.id else settings.pen,
                "draw": self.may_draw(member),
                "hush": settings.hush,
                "round": settings.round.model_dump() if settings.round else None,
                "vote": member.vote,
                "session": self.session.name if settings.done and self.session else None,
                "presenter": bool(self.screens),
                "pace": self.pace,
            }
        ink, phone.seen = member.ink.news(phone.seen)
        if ink:
            news["ink"] = ink
        if "drawing" in dirty:
            news["drawing"] = self._seal(member.drawing)
        if "reading" in dirty:
            news["reading"] = None if settings.hush else shown(member.reading, False)
        return news or None


def shown(reading: dict[str, Any] | None, full: bool) -> dict[str, Any] | None:
    """A reading as it is sent: all of it, or just enough for a small tile."""
    if reading is None or full:
        return reading
    return {key: reading[key] for key in ("text", "verdict", "confidence", "shares")}


def public_id(key: str) -> str:
    """What others know a guest by, whose own key only their phone knows."""
    return hashlib.sha256(key.encode(errors="replace")).hexdigest()[:10]


def clean_name(name: Any) -> str:
    """A name on one line, cut to its length; "" for what is none."""
    if not isinstance(name, str):
        return ""
    return " ".join("".join(c for c in name if c.isprintable()).split())[:NAME_LENGTH]
