"""Draws strokes with the mouse on any drawing surface of a page."""

from playwright.sync_api import Locator, Page

from tools.sample_strokes import Stroke

SAMPLE_SIZE = 300  # pixels: the size of the pad that tools.sample_strokes is made for


def draw(page: Page, surface: Locator, strokes: list[Stroke], lift: bool = True) -> None:
    """Draw strokes scaled to the width of `surface`; `lift` releases the button after each."""
    surface.scroll_into_view_if_needed()  # waits until it does not move
    box = surface.bounding_box()
    assert box
    scale = box["width"] / SAMPLE_SIZE
    for stroke in strokes:
        page.mouse.move(box["x"] + stroke[0][0] * scale, box["y"] + stroke[0][1] * scale)
        page.mouse.down()
        for x, y in stroke[1:]:
            page.mouse.move(box["x"] + x * scale, box["y"] + y * scale, steps=2)
        if lift:
            page.mouse.up()
