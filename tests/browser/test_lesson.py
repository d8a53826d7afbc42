"""A whole lesson, led with the mouse from the console: a projected screen and three phones."""

import csv
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from components.i18n import Language, texts_for
from tests.browser.held_timers import HIDE_TOOLBAR, RACE_TICK, HeldTimers
from tests.browser.pages import Presentation
from tests.browser.windows import Windows
from tools.dev_server import Server
from tools.mouse import draw
from tools.sample_strokes import FOUR, SEVEN, THREE

NAMES = ("Ada", "Bo", "Cy")


@pytest.fixture(params=["en", "zh"])
def lesson(
    request: pytest.FixtureRequest, windows: Windows, server: Server
) -> Iterator[Presentation]:
    """A presentation in one of the languages."""
    running = Presentation(windows, server.url, request.param)
    yield running
    running.close()


def test_a_lesson_from_the_lobby_to_the_poster(lesson: Presentation) -> None:
    language: Language = "zh" if lesson.language == "zh" else "en"
    texts, phone_texts = texts_for(language, "present"), texts_for(language, "join")
    HeldTimers(lesson.screen, HIDE_TOOLBAR)
    lesson.screen.mouse.move(300, 300)
    lesson.screen.mouse.move(320, 320)
    with lesson.screen.context.expect_page() as opened:
        lesson.screen.locator("nav.bar [data-action=console]").click()
    console = opened.value
    errors: list[str] = []
    console.on("pageerror", lambda error: errors.append(str(error)))
    phones = [lesson.phone(name) for name in NAMES]

    team = phone_texts["team"].format(team=f"▲ {phone_texts['team_0']}")
    form_teams(lesson, console, phones, team)
    show_drawings(lesson, console, phones)
    explain(lesson, console)
    play_guess(lesson, console, phones, texts["model_wrong"].format(truth=4))
    play_fool(lesson, console, phones, texts["fooled_saved"].format(truth=9))
    play_race(lesson, console, phones)
    scene(lesson, console, "podium")
    # Ada and Bo: two right votes each; Cy: one; Bo: 3 points of the race.
    expect(lesson.screen.locator(".podium .teams b")).to_have_text(
        [f"● {texts['team_1']}", f"▲ {texts['team_0']}"]
    )
    points = [texts["points"].format(count=score) for score in (5, 2)] + [texts["points_one"]]
    expect(lesson.screen.locator(".podium [data-place] span")).to_have_text(points)
    assert finish(lesson, console, phones) == {"▲": {"Ada", "Cy"}, "●": {"Bo"}}
    console.close()
    assert errors == []


def scene(lesson: Presentation, console: Page, name: str) -> None:
    """Show a scene with its button of the console."""
    console.locator(f".scenes [data-scene={name}]").click()
    expect(lesson.stage).to_have_attribute("data-scene", name)


def form_teams(lesson: Presentation, console: Page, phones: list[Page], team: str) -> None:
    expect(lesson.screen.locator(".names li")).to_have_text(list(NAMES))
    console.locator("[data-action=teams]").click()
    expect(lesson.screen.locator(".names li")).to_have_text(["▲ Ada", "● Bo", "▲ Cy"])
    expect(phones[0].locator(".team")).to_have_text(team)
    expect(phones[1].locator(".team")).to_contain_text("●")


def show_drawings(lesson: Presentation, console: Page, phones: list[Page]) -> None:
    scene(lesson, console, "draw")
    draw(lesson.screen, lesson.paper, SEVEN)
    expect(lesson.digit).to_have_text("7")
    scene(lesson, console, "everyone")
    for phone, strokes in zip(phones, (SEVEN, THREE, FOUR), strict=True):
        draw(phone, phone.locator(".paper"), strokes)
    expect(lesson.tiles.locator("b")).to_have_text(["7", "3", "4"])
    expect(lesson.tiles.locator(".name")).to_have_text(["▲ Ada", "● Bo", "▲ Cy"])


def explain(lesson: Presentation, console: Page) -> None:
    console.get_by_role("listitem", name="Bo").locator("button").first.click()
    scene(lesson, console, "inside")
    three = lesson.screen.locator(".inside .output-row").nth(3)
    expect(three).to_have_class(re.compile("first"))
    scene(lesson, console, "tour1")
    for step in range(2, 7):
        console.locator("[data-action=next]").click()
        expect(lesson.stage).to_have_attribute("data-scene", f"tour{step}")
        expect(lesson.title).to_contain_text(f"{step} · ")


def vote(phones: list[Page], digit: str) -> None:
    for phone in phones:
        phone.locator(f".question [data-value='{digit}']").click()


def play_guess(lesson: Presentation, console: Page, phones: list[Page], wrong: str) -> None:
    scene(lesson, console, "guess")
    expect(lesson.digit).to_have_text("?")
    vote(phones[:2], "4")
    expect(lesson.screen.locator(".caption p")).to_contain_text("2")
    console.locator(".answers button", has_text="4").click()
    expect(lesson.screen.locator(".caption")).to_contain_text(wrong)
    expect(result(phones[0])).to_have_attribute("data-right", "true")


def play_fool(lesson: Presentation, console: Page, phones: list[Page], fooled: str) -> None:
    scene(lesson, console, "fool")
    vote(phones, "9")
    console.locator(".answers button", has_text="9").click()
    expect(lesson.screen.locator(".caption")).to_contain_text(fooled)


def play_race(lesson: Presentation, console: Page, phones: list[Page]) -> None:
    HeldTimers(lesson.screen, RACE_TICK)  # so that the race has no end
    lesson.screen.evaluate("Math.random = () => 0.75")  # draws a 7
    scene(lesson, console, "race")
    expect(phones[1].locator(".state")).to_have_attribute("data-state", "race")
    draw(phones[1], phones[1].locator(".paper"), SEVEN)
    expect(lesson.screen.locator(".tile[data-recognized]")).to_have_count(1)
    console.locator(".round button").first.click()
    expect(result(phones[1])).to_have_attribute("data-right", "true")
    expect(result(phones[1])).to_contain_text("+3")
    expect(result(phones[2])).to_have_attribute("data-right", "false")


def result(phone: Page) -> Locator:
    """Return what the last round brought to this phone."""
    return phone.locator(".result")


def finish(lesson: Presentation, console: Page, phones: list[Page]) -> dict[str, set[str]]:
    """End the lesson; return the names in the table of the session, by the sign of their team."""
    scene(lesson, console, "end")
    for phone in phones:
        expect(phone.locator("a.session")).to_be_visible()
    expect(lesson.screen.locator(".poster")).to_have_attribute("data-drawings", re.compile("[4-9]"))
    with lesson.screen.expect_download() as download:
        lesson.screen.locator(".ending a[download$='.csv']").click()
    names: dict[str, set[str]] = {}
    with download.value.path().open(encoding="utf-8-sig", newline="") as file:
        for line in csv.DictReader(file):
            if line["team"]:
                names.setdefault("▲●■◆"[int(line["team"]) - 1], set()).add(line["name"])
    return names
