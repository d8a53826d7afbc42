"""/models: reviewers see all networks, adopt one of them, and go back."""

from typing import Self

from fastapi import APIRouter, Body
from pydantic import BaseModel, Field

from api.dependencies import REVIEWERS_ONLY, Caller, Service
from api.schemas import Timestamp
from db.model_registry import Adoption, ModelFigure, ModelVersion
from model.custom_network import METADATA_KEY
from services.models import ModelList, Models

router = APIRouter(prefix="/models", tags=["models"], dependencies=REVIEWERS_ONLY)


class ModelFigureResponse(BaseModel):
    """How many samples of a set are predicted correctly."""

    name: str
    examples: int
    before: int = Field(description="by the model that was served when this one was added")
    after: int = Field(description="by this model")
    noise: float = Field(description="by how many two equally good models differ")
    worse: bool = Field(description="whether more is lost than that")

    @classmethod
    def of(cls, figure: ModelFigure) -> Self:
        """Return the response for a figure."""
        return cls(
            name=figure.name,
            examples=figure.examples,
            before=figure.before,
            after=figure.after,
            noise=round(figure.noise, 2),
            worse=figure.is_worse,
        )


class AdoptionResponse(BaseModel):
    """When a model was adopted, and by whom."""

    at: Timestamp
    by: str | None


class ModelResponse(BaseModel):
    """A model."""

    version: str
    created: Timestamp
    parent: str | None = Field(description="version from which it was trained")
    by: str | None = Field(description="who added it, or requested its training")
    note: str | None
    corrections: int = Field(description="labelled digits that it learnt from")
    is_custom: bool = Field(description="whether it was added as a file (docs/learning.md)")
    figures: list[ModelFigureResponse]
    adoptions: list[AdoptionResponse] = Field(description="newest first")

    @classmethod
    def of(cls, model: ModelVersion, adoptions: tuple[Adoption, ...]) -> Self:
        """Return the response for a model."""
        return cls(
            version=model.version,
            created=model.created,
            parent=model.parent,
            by=model.by,
            note=model.note,
            corrections=model.corrections,
            is_custom=METADATA_KEY in model.metadata,
            figures=[ModelFigureResponse.of(figure) for figure in model.figures],
            adoptions=[
                AdoptionResponse(at=adoption.at, by=adoption.by)
                for adoption in adoptions
                if adoption.version == model.version
            ],
        )


class ModelListResponse(BaseModel):
    """All models, the newest first."""

    served: str = Field(description="version that is served")
    committed: str = Field(description="version of the model that comes with the program")
    previous: str | None = Field(description="version that a rollback serves again")
    new_labels: int = Field(
        description="predictions made since the served model was adopted that have a label of a "
        "reviewer or a visitor, as far as they are counted in a second"
    )
    items: list[ModelResponse]

    @classmethod
    def of(cls, models: ModelList) -> Self:
        """Return the response for all models."""
        return cls(
            served=models.served,
            committed=models.committed,
            previous=models.previous,
            new_labels=models.new_labels,
            items=[ModelResponse.of(model, models.adoptions) for model in models.items],
        )


@router.get("")
def list_models(service: Service) -> ModelListResponse:
    """Return all models, and which of them is served."""
    return ModelListResponse.of(Models(service).overview())


@router.post("/rollback")
def roll_back(service: Service, identity: Caller) -> ModelListResponse:
    """Serve the model again that was served before."""
    models = Models(service)
    models.roll_back(identity.name)
    return ModelListResponse.of(models.overview())


@router.post("/{version}/adopt")
def adopt(
    version: str,
    service: Service,
    identity: Caller,
    although_worse: bool = Body(
        False, embed=True, description="also if it is worse than the served one on a standard set"
    ),
) -> ModelListResponse:
    """Serve a model from now on: other replicas take it up within seconds."""
    models = Models(service)
    models.adopt(version, identity.name, although_worse=although_worse)
    return ModelListResponse.of(models.overview())
