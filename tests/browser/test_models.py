"""The models page: the served model, adoption, a worse model, rollback, trainings."""

import json
import re
import zlib
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Dialog, Page, expect

from core.settings import Settings
from db import PredictionRecord, Store, open_store
from db.model_registry import ModelFigure, ModelVersion
from db.version_predictions import VersionPrediction
from model.network import NETWORK_FILE
from services.model_comparison import pack_comparison
from tests.browser.windows import Windows
from tools.dev_server import Server, running_server
from tools.inkling_page import InklingPage, wait_until
from tools.sample_strokes import FOUR, SEVEN

METADATA = json.loads(NETWORK_FILE.with_suffix(".json").read_text())
COMMITTED = METADATA["version"]
GOOD = ModelFigure("MNIST test", 10_000, 9_977, 9_990, 3.9)
WORSE = ModelFigure("numbers", 600, 598, 580, 5.0)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the server's files."""
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def site(folder: Path) -> Iterator[Server]:
    """A server whose registry has a good and a worse network."""
    with running_server(folder) as server:
        store = open_history(folder)
        for day, (version, figures) in enumerate(
            {"worse": (GOOD, WORSE), "good": (GOOD,)}.items(), start=1
        ):
            model = ModelVersion(
                version,
                datetime(2026, 12, day, tzinfo=UTC),
                METADATA | {"version": version},
                parent=COMMITTED,
                by="Ada",
                corrections=300,
                figures=figures,
            )
            store.models.add(model, NETWORK_FILE.read_bytes())
        store.close()
        yield server


@pytest.fixture
def history(folder: Path) -> Iterator[Store]:
    """The history of the server."""
    store = open_history(folder)
    yield store
    store.close()


def open_history(folder: Path) -> Store:
    """Open the history of the server that has its files in the folder."""
    file, secret = folder / "history.sqlite3", folder / "secret"
    return open_store(Settings(history="sqlite", history_file=file, secret_file=secret))


@pytest.fixture
def page(windows: Windows, site: Server) -> Iterator[Page]:
    """The models page; every question is answered with yes, and remembered in `questions`."""
    with windows.lend(locale="en-GB") as window:
        page = window.new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{site.url}/models")
        expect(page.locator(".version")).to_have_count(3)
        yield page
        assert errors == []


def accept_questions(page: Page) -> list[str]:
    """Answer every question with yes; return the list of them, which grows."""
    questions: list[str] = []

    def accept(dialog: Dialog) -> None:
        questions.append(dialog.message)
        dialog.accept()

    page.on("dialog", accept)
    return questions


def test_a_model_is_adopted_and_rolled_back(page: Page, site: Server) -> None:
    questions = accept_questions(page)
    expect(page.locator(".served b")).to_have_text(f"Served: {COMMITTED}")
    good = page.locator(".version[data-version=good]")
    expect(good).to_contain_text(f"from {COMMITTED}, learnt from 300 labelled digits")
    expect(good.locator("td")).to_have_text(
        ["MNIST test", "10000", "99.8%", "99.9%", "+13 · better"]
    )
    good.get_by_role("button", name="Adopt: good").click()
    expect(page.locator(".served b")).to_have_text("Served: good")
    expect(good.locator(".badge")).to_have_text("served")
    drawing = InklingPage(page.context.new_page(), site.url)
    drawing.draw(SEVEN)
    drawing.expect_prediction("7")
    drawing.expect_history("7")
    assert drawing.saved()[0]["model"] == "good"
    page.get_by_role("button", name=f"Back to {COMMITTED}").click()
    expect(page.locator(".served b")).to_have_text(f"Served: {COMMITTED}")
    assert questions == [
        "Serve good from now on? You can go back at any time.",
        f"Serve {COMMITTED} again?",
    ]


def test_a_worse_model_needs_a_second_yes(page: Page) -> None:
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.get_by_role("button", name="Adopt: worse").click()
    expect(page.locator(".served b")).not_to_have_text("Served: worse")
    questions = accept_questions(page)
    page.get_by_role("button", name="Adopt: worse").click()
    expect(page.locator(".served b")).to_have_text("Served: worse")
    assert questions[1] == "worse is worse on: numbers. Serve it all the same?"
    page.get_by_role("button", name="Back to ").click()
    expect(page.locator(".served b")).not_to_have_text("Served: worse")


def test_a_training_is_asked_for_and_cancelled(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.locator(".trainings")).to_contain_text("No job yet.")
    page.get_by_role("button", name="Train on the corrections").click()
    job = page.locator(".job")
    expect(job.locator("b")).to_have_text("Waits for a trainer")
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(overflow) == 0
    job.get_by_role("button", name="Cancel").click()
    expect(job.locator("b")).to_have_text("Cancelled")


