"""The models page: the served model, adoption, a worse model, rollback, trainings."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Dialog, Page, expect

from core.settings import Settings
from db import Store, open_store
from db.model_registry import ModelFigure, ModelVersion
from db.version_predictions import VersionPrediction
from model.network import NETWORK_FILE
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
