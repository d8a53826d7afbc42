"""Compare what reviewers find who label 100 predictions in different orders.

`python -m bench.active_learning` simulates a reviewer with 2,000 predictions, 600 of which repeat
another one's drawing: handwriting and MNIST's test images from `$INKLING_DATA` or `../shared/data`,
and the simulated pen of model/training/pen.py. It also times the selection among 10,000.
"""

import argparse
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from heapq import nsmallest
from pathlib import Path
from uuid import UUID

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.history_rows import make_record
from bench.odd_writer import PAD_SIZE, draw
from bench.table import percentile, print_table, time_calls
from core.settings import Settings
from db import PredictionRecord, open_store
from db.ids import id_at
from model.training.evaluation_sets import find_data_folder, read_image_set, read_stroke_set
from model.training.pen import vary_handwriting
from model.training.pen_paths import DIGITS_FILE, read_pen_paths
from services.active_learning import stack_embeddings
from services.most_useful import MAX_CANDIDATES, MostUsefulPredictions
from services.predictions import PredictionService

PREDICTIONS = 2_000
REPEATED = 600
TIMES_REPEATED = 10
STEP = 20
LABELS = 100
DRAWS = 4  # of the whole simulation, each with other drawings
# Drawings of each kind, 1,400 together.
STROKES = {
    "pendigits_train_strokes": 300,
    "numberpad_strokes": 100,
    "nondigit_omniglot_strokes": 50,
}
MNIST, SEMEION = 500, 100
SLOPPY, ODD = 250, 100  # by the simulated pen
SLOPPINESS = 2.0  # times the variation of ordinary handwriting
LIMITS = (0.001, 0.003, 0.01, 0.03)  # cosine distances
NOT_A_DIGIT = "?"

