"""A presenter's big screen and the phones in its room, each in a window of its own."""

import itertools
import re
from contextlib import closing
from pathlib import Path as FilePath

from playwright.sync_api import Locator, expect

from api.rooms.tokens import ALPHABET
from tests.browser.hands import Hand, Pen, Sheet
from tests.browser.held_timers import CONFIRM, HeldTimers
from tests.browser.http_requests import http_get
from tests.browser.pages import Presentation
from tests.browser.windows import Windows
from tools.dev_server import running_server
from tools.forwarder import misdirecting_gateway, wire
from tools.inkling_page import wait_until
from tools.mouse import draw
from tools.sample_strokes import FOUR, SEVEN, THREE

COUNT_PAINTED = """pad => pad.getContext("2d").getImageData(0, 0, pad.width, pad.height)
    .data.filter((value, index) => index % 4 === 3 && value > 127).length"""


BRIGHTEST = """pad => pad.getContext("2d").getImageData(0, 0, pad.width, pad.height)
    .data.reduce((most, value, index, all) =>
        index % 4 === 0 && all[index + 3] === 255 ? Math.max(most, value) : most, 0)"""


def painted_pixels(paper: Locator) -> int:
    """Return how many pixels of a pad are painted."""
    count: int = paper.evaluate(COUNT_PAINTED)
    return count


def expect_painted(paper: Locator) -> None:
    """Wait until something is painted on a pad."""
    paper.page.wait_for_function(f"pad => ({COUNT_PAINTED})(pad) > 0", arg=paper.element_handle())


def wait_for_ink(paper: Locator, condition: str) -> None:
    """Wait until the brightest pixel that is painted on a pad, 0 to 255, fulfils a condition."""
    function = f"pad => ({BRIGHTEST})(pad) {condition}"
    paper.page.wait_for_function(function, arg=paper.element_handle())


def test_the_presenter_draws_on_the_big_pad(presentation: Presentation) -> None:
    presentation.press("d")
    draw(presentation.screen, presentation.paper, SEVEN)
    expect(presentation.digit).to_have_text("7")
    presentation.press("c")
    expect(presentation.digit).to_have_text("–")
    wait_until(presentation.screen, lambda: painted_pixels(presentation.paper) == 0)


def test_a_phone_draws_on_the_big_screen_while_its_pen_is_down(presentation: Presentation) -> None:
    phone = presentation.phone("Ada")
    presentation.press("g")
    expect(presentation.tiles).to_have_count(1)
    draw(phone, phone.locator(".paper"), SEVEN, lift=False)
    expect(presentation.tiles.locator("b")).to_have_text("7")
    expect(presentation.tiles.locator(".name")).to_have_text("Ada")
    expect_painted(presentation.tiles.locator(".paper"))
    phone.mouse.up()
    expect(phone.locator(".read")).to_have_text("Prediction: 7")
    phone.emulate_media(color_scheme="dark")
    wait_for_ink(phone.locator(".paper"), "> 150")
    phone.emulate_media(color_scheme="light")
    wait_for_ink(phone.locator(".paper"), "< 100")


def test_a_palm_that_rests_before_the_pen_comes_does_not_draw_on_the_big_screen(
    presentation: Presentation,
) -> None:
    phone = presentation.phone()
    presentation.press("g")  # shows everyone's drawings
    sheet = Sheet(phone.locator(".paper"))
    hand = Hand(sheet)
    for x in range(200, 220, 4):
        hand.touch(1, x, 270, radius=20)  # as small as a finger, until the pen comes
    expect_painted(sheet.canvas)
    Pen(sheet).draw(SEVEN[0])
    expect(phone.locator(".read")).to_contain_text("7")
    hand.lift(1)
    tile = presentation.tiles.locator(".paper")
    expect_painted(tile)
    phone.get_by_role("button", name="Undo").click()  # of the only stroke
    for paper in (sheet.canvas, tile):
        paper.page.wait_for_function(
            f"pad => ({COUNT_PAINTED})(pad) === 0", arg=paper.element_handle()
        )


