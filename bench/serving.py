"""Servers in processes of their own, for the length of a benchmark."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def serving(command: list[str], folder: str, *, on_one_processor: bool = False, **more: str) -> Iterator[int]:
    """Start a server with ``command`` and the environment ``more``, yield its port, and end it afterwards."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("IVR_", "TWILIO_"))}
    environment |= {"IVR_FLOWS": str(Path("flows").resolve()), "PYTHONPATH": str(Path().resolve())} | more
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert process.stdout is not None
            greeting = next(line for line in process.stdout if "make a call" in line)
            if on_one_processor and hasattr(os, "sched_setaffinity"):
                for thread in Path(f"/proc/{process.pid}/task").iterdir():
                    os.sched_setaffinity(int(thread.name), {0})
            yield int(re.findall(r":([0-9]+)/", greeting)[0])
        finally:
            process.terminate()
