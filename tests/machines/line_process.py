"""One process of ``ivr serve``, as it runs on each machine; its clock stands at a moment of the tests.

It is forked from a process that has imported everything already (``tests.faults.crowd``): to start Python three times
would take longer than the test itself. From there on it is the command, with its process of the pages.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from pathlib import Path

import requests

from tests.faults.company import AT
from tests.faults.crowd import _CONTEXT
from tests.faults.served import FLOWS, PUBLIC_URL, TOKEN
from tests.line_server import ACCOUNT, KEY
from tests.machines.programs import await_that, free_port

_CLOCK = Path(__file__).parent / "on_each_process"
_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of <linux/prctl.h>


class LineProcess:
    """The shipped line on ``database_url``, at a port that stays the same when it is started again. What it logs is in
    ``folder``.
    """

    def __init__(self, database_url: str, folder: Path) -> None:
        self.port = free_port()
        self._folder = folder
        folder.mkdir()
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("IVR_", "TWILIO_"))}
        self._environ = clean | {
            "IVR_DATABASE_URL": database_url,
            "IVR_SECRET_KEY": KEY.decode(),
            "IVR_FLOWS": str(FLOWS),
            "IVR_PUBLIC_URL": PUBLIC_URL,
            "IVR_TEST_NOW": AT.isoformat(),
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "PYTHONPATH": str(_CLOCK),
        }
        self._options = ["--port", str(self.port), "--pages", f"127.0.0.1:{free_port()}", "--portal", "none"]
        self.start()

    def start(self) -> None:
        """Start it; it need not answer yet."""
        self._process = _CONTEXT.Process(
            target=_serve, args=(self._options, self._environ, str(self._folder)), daemon=True
        )
        self._process.start()

    def wait(self) -> None:
        """Until it answers."""
        await_that(self._answers, "the line does not answer")

    def kill(self) -> None:
        """The machine is gone: ``kill -9`` of both its processes."""
        assert self._process.pid is not None
        if self._process.is_alive():
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.join()

    def close(self) -> None:
        """The end of it."""
        self.kill()
        self._process.close()

    @property
    def log(self) -> str:
        """What it logged."""
        return (self._folder / "log").read_text()

    def _answers(self) -> bool:
        assert self._process.is_alive(), self.log[-2000:]
        try:
            told = requests.get(f"http://127.0.0.1:{self.port}/health", timeout=2).json()
        except requests.RequestException:
            return False
        return bool(told["status"] == "ok")


def _serve(options: list[str], environ: dict[str, str], folder: str) -> None:
    os.setsid()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environ)
    log = os.open("log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for output in (1, 2):
        os.dup2(log, output)

    from ivr import cli
    from tests.machines.on_each_process import sitecustomize

    sitecustomize.set_clock()
    sys.argv = ["ivr", "serve", *options]
    cli.main()
