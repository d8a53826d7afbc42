"""A SQLite history that is damaged in the middle: nothing answers as if all were well."""

import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.settings import Settings
from db import Filters, Store, StoreUnavailableError, new_id, open_store
from db.codec import pack_digits
from tests.db.records import make_digit, make_record

PAGE_BYTES = 4096
DAMAGED = "is damaged or not a SQLite file; move it away"

Requests = list[Callable[[], object]]


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A history of 300 predictions."""
    file = tmp_path_factory.mktemp("history") / "history.sqlite3"
    store = open_store(Settings(history="sqlite", history_file=file))
    for number in range(300):
        store.save(make_record(str(number)))
    store.close()
    return file


@pytest.fixture
def file(history: Path, tmp_path: Path) -> Path:
    """A copy of that history."""
    return Path(shutil.copy(history, tmp_path / "history.sqlite3"))


@pytest.fixture
def store(file: Path) -> Iterator[Store]:
    """The store of that copy, not opened before the first request."""
    store = open_store(Settings(history="sqlite", history_file=file))
    yield store
    store.close()


def damage(file: Path, first_page: int, content: bytes) -> None:
    """Overwrite pages of the file."""
    with file.open("r+b") as opened:
        opened.seek(first_page * PAGE_BYTES)
        opened.write(content)


def all_requests(store: Store) -> Requests:
    return [
        store.page,
        lambda: store.page(filters=Filters(digit=7)),
        store.summary,
        store.count,
        lambda: store.get(new_id()),
        lambda: store.save(make_record("7")),
        lambda: store.delete(new_id()),
        lambda: list(store.export()),
    ]


def answer_to(request: Callable[[], object]) -> str:
    """Return the sentence about a damaged file, or that the request was answered."""
    try:
        request()
    except StoreUnavailableError as error:
        return DAMAGED if DAMAGED in str(error) else str(error)
    return "answered"


def check_that_nothing_answers(store: Store) -> None:
    for request in all_requests(store):
        with pytest.raises(StoreUnavailableError, match=DAMAGED):
            request()
    health = store.health()
    assert (health.reachable, health.accepting) == (False, False)
    assert DAMAGED in (health.detail or "")


@pytest.mark.parametrize("first", range(4), ids=["page", "summary", "health", "save"])
def test_a_file_damaged_from_the_second_page_on_answers_nothing(
    file: Path, store: Store, first: int
) -> None:
    size = file.stat().st_size - PAGE_BYTES
    damage(file, 1, random.Random(1).randbytes(size))
    if first == 2:
        assert not store.health().accepting
    else:
        with pytest.raises(StoreUnavailableError, match=DAMAGED):
            (store.page, store.summary, None, lambda: store.save(make_record("7")))[first]()  # type: ignore[misc]
    check_that_nothing_answers(store)


@pytest.mark.parametrize("seed", range(20))
def test_once_one_request_finds_damage_none_answers(file: Path, store: Store, seed: int) -> None:
    """Five pages anywhere in the middle: the newest page may still be intact, an export is not."""
    source = random.Random(seed)
    pages = file.stat().st_size // PAGE_BYTES
    content = source.randbytes(5 * PAGE_BYTES) if seed % 2 else bytes(5 * PAGE_BYTES)
    damage(file, source.randrange(1, pages - 5), content)
    answers = [answer_to(request) for request in all_requests(store)]
    errors = answers[answers.index(DAMAGED) :] if DAMAGED in answers else []
    assert set(errors) <= {DAMAGED}
    if errors:
        check_that_nothing_answers(store)


def test_a_digit_that_cannot_be_decoded_is_damage(file: Path, store: Store) -> None:
    """SQLite does not notice other content in the middle of a large value."""
    packed = pack_digits([make_digit(7)])
    content = file.read_bytes()
    file.write_bytes(content.replace(packed[:2], b"\x07\xff"))
    with pytest.raises(StoreUnavailableError, match=DAMAGED):
        store.page()
    check_that_nothing_answers(store)


@pytest.mark.parametrize("replace", ["removed", "restored by a copy", "moved away"])
def test_a_replaced_file_is_used_at_once(
    history: Path, file: Path, store: Store, replace: str
) -> None:
    store.save(make_record("7"))
    store.page()
    damage(file, 1, bytes(file.stat().st_size - PAGE_BYTES))
    with pytest.raises(StoreUnavailableError, match=DAMAGED):
        list(store.export())
    check_that_nothing_answers(store)
    for other in file.parent.glob("history.sqlite3-*"):
        other.unlink()
    if replace == "removed":
        file.unlink()
    elif replace == "moved away":
        file.rename(file.with_name("damaged"))
    else:
        shutil.copy(history, file)
    record = make_record("9")
    store.save(record)
    assert store.page().items[0].id == record.id
    assert store.count().count == (301 if replace == "restored by a copy" else 1)
    assert store.health().accepting
    store.close()
    reopened = open_store(Settings(history="sqlite", history_file=file))
    assert reopened.page().items[0].id == record.id
    reopened.close()


def test_damage_of_a_file_that_has_been_replaced_does_not_stop_the_new_one(
    history: Path, file: Path, store: Store
) -> None:
    """The first request after the replacement still reads the old file."""
    store.page()
    damage(file, 1, bytes(file.stat().st_size - PAGE_BYTES))
    file.rename(file.with_name("damaged"))
    shutil.copy(history, file)
    with pytest.raises(StoreUnavailableError, match=DAMAGED):
        list(store.export())
    assert len(list(store.export())) == 300
    assert store.health().accepting
