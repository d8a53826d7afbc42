"""Who may open a room and who may come in, with connections that exist only in this process."""

from uuid import UUID

import pytest

from api.rooms.handlers import MAX_CREATED, Rooms
from api.rooms.room import MAX_MEMBERS, Room, public_id
from api.rooms.tokens import Session
from core.rate_limits import CONCURRENT, RateLimits
from db import PredictionRecord, new_id
from services.predictions import PredictionService
from tests.api.room_connections import (
    HOME,
    PRESENTER,
    SCHOOL,
    Building,
    Socket,
    in_building,
    joined_room,
    new_room,
    until,
)


@in_building
async def test_wrong_hellos_open_no_rooms(building: Building) -> None:
    codes = [building.rooms.tokens.create_session()[0].code for _ in range(500)]
    sockets = [building.present(code, "wrong") for code in codes[:250]]
    sockets += [building.join(code, 1) for code in codes[250:]]
    await until(lambda: all(socket.code for socket in sockets))
    assert {socket.code for socket in sockets} == {4007, 1013}
    assert not building.rooms.rooms
    code, token = new_room(building)
    presenter, participant = building.present(code, token), building.join(code, 1)
    await until(lambda: presenter.messages and participant.messages)


@in_building
async def test_codes_cannot_be_guessed_for_long(building: Building) -> None:
    sockets = [building.join("22222", 1) for _ in range(1100)]
    await until(lambda: all(socket.code for socket in sockets))
    assert {socket.code for socket in sockets} == {4004, 429}


@in_building
async def test_one_client_cannot_open_all_rooms(building: Building) -> None:
    created = [building.rooms.tokens.create_session() for _ in range(CONCURRENT["rooms"] + 5)]
    sockets = [building.present(session.code, token) for session, token in created]
    await until(lambda: sum(socket.code == 4006 for socket in sockets) == 5)
    assert len(building.rooms.rooms) == CONCURRENT["rooms"]


@in_building
async def test_created_codes_are_remembered_up_to_a_limit(building: Building) -> None:
    codes = [new_room(building)[0] for _ in range(MAX_CREATED + 1)]
    participants = [building.join(codes[0], 1), building.join(codes[-1], 1)]
    await until(lambda: participants[0].code and participants[1].messages)
    assert participants[0].code == 1013


@in_building
async def test_a_removed_participant_does_not_come_back_with_another_key(
    building: Building,
) -> None:
    code, presenter, participant = await joined_room(building)
    (member,) = building.rooms.rooms[code].participants
    presenter.put(do="remove", member=member)
    await until(lambda: participant.code)
    again = [building.join(code, 1, SCHOOL), building.join(code, 2, HOME)]
    await until(lambda: all(socket.code for socket in again))
    assert [socket.code for socket in again] == [4003, 4003]
    other = building.join(code, 3, SCHOOL)
    await until(lambda: other.messages)


@in_building
async def test_a_participant_removed_while_away_does_not_come_back_with_another_key(
    building: Building,
) -> None:
    code, presenter, participant = await joined_room(building)
    room = building.rooms.rooms[code]
    (member,) = room.participants
    participant.disconnect()
    await until(lambda: member not in room.participants)
    presenter.put(do="remove", member=member)
    await until(lambda: member in room.removed)
    again = building.join(code, 2, HOME)
    await until(lambda: again.code)
    assert again.code == 4003


@in_building
async def test_nobody_draws_with_a_hello_while_the_pen_is_locked(building: Building) -> None:
    code, token = new_room(building)
    presenter = building.present(code, token)
    await until(lambda: presenter.messages)
    room = building.rooms.rooms[code]
    presenter.put(do="settings", settings={"pen": "none"})
    await until(lambda: room.settings.pen == "none")
    participant = building.join(code, 1, strokes=[[[1, 1], [2, 2]]])
    await until(lambda: participant.messages)
    (member_id,) = room.participants
    assert room.members[member_id].drawing.strokes == []


