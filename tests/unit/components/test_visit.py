"""What one visitor's drawing becomes in the history."""

from pathlib import Path

import pytest

from components.draw.visit import Visit
from core.settings import Settings
from services.predictions import PredictionService
from tools.sample_strokes import FOUR, SEVEN, encoded, picture

Strokes = tuple[tuple[tuple[float, float], ...], ...]


def ink(strokes: list[list[list[float]]]) -> Strokes:
    return tuple(tuple((x, y) for x, y in stroke) for stroke in strokes)


@pytest.fixture
def service(tmp_path: Path) -> PredictionService:
    settings = Settings.model_validate(
        {"history": "sqlite", "history_file": tmp_path / "h.sqlite3", "outbox_file": tmp_path / "o"}
    )
    return PredictionService(settings)


def kept(service: PredictionService) -> list[str]:
    return [str(item.id) for item in service.store.page().items]


def test_one_drawing_is_one_row(service: PredictionService) -> None:
    visit = Visit()
    visit.see_pad(service, ink(FOUR[:1]))
    visit.see_pad(service, ink(FOUR))
    assert len(kept(service)) == 1


def test_an_empty_pad_ends_the_drawing(service: PredictionService) -> None:
    visit = Visit()
    for strokes in (FOUR, [], FOUR):
        visit.see_pad(service, ink(strokes))
    assert len(kept(service)) == 2


def test_other_ink_is_another_drawing_though_nobody_saw_the_pad_empty(
    service: PredictionService,
) -> None:
    visit = Visit()
    visit.see_pad(service, ink(FOUR))
    visit.see_pad(service, ink(SEVEN))
    assert len(kept(service)) == 2


def test_a_run_without_new_ink_reads_nothing(service: PredictionService) -> None:
    visit = Visit()
    visit.see_pad(service, ink(SEVEN))
    version = visit.version
    visit.see_pad(service, ink(SEVEN))
    assert visit.version == version


def test_a_new_server_goes_on_with_the_drawing(service: PredictionService) -> None:
    Visit().see_pad(service, ink(FOUR[:1]))
    first = kept(service)
    Visit().see_pad(service, ink(FOUR))
    assert kept(service) == first


def test_a_picture_begins_something_else(service: PredictionService) -> None:
    visit = Visit()
    visit.see_pad(service, ink(SEVEN))
    visit.see_picture(service, encoded(picture(SEVEN)), "upload")
    visit.see_pad(service, ())
    assert visit.record is not None
    assert visit.record["source"] == "upload"
    assert len(kept(service)) == 2


def test_a_refused_picture_stays_said_though_ink_is_read_in_the_same_run(
    service: PredictionService,
) -> None:
    visit = Visit()
    visit.see_picture(service, b"no picture", "upload")
    said = visit.trouble
    visit.see_pad(service, ink(SEVEN))
    assert said is not None
    assert visit.trouble == said
    assert len(kept(service)) == 1
    visit.picture_refused = False  # the run is over
    visit.see_pad(service, ink(FOUR))
    assert visit.trouble is None


def test_a_pad_emptied_at_once_loses_no_stroke(service: PredictionService) -> None:
    visit = Visit()
    visit.see_pad(service, ())
    visit.see_pad(service, ink(FOUR[:1]))
    assert visit.see_finished(service, ink(FOUR), 1.0, ink(FOUR[:1]))
    visit.see_pad(service, ink(FOUR[:1]))
    visit.see_pad(service, ())
    (only,) = service.store.page().items
    whole = service.store.get(only.id)
    assert whole is not None
    assert len(whole.strokes) == 2
    assert not visit.see_finished(service, ink(FOUR), 1.0, ())
    assert len(kept(service)) == 1


def test_the_same_ink_after_a_pad_emptied_at_once_is_another_drawing(
    service: PredictionService,
) -> None:
    visit = Visit()
    visit.see_pad(service, ())
    assert not visit.see_finished(service, ink(SEVEN), 1.0, ())
    visit.see_pad(service, ())
    visit.see_pad(service, ink(SEVEN))
    assert len(kept(service)) == 2


def test_a_drawing_begun_in_the_run_that_ends_the_one_before_is_kept(
    service: PredictionService,
) -> None:
    visit = Visit()
    visit.see_pad(service, ())
    assert not visit.see_finished(service, ink(FOUR), 1.0, ink(SEVEN))
    visit.see_pad(service, ink(SEVEN))
    assert [item.text for item in service.store.page().items] == ["7", "4"]


def test_a_new_server_does_not_keep_a_finished_drawing_again(service: PredictionService) -> None:
    assert not Visit().see_finished(service, ink(FOUR), 1.0, ())
    assert kept(service) == []


def test_an_error_leaves_what_was_read(service: PredictionService) -> None:
    visit = Visit()
    visit.see_pad(service, ink(SEVEN))
    visit.see_picture(service, b"just words", "upload")
    assert visit.trouble is not None
    assert visit.trouble[0] == "unsupported_image"
    assert visit.record is not None
    assert visit.record["source"] == "pad"
