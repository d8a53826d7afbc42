"""A room: its members, their drawings, and what each connection has not received yet.

All of it lives in the memory of one replica and is used on its event loop only. Nothing here
blocks: predicting and saving are in api.rooms.workers, sending is in api.rooms.connection.
"""

import hashlib
import time
from collections.abc import Callable, Iterable
from uuid import UUID

from api.loop_budget import LoopBudget
from api.rooms.authors import DrawingAuthors
from api.rooms.drawing import DrawingVersion, OutOfSyncError
from api.rooms.members import (
    ALL_PARTS,
    Member,
    Part,
    ParticipantConnection,
    PresenterConnection,
)
from api.rooms.messages import (
    DrawingMessage,
    MemberMessage,
    ParticipantRoomMessage,
    ParticipantUpdate,
    PresenterUpdate,
    RoomPrediction,
    RoundMessage,
    RoundResultMessage,
    RoundVote,
    SettingsMessage,
    TilePrediction,
)
from api.rooms.room_settings import RoomSettings
from api.rooms.tokens import Session
from db import new_id

MAX_MEMBERS = 150
MAX_KNOWN = 5_000  # participants that a room remembers, or has removed
MAX_ENDED = 10_000  # drawings that a room remembers
NAME_LENGTH = 24


class Room:
    """One room.

    creator: address of the client that opened it.
    save: called with a member whose drawing must be saved in its current state.
    sign_drawing: returns a token for a member's drawing id that only this server can create.
    ended: the newest drawings that members can no longer change: they were cleared or labelled.
    authors: who drew what was saved.
    """

    def __init__(
        self,
        code: str,
        creator: str,
        save: Callable[["Room", Member], None],
        sign_drawing: Callable[[str, UUID], str],
    ) -> None:
        self.code = code
        self.creator = creator
        self.session: Session | None = None
        self.settings = RoomSettings()
        self.round_began = 0.0  # monotonic seconds
        self.members: dict[str, Member] = {}
        self.removed: set[str] = set()
        self.removed_addresses: set[str] = set()
        self.ended: dict[UUID, None] = {}  # in order
        self.authors = DrawingAuthors()
        self.known: set[str] = set()  # members who may rejoin a closed or full room
        self.presenters: set[PresenterConnection] = set()
        self.participants: dict[str, ParticipantConnection] = {}
        self.empty_since = time.monotonic()
        self.budget = LoopBudget()
        self._save = save
        self._sign_drawing = sign_drawing

    def refusal(self, member_id: str, address: str) -> str | None:
        """Return why a participant may not enter: "removed", "closed", "full"; else None."""
        if member_id in self.removed:
            return "removed"
        if member_id in self.members or member_id in self.known:
            return None
        if address in self.removed_addresses:
            return "removed"
        if self.settings.closed:
            return "closed"
        return "full" if len(self.members) >= MAX_MEMBERS else None

    def get_or_create_member(self, member_id: str) -> Member:
        """Return the member, created on the first call."""
        if member_id not in self.members:
            self.members[member_id] = Member(member_id)
            if len(self.known) < MAX_KNOWN:
                self.known.add(member_id)
            self.notify_participants()  # their send interval depends on how many there are
        return self.members[member_id]

    def rename(self, member: Member, name: str) -> None:
        """Give a member another name."""
        member.name = clean_name(name)
        self.mark_changed(member, ("member",))

    def may_draw(self, member: Member) -> bool:
        """Return whether the settings allow this member to draw."""
        return member.is_pad or self.settings.pen in ("all", member.id)

    def draw(self, member: Member, message: DrawingMessage) -> None:
        """Apply a message to a member's drawing.

        Raises OutOfSyncError if the member may not draw or the message does not fit the drawing,
        InputError for invalid or too many points.
        """
        if not self.may_draw(member):
            raise OutOfSyncError
        if message.clear:
            self.clear(member)
            return
        if member.labelled:
            self._start_drawing(member)
        if message.undo:
            member.drawing.undo()
            member.prediction = None
        for added in message.ink:
            member.drawing.add(added)
        self.drawing_changed(member)

    def clear(self, member: Member) -> None:
        """Save and clear a member's drawing; the next stroke starts a new one."""
        if member.unsaved_since is not None:
            self._save(self, member)
        member.drawing.clear()
        member.prediction = None
        self._start_drawing(member)
        self.mark_changed(member, ("drawing", "prediction"))

    def _start_drawing(self, member: Member) -> None:
        self.ended[member.drawing_id] = None
        if len(self.ended) > MAX_ENDED:
            del self.ended[next(iter(self.ended))]
        member.drawing_id, member.labelled, member.unsaved_since = new_id(), False, None
        self.mark_changed(member, ("member",))
        if participant := self.participants.get(member.id):
            participant.changed.add("drawing_id")
            participant.sender.notify()

    def drawing_changed(self, member: Member) -> None:
        """Record that a member's drawing changed."""
        member.unsaved_since = time.monotonic()
        self.mark_changed(member, ("drawing",))

    def mark_changed(self, member: Member, parts: Iterable[Part] = ALL_PARTS) -> None:
        """Schedule updates with these parts of a member to all who see them."""
        for presenter in self.presenters:
            presenter.changed.setdefault(member.id, set()).update(parts)
            presenter.sender.notify()
        participant = self.participants.get(member.id)
        if participant and "prediction" in parts:
            participant.changed.add("prediction")
        if participant and ("prediction" in parts or "drawing" in parts):
            participant.sender.notify()

    def apply_settings(self, settings: RoomSettings) -> None:
        """Apply the presenter's settings; a new round starts without votes."""
        if settings.round and (
            not self.settings.round or self.settings.round.number != settings.round.number
        ):
            self.round_began = time.monotonic()
            for member in self.members.values():
                member.vote = None
        self.settings = settings
        self.notify_participants()

    def vote(self, member: Member, vote: RoundVote) -> None:
        """Record a vote if it is for the open round."""
        current = self.settings.round
        if current and current.open and vote.round == current.number:
            member.vote = (vote.round, vote.value)
            self.mark_changed(member, ("vote",))

    def remove(self, member_id: str) -> None:
        """Remove a participant permanently and close their connection.

        A device that deletes its key would be a new participant. So newcomers from its address are
        refused from now on or, where others in the room have the same address, as behind one
        router, the room is closed to all newcomers until the presenter opens it again.
        """
        if len(self.removed) < MAX_KNOWN:
            self.removed.add(member_id)
        if participant := self.participants.pop(member_id, None):
            participant.sender.close("removed")
        member = self.members.get(member_id)
        if member and member.address is not None:  # also of one who is not connected now
            others = {other.address for other in self.participants.values()}
            others |= {presenter.address for presenter in self.presenters}
            if member.address in others:
                self._close_to_newcomers()
            else:
                self.removed_addresses.add(member.address)
        self.forget(member_id)

    def hand_over(self, session: Session) -> None:
        """Give the room to another session, whose presenters did not make its settings."""
        for presenter in self.presenters:
            presenter.sender.close("over")
        self.presenters.clear()
        self.removed.clear()
        self.removed_addresses.clear()
        self.session = session

    def _close_to_newcomers(self) -> None:
        if not self.settings.closed:
            self.settings = self.settings.model_copy(update={"closed": True})
            self.notify_presenters({"settings": self.settings_message()})

    def forget(self, member_id: str) -> None:
        """Remove a member, who may come back as a new one."""
        if member := self.members.pop(member_id, None):
            self.mark_changed(member, ())
            self.notify_participants()

    def notify_participants(self) -> None:
        """Schedule an update with the state of the room to every participant."""
        for participant in self.participants.values():
            participant.changed.add("room")
            participant.sender.notify()

    def notify_presenters(self, update: PresenterUpdate) -> None:
        """Schedule this update to every presenter."""
        for presenter in self.presenters:
            presenter.pending.update(update)
            presenter.sender.notify()

    @property
    def send_interval(self) -> int:
        """Milliseconds for which a participant's client collects points before it sends them."""
        count = len(self.participants)
        return 8 if count <= 8 else 24 if count <= 24 else 40

    def presenter_update(self, presenter: PresenterConnection) -> PresenterUpdate | None:
        """Return and reset all pending changes of a presenter, None if there are none."""
        update, presenter.pending = presenter.pending, {}
        changed, presenter.changed = presenter.changed, {}
        for member_id, parts in changed.items():
            member = self.members.get(member_id)
            if member is None:
                presenter.received.pop(member_id, None)
                update.setdefault("members", {})[member_id] = None
                continue
            if "member" in parts:
                update.setdefault("members", {})[member_id] = self._member_message(member)
            if "drawing" in parts:
                received = presenter.received.get(member_id, DrawingVersion())
                if drawing := member.drawing.update_since(received):
                    update.setdefault("ink", {})[member_id] = drawing
                presenter.received[member_id] = member.drawing.version
            if "prediction" in parts:
                is_watched = member_id in presenter.watched
                update.setdefault("readings", {})[member_id] = (
                    member.prediction if is_watched else tile_prediction(member.prediction)
                )
            if "vote" in parts and member.vote:
                update.setdefault("votes", {})[member_id] = member.vote
        return update or None

    def participant_update(self, participant: ParticipantConnection) -> ParticipantUpdate | None:
        """Return and reset all pending changes of a participant, None if there are none."""
        changed, participant.changed = participant.changed, set()
        member = participant.member
        update: ParticipantUpdate = {}
        if "room" in changed:
            update["room"] = self._room_message(member)
        if drawing := member.drawing.update_since(participant.received):
            update["ink"] = drawing
        participant.received = member.drawing.version
        if "drawing_id" in changed:
            update["drawing"] = self._sign_drawing(member.id, member.drawing_id)
        if "prediction" in changed:
            hidden = self.settings.predictions_hidden
            update["reading"] = None if hidden else tile_prediction(member.prediction)
        return update or None

    def settings_message(self) -> SettingsMessage:
        """Return the settings as presenters receive them."""
        settings = self.settings
        return {
            "pen": settings.pen,
            "closed": settings.closed,
            "hush": settings.predictions_hidden,
            "round": self._round_message(),
            "done": settings.finished,
            "teams": settings.teams.model_dump() if settings.teams else None,
        }

    def _member_message(self, member: Member) -> MemberMessage:
        return {
            "name": member.name,
            "away": member.away_since is not None,
            "drawing": self._sign_drawing(member.id, member.drawing_id),
        }

    def _room_message(self, member: Member) -> ParticipantRoomMessage:
        settings = self.settings
        return {
            "pen": "you" if settings.pen == member.id else settings.pen,
            "draw": self.may_draw(member),
            "hush": settings.predictions_hidden,
            "round": self._round_message(),
            "result": self._result_message(member),
            "vote": member.vote,
            "session": self.session.name if settings.finished and self.session else None,
            "presenter": bool(self.presenters),
            "team": settings.team_of(member.id),
            "pace": self.send_interval,
        }

    def _round_message(self) -> RoundMessage | None:
        current = self.settings.round
        if current is None:
            return None
        left = current.seconds - (time.monotonic() - self.round_began)
        return {
            "number": current.number,
            "kind": current.kind,
            "open": current.open,
            "target": current.target,
            "seconds": round(max(0.0, left), 1),
        }

    def _result_message(self, member: Member) -> RoundResultMessage | None:
        results = self.settings.round.results if self.settings.round else {}
        if (result := results.get(member.id)) is None:
            return None
        return {
            "right": result.right,
            "points": result.points,
            "score": result.score,
            "place": result.place,
            "streak": result.streak,
            "players": len(results),
        }


def tile_prediction(prediction: RoomPrediction | None) -> TilePrediction | None:
    """Return the part of a prediction that a tile of the participant grid shows."""
    if prediction is None:
        return None
    return {
        "text": prediction["text"],
        "verdict": prediction["verdict"],
        "confidence": prediction["confidence"],
        "shares": prediction["shares"],
    }


def public_id(key: str) -> str:
    """Return the id by which others know a participant, whose key only their device knows."""
    return hashlib.sha256(key.encode(errors="replace")).hexdigest()[:16]


def clean_name(name: str) -> str:
    """Return a name on one line, at most NAME_LENGTH characters."""
    return " ".join("".join(c for c in name if c.isprintable()).split())[:NAME_LENGTH]
