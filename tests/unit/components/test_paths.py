"""Strokes from the canvas's drawing."""

from components.pad.paths import strokes_of


def _drawing(*paths: list[list[object]], width: int = 40) -> dict[str, object]:
    return {"objects": [{"type": "Path", "path": path, "strokeWidth": width} for path in paths]}


def test_no_drawing_has_no_strokes() -> None:
    assert strokes_of(None) == ()
    assert strokes_of({"objects": []}) == ()


def test_pen_points_are_the_control_points_and_the_end() -> None:
    path: list[list[object]] = [
        ["M", 9.96, 20],
        ["Q", 10, 20, 15, 25],
        ["Q", 20, 30, 25, 35],
        ["L", 30.04, 39.96],
    ]
    assert strokes_of(_drawing(path)) == (((10, 20), (20, 30), (30, 40)),)


def test_a_dot_is_one_place() -> None:
    path: list[list[object]] = [["M", 99.96, 50], ["L", 100.04, 50]]
    assert strokes_of(_drawing(path)) == (((100, 50), (100, 50)),)


def test_halves_go_up_even_with_noise() -> None:
    path: list[list[object]] = [
        ["M", 0, 0],
        ["Q", 10.4999999999, 20.5, 0, 0],
        ["Q", 11, 21, 0, 0],
        ["L", 30, 40],
    ]
    assert strokes_of(_drawing(path))[0][0] == (11, 21)


def test_what_is_no_path_is_no_stroke() -> None:
    assert strokes_of({"objects": [{"type": "Circle", "radius": 3}]}) == ()
