"""The gate is run in a process of its own, beside the pages: a line's calls take it some seconds of a processor.

What it tells is kept for the draft and the version that it compared, so that publishing can ask whether these were
looked at.
"""

from __future__ import annotations

import json
import logging
import re
import subprocess
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from wording import message
from wording.catalogues import put

log = logging.getLogger(__name__)

SECONDS: Final = 300
"""For which a run may take; the 430 calls of 4003-0015 take about 30 on two processors."""

MOST: Final = 8
"""Runs that are kept, the last ones."""

ACCEPT_IS_NEEDED: Final = 1
"""The exit code of the gate where calls change."""


class Compared(NamedTuple):
    """A run compares these two: the save of the draft of a line, and the version that is published (0: none).

    ``since`` is the first day of the callers' calls that are played (2026-11-01); empty for the gate, which plays the
    line's scripts.
    """

    line: str
    save: int
    published: int
    since: str = ""


@dataclass(slots=True)
class GateRun:
    """A run has ``told`` what changes when it has ended, or ``failed`` with a sentence; before it goes on."""

    told: dict[str, Any] = field(default_factory=dict)
    failed: str = ""

    @property
    def is_over(self) -> bool:
        """Return whether it has ended."""
        return bool(self.told or self.failed)

    @property
    def needs_accept(self) -> bool:
        """Return whether calls change, so that publishing asks for a person's word."""
        return bool(self.told.get("changed") or self.told.get("removed"))


class GateRuns:
    """The runs of a server. ``command`` gives the command that judges the draft of a line, in a language, and prints
    JSON; None where nothing can be run.
    """

    def __init__(self, command: Callable[[Compared, str], Sequence[str]] | None) -> None:
        self._command = command
        self._runs: dict[Compared, GateRun] = {}
        self._lock = threading.Lock()

    @property
    def can_run(self) -> bool:
        """Return whether this server can play calls."""
        return self._command is not None

    def find(self, compared: Compared) -> GateRun | None:
        """Return the run of these two, going on or over; None where there was none."""
        with self._lock:
            return self._runs.get(compared)

    def start(self, compared: Compared, language: str) -> GateRun | None:
        """Begin to compare these two, unless that goes on or was done, and tell in ``language`` what breaks it. None
        where another run goes on.
        """
        if self._command is None:
            return None
        with self._lock:
            known = self._runs.get(compared)
            if known and not known.failed:
                return known
            if any(not run.is_over for run in self._runs.values()):
                return None
            run = GateRun()
            self._runs = dict([*self._runs.items(), (compared, run)][-MOST:])
        threading.Thread(target=_play, args=(self._command(compared, language), language, run), daemon=True).start()
        return run


def _play(command: Sequence[str], language: str, run: GateRun) -> None:
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)  # noqa: S603 - wired by us
    except subprocess.TimeoutExpired:
        text = message("gate-too-long", "the calls were played for {seconds} seconds, and given up", seconds=SECONDS)
        run.failed = put(text, language)
        return
    except OSError as error:
        run.failed = str(error.strerror)
        return
    try:
        if done.returncode not in (0, ACCEPT_IS_NEEDED):
            raise ValueError
        told = json.loads(done.stdout)
    except ValueError:
        last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        ended = message("gate-ended", "the playing of calls ended with {status}", status=done.returncode)
        run.failed = re.sub(r"^ivr( \w+)?: ", "", last[0]) if last else put(ended, language)
        log.warning("the gate failed", extra={"status": done.returncode})
        return
    run.told = told