def test_a_model_is_compared_with_the_one_before(page: Page, site: Server, history: Store) -> None:
    drawing = InklingPage(page.context.new_page(), site.url)
    drawing.draw(SEVEN)
    drawing.expect_history("7")
    record = history.get(UUID(drawing.saved()[0]["id"]))
    assert record is not None
    history.models.save_comparison("good", pack_comparison(comparison(record)))
    drawing.page.close()
    page.get_by_role("button", name="Compare: good").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", level=2)).to_have_text(f"good compared with {COMMITTED}")
    expect(dialog.locator(".accuracies td")).to_have_text(
        ["52", "67.3%53.8%–78.5%", "98.1%89.9%–99.7%", "16 / 0", "+16 · better"]
    )
    expect(dialog.locator(".summary li")).to_have_text(
        ["7 read as 1: 12 → 3", "7 read as 4: 0 → 1"]
    )
    expect(dialog.locator("td[data-better=true]")).to_have_text(["−9", "+8"])
    expect(dialog.locator("td[data-better=false]")).to_have_text("+1")
    expect(dialog.locator(".speed td")).to_have_text(
        ["152 µs", "150 µs", "0.99 ×", "88 KiB", "88 KiB", "1.00 ×"]
    )
    tiles = dialog.locator(".tile")
    expect(tiles).to_have_count(2)
    dialog.get_by_role("button", name="Broken 1").click()
    expect(tiles).to_have_count(1)
    expect(tiles).to_contain_text("true: 99 → 4")
    tiles.click()
    expect(tiles).to_have_attribute("aria-expanded", "true")
    expect(tiles).to_contain_text("MNIST test, confidence 60%")
    dialog.get_by_role("button", name="Fixed 1").click()
    dialog.get_by_role("link", name="7, before read as 1, now as 7: fixed").click()
    expect(page).to_have_url(re.compile(rf"/review\?.*id={record.id}"))
    opened = page.get_by_role("dialog")
    expect(opened.get_by_role("img").first).to_be_visible(timeout=30_000)
    page.go_back()
    heading = page.get_by_role("heading", name=f"good compared with {COMMITTED}")
    expect(heading).to_be_visible(timeout=30_000)
    page.keyboard.press("Escape")
    expect(heading).to_be_hidden()
    expect(page).not_to_have_url(re.compile("compare="))
    page.get_by_role("button", name="Compare: worse").click()
    expect(page.get_by_role("dialog")).to_contain_text("There is no comparison")


def comparison(record: PredictionRecord) -> dict[str, Any]:
    """What a training has compared, with a stored drawing and one of MNIST."""
    drawing = {"label": "7", "served": "1", "candidate": "7", "confidence": 0.75, "index": 0}
    stored = drawing | {"set": "held-out corrections", "outcome": "fixed", "digit": 0}
    glyph = record.digits[0].glyph
    example = drawing | {"set": "MNIST test", "outcome": "broken", "confidence": 0.6}
    return {
        "served": {"version": COMMITTED, "microseconds": 151.5, "bytes": 90_000},
        "candidate": {"version": "good", "microseconds": 150.0, "bytes": 90_100},
        "sets": [
            {"name": "held-out corrections", "samples": 52, "before": 35, "after": 51}
            | {"won": 16, "lost": 0}
        ],
        "confusions": {
            "corrections": [["7", "1", 12, 3], ["7", "4", 0, 1], ["7", "7", 40, 48]],
            "standard": [],
        },
        "outcomes": {"fixed": 1, "broken": 1, "both_wrong": 0},
        "drawings": [
            stored | {"id": str(record.id), "checksum": zlib.crc32(glyph)},
            example
            | {"label": "9", "served": "9", "candidate": "4"}
            | {"picture": b64encode(glyph).decode()},
        ],
    }


def test_where_a_shadow_differs_is_reviewed(page: Page, site: Server, history: Store) -> None:
    good = page.locator(".version[data-version=good]")
    good.get_by_role("button", name="Run in shadow mode").click()
    expect(good.locator(".in-shadow")).to_contain_text("Predicts everything new")
    drawing = InklingPage(page.context.new_page(), site.url)
    drawing.draw(FOUR)
    expect(drawing.rows.first.locator("b")).to_have_text("4")
    id = UUID(drawing.saved()[0]["id"])
    wait_until(page, lambda: id in history.version_predictions.find([id]))
    # The copy of the network predicts the same; another one would not.
    history.version_predictions.save([VersionPrediction(id, "good", "1", 0.61, differs=True)])
    good.get_by_role("link", name="Where they differ").click()
    tile = page.locator("[role=option]")
    expect(tile).to_have_count(1)
    expect(tile).to_contain_text("other: 1")
    tile.click()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    versions = dialog.locator("section", has_text="Other versions of the model")
    expect(versions.locator("li")).to_have_text("161% · good")
    page.keyboard.press("4")
    page.keyboard.press("Escape")
    expect(tile).to_have_attribute("data-label", "right")
    expect(page.locator(".bar .state")).to_have_attribute("data-state", "saved")
    page.locator(".chip").get_by_role("button").click()
    expect(page.locator(".chip")).to_have_count(0)
    page.goto(f"{site.url}/models")
    expect(good.locator(".on-history")).to_contain_text("On 1 labelled drawings")
    good.get_by_role("button", name="End shadow mode").click()
    expect(good.get_by_role("button", name="Run in shadow mode")).to_be_visible()
    good.get_by_role("button", name="Predict the history").click()
    expect(page.locator(".job").first).to_contain_text("predict the history with good")
    page.locator(".job").first.get_by_role("button", name="Cancel").click()
    expect(page.locator(".job b").first).to_have_text("Cancelled")


def test_a_refusal_is_said_next_to_the_buttons(page: Page) -> None:
    page.route(
        "**/api/training-jobs",
        lambda route: route.fulfill(
            status=409, body='{"error": {"code": "too_many_jobs", "message": "20 wait already."}}'
        ),
    )
    page.get_by_role("button", name="Train on the corrections").click()
    expect(page.locator(".status")).to_have_text("This did not work: 20 wait already.")


def test_the_accuracy_page_leads_to_it_in_chinese(windows: Windows, site: Server) -> None:
    with windows.lend(locale="zh-CN") as window:
        page = window.new_page()
        page.goto(f"{site.url}/accuracy")
        page.get_by_role("link", name="模型：训练、启用、换回").click()
        expect(page.locator(".served b")).to_contain_text("正在使用")
