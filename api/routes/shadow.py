"""/models: the shadow, and the accuracy of versions on stored drawings."""

from typing import Self

from fastapi import APIRouter, Body, Response
from pydantic import BaseModel, Field

from api.dependencies import REVIEWERS_ONLY, Caller, Service
from api.schemas import Timestamp
from db.version_predictions import Shadow
from services.shadow import MAX_DAYS, active_shadow, end_shadow, start_shadow
from services.version_accuracy import VersionAccuracy, accuracy_of_versions

router = APIRouter(prefix="/models", tags=["models"], dependencies=REVIEWERS_ONLY)


class ShadowResponse(BaseModel):
    """A model that predicts everything new beside the served one, without being shown."""

    version: str
    started: Timestamp
    until: Timestamp
    by: str | None = Field(description="who started it")

    @classmethod
    def of(cls, shadow: Shadow) -> Self:
        """Return the response for a shadow."""
        return cls(version=shadow.version, started=shadow.started, until=shadow.until, by=shadow.by)


class VersionAccuracyResponse(BaseModel):
    """How often a model is right on labelled drawings that it has predicted."""

    version: str
    drawings: int
    right: int = Field(description="by this model")
    stored_right: int = Field(description="by the predictions that are stored for these drawings")
    won: int = Field(description="drawings that only this model has right")
    lost: int = Field(description="drawings that only the stored prediction has right")

    @classmethod
    def of(cls, version: str, accuracy: VersionAccuracy) -> Self:
        """Return the response for the accuracy of a version."""
        return cls(
            version=version,
            drawings=accuracy.drawings,
            right=accuracy.right,
            stored_right=accuracy.stored_right,
            won=accuracy.won,
            lost=accuracy.lost,
        )


class VersionPredictionsResponse(BaseModel):
    """The shadow, and what is known from predictions of other models than the served one."""

    shadow: ShadowResponse | None
    accuracy: list[VersionAccuracyResponse]
    complete: bool = Field(
        serialization_alias="all", description="false: only the newest labels were counted"
    )


@router.get("/predictions")
def version_predictions(service: Service) -> VersionPredictionsResponse:
    """Return the shadow, and how often models are right on stored drawings with a label."""
    shadow = active_shadow(service)
    accuracy, complete = accuracy_of_versions(service.store, service.settings)
    return VersionPredictionsResponse(
        shadow=None if shadow is None else ShadowResponse.of(shadow),
        accuracy=[
            VersionAccuracyResponse.of(version, part) for version, part in sorted(accuracy.items())
        ],
        complete=complete,
    )


@router.post("/{version}/shadow")
def start(
    version: str,
    service: Service,
    identity: Caller,
    days: int = Body(7, embed=True, ge=1, le=MAX_DAYS, description="after which it ends"),
) -> ShadowResponse:
    """Let a model predict everything new beside the served one, in place of an earlier shadow."""
    return ShadowResponse.of(start_shadow(service, version, days, identity.name))


@router.delete("/shadow", status_code=204)
def end(service: Service) -> Response:
    """End the shadow; what it has predicted stays."""
    end_shadow(service)
    return Response(status_code=204)
