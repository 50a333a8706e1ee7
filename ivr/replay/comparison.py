"""The comparison plays calls on two versions of a line, and says of each what differs for its caller.

A call counts as different where the caller lands elsewhere or hears other words; states that are only named anew are no
difference. Words that a script expects and does not hear stop nothing (see ``LenientPhone``), so that a sentence which
is reworded is told apart from a way that leads elsewhere.

All calls of one process share an application, as in a replay. A call may hang on those before it (how long the last
ones waited in a queue), so where few differ, these are played once more, each apart from all others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from functools import partial
from typing import Final, TypeAlias

from ivr.errors import ScriptError
from ivr.flow.checks.open_hours import destinations_of
from ivr.flow.line import Line
from ivr.flow.prompts import Prompt
from ivr.replay.call_side import CallSide
from ivr.replay.call_target import CallTarget
from ivr.replay.comparable_calls import ComparableCall, Source
from ivr.replay.expectations import unknown_names
from ivr.replay.heard_prompts import find_prompt
from ivr.replay.processes import in_processes
from ivr.replay.runner import play
from ivr.replay.script import BadScript, Script
from ivr.simulator.phones import steps
from ivr.simulator.phones.lenient import LenientPhone
from ivr.source.diagnostics import Diagnostic
from value_class import value_class
from wording import phrase

FEW: Final = 8
"""Calls for which no processes are begun."""

SHARE_PLAYED_AGAIN: Final = 8
"""One of so many calls may be played again, apart from the others; that costs a fifth of a replay at most."""


class Verdict(StrEnum):
    """A verdict says what an edit does to a call.

    ``REWORDED``: the same states and the same end, in other words. ``ANOTHER_WAY``: the same end by other states, so
    that other things are heard. ``ELSEWHERE``: another end. ``FAILS``: the call of the script cannot be made any more,
    or what it expects does not hold. ``FAILS_ON_BOTH``: so it was before, too.
    """

    SAME = "same"
    REWORDED = "reworded"
    ANOTHER_WAY = "another-way"
    ELSEWHERE = "elsewhere"
    FAILS = "fails"
    FAILS_ON_BOTH = "fails-on-both"

    @property
    def is_change(self) -> bool:
        """Return whether the edit changes the call."""
        return self not in {Verdict.SAME, Verdict.FAILS_ON_BOTH}


@value_class
class PlayableVersion:
    """A version of a line, and what makes a target for it: with an application and data of its own each time."""

    line: Line
    target: Callable[[], CallTarget]


@value_class
class ComparedCall:
    """A call of ``script``, how it went on each version, and what the edit does to it."""

    script: Script
    source: Source
    before: CallSide
    after: CallSide
    verdict: Verdict

    @property
    def words_alone(self) -> bool:
        """Return whether the script fails on the new version only since words are not heard that it expects."""
        held = self.before.passed and not self.after.failures
        return self.verdict is Verdict.REWORDED and held and bool(self.after.unheard)


Advance: TypeAlias = Callable[[str], None]
"""Told of each call that was played: its title."""


def compare_calls(
    calls: Sequence[ComparableCall],
    before: PlayableVersion,
    after: PlayableVersion,
    *,
    jobs: int = 1,
    advance: Advance = lambda _: None,
) -> tuple[ComparedCall, ...]:
    """Play ``calls`` on both versions, ``jobs`` at a time, and return in their order what became of each.

    Raises ScriptError with what is wrong in the data that scripts start from.
    """
    compared: list[ComparedCall] = []
    for each in _compare_each(calls, before, after, apart=False, jobs=jobs):
        compared.append(each)
        advance(each.script.title or "")
    changed = [place for place, each in enumerate(compared) if each.verdict.is_change]
    if len(changed) <= max(len(calls) // SHARE_PLAYED_AGAIN, FEW):
        again = _compare_each([calls[place] for place in changed], before, after, apart=True, jobs=jobs)
        for place, each in zip(changed, again, strict=True):
            compared[place] = each
    return tuple(compared)


def verdict_of(before: CallSide, after: CallSide) -> Verdict:
    """Return what differs for the caller between the two sides of a call."""
    if after.gave_up and not before.gave_up:
        return Verdict.FAILS
    if before.landing != after.landing:
        return Verdict.ELSEWHERE
    if before.passed and after.failures:
        return Verdict.FAILS
    if before.words != after.words:
        return Verdict.REWORDED if before.path == after.path else Verdict.ANOTHER_WAY
    if after.passed:
        return Verdict.SAME
    return Verdict.FAILS if before.passed else Verdict.FAILS_ON_BOTH


def _compare_each(
    calls: Sequence[ComparableCall], before: PlayableVersion, after: PlayableVersion, *, apart: bool, jobs: int
) -> Iterator[ComparedCall]:
    results = in_processes(len(calls), partial(_begin, calls, before, after, apart), 1 if len(calls) <= FEW else jobs)
    for result in results:
        if isinstance(result, BadScript):
            raise ScriptError(result.diagnostics)
        yield result


def _begin(
    calls: Sequence[ComparableCall], before: PlayableVersion, after: PlayableVersion, apart: bool
) -> Callable[[int], ComparedCall | BadScript]:
    return _Comparer(calls, _Side(before, apart), _Side(after, apart)).compare


class _Comparer:
    """One process's part of a comparison."""

    def __init__(self, calls: Sequence[ComparableCall], before: _Side, after: _Side) -> None:
        self._calls, self._before, self._after = calls, before, after

    def compare(self, number: int) -> ComparedCall | BadScript:
        """Play the call at place ``number`` on both versions. A BadScript is a value: an error survives no pickling."""
        call = self._calls[number]
        try:
            before = self._before.play(call.script)
            after = self._after.play(call.script, unknown_names_fail=True)
        except ScriptError as error:
            return BadScript.of(call.script, error.diagnostics)
        verdict = verdict_of(before, after)
        if not verdict.is_change:
            before, after = replace(before, heard_steps=()), replace(after, heard_steps=())
        return ComparedCall(call.script, call.source, before, after, verdict)


