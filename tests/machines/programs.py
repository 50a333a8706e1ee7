"""Programs of others that a machine may lack: found, started on loopback, and ended with the test."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType

import pytest

from tests.databases import NO_PROGRAM, required

PATIENCE = 60.0
"""Seconds that a busy machine may take to start a program."""

DEPLOY = Path(__file__).parents[2] / "deploy"


def program(name: str, package: str) -> str:
    """The path of a program of the Debian package ``package``; without it the test is left out, or fails."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/bin")
    if found:
        return found
    remedy = f"{name} (Debian: apt-get install {package})"
    if required():
        pytest.fail(f"required (IVR_TEST_REQUIRE_POSTGRES), and not here: {remedy}", pytrace=False)
    pytest.skip(f"{NO_PROGRAM}{remedy}")


def free_port() -> int:
    """A port of loopback that nothing listens at now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def filled(name: str, *changes: tuple[str, str]) -> str:
    """The file ``name`` of deploy/ with each pair replaced. What is to be replaced stands there, or the test is not
    about that file any more.
    """
    text = (DEPLOY / name).read_text()
    for old, new in changes:
        assert old in text, f"deploy/{name} has no {old}"
        text = text.replace(old, new)
    return text


def await_that(holds: Callable[[], object], what: str, seconds: float = PATIENCE, pause: float = 0.02) -> None:
    """Until ``holds`` gives something true. Raises TimeoutError, with ``what`` in it."""
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until:
            raise TimeoutError(what)
        time.sleep(pause)


def answers(port: int) -> bool:
    """Whether something listens at a port of loopback."""
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


class Running:
    """A running program with a log of its own, in a process group of its own; ``user`` is who runs it."""

    def __init__(
        self, command: Sequence[str], cwd: Path, environ: Mapping[str, str] | None = None, user: str | None = None
    ) -> None:
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - open for as long as the program
        # It ends when the tests do, however these end, where the machine can do that.
        bound = [setpriv, "--pdeathsig", "KILL"] if (setpriv := shutil.which("setpriv")) else []
        self.process = subprocess.Popen(
            [*bound, *command],
            cwd=cwd,
            env=dict(environ) if environ is not None else None,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=user,
            extra_groups=[] if user else None,
        )

    def __enter__(self) -> Running:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    @property
    def log(self) -> str:
        """What it had to say."""
        return os.pread(self._log.fileno(), 2**26, 0).decode(errors="replace")

    def listens(self, port: int) -> None:
        """Until it listens at ``port``."""
        await_that(lambda: answers(port) or self.process.poll() is not None, f"it does not listen: {self.log[-2000:]}")
        assert self.process.poll() is None, self.log[-2000:]

    def kill(self) -> None:
        """``kill -9`` of it and of all that it started."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def close(self) -> None:
        """The end of it."""
        self.kill()
        self._log.close()
