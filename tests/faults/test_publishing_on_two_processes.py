"""Two real servers of one database: versions are published while calls go on, and one is killed in the middle."""

from __future__ import annotations

import itertools
import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import requests

from tests.databases import THOROUGHLY
from tests.faults.test_menus_edited_under_calls import KEYS, edition, editions
from tests.lines import write_line

IVR = Path(sys.executable).with_name("ivr")
CALLERS = 4
EDITIONS = 5
PATIENCE = 60

pytestmark = [
    pytest.mark.network,
    pytest.mark.skipif(not THOROUGHLY, reason="two real servers, six commands: make faults"),
]


class Server:
    """``ivr serve`` in a process of its own, with a disk of its own; ``start`` it again after ``kill``."""

    def __init__(self, folder: Path, environ: dict[str, str]) -> None:
        self.folder, self.environ = folder, environ
        folder.mkdir()
        self.start()

    def start(self) -> None:
        with (self.folder / "log.txt").open("a") as log:
            self.process = subprocess.Popen(
                [IVR, "serve", "--port", "0"],
                cwd=self.folder,
                env=self.environ,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        greeting = ""
        assert self.process.stdout is not None
        for row in self.process.stdout:
            greeting += row
            if row.startswith("Ctrl-C"):
                break
        found = re.search(r"entry webhook\s+(\S+)/voice", greeting)
        assert found, greeting + (self.folder / "log.txt").read_text()
        self.at = found[1]

    def kill(self) -> None:
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.communicate(timeout=PATIENCE)

    def end(self) -> None:
        self.process.terminate()
        self.process.communicate(timeout=PATIENCE)


class Callers:
    """Callers who telephone until they are told to stop; each turn goes to whichever server answers."""

    def __init__(self, servers: list[Server]) -> None:
        self.servers = servers
        self.done = threading.Event()
        self.heard: dict[str, list[set[int]]] = {}
        self.failed: list[str] = []
        self._turns = itertools.count()
        self.threads = [threading.Thread(target=self._call, args=(who,)) for who in range(CALLERS)]

    def post(self, path: str, form: dict[str, str], turn: int) -> str:
        """As a load balancer in front of both does it: a server that is gone is not asked."""
        for attempt in range(400):
            server = self.servers[(turn + attempt) % 2]
            try:
                answer = requests.post(f"{server.at}{path}", data=form, timeout=15)
            except requests.ConnectionError:
                time.sleep(0.05)
                continue
            if answer.status_code != 200 or "<Response" not in answer.text:
                self.failed.append(f"{path}: {answer.status_code} {answer.text[:100]}")
            return answer.text
        self.failed.append(f"{path}: no server answered")
        return ""

    def begin(self, sid: str, turn: int) -> set[int]:
        return editions(self.post("/voice", {"CallSid": sid, "To": "+551140030015", "From": "+5511987654321"}, turn))

    def _call(self, who: int) -> None:
        for number in itertools.count():
            if self.done.is_set():
                return
            sid = f"CA{who + 1:016x}{number:016x}"
            heard = self.heard[sid] = [self.begin(sid, next(self._turns))]
            for turn, digits in enumerate(KEYS, 1):
                time.sleep(0.1)
                form = {"CallSid": sid, "Digits": digits, "To": "+551140030015", "From": "+5511987654321"}
                heard.append(editions(self.post(f"/turn/{turn}", form, next(self._turns))))


def test_calls_outlive_publishing_and_kill_9_on_two_processes(tmp_path: Path, database_url: str) -> None:
    line = write_line(tmp_path / "flows" / "ensaio", prompts=edition(0))
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("IVR_", "TWILIO_"))}
    environ = clean | {
        "IVR_DATABASE_URL": database_url,
        "IVR_SECRET_KEY": "a key of the tests, 32 bytes.....",
        "IVR_FLOWS": str(tmp_path / "flows"),
        "PYTHONUNBUFFERED": "1",
    }
    servers = [Server(tmp_path / "um", environ), Server(tmp_path / "dois", environ)]
    callers = Callers(servers)
    try:
        for thread in callers.threads:
            thread.start()
        for number in range(1, EDITIONS + 1):
            (line / "prompts.pt-BR.yaml").write_text(edition(number), encoding="utf-8")
            subprocess.run(
                [IVR, "publish", "ensaio", "-m", f"edition {number}"],
                cwd=tmp_path,
                env=environ,
                check=True,
                capture_output=True,
                timeout=PATIENCE,
            )
            if number == 3:
                # In the middle of calls, with a version just published: and it starts again beside a broken folder.
                servers[1].kill()
                (line / "menu.yaml").rename(tmp_path / "menu.yaml")
                (line / "menu.yaml").write_text("line: [", encoding="utf-8")
                servers[1].start()
                (tmp_path / "menu.yaml").replace(line / "menu.yaml")
            time.sleep(1)
            for which in range(2):
                assert callers.begin(f"CA{number:08x}{which:024x}", which) == {number}
    finally:
        callers.done.set()
        for thread in callers.threads:
            thread.join(PATIENCE)
        for server in servers:
            server.end()
    assert callers.failed == []
    assert len(callers.heard) > CALLERS
    for heard in callers.heard.values():
        assert len(set().union(*heard)) == 1, heard
    assert {next(iter(heard[0])) for heard in callers.heard.values()} >= {0, EDITIONS}
    for server in servers:
        log = (server.folder / "log.txt").read_text()
        assert "Traceback" not in log
        assert "menu changed" not in log
