"""The rooms of this replica, and the handlers of what presenters and participants send."""

import asyncio
import json
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import lru_cache, partial
from typing import Any

from pydantic import ValidationError
from starlette.websockets import WebSocket, WebSocketDisconnect

from api.rooms.connection import CLOSE_CODES, UpdateSender
from api.rooms.drawing import DrawingVersion, OutOfSyncError
from api.rooms.messages import (
    ClearCommand,
    DrawingMessage,
    LabelCommand,
    MoveCommand,
    NameMessage,
    ParticipantHello,
    PredictCommand,
    PresenterHello,
    RememberedDrawing,
    RemoveCommand,
    RoomSettings,
    SettingsCommand,
    VoteMessage,
    WatchCommand,
    parse_command,
)
from api.rooms.room import (
    PADS,
    Member,
    ParticipantConnection,
    PresenterConnection,
    Room,
    clean_name,
    public_id,
)
from api.rooms.tokens import RoomTokens
from api.rooms.workers import DrawingSaver, PredictionWorkers
from api.websockets import (
    MAX_MESSAGE,
    MESSAGE_TOO_LARGE,
    POLICY_VIOLATION,
    UNSUPPORTED_DATA,
    CloseConnectionError,
    TokenBucket,
)
from model import InputError
from services.access import identify, room_author
from services.identity import session_of
from services.predictions import PredictionService, get_service

MAX_ROOMS = 500
MAX_KNOWN = 5_000  # participants that a room remembers, or has removed
HELLO_SECONDS = 10  # within which a connection must send its hello
FORGET_SECONDS = 120  # after which an absent participant, or an empty room, is forgotten
CLEAN_UP_SECONDS = 0.25
PRESENTER_INTERVAL = 1 / 60  # seconds between updates
PARTICIPANT_INTERVAL = 1 / 15
MESSAGES_PER_SECOND = 150  # of one connection
BURST = 300  # messages


