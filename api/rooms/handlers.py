"""The rooms of this replica, and the handlers of what presenters and participants send."""

import asyncio
import math
import secrets
import time
from collections.abc import Mapping
from functools import lru_cache, partial
from typing import Any

from pydantic import ValidationError
from starlette.websockets import WebSocket

from api.rooms.connection import CLOSE_CODES, UpdateSender, receive_message, sending
from api.rooms.console import is_first_projector, relay
from api.rooms.drawing import DrawingVersion, OutOfSyncError
from api.rooms.members import PADS, Member, ParticipantConnection, PresenterConnection
from api.rooms.messages import (
    ClearCommand,
    DrawingMessage,
    LabelCommand,
    MoveCommand,
    NameMessage,
    ParticipantHello,
    PredictCommand,
    PresenterHello,
    RelayCommand,
    RemoveCommand,
    RenameCommand,
    SettingsCommand,
    VoteMessage,
    WatchCommand,
    parse_command,
)
from api.rooms.restoring import DrawingFinder, FoundDrawing, restore_drawing
from api.rooms.room import (
    MAX_KNOWN,
    Room,
    clean_name,
    public_id,
)
from api.rooms.room_settings import RoomSettings
from api.rooms.tokens import RoomTokens, Session
from api.rooms.workers import DrawingSaver, PredictionWorkers
from api.websockets import (
    POLICY_VIOLATION,
    TRY_AGAIN_LATER,
    CloseConnectionError,
    TokenBucket,
    close,
)
from core.rate_limits import (
    CONCURRENT,
    RateLimits,
    client_address,
    get_rate_limits,
)
from model import InputError
from services.access import identify, room_author
from services.identity import session_of
from services.predictions import PredictionService, get_service

MAX_ROOMS = 500
MAX_CREATED = 1_000  # codes that are remembered until somebody comes
MAX_PRESENTERS = 10  # of one room at the same time
HELLO_SECONDS = 10  # within which a connection must send its hello
FORGET_SECONDS = 120  # after which an absent participant, or an empty room, is forgotten
CLEAN_UP_SECONDS = 0.25
PRESENTER_UPDATE_SECONDS = 1 / 60  # seconds between updates
PARTICIPANT_UPDATE_SECONDS = 1 / 15
MESSAGES_PER_SECOND = 150  # of one connection
BURST = 300  # messages
# Arrays and objects in a message, most of them points. Handling more holds up all connections.
MAX_HELLO_BRACKETS = 20_000  # a presenter remembers two drawings of 6,000 points
MAX_PRESENTER_BRACKETS = 7_000  # a drawing to predict
MAX_PARTICIPANT_BRACKETS = 2_000


