"""WS /live: strokes in, readings out, for bars that follow the pen. Nothing is kept here.

A message is `{"seq": 7, "strokes": [[[x, y], …], …]}`, all ink of the drawing so far; its answer is
`{"seq": 7, "text": "4", "digits": [{"value", "verdict", "confidence", "probabilities", "box",
"glyph"}]}` with the glyph, 28×28 bytes row by row, in base64; or, where the strokes cannot be read,
`{"seq": 7, "error": {"code", "message"}}`.
Every message is answered, in order; send the next when the answer has come.
"""

import asyncio
import json
import time
from typing import Any

import numpy as np
from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from api.routes.predict import Service
from model import InputError, Prediction, Recognizer

router = APIRouter(tags=["reading"])

MAX_MESSAGE = 2**19  # characters
MAX_POINTS = 20_000  # of one drawing
MAX_STROKES = 200  # as in a room; more are no number, and the bars could not follow the pen
_MOST_SEQ = 2**53  # whole numbers to which JavaScript counts
MESSAGES_PER_SECOND = 200
BURST = 400  # messages above that rate before the connection is closed
SEND_SECONDS = 10  # in which a client must take its answer

_POLICY = 1008  # close code "policy violation"
NOT_TEXT = 1003  # close code "unsupported data"
# Ink that took longer the last time is read off the event loop. The network runs in less than half
# of that; what a thread costs on top slows all pens, one that holds the loop up slows them less.
_INLINE_SECONDS = 0.002
_INLINE_POINTS = 2_000  # ink of more points is read off it at once
_INLINE_STROKES = 12  # the same of more strokes: each two are compared


class RefusedError(Exception):
    """The connection is to be closed; the message tells the client why, in at most 120 bytes."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code


class TokenBucket:
    """A bucket of messages that fills at `rate` a second up to `burst`."""

    def __init__(self, rate: float, burst: float) -> None:
        self.rate, self.burst = rate, burst
        self.left = burst
        self.at = time.monotonic()

    def take(self) -> None:
        """Take one; raises RefusedError when there is none left."""
        now = time.monotonic()
        self.left = min(self.burst, self.left + (now - self.at) * self.rate) - 1
        self.at = now
        if self.left < 0:
            raise RefusedError(_POLICY, f"Too many messages: send at most {self.rate:g} a second.")


class LiveReader:
    """Reads the messages of one connection."""

    def __init__(self, reader: Recognizer) -> None:
        self._reader = reader
        self._allowance = TokenBucket(MESSAGES_PER_SECOND, BURST)
        self._seconds = 0.0  # of processor time, the last reading

    async def answer(self, text: str) -> str:
        """The answer to one message; raises RefusedError where the connection is to be closed."""
        self._allowance.take()
        if len(text) > MAX_MESSAGE:
            raise RefusedError(
                _POLICY, f"Message too large: send at most {MAX_MESSAGE // 1024} KB."
            )
        seq = None
        try:
            message = parse_message(text)
            seq = message.get("seq")
            reading = await self._read(strokes_of(message))
        except InputError as error:
            return json.dumps(
                {"seq": seq, "error": {"code": error.code, "message": str(error)}},
                ensure_ascii=False,
            )
        return json.dumps({"seq": seq, **reading.to_message()})

    async def _read(self, strokes: list[Any]) -> Prediction:
        many = sum(map(len, strokes)) > _INLINE_POINTS or len(strokes) > _INLINE_STROKES
        if self._seconds > _INLINE_SECONDS or many:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(None, self._read_now, strokes)
        return self._read_now(strokes)

    def _read_now(self, strokes: list[Any]) -> Prediction:
        started = time.thread_time()
        reading = self._reader.predict_strokes(strokes, with_image=False)
        self._seconds = time.thread_time() - started
        return reading


def parse_message(text: str) -> dict[str, Any]:
    """A message with its strokes not looked at yet; raises InputError where it is none."""
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        raise _no_message() from None
    if not isinstance(message, dict) or not isinstance(message.get("strokes"), list):
        raise _no_message()
    seq = message.get("seq")
    if seq is not None and (type(seq) is not int or abs(seq) > _MOST_SEQ):
        raise InputError("invalid_request", "`seq` is to be a whole number, which is sent back.")
    return message


def strokes_of(message: dict[str, Any]) -> list[Any]:
    """The strokes of a message, counted before they are turned into arrays (n, 2).

    Raises InputError for what is no strokes and for more than MAX_STROKES, RefusedError for more
    than MAX_POINTS.
    """
    strokes = message["strokes"]
    if len(strokes) > MAX_STROKES:
        raise InputError(
            "too_many_strokes",
            f"The drawing has {len(strokes):,} strokes; send at most {MAX_STROKES}.",
        )
    if not all(isinstance(stroke, list) for stroke in strokes):
        raise _no_message()
    if sum(map(len, strokes)) > MAX_POINTS:
        raise RefusedError(_POLICY, f"Too much ink: send at most {MAX_POINTS} points.")
    try:
        return [np.array(stroke, dtype=float).reshape(-1, 2) for stroke in strokes]
    except (ValueError, TypeError, OverflowError):
        raise _no_message() from None


def _no_message() -> InputError:
    return InputError(
        "invalid_request",
        'This is no message of ours: send JSON like {"seq": 1, "strokes": [[[10, 20]]]}.',
    )


@router.websocket("/live")
async def live(socket: WebSocket, service: Service) -> None:
    """Answer the messages of one client, one after the other."""
    await socket.accept()
    reader = LiveReader(service.recognizer)
    try:
        while True:
            message = await socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            if message.get("text") is None:
                raise RefusedError(NOT_TEXT, "Send JSON as text.")
            answer = await reader.answer(message["text"])
            async with asyncio.timeout(SEND_SECONDS):
                await socket.send_text(answer)
    except RefusedError as refusal:
        await socket.close(refusal.code, str(refusal))
    except TimeoutError:
        await socket.close(_POLICY, f"Answers were not taken for {SEND_SECONDS} seconds.")
    except WebSocketDisconnect:
        return
