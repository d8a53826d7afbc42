"""Background work of rooms, off the event loop: predicting and saving drawings."""

import asyncio
import logging
import time
from base64 import b64encode
from collections.abc import Awaitable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from starlette.concurrency import run_in_threadpool

from api.rooms.drawing import Drawing, OutOfSyncError
from api.rooms.members import Member, PresenterConnection
from api.rooms.messages import Point, RoomDigit, RoomPrediction
from api.rooms.room import Room
from core.rate_limits import RateLimitedError, RateLimits
from db import StoreUnavailableError
from model import DigitPrediction, InputError, Prediction, Verdict
from services.predictions import LabelledByReviewerError, PredictionService

log = logging.getLogger(__name__)

BATCH = 6  # drawings of a room that are predicted before their predictions are sent
BATCH_SECONDS = 0.03  # after which the rest of a batch waits until it is the room's turn again
WORKERS = 2  # rooms whose drawings are predicted at the same time
# Few threads, because each of them takes the interpreter lock from the event loop.
_executor = ThreadPoolExecutor(WORKERS, "rooms")
_FORGET_SECONDS = 1.0  # in which the time that a room's predictions took counts half
SAVE_DELAY_SECONDS = 1.0  # without changes, after which a drawing is saved

Strokes = list[list[Point]]


class PredictionWorkers:
    """Predicts changed drawings.

    The room whose predictions took the least time recently is next, and its members take turns. So
    neither an active room nor an active participant can starve the others.
    """

    def __init__(self, service: PredictionService) -> None:
        self._service = service
        self._queue = PredictionQueue()
        self._tasks: set[asyncio.Task[None]] = set()
        self._running = 0  # tasks that look for more work; one that ended may still be in _tasks
        self._answers: dict[PresenterConnection, asyncio.Task[None]] = {}

    def enqueue(self, room: Room, member: Member) -> None:
        """Schedule a prediction of a member's drawing."""
        self._queue.add(room, member)
        if self._running < WORKERS:
            self._running += 1
            task = asyncio.create_task(self._run())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def predict_once(self, presenter: PresenterConnection, strokes: Strokes) -> None:
        """Predict strokes that belong to no member, and answer the presenter.

        Invalid strokes are answered like a blank drawing, because the client waits for an answer.
        A request that arrives before the previous one is answered is ignored.
        """
        if presenter in self._answers:
            return
        drawing = Drawing()
        try:
            drawing.replace(strokes)
        except (InputError, OutOfSyncError):
            drawing.clear()
        task = asyncio.create_task(self._answer(presenter, drawing))
        self._answers[presenter] = task
        task.add_done_callback(lambda _: self._answers.pop(presenter, None))

    async def _answer(self, presenter: PresenterConnection, drawing: Drawing) -> None:
        loop = asyncio.get_running_loop()
        prediction = await loop.run_in_executor(_executor, self._predict, drawing.strokes)
        presenter.pending["read"] = prediction
        presenter.sender.notify()

    async def _run(self) -> None:
        while batch := self._queue.next_batch():
            room, members = batch
            start = time.perf_counter()
            await self._predict_members(room, members)
            seconds = time.perf_counter() - start
            is_full = self._queue.finish(room, seconds) > BATCH
            if is_full:
                # Leave as much time for sending strokes as predicting took.
                await asyncio.sleep(seconds)
        self._running -= 1

    async def _predict_members(self, room: Room, members: list[Member]) -> None:
        copies = [_copy(member.drawing) for member in members]
        revisions = [member.drawing.revision for member in members]
        loop = asyncio.get_running_loop()
        predictions = await loop.run_in_executor(_executor, self._predict_some, copies)
        for member, revision, prediction in zip(members, revisions, predictions, strict=False):
            if member.drawing.revision == revision:
                member.prediction = prediction
                room.mark_changed(member, ("prediction",))
        for member in members[len(predictions) :]:
            self._queue.add(room, member)

    def _predict_some(self, drawings: list[Strokes]) -> list[RoomPrediction | None]:
        """Return predictions of the first drawings, as many as BATCH_SECONDS allow."""
        deadline = time.perf_counter() + BATCH_SECONDS
        predictions = []
        for strokes in drawings:
            predictions.append(self._predict(strokes))
            if time.perf_counter() > deadline:
                break
        return predictions

    def _predict(self, strokes: Strokes) -> RoomPrediction | None:
        if not strokes:
            return None
        try:
            return room_prediction(
                self._service.recognizer.predict_strokes(_arrays(strokes), with_image=False)
            )
        except InputError:
            return None
        except Exception:
            log.exception("Prediction of a drawing failed.")
            return None