class Rooms:
    """The rooms of this replica.

    replica: a random id of the process, from which a presenter notices that the gateway now routes
    to another replica.
    """

    def __init__(self, service: PredictionService) -> None:
        self._settings = service.settings
        self.tokens = RoomTokens.of(service.settings)
        self.replica = secrets.token_hex(4)
        self.rooms: dict[str, Room] = {}
        self.workers = PredictionWorkers(service)
        self.saver = DrawingSaver(service)
        self._clean_up_task: asyncio.Task[None] | None = None

    async def connect(self, socket: WebSocket, code: str) -> None:
        """Serve one connection to the room with this code until it ends."""
        room_code = self.tokens.normalize_code(code)
        if room_code is None:
            await socket.close(CLOSE_CODES["unknown"], "unknown")
            return
        if room_code not in self.rooms and len(self.rooms) >= MAX_ROOMS:
            await socket.close(CLOSE_CODES["full"], "full")
            return
        async with asyncio.timeout(HELLO_SECONDS):
            hello = await _receive(socket)
        room = self._get_or_create_room(room_code)
        if hello.get("hello") == "presenter":
            await self._connect_presenter(socket, room, hello)
        else:
            await self._connect_participant(socket, room, hello)
        room.empty_since = time.monotonic()

    def _get_or_create_room(self, code: str) -> Room:
        if code not in self.rooms:
            self.rooms[code] = Room(code, self.saver.save, partial(self.tokens.sign_drawing, code))
        if self._clean_up_task is None or self._clean_up_task.done():
            self._clean_up_task = asyncio.create_task(self._clean_up())
        return self.rooms[code]

    async def _connect_presenter(
        self, socket: WebSocket, room: Room, message: dict[str, Any]
    ) -> None:
        try:
            hello = PresenterHello.model_validate(message)
        except ValidationError as error:
            raise CloseConnectionError(POLICY_VIOLATION, "This hello is invalid.") from error
        session = self.tokens.verify_presenter(room.code, hello.token)
        is_taken = room.session is not None and session != room.session
        if session is None or session.is_over or is_taken:
            await socket.close(CLOSE_CODES["over"], "over")
            return
        room.session = session
        author = self._label_author(socket, room)
        presenter = PresenterConnection(UpdateSender(socket, PRESENTER_INTERVAL), author)
        if not room.presenters:
            self._restore_room(room, hello)
        presenter.pending = {
            "room": {"code": room.code, "session": session.name, "replica": self.replica},
            "settings": room.settings_message(),
        }
        room.presenters.add(presenter)
        for member in room.members.values():
            room.mark_changed(member)
        room.notify_participants()
        presenter.sender.compose = lambda: room.presenter_update(presenter)
        rate_limit = TokenBucket(MESSAGES_PER_SECOND, BURST)
        try:
            async with _sending(presenter.sender):
                while True:
                    received = await _receive(socket)
                    rate_limit.take()
                    self._handle_presenter_message(room, presenter, received)
        finally:
            room.presenters.discard(presenter)
            room.notify_participants()

    def _label_author(self, socket: WebSocket, room: Room) -> str:
        """Return the name of a presenter who has signed in as a reviewer, else the room's."""
        identity = identify(session_of(socket.scope), None, self._settings)
        return identity.name or room_author(room.code)

    def _restore_room(self, room: Room, hello: PresenterHello) -> None:
        """Restore what the presenter remembers of the room; drawings that exist here stay."""
        room.apply_settings(hello.settings or RoomSettings())
        room.known.update(hello.known[: max(0, MAX_KNOWN - len(room.known))])
        for member_id in hello.removed[: max(0, MAX_KNOWN - len(room.removed))]:
            room.remove(member_id)
        for pad_id in PADS:
            pad = room.get_or_create_member(pad_id)
            remembered = hello.pads.get(pad_id)
            if remembered and not pad.drawing.strokes:
                self._restore_drawing(room, pad, remembered)

    def _handle_presenter_message(
        self, room: Room, presenter: PresenterConnection, message: dict[str, Any]
    ) -> None:
        pad = room.members.get(message["pad"]) if message.get("pad") in PADS else None
        if pad:
            received = presenter.received.get(pad.id, DrawingVersion())
            presenter.received[pad.id] = self._draw(room, pad, message, received)
            return
        try:
            command = parse_command(message)
        except ValidationError as error:
            if message.get("do") == "settings":
                raise CloseConnectionError(
                    POLICY_VIOLATION, "These room settings are invalid."
                ) from error
            return  # other invalid or unknown commands are ignored
        match command:
            case SettingsCommand():
                room.apply_settings(command.settings)
                for other in room.presenters - {presenter}:
                    other.pending["settings"] = room.settings_message()
                    other.sender.notify()
            case WatchCommand():
                presenter.watched = frozenset(command.members[:MAX_KNOWN]) | set(PADS)
                for member_id in presenter.watched & room.members.keys():
                    presenter.changed.setdefault(member_id, set()).add("prediction")
                presenter.sender.notify()
            case ClearCommand():
                self._clear(room, command.member)
            case RemoveCommand():
                self._remove(room, command.member)
            case PredictCommand():
                self.workers.predict_once(presenter, command.strokes)
            case LabelCommand():
                if member := room.members.get(command.member):
                    self.saver.label(room, member, command.text, presenter.author)
            case MoveCommand():
                for participant in room.participants.values():
                    participant.sender.close("move")
                for other in room.presenters:
                    other.sender.close("move")

    def _clear(self, room: Room, member_id: str | None) -> None:
        for member in list(room.members.values()):
            if member_id in (None, member.id):
                room.clear(member)

    def _remove(self, room: Room, member_id: str) -> None:
        member = room.members.get(member_id)
        if member is None or member.is_pad:
            return
        room.remove(member_id)
        for drawing_id in member.saved:
            self.saver.delete(room, member, drawing_id)

    async def _connect_participant(
        self, socket: WebSocket, room: Room, message: dict[str, Any]
    ) -> None:
        try:
            hello = ParticipantHello.model_validate(message)
        except ValidationError as error:
            raise CloseConnectionError(
                POLICY_VIOLATION, "Send a hello with a key of 16 to 64 characters."
            ) from error
        member_id = public_id(hello.key)
        if refusal := room.refusal(member_id):
            await socket.close(CLOSE_CODES[refusal], refusal)
            return
        if previous := room.participants.get(member_id):
            previous.sender.close("replaced")
        member = room.get_or_create_member(member_id)
        participant = ParticipantConnection(member, UpdateSender(socket, PARTICIPANT_INTERVAL))
        member.away_since = None
        member.name = clean_name(hello.name) or member.name
        if self._restore_drawing(room, member, hello):
            participant.received = member.drawing.version
        room.participants[member_id] = participant
        room.mark_changed(member)
        room.notify_participants()
        participant.sender.compose = lambda: room.participant_update(participant)
        rate_limit = TokenBucket(MESSAGES_PER_SECOND, BURST)
        try:
            async with _sending(participant.sender):
                while True:
                    received = await _receive(socket)
                    rate_limit.take()
                    self._handle_participant_message(room, participant, received)
        finally:
            if room.participants.get(member_id) is participant:
                del room.participants[member_id]
                member.away_since = time.monotonic()
                room.mark_changed(member, ("member",))

    def _handle_participant_message(
        self, room: Room, participant: ParticipantConnection, message: dict[str, Any]
    ) -> None:
        member = participant.member
        try:
            if "name" in message:
                member.name = clean_name(NameMessage.model_validate(message).name)
                room.mark_changed(member, ("member",))
                return
            if "vote" in message:
                room.vote(member, VoteMessage.model_validate(message).vote)
                return
        except ValidationError:
            return
        participant.received = self._draw(room, member, message, participant.received)
        if participant.changed or participant.received.revision < 0:
            participant.sender.notify()

    def _draw(
        self, room: Room, member: Member, message: dict[str, Any], received: DrawingVersion
    ) -> DrawingVersion:
        """Apply a drawing message; return the version of the drawing that its sender has then."""
        try:
            room.draw(member, DrawingMessage.model_validate(message))
        except (ValidationError, InputError, OutOfSyncError):
            return DrawingVersion()  # the sender is sent all strokes of the server
        self.workers.enqueue(room, member)
        return received if received.revision < 0 else member.drawing.version

    def _restore_drawing(self, room: Room, member: Member, remembered: RememberedDrawing) -> bool:
        """Continue a drawing that a client remembers, unless there is a newer one here."""
        drawing_id = self.tokens.verify_drawing(room.code, remembered.drawing)
        strokes = remembered.strokes
        if not strokes or (member.drawing.strokes and member.drawing_id != drawing_id):
            return False
        try:
            member.drawing.replace(strokes)
        except (InputError, OutOfSyncError):
            return False
        if drawing_id:
            member.drawing_id = drawing_id
        room.drawing_changed(member)
        self.workers.enqueue(room, member)
        return True

    async def _clean_up(self) -> None:
        """Save idle drawings and forget absent participants and empty rooms, periodically."""
        while self.rooms:
            await asyncio.sleep(CLEAN_UP_SECONDS)
            earliest = time.monotonic() - FORGET_SECONDS
            for room in list(self.rooms.values()):
                self.saver.save_idle(room)
                for member in list(room.members.values()):
                    if member.away_since is not None and member.away_since < earliest:
                        room.forget(member.id)
                is_empty = not room.presenters and not room.participants
                if is_empty and room.empty_since < earliest:
                    del self.rooms[room.code]


@lru_cache
def get_rooms() -> Rooms:
    """Return the rooms of the process, created on first use."""
    return Rooms(get_service())


@asynccontextmanager
async def _sending(sender: UpdateSender) -> AsyncIterator[None]:
    """Send updates in a task for as long as the context is active."""
    sender.notify()
    task = asyncio.create_task(sender.run())
    try:
        yield
    finally:
        task.cancel()


async def _receive(socket: WebSocket) -> dict[str, Any]:
    """Return the next message.

    Raises CloseConnectionError if it is binary, too large or no JSON object, WebSocketDisconnect
    at the end.
    """
    event = await socket.receive()
    if event["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(event.get("code", 1005))
    text = event.get("text")
    if text is None:
        raise CloseConnectionError(UNSUPPORTED_DATA, "Send JSON as text.")
    if len(text) > MAX_MESSAGE:
        raise CloseConnectionError(POLICY_VIOLATION, MESSAGE_TOO_LARGE)
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        message = None
    if not isinstance(message, dict):
        raise CloseConnectionError(
            POLICY_VIOLATION, "This is not a room message: send a JSON object."
        )
    return message
