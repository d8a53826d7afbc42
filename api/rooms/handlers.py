"""The visits to rooms: how presenters and guests come in, what they may say, how they leave."""

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

from api.rooms.connection import CLOSE_CODES, Connection
from api.rooms.drawing import OutOfStepError, Seen
from api.rooms.room import PADS, Member, Phone, Room, RoomSettings, Screen, clean_name, public_id
from api.rooms.tokens import RoomTokens
from api.rooms.workers import DrawingSaver, PredictionWorkers
from api.routes.live import NOT_TEXT, RefusedError, TokenBucket
from model import InputError
from services.predictions import PredictionService, get_service

MAX_ROOMS = 500
MAX_MESSAGE = 2**19  # characters
MAX_KNOWN = 5_000  # guests that a room remembers, or has sent away
HELLO_SECONDS = 10  # in which a connection has to say who it is
AWAY_SECONDS = 120  # after which a guest, or a room, that nobody came back to is forgotten
TEND_SECONDS = 0.25
SCREEN_INTERVAL = 1 / 60  # seconds
PHONE_INTERVAL = 1 / 15
MESSAGES_PER_SECOND = 150
BURST = 300

_POLICY = 1008  # close code "policy violation"


class Rooms:
    """The rooms on this replica.

    replica: another word in every process, so that a presenter notices when the gateway would lead
    to another one.
    """

    def __init__(self, service: PredictionService) -> None:
        self.tickets = RoomTokens.of(service.settings)
        self.replica = secrets.token_hex(4)
        self.rooms: dict[str, Room] = {}
        self.readers = PredictionWorkers(service)
        self.keeper = DrawingSaver(service)
        self._tending: asyncio.Task[None] | None = None

    async def welcome(self, socket: WebSocket, code: str) -> None:
        """Serve one connection to the room until it ends."""
        known = self.tickets.known_code(code)
        if known is None:
            await socket.close(CLOSE_CODES["unknown"], "unknown")
            return
        if known not in self.rooms and len(self.rooms) >= MAX_ROOMS:
            await socket.close(CLOSE_CODES["full"], "full")
            return
        async with asyncio.timeout(HELLO_SECONDS):
            hello = await _message(socket)
        if known not in self.rooms:
            self.rooms[known] = Room(known, self.keeper.keep, partial(self.tickets.seal, known))
        room = self.rooms[known]
        if self._tending is None or self._tending.done():
            self._tending = asyncio.create_task(self._tend())
        if hello.get("hello") == "presenter":
            await self._present(socket, room, hello)
        else:
            await self._join(socket, room, hello)
        room.empty_since = time.monotonic()

    async def _present(self, socket: WebSocket, room: Room, hello: dict[str, Any]) -> None:
        session = self.tickets.presented(room.code, _word(hello.get("token")))
        taken = room.session is not None and session != room.session
        if session is None or session.over or taken:
            await socket.close(CLOSE_CODES["over"], "over")
            return
        room.session = session
        screen = Screen(Connection(socket, SCREEN_INTERVAL))
        if not room.screens:
            self._restore(room, hello)
        screen.notes = {
            "room": {"code": room.code, "session": session.name, "replica": self.replica},
            "settings": room.settings.model_dump(),
        }
        room.screens.add(screen)
        for member in room.members.values():
            room.changed(member)
        room.tell_phones()
        screen.line.compose = lambda: room.news_for_screen(screen)
        allowance = TokenBucket(MESSAGES_PER_SECOND, BURST)
        try:
            async with _running(screen.line):
                while True:
                    message = await _message(socket)
                    allowance.take()
                    self._hear_screen(room, screen, message)
        finally:
            room.screens.discard(screen)
            room.tell_phones()

    def _restore(self, room: Room, hello: dict[str, Any]) -> None:
        """Be as the presenter remembers the room; what is here already stays."""
        try:
            room.set(RoomSettings.model_validate(hello.get("settings") or {}))
        except ValidationError as error:
            raise RefusedError(_POLICY, "These are no settings of a room.") from error
        room.known.update(_words(hello.get("known"), MAX_KNOWN - len(room.known)))
        for member_id in _words(hello.get("removed"), MAX_KNOWN - len(room.removed)):
            room.remove(member_id)
        pads = hello.get("pads")
        for place in PADS:
            pad = room.member(place)
            kept = pads.get(place) if isinstance(pads, dict) else None
            if isinstance(kept, dict) and not pad.ink.strokes:
                self._take_up(room, pad, kept)

    def _hear_screen(self, room: Room, screen: Screen, message: dict[str, Any]) -> None:
        pad = room.members.get(_word(message.get("pad")))
        if pad and pad.is_pad:
            screen.seen[pad.id] = self._draw(room, pad, message, screen.seen.get(pad.id, Seen()))
            return
        member = room.members.get(_word(message.get("member")))
        match message.get("do"):
            case "settings":
                try:
                    room.set(RoomSettings.model_validate(message.get("settings")))
                except ValidationError as error:
                    raise RefusedError(_POLICY, "These are no settings of a room.") from error
                for other in room.screens - {screen}:
                    other.notes["settings"] = room.settings.model_dump()
                    other.line.wake()
            case "watch":
                screen.watched = _words(message.get("members"), MAX_KNOWN) | set(PADS)
                for watched in screen.watched & room.members.keys():
                    screen.dirty.setdefault(watched, set()).add("reading")
                screen.line.wake()
            case "clear":
                for cleared in [member] if member else list(room.members.values()):
                    room.clear(cleared)
            case "remove" if member and not member.is_pad:
                room.remove(member.id)
                for drawing in member.kept:
                    self.keeper.forget(room, member, drawing)
            case "read":
                self.readers.read_once(screen, message.get("strokes"))
            case "label" if member and _is_label(message.get("text")):
                self.keeper.label(room, member, message["text"])
            case "move":
                for phone in room.phones.values():
                    phone.line.close("move")
                for other in room.screens:
                    other.line.close("move")

    async def _join(self, socket: WebSocket, room: Room, hello: dict[str, Any]) -> None:
        key = hello.get("key")
        if not isinstance(key, str) or not 16 <= len(key) <= 64:
            raise RefusedError(_POLICY, "Say hello with a key of 16 to 64 characters.")
        member_id = public_id(key)
        if refused := room.admit(member_id):
            await socket.close(CLOSE_CODES[refused], refused)
            return
        if before := room.phones.get(member_id):
            before.line.close("replaced")
        phone = Phone(room.member(member_id), Connection(socket, PHONE_INTERVAL))
        member = phone.member
        member.away = None
        member.name = clean_name(hello.get("name")) or member.name
        if self._take_up(room, member, hello):
            _, phone.seen = member.ink.news(Seen())
        room.phones[member_id] = phone
        room.changed(member)
        room.tell_phones()
        phone.line.compose = lambda: room.news_for_phone(phone)
        allowance = TokenBucket(MESSAGES_PER_SECOND, BURST)
        try:
            async with _running(phone.line):
                while True:
                    message = await _message(socket)
                    allowance.take()
                    self._hear_phone(room, phone, message)
        finally:
            if room.phones.get(member_id) is phone:
                del room.phones[member_id]
                member.away = time.monotonic()
                room.changed(member, ("member",))

    def _hear_phone(self, room: Room, phone: Phone, message: dict[str, Any]) -> None:
        member = phone.member
        if "name" in message:
            member.name = clean_name(message["name"])
            room.changed(member, ("member",))
        elif "vote" in message and isinstance(message["vote"], dict):
            room.vote(member, message["vote"].get("round"), message["vote"].get("value"))
        else:
            phone.seen = self._draw(room, member, message, phone.seen)
            if phone.dirty or phone.seen.edition < 0:
                phone.line.wake()

    def _draw(self, room: Room, member: Member, message: dict[str, Any], seen: Seen) -> Seen:
        """Do what is said to the ink; how much of it the sender has seen then."""
        try:
            room.draw(member, message)
        except (InputError, OutOfStepError):
            return Seen()  # they are sent all of it, as it is here
        self.readers.want(room, member)
        if seen.edition < 0:
            return seen
        return member.ink.news(seen)[1]

    def _take_up(self, room: Room, member: Member, kept: dict[str, Any]) -> bool:
        """Go on with a drawing that its maker has kept, where there is none newer here."""
        drawing = self.tickets.unseal(room.code, _word(kept.get("drawing")))
        strokes = _list(kept.get("strokes"))
        if not strokes or (member.ink.strokes and member.drawing != drawing):
            return False
        try:
            member.ink.replace(strokes)
        except (InputError, OutOfStepError):
            return False
        if drawing:
            member.drawing = drawing
        room.ink_changed(member)
        self.readers.want(room, member)
        return True

    async def _tend(self) -> None:
        """Keep what is drawn and forget who has gone, as long as there are rooms."""
        while self.rooms:
            await asyncio.sleep(TEND_SECONDS)
            long_ago = time.monotonic() - AWAY_SECONDS
            for room in list(self.rooms.values()):
                self.keeper.keep_calm(room)
                for member in list(room.members.values()):
                    if member.away is not None and member.away < long_ago:
                        room.drop(member.id)
                if not room.screens and not room.phones and room.empty_since < long_ago:
                    del self.rooms[room.code]