class PredictionQueue:
    """Members whose drawings changed, by room."""

    def __init__(self) -> None:
        self._waiting: dict[Room, dict[Member, None]] = {}  # in order of arrival, each member once
        self._busy: set[Room] = set()
        self._used: dict[Room, tuple[float, float]] = {}  # seconds, and when they were counted

    def add(self, room: Room, member: Member) -> None:
        """Add a member, unless it waits already."""
        self._waiting.setdefault(room, {})[member] = None

    def next_batch(self) -> tuple[Room, list[Member]] | None:
        """Return the next room and its members; the room is busy until `finish` is called.

        None if no room waits that is not busy.
        """
        idle = (room for room in self._waiting if room not in self._busy)
        room = min(idle, key=self._recent_seconds, default=None)
        if room is None:
            return None
        waiting = self._waiting[room]
        members = list(waiting)[:BATCH]
        for member in members:
            del waiting[member]
        if not waiting:
            del self._waiting[room]
        self._busy.add(room)
        return room, members

    def finish(self, room: Room, seconds: float) -> int:
        """Record how long the room's batch took; return how many of its members still wait."""
        self._busy.discard(room)
        self._used = {other: used for other, used in self._used.items() if other in self._waiting}
        self._used[room] = (self._recent_seconds(room) + seconds, time.monotonic())
        return len(self._waiting.get(room, ()))

    def _recent_seconds(self, room: Room) -> float:
        seconds, counted_at = self._used.get(room, (0.0, 0.0))
        return float(seconds * 0.5 ** ((time.monotonic() - counted_at) / _FORGET_SECONDS))


