"""The shipped call scripts, played in this process on a target of which a test sees the inside."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import tzinfo
from functools import cache
from typing import TYPE_CHECKING, Any

from flask import Flask

from app import create_app
from data.database import Database
from ivr.cli.folder_lines import FolderLines
from ivr.cli.targets import PUBLIC_URL, LocalLines
from ivr.flow.folder import line_names
from ivr.replay.call_target import MakeClock
from ivr.replay.line_target import LineTarget
from ivr.replay.runner import Played, play
from ivr.replay.script import Script, ScriptLines, find_scripts, read_scripts
from ivr.simulator.call_setup import CallSetup
from ivr.simulator.carrier import StatusCallback
from ivr.simulator.clock import VirtualClock
from tests.faults.served import FLOWS

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

TOLD = StatusCallback(f"{PUBLIC_URL}/twilio/status", events=("initiated", "ringing", "answered", "completed"))
"""The line is told everything of its calls, as a number at the telephone company is set up."""

Change = Callable[[CallSetup], CallSetup]


@cache
def shipped_scripts() -> Sequence[Script]:
    """Every call script that is shipped, with the lines as they are."""
    lines = ScriptLines(FLOWS, line_names(FLOWS), "4003-0015", FolderLines(FLOWS).prompts)
    return read_scripts(find_scripts([FLOWS]), lines)


def _as_it_is(setup: CallSetup) -> CallSetup:
    return setup


class Restartable:
    """An application that can be made again, as when its process was started again: what it kept in memory is gone."""

    def __init__(self, build: Callable[[], Flask]) -> None:
        self._build = build
        self.restart()

    def restart(self) -> None:
        self._app = self._build()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return self._app(environ, start_response)


class CallTarget:
    """The line ``name``, told of every status; ``change`` is made of each call's set-up.

    ``databases`` and ``apps`` are those that were made for it, and live as long as it does.
    """

    ours = True
    line = None

    def __init__(self, name: str, change: Change = _as_it_is, make_clock: MakeClock = VirtualClock) -> None:
        self.databases: list[Database] = []
        self.apps: list[Restartable] = []
        self._change = change
        self._inner: LineTarget = LocalLines(self._create_app, FLOWS, make_clock).target(name)

    @property
    def target(self) -> str:
        return self._inner.target

    @property
    def zone(self) -> tzinfo:
        return self._inner.zone

    def left_open(self, sid: str) -> Iterator[str]:
        return self._inner.left_open(sid)

    def setup(self, script: Script) -> CallSetup:
        setup = self._inner.setup(script)
        carrier = replace(setup.carrier, status_callback=setup.carrier.status_callback or TOLD)
        return self._change(replace(setup, carrier=carrier))

    def _create_app(self, *given: Any, database: Database, **named: Any) -> Restartable:
        self.databases.append(database)
        self.apps.append(Restartable(lambda: create_app(*given, database=database, **named)))
        return self.apps[-1]


def play_shipped(
    scripts: Sequence[Script], change: Change = _as_it_is, make_clock: MakeClock = VirtualClock
) -> tuple[list[Played], list[CallTarget]]:
    """How each call went, and the stages on which they were played."""
    targets = {name: CallTarget(name, change, make_clock) for name in {script.line for script in scripts}}
    return [play(script, targets[script.line]) for script in scripts], list(targets.values())
