"""WS /live: strokes in, predictions out, for bars that follow the pen. Nothing is saved.

A request is `{"seq": 7, "strokes": [[[x, y], …], …]}` with all strokes of the drawing so far. Its
answer is a LiveAnswer with the same `seq`, or a LiveError if the strokes are invalid. Every request
is answered, in order: send the next one when the answer has arrived, or, from far away, as many as
one round trip holds.
"""

import asyncio
import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NotRequired, TypedDict, cast

import numpy as np
from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from numpy.typing import NDArray

from api.dependencies import Service
from api.loop_budget import LoopBudget
from api.websockets import (
    MAX_MESSAGE,
    MESSAGE_TOO_LARGE,
    POLICY_VIOLATION,
    UNSUPPORTED_DATA,
    CloseConnectionError,
    TokenBucket,
    close,
    count_brackets,
)
from db.ids import current_time
from model import InputError, Prediction, Recognizer
from model.prediction import PredictionMessage

router = APIRouter(tags=["prediction"])

MAX_POINTS = 20_000  # of one drawing
MAX_STROKES = 200  # as in a room; with more, the bars could not follow the pen
MESSAGES_PER_SECOND = 200
BURST = 400  # messages
SEND_SECONDS = 10  # within which a client must accept its answer
IDLE_SECONDS = 900  # without a request, after which a connection is closed
# Arrays and objects in a message, counted before it is parsed: parsing 170,000 empty arrays holds
# up every other connection for 80 ms.
_MAX_BRACKETS = 2 * (MAX_POINTS + MAX_STROKES)

# A drawing whose last prediction took longer is recognized in a thread. Handing over to a thread
# costs about as much as a short prediction and delays all other connections; a long prediction on
# the event loop delays them more. The network takes less than half of this time.
_INLINE_SECONDS = 0.002
_INLINE_POINTS = 2_000  # more points are recognized in a thread from the first message on
_INLINE_STROKES = 12  # likewise more strokes, which are compared in pairs
_FREE_SECONDS = 0.001  # of parsing a message, which drawings of up to 1,000 points need
# Few threads, because each of them takes the interpreter lock from the event loop.
_executor = ThreadPoolExecutor(2, "live")
_MAX_SEQ = 2**53  # JavaScript's largest exact integer

Strokes = list[NDArray[np.floating]]


class LiveRequest(TypedDict):
    """A request: all strokes of the drawing so far, [x, y] in pixels, y down.

    seq: a number by which the client recognizes the answer.
    """

    seq: NotRequired[int | None]
    strokes: list[list[tuple[float, float]]]


class LiveAnswer(PredictionMessage):
    """The answer: the prediction for the strokes of the request with this `seq`.

    time: the server's, in ms since 1970, by which the page dates drawings.
    """

    seq: int | None
    time: int


class ErrorMessage(TypedDict):
    """An error: its code and one sentence."""

    code: str
    message: str


class LiveError(TypedDict):
    """The answer to an invalid request; `seq` is null if the request has no valid one."""

    seq: int | None
    time: int
    error: ErrorMessage


class LivePredictor:
    """Answers the requests of one connection."""

    def __init__(self, get_recognizer: Callable[[], Recognizer]) -> None:
        """Take a function that returns the recognizer, which may be replaced at any time."""
        self._get_recognizer = get_recognizer
        self._rate_limit = TokenBucket(MESSAGES_PER_SECOND, BURST)
        self.budget = LoopBudget(_FREE_SECONDS)
        self._last_seconds = 0.0  # processor time of the last prediction

    async def answer(self, text: str) -> str:
        """Return the answer to a request as JSON.

        Raises CloseConnectionError if the request breaks a limit.
        """
        self._rate_limit.take()
        if len(text) > MAX_MESSAGE:
            raise CloseConnectionError(POLICY_VIOLATION, MESSAGE_TOO_LARGE)
        await self.budget.wait()
        seq = None
        try:
            with self.budget.spending():
                request = parse_request(text)
                seq = request.get("seq")
                strokes = stroke_arrays(request)
            prediction = await self._predict(strokes)
        except InputError as error:
            failure: LiveError = {
                "seq": seq,
                "time": current_time(),
                "error": {"code": error.code, "message": str(error)},
            }
            return json.dumps(failure, ensure_ascii=False)
        answer: LiveAnswer = {"seq": seq, "time": current_time(), **prediction.to_message()}
        return json.dumps(answer)

    async def _predict(self, strokes: Strokes) -> Prediction:
        is_large = len(strokes) > _INLINE_STROKES or sum(map(len, strokes)) > _INLINE_POINTS
        if is_large or self._last_seconds > _INLINE_SECONDS:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(_executor, self._predict_timed, strokes)
        return self._predict_timed(strokes)

    def _predict_timed(self, strokes: Strokes) -> Prediction:
        start = time.thread_time()
        prediction = self._get_recognizer().predict_strokes(strokes, with_image=False)
        self._last_seconds = time.thread_time() - start
        return prediction


