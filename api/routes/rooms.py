"""Rooms for presenting: phones draw, the big screen shows it while they do.

`POST /rooms` makes one; all else about it, `WS /rooms/{code}` above all, lies under its code, so
that a gateway that chooses the replica by that part of the path brings all who are in the room
together. Where that replica goes away they meet on another, and the room is as before: the
presenter brings its settings, each guest their ink.

A message is one JSON object. The presenter begins with `{"hello": "presenter", "token": "…"}`, a
guest with `{"hello": "guest", "key": "16 or more random characters", "name": ""}`. Ink goes in
pieces, `{"ink": [[stroke, from, [[x, y], …]], …]}`, on a pad 1000 wide; then `{"undo": true}` and
`{"clear": true}`. The presenter's pads send the same with `"pad": "screen1"`.
"""

import io
from typing import Annotated
from uuid import UUID

import segno
from fastapi import APIRouter, Depends, Query, Response, WebSocket, WebSocketDisconnect
from pydantic import BaseModel, Field

from api.errors import answer
from api.rooms.connection import CLOSE_CODES
from api.rooms.handlers import Rooms, get_rooms
from api.rooms.tokens import LIFETIME
from api.routes.live import RefusedError
from api.routes.predict import Service
from db import Filters, Verdict

router = APIRouter(prefix="/rooms", tags=["rooms"])
AllRooms = Annotated[Rooms, Depends(get_rooms)]

MAX_DRAWINGS = 500  # that a session shows


class RoomResponse(BaseModel):
    """A new room: the code guests type, the session's name, and what makes its holder present."""

    code: str
    session: str
    token: str


class PresenceResponse(BaseModel):
    """Who is in a room on the replica that answers."""

    replica: str = Field(description="another word in every process")
    screens: int
    guests: int


class DrawingResponse(BaseModel):
    """A drawing of a session, with its ink and what a person says it is."""

    id: UUID
    text: str
    verdict: Verdict
    label: str | None
    strokes: list[list[tuple[float, float]]]


class DrawingListResponse(BaseModel):
    """A session's drawings, oldest first."""

    began: str
    items: list[DrawingResponse]


@router.post("", status_code=201)
async def open_room(rooms: AllRooms) -> RoomResponse:
    """Open a room for a presentation; its token is good for 24 hours."""
    session, token = rooms.tickets.new_session()
    return RoomResponse(code=session.code, session=session.name, token=token)


@router.get("/{code}", response_model=PresenceResponse)
async def presence(code: str, rooms: AllRooms) -> PresenceResponse | Response:
    """Who is in the room."""
    known = rooms.tickets.known_code(code)
    if known is None:
        return _no_room()
    room = rooms.rooms.get(known)
    return PresenceResponse(
        replica=rooms.replica,
        screens=len(room.screens) if room else 0,
        guests=len(room.phones) if room else 0,
    )


@router.get("/{code}/qr.svg", response_class=Response)
def qr_code(
    code: str,
    rooms: AllRooms,
    address: Annotated[str, Query(max_length=400, pattern="^https?://")],
) -> Response:
    """A QR code of an address at which the room, or its drawings, are found."""
    if rooms.tickets.known_code(code) is None:
        return _no_room()
    picture = io.BytesIO()
    made = segno.make(address, error="m", micro=False)
    made.save(picture, kind="svg", border=2, light="#fff", xmldecl=False, omitsize=True)
    return Response(picture.getvalue(), media_type="image/svg+xml")


@router.get("/{code}/drawings", response_model=DrawingListResponse)
def drawings(
    code: str,
    rooms: AllRooms,
    service: Service,
    session: Annotated[str, Query(max_length=64)],
) -> DrawingListResponse | Response:
    """The drawings of a session, by its name; at most the newest 500."""
    known = rooms.tickets.session(session)
    if known is None or known.code != code:
        return _no_room()
    of_session = Filters(owner=session, since=known.began, until=known.began + LIFETIME)
    page = service.store.page(MAX_DRAWINGS, None, of_session, with_drawing=True)
    return DrawingListResponse(
        began=known.began.isoformat(),
        items=[
            DrawingResponse(
                id=one.id,
                text=one.text,
                verdict=one.verdict,
                label=one.label,
                strokes=[list(stroke) for stroke in one.strokes],
            )
            for one in reversed(page.items)
        ],
    )


@router.websocket("/{code}")
async def enter(socket: WebSocket, code: str, rooms: AllRooms) -> None:
    """Take part in the room, as its presenter or a guest."""
    await socket.accept()
    try:
        await rooms.welcome(socket, code)
    except RefusedError as refusal:
        await socket.close(refusal.code, str(refusal))
    except TimeoutError:
        await socket.close(CLOSE_CODES["move"], "no hello")
    except (WebSocketDisconnect, RuntimeError):
        return  # gone


def _no_room() -> Response:
    message = "There is no such room: look at the code on the screen again."
    return answer(404, "no_such_room", message)
