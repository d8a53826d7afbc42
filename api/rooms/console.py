"""What a presenter's screens send each other: a console controls what is projected."""

import json
from typing import Any

from api.rooms.members import PresenterConnection
from api.rooms.room import Room

MAX_RELAYED_CHARACTERS = 8_000  # of one message
MAX_RELAYED = 50  # messages that wait for a slow screen; the oldest are dropped


def relay(room: Room, sender: PresenterConnection, message: dict[str, Any]) -> None:
    """Send a message to the other screens of the room's presenter, unless it is too long."""
    if len(json.dumps(message)) > MAX_RELAYED_CHARACTERS:
        return
    for screen in room.presenters - {sender}:
        waiting = screen.pending.setdefault("relayed", [])
        waiting.append(message)
        del waiting[:-MAX_RELAYED]
        screen.sender.notify()


def is_first_projector(room: Room) -> bool:
    """Return whether no screen of the room is projected yet: consoles do not know its state."""
    return all(screen.is_console for screen in room.presenters)
