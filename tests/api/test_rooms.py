"""Rooms on the real server: a screen and its phones."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path as File
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tools.dev_server import Server, running_server
from tools.sample_strokes import SEVEN, THREE, ZERO, Path

Room = dict[str, Any]
WAIT = 15  # seconds; longer than anything takes here
SEVEN_POINTS = [[x / 0.3, y / 0.3] for x, y in SEVEN[0]]


class Member:
    """One connection, and all it was told so far."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.told: dict[str, Any] = {}

    def say(self, **message: Any) -> None:
        """Send a message."""
        with suppress(ConnectionClosed):  # what it was closed for is what the test asks
            self.socket.send(json.dumps(message))

    def ink(self, strokes: list[Path], **more: Any) -> None:
        """Draw these strokes, made for a pad 300 wide."""
        pieces = [
            [place, 0, [[x / 0.3, y / 0.3] for x, y in points]]
            for place, points in enumerate(strokes)
        ]
        self.say(ink=pieces, **more)

    def until(self, fits: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
        """What was told so far, as soon as it fits."""
        deadline = time.monotonic() + WAIT
        while not fits(self.told):
            text = self.socket.recv(timeout=max(0.01, deadline - time.monotonic()))
            for part, value in json.loads(text).items():
                if part in ("members", "ink", "readings", "votes") and "pen" not in value:
                    self._merge(part, value)
                else:
                    self.told[part] = value
        return self.told

    def _merge(self, part: str, value: dict[str, Any]) -> None:
        known = self.told.setdefault(part, {})
        for key, news in value.items():
            if part != "ink" or key in ("all", "more"):
                known[key] = news
            elif "all" in news:
                known[key] = news["all"]
            else:
                for place, start, points in news["more"]:
                    if place == len(known[key]):
                        known[key].append([])
                    assert start == len(known[key][place])
                    known[key][place] += points

    def ended(self) -> int | None:
        """The close code, when the connection has ended."""
        try:
            while True:
                self.socket.recv(timeout=WAIT)
        except ConnectionClosed as end:
            return end.rcvd.code if end.rcvd else None


class Visit:
    """A room and whoever comes."""

    def __init__(self, server: Server, people: ExitStack) -> None:
        self.url = server.url
        self.people = people
        self.room: Room = httpx.post(f"{self.url}/api/rooms").raise_for_status().json()

    def enter(self, code: str | None = None, **hello: Any) -> Member:
        """Come in with this hello."""
        address = f"{self.url.replace('http', 'ws')}/api/rooms/{code or self.room['code']}"
        member = Member(self.people.enter_context(connect(address)))
        member.say(**hello)
        return member

    def screen(self, **more: Any) -> Member:
        """A presenter's screen."""
        return self.enter(hello="presenter", token=self.room["token"], **more)

    def guest(self, key: str = "a-key-of-a-phone-1", **more: Any) -> Member:
        """A guest's phone."""
        return self.enter(hello="guest", key=key, **more)

    def drawings(self) -> list[dict[str, Any]]:
        """What the session's link shows."""
        answer = httpx.get(
            f"{self.url}/api/rooms/{self.room['code']}/drawings",
            params={"session": self.room["session"]},
        )
        items: list[dict[str, Any]] = answer.raise_for_status().json()["items"]
        return items


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of its own: a room keeps a drawing some time after it was left alone."""
    with running_server(tmp_path_factory.mktemp("rooms")) as running:
        yield running


@contextmanager
def visiting(server: Server) -> Iterator[Visit]:
    with ExitStack() as people:
        yield Visit(server, people)


@pytest.fixture
def visit(server: Server) -> Iterator[Visit]:
    """A room on the server all tests share."""
    with visiting(server) as one:
        yield one


def guests_of(told: dict[str, Any]) -> list[str]:
    return [key for key in told.get("members", {}) if not key.startswith("screen")]


def only_guest(screen: Member) -> str:
    """The id of the one guest, as soon as they are there."""
    return guests_of(screen.until(lambda told: len(guests_of(told)) == 1))[0]


def test_ink_of_a_phone_reaches_the_screen_and_is_read(visit: Visit) -> None:
    screen, guest = visit.screen(), visit.guest(name="  Ada \n")
    guest.say(ink=[[0, 0, SEVEN_POINTS[:2]]])
    guest.say(ink=[[0, 2, SEVEN_POINTS[2:]]])
    who = only_guest(screen)
    told = screen.until(lambda told: told.get("readings", {}).get(who))
    told = screen.until(lambda told: len(told["ink"][who][0]) == len(SEVEN_POINTS))
    assert told["ink"][who][0] == [[round(x, 1), round(y, 1)] for x, y in SEVEN_POINTS]
    told = screen.until(lambda told: told["readings"][who]["text"] == "7")
    assert told["members"][who]["name"] == "Ada"
    assert "digits" not in told["readings"][who]
    assert told["readings"][who]["shares"][7] > 90
    assert guest.until(lambda told: told.get("reading"))["reading"]["text"]


def test_who_is_watched_is_told_in_full(visit: Visit) -> None:
    screen, guest = visit.screen(), visit.guest()
    guest.ink(SEVEN)
    who = only_guest(screen)
    screen.say(do="watch", members=[who])
    told = screen.until(lambda told: (told.get("readings", {}).get(who) or {}).get("digits"))
    [digit] = told["readings"][who]["digits"]
    assert digit["value"] == 7
    assert len(digit["probabilities"]) == 10
    assert digit["heat"]


def test_ink_that_is_nobodys_is_read_for_the_screen(visit: Visit) -> None:
    screen = visit.screen()
    screen.say(do="read", strokes=[SEVEN_POINTS])
    assert screen.until(lambda told: told.get("read"))["read"]["text"] == "7"
    screen.say(do="read", strokes="nothing of the kind")
    assert screen.until(lambda told: told["read"] is None)["read"] is None


def test_ink_out_of_step_is_answered_with_what_is_there(visit: Visit) -> None:
    visit.screen()
    guest = visit.guest()
    guest.say(ink=[[0, 0, [[1, 2], [3, 4]]]])
    guest.say(ink=[[5, 0, [[9, 9]]]])
    assert guest.until(lambda told: "all" in told.get("ink", {}) and told["ink"]["all"])["ink"][
        "all"
    ] == [[[1, 2], [3, 4]]]


def test_a_locked_room_takes_no_ink(visit: Visit) -> None:
    screen, guest = visit.screen(), visit.guest()
    who = only_guest(screen)
    screen.say(do="settings", settings={"pen": "nobody"})
    guest.until(lambda told: told.get("room", {}).get("pen") == "nobody")
    guest.ink(SEVEN)
    guest.until(lambda told: told.get("ink", {}).get("all") == [])
    screen.say(do="settings", settings={"pen": who})
    guest.until(lambda told: told["room"]["pen"] == "you")
    guest.ink(ZERO)
    told = screen.until(lambda told: told.get("ink", {}).get(who))
    assert told["ink"][who][0][0] == [500.0, pytest.approx(183.3)]


def test_a_removed_guest_is_gone_for_good_with_their_drawings(visit: Visit) -> None:
    screen, guest = visit.screen(), visit.guest()
    guest.ink(THREE)
    guest.say(clear=True)
    guest.ink(SEVEN)
    who = only_guest(screen)
    _wait_for(lambda: len(visit.drawings()) == 2)
    screen.say(do="remove", member=who)
    assert guest.ended() == 4003
    screen.until(lambda told: told["members"][who] is None)
    assert visit.guest().ended() == 4003
    _wait_for(lambda: not visit.drawings())


def test_a_closed_room_lets_nobody_new_in(visit: Visit) -> None:
    screen, guest = visit.screen(), visit.guest()
    guest.until(lambda told: told.get("room"))
    screen.say(do="settings", settings={"closed": True})
    _wait_for(lambda: visit.guest("a-key-of-a-phone-2").ended() == 4005)
    visit.guest().until(lambda told: told.get("room"))


def test_votes_reach_the_screen_while_the_round_is_open(visit: Visit) -> None:
    screen, guest = visit.screen(), visit.guest()
    who = only_guest(screen)
    asked = {"number": 1, "kind": "guess", "open": True}
    screen.say(do="settings", settings={"round": asked, "hush": True})
    guest.until(lambda told: (told.get("room") or {}).get("round") == asked)
    guest.say(vote={"round": 2, "value": "4"})
    guest.say(vote={"round": 1, "value": "44"})
    guest.say(vote={"round": 1, "value": "7"})
    assert screen.until(lambda told: told.get("votes"))["votes"] == {who: [1, "7"]}


def test_drawings_are_kept_one_row_each_and_shown_by_the_session(visit: Visit) -> None:
    visit.screen()
    guest = visit.guest()
    guest.ink(SEVEN)
    _wait_for(lambda: [one["text"] for one in visit.drawings()] == ["7"])
    guest.say(clear=True)
    guest.ink(THREE)
    guest.say(clear=True)
    _wait_for(lambda: [one["text"] for one in visit.drawings()] == ["7", "3"])


def draw_and_label(visit: Visit, strokes: list[Path], text: str) -> tuple[Member, dict[str, Any]]:
    """A guest draws and the screen says what people read; the guest, and what was labelled."""
    screen, guest = visit.screen(), visit.guest()
    guest.ink(strokes)
    who = only_guest(screen)
    screen.until(lambda told: told.get("readings", {}).get(who))
    screen.say(do="label", member=who, text=text)
    labelled: dict[str, Any] = screen.until(lambda told: told.get("labelled"))["labelled"]
    return guest, labelled


def test_what_people_read_is_kept_as_the_label(visit: Visit) -> None:
    _, labelled = draw_and_label(visit, SEVEN, "1")
    kept = httpx.get(f"{visit.url}/api/history/{labelled['drawing']}").json()
    assert (kept["text"], kept["label"]) == ("7", "1")
    assert kept["labelled_by"] == f"room {visit.room['code']}"


def test_ink_on_a_labelled_drawing_begins_another(visit: Visit) -> None:
    guest, _ = draw_and_label(visit, SEVEN, "1")
    guest.say(ink=[[1, 0, [[300, 450], [700, 450]]]])
    _wait_for(lambda: [len(one["strokes"]) for one in visit.drawings()] == [1, 2])
    assert [one["label"] for one in visit.drawings()] == ["1", None]


@pytest.mark.parametrize(
    ("hello", "code"),
    [
        ({"hello": "presenter", "token": "x"}, 4007),
        ({"hello": "guest", "key": "short"}, 1008),
        ({"hello": "guest"}, 1008),
    ],
)
def test_who_does_not_say_hello_rightly_is_sent_away(
    visit: Visit, hello: dict[str, str], code: int
) -> None:
    assert visit.enter(**hello).ended() == code


def test_a_mistyped_code_is_no_room(visit: Visit) -> None:
    code = visit.room["code"]
    wrong = code[:-1] + ("2" if code[-1] != "2" else "3")
    assert visit.enter(wrong, hello="guest").ended() == 4004
    answer = httpx.get(f"{visit.url}/api/rooms/{wrong}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "no_such_room")


def test_the_qr_code_is_a_picture(visit: Visit) -> None:
    answer = httpx.get(
        f"{visit.url}/api/rooms/{visit.room['code']}/qr.svg",
        params={"address": "http://inkling.example/join?room=K7Q2M"},
    )
    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.text.startswith("<svg")


def test_a_flood_ends_the_connection(visit: Visit) -> None:
    guest = visit.guest()
    for _ in range(3000):
        guest.say(vote={})
    assert guest.ended() in (None, 1008)


def test_a_room_lives_on_when_the_server_is_restarted(tmp_path: File) -> None:
    settings = {"SECRET": "the same on every replica"}
    with running_server(tmp_path, settings) as first, visiting(first) as visit:
        screen, guest = visit.screen(), visit.guest()
        who = only_guest(screen)
        guest.ink(SEVEN)
        _wait_for(lambda: visit.drawings())
        seal = guest.until(lambda told: told.get("drawing"))["drawing"]
        first.kill()
        with running_server(tmp_path, settings) as second:
            visit.url = second.url
            strokes = [SEVEN_POINTS]
            again = visit.guest(drawing=seal, strokes=strokes)
            again.until(lambda told: told.get("room") and not told["room"]["presenter"])
            screen = visit.screen(settings={"pen": who}, known=[who])
            told = screen.until(lambda told: told.get("readings", {}).get(who))
            assert len(told["ink"][who][0]) == len(SEVEN_POINTS)
            assert again.until(lambda told: told["room"]["pen"] == "you")["drawing"] == seal
            again.say(ink=[[1, 0, [[10, 10], [20, 20]]]])
            _wait_for(lambda: [len(one["strokes"]) for one in visit.drawings()] == [2])


def _wait_for(fits: Callable[[], Any]) -> None:
    deadline = time.monotonic() + WAIT
    while not fits():
        assert time.monotonic() < deadline, "this never came"
        time.sleep(0.05)
