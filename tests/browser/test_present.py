"""A presenter's big screen and the phones in its room, each a window of its own; the history is in
Cassandra.
"""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path as File

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import emptied
from tests.browser.windows import Windows
from tools.dev_server import Server, running_server
from tools.mouse import draw
from tools.sample_strokes import FOUR, SEVEN, THREE

OWN_INK = """pad => pad.getContext("2d").getImageData(0, 0, pad.width, pad.height)
    .data.filter((value, place) => place % 4 === 3 && value > 127).length"""


FIRST_ASTRAY = """
    const Real = WebSocket;
    let first = true;
    WebSocket = class extends Real {
      constructor(address) {
        super(first ? address.replace("%s", "%s") : address);
        first = false;
      }
    };
"""


class Talk:
    """A big screen, and phones that join it."""

    def __init__(self, windows: Windows, url: str) -> None:
        self.windows, self.url = windows, url
        self.lent = ExitStack()
        self.problems: list[str] = []
        self.asked: list[str] = []  # every address that a window took something from
        self.screen = self.open("/present", width=1280, height=720)
        expect(self.stage).to_have_attribute("data-link", "up", timeout=30_000)
        self.code = self.screen.locator(".invitation .code").inner_text()

    def open(self, path: str, width: int, height: int) -> Page:
        """A window of its own at this path."""
        page = self.lent.enter_context(self.windows.lend(locale="en-GB")).new_page()
        page.set_viewport_size({"width": width, "height": height})
        page.on("pageerror", lambda error: self.problems.append(error.stack or str(error)))
        page.on("request", lambda request: self.asked.append(request.url))
        page.goto(self.url + path)
        return page

    def phone(self, name: str = "") -> Page:
        """A phone that has joined."""
        page = self.open(f"/join?room={self.code}", width=390, height=844)
        expect(page.locator(".state")).to_have_attribute("data-state", "all")
        if name:
            page.get_by_label("Name").fill(name)
            page.get_by_label("Name").blur()
        return page

    def close(self) -> None:
        """Close all windows; none may have stumbled or needed more than the server itself."""
        self.lent.close()
        assert self.problems == []
        here = (self.url, "data:", "blob:")
        assert [address for address in self.asked if not address.startswith(here)] == []

    def press(self, *keys: str) -> None:
        """Press keys at the big screen."""
        for key in keys:
            self.screen.keyboard.press(key)

    @property
    def stage(self) -> Locator:
        """All of the big screen."""
        return self.screen.locator(".stage")

    @property
    def paper(self) -> Locator:
        """The pad in focus."""
        return self.screen.locator(".view .paper").first

    @property
    def digit(self) -> Locator:
        """What was read in it."""
        return self.screen.locator(".view .digit").first

    @property
    def tiles(self) -> Locator:
        """All phones."""
        return self.screen.locator(".tile")

    @property
    def title(self) -> Locator:
        """The line at the top."""
        return self.screen.locator(".caption h2")


def own_ink(paper: Locator) -> int:
    """How many pixels of a pad hold ink."""
    count: int = paper.evaluate(OWN_INK)
    return count


def expect_ink(paper: Locator) -> None:
    """Return when a pad holds ink."""
    paper.page.wait_for_function(f"pad => ({OWN_INK})(pad) > 0", arg=paper.element_handle())


@pytest.fixture
def server(on_cassandra: Server) -> Server:
    """A server with an empty history."""
    return emptied(on_cassandra)


@pytest.fixture
def talk(windows: Windows, server: Server) -> Iterator[Talk]:
    """A presentation; what the scripts of any window stumble over fails the test."""
    one = Talk(windows, server.url)
    yield one
    one.close()


def test_the_presenter_draws_on_the_big_pad(talk: Talk) -> None:
    talk.press("d")
    draw(talk.screen, talk.paper, SEVEN)
    expect(talk.digit).to_have_text("7")
    talk.press("c")
    expect(talk.digit).to_have_text("–")
    assert own_ink(talk.paper) == 0


