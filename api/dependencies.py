"""Dependencies that several routes share: the service, who sends the request, ids, filters."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request
from fastapi.security import HTTPBearer
from starlette.requests import HTTPConnection

from api.errors import NotFoundError, NotPermittedError, SignInRequiredError
from db import Filters, PredictionRecord, Source, Verdict
from services.access import OPERATOR_SCOPE_KEY, Identity, identify
from services.identity import get_or_create_owner, session_of
from services.predictions import PredictionService, get_service

# For the documentation: it shows which routes take a token. `identify` checks it.
_bearer = HTTPBearer(auto_error=False, description="`API_TOKEN` or `OPERATOR_TOKEN`")


# All of these are `async`: FastAPI runs other dependencies in a thread, at a cost per request.
async def prediction_service() -> PredictionService:
    """Return the service of the process."""
    return get_service()


async def request_identity(
    connection: HTTPConnection, service: Annotated[PredictionService, Depends(prediction_service)]
) -> Identity:
    """Return who sends the request; raises InvalidTokenError for an unknown bearer token."""
    if connection.scope.get(OPERATOR_SCOPE_KEY):
        return Identity(is_operator=True)
    return identify(
        session_of(connection.scope), connection.headers.get("authorization"), service.settings
    )


async def require_reviewer(identity: Annotated[Identity, Depends(request_identity)]) -> Identity:
    """Return who sends the request; raises SignInRequiredError unless it is a reviewer."""
    if not identity.is_reviewer:
        raise NotPermittedError if identity.is_program else SignInRequiredError
    return identity


async def require_operator(identity: Annotated[Identity, Depends(request_identity)]) -> Identity:
    """Return who sends the request; raises NotPermittedError unless it is an operator."""
    if not identity.is_operator:
        raise NotPermittedError
    return identity


def owner_for_saving(request: Request, identity: Identity, save: bool) -> str | None:
    """Return the owner of a new prediction; a browser without an owner id gets one with it."""
    if not save or identity.is_program:
        return identity.owner
    return get_or_create_owner(session_of(request.scope))


async def prediction_id(id: str) -> UUID:
    """Return the id of a path; a malformed id is 404, like an unknown one."""
    try:
        value = UUID(id)
    except ValueError:
        raise NotFoundError from None
    if value.version != 1:
        raise NotFoundError
    return value


async def query_filters(
    text: Annotated[str | None, Query(description="exact predicted text")] = None,
    digit: Annotated[int | None, Query(ge=0, le=9, description="anywhere in the text")] = None,
    source: Source | None = None,
    verdict: Verdict | None = None,
    min_confidence: Annotated[float | None, Query(ge=0, le=1)] = None,
    max_confidence: Annotated[float | None, Query(ge=0, le=1)] = None,
    labelled: bool | None = None,
    wrong: Annotated[bool | None, Query(description="label differs from the text")] = None,
    label: Annotated[str | None, Query(description="exact label")] = None,
    confused: Annotated[
        str | None,
        Query(pattern=r"^[0-9?]>[0-9?]$", description="`4>9`: contains a 4 predicted as 9"),
    ] = None,
    differs: Annotated[
        str | None, Query(description="version of the network that predicts another text")
    ] = None,
    model: Annotated[str | None, Query(description="version of the network")] = None,
    since: Annotated[
        datetime | None, Query(description="created at or after; UTC without a zone")
    ] = None,
    until: Annotated[
        datetime | None, Query(description="created before; UTC without a zone")
    ] = None,
) -> Filters:
    """Return the filters of a request's query."""
    return Filters(
        text=text,
        digit=digit,
        source=source,
        verdict=verdict,
        min_confidence=min_confidence,
        max_confidence=max_confidence,
        labelled=labelled,
        wrong=wrong,
        label=label,
        confused=(confused[0], confused[-1]) if confused else None,
        differs=differs,
        model=model,
        since=with_zone(since),
        until=with_zone(until),
    )


Service = Annotated[PredictionService, Depends(prediction_service)]
Caller = Annotated[Identity, Depends(request_identity)]
REVIEWERS_ONLY = [Depends(_bearer), Depends(require_reviewer)]
OPERATORS_ONLY = [Depends(_bearer), Depends(require_operator)]
PredictionId = Annotated[UUID, Depends(prediction_id)]
QueryFilters = Annotated[Filters, Depends(query_filters)]


def require_accessible(record: PredictionRecord | None, identity: Identity) -> PredictionRecord:
    """Return the record; raises NotFoundError for None and for what is not theirs."""
    if record is None or not identity.may_access(record):
        raise SignInRequiredError if identity.has_expired else NotFoundError
    return record


def with_zone(moment: datetime | None) -> datetime | None:
    """Return a time in UTC if it has no time zone."""
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment
