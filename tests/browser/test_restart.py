"""The server is killed and restarted in the middle of a drawing."""

from pathlib import Path as FilePath

from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tools.dev_server import free_port, running_server
from tools.sample_strokes import FOUR, SEVEN


def test_a_drawing_continues_after_the_server_is_killed_and_restarted(
    open_page: OpenPage, tmp_path: FilePath
) -> None:
    port = free_port()
    with running_server(tmp_path, port=port) as server:
        page = open_page(server.url)
        page.draw(FOUR[:1])
        expect(page.rows).to_have_count(1)
        first = page.saved()[0]["id"]
        server.kill()
    page.pen_down(FOUR[1])
    page.page.mouse.up()
    with running_server(tmp_path, port=port):
        page.expect_prediction("4")
        expect(page.rows.locator("b")).to_have_text(["4"], timeout=60_000)
        assert [item["id"] for item in page.saved()] == [first]
        page.button("Clear").click()
        page.draw(SEVEN)
        page.expect_history("7", "4")
