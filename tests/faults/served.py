"""A server in a process of its own that a test may kill, and the telephone company that keeps calling it."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import IO

from tests.faults.forking import Plan

ROOT = Path(__file__).parents[2]
FLOWS = ROOT / "flows"
PUBLIC_URL = "http://ivr.test"
TOKEN = "a token of the tests"
PATIENCE = 60.0
"""Seconds that a busy machine may take to start a process."""


class Connected:
    """The shipped line on ``database_url``; ``url`` is where it listens, ``pid`` the child that answers now."""

    def __init__(
        self,
        database_url: str,
        *,
        at: str = "2026-03-10T10:30:00-03:00",
        line: Path = FLOWS / "4003-0015",
        environment: Mapping[str, str] | None = None,
        lock_wait: int | None = None,
    ) -> None:
        self._told = tempfile.TemporaryFile()  # noqa: SIM115 - open for as long as the server
        plan = Plan(database_url, str(line), at, PUBLIC_URL, TOKEN, lock_wait)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.forking", json.dumps(asdict(plan))],
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._told,
        )
        self._words: queue.SimpleQueue[tuple[str, int]] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, args=(self._process.stdout,), daemon=True)
        self._reader.start()
        self.pid = 0
        self.port = self._word("port")
        self.url = f"http://127.0.0.1:{self.port}"
        self.wait()

    def __enter__(self) -> Connected:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def kill(self) -> None:
        """``kill -9``; the next child is born at once."""
        os.kill(self.pid, signal.SIGKILL)
        self.pid = self._word("born")

    def wait(self) -> int:
        """Until a child answers; its process id."""
        self.pid = self._word("ready")
        return self.pid

    def close(self) -> None:
        """End parent and child."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join(PATIENCE)
        self._process.stdout.close()
        self._told.close()

    def _read(self, output: IO[bytes]) -> None:
        for line in output:
            word, number = line.split()
            self._words.put((word.decode(), int(number)))
        self._words.put(("end", 0))

    def _word(self, wanted: str) -> int:
        while True:
            word, number = self._words.get(timeout=PATIENCE)
            if word == wanted:
                return number
            if word == "end":
                self._told.seek(0)
                told = self._told.read()[-2000:].decode()
                raise RuntimeError(f"the server did not start, or ended by itself: {told}")
