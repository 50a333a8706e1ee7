"""One process works among all that share a database, and another within five seconds of its death."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from data.database import Database
from data.lease import LEASE, WORKER, holder_of, make_lease, release_lease, take_lease
from tests.databases import THOROUGHLY, only
from tests.lines import TUESDAY, write_line

SECOND = timedelta(seconds=1)


def _take(database: Database, me: str, now: datetime) -> datetime | None:
    with database.transaction() as connection:
        make_lease(connection, WORKER, now)
        return take_lease(connection, WORKER, me, now)


def _holder(database: Database, now: datetime) -> str | None:
    with database.reading() as connection:
        return holder_of(connection, WORKER, now)


def test_one_of_two_has_the_lease_and_renews_it(server_database: Database) -> None:
    for seconds in range(30):
        now = TUESDAY + seconds * SECOND
        assert _take(server_database, "one", now) == now + LEASE
        assert _take(server_database, "two", now) is None
    assert _holder(server_database, now) == "one"


def test_another_has_the_lease_within_five_seconds_of_a_death(server_database: Database) -> None:
    # Both look once a second; the holder dies at the worst moment, just after it renewed its lease.
    _take(server_database, "one", TUESDAY)
    looks = (TUESDAY + offset * SECOND / 10 + number * SECOND for number in range(10) for offset in (9,))
    taken = next(now for now in looks if _take(server_database, "two", now))
    assert taken - TUESDAY <= 5 * SECOND
    assert _take(server_database, "one", taken) is None


def test_a_lease_that_is_given_up_can_be_taken_at_once(server_database: Database) -> None:
    _take(server_database, "one", TUESDAY)
    with server_database.transaction() as connection:
        release_lease(connection, WORKER, "two", TUESDAY)
    assert _take(server_database, "two", TUESDAY) is None
    with server_database.transaction() as connection:
        release_lease(connection, WORKER, "one", TUESDAY)
    assert _holder(server_database, TUESDAY) is None
    assert _take(server_database, "two", TUESDAY)


def test_a_lease_of_a_clock_that_goes_wrong_keeps_none_waiting(server_database: Database) -> None:
    _take(server_database, "one", TUESDAY + timedelta(days=365))
    assert _take(server_database, "two", TUESDAY)


@contextmanager
def _working(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    with (folder / "worker.log").open("ab") as log:
        process = subprocess.Popen(
            [Path(sys.executable).with_name("ivr"), "worker"], cwd=folder, stdout=subprocess.DEVNULL, stderr=log
        )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(60)


@pytest.mark.network
@pytest.mark.skipif(not THOROUGHLY, reason="left to make faults: it starts two processes")
@only("sqlite")
def test_real_processes_take_over_from_one_that_is_killed(database_url: str, tmp_path: Path) -> None:
    write_line(tmp_path / "flows" / "ensaio")
    database = Database(database_url)

    def wait_for_another_than(pid: int) -> tuple[int, float]:
        began = time.monotonic()
        while time.monotonic() < began + 60:
            held = _holder(database, datetime.now(UTC))
            if held and int(held.split("/")[1]) != pid:
                return int(held.split("/")[1]), time.monotonic() - began
            time.sleep(0.05)
        raise AssertionError((tmp_path / "worker.log").read_text())

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IVR_DATABASE_URL", database_url)
        with _working(tmp_path) as one, _working(tmp_path) as two:
            first, _ = wait_for_another_than(0)
            time.sleep(1)  # the other one is there, too
            os.kill(first, signal.SIGKILL)
            second, seconds = wait_for_another_than(first)
            assert {first, second} == {one.pid, two.pid}
            assert seconds <= 5
            print(f"taken over after {seconds:.1f} s")
    assert _holder(database, datetime.now(UTC)) is None  # whoever is told to end gives it up
    database.close()
