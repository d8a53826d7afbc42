"""What one visitor's drawings and images become in the history."""

from pathlib import Path

import pytest

from components.draw.visit import Strokes, Visit
from core.settings import Settings
from services.predictions import PredictionService
from tools.sample_strokes import FOUR, SEVEN, Stroke, encoded, picture


def as_strokes(drawing: list[Stroke]) -> Strokes:
    """Return a sample drawing as the pad reports it."""
    return tuple(tuple((x, y) for x, y in stroke) for stroke in drawing)


NOTHING: Strokes = ()
FIRST_STROKE_OF_FOUR = as_strokes(FOUR[:1])
WHOLE_FOUR = as_strokes(FOUR)
WHOLE_SEVEN = as_strokes(SEVEN)


@pytest.fixture
def service(tmp_path: Path) -> PredictionService:
    settings = Settings.model_validate(
        {"history": "sqlite", "history_file": tmp_path / "h.sqlite3", "outbox_file": tmp_path / "o"}
    )
    return PredictionService(settings)


def saved_ids(service: PredictionService) -> list[str]:
    return [str(item.id) for item in service.store.page().items]


def saved_texts(service: PredictionService) -> list[str]:
    return [item.text for item in service.store.page().items]


def test_strokes_of_one_drawing_update_one_record(service: PredictionService) -> None:
    visit = Visit()
    visit.update_drawing(service, FIRST_STROKE_OF_FOUR)
    visit.update_drawing(service, WHOLE_FOUR)
    assert len(saved_ids(service)) == 1


def test_an_empty_pad_ends_the_drawing(service: PredictionService) -> None:
    visit = Visit()
    for strokes in (WHOLE_FOUR, NOTHING, WHOLE_FOUR):
        visit.update_drawing(service, strokes)
    assert len(saved_ids(service)) == 2


def test_a_different_first_stroke_starts_a_new_drawing(service: PredictionService) -> None:
    visit = Visit()
    visit.update_drawing(service, WHOLE_FOUR)
    visit.update_drawing(service, WHOLE_SEVEN)
    assert len(saved_ids(service)) == 2


def test_a_rerun_with_the_same_strokes_predicts_nothing(service: PredictionService) -> None:
    visit = Visit()
    visit.update_drawing(service, WHOLE_SEVEN)
    version = visit.version
    visit.update_drawing(service, WHOLE_SEVEN)
    assert visit.version == version


def test_a_restarted_server_continues_the_drawing(service: PredictionService) -> None:
    Visit(owner="ada").update_drawing(service, FIRST_STROKE_OF_FOUR)
    before = saved_ids(service)
    Visit(owner="ada").update_drawing(service, WHOLE_FOUR)
    assert saved_ids(service) == before


@pytest.mark.parametrize("owner", ["bob", None])
def test_an_equal_first_stroke_does_not_continue_the_drawing_of_another_owner(
    service: PredictionService, owner: str | None
) -> None:
    Visit(owner="ada").update_drawing(service, FIRST_STROKE_OF_FOUR)
    before = saved_ids(service)
    Visit(owner=owner).update_drawing(service, WHOLE_FOUR)
    assert len(saved_ids(service)) == len(before) + 1


def test_an_image_replaces_the_drawing(service: PredictionService) -> None:
    visit = Visit()
    visit.update_drawing(service, WHOLE_SEVEN)
    visit.predict_image(service, encoded(picture(SEVEN)), "upload")
    visit.update_drawing(service, NOTHING)
    assert visit.prediction is not None
    assert visit.prediction["source"] == "upload"
    assert len(saved_ids(service)) == 2


def test_the_pages_of_a_file_are_shown_with_their_numbers(service: PredictionService) -> None:
    visit = Visit()
    pages = [picture([]), picture(SEVEN), picture(FOUR)]
    content = encoded(pages[0], "PDF", save_all=True, append_images=pages[1:])
    visit.predict_image(service, content, "upload")
    assert visit.prediction is not None
    assert visit.prediction["text"] == "7"
    assert visit.prediction["pageCount"] == 3
    shown = [(page["page"], page["text"]) for page in visit.prediction["pages"]]
    assert shown == [(2, "7"), (3, "4")]
    assert visit.image_url == visit.prediction["pages"][0]["image"]
    assert len(saved_ids(service)) == 2


