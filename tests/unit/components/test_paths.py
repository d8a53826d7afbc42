"""Strokes from the canvas's drawing."""

from components.pad.paths import strokes_from_canvas


def canvas_drawing(*paths: list[list[object]], width: int = 40) -> dict[str, object]:
    """Return a drawing as fabric.js serializes it."""
    return {"objects": [{"type": "Path", "path": path, "strokeWidth": width} for path in paths]}


def test_an_empty_canvas_has_no_strokes() -> None:
    assert strokes_from_canvas(None) == ()
    assert strokes_from_canvas({"objects": []}) == ()


def test_points_are_the_control_points_and_the_unshifted_end() -> None:
    path: list[list[object]] = [
        ["M", 9.96, 20],
        ["Q", 10, 20, 15, 25],
        ["Q", 20, 30, 25, 35],
        ["L", 30.04, 39.96],
    ]
    assert strokes_from_canvas(canvas_drawing(path)) == (((10, 20), (20, 30), (30, 40)),)


def test_a_dot_is_a_stroke_of_two_equal_points() -> None:
    path: list[list[object]] = [["M", 99.96, 50], ["L", 100.04, 50]]
    assert strokes_from_canvas(canvas_drawing(path)) == (((100, 50), (100, 50)),)


def test_halves_round_up_even_with_floating_point_noise() -> None:
    path: list[list[object]] = [
        ["M", 0, 0],
        ["Q", 10.4999999999, 20.5, 0, 0],
        ["Q", 11, 21, 0, 0],
        ["L", 30, 40],
    ]
    assert strokes_from_canvas(canvas_drawing(path))[0][0] == (11, 21)


def test_objects_other_than_paths_are_ignored() -> None:
    assert strokes_from_canvas({"objects": [{"type": "Circle", "radius": 3}]}) == ()
