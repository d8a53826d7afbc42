"""The dashboard behind its gateway: drawn on, and hurt."""

from itertools import count

import httpx
from playwright.sync_api import Browser, Error, expect

from tests.browser.pages import Presentation
from tests.browser.windows import Windows
from tools.compose_stack import ComposeStack, crash, docker, eventually, read_seven
from tools.inkling_page import InklingPage
from tools.mouse import draw
from tools.sample_strokes import SEVEN, THREE


def test_a_reading_over_http_stands_in_cassandra(stack: ComposeStack) -> None:
    with stack.client() as client:
        id = read_seven(client)
    eventually("the reading is a row in Cassandra", lambda: id in kept_in_cassandra(stack))


def test_a_visitor_stays_on_one_replica(stack: ComposeStack) -> None:
    with stack.client() as client:
        first = client.get("/api/health/live")
        assert "INKLING_REPLICA" in first.cookies
        again = [client.get("/api/health/live") for _ in range(10)]
    assert not any("INKLING_REPLICA" in answer.cookies for answer in again)


def test_a_killed_replica_costs_no_request_and_no_reading(stack: ComposeStack) -> None:
    with stack.client() as client:
        before = [read_seven(client) for _ in range(10)]
        crash(stack.containers("web")[0])
        after = [read_seven(client) for _ in range(20)]
        eventually("the killed replica is back", lambda: stack.healthy("web") == 2)
        eventually(
            "all readings are in the history",
            lambda: (
                set(before + after)
                <= {item["id"] for item in client.get("/api/history?limit=500").json()["items"]}
            ),
        )


def test_cassandra_restarted_elsewhere_loses_nothing(stack: ComposeStack) -> None:
    with stack.client() as client:
        address = stack.address("cassandra")
        stack.compose("stop", "cassandra")
        # Another container takes the address that is free now.
        stack.compose(
            "run", "--detach", "--no-deps", "--rm", "--name", "squatter", "web", "sleep", "300"
        )
        ids = [read_seven(client) for _ in range(10)]
        eventually(
            "the page says that readings wait",
            lambda: client.get("/api/health/ready").json()["status"] == "waiting",
        )
        stack.compose("up", "--detach", "--wait", "cassandra")
        assert stack.address("cassandra") != address
        docker("rm", "--force", "squatter")
        eventually(
            "the readings stand in Cassandra, each once",
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

    def all_serve() -> bool:
        assert next(attempts) < 200
        cookies = httpx.get(f"{stack.url}/api/health/live").cookies
        replicas.add(cookies["INKLING_REPLICA"])
        return len(replicas) == 5

    eventually("every replica serves", all_serve)


def test_drawing_goes_on_when_the_replica_is_killed(stack: ComposeStack, browser: Browser) -> None:
    page = InklingPage(browser.new_page(locale="en-GB"), stack.url)
    before = page.saved()[:1]
    page.draw(SEVEN)
    page.expect_prediction("7")
    eventually("the drawing is kept", lambda: page.saved()[:1] != before)
    id = page.saved()[0]["id"]
    eventually("the drawing stands in Cassandra", lambda: id in kept_in_cassandra(stack))
    for replica in stack.containers("web")[1:]:
        crash(replica)
    eventually("the page reads on at another replica", lambda: reads_a_three(page))
    eventually("both drawings are kept", lambda: {"3", "7"} <= set(texts(page)))


def test_a_room_meets_through_the_gateway(stack: ComposeStack, windows: Windows) -> None:
    talk = Presentation(windows, stack.url)
    phones = [talk.phone(name) for name in ("Ada", "Bo", "Cy")]
    talk.press("g")
    expect(talk.tiles).to_have_count(3)
    for phone in phones:
        draw(phone, phone.locator(".paper"), SEVEN)
        expect(phone.locator(".read")).to_have_text("Prediction: 7")
    expect(talk.tiles.locator("b")).to_have_text(["7", "7", "7"])
    talk.close()


def reads_a_three(page: InklingPage) -> bool:
    """Draw a three; whether it is read. Moving to another replica the page lays its pad anew."""
    try:
        page.wait_until_ready()
        page.page.keyboard.press("c")
        page.draw(THREE)
        page.expect_prediction("3")
    except (AssertionError, Error):
        return False
    return True


def kept_in_cassandra(stack: ComposeStack) -> set[str]:
    """The ids of all readings that stand there."""
    return {row["id"] for row in stack.cql("SELECT id FROM inkling.predictions")}


def texts(page: InklingPage) -> list[str]:
    """What the newest readings say."""
    return [item["text"] for item in page.saved()]
