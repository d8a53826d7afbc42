"""POST /feature-maps: what each layer of the network computes for a glyph, and its answer."""

from base64 import b64encode
from typing import Annotated

import numpy as np
from fastapi import APIRouter, Response
from pydantic import AfterValidator, Base64Bytes, BaseModel, Field

from api.dependencies import Service
from model.preprocessing.normalize import GLYPH_SIDE

router = APIRouter(tags=["prediction"])


def _has_glyph_size(content: bytes) -> bytes:
    if len(content) != GLYPH_SIDE**2:
        raise ValueError(f"a glyph has {GLYPH_SIDE}×{GLYPH_SIDE} bytes")
    return content


class GlyphRequest(BaseModel):
    """A glyph, as predictions contain it."""

    glyph: Annotated[Base64Bytes, AfterValidator(_has_glyph_size)] = Field(
        max_length=2_000, description="28×28 bytes row by row, ink 255 on 0, base64"
    )


class StageResponse(BaseModel):
    """The feature maps of one stage of the network."""

    side: int = Field(description="width and height of a map")
    channels: int = Field(description="number of maps")
    maps: str = Field(description="maps one after the other, a byte for each position, base64")


class FeatureMapsResponse(BaseModel):
    """The values of the network's layers for a glyph."""

    stages: list[StageResponse] = Field(description="from the first convolution to the last")
    contributions: list[list[float]] = Field(
        description="what each map of the last stage adds to the logit of each digit, and of "
        "`not a digit`: 11 lists of 64"
    )
    outcomes: list[float] = Field(
        description="the probability of each digit, then of `not a digit`; their sum is 1"
    )
    is_served: bool = Field(
        description="false: the served network was added as a file, of which the layers are not "
        "known; these are those of the network that comes with the program"
    )


@router.post("/feature-maps", response_model=FeatureMapsResponse)
def feature_maps(request: GlyphRequest, service: Service) -> Response:
    """Return the feature maps of a glyph; nothing is saved."""
    glyph = np.frombuffer(request.glyph, np.uint8).reshape(GLYPH_SIDE, GLYPH_SIDE)
    inside = service.look_inside(glyph)
    content = FeatureMapsResponse(
        stages=[
            StageResponse(
                side=stage.shape[1],
                channels=stage.shape[0],
                maps=b64encode(stage.tobytes()).decode(),
            )
            for stage in inside.maps.stages
        ],
        contributions=np.round(inside.maps.contributions.astype(float), 3).tolist(),
        outcomes=np.round(inside.outcomes.astype(float), 4).tolist(),
        is_served=inside.is_served,
    )
    # Not compressed: that takes as long as everything else together, and ten people who look inside
    # at 20 frames a second would wait for it (bench/look_inside.py).
    headers = {"Content-Encoding": "identity"}
    return Response(content.model_dump_json(), media_type="application/json", headers=headers)
