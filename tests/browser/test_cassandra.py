"""What is drawn on the page stands in Cassandra."""

from pathlib import Path as FilePath

import pytest
from cassandra.cluster import Session
from playwright.sync_api import FilePayload, expect

from tests.browser.conftest import OpenPage
from tests.cassandra_fixture import RunningCassandra
from tools.dev_server import free_port, running_server
from tools.sample_strokes import FOUR, SEVEN, THREE, encoded, picture


def rows_in(session: Session, keyspace: str) -> list[tuple[str, str, str]]:
    """Id, text and source of every reading, newest first."""
    rows = session.execute(f"SELECT id, text, source FROM {keyspace}.predictions")
    newest = sorted(rows, key=lambda row: row.id.time, reverse=True)
    return [(str(row.id), row.text, row.source) for row in newest]


def test_what_is_drawn_and_uploaded_is_read_back_from_cassandra(
    cassandra: RunningCassandra, open_page: OpenPage, tmp_path: FilePath
) -> None:
    environment = cassandra.environment
    with running_server(tmp_path, environment) as server:
        page = open_page(server.url)
        page.draw(SEVEN)
        page.expect_rows("7")
        page.button("Clear").click()
        page.draw(FOUR[:1])
        expect(page.rows).to_have_count(2)
        page.draw(FOUR[1:])
        page.expect_rows("4", "7")
        file = FilePayload(name="three.png", mimeType="image/png", buffer=encoded(picture(THREE)))
        page.page.locator("input[type=file]").set_input_files(file)
        page.expect_rows("3", "4", "7")
        expect(page.page.locator(".st-key-history_area .line").first).to_be_empty(timeout=60_000)
        shown = [row.get_attribute("data-id") for row in page.rows.all()]
        server.stop()  # hands over whatever still waits
    cluster = cassandra.cluster()
    try:
        kept = rows_in(cluster.connect(), environment["CASSANDRA_KEYSPACE"])
    finally:
        cluster.shutdown()
    assert [(text, source) for _id, text, source in kept] == [
        ("3", "upload"),
        ("4", "pad"),
        ("7", "pad"),
    ]
    assert [id for id, _text, _source in kept] == shown


@pytest.mark.timeout(120)
def test_without_cassandra_the_page_reads_and_says_so_quietly(
    open_page: OpenPage, tmp_path: FilePath
) -> None:
    nowhere = {"CASSANDRA_CONTACT_POINTS": "127.0.0.1", "CASSANDRA_PORT": str(free_port())}
    with running_server(tmp_path, nowhere) as server:
        page = open_page(server.url)
        page.draw(SEVEN)
        page.expect_read("7")
        page.expect_rows("7")
        line = page.page.locator(".st-key-history_area .line").first
        expect(line).to_contain_text("1 reading waits here safely", timeout=30_000)
