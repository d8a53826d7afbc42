"""What takes time in rooms, off the event loop: reading ink, and keeping drawings."""

import asyncio
import logging
import time
from base64 import b64encode
from collections.abc import Awaitable
from typing import Any
from uuid import UUID

import numpy as np
from starlette.concurrency import run_in_threadpool

from api.rooms.drawing import Drawing, OutOfStepError
from api.rooms.room import Member, Room, Screen
from db import StoreUnavailableError
from model import DigitPrediction, InputError, Prediction
from services.predictions import PredictionService

log = logging.getLogger(__name__)

BATCH = 6  # drawings read before screens are told
CALM_SECONDS = 1.0  # without new ink after which a drawing is kept

Strokes = list[list[tuple[float, float]]]


class PredictionWorkers:
    """Reads the newest ink of whoever has drawn, in turn, so that nobody waits for a busy hand."""

    def __init__(self, service: PredictionService) -> None:
        self._service = service
        self._waiting: dict[Member, Room] = {}
        self._task: asyncio.Task[None] | None = None
        self._once: dict[Screen, asyncio.Task[None]] = {}

    def want(self, room: Room, member: Member) -> None:
        """Have a member's ink read."""
        self._waiting.setdefault(member, room)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())

    def read_once(self, screen: Screen, strokes: Any) -> None:
        """Read ink that is nobody's for a screen, which sends the next when this is answered.

        What it sends before that is not read: one screen has one reading under way.
        """
        if screen in self._once:
            return
        ink = Drawing()
        try:
            ink.replace(strokes if isinstance(strokes, list) else [])
        except (InputError, OutOfStepError):
            ink.clear()
        task = asyncio.create_task(self._answer(screen, ink))
        self._once[screen] = task
        task.add_done_callback(lambda _: self._once.pop(screen, None))

    async def _answer(self, screen: Screen, ink: Drawing) -> None:
        reading = await run_in_threadpool(self._read, ink.strokes)
        screen.notes["read"] = reading
        screen.line.wake()

    async def _run(self) -> None:
        while self._waiting:
            members = list(self._waiting)[:BATCH]
            rooms = [self._waiting.pop(member) for member in members]
            copies = [[list(stroke) for stroke in member.ink.strokes] for member in members]
            editions = [member.ink.edition for member in members]
            begun = time.perf_counter()
            readings = await run_in_threadpool(self._read_all, copies)
            for room, member, edition, reading in zip(
                rooms, members, editions, readings, strict=True
            ):
                if member.ink.edition == edition:
                    member.reading = reading
                    room.changed(member, ("reading",))
            if len(self._waiting) > BATCH:  # a crowd: the lines are to have their share of the time
                await asyncio.sleep(time.perf_counter() - begun)

    def _read_all(self, drawings: list[Strokes]) -> list[dict[str, Any] | None]:
        return [self._read(strokes) for strokes in drawings]

    def _read(self, strokes: Strokes) -> dict[str, Any] | None:
        if not strokes:
            return None
        try:
            return room_answer(
                self._service.recognizer.predict_strokes(_paths(strokes), with_image=False)
            )
        except InputError:
            return None
        except Exception:
            log.exception("a drawing could not be read")
            return None


class DrawingSaver:
    """Keeps drawings in the history, one row each, their owner being the session."""

    def __init__(self, service: PredictionService) -> None:
        self._service = service
        self._tasks: set[asyncio.Task[None]] = set()

    def keep(self, room: Room, member: Member) -> None:
        """Keep a member's drawing as it is now; where it is empty, forget it."""
        if room.session is None:
            return
        strokes = [list(stroke) for stroke in member.ink.strokes]
        drawing = member.drawing
        member.unsaved = None
        if strokes:
            member.kept.add(drawing)
            self._begin(room, member, self._save(drawing, room.session.name, strokes))
        elif drawing in member.kept:
            member.kept.remove(drawing)
            self.forget(room, member, drawing)

    def keep_calm(self, room: Room) -> None:
        """Keep every drawing that has not changed for a while."""
        calm = time.monotonic() - CALM_SECONDS
        for member in room.members.values():
            if member.unsaved is not None and member.unsaved <= calm:
                self.keep(room, member)

    def forget(self, room: Room, member: Member, drawing: UUID) -> None:
        """Take a drawing of a member's out of the history."""
        self._begin(room, member, run_in_threadpool(self._service.store.delete, drawing))

    def label(self, room: Room, member: Member, text: str) -> None:
        """Keep a member's drawing, and what people read in it."""
        if room.session is None or not member.ink.strokes:
            return
        strokes = [list(stroke) for stroke in member.ink.strokes]
        member.unsaved, member.labelled = None, True
        member.kept.add(member.drawing)
        self._begin(room, member, self._label(room, member.id, member.drawing, strokes, text))

    def _begin(self, room: Room, member: Member, work: Awaitable[Any]) -> None:
        task = asyncio.create_task(self._done(room, member, work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _done(self, room: Room, member: Member, work: Awaitable[Any]) -> None:
        try:
            async with member.turn:
                await work
            room.note(trouble=None)
        except StoreUnavailableError as error:
            room.note(trouble=str(error))
        except Exception:
            log.exception("a drawing could not be kept")
            room.note(trouble="A drawing could not be kept.")

    async def _save(self, drawing: UUID, owner: str, strokes: Strokes) -> None:
        await run_in_threadpool(
            self._service.predict_strokes, _paths(strokes), id=drawing, owner=owner
        )

    async def _label(
        self, room: Room, member_id: str, drawing: UUID, strokes: Strokes, text: str
    ) -> None:
        assert room.session
        await self._save(drawing, room.session.name, strokes)
        by = f"room {room.code}"
        labelled = await run_in_threadpool(self._service.store.label, drawing, text, by)
        if labelled:
            room.note(labelled={"member": member_id, "drawing": str(drawing), "text": text})


def room_answer(reading: Prediction) -> dict[str, Any]:
    """What a screen shows of a reading: as WS /live has it, and where the network looked.

    shares: for a single digit, the chance in percent of each of the ten, that it is this one and a
    digit at all.
    """
    message = reading.to_message()
    digits = [
        {**digit, "heat": b64encode(known.heat.tobytes()).decode()}
        for digit, known in zip(message["digits"], reading.digits, strict=True)
    ]
    verdicts = [digit.verdict for digit in reading.digits]
    worst = next((v for v in ("not_a_digit", "unsure") if v in verdicts), "digit")
    confidence = min((float(digit.confidence) for digit in reading.digits), default=0.0)
    shares = _shares(reading.digits[0]) if len(reading.digits) == 1 else None
    return {
        "text": message["text"],
        "digits": digits,
        "verdict": worst,
        "confidence": confidence,
        "shares": shares,
    }


def _shares(digit: DigitPrediction) -> list[int]:
    is_digit = min(1.0, digit.confidence / max(float(digit.probabilities.max()), 1e-9))
    shares: list[int] = np.rint(100 * is_digit * digit.probabilities).astype(int).tolist()
    return shares


def _paths(strokes: Strokes) -> list[Any]:
    return [np.array(stroke, dtype=float) for stroke in strokes]
