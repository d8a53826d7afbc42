"""Error responses: every error is `{"error": {"code", "message"}}` with one sentence."""

from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from api.schemas import ErrorResponse, LabelConflictResponse, PredictionRecordResponse
from core.concurrency_limit import BusyError
from db import InvalidCursorError, LabelConflictError, StoreUnavailableError
from db.training_jobs import InvalidJobError, TooManyJobsError
from model import InputError
from services.access import InvalidTokenError
from services.models import (
    DamagedModelError,
    NothingToRollBackError,
    UnknownModelError,
    WorseModelError,
)
from services.predictions import LabelledByReviewerError

_CODES = {
    404: "not_found",
    405: "method_not_allowed",
    413: "file_too_large",
    415: "unsupported_media_type",
}
_MESSAGES = {
    400: "The body is invalid: send JSON, or an image as multipart form data.",
    404: "There is nothing at this address: see /api/docs for the available routes.",
    405: "This address does not support the method: see /api/docs for the supported ones.",
}
_AUTHENTICATE = {"WWW-Authenticate": "Bearer"}
_TOO_LARGE_CODES = {"file_too_large", "image_too_large", "too_many_points"}


class NotFoundError(Exception):
    """There is no prediction with the requested id."""


class JobNotFoundError(Exception):
    """There is no training job with the requested id."""


class JobEndedError(Exception):
    """A training job has ended and cannot be cancelled."""


class SignInRequiredError(Exception):
    """Only reviewers may do this, and the request does not say who sends it."""


class NotPermittedError(Exception):
    """Whoever sends the request may not do this."""


