"""HAProxy in front of the processes of a line, with the configuration that ``deploy/haproxy.cfg`` gives."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from tests.machines.programs import Running, filled, free_port, program

_BY_CALL = "    balance hash req.body_param(CallSid)\n"

MACHINE_HEADER = "X-Machine"
"""Says, where turns are spread, which machine answered."""

_IN_TURN = f"    balance roundrobin\n    http-response set-header {MACHINE_HEADER} %s\n"


class Listening(Protocol):
    """What HAProxy passes requests to."""

    @property
    def port(self) -> int:
        """Where it listens on loopback."""


class Proxy:
    """HAProxy before three processes. ``spread``: every request goes to the next one, whichever call it is of."""

    def __init__(self, processes: Sequence[Listening], folder: Path, *, spread: bool = False) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        changes = [(f"10.0.0.{number}:5000", f"127.0.0.1:{each.port}") for number, each in enumerate(processes, 11)]
        changes.append(("bind 127.0.0.1:8000", f"bind 127.0.0.1:{self.port}"))
        if spread:
            changes.append((_BY_CALL, _IN_TURN))
        file = folder / f"haproxy-{self.port}.cfg"
        file.write_text(filled("haproxy.cfg", *changes))
        self._running = Running([program("haproxy", "haproxy"), "-db", "-f", str(file)], folder)
        self._running.listens(self.port)

    @property
    def log(self) -> str:
        """What HAProxy had to say."""
        return self._running.log

    def close(self) -> None:
        """The end of it."""
        self._running.close()