class Rooms:
    """The rooms of this replica.

    replica: a random id of the process, from which a presenter notices that the gateway now routes
    to another replica.
    """

    def __init__(self, service: PredictionService, limits: RateLimits | None = None) -> None:
        self._settings = service.settings
        self._limits = limits or get_rate_limits()
        self.tokens = RoomTokens.of(service.settings)
        self._finder = DrawingFinder(service.store, self.tokens)
        self.replica = secrets.token_hex(4)
        self.rooms: dict[str, Room] = {}
        # The newest codes that were created here: when, and the address of the client.
        self._created: dict[str, tuple[float, str]] = {}
        self.workers = PredictionWorkers(service)
        self.saver = DrawingSaver(service, self._limits)
        self._clean_up_task: asyncio.Task[None] | None = None

    def create_session(self, client: str) -> tuple[Session, str]:
        """Return a new session and its presenter token; no room here has its code."""
        while True:
            session, token = self.tokens.create_session()
            if session.code not in self.rooms and session.code not in self._created:
                break
        self._created[session.code] = (time.monotonic(), client)
        while len(self._created) > MAX_CREATED:
            del self._created[next(iter(self._created))]
        return session, token

    async def connect(self, socket: WebSocket, code: str) -> None:
        """Serve one connection to the room with this code until it ends.

        Raises CloseConnectionError, or RateLimitedError if the client connects too often.
        """
        client = client_address(socket.scope)
        self._limits.take("hellos", client)
        room_code = self.tokens.normalize_code(code)
        if room_code is None:
            self._limits.take("wrong_codes", client)
            await close(socket, CLOSE_CODES["unknown"], "unknown")
            return
        async with asyncio.timeout(HELLO_SECONDS):
            hello = await receive_message(socket, MAX_HELLO_BRACKETS)
        if hello.get("hello") == "presenter":
            await self._connect_presenter(socket, room_code, hello, client)
        else:
            await self._connect_participant(socket, room_code, hello, client)

    def _open_room(self, code: str, client: str) -> Room | None:
        """Return the room, created if there is none; None if there are too many.

        Only with a valid token, or soon after `create_session`, may a client have it created.
        """
        if code not in self.rooms:
            created = sum(room.creator == client for room in self.rooms.values())
            if len(self.rooms) >= MAX_ROOMS or created >= CONCURRENT["rooms"]:
                return None
            sign_drawing = partial(self.tokens.sign_drawing, code)
            self.rooms[code] = Room(code, client, self.saver.save, sign_drawing)
        if self._clean_up_task is None or self._clean_up_task.done():
            self._clean_up_task = asyncio.create_task(self._clean_up())
        return self.rooms[code]

    async def _connect_presenter(
        self, socket: WebSocket, code: str, message: dict[str, Any], client: str
    ) -> None:
        try:
            hello = PresenterHello.model_validate(message)
        except ValidationError as error:
            raise CloseConnectionError(POLICY_VIOLATION, "This hello is invalid.") from error
        session = self.tokens.verify_presenter(code, hello.token)
        if session is None or session.is_over:
            self._limits.take("wrong_codes", client)
            await close(socket, CLOSE_CODES["over"], "over")
            return
        pads = {
            pad: await self._finder.find(self.rooms.get(code), code, pad, remembered)
            for pad, remembered in hello.pads.items()
            if pad in PADS
        }
        room = self._open_room(code, client)
        if room is None or len(room.presenters) >= MAX_PRESENTERS:
            await close(socket, CLOSE_CODES["full"], "full")
            return
        if room.session is not None and session != room.session:
            # Two sessions got the same code. The newer one has it: tokens for many codes could be
            # collected in advance, and used when a restarted server knows no rooms.
            if session.began <= room.session.began:
                await close(socket, CLOSE_CODES["over"], "over")
                return
            room.hand_over(session)
        room.session = session
        sender = UpdateSender(socket, PRESENTER_UPDATE_SECONDS, room.budget)
        author = self._label_author(socket, room)
        presenter = PresenterConnection(sender, client, author, is_console=hello.console)
        if not hello.console and is_first_projector(room):
            self._restore_room(room, hello, pads)
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
            async with sending(presenter.sender):
                while True:
                    received = await receive_message(socket, MAX_PRESENTER_BRACKETS, room.budget)
                    rate_limit.take()
                    if presenter in room.presenters:
                        with room.budget.spending():
                            self._handle_presenter_message(room, presenter, received)
        finally:
            room.presenters.discard(presenter)
            room.notify_participants()
            room.empty_since = time.monotonic()

    def _label_author(self, socket: WebSocket, room: Room) -> str:
        """Return the name of a presenter who has signed in as a reviewer, else the room's."""
        identity = identify(session_of(socket.scope), None, self._settings)
        return identity.name or room_author(room.code, self._settings)

    def _restore_room(
        self, room: Room, hello: PresenterHello, pads: Mapping[str, FoundDrawing]
    ) -> None:
        """Restore what the presenter remembers of the room; drawings that exist here stay."""
        room.apply_settings(hello.settings or RoomSettings())
        room.known.update(hello.known[: max(0, MAX_KNOWN - len(room.known))])
        for member_id in hello.removed[: max(0, MAX_KNOWN - len(room.removed))]:
            room.remove(member_id)
        for pad_id in PADS:
            pad = room.get_or_create_member(pad_id)
            if (found := pads.get(pad_id)) and not pad.drawing.strokes:
                self._restore_drawing(room, pad, found)

    def _handle_presenter_message(
        self, room: Room, presenter: PresenterConnection, message: dict[str, Any]
    ) -> None:
        if message.get("ping"):
            presenter.sender.answer_ping()
            return
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
                for each in list(room.members.values()):
                    if command.member in (None, each.id):
                        room.clear(each)
            case RemoveCommand():
                self._remove(room, command.member)
            case PredictCommand():
                self.workers.predict_once(presenter, command.strokes)
            case LabelCommand():
                if member := room.members.get(command.member):
                    if command.text is None:
                        self.saver.remove_label(room, member, presenter.author)
                    else:
                        self.saver.label(room, member, command.text, presenter.author)
            case RenameCommand():
                if member := room.members.get(command.member):
                    room.rename(member, command.name)
            case RelayCommand():
                relay(room, presenter, command.message)
            case MoveCommand():
                for participant in room.participants.values():
                    participant.sender.close("move")
                for other in room.presenters:
                    other.sender.close("move")

    def _remove(self, room: Room, member_id: str) -> None:
        member = room.members.get(member_id)
        if member is None or member.is_pad:
            return
        room.remove(member_id)
        for drawing_id in member.saved:
            self.saver.delete(room, member, drawing_id)

    async def _connect_participant(
        self, socket: WebSocket, code: str, message: dict[str, Any], client: str
    ) -> None:
        try:
            hello = ParticipantHello.model_validate(message)
        except ValidationError as error:
            raise CloseConnectionError(
                POLICY_VIOLATION, "Send a hello with a key of 16 to 64 characters."
            ) from error
        member_id = public_id(hello.key)
        found = await self._finder.find(self.rooms.get(code), code, member_id, hello)
        room = self.rooms.get(code)
        if room is None:
            created_at, creator = self._created.get(code, (-math.inf, client))
            is_new = (
                created_at > time.monotonic() - FORGET_SECONDS
            )  # the presenter is about to come
            # With a token of a drawing they were in the room before this server started.
            if is_new or found.has_token:
                room = self._open_room(code, creator)
        if room is None:
            self._limits.take("wrong_codes", client)
            raise CloseConnectionError(TRY_AGAIN_LATER, "The presenter is not there yet.")
        if refusal := room.refusal(member_id, client):
            await close(socket, CLOSE_CODES[refusal], refusal)
            return
        if previous := room.participants.get(member_id):
            previous.sender.close("replaced")
        member = room.get_or_create_member(member_id)
        sender = UpdateSender(socket, PARTICIPANT_UPDATE_SECONDS, room.budget)
        participant = ParticipantConnection(member, sender, client)
        member.address = client
        member.away_since = None
        member.name = clean_name(hello.name) or member.name
        if self._restore_drawing(room, member, found):
            participant.received = member.drawing.version
        room.participants[member_id] = participant
        room.mark_changed(member)
        room.notify_participants()
        participant.sender.compose = lambda: room.participant_update(participant)
        rate_limit = TokenBucket(MESSAGES_PER_SECOND, BURST)
        try:
            async with sending(participant.sender):
                while True:
                    received = await receive_message(socket, MAX_PARTICIPANT_BRACKETS, room.budget)
                    rate_limit.take()
                    if room.participants.get(member_id) is participant:
                        with room.budget.spending():
                            self._handle_participant_message(room, participant, received)
        finally:
            if room.participants.get(member_id) is participant:
                del room.participants[member_id]
                member.away_since = time.monotonic()
                room.mark_changed(member, ("member",))
            room.empty_since = time.monotonic()

    def _handle_participant_message(
        self, room: Room, participant: ParticipantConnection, message: dict[str, Any]
    ) -> None:
        member = participant.member
        if message.get("ping"):
            participant.sender.answer_ping()
            return
        try:
            if "name" in message:
                room.rename(member, NameMessage.model_validate(message).name)
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

    def _restore_drawing(self, room: Room, member: Member, found: FoundDrawing) -> bool:
        """Continue a drawing that a client remembers, unless there is a newer one here."""
        is_restored = restore_drawing(room, member, found)
        if is_restored:
            self.workers.enqueue(room, member)
        return is_restored

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
                if is_empty:
                    room.budget.close()  # its last connection has gone
                if is_empty and room.empty_since < earliest:
                    del self.rooms[room.code]


@lru_cache
def get_rooms() -> Rooms:
    """Return the rooms of the process, created on first use."""
    return Rooms(get_service())