def test_the_presenter_locks_passes_the_pen_and_clears(presentation: Presentation) -> None:
    first, second = presentation.phone("Ada"), presentation.phone("Bo")
    presentation.press("g", "l")
    expect(first.locator(".state")).to_have_attribute("data-state", "locked")
    draw(first, first.locator(".paper"), SEVEN)
    assert painted_pixels(first.locator(".paper")) == 0
    presentation.press("n")
    states = [page.locator(".state") for page in (first, second)]
    expect(states[0]).to_have_attribute("data-state", "your_pen")
    expect(states[1]).to_have_attribute("data-state", "others_pen")
    draw(first, first.locator(".paper"), THREE)
    expect(presentation.digit).to_have_text("3")
    presentation.press("c")
    expect(first.locator(".read")).to_have_text("")
    expect(presentation.digit).to_have_text("–")
    presentation.press("n")
    expect(states[1]).to_have_attribute("data-state", "your_pen")
    presentation.press("a")
    expect(states[0]).to_have_attribute("data-state", "all")


def test_a_removed_participant_leaves_the_room(presentation: Presentation) -> None:
    phone = presentation.phone()
    presentation.press("g")
    expect(presentation.tiles).to_have_count(1)
    HeldTimers(presentation.screen, CONFIRM)
    presentation.press("ArrowDown", "k")
    expect(presentation.tiles).to_have_count(1)
    presentation.press("k")
    expect(phone.locator("main")).to_have_attribute("data-stage", "ended")
    expect(phone.get_by_text("The presenter has removed you")).to_be_visible()
    expect(presentation.tiles).to_have_count(0)


def test_a_remote_steps_through_all_scenes(presentation: Presentation) -> None:
    scenes = ["join", "draw", "everyone", "slow", "sees", "heat", "inside", "pair"]
    for scene in [*scenes, *(f"tour{step}" for step in range(1, 7))]:
        expect(presentation.stage).to_have_attribute("data-scene", scene)
        presentation.press("PageDown")
    presentation.press("PageUp", "b")
    expect(presentation.stage).to_have_attribute("data-scene", "tour6")
    expect(presentation.screen.locator(".blackness")).to_be_visible()
    presentation.press("b")
    expect(presentation.screen.locator(".blackness")).to_be_hidden()


def test_the_bars_move_in_slow_motion(presentation: Presentation) -> None:
    presentation.press("d")
    draw(presentation.screen, presentation.paper, FOUR)
    expect(presentation.digit).to_have_text("4")
    record_digits(presentation)
    presentation.press("s")
    presentation.screen.wait_for_function("() => digits.some((digit) => digit !== '4')")
    expect(presentation.digit).to_have_text("4")


def record_digits(presentation: Presentation) -> None:
    """Let the page record the digits that it shows from now on, each perhaps for a moment only."""
    presentation.stage.evaluate(
        """(stage) => {
          window.digits = [];
          const record = () => digits.push(stage.querySelector(".view .digit")?.textContent);
          const options = { subtree: true, childList: true, characterData: true };
          new MutationObserver(record).observe(stage, options);
        }"""
    )


def test_the_tour_shows_a_drawing_of_its_own(presentation: Presentation) -> None:
    presentation.press("t")
    expect(presentation.title).to_have_text("1 · A drawing becomes numbers")
    expect(presentation.digit).to_have_text("7")
    expect_painted(presentation.screen.locator(".view .over").first)
    presentation.press("PageDown", "PageDown")
    expect(presentation.title).to_have_text("3 · Patterns join into parts")
    seven = presentation.screen.locator(".inside .output-row").nth(7)
    expect(seven).to_have_class(re.compile("first"))
    record_digits(presentation)
    presentation.press("PageDown", "PageDown", "PageDown")
    presentation.screen.wait_for_function("() => digits.includes('1')")
    expect(presentation.digit).to_have_text("7")


def test_people_guess_before_the_model(presentation: Presentation) -> None:
    phone = presentation.phone()
    presentation.press("d")
    draw(presentation.screen, presentation.paper, SEVEN)
    expect(presentation.digit).to_have_text("7")
    presentation.press("w")
    expect(presentation.digit).to_have_text("?")
    phone.get_by_role("button", name="7", exact=True).click()
    expect(presentation.screen.get_by_text("1 answered")).to_be_visible()
    presentation.press("PageDown")
    expect(presentation.digit).to_have_text("7")
    expect(presentation.title).to_have_text(re.compile("People 1 : 1 Model"))
    expect(phone.locator(".question")).to_be_hidden()