def parse_request(text: str) -> LiveRequest:
    """Return a request, its strokes unchecked; raises InputError if it is invalid."""
    if count_brackets(text) > _MAX_BRACKETS:
        raise InputError(
            "too_many_strokes",
            f"The message has too many arrays; send at most {MAX_STROKES} strokes and "
            f"{MAX_POINTS:,} points.",
        )
    try:
        request = json.loads(text)
    except (ValueError, RecursionError):
        raise _invalid_request() from None
    if not isinstance(request, dict) or not isinstance(request.get("strokes"), list):
        raise _invalid_request()
    seq = request.get("seq")
    if seq is not None and (type(seq) is not int or abs(seq) > _MAX_SEQ):
        raise InputError("invalid_request", "`seq` must be an integer; the answer repeats it.")
    return cast(LiveRequest, request)


def stroke_arrays(request: LiveRequest) -> Strokes:
    """Return the strokes of a request as arrays (n, 2).

    They are counted first, because large ones take long to convert. Raises InputError for invalid
    strokes or more than MAX_STROKES, CloseConnectionError for more than MAX_POINTS.
    """
    strokes = request["strokes"]
    if len(strokes) > MAX_STROKES:
        raise InputError(
            "too_many_strokes",
            f"The drawing has {len(strokes):,} strokes; send at most {MAX_STROKES}.",
        )
    if not all(isinstance(stroke, list) for stroke in strokes):
        raise _invalid_request()
    if sum(map(len, strokes)) > MAX_POINTS:
        raise CloseConnectionError(POLICY_VIOLATION, f"Too many points: send at most {MAX_POINTS}.")
    # Before the conversion: a "point" of 100,000 numbers would count as one.
    if not all(_is_point(point) for stroke in strokes for point in stroke):
        raise _invalid_request()
    try:
        return [np.array(stroke, dtype=float).reshape(-1, 2) for stroke in strokes]
    except (ValueError, TypeError, OverflowError):
        raise _invalid_request() from None


def _is_point(point: Any) -> bool:
    return isinstance(point, list) and len(point) == 2


def _invalid_request() -> InputError:
    return InputError(
        "invalid_request",
        'This request is invalid: send JSON like {"seq": 1, "strokes": [[[10, 20]]]}.',
    )


@router.websocket("/live")
async def live(socket: WebSocket, service: Service) -> None:
    """Answer the requests of one client, in order."""
    await socket.accept()
    predictor = LivePredictor(lambda: service.recognizer)
    try:
        while True:
            async with asyncio.timeout(IDLE_SECONDS):
                message = await socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            if message.get("text") is None:
                raise CloseConnectionError(UNSUPPORTED_DATA, "Send JSON as text.")
            answer = await predictor.answer(message["text"])
            async with asyncio.timeout(SEND_SECONDS):
                await socket.send_text(answer)
    except CloseConnectionError as error:
        await close(socket, error.code, str(error))
    except TimeoutError:
        await close(socket, POLICY_VIOLATION, "No request came, or an answer was not accepted.")
    except WebSocketDisconnect:
        return
    finally:
        predictor.budget.close()
