"""The members of a room, the connections of its clients, and what each has not received yet."""

import asyncio
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from api.rooms.connection import UpdateSender
from api.rooms.drawing import Drawing, DrawingVersion
from api.rooms.messages import PresenterUpdate, RoomPrediction, Vote
from db import new_id

PADS = ("screen1", "screen2")  # the presenter's pads, which are members like the participants

Part = Literal["member", "drawing", "prediction", "vote"]
ALL_PARTS: tuple[Part, ...] = ("member", "drawing", "prediction", "vote")


@dataclass(slots=True, eq=False)
class Member:
    """A participant, or one of the presenter's pads.

    address: of the participant's last connection, None for a pad.
    away_since: when the connection was lost (monotonic seconds), None while connected.
    prediction: of the drawing as it is or was a moment ago, None for a blank one.
    unsaved_since: when the drawing changed after the last save, None if it is saved.
    saved: ids under which drawings of this member may be in the history.
    labelled: the drawing has a label, so that the next stroke starts a new drawing.
    labelled_id: the drawing that was labelled last.
    vote: of the current round, None without one.
    write_lock: keeps writes of this member's drawings to the history in order.
    """

    id: str
    drawing_id: UUID = field(default_factory=new_id)
    drawing: Drawing = field(default_factory=Drawing)
    name: str = ""
    address: str | None = None
    away_since: float | None = None
    prediction: RoomPrediction | None = None
    unsaved_since: float | None = None
    saved: set[UUID] = field(default_factory=set)
    labelled: bool = False
    labelled_id: UUID | None = None
    vote: Vote | None = None
    write_lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def is_pad(self) -> bool:
        """Whether it is a pad of the presenter."""
        return self.id in PADS


@dataclass(slots=True, eq=False)
class PresenterConnection:
    """A presenter's connection and its pending changes.

    author: of the labels that the presenter gives. is_console: it controls the projected screen.
    received: the version of each member's drawing that it has. changed: parts of members that
    changed. watched: members whose predictions it gets in full. pending: everything else.
    """

    sender: UpdateSender
    address: str
    author: str
    is_console: bool = False
    received: dict[str, DrawingVersion] = field(default_factory=dict)
    changed: dict[str, set[Part]] = field(default_factory=dict)
    watched: frozenset[str] = frozenset(PADS)
    pending: PresenterUpdate = field(default_factory=lambda: PresenterUpdate())


@dataclass(slots=True, eq=False)
class ParticipantConnection:
    """A participant's connection and its pending changes."""

    member: Member
    sender: UpdateSender
    address: str
    received: DrawingVersion = field(default_factory=DrawingVersion)
    changed: set[Literal["room", "prediction", "drawing_id"]] = field(
        default_factory=lambda: {"room", "prediction", "drawing_id"}
    )
