"""The accuracy page: charts, tables, filters, and which labels changed it."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, ViewportSize, expect

from core.settings import Settings
from db import new_id, open_store
from tests.browser.windows import Windows
from tests.db.records import make_id, make_record
from tools.dev_server import Server, running_server
from tools.inkling_page import wait_until

DAYS = 12
YESTERDAY = datetime.now(UTC) - timedelta(days=1)


@pytest.fixture(scope="module")
def labelled_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with labelled predictions of two models on DAYS days."""
    folder: Path = tmp_path_factory.mktemp("accuracy")
    settings = Settings(
        history_file=folder / "history.sqlite3",
        outbox_file=folder / "outbox.sqlite3",
        secret_file=folder / "secret",
    )
    store = open_store(settings)
    noon = YESTERDAY.replace(hour=12, minute=0)
    for day in range(DAYS):
        for number in range(3):
            moment = noon - timedelta(days=day, minutes=number)
            model = "old" if day >= DAYS // 2 else "new"
            record = make_record(str(number), id=make_id(moment), model=model)
            store.save(record)
            store.label(record.id, "9" if number == 2 and model == "old" else record.text, "Ada")
    store.save(make_record("5", id=new_id()))
    store.close()
    with running_server(folder) as server:
        yield server


SIZES: list[ViewportSize] = [{"width": 1280, "height": 900}, {"width": 390, "height": 844}]


@pytest.fixture
def page(windows: Windows, labelled_server: Server) -> Iterator[Page]:
    """The accuracy page, as wide as a desktop."""
    with windows.lend(locale="en-GB", timezone_id="UTC", viewport=SIZES[0]) as window:
        page = window.new_page()
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(error.stack or str(error)))
        page.goto(f"{labelled_server.url}/accuracy")
        expect(page.locator(".figures")).to_be_visible()
        yield page
        assert problems == []


def section(page: Page, heading: str) -> Locator:
    """Return the section with a heading."""
    return page.locator("section", has=page.get_by_role("heading", name=heading, exact=True))


def figure(page: Page, name: str) -> Locator:
    """Return one of the figures at the top."""
    return page.locator(".figures div", has_text=re.compile(f"^{name}")).locator("b")


def test_every_chart_has_its_table_and_the_colors_of_the_theme(page: Page) -> None:
    points = {"By model": 2, "By day": DAYS, "Predictions per day (UTC)": DAYS + 1}
    for heading, count in points.items():
        part = section(page, heading)
        expect(part.locator("svg .dot, svg .bar")).to_have_count(count)
        part.get_by_text("Show as a table").click()
        expect(part.locator("tbody tr")).to_have_count(count)
    dot = section(page, "By day").locator(".dot").first
    color = dot.evaluate("(dot) => getComputedStyle(dot).fill")
    assert color == "rgb(47, 69, 197)", "the accent color of the light theme"
    for size in SIZES:
        page.set_viewport_size(size)
        wait_until(page, partial(charts_fit, page, list(points)))


def charts_fit(page: Page, headings: list[str]) -> bool:
    """Return whether a chart of few points is narrow, and all charts are readable in the window."""
    charts = [section(page, heading).locator("svg") for heading in headings]
    narrow, wide = (chart.evaluate("chart => chart.clientWidth") for chart in charts[:2])
    for chart in charts:
        labels = chart.locator(".y").all_text_contents()
        assert len(labels) <= 8
        assert all(re.fullmatch(r"\d+(\.\d)?%?", label) for label in labels)
    fits: bool = page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    return narrow < wide and fits


def test_a_single_point_has_a_table_and_no_chart(page: Page) -> None:
    for heading in ("Confidence calibration", "Predictions by source"):
        part = section(page, heading)
        expect(part.locator("tbody tr")).to_have_count(1)
        expect(part.locator("svg")).to_have_count(0)


def test_a_model_and_days_restrict_all_figures(page: Page) -> None:
    page.set_viewport_size(SIZES[1])
    expect(figure(page, "Accuracy")).to_have_text("83%")
    expect(figure(page, "Labelled")).to_have_text("36")
    expect(figure(page, "Predictions")).to_have_text("37")
    page.get_by_role("combobox", name="Model").select_option("old")
    expect(figure(page, "Accuracy")).to_have_text("67%")
    expect(figure(page, "Predictions")).to_have_text("18")
    day = YESTERDAY.date().isoformat()
    page.get_by_label("From", exact=True).fill(day)
    expect(page.get_by_text("Nothing is labelled in this range.")).to_be_visible()
    page.get_by_role("combobox", name="Model").select_option("")
    expect(figure(page, "Accuracy")).to_have_text("100%")
    expect(figure(page, "Predictions")).to_have_text("4")
    expect(page).to_have_url(re.compile(f"from={day}"))
    page.reload()
    expect(figure(page, "Predictions")).to_have_text("4")
    page.get_by_label("To", exact=True).fill("2020-01-01")
    expect(page.get_by_text("The last day is before the first.")).to_be_visible()


def test_precision_and_recall_of_each_digit(page: Page) -> None:
    rows = section(page, "By digit").locator("tbody tr")
    expect(rows).to_have_text(
        ["0100%100%121212", "1100%100%121212", "250%100%1266", "9–0%060"], use_inner_text=False
    )


def test_the_latest_labels_say_how_they_changed_the_accuracy(page: Page) -> None:
    rows = section(page, "Latest labels").locator("tbody tr")
    expect(rows).to_have_count(20)
    expect(rows.first).to_contain_text("9")  # the last one given: 2 labelled as 9
    expect(rows.first).to_contain_text("86% → 83% ↓")
    rows.first.get_by_role("link").click()
    expect(page.get_by_role("dialog")).to_contain_text("Label: 9")
