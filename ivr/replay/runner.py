"""The runner plays call scripts: one to its end, or many in several processes with results in the scripts' order."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import field, replace
from functools import partial
from pathlib import Path
from typing import Any

from ivr.errors import ScriptError
from ivr.replay.call_result import result_of
from ivr.replay.call_target import CallTarget
from ivr.replay.expectations import unmet
from ivr.replay.kept_sound import keep_sound, make_folder
from ivr.replay.manners.watched_states import WatchedStates
from ivr.replay.processes import in_processes
from ivr.replay.script import BadScript, Script
from ivr.replay.traced_turns import TracedTurn, traced_turns
from ivr.replay.unexpected import THE_CALL, unexpected
from ivr.simulator.call_setup import CallSetup
from ivr.simulator.live_call import place_call
from ivr.simulator.phones.base import Phone
from ivr.simulator.phones.scripted import ScriptedPhone
from ivr.simulator.text_conversation import converse
from ivr.simulator.transcript import Transcript
from ivr.source.diagnostics import Diagnostic
from value_class import value_class
from wording import phrase


@value_class
class Played:
    """The runner makes a Played of each script: how its call went, and whether what it expects held.

    ``transcript`` is the JSON object of the contract, ``destination`` where our own router sent the call, ``requests``
    how many webhook requests were made, and ``seconds`` what it took to play. ``turns`` are the way through the menu.
    ``heard`` is all that was said in the call, to the caller and to those who were rung, what the transcript conceals
    included: it is for comparing, and is never shown. ``manner`` is the word of the caller's manner, and ``forgiven``
    why a call in it need not have gone as its script expects; None where it did or had to. ``parts`` are the calls of a
    scene, each of which ``begins`` so many seconds after it.
    """

    file: str
    line: int
    title: str | None
    transcript: dict[str, Any]
    edges: frozenset[str]
    seconds: float
    destination: str | None = None
    requests: int = 0
    turns: tuple[TracedTurn, ...] = ()
    heard: tuple[str, ...] = field(default=(), repr=False)
    manner: str | None = None
    forgiven: str | None = None
    parts: tuple[Played, ...] = ()
    begins: float = 0.0

    @property
    def passed(self) -> bool:
        """Return whether every step happened and every expectation held."""
        return not self.failures

    @property
    def failures(self) -> list[str]:
        """Return each failure as ``file:line: what was expected and what came``."""
        failures: list[str] = self.transcript["failures"]
        return failures

    @property
    def warnings(self) -> list[str]:
        """Return each warning as ``warning NUMBER: what``, once; one that is a failure counts among the failures."""
        return [f"warning {notice['code']}: {notice['message']}" for notice in _warnings(self.transcript)]


TargetOf = Callable[[str], CallTarget]
"""The target for a line's name; asked once for each line and process."""


def play(
    script: Script,
    target: CallTarget,
    *,
    phone_for: Callable[[CallSetup], Phone] | None = None,
    place: Callable[[CallSetup, Phone], Transcript] | None = None,
    stopwatch: Callable[[], float] = time.perf_counter,
) -> Played:
    """Play ``script`` on ``target``, and compare the call with what the script expects.

    ``phone_for`` makes the phone that presses the keys, in place of the script; ``place`` makes the call its own way.
    Where the people of the script only text, the target is asked what to do with that, and no call is made.
    Raises ScriptError for fixtures that are none.
    """
    began = stopwatch()
    if script.keep_sound:
        make_folder(script.keep_sound)
    setup = target.setup(script)
    if script.manner:
        setup = replace(setup, transport=WatchedStates(setup.transport))
    phone = phone_for(setup) if phone_for else phone_of(script, setup, target)
    place = place or (converse if script.has_no_call else place_call)
    transcript = place(setup, phone)
    transcript.target = target.target
    if script.keep_sound:
        keep_sound(script.keep_sound, _sound_name(script), transcript)
    if target.ours and script.carrier.status_callback is None:
        # Our line is told how its calls end, so that it can close them; the script did not ask for that.
        transcript.events = [event for event in transcript.events if not event.get("callback")]
    # A call that left its script early misses most of what was expected after; only the cause is worth telling.
    result = result_of(transcript)
    if transcript.passed:
        transcript.failures += unmet(script.expected, result)
    turns = traced_turns(transcript)
    forgiven = None
    if script.manner and transcript.failures:
        forgiven = script.manner.forgives(edge for turn in turns for edge in turn.edges)
    if forgiven:
        transcript.failures.clear()
    who = phrase("the conversation") if script.has_no_call else THE_CALL
    transcript.failures += (script.told(*failure) for failure in unexpected(script.expectations, result, who))
    if script.manner and script.carrier.status_callback is None:
        transcript.failures += (
            phrase("{where}: {what}", where=script.where, what=told) for told in target.left_open(transcript.call_sid)
        )
    return Played(
        file=script.mark.file,
        line=script.mark.line,
        title=script.title,
        transcript=transcript.as_dict(),
        edges=frozenset(edge for turn in turns for edge in turn.edges),
        seconds=stopwatch() - began,
        destination=result.destination,
        requests=result.requests,
        turns=turns,
        heard=said_in(transcript),
        manner=script.manner.word if script.manner else None,
        forgiven=forgiven,
    )


