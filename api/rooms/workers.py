"""Background work of rooms, off the event loop: predicting and saving drawings."""

import asyncio
import logging
import time
from base64 import b64encode
from collections.abc import Awaitable
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from starlette.concurrency import run_in_threadpool

from api.rooms.drawing import Drawing, OutOfSyncError
from api.rooms.messages import Point, RoomDigit, RoomPrediction
from api.rooms.room import Member, PresenterConnection, Room
from db import StoreUnavailableError
from model import DigitPrediction, InputError, Prediction, Verdict
from services.predictions import PredictionService

log = logging.getLogger(__name__)

BATCH = 6  # drawings that are predicted before their predictions are sent
SAVE_DELAY_SECONDS = 1.0  # without changes, after which a drawing is saved

Strokes = list[list[Point]]


class PredictionWorkers:
    """Predicts changed drawings.

    Members take turns (round-robin), so that one active participant cannot starve the others.
    """

    def __init__(self, service: PredictionService) -> None:
        self._service = service
        self._queue: dict[Member, Room] = {}  # in order of arrival, each member once
        self._worker: asyncio.Task[None] | None = None
        self._answers: dict[PresenterConnection, asyncio.Task[None]] = {}

    def enqueue(self, room: Room, member: Member) -> None:
        """Schedule a prediction of a member's drawing."""
        self._queue.setdefault(member, room)
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._run())

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
        presenter.pending["read"] = await run_in_threadpool(self._predict, drawing.strokes)
        presenter.sender.notify()

    async def _run(self) -> None:
        while self._queue:
            members = list(self._queue)[:BATCH]
            rooms = [self._queue.pop(member) for member in members]
            copies = [_copy(member.drawing) for member in members]
            revisions = [member.drawing.revision for member in members]
            start = time.perf_counter()
            predictions = await run_in_threadpool(self._predict_all, copies)
            for room, member, revision, prediction in zip(
                rooms, members, revisions, predictions, strict=True
            ):
                if member.drawing.revision == revision:
                    member.prediction = prediction
                    room.mark_changed(member, ("prediction",))
            if len(self._queue) > BATCH:
                # In a full room, leave as much time for sending strokes as predicting took.
                await asyncio.sleep(time.perf_counter() - start)

    def _predict_all(self, drawings: list[Strokes]) -> list[RoomPrediction | None]:
        return [self._predict(strokes) for strokes in drawings]

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


class DrawingSaver:
    """Saves members' drawings: one row of the history per drawing."""

    def __init__(self, service: PredictionService) -> None:
        self._service = service
        self._tasks: set[asyncio.Task[None]] = set()

    def save(self, room: Room, member: Member) -> None:
        """Save a member's drawing in its current state; delete it from the history if blank."""
        if room.session is None:
            return
        strokes = _copy(member.drawing)
        drawing_id = member.drawing_id
        member.unsaved_since = None
        if strokes:
            member.saved.add(drawing_id)
            self._start(room, member, self._save(drawing_id, room.session.owner, strokes))
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
        strokes = _copy(member.drawing)
        member.unsaved_since, member.labelled = None, True
        member.saved.add(member.drawing_id)
        drawing_id, owner = member.drawing_id, room.session.owner
        work = self._label(room, owner, member.id, drawing_id, strokes, text, author)
        self._start(room, member, work)

    def _start(self, room: Room, member: Member, work: Awaitable[Any]) -> None:
        task = asyncio.create_task(self._write(room, member, work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _write(self, room: Room, member: Member, work: Awaitable[Any]) -> None:
        try:
            async with member.write_lock:
                await work
            room.notify_presenters({"trouble": None})
        except StoreUnavailableError as error:
            room.notify_presenters({"trouble": str(error)})
        except Exception:
            log.exception("Saving a drawing failed.")
            room.notify_presenters({"trouble": "A drawing could not be saved."})

    async def _save(self, drawing_id: UUID, owner: str, strokes: Strokes) -> None:
        await run_in_threadpool(
            self._service.predict_strokes, _arrays(strokes), id=drawing_id, owner=owner
        )

    async def _label(
        self,
        room: Room,
        owner: str,
        member_id: str,
        drawing_id: UUID,
        strokes: Strokes,
        text: str,
        author: str,
    ) -> None:
        await self._save(drawing_id, owner, strokes)
        if await run_in_threadpool(self._service.store.label, drawing_id, text, author):
            room.notify_presenters(
                {"labelled": {"member": member_id, "drawing": str(drawing_id), "text": text}}
            )


def room_prediction(prediction: Prediction) -> RoomPrediction:
    """Return a prediction as rooms send it."""
    message = prediction.to_message()
    digits: list[RoomDigit] = [
        {**digit, "heat": b64encode(source.heat.tobytes()).decode()}
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
