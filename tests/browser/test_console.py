"""The presenter's console, with the projected screen and phones."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.held_timers import RACE_TICK, HeldTimers
from tests.browser.pages import Presentation
from tools.mouse import draw
from tools.sample_strokes import FOUR, SEVEN, THREE

SCENES = ["join", "draw", "everyone", "slow", "sees", "heat", "inside", "pair"]
SCENES += [f"tour{step}" for step in range(1, 7)] + ["guess", "fool", "race", "podium", "end"]


@pytest.fixture
def console(presentation: Presentation) -> Iterator[Page]:
    """The console, opened by a key of the projected screen."""
    with presentation.screen.context.expect_page() as opened:
        presentation.press("r")
    page = opened.value
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    expect(page.locator(".console .now")).to_contain_text("Now: How to join")
    yield page
    page.close()
    assert errors == []


def row(console: Page, name: str) -> Locator:
    """Return the row of a participant."""
    return console.locator(".participants").get_by_role("listitem", name=name)


def test_the_mouse_alone_leads_through_all_scenes(
    presentation: Presentation, console: Page
) -> None:
    shown = [presentation.stage.get_attribute("data-scene")]
    for scene in SCENES[1:-4]:
        console.get_by_role("button", name="Next", exact=True).click()
        expect(presentation.stage).to_have_attribute("data-scene", scene)
        shown.append(scene)
    for scene in ("guess", "fool", "race", "podium", "end", "join"):
        console.locator(f".scenes [data-scene={scene}]").click()
        expect(presentation.stage).to_have_attribute("data-scene", scene)
        pressed = console.locator(f".scenes [data-scene={scene}]")
        expect(pressed).to_have_attribute("aria-pressed", "true")
    console.get_by_role("button", name="Black screen").click()
    expect(presentation.screen.locator(".blackness")).to_be_visible()
    assert shown == SCENES[:-4]


def test_a_lesson_with_three_phones_and_no_key(presentation: Presentation, console: Page) -> None:
    phones = [presentation.phone(name) for name in ("Ada", "Bo", "Cy")]
    expect(console.get_by_role("heading", name="3 participants")).to_be_visible()
    console.locator(".scenes [data-scene=everyone]").click()
    for phone, strokes in zip(phones, (SEVEN, THREE, FOUR), strict=True):
        draw(phone, phone.locator(".paper"), strokes)
    for name, text in (("Ada", "7"), ("Bo", "3"), ("Cy", "4")):
        expect(row(console, name).locator("b")).to_have_text(text)
    row(console, "Bo").get_by_role("button", name="Show large").click()
    expect(presentation.digit).to_have_text("3")
    row(console, "Bo").get_by_role("button", name="Only they draw").click()
    states = [phone.locator(".state") for phone in phones]
    expect(states[1]).to_have_attribute("data-state", "your_pen")
    expect(presentation.screen.locator(".room-state")).to_have_text("Only Bo may draw")
    row(console, "Bo").get_by_role("button", name="Only they draw").click()
    expect(states[0]).to_have_attribute("data-state", "all")
    row(console, "Cy").get_by_label("Name").fill("Cyrus")
    row(console, "Cy").get_by_label("Name").blur()
    expect(presentation.tiles.locator(".name")).to_have_text(["Ada", "Bo", "Cyrus"])

    console.locator(".scenes [data-scene=guess]").click()
    expect(presentation.digit).to_have_text("?")
    for phone in phones[:2]:
        phone.get_by_role("button", name="3", exact=True).click()
    expect(console.locator(".round")).to_contain_text("2 answered")
    console.get_by_role("button", name="Close the vote").click()
    expect(presentation.screen.get_by_text("It is 3. The model was right.")).to_be_visible()
    expect(console.locator(".round")).to_contain_text("It is 3. The model was right.")
    console.get_by_role("button", name="Take back").click()
    console.locator(".answers").get_by_role("button", name="8").click()
    expect(presentation.screen.get_by_text("It is 8. The model was wrong!")).to_be_visible()

    console.once("dialog", lambda dialog: dialog.accept())
    row(console, "Cyrus").get_by_role("button", name="Remove").click()
    expect(phones[2].locator("main")).to_have_attribute("data-stage", "ended")
    expect(console.get_by_role("heading", name="2 participants")).to_be_visible()


def test_a_race_has_a_winner_and_a_podium(presentation: Presentation, console: Page) -> None:
    phones = [presentation.phone(name) for name in ("Ada", "Bo", "Cy")]
    HeldTimers(presentation.screen, RACE_TICK)  # so that the race has no end
    presentation.screen.evaluate("Math.random = () => 0.75")  # draws a 7
    console.locator(".scenes [data-scene=race]").click()
    expect(presentation.title).to_have_text("Draw a 7!")
    for phone in phones:
        expect(phone.locator(".state")).to_contain_text("Draw a 7!")
        expect(phone.locator(".question")).to_be_hidden()
    draw(phones[2], phones[2].locator(".paper"), THREE)
    for phone in phones[:2]:
        draw(phone, phone.locator(".paper"), SEVEN)
        expect(phone.locator(".read")).to_have_text("Prediction: 7")
        expect(presentation.screen.locator(".tile[data-recognized]").first).to_be_visible()
    expect(presentation.screen.locator(".tile[data-recognized]")).to_have_count(2)
    console.get_by_role("button", name="Stop now").click()
    results = [phone.locator(".result") for phone in phones]
    expect(results[0]).to_have_text("Right! +3. You have 3, place 1 of 3.")
    expect(results[1]).to_have_text("Right! +2. You have 2, place 2 of 3.")
    expect(results[2]).to_have_text("Not this time. You have 0, place 3 of 3.")
    late = presentation.phone("Di")
    expect(late.locator(".result")).to_be_hidden()
    console.locator(".scenes [data-scene=podium]").click()
    expect(presentation.title).to_have_text("Podium")
    names = presentation.screen.locator(".podium b")
    expect(names).to_have_text(["Ada", "Bo", "Cy"])
    expect(results[0]).to_be_visible()
    console.get_by_role("button", name="Play again").click()
    expect(names).to_have_text(["Nobody has points yet"])


def test_the_projected_screen_shows_no_tools_to_the_room(
    presentation: Presentation, console: Page
) -> None:
    expect(console.locator(".status")).to_be_empty()
    presentation.screen.mouse.move(200, 200)
    presentation.screen.mouse.move(220, 220)
    expect(presentation.screen.locator("nav.bar")).to_be_hidden()
    presentation.press("d")  # keys still work
    expect(console.locator(".now")).to_have_text("Now: One drawing")


@pytest.mark.parametrize(("language", "now"), [("en", "Now: Everyone"), ("zh", "现在：所有人")])
def test_a_phone_controls_the_screen(
    presentation: Presentation, console: Page, language: str, now: str
) -> None:
    console.get_by_text("Control from a phone").click()
    expect(console.locator(".phone .qr")).to_have_attribute("src", re.compile("address="))
    source = console.locator(".phone .qr").get_attribute("src") or ""
    token = console.evaluate(
        "source => new URL(new URL(source, location.href).searchParams.get('address')).hash", source
    )
    phone = presentation.open(f"/present?console&lang={language}{token}", width=390, height=844)
    scene = phone.locator(".scenes [data-scene=everyone]")
    scene.click()
    expect(presentation.stage).to_have_attribute("data-scene", "everyone")
    expect(phone.locator(".now")).to_have_text(now)
    assert scene.evaluate("button => button.getBoundingClientRect().height") >= 44


def test_without_a_room_the_console_says_where_to_open_it(open_page: OpenPage) -> None:
    page = open_page().page
    page.goto(page.url + "present?console")
    sentence = "Open the console from the presentation: press R there."
    expect(page.get_by_text(sentence)).to_be_visible()
