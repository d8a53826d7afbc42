"""Rooms for presenting: participants draw on their devices, and the presenter's screen shows it.

`POST /rooms` creates one. All other paths, such as `WS /rooms/{code}`, contain its code, so that a
gateway can route everyone in a room to one replica by that part of the path. If that replica stops,
all clients reconnect to another one, which restores the room: the presenter's client sends its
settings, each participant's client its drawing.

The messages of the socket are in `api/rooms/messages.py`. A presenter starts with
`{"hello": "presenter", "token": "…"}`, a participant with
`{"hello": "guest", "key": "16 or more random characters", "name": ""}`. Points are sent as they are
drawn, `{"ink": [[stroke, start, [[x, y], …]], …]}`, on a pad 1000 units wide; so are
`{"undo": true}` and `{"clear": true}`. The presenter's pads send the same with `"pad": "screen1"`.
"""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response, WebSocket, WebSocketDisconnect
from pydantic import BaseModel, Field

from api.dependencies import Service
from api.errors import error_response
from api.qr_code import Address, qr_response
from api.rooms.connection import CLOSE_CODES
from api.rooms.handlers import Rooms, get_rooms
from api.rooms.tokens import LIFETIME, Session
from api.websockets import TRY_AGAIN_LATER, CloseConnectionError, close
from core.rate_limits import RateLimitedError, client_address, get_rate_limits
from db import Filters, PredictionRecord, Store, Verdict

router = APIRouter(prefix="/rooms", tags=["rooms"])


async def all_rooms() -> Rooms:
    """Return the rooms of the process."""
    return get_rooms()


AllRooms = Annotated[Rooms, Depends(all_rooms)]

MAX_DRAWINGS = 500  # of a session in one answer


class RoomResponse(BaseModel):
    """A new room."""

    code: str = Field(description="what participants type to join")
    session: str = Field(description="name of the session; grants access to its drawings")
    token: str = Field(description="secret that allows its holder to present")


class PresenceResponse(BaseModel):
    """Connections to a room on the replica that answers."""

    replica: str = Field(description="random id of the process")
    presenters: int = Field(serialization_alias="screens")
    participants: int = Field(serialization_alias="guests")


class DrawingResponse(BaseModel):
    """A drawing of a session with its prediction and its label."""

    id: UUID
    created: datetime
    name: str = Field(
        description="of the participant who drew it; empty without one, or if the room is over"
    )
    team: int | None = Field(
        description="of the participant, from 0; null without teams, or if the room is over"
    )
    text: str
    verdict: Verdict
    confidence: float = Field(description="0 to 1, of the least certain digit")
    label: str | None
    strokes: list[list[tuple[float, float]]]


class DrawingListResponse(BaseModel):
    """A session's drawings, oldest first."""

    began: str = Field(description="start of the session, ISO 8601")
    items: list[DrawingResponse]


@router.post("", status_code=201)
async def create_room(request: Request, rooms: AllRooms) -> RoomResponse:
    """Create a room for a presentation; its token is valid for 24 hours."""
    session, token = rooms.create_session(client_address(request.scope))
    return RoomResponse(code=session.code, session=session.name, token=token)


@router.get("/{code}", response_model=PresenceResponse)
async def presence(code: str, rooms: AllRooms, request: Request) -> PresenceResponse | Response:
    """Return the number of connections to the room."""
    room_code = rooms.tokens.normalize_code(code)
    room = rooms.rooms.get(room_code) if room_code else None
    if room is None:  # rooms must not be found by trying codes
        get_rate_limits().take("wrong_codes", client_address(request.scope))
    if room_code is None:
        return _no_such_room()
    return PresenceResponse(
        replica=rooms.replica,
        presenters=len(room.presenters) if room else 0,
        participants=len(room.participants) if room else 0,
    )


@router.get("/{code}/qr.svg", response_class=Response)
def qr_code(code: str, rooms: AllRooms, address: Address) -> Response:
    """Return a QR code with the URL of the room or of its drawings."""
    if rooms.tokens.normalize_code(code) is None:
        return _no_such_room()
    return qr_response(address)


@router.get("/{code}/drawings", response_model=DrawingListResponse)
def drawings(
    code: str,
    rooms: AllRooms,
    service: Service,
    session: Annotated[str, Query(max_length=64)],
) -> DrawingListResponse | Response:
    """Return the drawings of a session by its name, at most the newest 500."""
    verified = rooms.tokens.verify_session(session)
    if verified is None or verified.code != code:
        return _no_such_room()
    records = _session_records(service.store, verified)
    room = rooms.rooms.get(code)
    if room is not None and room.session != verified:
        room = None  # another session has this code now
    return DrawingListResponse(
        began=verified.began.isoformat(),
        items=[
            DrawingResponse(
                id=record.id,
                created=record.created,
                name=room.authors.name_of(record.id) if room else "",
                team=room.settings.team_of(room.authors.member_of(record.id)) if room else None,
                text=record.text,
                verdict=record.verdict,
                confidence=record.confidence,
                label=record.label,
                strokes=[list(stroke) for stroke in record.strokes],
            )
            for record in records
        ],
    )


@router.websocket("/{code}")
async def connect(socket: WebSocket, code: str, rooms: AllRooms) -> None:
    """Take part in the room as its presenter or a participant."""
    await socket.accept()
    try:
        await rooms.connect(socket, code)
    except CloseConnectionError as error:
        await close(socket, error.code, str(error))
    except RateLimitedError as error:
        await close(socket, TRY_AGAIN_LATER, str(error))
    except TimeoutError:
        await close(socket, CLOSE_CODES["move"], "no hello")
    except (WebSocketDisconnect, RuntimeError):
        return  # the client has gone


def _session_records(store: Store, session: Session) -> list[PredictionRecord]:
    """Return the newest MAX_DRAWINGS of a session, oldest first."""
    records: list[PredictionRecord] = []
    for owner in (session.owner, session.name):  # the name: drawings saved by version 0.2.0
        filters = Filters(owner=owner, since=session.began, until=session.began + LIFETIME)
        records += store.page(MAX_DRAWINGS, None, filters, with_drawing=True).items
    return sorted(records, key=lambda record: record.created)[-MAX_DRAWINGS:]


def _no_such_room() -> Response:
    message = "There is no such room: check the code on the presenter's screen."
    return error_response(404, "no_such_room", message)