@lru_cache
def get_rooms() -> Rooms:
    """The process's rooms, made on first use."""
    return Rooms(get_service())


@asynccontextmanager
async def _running(line: Connection) -> AsyncIterator[None]:
    """Send along the line meanwhile."""
    line.wake()
    sending = asyncio.create_task(line.run())
    try:
        yield
    finally:
        sending.cancel()


async def _message(socket: WebSocket) -> dict[str, Any]:
    """The next message; raises RefusedError where it is none, WebSocketDisconnect at the end."""
    received = await socket.receive()
    if received["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(received.get("code", 1005))
    text = received.get("text")
    if text is None:
        raise RefusedError(NOT_TEXT, "Send JSON as text.")
    if len(text) > MAX_MESSAGE:
        raise RefusedError(_POLICY, f"Message too large: send at most {MAX_MESSAGE // 1024} KB.")
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        message = None
    if not isinstance(message, dict):
        raise RefusedError(_POLICY, "This is no message of a room: send a JSON object.")
    return message


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _word(value: Any) -> str:
    """The value where it is text; "" is nobody's name, token or seal."""
    return value if isinstance(value, str) else ""


def _words(value: Any, most: int) -> frozenset[str]:
    """The texts in a list, at most so many."""
    return frozenset(one for one in _list(value)[: max(0, most)] if isinstance(one, str))


def _is_label(text: Any) -> bool:
    return isinstance(text, str) and len(text) == 1 and text in "0123456789?"
