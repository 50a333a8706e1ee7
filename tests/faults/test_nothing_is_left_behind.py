"""After a call nothing of it is left but what is meant to be stored: no open row, transaction, thread, file, cache."""

from __future__ import annotations

import gc
import logging
import os
import re
import threading
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from data.database import Database
from data.held_connections import HeldConnection, HeldConnections
from ivr.replay.runner import play
from tests.databases import THOROUGHLY, only
from tests.faults.rehearsed import CallTarget, shipped_scripts
from tests.line_server import LineServer

EVERY = 1 if THOROUGHLY else 8
"""One script in so many is played; `make faults` plays each."""

CALLS = 150
SOME = 10
"""Threads or files: far below one a call."""

WARM_UP = 100


@pytest.fixture(autouse=True)
def _silence() -> Iterator[None]:
    """What is logged here is kept by pytest, and would be found as left behind."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


class Watched:
    """Watches which connections are taken for a transaction, and whether any ever was."""

    def __init__(self) -> None:
        self.used: set[HeldConnection] = set()
        self.ever = False


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> Watched:
    """The connections of all databases that are in use."""
    watched = Watched()
    take, give_back, discard = HeldConnections.take, HeldConnections.give_back, HeldConnections.discard

    def taken(self: HeldConnections) -> HeldConnection:
        held = take(self)
        watched.used.add(held)
        watched.ever = True
        return held

    def given_back(self: HeldConnections, held: HeldConnection) -> None:
        watched.used.discard(held)
        give_back(self, held)

    def discarded(self: HeldConnections, held: HeldConnection) -> None:
        watched.used.discard(held)
        discard(self, held)

    monkeypatch.setattr(HeldConnections, "take", taken)
    monkeypatch.setattr(HeldConnections, "give_back", given_back)
    monkeypatch.setattr(HeldConnections, "discard", discarded)
    return watched


def test_after_a_shipped_call_it_is_closed_and_nothing_of_it_is_left(connections: Watched) -> None:
    scripts = shipped_scripts()[::EVERY]
    threads, files = threading.active_count(), _files()
    targets = {name: CallTarget(name) for name in {script.line for script in scripts}}
    shared: dict[str, Database] = {}
    played, left_open = [], list[tuple[str | None, set[str]]]()
    for script in scripts:
        target = targets[script.line]
        played.append(play(script, target))
        # Data of a script with fixtures are closed once the next one has its own.
        newest = target.databases[-1]
        used = newest if script.fixtures else shared.setdefault(script.line, newest)
        left_open.append((script.title, _open_calls(used)))
    assert connections.ever
    assert connections.used == set()
    assert [(title, calls) for title, calls in left_open if calls] == []
    assert [_open_calls(database) for database in shared.values()] == [set()] * len(shared)
    assert shared
    sids = {each.transcript["call_sid"] for each in played}
    assert len(sids) == len(scripts) > 50
    assert [each.title for each in played if not each.passed] == []
    del played
    assert threading.active_count() <= threads  # those of a test before may have ended
    assert _files() == files
    assert _remembered(sids) == []


@only("sqlite")
def test_hundreds_of_calls_take_no_more_memory_than_some(server: LineServer) -> None:
    for number in range(WARM_UP):
        _call(server, number)
    threads, files, memory = threading.active_count(), _files(), _memory()
    for number in range(WARM_UP, WARM_UP + CALLS):
        _call(server, number)
    # Those of a test before may have ended, and a slow machine may have woken one more that waits for a turn.
    assert threading.active_count() < threads + SOME
    assert _files() < files + SOME
    assert _memory() < memory * 1.2
    assert _remembered({_sid(number) for number in range(WARM_UP + CALLS)}) == []


def _open_calls(database: Database) -> set[str]:
    with database.reading() as connection:
        return set(connection.execute(text("SELECT sid FROM call WHERE ended_at IS NULL")).scalars())


def _call(server: LineServer, number: int) -> None:
    sid = _sid(number)
    server.start(sid)
    server.turn(1, sid, Digits="2")
    server.post("/twilio/status", sid=sid, CallStatus="completed", SequenceNumber="3", CallDuration="9")


def _sid(number: int) -> str:
    return f"CA5eed{number:028x}"


def _files() -> int:
    return len(list(Path("/proc/self/fd").iterdir())) if Path("/proc/self/fd").is_dir() else 0


def _memory() -> int:
    """Bytes of this process that are in memory; 1 where that cannot be told."""
    statm = Path("/proc/self/statm")
    return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") if statm.exists() else 1


def _remembered(sids: set[str]) -> list[str]:
    """Where in this process a call is still known by its id, in whatever cache."""
    urllib.parse.clear_cache()  # type: ignore[attr-defined] # of the simulator's addresses; the standard library's own
    gc.unfreeze()
    gc.collect()
    found = []
    named = re.compile(r"CA[0-9a-f]{32}")
    for holder in gc.get_objects():
        if holder is sids:
            continue
        for held in gc.get_referents(holder):
            if type(held) is str and "CA" in held and any(sid in sids for sid in named.findall(held)):
                found.append(f"{type(holder).__name__}: {held[:80]}")
                break
    return found
