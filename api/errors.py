"""Every error as `{"error": {"code", "message"}}`, with one sentence for people."""

from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from core.concurrency_limit import BusyError
from db import InvalidCursorError, StoreUnavailableError
from model import InputError

_CODES = {
    404: "not_found",
    405: "method_not_allowed",
    413: "file_too_large",
    415: "unsupported_media_type",
}
_MESSAGES = {
    400: "The body cannot be read: send valid JSON, or a picture as multipart form data.",
    404: "There is nothing at this address: see /api/docs for what there is.",
    405: "This address does not take that method: see /api/docs for those it takes.",
}
_TOO_LARGE = {"file_too_large", "image_too_large", "too_many_points"}


class NotFoundError(Exception):
    """No reading has the id that was asked for."""


class BodyRefusedError(HTTPException):
    """A request's body is too large to be read; 413, and the connection ends."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(413, message, headers={"Connection": "close"})
        self.code = code


def add_error_handlers(api: FastAPI) -> None:
    """Answer every error of `api` in the one form."""

    @api.exception_handler(InputError)
    async def input_error(_request: Request, error: InputError) -> JSONResponse:
        return answer(413 if error.code in _TOO_LARGE else 422, error.code, str(error))

    @api.exception_handler(InvalidCursorError)
    async def invalid_cursor(_request: Request, _error: InvalidCursorError) -> JSONResponse:
        message = "This cursor is not ours: take `next` of a page, or start without `before`."
        return answer(400, "invalid_cursor", message)

    @api.exception_handler(NotFoundError)
    async def not_found(_request: Request, _error: NotFoundError) -> JSONResponse:
        return answer(
            404, "not_found", "There is no reading with this id: it may have been deleted."
        )

    @api.exception_handler(StoreUnavailableError)
    async def history_unavailable(_request: Request, error: StoreUnavailableError) -> JSONResponse:
        message = str(error) or "The history cannot be reached just now: try again in a moment."
        return answer(503, "history_unavailable", message, {"Retry-After": "5"})

    @api.exception_handler(BusyError)
    async def busy(_request: Request, _error: BusyError) -> JSONResponse:
        message = "Too much is being read just now: try again in a moment."
        return answer(503, "busy", message, {"Retry-After": "2"})

    @api.exception_handler(RequestValidationError)
    async def invalid_request(_request: Request, error: RequestValidationError) -> JSONResponse:
        return answer(422, "invalid_request", describe(error.errors()))

    @api.exception_handler(BodyRefusedError)
    async def body_refused(_request: Request, error: BodyRefusedError) -> JSONResponse:
        return answer(413, error.code, error.detail, dict(error.headers or {}))

    @api.exception_handler(HTTPException)
    async def http_error(_request: Request, error: HTTPException) -> JSONResponse:
        code = _CODES.get(error.status_code, "invalid_request")
        message = _MESSAGES.get(error.status_code, error.detail)
        return answer(error.status_code, code, message, dict(error.headers or {}))

    @api.exception_handler(Exception)
    async def unexpected(_request: Request, _error: Exception) -> JSONResponse:
        message = "Something went wrong on our side: try again, and tell us if it stays."
        return answer(500, "internal_error", message)


def answer(
    status: int, code: str, message: str, headers: dict[str, str] | None = None
) -> JSONResponse:
    """The response for an error."""
    return JSONResponse({"error": {"code": code, "message": message}}, status, headers)


def describe(errors: Sequence[Any]) -> str:
    """One sentence for the first of pydantic's errors: which field, and what is the matter."""
    error = errors[0]
    if error["type"] == "json_invalid":
        return 'The body is not valid JSON: send an object such as {"strokes": [[[1, 2], [3, 4]]]}.'
    place, *path = error["loc"]
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    field = "".join(steps).lstrip(".")
    where = f"`{field}`" if field else f"The {place}"
    what = error["msg"][0].lower() + error["msg"][1:]
    return f"{where} does not fit: {what}."