def test_an_image_error_survives_a_prediction_of_the_drawing_in_the_same_run(
    service: PredictionService,
) -> None:
    visit = Visit()
    visit.predict_image(service, b"not an image", "upload")
    error = visit.error
    visit.update_drawing(service, WHOLE_SEVEN)
    assert error is not None
    assert visit.error == error
    assert len(saved_ids(service)) == 1
    visit.image_rejected = False  # the page resets it at the end of a run
    visit.update_drawing(service, WHOLE_FOUR)
    assert visit.error is None


def test_a_pad_cleared_before_the_canvas_sent_it_loses_no_stroke(
    service: PredictionService,
) -> None:
    visit = Visit()
    visit.update_drawing(service, NOTHING)
    visit.update_drawing(service, FIRST_STROKE_OF_FOUR)
    assert visit.save_cleared_drawing(service, WHOLE_FOUR, 1.0, FIRST_STROKE_OF_FOUR)
    visit.update_drawing(service, FIRST_STROKE_OF_FOUR)
    visit.update_drawing(service, NOTHING)
    (item,) = service.store.page().items
    record = service.store.get(item.id)
    assert record is not None
    assert len(record.strokes) == 2
    assert not visit.save_cleared_drawing(service, WHOLE_FOUR, 1.0, NOTHING)
    assert len(saved_ids(service)) == 1


def test_the_same_strokes_after_a_cleared_pad_are_another_drawing(
    service: PredictionService,
) -> None:
    visit = Visit()
    visit.update_drawing(service, NOTHING)
    assert not visit.save_cleared_drawing(service, WHOLE_SEVEN, 1.0, NOTHING)
    visit.update_drawing(service, NOTHING)
    visit.update_drawing(service, WHOLE_SEVEN)
    assert len(saved_ids(service)) == 2


def test_a_drawing_started_in_the_run_that_saves_the_cleared_one_is_saved_too(
    service: PredictionService,
) -> None:
    visit = Visit()
    visit.update_drawing(service, NOTHING)
    assert not visit.save_cleared_drawing(service, WHOLE_FOUR, 1.0, WHOLE_SEVEN)
    visit.update_drawing(service, WHOLE_SEVEN)
    assert saved_texts(service) == ["7", "4"]


def test_a_restarted_server_does_not_save_a_cleared_drawing_again(
    service: PredictionService,
) -> None:
    assert not Visit().save_cleared_drawing(service, WHOLE_FOUR, 1.0, NOTHING)
    assert saved_ids(service) == []


def test_an_error_leaves_the_shown_prediction_in_place(service: PredictionService) -> None:
    visit = Visit()
    visit.update_drawing(service, WHOLE_SEVEN)
    visit.predict_image(service, b"just words", "upload")
    assert visit.error is not None
    assert visit.error[0] == "unsupported_image"
    assert visit.prediction is not None
    assert visit.prediction["source"] == "pad"


def test_a_drawing_that_goes_on_after_its_label_is_saved_as_another(
    service: PredictionService,
) -> None:
    visit = Visit()
    visit.update_drawing(service, as_strokes(FOUR[:1]))
    (labelled,) = service.store.page().items
    service.store.label(labelled.id, "1", "Ada")
    visit.update_drawing(service, as_strokes(FOUR))
    visit.update_drawing(service, as_strokes([*FOUR, SEVEN[0]]))
    newest, oldest = service.store.page(with_drawing=True).items
    assert (oldest.id, oldest.label) == (labelled.id, "1")
    assert len(oldest.strokes) == 1
    assert (newest.label, len(newest.strokes)) == (None, len(FOUR) + 1)
