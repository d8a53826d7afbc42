"""What the images that one visitor chooses become."""

from pathlib import Path

import pytest

from components.draw.visit import Visit
from core.settings import Settings
from db import StoreUnavailableError
from services.predictions import PredictionService
from tools.sample_strokes import SEVEN, THREE, encoded, picture


@pytest.fixture
def service(tmp_path: Path) -> PredictionService:
    settings = Settings.model_validate(
        {"history": "sqlite", "history_file": tmp_path / "h.sqlite3", "outbox_file": tmp_path / "o"}
    )
    return PredictionService(settings)


def choose(visit: Visit, service: PredictionService, content: bytes) -> None:
    visit.predict_image(service, lambda: content, "upload")


def test_the_pages_of_a_file_are_shown_with_their_numbers(service: PredictionService) -> None:
    visit = Visit()
    pages = [picture([]), picture(SEVEN), picture(THREE)]
    content = encoded(pages[0], "PDF", save_all=True, append_images=pages[1:])
    choose(visit, service, content)
    assert visit.result
    assert visit.result.prediction
    assert visit.result.prediction["text"] == "7"
    assert visit.result.page_count == 3
    shown = [(page["page"], page["text"]) for page in visit.result.pages]
    assert shown == [(2, "7"), (3, "3")]
    assert visit.result.image_url == visit.result.pages[0]["image"]
    assert len(service.store.page().items) == 2


def test_an_image_is_saved_and_replaces_the_drawing(service: PredictionService) -> None:
    visit = Visit(owner="ada")
    choose(visit, service, encoded(picture(SEVEN)))
    (item,) = service.store.page().items
    assert (item.text, item.source, item.owner) == ("7", "upload", "ada")
    assert visit.result
    assert visit.result.prediction
    assert visit.result.prediction["text"] == "7"
    assert visit.result.error is None
    assert visit.replaced_by == visit.result.version


def test_an_invalid_image_leaves_the_drawing_on_the_pad(service: PredictionService) -> None:
    visit = Visit()
    choose(visit, service, encoded(picture(SEVEN)))
    replaced_by = visit.replaced_by
    choose(visit, service, b"just words")
    assert visit.result
    assert visit.result.error
    assert visit.result.error[0] == "unsupported_image"
    assert visit.result.prediction is None
    assert visit.replaced_by == replaced_by
    assert len(service.store.page().items) == 1


def test_each_image_has_a_version_of_its_own(service: PredictionService) -> None:
    visit = Visit()
    versions = set()
    for content in (encoded(picture(SEVEN)), b"", b"", encoded(picture(THREE))):
        choose(visit, service, content)
        assert visit.result
        versions.add(visit.result.version)
    assert len(versions) == 4


def test_an_image_that_cannot_be_saved_is_still_predicted(
    service: PredictionService, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_record: object) -> None:
        raise StoreUnavailableError("the history is full")

    monkeypatch.setattr(service.store, "save", refuse)
    visit = Visit()
    choose(visit, service, encoded(picture(SEVEN)))
    assert visit.result
    assert visit.result.error == ("history_unavailable", "the history is full")
    assert visit.result.prediction
    assert visit.result.prediction["text"] == "7"
