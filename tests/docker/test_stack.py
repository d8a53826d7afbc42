"""The dashboard behind its gateway, in normal use and when containers fail."""

from itertools import count

import httpx
from playwright.sync_api import Browser, Error, expect

from tests.browser.pages import Presentation
from tests.browser.windows import Windows
from tools.compose_stack import ComposeStack, crash_server, docker, save_seven, wait_until
from tools.inkling_page import InklingPage
from tools.mouse import draw
from tools.sample_strokes import SEVEN, THREE


def test_a_prediction_over_http_is_stored_in_cassandra(stack: ComposeStack) -> None:
    with stack.client() as client:
        id = save_seven(client)
    wait_until("the prediction is in Cassandra", lambda: id in ids_in_cassandra(stack))


def test_a_visitor_stays_on_one_replica(stack: ComposeStack) -> None:
    with stack.client() as client:
        first = client.get("/api/health/live")
        assert "INKLING_REPLICA" in first.cookies
        again = [client.get("/api/health/live") for _ in range(10)]
    assert not any("INKLING_REPLICA" in response.cookies for response in again)


def test_a_killed_replica_fails_no_request_and_loses_no_prediction(stack: ComposeStack) -> None:
    with stack.client() as client:
        before = [save_seven(client) for _ in range(10)]
        crash_server(stack.containers("web")[0])
        after = [save_seven(client) for _ in range(20)]
        wait_until("the killed replica is healthy again", lambda: stack.healthy("web") == 2)
        wait_until(
            "all predictions are in the history",
            lambda: (
                set(before + after)
                <= {item["id"] for item in client.get("/api/history?limit=500").json()["items"]}
            ),
        )


def test_cassandra_restarted_at_another_address_loses_nothing(stack: ComposeStack) -> None:
    with stack.client() as client:
        address = stack.address("cassandra")
        stack.compose("stop", "cassandra")
        # Occupy the address that is free now, so that Cassandra gets another one.
        stack.compose(
            "run",
            "--detach",
            "--no-deps",
            "--rm",
            "--name",
            "address-holder",
            "web",
            "sleep",
            "300",
        )
        ids = [save_seven(client) for _ in range(10)]
        wait_until(
            "the readiness check reports waiting predictions",
            lambda: client.get("/api/health/ready").json()["status"] == "waiting",
        )
        stack.compose("up", "--detach", "--wait", "cassandra")
        assert stack.address("cassandra") != address
        docker("rm", "--force", "address-holder")
        wait_until(
            "the predictions are in Cassandra, each once",
            lambda: (
                sorted(
                    row["id"]
                    for row in stack.cql("SELECT id FROM inkling.predictions")
                    if row["id"] in ids
                )
                == sorted(ids)
            ),
        )


def test_scales_to_five(stack: ComposeStack) -> None:
    stack.compose("up", "--detach", "--wait", "--no-recreate", "--scale", "web=5")
    assert stack.healthy("web") == 5
    replicas: set[str] = set()
    attempts = count()

    def all_answer() -> bool:
        assert next(attempts) < 200
        cookies = httpx.get(f"{stack.url}/api/health/live").cookies
        replicas.add(cookies["INKLING_REPLICA"])
        return len(replicas) == 5

    wait_until("every replica answers", all_answer)


def test_drawing_continues_when_the_replica_is_killed(
    stack: ComposeStack, browser: Browser
) -> None:
    page = InklingPage(browser.new_page(locale="en-GB"), stack.url)
    before = page.saved()[:1]
    page.draw(SEVEN)
    page.expect_prediction("7")
    wait_until("the drawing is saved", lambda: page.saved()[:1] != before)
    id = page.saved()[0]["id"]
    wait_until("the drawing is in Cassandra", lambda: id in ids_in_cassandra(stack))
    for replica in stack.containers("web")[1:]:
        crash_server(replica)
    wait_until("the page works on another replica", lambda: recognizes_a_three(page))
    wait_until("both drawings are saved", lambda: {"3", "7"} <= set(texts(page)))
    replicas = len(stack.containers("web"))
    wait_until("every replica is healthy again", lambda: stack.healthy("web") == replicas)


def test_a_room_works_through_the_gateway(stack: ComposeStack, windows: Windows) -> None:
    talk = Presentation(windows, stack.url)
    phones = [talk.phone(name) for name in ("Ada", "Bo", "Cy")]
    talk.press("g")
    expect(talk.tiles).to_have_count(3)
    for phone in phones:
        draw(phone, phone.locator(".paper"), SEVEN)
        expect(phone.locator(".read")).to_have_text("Prediction: 7")
    expect(talk.tiles.locator("b")).to_have_text(["7", "7", "7"])
    talk.close()


def recognizes_a_three(page: InklingPage) -> bool:
    """Draw a three; return whether it is recognized.

    The page recreates its pad when it moves to another replica, so that drawing may fail at first.
    """
    try:
        page.wait_until_ready()
        page.page.keyboard.press("c")
        page.draw(THREE)
        page.expect_prediction("3")
    except (AssertionError, Error):
        return False
    return True


def ids_in_cassandra(stack: ComposeStack) -> set[str]:
    """Return the ids of all stored predictions."""
    return {row["id"] for row in stack.cql("SELECT id FROM inkling.predictions")}


def texts(page: InklingPage) -> list[str]:
    """Return the texts of the newest predictions."""
    return [item["text"] for item in page.saved()]
