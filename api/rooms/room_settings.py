"""The settings of a room that its presenter controls: who may draw, the round, the teams."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field


class RoundResult(BaseModel):
    """What a round brought to one participant."""

    right: bool
    points: int = Field(ge=0, le=100, description="of this round")
    score: int = Field(ge=0, le=1_000_000, description="of all rounds")
    place: int = Field(ge=1, le=10_000, description="among all participants")
    streak: int = Field(ge=0, le=10_000, description="rounds in a row that they got right")


class Round(BaseModel):
    """A question to all participants, which digit is this, or a digit that all of them draw."""

    number: int = Field(ge=1, le=10_000)
    kind: Literal["guess", "fool", "race"]
    open: bool = Field(description="votes or drawings count")
    target: str = Field("", pattern=r"^[0-9]?$", description="the digit to draw in a race")
    seconds: int = Field(0, ge=0, le=600, description="that a race lasts")
    results: dict[Annotated[str, Field(max_length=16)], RoundResult] = Field({}, max_length=500)


class Teams(BaseModel):
    """Teams of participants: how many, and the team of each participant, from 0."""

    count: int = Field(ge=2, le=4)
    members: dict[Annotated[str, Field(max_length=16)], Annotated[int, Field(ge=0, le=3)]] = Field(
        {}, max_length=5_000
    )


class RoomSettings(BaseModel):
    """The settings that the presenter controls."""

    pen: str = Field(
        "all", max_length=16, description="who may draw: all, nobody, or the id of a participant"
    )
    closed: bool = Field(False, description="new participants are refused")
    predictions_hidden: bool = Field(
        False, alias="hush", description="participants do not see predictions"
    )
    round: Round | None = None
    finished: bool = Field(
        False, alias="done", description="the session is over: participants see its link"
    )
    teams: Teams | None = None

    def team_of(self, member_id: str) -> int | None:
        """Return the team of a participant, None without one."""
        return self.teams.members.get(member_id) if self.teams else None
