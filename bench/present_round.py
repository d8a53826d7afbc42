"""Check a round of 50 phones whose server is killed in the middle: `python -m bench.present_round`.

Half of the phones vote before the kill, half after the restart; all come back as phones do. Prints
how many votes and scores are right on the big screen, and exits with an error if one is not.
"""

import asyncio
import json
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from playwright.async_api import Page, async_playwright, expect
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from api.rooms.room import public_id
from bench.table import percentile, print_table
from tools.chromium import FLAGS, find_chromium
from tools.dev_server import UNLIMITED, free_port, running_server

PHONES = 50
TRUTH = 7
RETRY_SECONDS = 0.5  # of a phone between two attempts to come back


class Phone:
    """A phone that votes once, and comes back until its vote is counted."""

    def __init__(self, url: str, index: int) -> None:
        self.url = url
        self.key = f"phone-of-the-benchmark-{index}"
        self.vote = str(index % 10)
        self.may_vote = asyncio.Event()
        self.joined = asyncio.Event()
        self.result: dict[str, int] | None = None
        self.confirmed_after = 0.0  # seconds from the vote to its confirmation by the room

    async def run(self) -> None:
        """Stay in the room until the round's result has come."""
        while self.result is None:
            try:
                async with connect(self.url) as socket:
                    hello = {"hello": "guest", "key": self.key, "name": self.key[-2:]}
                    await socket.send(json.dumps(hello))
                    await self._take_part(socket)
            except (OSError, WebSocketException):
                await asyncio.sleep(RETRY_SECONDS * (0.5 + random.random()))

    async def _take_part(self, socket: ClientConnection) -> None:
        voting = asyncio.create_task(self.may_vote.wait())
        voted_at = 0.0
        async for message in socket:
            room = json.loads(message).get("room")
            if room is None:
                continue
            self.joined.set()
            self.result = room["result"]
            if self.result is not None:
                break
            current = room["round"]
            if current and current["open"] and room["vote"] is None and not voted_at:
                await voting
                voted_at = time.perf_counter()
                vote = {"round": current["number"], "value": self.vote}
                await socket.send(json.dumps({"vote": vote}))
            elif room["vote"] and voted_at:
                self.confirmed_after = time.perf_counter() - voted_at
        voting.cancel()


async def main() -> None:
    """Run the round and print what the big screen shows of it."""
    with tempfile.TemporaryDirectory() as folder:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
            page = await browser.new_page(viewport={"width": 1920, "height": 1080})
            wrong = await play(page, Path(folder), free_port())
            await browser.close()
    if wrong:
        sys.exit("The big screen is wrong.")


async def play(page: Page, folder: Path, port: int) -> bool:
    """Play the round on `page`; return whether a vote or a score is wrong."""
    with running_server(folder, UNLIMITED, port=port) as server:
        await page.goto(f"{server.url}/present")
        await page.locator('.stage[data-link="up"]').wait_for(timeout=60_000)
        code = await page.locator(".invitation .code").inner_text()
        address = f"{server.url.replace('http', 'ws')}/api/rooms/{code}"
        phones = [Phone(address, index) for index in range(PHONES)]
        running = [asyncio.create_task(phone.run()) for phone in phones]
        await asyncio.gather(*(phone.joined.wait() for phone in phones))
        await page.keyboard.press("w")
        for phone in phones[: PHONES // 2]:
            phone.may_vote.set()
        await expect(page.locator(".caption p")).to_contain_text(f"{PHONES // 2}")
        server.kill()
    killed_at = time.perf_counter()
    with running_server(folder, UNLIMITED, port=port):
        for phone in phones[PHONES // 2 :]:
            phone.may_vote.set()
        await expect(page.locator(".caption p")).to_contain_text(f"{PHONES}", timeout=60_000)
        complete_after = time.perf_counter() - killed_at
        await page.keyboard.press(str(TRUTH))
        await asyncio.gather(*running)
        shown = await page.locator(".view .bars em").all_inner_texts()
        players = await page.evaluate(
            "() => JSON.parse(sessionStorage.getItem('inkling.presented')).rounds.players"
        )
    return report(
        phones, [text.split()[-1] if text else "0" for text in shown[:10]], players, complete_after
    )


def report(
    phones: list[Phone],
    shown: list[str],
    players: dict[str, dict[str, int]],
    complete_after: float,
) -> bool:
    """Print the result; return whether a vote or a score is wrong."""
    votes = Counter(phone.vote for phone in phones)
    right_bars = sum(shown[digit] == str(votes[str(digit)]) for digit in range(10))
    expected = {public_id(phone.key): int(phone.vote == str(TRUTH)) for phone in phones}
    right_scores = sum(
        players.get(id, {}).get("score") == score == phone_score(phones, id)
        for id, score in expected.items()
    )
    after_kill = sorted(phone.confirmed_after for phone in phones[PHONES // 2 :])
    print_table(
        f"A round of {PHONES} phones, server killed after half of the votes",
        [
            "digits with the right number of votes",
            "right scores on screen and phone",
            "kill to the last vote, s",
            "vote to confirmation p95, s",
        ],
        [
            [
                f"{right_bars} of 10",
                f"{right_scores} of {PHONES}",
                complete_after,
                percentile(after_kill, 0.95),
            ]
        ],
    )
    return right_bars < 10 or right_scores < PHONES


def phone_score(phones: list[Phone], id: str) -> int:
    """Return the score that the phone with this public id shows, -1 for none."""
    (phone,) = (phone for phone in phones if public_id(phone.key) == id)
    return phone.result["score"] if phone.result else -1


if __name__ == "__main__":
    asyncio.run(main())
