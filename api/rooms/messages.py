"""Every message of the room socket, WS /rooms/{code}; each is one JSON object.

What a client sends is validated by the models here. What the server sends is a PresenterUpdate or
a ParticipantUpdate with only the keys that changed. Their keys are those of the JSON that the
JavaScript of `/present` and `/join` reads.

    participant              server                      presenter
    ParticipantHello  ──►                     ◄──  PresenterHello
    DrawingMessage    ──►                     ◄──  DrawingMessage with `pad`
    NameMessage       ──►                     ◄──  one of the commands (`do`)
    VoteMessage       ──►
               ◄──  ParticipantUpdate    PresenterUpdate  ──►
"""

from collections.abc import Callable
from typing import Annotated, Any, Literal, TypedDict

from pydantic import (
    BaseModel,
    BeforeValidator,
    FailFast,
    Field,
    TypeAdapter,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from api.rooms.room_settings import RoomSettings
from model import Verdict
from model.prediction import DigitMessage

MAX_STROKES = 200  # of one drawing
MAX_REMEMBERED = 5_000  # ids in one message

Point = tuple[float, float]  # x, y on a pad 1000 units wide, y down
# New points of a stroke: index of the stroke, index of the first point, the points.
AddedPoints = tuple[int, int, Annotated[list[Point], FailFast()]]
Vote = tuple[int, str]  # number of the round; a digit, or "x" for no digit


def _or_default(default: Callable[[], Any]) -> WrapValidator:
    """Return a validator that replaces an invalid value by the default."""

    def validate_or_default(value: Any, validate: ValidatorFunctionWrapHandler) -> Any:
        try:
            return validate(value)
        except ValidationError:
            return default()

    return WrapValidator(validate_or_default)


# Every item takes time to validate, during which the event loop serves nobody else. So these drop
# items before that.
def _keep_first_texts(value: Any) -> Any:
    """Return the texts among the first MAX_REMEMBERED items of a list."""
    if not isinstance(value, list):
        return value
    return [item for item in value[:MAX_REMEMBERED] if isinstance(item, str)]


def _pads(value: Any) -> Any:
    """Return an object with at most two keys, others as an empty one."""
    return {} if isinstance(value, dict) and len(value) > 2 else value


# What a client remembers of an earlier connection: invalid values are dropped, because refusing
# the client for them would lock it out of the room.
RememberedText = Annotated[str, _or_default(str)]
RememberedIds = Annotated[list[str], BeforeValidator(_keep_first_texts), _or_default(list)]
RememberedStrokes = Annotated[
    list[Annotated[list[Point], FailFast()]],
    Field(max_length=MAX_STROKES),
    FailFast(),
    _or_default(list),
]


class RememberedDrawing(BaseModel):
    """A drawing that a client remembers: its signed id and its strokes."""

    drawing: RememberedText = ""
    strokes: RememberedStrokes = []


class PresenterHello(BaseModel):
    """The first message of a presenter, with what it remembers of the room."""

    hello: Literal["presenter"]
    token: RememberedText = ""
    console: bool = Field(False, description="it controls the projected screen, and is not shown")
    settings: RoomSettings | None = None
    known: RememberedIds = []
    removed: RememberedIds = []
    pads: Annotated[dict[str, RememberedDrawing], BeforeValidator(_pads), _or_default(dict)] = {}


class ParticipantHello(RememberedDrawing):
    """The first message of a participant, with the drawing it remembers."""

    key: str = Field(min_length=16, max_length=64, description="secret of the participant's device")
    name: RememberedText = ""


class DrawingMessage(BaseModel):
    """A change of a drawing: new points, or undo of the last stroke, or clear."""

    ink: Annotated[list[AddedPoints], Field(max_length=MAX_STROKES), FailFast()] = []
    undo: bool = False
    clear: bool = False


class NameMessage(BaseModel):
    """A participant's new name."""

    name: str


class RoundVote(BaseModel):
    """A vote: a digit, or "x" for no digit."""

    round: int
    value: str = Field(pattern=r"^[0-9x]$")


class VoteMessage(BaseModel):
    """A participant's vote in the open round."""

    vote: RoundVote


class SettingsCommand(BaseModel):
    """Apply these settings."""

    do: Literal["settings"]
    settings: RoomSettings


class WatchCommand(BaseModel):
    """Send full predictions of these members; of all others only what a tile shows."""

    do: Literal["watch"]
    members: RememberedIds = []


class ClearCommand(BaseModel):
    """Clear the drawing of this member, without one those of all members."""

    do: Literal["clear"]
    member: str | None = None


class RemoveCommand(BaseModel):
    """Remove a participant permanently, with all of their drawings."""

    do: Literal["remove"]
    member: str


class PredictCommand(BaseModel):
    """Answer the prediction for these strokes, which belong to no member, as `read`."""

    do: Literal["read"]
    strokes: RememberedStrokes = []


class LabelCommand(BaseModel):
    """Label the drawing of a member: a digit, "?" for no digit, null to take the label back."""

    do: Literal["label"]
    member: str
    text: str | None = Field(pattern=r"^[0-9?]$")


class RenameCommand(BaseModel):
    """Give a participant another name."""

    do: Literal["rename"]
    member: str
    name: RememberedText


class RelayCommand(BaseModel):
    """Send a message to the presenter's other screens: from the console, or from what is shown."""

    do: Literal["relay"]
    message: dict[str, Any]


class MoveCommand(BaseModel):
    """Make everyone in the room reconnect: the gateway now routes to another replica."""

    do: Literal["move"]


PresenterCommand = (
    SettingsCommand
    | WatchCommand
    | ClearCommand
    | RemoveCommand
    | PredictCommand
    | LabelCommand
    | RenameCommand
    | RelayCommand
    | MoveCommand
)
_COMMANDS: TypeAdapter[PresenterCommand] = TypeAdapter(
    Annotated[PresenterCommand, Field(discriminator="do")]
)


def parse_command(message: dict[str, Any]) -> PresenterCommand:
    """Return the command of a presenter's message; raises pydantic's ValidationError."""
    return _COMMANDS.validate_python(message)


class FullDrawing(TypedDict):
    """All strokes of a drawing, in place of those that the client has."""

    all: list[list[Point]]


class DrawingExtension(TypedDict):
    """Points to add to the strokes that the client has."""

    more: list[AddedPoints]


DrawingUpdate = FullDrawing | DrawingExtension


class RoomDigit(DigitMessage):
    """A digit prediction with its heat map, 28×28 bytes in base64; None if it is not known."""

    heat: str | None


class TilePrediction(TypedDict):
    """What a tile of the participant grid shows of a prediction.

    verdict, confidence: the worst of the digits. shares: for a single digit, the probability in
    percent of each of the ten that it is this digit, and a digit at all; else null.
    """

    text: str
    verdict: Verdict
    confidence: float
    shares: list[int] | None


class RoomPrediction(TilePrediction):
    """A full prediction."""

    digits: list[RoomDigit]


class RoundMessage(TypedDict):
    """A Round as it is sent; seconds: that are left of a race."""

    number: int
    kind: Literal["guess", "fool", "race"]
    open: bool
    target: str
    seconds: float


class RoundResultMessage(TypedDict):
    """A RoundResult as it is sent; players: number of participants who have played."""

    right: bool
    points: int
    score: int
    place: int
    streak: int
    players: int


class SettingsMessage(TypedDict):
    """RoomSettings as they are sent."""

    pen: str
    closed: bool
    hush: bool
    round: RoundMessage | None
    done: bool
    teams: dict[str, Any] | None


class RoomInfoMessage(TypedDict):
    """The room, as a presenter receives it once per connection."""

    code: str
    session: str
    replica: str


class MemberMessage(TypedDict):
    """A member without the drawing; `drawing` is its signed id."""

    name: str
    away: bool
    drawing: str


class LabelledMessage(TypedDict):
    """A drawing was labelled and saved."""

    member: str
    drawing: str
    text: str


class PresenterUpdate(TypedDict, total=False):
    """Changes that a presenter has not received yet, by member id where they concern members.

    members: None for one who left. read: answers a PredictCommand. trouble: why a drawing could
    not be saved, None when saving works again. relayed: messages of the presenter's other screens.
    """

    room: RoomInfoMessage
    settings: SettingsMessage
    members: dict[str, MemberMessage | None]
    ink: dict[str, DrawingUpdate]
    readings: dict[str, RoomPrediction | TilePrediction | None]
    votes: dict[str, Vote]
    read: RoomPrediction | None
    trouble: str | None
    labelled: LabelledMessage
    relayed: list[dict[str, Any]]


class ParticipantRoomMessage(TypedDict):
    """The room as a participant sees it.

    pen: "you" for this participant. draw: whether they may draw. session: its name once it is
    finished. presenter: whether one is connected. pace: milliseconds for which a client collects
    points before it sends them.
    """

    pen: str
    draw: bool
    hush: bool
    round: RoundMessage | None
    result: RoundResultMessage | None
    vote: Vote | None
    session: str | None
    presenter: bool
    team: int | None
    pace: int


class ParticipantUpdate(TypedDict, total=False):
    """Changes that a participant has not received yet; `drawing` is the signed drawing id."""

    room: ParticipantRoomMessage
    ink: DrawingUpdate
    drawing: str
    reading: TilePrediction | None