def test_a_phone_draws_on_the_big_screen_before_its_pen_lifts(talk: Talk) -> None:
    phone = talk.phone("Ada")
    talk.press("g")
    expect(talk.tiles).to_have_count(1)
    draw(phone, phone.locator(".paper"), SEVEN, lift=False)
    expect(talk.tiles.locator("b")).to_have_text("7")
    expect(talk.tiles.locator("span")).to_have_text("Ada")
    expect_ink(talk.tiles.locator(".paper"))
    phone.mouse.up()
    expect(phone.locator(".read")).to_have_text("Reads 7")


def test_the_presenter_locks_hands_on_and_clears(talk: Talk) -> None:
    first, second = talk.phone("Ada"), talk.phone("Bo")
    talk.press("g", "l")
    expect(first.locator(".state")).to_have_attribute("data-state", "locked")
    draw(first, first.locator(".paper"), SEVEN)
    assert own_ink(first.locator(".paper")) == 0
    talk.press("n")
    states = [page.locator(".state") for page in (first, second)]
    expect(states[0]).to_have_attribute("data-state", "your_pen")
    expect(states[1]).to_have_attribute("data-state", "others_pen")
    draw(first, first.locator(".paper"), THREE)
    expect(talk.digit).to_have_text("3")
    talk.press("c")
    expect(first.locator(".read")).to_have_text("")
    expect(talk.digit).to_have_text("–")
    talk.press("n")
    expect(states[1]).to_have_attribute("data-state", "your_pen")
    talk.press("a")
    expect(states[0]).to_have_attribute("data-state", "all")


def test_a_removed_guest_is_told_and_gone(talk: Talk) -> None:
    phone = talk.phone()
    talk.press("g")
    expect(talk.tiles).to_have_count(1)
    talk.press("ArrowDown", "k")
    expect(talk.tiles).to_have_count(1)
    talk.press("k")
    expect(phone.locator("main")).to_have_attribute("data-stage", "ended")
    expect(phone.get_by_text("The presenter has ended your visit")).to_be_visible()
    expect(talk.tiles).to_have_count(0)


def test_a_remote_walks_through_the_whole_programme(talk: Talk) -> None:
    scenes = []
    for _ in range(13):
        scenes.append(talk.stage.get_attribute("data-scene"))
        talk.press("PageDown")
    assert scenes[:7] == ["join", "draw", "everyone", "slow", "sees", "heat", "pair"]
    assert scenes[7:] == [f"tour{step}" for step in range(1, 7)]
    talk.press("PageUp", "b")
    expect(talk.stage).to_have_attribute("data-scene", "tour6")
    expect(talk.screen.locator(".blackness")).to_be_visible()
    talk.press("b")
    expect(talk.screen.locator(".blackness")).to_be_hidden()


def test_the_bars_move_in_slow_motion(talk: Talk) -> None:
    talk.press("d")
    draw(talk.screen, talk.paper, FOUR)
    expect(talk.digit).to_have_text("4")
    talk.press("s")
    expect(talk.digit).not_to_have_text("4")
    expect(talk.digit).to_have_text("4")


def test_the_tour_shows_a_drawing_of_its_own(talk: Talk) -> None:
    talk.press("t")
    expect(talk.title).to_have_text("1 · A drawing becomes numbers")
    expect(talk.digit).to_have_text("7")
    over = talk.screen.locator(".view .over").first
    talk.press("PageDown", "PageDown")
    expect(talk.title).to_have_text("3 · Patterns join into parts")
    expect(talk.digit).to_have_text("7")
    expect_ink(over)
    talk.press("PageDown", "PageDown", "PageDown")
    expect(talk.digit).to_have_text("1")
    expect(talk.digit).to_have_text("7")


def test_people_guess_before_the_machine(talk: Talk) -> None:
    phone = talk.phone()
    talk.press("d")
    draw(talk.screen, talk.paper, SEVEN)
    expect(talk.digit).to_have_text("7")
    talk.press("w")
    expect(talk.digit).to_have_text("?")
    phone.get_by_role("button", name="7", exact=True).click()
    expect(talk.screen.get_by_text("1 answered")).to_be_visible()
    talk.press("PageDown")
    expect(talk.digit).to_have_text("7")
    expect(talk.title).to_have_text(re.compile("People 1 : 1 Machine"))
    expect(phone.locator(".question")).to_be_hidden()


