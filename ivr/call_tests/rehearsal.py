"""A rehearsal reads and plays the call scripts of a run of pytest: on lines of ours, or on an application of theirs."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ivr.call_tests.application import application_target
from ivr.cli.lines import DEFAULT_LINE, flows_folder
from ivr.cli.missing_part import missing_part
from ivr.cli.probe import is_url
from ivr.cli.url_target import url_target
from ivr.errors import FlowError, IvrError, ScriptError, TargetError
from ivr.flow.folder import line_names
from ivr.replay.call_target import SceneHost, is_secret
from ivr.replay.failed_call import FailedCall
from ivr.replay.manners import MANNERS
from ivr.replay.runner import phone_of, play
from ivr.replay.script import ENDING, BadScript, Script, ScriptLines, played_in, read_all
from ivr.simulator.clock import VirtualClock
from ivr.simulator.live_call import place_call
from ivr.simulator.phones.scripted import ScriptedPhone
from ivr.simulator.transcript import Transcript
from ivr.simulator.tunnel import Tunnel, parse_passage

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

    from ivr.cli.targets import LocalLines
    from ivr.flow.line import Line
    from ivr.simulator.call_setup import CallSetup
    from ivr.simulator.phones.base import Phone
    from ivr.source.diagnostics import Diagnostic

NOTHING = (
    "there is nothing to call: no folder flows/ with lines, and no ivr_target (a webhook's URL, or"
    " module:application/path) in pytest's settings"
)


class Rehearsal:
    """Plays scripts on ``target``, which is called by all of them, or (None) each on its line below ``flows``.

    What is played on is made with the first script and shared by all. Files are told as seen from ``here``. Where there
    are ``manners``, each script is played in each of them, and not as it is written. ``tunnel`` leads public names to
    this machine, as ``--tunnel`` does.
    """

    def __init__(
        self, target: str | None, flows: Path, here: Path, manners: Sequence[str] = (), tunnel: Sequence[str] = ()
    ) -> None:
        self._written_target = target
        self._tunnel = tunnel
        self._manners = [MANNERS[word] for word in manners]
        self._flows = flows
        self._here = here
        self._targets: dict[str, SceneHost] = {}

    @classmethod
    def of(
        cls, target: str | None, root: Path, here: Path, manners: Sequence[str] = (), tunnel: Sequence[str] = ()
    ) -> Rehearsal:
        """Return the rehearsal of a project in the folder ``root``, where pytest was started in ``here``."""
        own = root / "flows"
        flows = own if own.is_dir() and not os.environ.get("IVR_FLOWS") else flows_folder()
        return cls(target, _seen_from(here, flows), here, manners, tunnel)

    def read(self, file: Path) -> list[Script | BadScript]:
        """Read every script of ``file``, in its order; one that cannot be read keeps no other back."""
        names = None if self._written_target or not self._flows.is_dir() else line_names(self._flows)
        prompts = None if self._written_target else self._local_lines.prompts
        lines = ScriptLines(self._flows, names, names[0] if names and len(names) == 1 else DEFAULT_LINE, prompts)
        scripts, bad = self._reader(file)([_seen_from(self._here, file)], lines)
        if self._manners:
            scripts = [one for manner in self._manners for one in played_in(manner, scripts)]
        return sorted([*scripts, *bad], key=lambda each: self.place(each)[1])

    def place(self, script: Script | BadScript) -> tuple[str, int]:
        """Return the file and the line of the script's first key."""
        return (script.file, script.line) if isinstance(script, BadScript) else (script.mark.file, script.mark.line)

    def keywords(self, script: Script | BadScript) -> list[str]:
        """Return what ``pytest -k`` finds the script by besides its title and its file: the line that it calls."""
        return [] if isinstance(script, BadScript) or self._written_target else [str(script.line)]

    def nothing_to_call(self) -> str | None:
        """Return why no script can be played in this project, and what to do; None where there is something to call."""
        return None if self._written_target or self._flows.is_dir() else NOTHING

    def failure(self, script: Script | BadScript) -> str | None:
        """Play ``script``; return why it did not pass, and None where it did."""
        if isinstance(script, BadScript):
            return _told(script.diagnostics)
        try:
            line = None if self._written_target else self._local_lines.line(script.line)
            if line and (faults := _faults(script, line)):
                return _told(faults)
            return self._played(script, line)
        except (FlowError, ScriptError) as error:
            return _told(error.diagnostics)
        except IvrError as error:
            return str(error)
        except ModuleNotFoundError as error:
            told = missing_part(error)
            if told is None:
                raise
            return told

    def _played(self, script: Script, line: Line | None) -> str | None:
        script = replace(script, carrier=script.carrier.with_tunnel(self._read_tunnel))
        if not script.mark.file.endswith(ENDING):
            return self._played_scene(script)
        phones: list[ScriptedPhone] = []
        transcripts: list[Transcript] = []

        target = self._target(script)

        def phone_for(setup: CallSetup) -> Phone:
            phones.append(phone_of(script, setup, target))
            return phones[-1]

        def place(setup: CallSetup, phone: Phone) -> Transcript:
            transcripts.append(place_call(setup, phone))
            return transcripts[-1]

        played = play(script, target, phone_for=phone_for, place=place)
        if played.passed:
            return None
        return "\n".join(FailedCall(script, transcripts[-1], played.failures, phones[-1], line).lines())

    def _played_scene(self, scene: Script) -> str | None:
        from ivr.replay.scenes.failed_scene import FailedScene
        from ivr.replay.scenes.player import play_scene
        from ivr.replay.scenes.scene import Scene

        if not isinstance(scene, Scene):
            raise TypeError(f"{scene.mark.file} holds no scene")
        played, performance = play_scene(scene, self._target(scene))
        return None if played.passed else "\n".join(FailedScene(scene, played, performance).lines())

    def _reader(self, file: Path) -> Callable[[list[Path], ScriptLines], tuple[list[Script], list[BadScript]]]:
        """Return what reads ``file``: what scenes and lines take is loaded where there are some."""
        if file.name.endswith(ENDING):
            return read_all
        from ivr.replay.scenes.scene import read_scenes_and_scripts

        return read_scenes_and_scripts

    @cached_property
    def _local_lines(self) -> LocalLines:
        from ivr.cli.targets import LocalLines

        return LocalLines(_create_line, self._flows)

    def _target(self, script: Script) -> SceneHost:
        name = self._written_target or script.line
        if name not in self._targets:
            self._targets[name] = self._theirs if self._written_target else self._local_lines.target(script.line)
        return self._targets[name]

    @cached_property
    def _read_tunnel(self) -> Tunnel:
        try:
            return Tunnel.of(parse_passage(each) for each in self._tunnel)
        except ValueError as error:
            raise TargetError(f"ivr_tunnel: {error}") from None

    @cached_property
    def _theirs(self) -> SceneHost:
        written = self._written_target or ""
        if is_url(written):
            token = os.environ.get("TWILIO_AUTH_TOKEN")
            return url_target(written, os.environ.get("TWILIO_ACCOUNT_SID"), token, VirtualClock, is_secret)
        return application_target(written)


def _faults(script: Script, line: Line) -> list[Diagnostic]:
    from ivr.cli.targets import script_faults

    return sorted(script_faults(script, line))


def _create_line(*given: Any, **named: Any) -> WSGIApplication:
    """Make the application of a line of ours; imported here, as ``app`` is what many projects call their own."""
    from app import create_app

    return create_app(*given, **named)


def _seen_from(here: Path, path: Path) -> Path:
    path = here / path
    return path.relative_to(here) if path.is_relative_to(here) else path


def _told(diagnostics: Sequence[Diagnostic]) -> str:
    return "\n".join(str(diagnostic) for diagnostic in diagnostics)