class DrawingSaver:
    """Saves members' drawings: one row of the history per drawing."""

    def __init__(self, service: PredictionService, limits: RateLimits) -> None:
        self._service = service
        self._limits = limits
        self._tasks: set[asyncio.Task[None]] = set()

    def save(self, room: Room, member: Member) -> None:
        """Save a member's drawing in its current state; delete it from the history if blank."""
        if room.session is None:
            return
        strokes = _copy(member.drawing)
        drawing_id = member.drawing_id
        member.unsaved_since = None
        if not self._is_allowed(room):
            return
        if strokes:
            is_first = drawing_id not in member.saved
            member.saved.add(drawing_id)
            owner = room.session.owner
            saving = self._save(room, member, drawing_id, owner, strokes, is_first)
            self._start(room, member, saving)
        elif drawing_id in member.saved:
            member.saved.remove(drawing_id)
            self.delete(room, member, drawing_id)

    def save_idle(self, room: Room) -> None:
        """Save every drawing that has not changed for SAVE_DELAY_SECONDS."""
        latest = time.monotonic() - SAVE_DELAY_SECONDS
        for member in room.members.values():
            if member.unsaved_since is not None and member.unsaved_since <= latest:
                self.save(room, member)

    def delete(self, room: Room, member: Member, drawing_id: UUID) -> None:
        """Delete a drawing of a member from the history."""
        self._start(room, member, run_in_threadpool(self._service.store.delete, drawing_id))

    def label(self, room: Room, member: Member, text: str, author: str) -> None:
        """Save a member's drawing with a label."""
        if room.session is None or not member.drawing.strokes:
            return
        if not self._is_allowed(room):
            return
        strokes = _copy(member.drawing)
        member.unsaved_since, member.labelled = None, True
        is_first = member.drawing_id not in member.saved
        member.saved.add(member.drawing_id)
        saving = self._save(room, member, member.drawing_id, room.session.owner, strokes, is_first)
        work = self._label(room, member, saving, text, author)
        self._start(room, member, work)

    def remove_label(self, room: Room, member: Member, author: str) -> None:
        """Remove the label that a member's drawing was given last."""
        if self._is_allowed(room):
            self._start(room, member, self._remove_label(member, author))

    def _is_allowed(self, room: Room) -> bool:
        """Return whether the room may write once more; if not, tell its presenters."""
        try:
            self._limits.take("room_saves", room.code)
        except RateLimitedError:
            message = "Too many drawings of this room in a minute: some are not saved."
            room.notify_presenters({"trouble": message})
            return False
        return True

    def _start(self, room: Room, member: Member, work: Awaitable[Any]) -> None:
        task = asyncio.create_task(self._write(room, member, work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _write(self, room: Room, member: Member, work: Awaitable[Any]) -> None:
        try:
            async with member.write_lock:
                await work
            room.notify_presenters({"trouble": None})
        except LabelledByReviewerError:
            room.notify_presenters({"trouble": "A reviewer has labelled this drawing."})
        except StoreUnavailableError as error:
            room.notify_presenters({"trouble": str(error)})
        except Exception:
            log.exception("Saving a drawing failed.")
            room.notify_presenters({"trouble": "A drawing could not be saved."})

    async def _save(
        self,
        room: Room,
        member: Member,
        drawing_id: UUID,
        owner: str,
        strokes: Strokes,
        is_first: bool,
    ) -> UUID:
        """Save strokes and return their id: a new one if others have a label under this one."""
        result = await run_in_threadpool(
            self._service.predict_strokes,
            _arrays(strokes),
            id=drawing_id,
            owner=owner,
            is_first=is_first,
        )
        saved_id = result.record.id
        room.authors.remember(saved_id, member.id, member.name)
        if saved_id != drawing_id:
            member.saved.add(saved_id)
            if member.drawing_id == drawing_id:
                member.drawing_id = saved_id
        return saved_id

    async def _label(
        self, room: Room, member: Member, saving: Awaitable[UUID], text: str, author: str
    ) -> None:
        saved_id = await saving
        member.labelled_id = saved_id
        if await run_in_threadpool(self._service.label, saved_id, text, author):
            room.notify_presenters(
                {"labelled": {"member": member.id, "drawing": str(saved_id), "text": text}}
            )

    async def _remove_label(self, member: Member, author: str) -> None:
        id, member.labelled_id = member.labelled_id, None
        if id is None:
            return
        await run_in_threadpool(self._service.label, id, None, author)
        if member.drawing_id == id:
            member.labelled = False  # it may go on


def room_prediction(prediction: Prediction) -> RoomPrediction:
    """Return a prediction as rooms send it."""
    message = prediction.to_message()
    digits: list[RoomDigit] = [
        {
            **digit,
            "heat": None if source.heat is None else b64encode(source.heat.tobytes()).decode(),
        }
        for digit, source in zip(message["digits"], prediction.digits, strict=True)
    ]
    return {
        "text": message["text"],
        "digits": digits,
        "verdict": _worst_verdict(prediction),
        "confidence": min((float(digit.confidence) for digit in prediction.digits), default=0.0),
        "shares": _shares(prediction.digits[0]) if len(prediction.digits) == 1 else None,
    }


def _worst_verdict(prediction: Prediction) -> Verdict:
    verdicts = {digit.verdict for digit in prediction.digits}
    if "not_a_digit" in verdicts:
        return "not_a_digit"
    return "unsure" if "unsure" in verdicts else "digit"


def _shares(digit: DigitPrediction) -> list[int]:
    """Return the ten probabilities in percent, scaled by the probability of being a digit."""
    is_digit = min(1.0, digit.confidence / max(float(digit.probabilities.max()), 1e-9))
    shares: list[int] = np.rint(100 * is_digit * digit.probabilities).astype(int).tolist()
    return shares


def _copy(drawing: Drawing) -> Strokes:
    return [list(stroke) for stroke in drawing.strokes]


def _arrays(strokes: Strokes) -> list[NDArray[np.floating]]:
    return [np.array(stroke, dtype=float) for stroke in strokes]
