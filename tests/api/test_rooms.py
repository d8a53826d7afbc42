"""Rooms on the real server: a presenter and the participants."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tools.dev_server import Server, running_server
from tools.sample_strokes import SEVEN, THREE, ZERO, Stroke

WAIT_SECONDS = 15  # longer than anything takes here
SEVEN_POINTS = [[x / 0.3, y / 0.3] for x, y in SEVEN[0]]


class Client:
    """A connection, and the state that the updates so far add up to."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.state: dict[str, Any] = {}

    def send(self, **message: Any) -> None:
        """Send a message."""
        with suppress(ConnectionClosed):  # tests check the close code
            self.socket.send(json.dumps(message))

    def draw(self, strokes: list[Stroke], **fields: Any) -> None:
        """Draw these strokes, made for a pad 300 wide."""
        added = [
            [index, 0, [[x / 0.3, y / 0.3] for x, y in points]]
            for index, points in enumerate(strokes)
        ]
        self.send(ink=added, **fields)

    def wait_until(self, condition: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
        """Receive updates until the state meets the condition; the state."""
        deadline = time.monotonic() + WAIT_SECONDS
        while not condition(self.state):
            text = self.socket.recv(timeout=max(0.01, deadline - time.monotonic()))
            for part, value in json.loads(text).items():
                if part in ("members", "ink", "readings", "votes") and "pen" not in value:
                    self._merge(part, value)
                else:
                    self.state[part] = value
        return self.state

    def _merge(self, part: str, value: dict[str, Any]) -> None:
        known = self.state.setdefault(part, {})
        for key, update in value.items():
            if part != "ink" or key in ("all", "more"):
                known[key] = update
            elif "all" in update:
                known[key] = update["all"]
            else:
                for index, start, points in update["more"]:
                    if index == len(known[key]):
                        known[key].append([])
                    assert start == len(known[key][index])
                    known[key][index] += points

    def close_code(self) -> int | None:
        """Wait until the connection is closed; the close code."""
        try:
            while True:
                self.socket.recv(timeout=WAIT_SECONDS)
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else None


class RoomClients:
    """A room and the connections to it."""

    def __init__(self, server: Server, connections: ExitStack) -> None:
        self.url = server.url
        self.connections = connections
        self.created: dict[str, Any] = httpx.post(f"{self.url}/api/rooms").raise_for_status().json()

    def connect(self, code: str | None = None, **hello: Any) -> Client:
        """Connect with this hello."""
        address = f"{self.url.replace('http', 'ws')}/api/rooms/{code or self.created['code']}"
        client = Client(self.connections.enter_context(connect(address)))
        client.send(**hello)
        return client

    def presenter(self, **fields: Any) -> Client:
        """Connect as the presenter."""
        return self.connect(hello="presenter", token=self.created["token"], **fields)

    def participant(self, key: str = "key-of-participant-1", **fields: Any) -> Client:
        """Connect as a participant."""
        return self.connect(hello="guest", key=key, **fields)

    def drawings(self) -> list[dict[str, Any]]:
        """The drawings of the session."""
        response = httpx.get(
            f"{self.url}/api/rooms/{self.created['code']}/drawings",
            params={"session": self.created["session"]},
        )
        items: list[dict[str, Any]] = response.raise_for_status().json()["items"]
        return items


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of its own, because rooms save drawings some time after a test has ended."""
    with running_server(tmp_path_factory.mktemp("rooms")) as running:
        yield running


@contextmanager
def open_room(server: Server) -> Iterator[RoomClients]:
    with ExitStack() as connections:
        yield RoomClients(server, connections)


@pytest.fixture
def room(server: Server) -> Iterator[RoomClients]:
    """A new room on the server that all tests share."""
    with open_room(server) as clients:
        yield clients


def participant_ids(state: dict[str, Any]) -> list[str]:
    return [key for key in state.get("members", {}) if not key.startswith("screen")]


def only_participant(presenter: Client) -> str:
    """Wait for the only participant; their id."""
    return participant_ids(presenter.wait_until(lambda state: len(participant_ids(state)) == 1))[0]


def test_a_drawing_reaches_the_presenter_with_its_prediction(room: RoomClients) -> None:
    presenter, participant = room.presenter(), room.participant(name="  Ada \n")
    participant.send(ink=[[0, 0, SEVEN_POINTS[:2]]])
    participant.send(ink=[[0, 2, SEVEN_POINTS[2:]]])
    member_id = only_participant(presenter)
    state = presenter.wait_until(lambda state: state.get("readings", {}).get(member_id))
    state = presenter.wait_until(lambda state: len(state["ink"][member_id][0]) == len(SEVEN_POINTS))
    assert state["ink"][member_id][0] == [[round(x, 1), round(y, 1)] for x, y in SEVEN_POINTS]
    state = presenter.wait_until(lambda state: state["readings"][member_id]["text"] == "7")
    assert state["members"][member_id]["name"] == "Ada"
    assert "digits" not in state["readings"][member_id]
    assert state["readings"][member_id]["shares"][7] > 90
    assert participant.wait_until(lambda state: state.get("reading"))["reading"]["text"]


def test_predictions_of_watched_members_are_sent_in_full(room: RoomClients) -> None:
    presenter, participant = room.presenter(), room.participant()
    participant.draw(SEVEN)
    member_id = only_participant(presenter)
    presenter.send(do="watch", members=[member_id])
    state = presenter.wait_until(
        lambda state: (state.get("readings", {}).get(member_id) or {}).get("digits")
    )
    [digit] = state["readings"][member_id]["digits"]
    assert digit["value"] == 7
    assert len(digit["probabilities"]) == 10
    assert digit["heat"]


def test_the_presenter_gets_predictions_of_strokes_that_belong_to_no_member(
    room: RoomClients,
) -> None:
    presenter = room.presenter()
    presenter.send(do="read", strokes=[SEVEN_POINTS])
    assert presenter.wait_until(lambda state: state.get("read"))["read"]["text"] == "7"
    presenter.send(do="read", strokes="no strokes")
    assert presenter.wait_until(lambda state: state["read"] is None)["read"] is None


def test_points_out_of_sync_are_answered_with_the_whole_drawing(room: RoomClients) -> None:
    room.presenter()
    participant = room.participant()
    participant.send(ink=[[0, 0, [[1, 2], [3, 4]]]])
    participant.send(ink=[[5, 0, [[9, 9]]]])
    assert participant.wait_until(
        lambda state: "all" in state.get("ink", {}) and state["ink"]["all"]
    )["ink"]["all"] == [[[1, 2], [3, 4]]]


def test_nobody_can_draw_in_a_locked_room(room: RoomClients) -> None:
    presenter, participant = room.presenter(), room.participant()
    member_id = only_participant(presenter)
    presenter.send(do="settings", settings={"pen": "nobody"})
    participant.wait_until(lambda state: state.get("room", {}).get("pen") == "nobody")
    participant.state.pop("ink", None)
    participant.draw(SEVEN)
    participant.wait_until(lambda state: state.get("ink", {}).get("all") == [])
    presenter.send(do="settings", settings={"pen": member_id})
    participant.wait_until(lambda state: state["room"]["pen"] == "you")
    participant.draw(ZERO)
    state = presenter.wait_until(lambda state: state.get("ink", {}).get(member_id))
    assert state["ink"][member_id][0][0] == [500.0, pytest.approx(183.3)]


def test_clearing_a_member_who_has_left_clears_nobody_else(room: RoomClients) -> None:
    presenter, participant = room.presenter(), room.participant()
    participant.draw(SEVEN)
    member_id = only_participant(presenter)
    presenter.wait_until(lambda state: state.get("ink", {}).get(member_id))
    presenter.send(do="clear", member="left")
    presenter.send(do="read", strokes=[SEVEN_POINTS])
    state = presenter.wait_until(lambda state: state.get("read"))
    assert len(state["ink"][member_id][0]) == len(SEVEN_POINTS)
    presenter.send(do="clear", member=member_id)
    presenter.wait_until(lambda state: state["ink"][member_id] == [])


def test_a_removed_participant_stays_removed_and_so_do_their_drawings(room: RoomClients) -> None:
    presenter, participant = room.presenter(), room.participant()
    participant.draw(THREE)
    participant.send(clear=True)
    participant.draw(SEVEN)
    member_id = only_participant(presenter)
    wait_for(lambda: len(room.drawings()) == 2)
    presenter.send(do="remove", member=member_id)
    assert participant.close_code() == 4003
    presenter.wait_until(lambda state: state["members"][member_id] is None)
    assert room.participant().close_code() == 4003
    wait_for(lambda: not room.drawings())


def test_a_closed_room_refuses_new_participants(room: RoomClients) -> None:
    presenter, participant = room.presenter(), room.participant()
    participant.wait_until(lambda state: state.get("room"))
    presenter.send(do="settings", settings={"closed": True})
    wait_for(lambda: room.participant("key-of-participant-2").close_code() == 4005)
    room.participant().wait_until(lambda state: state.get("room"))


def test_votes_reach_the_presenter_while_the_round_is_open(room: RoomClients) -> None:
    presenter, participant = room.presenter(), room.participant()
    member_id = only_participant(presenter)
    current = {"number": 1, "kind": "guess", "open": True}
    presenter.send(do="settings", settings={"round": current, "hush": True})
    sent = current | {"target": "", "seconds": 0.0}
    participant.wait_until(lambda state: (state.get("room") or {}).get("round") == sent)
    participant.send(vote={"round": 2, "value": "4"})
    participant.send(vote={"round": 1, "value": "44"})
    participant.send(vote={"round": 1, "value": "7"})
    assert presenter.wait_until(lambda state: state.get("votes"))["votes"] == {member_id: [1, "7"]}


def test_a_result_reaches_only_the_participant_whose_it_is(room: RoomClients) -> None:
    presenter, participant = room.presenter(), room.participant()
    member_id = only_participant(presenter)
    other = room.participant("key-of-participant-2")
    result = {"right": True, "points": 3, "score": 5, "place": 1, "streak": 2}
    current = {"number": 1, "kind": "race", "open": False, "target": "7", "seconds": 20}
    presenter.send(do="settings", settings={"round": current | {"results": {member_id: result}}})
    state = participant.wait_until(lambda state: (state.get("room") or {}).get("result"))
    assert state["room"]["result"] == result | {"players": 1}
    state = other.wait_until(lambda state: (state.get("room") or {}).get("round"))
    assert state["room"]["result"] is None
    assert 0 < state["room"]["round"]["seconds"] <= 20


def test_a_ping_is_answered_though_nothing_has_changed(room: RoomClients) -> None:
    presenter, participant = room.presenter(), room.participant()
    for client in (presenter, participant):
        client.send(ping=True)
        assert client.wait_until(lambda state: state.get("pong"))["pong"] is True


def test_a_console_relays_renames_and_restores_nothing(room: RoomClients) -> None:
    console = room.presenter(console=True)
    screen = room.presenter(settings={"pen": "nobody"})
    participant = room.participant()
    participant.wait_until(lambda state: (state.get("room") or {}).get("pen") == "nobody")
    console.send(do="relay", message={"act": "next"})
    console.send(do="relay", message={"long": "x" * 8_000})
    console.send(do="relay", message={"act": "back"})
    relayed: list[Any] = []
    while {"act": "back"} not in relayed:
        relayed += screen.wait_until(lambda state: state.get("relayed")).pop("relayed")
    assert relayed == [{"act": "next"}, {"act": "back"}]
    assert "relayed" not in console.state
    member_id = only_participant(screen)
    console.send(do="rename", member=member_id, name=" Ada\n" + "x" * 50)
    state = screen.wait_until(lambda state: state["members"][member_id]["name"])
    assert state["members"][member_id]["name"] == "Ada" + "x" * 21


def test_each_drawing_of_a_session_is_saved_once(room: RoomClients) -> None:
    room.presenter()
    participant = room.participant()
    participant.draw(SEVEN)
    wait_for(lambda: [drawing["text"] for drawing in room.drawings()] == ["7"])
    participant.send(clear=True)
    participant.draw(THREE)
    participant.send(clear=True)
    wait_for(lambda: [drawing["text"] for drawing in room.drawings()] == ["7", "3"])


def draw_and_label(
    room: RoomClients, strokes: list[Stroke], text: str
) -> tuple[Client, dict[str, Any]]:
    """A participant draws and the presenter labels it; the participant, and the label's message."""
    presenter, participant = room.presenter(), room.participant()
    participant.draw(strokes)
    member_id = only_participant(presenter)
    presenter.wait_until(lambda state: state.get("readings", {}).get(member_id))
    presenter.send(do="label", member=member_id, text=text)
    labelled: dict[str, Any] = presenter.wait_until(lambda state: state.get("labelled"))["labelled"]
    return participant, labelled


def test_a_label_of_the_presenter_is_saved(room: RoomClients) -> None:
    _, labelled = draw_and_label(room, SEVEN, "1")
    stored = httpx.get(f"{room.url}/api/history/{labelled['drawing']}").json()
    assert (stored["text"], stored["label"]) == ("7", "1")
    assert stored["labelled_by"] == f"room {room.created['code']}"


def test_strokes_on_a_labelled_drawing_start_another_one(room: RoomClients) -> None:
    participant, _ = draw_and_label(room, SEVEN, "1")
    participant.send(ink=[[1, 0, [[300, 450], [700, 450]]]])
    wait_for(lambda: [len(drawing["strokes"]) for drawing in room.drawings()] == [1, 2])
    assert [drawing["label"] for drawing in room.drawings()] == ["1", None]


@pytest.mark.parametrize(
    ("hello", "code"),
    [
        ({"hello": "presenter", "token": "x"}, 4007),
        ({"hello": "guest", "key": "short"}, 1008),
        ({"hello": "guest"}, 1008),
    ],
)
def test_an_invalid_hello_closes_the_connection(
    room: RoomClients, hello: dict[str, str], code: int
) -> None:
    assert room.connect(**hello).close_code() == code


def test_a_mistyped_code_is_not_found(room: RoomClients) -> None:
    code = room.created["code"]
    wrong = code[:-1] + ("2" if code[-1] != "2" else "3")
    assert room.connect(wrong, hello="guest").close_code() == 4004
    response = httpx.get(f"{room.url}/api/rooms/{wrong}")
    assert (response.status_code, response.json()["error"]["code"]) == (404, "no_such_room")


def test_the_qr_code_is_an_image(room: RoomClients) -> None:
    response = httpx.get(
        f"{room.url}/api/rooms/{room.created['code']}/qr.svg",
        params={"address": "http://inkling.example/join?room=K7Q2M"},
    )
    assert response.headers["content-type"] == "image/svg+xml"
    assert response.text.startswith("<svg")


def test_too_many_messages_close_the_connection(room: RoomClients) -> None:
    participant = room.participant()
    for _ in range(3000):
        participant.send(vote={})
    assert participant.close_code() in (None, 1008)


def test_a_room_is_restored_when_the_server_restarts(tmp_path: Path) -> None:
    settings = {"SECRET": "the same on every replica"}
    with running_server(tmp_path, settings) as first, open_room(first) as room:
        presenter, participant = room.presenter(), room.participant()
        member_id = only_participant(presenter)
        participant.draw(SEVEN)
        wait_for(lambda: room.drawings())
        token = participant.wait_until(lambda state: state.get("drawing"))["drawing"]
        first.kill()
        with running_server(tmp_path, settings) as second:
            room.url = second.url
            strokes = [SEVEN_POINTS]
            again = room.participant(name="Ada", drawing=token, strokes=strokes)
            again.wait_until(lambda state: state.get("room") and not state["room"]["presenter"])
            teams = {"count": 2, "members": {member_id: 1}}
            saved = {"pen": member_id, "teams": teams}
            presenter = room.presenter(settings=saved, known=[member_id])
            state = presenter.wait_until(lambda state: state.get("readings", {}).get(member_id))
            assert len(state["ink"][member_id][0]) == len(SEVEN_POINTS)
            assert again.wait_until(lambda state: state["room"]["pen"] == "you")["drawing"] == token
            assert again.state["room"]["team"] == 1
            (drawing,) = room.drawings()
            assert (drawing["name"], drawing["team"]) == ("Ada", 1)
            again.send(ink=[[1, 0, [[10, 10], [20, 20]]]])
            wait_for(lambda: [len(drawing["strokes"]) for drawing in room.drawings()] == [2])


def wait_for(condition: Callable[[], Any]) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "the condition was never met"
        time.sleep(0.05)
