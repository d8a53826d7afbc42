"""Reviewing what was read: pages, one reading, labels, similar ones, totals, export."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from api.errors import NotFoundError
from api.routes.predict import Service
from api.schemas import (
    PageResponse,
    PredictionRecordResponse,
    PredictionResponse,
    SimilarListResponse,
    SimilarResponse,
    SummaryResponse,
)
from db import Filters, PredictionRecord, Source, Verdict

router = APIRouter(prefix="/history", tags=["history"])

CSV_COLUMNS = ("id", "created", "source", "text", "label", "verdict", "confidence", "model")


async def filters(
    text: Annotated[str | None, Query(description="read exactly so")] = None,
    digit: Annotated[int | None, Query(ge=0, le=9, description="anywhere in the text")] = None,
    source: Source | None = None,
    verdict: Verdict | None = None,
    min_confidence: Annotated[float | None, Query(ge=0, le=1)] = None,
    max_confidence: Annotated[float | None, Query(ge=0, le=1)] = None,
    labelled: bool | None = None,
    wrong: Annotated[bool | None, Query(description="labelled as something else")] = None,
    label: Annotated[str | None, Query(description="labelled exactly so")] = None,
    confused: Annotated[
        str | None,
        Query(pattern=r"^[0-9?]>[0-9?]$", description="`4>9`: a 4 somewhere in it was read as 9"),
    ] = None,
    model: str | None = None,
    since: Annotated[datetime | None, Query(description="at or after; UTC where no zone")] = None,
    until: Annotated[datetime | None, Query(description="before; UTC where no zone")] = None,
) -> Filters:
    """The filters of a request."""
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


RequestedFilters = Annotated[Filters, Depends(filters)]


async def reading_id(id: str) -> UUID:
    """The id in a path; what is no id of ours belongs to no reading."""
    try:
        value = UUID(id)
    except ValueError:
        raise NotFoundError from None
    if value.version != 1:
        raise NotFoundError
    return value


ReadingId = Annotated[UUID, Depends(reading_id)]


class LabelRequest(BaseModel):
    """What a reading truly shows."""

    text: str | None = Field(
        pattern=r"^[0-9?\n]{1,64}$",
        description="the digits, `?` for a mark that is no digit; null takes the label back",
    )
    by: str | None = Field(None, max_length=64, description="who says so")


@router.get("")
def page(
    service: Service,
    fitting: RequestedFilters,
    limit: Annotated[int | None, Query(ge=1, le=500)] = None,
    before: Annotated[str | None, Query(description="`next` of the page before")] = None,
) -> PageResponse:
    """A page of readings, newest first."""
    size = limit or service.settings.page_size
    return PageResponse.of(service.store.page(size, before, fitting))


@router.get("/summary")
def summary(service: Service) -> SummaryResponse:
    """Totals: by digit, source, verdict, network and day; accuracy on what is labelled."""
    return SummaryResponse.of(service.store.summary())


@router.get("/export.csv", response_class=StreamingResponse)
def export(service: Service, fitting: RequestedFilters) -> StreamingResponse:
    """All readings that fit as CSV, newest first."""
    return StreamingResponse(
        _csv_lines(service.store.export(fitting)),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="inkling.csv"'},
    )


@router.get("/{id}")
def one(id: ReadingId, service: Service) -> PredictionRecordResponse:
    """One reading, with every label it was ever given."""
    return PredictionRecordResponse.of(_known(service.store.get(id)))


@router.delete("/{id}", status_code=204)
def delete(id: ReadingId, service: Service) -> None:
    """Forget a reading."""
    if not service.store.delete(id):
        raise NotFoundError


@router.get("/{id}/image.png", response_class=Response)
def image(id: ReadingId, service: Service) -> Response:
    """The ink as people see it, a PNG of at most 160 pixels a side."""
    prediction = _known(service.store.get(id))
    return Response(prediction.image, media_type="image/png", headers={"Cache-Control": "no-cache"})


@router.put("/{id}/label")
def label(id: ReadingId, request: LabelRequest, service: Service) -> PredictionRecordResponse:
    """Say what a reading truly shows, or take that back."""
    return PredictionRecordResponse.of(_known(service.store.label(id, request.text, request.by)))


@router.get("/{id}/similar")
def similar(
    id: ReadingId, service: Service, limit: Annotated[int, Query(ge=1, le=100)] = 12
) -> SimilarListResponse:
    """The most similar other readings."""
    _known(service.store.get(id))
    return SimilarListResponse(
        items=[
            SimilarResponse(prediction=PredictionResponse.of(prediction), similarity=similarity)
            for prediction, similarity in service.store.similar(id, limit)
        ]
    )


def _known(prediction: PredictionRecord | None) -> PredictionRecord:
    if prediction is None:
        raise NotFoundError
    return prediction


def _with_zone(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment


def _csv_lines(predictions: Iterator[PredictionRecord]) -> Iterator[str]:
    """One line at a time, so that a history of any size passes through constant memory."""
    yield _csv_line(CSV_COLUMNS)
    for prediction in predictions:
        answer = PredictionResponse.of(prediction).model_dump(mode="json")
        yield _csv_line([answer[column] for column in CSV_COLUMNS])


def _csv_line(values: Any) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(values)
    return line.getvalue()
