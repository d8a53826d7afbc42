"""Continue the drawings that clients remember: after a reconnection, on another replica, or after a
restart of the server.

A token shows that a member has drawn a drawing in this room. It does not permit changing one that
the presenter has cleared or labelled, or that was deleted from the history.
"""

from dataclasses import dataclass
from uuid import UUID

from starlette.concurrency import run_in_threadpool

from api.rooms.drawing import OutOfSyncError
from api.rooms.members import Member
from api.rooms.messages import Point, RememberedDrawing
from api.rooms.room import Room
from api.rooms.tokens import RoomTokens
from db import Store, StoreUnavailableError, new_id
from model import InputError


@dataclass(frozen=True, slots=True)
class FoundDrawing:
    """Strokes that a client remembers, and how they may be continued.

    id: under which they are saved, None for the member's next drawing. has_token: a token shows
    that they were drawn here before. is_labelled: the next stroke starts a new drawing.
    """

    strokes: list[list[Point]]
    id: UUID | None = None
    has_token: bool = False
    is_labelled: bool = False


class DrawingFinder:
    """Looks up what became of drawings that clients remember."""

    def __init__(self, store: Store, tokens: RoomTokens) -> None:
        self._store = store
        self._tokens = tokens

    async def find(
        self, room: Room | None, code: str, member_id: str, remembered: RememberedDrawing
    ) -> FoundDrawing:
        """Return how a drawing may be continued.

        One that is not in the history has been deleted, or was never saved: continuing it starts a
        new drawing.
        """
        id = self._tokens.verify_drawing(code, member_id, remembered.drawing)
        if id is None:
            return FoundDrawing(remembered.strokes)
        member = room.members.get(member_id) if room else None
        if member and member.drawing_id == id:
            return FoundDrawing(remembered.strokes, id, has_token=True)
        try:
            stored = await run_in_threadpool(self._store.get, id)
        except StoreUnavailableError:  # then it is continued: saving is still possible
            return FoundDrawing(remembered.strokes, id, has_token=True)
        if room and id in room.ended:
            return FoundDrawing([], id, has_token=True)
        if stored is None:
            return FoundDrawing(remembered.strokes, new_id(), has_token=True)
        is_labelled = stored.label is not None
        return FoundDrawing(remembered.strokes, id, has_token=True, is_labelled=is_labelled)


def restore_drawing(room: Room, member: Member, found: FoundDrawing) -> bool:
    """Continue a drawing, unless it has ended or there is a newer one here."""
    if not found.strokes or (member.drawing.strokes and member.drawing_id != found.id):
        return False
    if found.id in room.ended:
        return False
    if not found.has_token and not room.may_draw(member):
        return False  # drawn while the pen was locked; a token shows that it was drawn before
    try:
        member.drawing.replace(found.strokes)
    except (InputError, OutOfSyncError):
        return False
    if found.id:
        member.drawing_id = found.id
        room.authors.remember(found.id, member.id, member.name)
        member.saved.add(found.id)  # also if it was not: its label is looked up before it is saved
    member.labelled = member.labelled or found.is_labelled
    room.drawing_changed(member)
    return True
