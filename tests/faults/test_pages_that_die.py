"""The process of the pages is killed while calls go on, and the whole line is told to end in the middle of turns."""

from __future__ import annotations

import os
import signal
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.databases import embed
from tests.lines import write_line
from tests.test_serve import Connected, _end, _greeted, _page, _serve

pytestmark = pytest.mark.network

PATIENCE = 60.0


@pytest.fixture
def served(tmp_path: Path, _filled_file: Path) -> Iterator[Connected]:
    write_line(tmp_path / "flows" / "ensaio")
    embed(_filled_file, tmp_path)
    process = _serve(tmp_path, "--port", "0")
    try:
        yield _greeted(process, tmp_path)
    finally:
        _end(process)


def _children(pid: int) -> list[int]:
    # The thread that started a process is its parent in this list.
    return [
        int(child) for each in Path(f"/proc/{pid}/task").iterdir() for child in (each / "children").read_text().split()
    ]


def _pages_process(served: Connected, but: int = 0) -> int:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        for child in _children(served.process.pid):
            if child != but:
                return child
        time.sleep(0.05)
    raise AssertionError("the pages were not started again")


def _take(served: Connected, number: int, turn: int = 0) -> int:
    form = {
        "CallSid": f"CA{number:032x}",
        "From": "+5511987654321",
        "To": "+551140030015",
        "Digits": "7" if turn else "",
    }
    path = f"/twilio/turn/{turn}" if turn else "/twilio/voice"
    return requests.post(f"{served.at}{path}", data=form, timeout=PATIENCE).status_code


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="needs /proc")
def test_pages_that_are_killed_come_back_and_no_caller_notices(served: Connected) -> None:
    assert _page(served, "/health").json()["status"] in {"ok", "degraded"}
    statuses: list[int] = []
    over = threading.Event()

    def calls() -> None:
        for number in range(10_000):
            statuses.append(_take(served, number))
            if over.wait(0.05):
                return

    calling = threading.Thread(target=calls)
    calling.start()
    first = _pages_process(served)
    os.kill(first, signal.SIGKILL)
    second = _pages_process(served, but=first)
    assert "ensaio" in _page(served, "/").text
    os.kill(second, signal.SIGSTOP)
    before = len(statuses)
    while len(statuses) < before + 5:
        assert calling.is_alive()
        time.sleep(0.05)
    os.kill(second, signal.SIGCONT)
    over.set()
    calling.join()
    assert set(statuses) == {200}

    # A writer that holds the database makes every turn slow; then the line is told to end.
    database = sqlite3.connect(served.folder / "var" / "line.sqlite", isolation_level=None, timeout=PATIENCE)
    database.execute("BEGIN IMMEDIATE")
    in_hand: list[int] = []
    taking = [threading.Thread(target=lambda n=n: in_hand.append(_take(served, n, 1))) for n in range(6)]
    for each in taking:
        each.start()
    time.sleep(0.8)
    served.process.terminate()
    time.sleep(0.5)
    database.execute("ROLLBACK")
    database.close()
    for each in taking:
        each.join()
    assert in_hand == [200] * 6
    assert served.process.wait(30) == 0
    assert not Path(f"/proc/{second}").exists() or "Z" in Path(f"/proc/{second}/stat").read_text()
    assert "Traceback" not in (served.folder / "stderr.txt").read_text()
