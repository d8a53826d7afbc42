"""What the images that one visitor chooses become."""

from pathlib import Path
from uuid import UUID

import pytest

from components.draw.stored_file import StoredFile
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


def upload(service: PredictionService, content: bytes, owner: str | None = "ada") -> StoredFile:
    """Save a file as POST /api/predict does and return what the browser names of it."""
    result = service.predict_file(content, owner=owner)
    saved = ((i + 1, page.record.id) for i, page in enumerate(result.pages) if page.saved)
    return StoredFile(tuple(saved), len(result.pages))


def test_an_uploaded_file_is_shown_as_it_was_predicted(service: PredictionService) -> None:
    content = encoded(picture(SEVEN))
    chosen, stored = Visit(owner="ada"), Visit(owner="ada")
    choose(chosen, service, content)
    stored.show_stored(service, upload(service, content), lambda record: record.owner == "ada")
    assert chosen.result
    assert stored.result
    assert stored.result.prediction == chosen.result.prediction
    assert stored.result.image_url == chosen.result.image_url
    assert stored.result.error is None
    assert stored.replaced_by == stored.result.version
    assert len(service.store.page().items) == 2


def test_the_pages_of_an_uploaded_file_keep_their_numbers(service: PredictionService) -> None:
    pages = [picture([]), picture(SEVEN), picture(THREE)]
    content = encoded(pages[0], "PDF", save_all=True, append_images=pages[1:])
    visit = Visit()
    visit.show_stored(service, upload(service, content), lambda _record: True)
    assert visit.result
    assert [(page["page"], page["text"]) for page in visit.result.pages] == [(2, "7"), (3, "3")]
    assert visit.result.page_count == 3


def test_what_others_uploaded_or_is_deleted_is_not_shown(service: PredictionService) -> None:
    file = upload(service, encoded(picture(SEVEN)), owner="another")
    deleted = upload(service, encoded(picture(SEVEN)))
    service.store.delete(deleted.pages[0][1])
    for named in (file, deleted):
        visit = Visit(owner="ada")
        visit.show_stored(service, named, lambda record: record.owner == "ada")
        assert visit.result
        assert visit.result.prediction is None
        assert visit.result.error == ("not_found", "not_found")
        assert visit.replaced_by is None


ID = "f3c1f2b0-cdf0-11f0-8001-0123456789ab"


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        {},
        {"pages": [], "pageCount": 0},
        {"pages": [{"page": 1, "id": "no id"}], "pageCount": 1},
        {"pages": [{"page": 0, "id": ID}], "pageCount": 1},
        {"pages": [{"page": 2, "id": ID}], "pageCount": 1},
        {"pages": [{"page": 1, "id": ID}] * 21, "pageCount": 21},
        {"pages": [{"page": 1, "id": 7}], "pageCount": 1},
        {"pages": "ab", "pageCount": "x"},
    ],
)
def test_a_file_that_is_not_named_validly_is_no_file(value: object) -> None:
    assert StoredFile.parse(value) is None


def test_a_named_file_has_its_pages() -> None:
    parsed = StoredFile.parse({"pages": [{"page": 2, "id": ID}], "pageCount": 3})
    assert parsed == StoredFile(((2, UUID(ID)),), 3)
