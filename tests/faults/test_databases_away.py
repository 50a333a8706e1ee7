"""A database that is locked by others, stopped, frozen or not there: TwiML in time, and all is well once it is back."""

from __future__ import annotations

import socket
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest

from data.vault import Vault
from ivr.simulator.phones import steps
from tests.databases import THOROUGHLY, _fill, one_of_both, only
from tests.faults.calling import Calling
from tests.faults.company import IDENTIFIED, LOOKING, QUEUED, Steps, answers_of
from tests.faults.conftest import MakeServer
from tests.faults.served import Connected
from tests.line_server import LineServer

pytestmark = pytest.mark.network

LOCKED = 10.0
"""Seconds."""

PEOPLE = "+551150900700"

SHORT: Steps = (steps.Press("2"), steps.HangUp())

NEEDY: Steps = (steps.Press("2"), steps.Press("2"))
"""Whoever wants support must say who they are."""


@contextmanager
def locked(url: str) -> Iterator[Callable[[], None]]:
    """Another process's lock on everything that a turn reads or writes, until what is given is called."""
    if url.startswith("sqlite"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None, check_same_thread=False)
        connection.execute("BEGIN EXCLUSIVE")
        with closing(connection):
            yield connection.rollback
        return
    with psycopg.connect(url) as server:
        server.execute("LOCK TABLE call, turn IN ACCESS EXCLUSIVE MODE")
        yield server.rollback


@one_of_both("sqlite")
def test_a_caller_waits_through_a_locked_database_and_goes_on(database_url: str, undisturbed: LineServer) -> None:
    timers: list[threading.Timer] = []
    with Connected(database_url) as served:
        line = Calling(served, undisturbed)
        line.usual(IDENTIFIED)
        # The turn with the document, in which nothing goes without data.
        needy = [path for path, _ in line.expected(line.call(IDENTIFIED), IDENTIFIED)][5]
        stack = locked(database_url)

        def meanwhile(path: str) -> None:
            if path == needy:
                timers.append(threading.Timer(LOCKED, stack.__enter__()))
                timers[0].start()

        transcript = line.call(IDENTIFIED, meanwhile)
        timers[0].join()
        stack.__exit__(None, None, None)
        asked_again = [path for path, _ in answers_of(transcript)].count(needy)
        print(f"asked {asked_again} times, the slowest answer after {line.slowest:.1f} s")
        assert 2 <= asked_again <= 4
        assert transcript.failures == []
        line.usual(IDENTIFIED)
        line.agree(database_url)
        line.close()


@one_of_both("postgresql")
def test_a_locked_database_leaves_menus_and_gives_people(database_url: str, undisturbed: LineServer) -> None:
    with Connected(database_url, lock_wait=1) as served:
        line = Calling(served, undisturbed)
        with locked(database_url):
            transcript = line.call(NEEDY)
        assert transcript.failures == []
        assert [event["to"] for event in transcript.events if event.kind == "dial"] == [PEOPLE]
        assert not any(each.durable for each in line.account.deliveries)
        line.usual(IDENTIFIED)
        line.agree(database_url)
        line.close()


@only("sqlite")
def test_a_server_answers_without_its_file_and_finds_it_again(database_url: str, undisturbed: LineServer) -> None:
    path = Path(database_url.removeprefix("sqlite:///"))
    with Connected(database_url) as served:
        line = Calling(served, undisturbed)
        line.usual(IDENTIFIED)
        path.rename(path.with_suffix(".away"))
        path.mkdir()
        served.kill()
        served.wait()
        assert line.call(LOOKING).failures == []
        assert len([event for event in line.call(IDENTIFIED).events if event.kind == "dial"]) == 1
        path.rmdir()
        path.with_suffix(".away").rename(path)
        line.usual(IDENTIFIED)
        line.agree(database_url)
        line.close()


@pytest.mark.postgres
@pytest.mark.parametrize(
    "how",
    [
        pytest.param("stopped", marks=pytest.mark.skipif(not THOROUGHLY, reason="make faults: a frozen one is worse")),
        pytest.param("frozen", marks=pytest.mark.skipif(sys.platform != "linux", reason="its processes are in /proc")),
    ],
)
def test_a_call_goes_on_without_its_server_and_with_it_again(
    make_breakable: MakeServer, server_vault: Vault, undisturbed: LineServer, how: str
) -> None:
    breakable = make_breakable(fsync="off")
    url = breakable.create()
    _fill(url, server_vault)
    away, back = (breakable.crash, breakable.start) if how == "stopped" else (breakable.freeze, breakable.thaw)

    def meanwhile(path: str) -> None:
        if path == "/twilio/turn/2":
            away()
        if path.startswith("/twilio/turn/4"):
            back()

    with Connected(url, lock_wait=2) as served:
        line = Calling(served, undisturbed)
        line.usual(IDENTIFIED)
        transcript = line.call(QUEUED, meanwhile)
        print(f"the slowest answer after {line.slowest:.1f} s")
        assert transcript.failures == []
        assert sum(not each.durable and each.number is not None for each in line.account.deliveries) >= 2
        line.usual(IDENTIFIED)
        line.agree(url)
        line.close()


def test_a_server_that_never_answers_holds_up_no_caller_for_long(undisturbed: LineServer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql://nobody@127.0.0.1:{silent.getsockname()[1]}/nothing"
        with Connected(url, lock_wait=2) as served:
            line = Calling(served, undisturbed)
            transcript = line.call(SHORT)
            print(f"the slowest answer after {line.slowest:.1f} s")
            assert transcript.failures == []
            line.close()
