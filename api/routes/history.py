"""The history: pages, single predictions, labels, similar drawings, the summary, the export."""

import csv
import io
from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from api.dependencies import PredictionId, QueryFilters, Service, require_found
from api.errors import NotFoundError
from api.schemas import (
    PageResponse,
    PredictionRecordResponse,
    PredictionResponse,
    SimilarListResponse,
    SimilarResponse,
    SummaryResponse,
)
from db import PredictionRecord

router = APIRouter(prefix="/history", tags=["history"])

CSV_COLUMNS = ("id", "created", "source", "text", "label", "verdict", "confidence", "model")


class LabelRequest(BaseModel):
    """The true text of a drawing or image."""

    text: str | None = Field(
        pattern=r"^[0-9?\n]{1,64}$",
        description="the digits, `?` for a symbol that is no digit; null removes the label",
    )
    by: str | None = Field(None, max_length=64, description="name of the reviewer")


@router.get("")
def list_predictions(
    service: Service,
    filters: QueryFilters,
    limit: Annotated[int | None, Query(ge=1, le=500)] = None,
    before: Annotated[str | None, Query(description="`next` of the previous page")] = None,
) -> PageResponse:
    """Return a page of predictions, newest first."""
    size = limit or service.settings.page_size
    return PageResponse.of(service.store.page(size, before, filters))


@router.get("/summary")
def summary(service: Service) -> SummaryResponse:
    """Return totals by digit, source, verdict, network and day, and accuracy where labelled."""
    return SummaryResponse.of(service.store.summary())


@router.get("/export.csv", response_class=StreamingResponse)
def export_csv(service: Service, filters: QueryFilters) -> StreamingResponse:
    """Return all matching predictions as CSV, newest first."""
    return StreamingResponse(
        _csv_lines(service.store.export(filters)),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="inkling.csv"'},
    )


@router.get("/{id}")
def get_prediction(id: PredictionId, service: Service) -> PredictionRecordResponse:
    """Return one prediction with every label it was given."""
    return PredictionRecordResponse.of(require_found(service.store.get(id)))


@router.delete("/{id}", status_code=204)
def delete_prediction(id: PredictionId, service: Service) -> None:
    """Delete a prediction."""
    if not service.store.delete(id):
        raise NotFoundError


@router.get("/{id}/image.png", response_class=Response)
def image(id: PredictionId, service: Service) -> Response:
    """Return the drawing or image as a PNG of at most 160 pixels a side."""
    record = require_found(service.store.get(id))
    return Response(record.image, media_type="image/png", headers={"Cache-Control": "no-cache"})


@router.put("/{id}/label")
def label(id: PredictionId, request: LabelRequest, service: Service) -> PredictionRecordResponse:
    """Set or remove the label of a prediction."""
    record = service.store.label(id, request.text, request.by)
    return PredictionRecordResponse.of(require_found(record))


@router.get("/{id}/similar")
def similar(
    id: PredictionId, service: Service, limit: Annotated[int, Query(ge=1, le=100)] = 12
) -> SimilarListResponse:
    """Return the most similar other predictions, best first."""
    require_found(service.store.get(id))
    return SimilarListResponse(
        items=[
            SimilarResponse(prediction=PredictionResponse.of(record), similarity=similarity)
            for record, similarity in service.store.similar(id, limit)
        ]
    )


def _csv_lines(records: Iterator[PredictionRecord]) -> Iterator[str]:
    """Yield one line at a time, so that memory does not grow with the history."""
    yield _csv_line(CSV_COLUMNS)
    for record in records:
        row = PredictionResponse.of(record).model_dump(mode="json")
        yield _csv_line([row[column] for column in CSV_COLUMNS])


def _csv_line(values: Any) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(values)
    return line.getvalue()
