"""Drawings and images from the page are stored in Cassandra."""

from pathlib import Path as FilePath

from cassandra.cluster import Session
from playwright.sync_api import FilePayload, expect

from tests.browser.conftest import OpenPage
from tests.cassandra_fixture import RunningCassandra
from tools.dev_server import free_port, running_server
from tools.sample_strokes import FOUR, SEVEN, THREE, encoded, picture


def stored_predictions(session: Session, keyspace: str) -> list[tuple[str, str, str]]:
    """Return id, text and source of every prediction, newest first."""
    rows = session.execute(f"SELECT id, text, source FROM {keyspace}.predictions")
    newest_first = sorted(rows, key=lambda row: row.id.time, reverse=True)
    return [(str(row.id), row.text, row.source) for row in newest_first]


def test_drawings_and_uploads_are_stored_in_cassandra(
    cassandra: RunningCassandra, open_page: OpenPage, tmp_path: FilePath
) -> None:
    environment = cassandra.environment
    with running_server(tmp_path, environment) as server:
        page = open_page(server.url)
        page.draw(SEVEN)
        page.expect_history("7")
        page.button("Clear").click()
        page.draw(FOUR[:1])
        expect(page.rows).to_have_count(2)
        page.draw(FOUR[1:])
        page.expect_history("4", "7")
        file = FilePayload(name="three.png", mimeType="image/png", buffer=encoded(picture(THREE)))
        page.page.locator("input[type=file]").set_input_files(file)
        page.expect_history("3", "4", "7")
        expect(page.history_status).to_be_empty(timeout=60_000)
        shown_ids = [row.get_attribute("data-id") for row in page.rows.all()]
        server.stop()  # writes the whole outbox to Cassandra
    cluster = cassandra.cluster()
    try:
        stored = stored_predictions(cluster.connect(), environment["CASSANDRA_KEYSPACE"])
    finally:
        cluster.shutdown()
    assert [(text, source) for _id, text, source in stored] == [
        ("3", "upload"),
        ("4", "pad"),
        ("7", "pad"),
    ]
    assert [id for id, _text, _source in stored] == shown_ids


def test_without_cassandra_the_page_still_predicts_and_tells_what_is_queued(
    open_page: OpenPage, tmp_path: FilePath
) -> None:
    unreachable = {"CASSANDRA_CONTACT_POINTS": "127.0.0.1", "CASSANDRA_PORT": str(free_port())}
    with running_server(tmp_path, unreachable) as server:
        page = open_page(server.url)
        page.draw(SEVEN)
        page.expect_prediction("7")
        page.expect_history("7")
        expect(page.history_status).to_contain_text("1 prediction is queued safely")