class BodyTooLargeError(HTTPException):
    """The body of a request is too large; answered with 413 before the connection is closed."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(413, message, headers={"Connection": "close"})
        self.code = code


# Status, code and sentence of the exceptions that have always the same answer.
_ANSWERS: dict[type[Exception], tuple[int, str, str]] = {
    NotFoundError: (
        404,
        "not_found",
        "There is no prediction with this id: it may have been deleted.",
    ),
    JobNotFoundError: (404, "not_found", "There is no training job with this id."),
    JobEndedError: (
        409,
        "job_ended",
        "This training has ended and cannot be cancelled: see its `state`.",
    ),
    UnknownModelError: (
        404,
        "not_found",
        "There is no model with this version: see GET /api/models.",
    ),
    NothingToRollBackError: (
        409,
        "nothing_to_roll_back",
        "No other model was served before: adopt one by its version.",
    ),
    DamagedModelError: (
        409,
        "model_is_damaged",
        "The file of this model is damaged, it is not what was added: add it again under another "
        "name.",
    ),
}


def add_error_handlers(api: FastAPI) -> None:
    """Register handlers that turn every exception of `api` into an error response."""
    for exception in _ANSWERS:
        api.add_exception_handler(exception, _fixed_answer)

    @api.exception_handler(InputError)
    async def input_error(_request: Request, error: InputError) -> JSONResponse:
        status = 413 if error.code in _TOO_LARGE_CODES else 422
        return error_response(status, error.code, str(error))

    @api.exception_handler(InvalidCursorError)
    async def invalid_cursor(_request: Request, _error: InvalidCursorError) -> JSONResponse:
        message = "This cursor is invalid: use `next` of a page, or start without `before`."
        return error_response(400, "invalid_cursor", message)

    @api.exception_handler(TooManyJobsError)
    async def too_many_jobs(_request: Request, error: TooManyJobsError) -> JSONResponse:
        return error_response(409, "too_many_jobs", str(error))

    @api.exception_handler(InvalidJobError)
    async def invalid_job(_request: Request, error: InvalidJobError) -> JSONResponse:
        return error_response(422, "invalid_job", str(error))

    @api.exception_handler(WorseModelError)
    async def worse_model(_request: Request, error: WorseModelError) -> JSONResponse:
        message = (
            f"This model is worse than the one it was compared with on: {error}. Send "
            "`although_worse` to adopt it all the same."
        )
        return error_response(409, "model_is_worse", message)

    @api.exception_handler(LabelConflictError)
    async def label_conflict(_request: Request, error: LabelConflictError) -> JSONResponse:
        message = "Someone else has labelled this prediction in between: see `prediction`."
        conflict = LabelConflictResponse(
            error=ErrorResponse(code="label_conflict", message=message),
            prediction=PredictionRecordResponse.of(error.prediction),
        )
        return JSONResponse(conflict.model_dump(mode="json"), 409)

    @api.exception_handler(SignInRequiredError)
    async def sign_in_required(_request: Request, _error: SignInRequiredError) -> JSONResponse:
        message = "Only reviewers may do this: sign in at /sign-in, or send the API token."
        return error_response(401, "sign_in_required", message, _AUTHENTICATE)

    @api.exception_handler(InvalidTokenError)
    async def invalid_token(_request: Request, _error: InvalidTokenError) -> JSONResponse:
        message = "This token is invalid: send API_TOKEN or OPERATOR_TOKEN of the settings."
        return error_response(401, "invalid_token", message, _AUTHENTICATE)

    @api.exception_handler(LabelledByReviewerError)
    async def labelled_by_reviewer(
        _request: Request, _error: LabelledByReviewerError
    ) -> JSONResponse:
        message = "A reviewer has labelled this prediction: only reviewers may change the label."
        return error_response(409, "labelled_by_reviewer", message)

    @api.exception_handler(NotPermittedError)
    async def not_permitted(_request: Request, _error: NotPermittedError) -> JSONResponse:
        message = "You may not do this: see docs/security.md for who may do what."
        return error_response(403, "not_permitted", message)

    @api.exception_handler(StoreUnavailableError)
    async def store_unavailable(_request: Request, error: StoreUnavailableError) -> JSONResponse:
        message = str(error) or "The history is not available: try again in a moment."
        return error_response(503, "history_unavailable", message, {"Retry-After": "5"})

    @api.exception_handler(BusyError)
    async def busy(_request: Request, _error: BusyError) -> JSONResponse:
        message = "The server is busy with other predictions: try again in a moment."
        return error_response(503, "busy", message, {"Retry-After": "2"})

    @api.exception_handler(RequestValidationError)
    async def invalid_request(_request: Request, error: RequestValidationError) -> JSONResponse:
        return error_response(422, "invalid_request", describe_validation_errors(error.errors()))

    @api.exception_handler(BodyTooLargeError)
    async def body_too_large(_request: Request, error: BodyTooLargeError) -> JSONResponse:
        return error_response(413, error.code, error.detail, dict(error.headers or {}))

    @api.exception_handler(HTTPException)
    async def http_error(_request: Request, error: HTTPException) -> JSONResponse:
        code = _CODES.get(error.status_code, "invalid_request")
        message = _MESSAGES.get(error.status_code, error.detail)
        return error_response(error.status_code, code, message, dict(error.headers or {}))

    @api.exception_handler(Exception)
    async def unexpected_error(_request: Request, _error: Exception) -> JSONResponse:
        message = "Something went wrong on the server: try again, and report it if it persists."
        return error_response(500, "internal_error", message)


def error_response(
    status: int, code: str, message: str, headers: dict[str, str] | None = None
) -> JSONResponse:
    """Return the JSON response for an error."""
    return JSONResponse({"error": {"code": code, "message": message}}, status, headers)


def describe_validation_errors(errors: Sequence[Any]) -> str:
    """Return one sentence for the first of pydantic's errors: the field and what is wrong."""
    error = errors[0]
    if error["type"] == "json_invalid":
        return 'The body is not valid JSON: send an object such as {"strokes": [[[1, 2], [3, 4]]]}.'
    location, *path = error["loc"]
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    field = "".join(steps).lstrip(".")
    subject = f"`{field}`" if field else f"The {location}"
    reason = error["msg"][0].lower() + error["msg"][1:]
    return f"{subject} is invalid: {reason}."


async def _fixed_answer(_request: Request, error: Exception) -> JSONResponse:
    return error_response(*_ANSWERS[type(error)])