def test_a_digit_that_fools_the_network_is_kept_as_a_hard_example(talk: Talk) -> None:
    talk.press("d")
    draw(talk.screen, talk.paper, SEVEN)
    expect(talk.digit).to_have_text("7")
    talk.press("x", "1")
    expect(talk.screen.get_by_text("Fooled! It is 1")).to_be_visible()
    expect(talk.title).to_have_text(re.compile("1 fooled"))
    talk.screen.wait_for_timeout(1500)
    [kept] = httpx.get(f"{talk.url}/api/history?wrong=true").json()["items"]
    assert (kept["text"], kept["label"]) == ("7", "1")


def test_the_session_ends_as_a_poster_and_a_link(talk: Talk) -> None:
    phone = talk.phone()
    draw(phone, phone.locator(".paper"), SEVEN)
    expect(phone.locator(".read")).to_have_text("Reads 7")
    talk.press("e")
    poster = talk.screen.locator("canvas.poster")
    expect(poster).to_have_attribute("data-drawings", "1")
    with talk.screen.expect_download() as download:
        talk.screen.get_by_role("link", name="Download the poster").click()
    assert download.value.path().read_bytes().startswith(b"\x89PNG")
    link = phone.get_by_role("link", name="See all drawings")
    expect(link).to_be_visible()
    path = link.get_attribute("href")
    assert path
    album = talk.open(path, width=1280, height=720)
    expect(album.locator("canvas.poster")).to_have_attribute("data-drawings", "1", timeout=30_000)
    expect(album.get_by_role("img", name="All drawings of this session: 7")).to_be_visible()


def test_a_phone_that_was_led_astray_comes_to_the_presenter(
    windows: Windows, tmp_path: File
) -> None:
    """A gateway leads to another replica while the presenter's is too slow to take a connection."""
    both = {"SECRET": "a secret of both"}
    folders = [tmp_path / name for name in ("here", "there")]
    for folder in folders:
        folder.mkdir()
    with (
        running_server(folders[0], both) as here,
        running_server(folders[1], both) as there,
        windows.lend(locale="en-GB") as window,
    ):
        talk = Talk(windows, here.url)
        phone = window.new_page()
        phone.add_init_script(FIRST_ASTRAY % (here.url[4:], there.url[4:]))
        phone.goto(f"{here.url}/join?room={talk.code}")
        state = phone.locator(".state")
        expect(state).to_have_attribute("data-state", "no_presenter")
        expect(state).to_have_attribute("data-state", "all")
        talk.close()


def test_the_room_outlives_a_restart_of_the_server(windows: Windows, tmp_path: File) -> None:
    with running_server(tmp_path) as first:
        talk = Talk(windows, first.url)
        phone = talk.phone("Ada")
        talk.press("g", "n")
        draw(phone, phone.locator(".paper"), SEVEN)
        expect(talk.digit).to_have_text("7")
        first.kill()
        expect(phone.locator(".state")).to_have_attribute("data-state", "lost")
        port = int(first.url.rsplit(":", 1)[1])
        with running_server(tmp_path, port=port):
            expect(phone.locator(".state")).to_have_attribute("data-state", "your_pen")
            expect(talk.stage).to_have_attribute("data-link", "up")
            expect(talk.stage).to_have_attribute("data-scene", "everyone")
            draw(phone, phone.locator(".paper"), [[[20, 280], [60, 285]]])
            phone.get_by_role("button", name="Undo").click()
            expect(talk.digit).to_have_text("7")
            expect(talk.tiles).to_have_count(1)
            phone.get_by_role("button", name="New drawing").click()
            draw(phone, phone.locator(".paper"), THREE)
            expect(talk.digit).to_have_text("3")
        talk.close()
