"""The history: pages, single predictions, labels, similar drawings, the summary, the export."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from itertools import chain, islice
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from api.dependencies import (
    Caller,
    PredictionId,
    QueryFilters,
    Service,
    require_accessible,
    with_zone,
)
from api.errors import NotFoundError, SignInRequiredError
from api.schemas import (
    LabelConflictResponse,
    PageResponse,
    PredictionRecordResponse,
    PredictionResponse,
    SimilarListResponse,
    SimilarResponse,
    SummaryResponse,
)
from db import ANY_LABEL, Filters, LabelVersion, PredictionRecord
from services.accuracy import summarize_matching
from services.similarity import compare

router = APIRouter(prefix="/history", tags=["history"])

MAX_SIMILAR = 100
CSV_COLUMNS = ("id", "created", "source", "text", "label", "verdict", "confidence", "model")


class LabelRequest(BaseModel):
    """The true text of a drawing or image."""

    text: str | None = Field(
        pattern=r"^[0-9?\n]{1,64}$",
        description="the digits, `?` for a symbol that is no digit; null removes the label",
    )
    by: str | None = Field(
        None,
        max_length=64,
        description="name of the reviewer; ignored with access rules, which use the signed-in name",
    )
    replaces: datetime | None = Field(
        None,
        description="`labelled_at` of the label that is replaced, null for none: if the prediction "
        "has another label by now, the answer is 409 with the prediction; leave it out to label in "
        "any case",
    )

    @property
    def replaced_version(self) -> LabelVersion:
        """The version of the label that is replaced; ANY_LABEL without `replaces`."""
        if "replaces" not in self.model_fields_set:
            return ANY_LABEL
        return with_zone(self.replaces)


@router.get("")
def list_predictions(
    service: Service,
    identity: Caller,
    filters: QueryFilters,
    limit: Annotated[int | None, Query(ge=1, le=500)] = None,
    before: Annotated[str | None, Query(description="`next` of the previous page")] = None,
    mine: Annotated[bool, Query(description="only those made in this browser")] = False,
) -> PageResponse:
    """Return a page of predictions, newest first; to visitors only their own."""
    size = limit or service.settings.page_size
    filters = identity.restrict(filters, own=mine)
    return PageResponse.of(service.store.page(size, before, filters))


@router.get("/summary")
def summary(service: Service, identity: Caller) -> SummaryResponse:
    """Return totals by digit, source, verdict, network and day, and accuracy where labelled.

    To visitors it is about their own predictions.
    """
    if identity.is_reviewer:
        return SummaryResponse.of(service.store.summary())
    return SummaryResponse.of(summarize_matching(service.store, identity.restrict(Filters())))


@router.get("/export.csv", response_class=StreamingResponse)
def export_csv(service: Service, identity: Caller, filters: QueryFilters) -> StreamingResponse:
    """Return all matching predictions as CSV, newest first; to visitors only their own."""
    records = service.store.export(identity.restrict(filters))
    # The first record is read before the response starts: a store that fails is a 503, not a 200.
    first = list(islice(records, 1))
    return StreamingResponse(
        _csv_lines(chain(first, records)),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="inkling.csv"'},
    )


@router.get("/{id}")
def get_prediction(
    id: PredictionId, service: Service, identity: Caller
) -> PredictionRecordResponse:
    """Return one prediction with every label it was given."""
    return PredictionRecordResponse.of(require_accessible(service.store.get(id), identity))


@router.delete("/{id}", status_code=204)
def delete_prediction(id: PredictionId, service: Service, identity: Caller) -> None:
    """Delete a prediction."""
    if not identity.is_reviewer:
        require_accessible(service.store.get(id), identity)
    if not service.store.delete(id):
        raise NotFoundError


@router.get("/{id}/image.png", response_class=Response)
def image(id: PredictionId, service: Service, identity: Caller) -> Response:
    """Return the drawing or image as a PNG of at most 160 pixels a side."""
    record = require_accessible(service.store.get(id), identity)
    return Response(record.image, media_type="image/png", headers={"Cache-Control": "no-cache"})


@router.put("/{id}/label", responses={409: {"model": LabelConflictResponse}})
def label(
    id: PredictionId, request: LabelRequest, service: Service, identity: Caller
) -> PredictionRecordResponse:
    """Set or remove the label of a prediction; with `replaces`, only if it is still that one.

    To visitors, a reviewer's label is 409.
    """
    if identity.has_expired:  # the page keeps the label until its reviewer has signed in again
        raise SignInRequiredError
    if not identity.is_reviewer:
        require_accessible(service.store.get(id), identity)
    author = identity.label_author(request.by)
    record = service.label(id, request.text, author, replaces=request.replaced_version)
    if record is None:
        raise NotFoundError
    return PredictionRecordResponse.of(record)


@router.get("/{id}/similar")
def similar(
    id: PredictionId,
    service: Service,
    identity: Caller,
    limit: Annotated[int, Query(ge=1, le=MAX_SIMILAR)] = 12,
) -> SimilarListResponse:
    """Return the most similar other predictions, best first.

    To visitors it returns only their own.
    """
    record = require_accessible(service.store.get(id), identity)
    owner = None if identity.is_reviewer else record.owner
    return SimilarListResponse(
        items=[
            SimilarResponse(
                prediction=PredictionResponse.of(other),
                similarity=similarity,
                likeness=compare(record, other, similarity),
            )
            for other, similarity in service.store.similar(id, limit, owner)
            if identity.may_access(other)
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
