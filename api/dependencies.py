"""Dependencies that several routes share: the service, the owner, the id and the filters."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request

from api.errors import NotFoundError
from db import Filters, PredictionRecord, Source, Verdict
from services.identity import owner_from_cookies
from services.predictions import PredictionService, get_service


# All of these are `async`: FastAPI runs other dependencies in a thread, at a cost per request.
async def prediction_service() -> PredictionService:
    """Return the service of the process."""
    return get_service()


async def request_owner(request: Request) -> str | None:
    """Return the owner id of the browser that sent the request, None without one."""
    return owner_from_cookies(request.cookies)


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
        model=model,
        since=_with_zone(since),
        until=_with_zone(until),
    )


Service = Annotated[PredictionService, Depends(prediction_service)]
Owner = Annotated[str | None, Depends(request_owner)]
PredictionId = Annotated[UUID, Depends(prediction_id)]
QueryFilters = Annotated[Filters, Depends(query_filters)]


def require_found(record: PredictionRecord | None) -> PredictionRecord:
    """Return the record; raises NotFoundError for None."""
    if record is None:
        raise NotFoundError
    return record


def _with_zone(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment
