"""Servers in processes of their own, for the length of a benchmark."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Served:
    """A server that has greeted: its process, its port, and that of its pages where it has some."""

    pid: int
    port: int
    pages_port: int | None


@contextmanager
def serving(command: list[str], folder: str, *, on_one_processor: bool = False, **more: str) -> Iterator[int]:
    """Start a server with ``command`` and the environment ``more``, yield its port, and end it afterwards."""
    with started(command, folder, **more) as served:
        if on_one_processor and hasattr(os, "sched_setaffinity"):
            for thread in Path(f"/proc/{served.pid}/task").iterdir():
                os.sched_setaffinity(int(thread.name), {0})
        yield served.port


@contextmanager
def started(command: list[str], folder: str, **more: str) -> Iterator[Served]:
    """Start a server as ``serving`` does, yield it once it has greeted, and end it afterwards."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("IVR_", "TWILIO_"))}
    environment |= {"IVR_FLOWS": str(Path("flows").resolve()), "PYTHONPATH": str(Path().resolve())} | more
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert process.stdout is not None
            pages = None
            for line in process.stdout:
                if "open this" in line:
                    pages = _port(line)
                if "make a call" in line:
                    yield Served(process.pid, _port(line), pages)
                    break
            else:
                raise RuntimeError(f"{command[0]} ended before it greeted")
        finally:
            process.terminate()


def _port(line: str) -> int:
    return int(re.findall(r":([0-9]+)/", line)[0])
