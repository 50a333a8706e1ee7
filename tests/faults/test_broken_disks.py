"""A disk that is full, broken or slow: every answer is TwiML, no turn is half there, and all is well when it is well.

The disk fails below SQLite, in the system calls (tests/faults/faulty.c; Linux only). SQLite's -shm file is mapped into
memory: only its growing passes a call.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

import pytest

from tests.databases import THOROUGHLY
from tests.faults.calling import Calling
from tests.faults.company import IDENTIFIED, LOOKING, QUEUED, answers_of
from tests.faults.conftest import faulty_disk
from tests.faults.disk import BROKEN, NO_SPACE, FaultyDisk
from tests.faults.served import Connected
from tests.line_server import LineServer

pytestmark = pytest.mark.network

CALLERS = 3 if THOROUGHLY else 2

MOST_WRITES = 1000
"""A call makes about a hundred."""

STEP = 1 if THOROUGHLY else 17
"""Every 17th write fails in ``make test``, other ones for each error; each one in ``make faults``."""


@dataclass
class OnDisk:
    """A server, its SQLite database, and the disk under it."""

    served: Connected
    url: str
    disk: FaultyDisk


@pytest.fixture(scope="module")
def on_disk(tmp_path_factory: pytest.TempPathFactory, _filled_file: Path) -> Iterator[OnDisk]:
    """One for all tests of this file: each of them leaves it as it was, or has found a fault."""
    folder = tmp_path_factory.mktemp("disk")
    shutil.copyfile(_filled_file, folder / "ivr.db")
    url = f"sqlite:///{folder / 'ivr.db'}"
    with faulty_disk(str(folder)) as disk, Connected(url, environment=disk.environment) as served:
        yield OnDisk(served, url, disk)


@pytest.fixture
def disk(on_disk: OnDisk) -> Iterator[FaultyDisk]:
    yield on_disk.disk
    on_disk.disk.lift()


@pytest.fixture
def database_url(on_disk: OnDisk) -> str:
    return on_disk.url


@pytest.fixture
def line(on_disk: OnDisk, undisturbed: LineServer) -> Iterator[Calling]:
    line = Calling(on_disk.served, undisturbed)
    yield line
    line.close()


@pytest.mark.parametrize("error", [NO_SPACE, BROKEN], ids=["no-space", "input-output-error"])
def test_a_failed_write_of_a_call_gives_twiml_and_no_half_turn(
    database_url: str, disk: FaultyDisk, line: Calling, error: int
) -> None:
    first = 1 + STEP // 2 * (error == BROKEN)
    for number in range(first, MOST_WRITES, STEP):
        disk.fail(number, error)
        transcript = line.call(IDENTIFIED)
        failed = disk.failed
        disk.lift()
        if not failed:
            break
    without_data = sum(not each.durable and each.number is not None for each in line.account.deliveries)
    print(f"{number - 1} writes, each {STEP}. failed in its own call; {without_data} turns were without data")
    assert number > 100
    assert without_data > 20 // STEP
    assert (transcript.failures, answers_of(transcript)) == ([], line.expected(transcript, IDENTIFIED))
    line.agree(database_url)


def test_a_call_goes_on_at_its_turn_as_soon_as_the_disk_has_space(
    database_url: str, disk: FaultyDisk, line: Calling
) -> None:
    turns = [path for path, _ in line.expected(line.call(QUEUED), QUEUED) if path != "/twilio/wait"]
    for full in turns[:-1] if THOROUGHLY else turns[1:-1:4]:
        asked: list[str] = []

        def meanwhile(path: str, full: str = full, asked: list[str] = asked) -> None:
            asked.append(urlsplit(path).path)
            if asked == [*turns[: turns.index(full)], full]:
                disk.fill()
            elif full in asked:
                disk.lift()

        transcript = line.call(QUEUED, meanwhile)
        disk.lift()
        assert transcript.failures == [], full
        # Told otherwise than ever is at most what this turn says, and once more that it is to be asked again.
        undisturbed = line.expected(transcript, QUEUED)
        others = {path for path, document in answers_of(transcript) if (path, document) not in undisturbed}
        assert others <= {full}
    line.agree(database_url)


def test_on_a_full_disk_menus_are_heard_and_identification_gets_people(
    database_url: str, disk: FaultyDisk, line: Calling
) -> None:
    disk.fill()
    transcript = line.call(LOOKING)
    assert transcript.failures == []
    assert [path for path, _ in answers_of(transcript)] == [path for path, _ in line.expected(transcript, LOOKING)]
    dialled = [event["to"] for event in line.call(IDENTIFIED).events if event.kind == "dial"]
    assert len(dialled) == 1
    assert disk.failed > 0
    disk.lift()
    line.usual(IDENTIFIED)
    line.agree(database_url)


def test_where_nothing_can_be_synced_nothing_is_promised(database_url: str, disk: FaultyDisk, line: Calling) -> None:
    disk.forget_syncs()
    line.usual(LOOKING)
    transcript = line.call(IDENTIFIED)
    assert len([event for event in transcript.events if event.kind == "dial"]) == 1
    assert disk.failed > 0
    line.served.kill()
    disk.lift()
    line.served.wait()
    # The call was put through to people without a number, since it could not have been kept.
    with closing(sqlite3.connect(database_url.removeprefix("sqlite:///"))) as connection:
        told = connection.execute("SELECT count(*) FROM protocol WHERE call_sid = ?", (transcript.call_sid,))
        assert told.fetchone() == (0,)
    line.usual(IDENTIFIED)
    line.agree(database_url)


def test_on_a_slow_disk_every_answer_comes_before_the_carrier_gives_up(
    database_url: str, disk: FaultyDisk, line: Calling
) -> None:
    disk.slow(0.3)
    with ThreadPoolExecutor(CALLERS) as callers:
        transcripts = list(callers.map(lambda _: line.call(IDENTIFIED), range(CALLERS)))
    assert disk.syncs >= 2 * CALLERS
    disk.lift()
    assert [transcript.failures for transcript in transcripts] == [[]] * CALLERS
    seconds = sorted(each.seconds for each in line.account.deliveries)
    print(f"{len(seconds)} requests: median {median(seconds):.2f} s, p99 {seconds[int(len(seconds) * 0.99)]:.2f} s")
    line.agree(database_url)