def _sound_name(script: Script) -> str:
    """What the kept sounds of the script are called: by its file, and its place in it."""
    return f"{Path(script.mark.file).name.partition('.')[0]}-{script.number}"


def phone_of(script: Script, setup: CallSetup, target: CallTarget) -> ScriptedPhone:
    """Return the phone that plays the steps of ``script``, in its manner."""
    return script.manner.phone(script.steps, setup, target.line) if script.manner else ScriptedPhone(script.steps)


Player = Callable[[Script, CallTarget], Played]
"""Plays a script on the target of its line."""


def play_each(
    scripts: Sequence[Script], target_of: TargetOf, jobs: int = 1, player: Player = play
) -> Iterator[Played | BadScript]:
    """Play every script, each on the target of its line, ``jobs`` at a time; results come in the scripts' order.

    A BadScript comes in the place of a script whose fixtures do not fit.
    """
    for script, result in zip(scripts, _results(scripts, target_of, jobs, player), strict=True):
        yield result if isinstance(result, Played) else BadScript.of(script, result)


def _results(
    scripts: Sequence[Script], target_of: TargetOf, jobs: int, player: Player
) -> Iterator[Played | tuple[Diagnostic, ...]]:
    return in_processes(len(scripts), partial(_begin, scripts, target_of, player), jobs)


class _Worker:
    """One process's scripts and targets."""

    def __init__(self, scripts: Sequence[Script], target_of: TargetOf, player: Player) -> None:
        self._scripts = scripts
        self._player = player
        self._target_of = target_of
        self._targets: dict[str, CallTarget] = {}

    def play(self, number: int) -> Played | tuple[Diagnostic, ...]:
        """Play the script at place ``number``. Diagnostics are values here: a ScriptError does not survive pickling."""
        script = self._scripts[number]
        if script.line not in self._targets:
            self._targets[script.line] = self._target_of(script.line)
        try:
            return self._player(script, self._targets[script.line])
        except ScriptError as error:
            return error.diagnostics


def _begin(
    scripts: Sequence[Script], target_of: TargetOf, player: Player
) -> Callable[[int], Played | tuple[Diagnostic, ...]]:
    return _Worker(scripts, target_of, player).play


def said_in(transcript: Transcript) -> tuple[str, ...]:
    """Return all that the caller heard, and all that those heard who were rung."""
    said: dict[bool, list[str]] = {False: [], True: []}
    for event in transcript.events:
        if event.words is not None:
            said["leg" in event.details].append(event.words)
    return tuple(" ".join(words) for words in said.values() if words)


def _warnings(transcript: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The warnings of the call and of those that the application made, each once."""
    told: set[str] = set()
    for call in (transcript, *transcript.get("calls", ())):
        for notice in call.get("warnings", ()):
            if not notice.get("failure") and notice["message"] not in told:
                told.add(notice["message"])
                yield notice