def test_a_digit_that_fools_the_model_is_saved_as_a_hard_example(
    presentation: Presentation,
) -> None:
    presentation.press("d")
    draw(presentation.screen, presentation.paper, SEVEN)
    expect(presentation.digit).to_have_text("7")
    presentation.press("x", "1")
    expect(presentation.screen.get_by_text("Fooled! It is 1")).to_be_visible()
    expect(presentation.title).to_have_text(re.compile("1 fooled"))
    expect(presentation.screen.get_by_text("saved as a hard example")).to_be_visible()
    [item] = http_get(f"{presentation.url}/api/history?wrong=true").json()["items"]
    assert (item["text"], item["label"]) == ("7", "1")
    presentation.press("u")
    expect(presentation.title).to_have_text(re.compile("0 fooled"))
    url = f"{presentation.url}/api/history?wrong=true"
    wait_until(presentation.screen, lambda: not http_get(url).json()["items"])
    expect(presentation.digit).to_have_text("7")


def test_the_big_screen_shows_who_may_draw_and_explains_what_does_nothing(
    presentation: Presentation,
) -> None:
    phone = presentation.phone("Ada")
    sign = presentation.screen.locator(".room-state")
    presentation.press("g", "l")
    expect(sign).to_have_text("Drawing is locked")
    presentation.press("n", "i")
    expect(sign).to_have_text("Only Ada may draw · The room is closed to new participants")
    draw(phone, phone.locator(".paper"), THREE)
    expect(presentation.digit).to_have_text("3")
    presentation.press("d")
    presentation.paper.click()
    expect(presentation.screen.get_by_text("This is the drawing of Ada.")).to_be_visible()
    presentation.press("y")
    draw(presentation.screen, presentation.paper, SEVEN)
    expect(presentation.digit).to_have_text("7")
    presentation.press("a", "i")
    expect(sign).to_be_empty()


def test_the_exit_keeps_the_language(presentation: Presentation) -> None:
    screen = presentation.open("/present?lang=zh", width=1280, height=720)
    exit = screen.get_by_role("link", name="退出")
    expect(exit).to_have_attribute("href", "./?lang=zh")


def test_the_session_ends_as_a_poster_and_a_link(presentation: Presentation) -> None:
    phone = presentation.phone()
    draw(phone, phone.locator(".paper"), SEVEN)
    expect(phone.locator(".read")).to_have_text("Prediction: 7")
    presentation.press("e")
    poster = presentation.screen.locator("canvas.poster")
    expect(poster).to_have_attribute("data-drawings", "1")
    with presentation.screen.expect_download() as download:
        presentation.screen.get_by_role("link", name="Download the poster").click()
    assert download.value.path().read_bytes().startswith(b"\x89PNG")
    link = phone.get_by_role("link", name="See all drawings")
    expect(link).to_be_visible()
    url: str = link.evaluate("link => link.href")
    session = presentation.open(url.removeprefix(presentation.url), width=1280, height=720)
    expect(session.locator("canvas.poster")).to_have_attribute("data-drawings", "1")
    expect(session.get_by_role("img", name="All drawings of this session: 7")).to_be_visible()


def test_names_appear_in_the_lobby_and_on_the_poster(presentation: Presentation) -> None:
    lobby = presentation.screen.locator(".invitation .names li")
    ada = presentation.phone("Ada")
    presentation.phone()
    expect(presentation.screen.locator(".invitation .count")).to_have_text("2 participants")
    expect(lobby).to_have_text(["Ada"])
    draw(ada, ada.locator(".paper"), SEVEN)
    expect(ada.locator(".read")).to_have_text("Prediction: 7")
    presentation.press("e")
    with presentation.screen.expect_download() as download:
        presentation.screen.get_by_role("link", name="Download the table (CSV)").click()
    header, row = download.value.path().read_text("utf-8").splitlines()
    assert header == "\ufeffcreated,name,team,prediction,label,confidence,id"
    assert row.split(",")[1:5] == ["Ada", "", "7", ""]