@in_building
async def test_a_drawing_that_goes_on_after_its_label_is_saved_as_one_other(
    building: Building,
) -> None:
    code, token = new_room(building)
    presenter = building.present(code, token)
    participant = building.join(code, 1)
    await until(lambda: presenter.messages and participant.messages)
    participant.put(ink=[[0, 0, [[100, 100], [100, 800]]]])
    await until(lambda: building.store.page().items)
    (labelled,) = building.store.page().items
    building.store.label(labelled.id, "1", "Ada")

    def stroke_counts() -> list[int]:
        return [len(item.strokes) for item in building.store.page(with_drawing=True).items]

    participant.put(ink=[[1, 0, [[300, 100], [300, 800]]]])
    await until(lambda: stroke_counts() == [2, 1])
    participant.put(ink=[[2, 0, [[600, 100], [600, 800]]]])
    await until(lambda: stroke_counts() == [3, 1])
    assert [item.label for item in building.store.page().items] == [None, "1"]


def test_the_first_save_of_a_drawing_looks_up_no_label(
    service: PredictionService, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[UUID] = []
    get = service.store.get

    def recorded_get(id: UUID) -> PredictionRecord | None:
        found.append(id)
        return get(id)

    monkeypatch.setattr(service.store, "get", recorded_get)

    @in_building
    async def run(building: Building) -> None:
        code, token = new_room(building)
        presenter, participant = building.present(code, token), building.join(code, 1)
        await until(lambda: presenter.messages and participant.messages)
        participant.put(ink=[[0, 0, [[100, 100], [100, 800]]]])
        await until(lambda: building.store.page().items)
        assert found == []
        participant.put(ink=[[1, 0, [[300, 100], [300, 800]]]])
        await until(lambda: found)
        assert found == [building.store.page().items[0].id]

    run(service)


@in_building
async def test_a_removal_behind_a_shared_address_closes_the_room_until_it_is_opened(
    building: Building,
) -> None:
    code, token = new_room(building)
    presenter = building.present(code, token)
    participants = [building.join(code, number) for number in range(2)]
    await until(
        lambda: presenter.messages and all(participant.messages for participant in participants)
    )
    room = building.rooms.rooms[code]
    presenter.put(do="remove", member=next(iter(room.participants)))
    await until(lambda: any(m.get("settings", {}).get("closed") for m in presenter.messages))
    await until(lambda: any(participant.code for participant in participants))
    removed, staying = sorted(participants, key=lambda participant: participant.code is None)
    again = building.join(code, 7)
    await until(lambda: again.code)
    assert (removed.code, staying.code, again.code) == (4003, None, 4005)
    presenter.put(do="settings", settings={"closed": False})
    await until(lambda: not room.settings.closed)
    late = building.join(code, 8)
    await until(lambda: late.messages)


@in_building
async def test_a_removed_participant_can_draw_no_more(building: Building) -> None:
    code, token = new_room(building)
    presenter = building.present(code, token)
    participant = building.join(code, 1)
    await until(lambda: presenter.messages and participant.messages)
    room = building.rooms.rooms[code]
    (member,) = room.members.keys() - {"screen1", "screen2"}
    drawing = room.members[member].drawing
    presenter.put(do="remove", member=member)
    participant.put(ink=[[0, 0, [[1, 1], [2, 2]]]])
    await until(lambda: participant.code)
    participant.put(ink=[[0, 0, [[1, 1], [2, 2]]]])
    assert member not in room.members
    assert len(drawing.strokes) <= 1


@in_building
async def test_a_code_is_not_squatted_after_a_restart(building: Building) -> None:
    tokens = building.rooms.tokens
    session, token = tokens.create_session()
    older = Session(session.code, "older", session.began.replace(year=session.began.year - 1))
    squatter = building.present(session.code, token)
    await until(lambda: squatter.messages)
    room = building.rooms.rooms[session.code]
    room.session = older  # as if the squatter had collected a token for this code long ago
    presenter = building.present(session.code, token)
    await until(lambda: squatter.code and presenter.messages)
    assert squatter.code == 4007
    assert room.session == session
    room.session = Session(session.code, "newer", session.began.replace(year=2999))
    late = building.present(session.code, token)
    await until(lambda: late.code)
    assert late.code == 4007


@in_building
async def test_a_participant_with_a_drawing_opens_the_room_of_a_restarted_server(
    building: Building,
) -> None:
    session, _ = building.rooms.tokens.create_session()
    other, _ = building.rooms.tokens.create_session()
    member = public_id(f"{1:020}")
    drawing = building.rooms.tokens.sign_drawing(session.code, member, new_id())
    refused = [
        building.join(other.code, 1, drawing=drawing),
        building.join(session.code, 2, drawing=drawing),  # another participant's token
    ]
    await until(lambda: all(socket.code for socket in refused))
    participant = building.join(session.code, 1, drawing=drawing)
    await until(lambda: participant.messages)
    assert [socket.code for socket in refused] == [1013, 1013]


async def draw_and_leave(building: Building) -> tuple[Room, Socket, str, UUID]:
    """Return a room, its presenter, the token of a saved drawing of someone away, and its id."""
    code, presenter, participant = await joined_room(building)
    participant.put(ink=[[0, 0, [[100, 100], [100, 800]]]])
    await until(lambda: building.store.page().items)
    drawing = next(m["drawing"] for m in participant.messages if "drawing" in m)
    participant.disconnect()
    room = building.rooms.rooms[code]
    await until(lambda: not room.participants)
    return room, presenter, drawing, building.store.page().items[0].id


SCRIBBLE = [[[1.0, 1.0], [900.0, 900.0]], [[1.0, 900.0], [900.0, 1.0]]]


@in_building
async def test_a_token_changes_no_drawing_that_the_presenter_cleared(building: Building) -> None:
    room, presenter, drawing, id = await draw_and_leave(building)
    presenter.put(do="clear")
    await until(lambda: id in room.ended)
    for is_forgotten in (False, True):
        if is_forgotten:
            room.forget(public_id(f"{1:020}"))
        again = building.join(room.code, 1, HOME, drawing=drawing, strokes=SCRIBBLE)
        await until(lambda: again.messages)  # noqa: B023
        assert room.members[public_id(f"{1:020}")].drawing.strokes == []


@pytest.mark.parametrize("change", ["deleted", "labelled"])
def test_a_token_changes_no_drawing_that_was(service: PredictionService, change: str) -> None:
    @in_building
    async def run(building: Building) -> None:
        room, _, drawing, id = await draw_and_leave(building)
        room.forget(public_id(f"{1:020}"))  # as after a restart of the server
        if change == "deleted":
            building.store.delete(id)
        else:
            building.store.label(id, "1", "Ada")
        building.join(room.code, 1, HOME, drawing=drawing, strokes=SCRIBBLE)
        await until(lambda: any(item.id != id for item in building.store.page().items))
        stored = building.store.get(id)
        if change == "deleted":
            assert stored is None
        else:
            assert stored is not None
            assert (len(stored.strokes), stored.label) == (1, "1")

    run(service)


@in_building
async def test_the_members_that_a_room_remembers_are_limited(building: Building) -> None:
    code, token = new_room(building)
    presenter = building.present(code, token, known=["x"] * 400_000, removed=[{}] * 400_000)
    await until(lambda: presenter.messages or presenter.code)
    assert presenter.code in (None, 1008)
    participants = [building.join(code, number) for number in range(MAX_MEMBERS + 20)]
    await until(lambda: sum(participant.code == 4006 for participant in participants) >= 20)


@pytest.mark.parametrize("factor", [0, 1])
def test_a_room_that_saves_too_much_is_told(service: PredictionService, factor: int) -> None:
    limits = RateLimits(factor)
    rooms = Rooms(service, limits)
    for _ in range(3000):
        limits.take("room_saves", "K7Q2M")
    room = Room("K7Q2M", PRESENTER, rooms.saver.save, lambda *_: "")
    assert rooms.saver._is_allowed(room) is (factor == 0)