class _Side:
    """Plays calls on one version; ``apart`` gives each an application of its own."""

    def __init__(self, version: PlayableVersion, apart: bool) -> None:
        self._version, self._apart = version, apart
        self._shared: CallTarget | None = None

    def play(self, script: Script, *, unknown_names_fail: bool = False) -> CallSide:
        line = self._version.line
        script = spoken_by(script, line.prompts.texts)
        phone = LenientPhone(script.steps)
        played = play(script, self._target(), phone_for=lambda _: phone)
        # Names that only the version before does not know may be new; there the expectation fails by itself.
        faults = tuple(map(_fault_of_script, _unknown(script, line))) if unknown_names_fail else ()
        return CallSide.of(played, phone, faults)

    def _target(self) -> CallTarget:
        if self._apart:
            return self._version.target()
        self._shared = self._shared or self._version.target()
        return self._shared


def spoken_by(script: Script, prompts: Mapping[str, Prompt]) -> Script:
    """Return ``script`` with the prompts that it hears by name in the words that ``prompts`` have for them."""
    if not any(isinstance(step, steps.Hear | steps.NotHear) and step.prompt for step in script.steps):
        return script
    return replace(script, steps=tuple(_spoken(step, script.line, prompts) for step in script.steps))


def _spoken(step: steps.Step, line: str, prompts: Mapping[str, Prompt]) -> steps.Step:
    if not (isinstance(step, steps.Hear | steps.NotHear) and step.prompt):
        return step
    # One that this version has not is never heard.
    known = prompts if step.prompt in prompts else None
    try:
        return replace(step, text=find_prompt(step.prompt, line, lambda _: known))
    except ValueError:
        return replace(step, text=find_prompt(step.prompt, line, lambda _: None))


def _unknown(script: Script, line: Line) -> Iterator[Diagnostic]:
    for mark, told in unknown_names(script.expectations, line.states, destinations_of(line)):
        yield Diagnostic(mark, told)


def _fault_of_script(told: Diagnostic) -> str:
    return phrase("{where}: {what}", where=str(told.mark), what=told.message)