def test_the_qr_code_has_an_address_that_phones_reach(windows: Windows, tmp_path: FilePath) -> None:
    address = "http://192.0.2.7:8501"
    with (
        running_server(tmp_path, {"PUBLIC_URL": address}) as server,
        closing(Presentation(windows, server.url)) as presentation,
    ):
        qr = presentation.screen.locator(".invitation .qr")
        alt = f"QR code of {address}/join?room={presentation.code}"
        expect(qr).to_have_attribute("alt", alt)
        expect(presentation.screen.locator(".invitation .warning")).to_be_empty()


def test_a_phone_on_the_wrong_replica_moves_to_the_presenters(
    windows: Windows, tmp_path: FilePath
) -> None:
    """A gateway connects to another replica while the presenter's is too slow to accept."""
    settings = {"SECRET": "shared by both replicas"}
    folders = [tmp_path / name for name in ("own", "other")]
    for folder in folders:
        folder.mkdir()
    with (
        running_server(folders[0], settings) as own,
        running_server(folders[1], settings) as other,
        misdirecting_gateway(own.url, other.url) as gateway,
        windows.lend(locale="en-GB") as window,
        closing(Presentation(windows, own.url)) as presentation,
    ):
        phone = window.new_page()
        phone.goto(f"{gateway}/join?room={presentation.code}")
        state = phone.locator(".state")
        expect(state).to_have_attribute("data-state", "all")


def test_the_room_survives_a_restart_of_the_server(windows: Windows, tmp_path: FilePath) -> None:
    with (
        running_server(tmp_path) as first,
        closing(Presentation(windows, first.url)) as presentation,
    ):
        phone = presentation.phone("Ada")
        presentation.press("g", "n")
        draw(phone, phone.locator(".paper"), SEVEN)
        expect(presentation.digit).to_have_text("7")
        first.kill()
        expect(phone.locator(".state")).to_have_attribute("data-state", "lost")
        port = int(first.url.rsplit(":", 1)[1])
        with running_server(tmp_path, port=port):
            expect(phone.locator(".state")).to_have_attribute("data-state", "your_pen")
            expect(presentation.stage).to_have_attribute("data-link", "up")
            expect(presentation.stage).to_have_attribute("data-scene", "everyone")
            draw(phone, phone.locator(".paper"), [[[20, 280], [60, 285]]])
            phone.get_by_role("button", name="Undo").click()
            expect(presentation.digit).to_have_text("7")
            expect(presentation.tiles).to_have_count(1)
            phone.get_by_role("button", name="New drawing").click()
            draw(phone, phone.locator(".paper"), THREE)
            expect(presentation.digit).to_have_text("3")


def unused_code(url: str) -> str:
    """Return a well-formed room code of no room."""
    codes = ("".join(code) for code in itertools.product("BCD", "FGH", "J", "K", ALPHABET))
    return next(code for code in codes if http_get(f"{url}/api/rooms/{code}").is_success)


def test_a_code_of_no_room_is_said_to_be_none(presentation: Presentation) -> None:
    phone = presentation.open("/join?room=A", width=390, height=844)  # too short for a code
    expect(phone.get_by_text("There is no such room")).to_be_visible()
    expect(phone.get_by_role("button")).to_have_text("Enter another code")
    wrong = unused_code(presentation.url)
    phone.goto(f"{presentation.url}/join?room={wrong}")
    sentence = f"There is no room {wrong} at the moment. Check the code on the screen"
    expect(phone.locator(".state")).to_contain_text(sentence)
    phone.get_by_role("button", name="Enter another code").click()
    phone.get_by_label("Code on the screen").fill(presentation.code)
    phone.get_by_role("button", name="Join").click()
    expect(phone.locator(".state")).to_have_attribute("data-state", "all")
    expect(phone.get_by_role("button", name="Enter another code")).to_be_hidden()


def test_a_phone_on_a_silent_network_says_so_and_loses_no_stroke(
    windows: Windows, presentation: Presentation
) -> None:
    presentation.press("g")
    with wire(presentation.url) as network, windows.lend(locale="en-GB") as window:
        phone = window.new_page()
        phone.goto(f"{network.url}/join?room={presentation.code}")
        state = phone.locator(".state")
        expect(state).to_have_attribute("data-state", "all")
        network.fall_silent()
        draw(phone, phone.locator(".paper"), SEVEN)
        expect(state).to_have_attribute("data-state", "lost")
        network.cut()
        network.resume()
        expect(presentation.tiles.locator("b")).to_have_text("7")
        expect(state).to_have_attribute("data-state", "all")
