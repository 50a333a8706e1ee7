"""What must survive a power cut is on the disk before its answer leaves; an ordinary turn waits for no disk.

strace tells in which order the server syncs the log of SQLite and sends its answers (Linux only).
"""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.databases import only
from tests.faults.calling import Calling
from tests.faults.company import IDENTIFIED, LOOKING
from tests.faults.served import Connected
from tests.line_server import LineServer

pytestmark = [pytest.mark.network, only("sqlite")]

PATIENCE = 30.0


@contextmanager
def _traced(pid: int, told: Path) -> Iterator[None]:
    """The syncs of the process and what it sends are written to ``told``."""
    watched = "trace=fsync,fdatasync,sendto,sendmsg,write"
    command = ["strace", "-f", "-y", "-s", "65536", "-e", watched, "-o", str(told), "-p", str(pid)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as tracer:
        assert tracer.stderr is not None
        first = tracer.stderr.readline()
        if "attached" not in first:
            _left_out(f"strace cannot attach here: {first.strip()}")
        try:
            yield
        finally:
            tracer.send_signal(signal.SIGINT)
            tracer.wait(PATIENCE)


def _left_out(why: str) -> None:
    pytest.skip(f"LEFT OUT, the order of syncs and answers: {why}")


def _order(trace: str) -> list[str]:
    """``sync`` for each sync of SQLite's log that has ended, and each document that was sent, in their order.

    The thread that brings the log into the file syncs both, beside the turns and at moments of its own.
    """
    told: list[str] = []
    syncing: set[str] = set()
    lines = trace.splitlines()
    beside = {line.split(maxsplit=1)[0] for line in lines if "sync(" in line and ".sqlite>" in line}
    for line in lines:
        thread = line.split(maxsplit=1)[0]
        if "sync(" in line and "-wal>" in line and thread not in beside:
            syncing.add(thread)
        if thread in syncing and "sync" in line and "unfinished" not in line:
            syncing.remove(thread)
            told.append("sync")
        elif "<Response" in line:
            told.append(line.partition("<Response")[2])
    return told


@pytest.fixture
def line(database_url: str, undisturbed: LineServer) -> Iterator[Calling]:
    with Connected(database_url) as served:
        line = Calling(served, undisturbed)
        yield line
        line.close()


def test_what_was_promised_is_synced_before_its_answer_and_menus_are_not(line: Calling, tmp_path: Path) -> None:
    if shutil.which("strace") is None:
        _left_out("there is no strace; install it (Debian: apt-get install strace)")
    line.usual(IDENTIFIED)  # whatever is done once is done
    told = tmp_path / "trace"
    with _traced(line.served.pid, told):
        line.call(LOOKING)
        looked = _order(told.read_text(errors="replace"))
        line.call(IDENTIFIED)
        time.sleep(0.1)
    order = _order(told.read_text(errors="replace"))[len(looked) :]
    menus = looked[: looked.index("sync")] if "sync" in looked else looked
    assert len(menus) == 1 + len("2*48*79*2")
    (rung,) = [place for place, each in enumerate(order) if "<Dial" in each]
    assert order[rung - 1] == "sync"
    assert "sync" not in order[: rung - 1]
