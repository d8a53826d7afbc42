"""WS /live: strokes in, predictions out, for bars that follow the pen. Nothing is saved.

A request is `{"seq": 7, "strokes": [[[x, y], …], …]}` with all strokes of the drawing so far. Its
answer is a LiveAnswer with the same `seq`, or a LiveError if the strokes are invalid. Every request
is answered, in order; send the next one when the answer has arrived.
"""

import asyncio
import json
import time
from typing import Any, TypedDict

import numpy as np
from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from numpy.typing import NDArray

from api.dependencies import Service
from api.websockets import (
    MAX_MESSAGE,
    MESSAGE_TOO_LARGE,
    POLICY_VIOLATION,
    UNSUPPORTED_DATA,
    CloseConnectionError,
    TokenBucket,
)
from model import InputError, Prediction, Recognizer
from model.prediction import PredictionMessage

router = APIRouter(tags=["prediction"])

MAX_POINTS = 20_000  # of one drawing
MESSAGES_PER_SECOND = 200
BURST = 400  # messages
SEND_SECONDS = 10  # within which a client must accept its answer

# A drawing whose last prediction took longer is recognized in a thread. Handing over to a thread
# costs about as much as a short prediction and delays all other connections; a long prediction on
# the event loop delays them more. The network takes less than half of this time.
_INLINE_SECONDS = 0.002
_INLINE_POINTS = 2_000  # more points are recognized in a thread from the first message on

Strokes = list[NDArray[np.floating]]


class LiveRequest(TypedDict):
    """A request: all strokes of the drawing so far, [x, y] in pixels, y down.

    seq: any JSON value that the client uses to match the answer.
    """

    seq: Any
    strokes: list[list[tuple[float, float]]]


class LiveAnswer(PredictionMessage):
    """The answer: the prediction for the strokes of the request with this `seq`."""

    seq: Any


class ErrorMessage(TypedDict):
    """An error: its code and one sentence."""

    code: str
    message: str


class LiveError(TypedDict):
    """The answer to an invalid request; `seq` is null if the request holds none."""

    seq: Any
    error: ErrorMessage


class LivePredictor:
    """Answers the requests of one connection."""

    def __init__(self, recognizer: Recognizer) -> None:
        self._recognizer = recognizer
        self._rate_limit = TokenBucket(MESSAGES_PER_SECOND, BURST)
        self._last_seconds = 0.0  # processor time of the last prediction

    async def answer(self, text: str) -> str:
        """Return the answer to a request as JSON.

        Raises CloseConnectionError if the request breaks a limit.
        """
        self._rate_limit.take()
        if len(text) > MAX_MESSAGE:
            raise CloseConnectionError(POLICY_VIOLATION, MESSAGE_TOO_LARGE)
        seq = None
        try:
            seq, strokes = parse_request(text)
            prediction = await self._predict(strokes)
        except InputError as error:
            failure: LiveError = {
                "seq": seq,
                "error": {"code": error.code, "message": str(error)},
            }
            return json.dumps(failure, ensure_ascii=False)
        answer: LiveAnswer = {"seq": seq, **prediction.to_message()}
        return json.dumps(answer)

    async def _predict(self, strokes: Strokes) -> Prediction:
        points = sum(map(len, strokes))
        if points > MAX_POINTS:
            raise CloseConnectionError(
                POLICY_VIOLATION, f"Too many points: send at most {MAX_POINTS}."
            )
        if self._last_seconds > _INLINE_SECONDS or points > _INLINE_POINTS:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(None, self._predict_timed, strokes)
        return self._predict_timed(strokes)

    def _predict_timed(self, strokes: Strokes) -> Prediction:
        start = time.thread_time()
        prediction = self._recognizer.predict_strokes(strokes, with_image=False)
        self._last_seconds = time.thread_time() - start
        return prediction


def parse_request(text: str) -> tuple[Any, Strokes]:
    """Return `seq` and the strokes, each (n, 2), of a request; raises InputError if invalid."""
    try:
        request = json.loads(text)
        strokes = [np.array(stroke, dtype=float).reshape(-1, 2) for stroke in request["strokes"]]
        return request.get("seq"), strokes
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise InputError(
            "invalid_request",
            'This request is invalid: send JSON like {"seq": 1, "strokes": [[[10, 20]]]}.',
        ) from None


@router.websocket("/live")
async def live(socket: WebSocket, service: Service) -> None:
    """Answer the requests of one client, in order."""
    await socket.accept()
    predictor = LivePredictor(service.recognizer)
    try:
        while True:
            message = await socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            if message.get("text") is None:
                raise CloseConnectionError(UNSUPPORTED_DATA, "Send JSON as text.")
            answer = await predictor.answer(message["text"])
            async with asyncio.timeout(SEND_SECONDS):
                await socket.send_text(answer)
    except CloseConnectionError as error:
        await socket.close(error.code, str(error))
    except TimeoutError:
        await socket.close(
            POLICY_VIOLATION, f"An answer was not accepted within {SEND_SECONDS} seconds."
        )
    except WebSocketDisconnect:
        return