Strokes = list[NDArray[np.float64]]
Picture = NDArray[np.uint8]
Selector = Callable[[list[PredictionRecord]], list[PredictionRecord]]


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is drawn, its label, and the number of the drawing that it repeats (or its own)."""

    ink: Strokes | Picture
    label: str
    original: int


@dataclass(frozen=True, slots=True)
class Simulation:
    """Stored predictions without labels, newest first, and the drawing of each."""

    records: list[PredictionRecord]
    drawings: dict[UUID, Drawing]

    def is_mistake(self, record: PredictionRecord) -> bool:
        """Return whether the network is wrong."""
        return record.text != self.drawings[record.id].label


def main() -> None:
    """Simulate, time, and print the tables."""
    parser = argparse.ArgumentParser(prog="python -m bench.active_learning", description=__doc__)
    parser.add_argument("--draws", type=int, default=DRAWS, help="simulations")
    options = parser.parse_args()
    figures: dict[str, list[list[int]]] = {}
    distances: list[list[list[float]]] = []
    with temporary_service() as service:
        for seed in range(options.draws):
            simulation = simulate(service, np.random.default_rng(seed))
            distances.append(measure_distances(simulation))
            for name, found in compare(simulation, service.settings, seed).items():
                figures.setdefault(name, []).append(found)
    print_found(figures)
    columns = ["", "repeated, closer, %", "others, closer, %"]
    rows = [
        [f"cosine distance {limit}", *np.mean([draw[i] for draw in distances], axis=0).tolist()]
        for i, limit in enumerate(LIMITS)
    ]
    print_table("How far apart drawings are from the nearest other one", columns, rows)
    time_selection()


@contextmanager
def temporary_service() -> Iterator[PredictionService]:
    """Yield a service with an empty history in a temporary file."""
    with tempfile.TemporaryDirectory(prefix="inkling-bench-") as folder:
        settings = Settings(history="sqlite", history_file=Path(folder) / "history.sqlite3")
        service = PredictionService(settings)
        yield service
        service.close()


def simulate(service: PredictionService, rng: np.random.Generator) -> Simulation:
    """Return predictions of PREDICTIONS drawings in random order, REPEATED of them repetitions."""
    originals = draw_originals(rng)
    repeated = rng.choice(len(originals), REPEATED // TIMES_REPEATED, replace=False)
    drawings = originals + [
        Drawing(repeat(originals[number].ink, rng), originals[number].label, int(number))
        for number in np.repeat(repeated, TIMES_REPEATED)
    ]
    newest = datetime(2026, 11, 30, tzinfo=UTC)
    records, drawing_of = [], {}
    for index, number in enumerate(rng.permutation(len(drawings))):
        id = id_at(newest - timedelta(seconds=index))
        records.append(replace(predict(service, drawings[number].ink), id=id))
        drawing_of[id] = drawings[number]
    return Simulation(records, drawing_of)


def draw_originals(rng: np.random.Generator) -> list[Drawing]:
    """Return PREDICTIONS - REPEATED different drawings."""
    samples: list[tuple[Strokes | Picture, str]] = []
    for name, count in STROKES.items():
        stroke_set = read_stroke_set(name)
        assert stroke_set is not None, f"{name} is not in {find_data_folder()}"
        for index in rng.choice(len(stroke_set.samples), count, replace=False):
            label = stroke_set.labels[index]
            samples.append((stroke_set.samples[index], label if label.isdigit() else NOT_A_DIGIT))
    with np.load(find_data_folder() / "mnist.npz") as mnist:
        for index in rng.choice(len(mnist["x_test"]), MNIST, replace=False):
            samples.append((enlarge(mnist["x_test"][index], 2), str(mnist["y_test"][index])))
    semeion = read_image_set("semeion")
    assert semeion is not None, f"semeion is not in {find_data_folder()}"
    for index in rng.choice(len(semeion.samples), SEMEION, replace=False):
        samples.append((enlarge(np.array(semeion.samples[index]), 4), semeion.labels[index]))
    paths = read_pen_paths(DIGITS_FILE)
    for index in rng.integers(len(paths), size=SLOPPY):
        strokes = vary_handwriting(paths[index].strokes, rng, SLOPPINESS)
        samples.append(([stroke * PAD_SIZE + 100 for stroke in strokes], paths[index].symbol))
    samples += zip(*draw(ODD, rng), strict=True)
    return [Drawing(ink, label, number) for number, (ink, label) in enumerate(samples)]


def enlarge(glyph: Picture, factor: int) -> Picture:
    """Return a picture `factor` times as large, light on dark."""
    size = glyph.shape[1] * factor, glyph.shape[0] * factor
    return np.asarray(cv2.resize(glyph, size, interpolation=cv2.INTER_CUBIC), np.uint8)


def repeat(ink: Strokes | Picture, rng: np.random.Generator) -> Strokes | Picture:
    """Return a drawing as the same hand draws it again: turned by some degrees and scaled a bit."""
    degrees, scale = rng.normal(0, 3), 1 + rng.normal(0, 0.03)
    if isinstance(ink, np.ndarray):
        center = ink.shape[1] / 2, ink.shape[0] / 2
        matrix = cv2.getRotationMatrix2D(center, degrees, scale)
        background = int(ink[0, 0])
        turned = cv2.warpAffine(ink, matrix, ink.shape[::-1], borderValue=background)
        return np.asarray(turned, np.uint8)
    angle = np.radians(degrees)
    matrix = scale * np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    extent = float(np.ptp(np.concatenate(ink), axis=0).max())
    return [stroke @ matrix + rng.normal(0, 0.003 * extent, stroke.shape) for stroke in ink]


def predict(service: PredictionService, ink: Strokes | Picture) -> PredictionRecord:
    """Return the record of a drawing or picture, which is not saved."""
    if isinstance(ink, np.ndarray):
        png = cv2.imencode(".png", ink)[1].tobytes()
        return service.predict_file(png, save=False).pages[0].record
    return service.predict_strokes(ink, save=False).record


def compare(simulation: Simulation, settings: Settings, seed: int) -> dict[str, list[int]]:
    """Return for each order what LABELS labels find, as `count_found` does."""
    rng = np.random.default_rng(seed)
    store = open_store(settings)
    for record in list(store.export()):
        store.delete(record.id)
    store.restore(simulation.records)
    most_useful = MostUsefulPredictions(store, settings, "")
    random_order = dict(zip(simulation.drawings, rng.random(PREDICTIONS), strict=True))
    selectors: dict[str, Selector] = {
        "newest": lambda records: records[:STEP],
        "random": lambda records: nsmallest(STEP, records, key=lambda item: random_order[item.id]),
        "least confident": lambda records: nsmallest(
            STEP, records, key=lambda item: item.confidence
        ),
        "most useful": lambda _: [item.record for item in most_useful.select(limit=STEP).items],
    }
    found = {}
    for name, select in selectors.items():
        labelled: list[PredictionRecord] = []
        while len(labelled) < LABELS:
            known = {record.id for record in labelled}
            chosen = select([item for item in simulation.records if item.id not in known])
            for record in chosen:
                store.label(record.id, simulation.drawings[record.id].label, "reviewer")
            labelled += chosen
        for record in labelled:
            store.label(record.id, None)
        found[name] = count_found(simulation, labelled)
    store.close()
    return found


def count_found(simulation: Simulation, records: list[PredictionRecord]) -> list[int]:
    """Return the number of mistakes, of different drawings among them, of pairs, and of drawings.

    A pair is a true and a predicted text.
    """
    drawings = simulation.drawings
    mistakes = [record for record in records if simulation.is_mistake(record)]
    return [
        len(mistakes),
        len({drawings[record.id].original for record in mistakes}),
        len({(drawings[record.id].label, record.text) for record in mistakes}),
        len({drawings[record.id].original for record in records}),
    ]


def measure_distances(simulation: Simulation) -> list[list[float]]:
    """Return for each of LIMITS the percentages of drawings whose nearest other one is closer.

    First of those that are repeated, then of the others.
    """
    records = [record for record in simulation.records if record.digits]
    embeddings = stack_embeddings(records)
    originals = np.array([simulation.drawings[record.id].original for record in records])
    similarities = embeddings @ embeddings.T
    same = originals[:, None] == originals
    np.fill_diagonal(similarities, -1)
    to_same = 1 - np.where(same, similarities, -1).max(axis=1)
    to_others = 1 - np.where(same, -1, similarities).max(axis=1)
    is_repeated = to_same < 2
    return [
        [
            100 * float((to_same[is_repeated] < limit).mean()),
            100 * float((to_others < limit).mean()),
        ]
        for limit in LIMITS
    ]


def print_found(figures: dict[str, list[list[int]]]) -> None:
    """Print the means over all draws."""
    columns = [
        "order",
        "mistakes",
        "different drawings among them",
        "kinds (true and predicted text)",
        "different drawings labelled",
    ]
    rows: list[list[object]] = [
        [name, *np.mean(draws, axis=0).tolist()] for name, draws in figures.items()
    ]
    print_table(f"What {LABELS} labels find among {PREDICTIONS:,} predictions", columns, rows)


def time_selection() -> None:
    """Print how long a selection among MAX_CANDIDATES takes."""
    with temporary_service() as service:
        newest = datetime.now(UTC) - timedelta(hours=1)
        for start in range(0, MAX_CANDIDATES + 200, 500):
            numbers = range(start, start + 500)
            service.store.restore([make_record(number, newest) for number in numbers])
        rows: list[list[object]] = []
        for name, refresh in (("first", True), ("next", False)):

            def select(*, refresh: bool = refresh) -> None:
                if refresh:
                    service.most_useful = MostUsefulPredictions(service.store, service.settings, "")
                service.most_useful.select()

            times = time_calls(select, 20, warm_up=2)
            rows.append([name, percentile(times, 0.5), percentile(times, 0.95)])
    print_table(f"20 of {MAX_CANDIDATES:,} candidates in SQLite, ms", ["", "p50", "p95"], rows)


if __name__ == "__main__":
    main()
