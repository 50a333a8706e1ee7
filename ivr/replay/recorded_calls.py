"""``play_again`` makes a script of a recorded call that goes as the call went, and ``proven_calls`` some of many.

A script is made of what is stored, and then played, so that one which is handed on is proven: it enters the states
that the call entered, turn by turn, and is sent where the call was sent. A replay speaks at its own pace, so one that
meets a closing hour elsewhere than the call did is tried again some seconds earlier or later.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from data.protocols import protocol_of
from data.trials import ended_customer_calls
from data.turns import turns_of
from ivr.replay.processes import in_processes
from ivr.replay.recorded_call import RecordedCall, script_of_text
from ivr.replay.recorded_conduct import RecordedConduct, UnplayableError
from ivr.replay.recorder import quoted, steps_of
from ivr.replay.recording_phone import RecordingPhone
from ivr.replay.runner import Played, play
from ivr.replay.script import Script
from ivr.simulator.call_setup import CallSetup
from ivr.simulator.phones.base import Phone
from ivr.simulator.phones.scripted import ScriptedPhone
from ivr.source.diagnostics import Mark
from value_class import value_class
from wording import Message, message

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ivr.flow.line import Line
    from ivr.replay.call_target import CallTarget

MOST_TRIES = 4
"""How often a call is played at another second, before it counts as one that does not go as it went."""

MOST_CALLS = 50
"""Calls that ``stored_calls`` looks at where nobody says how many."""


@value_class
class PlayedAgain:
    """A recorded call that was played again and went as it had gone: its ``script``, which tells nothing to hear or to
    expect, and what is needed to write it anew.
    """

    recorded: RecordedCall
    conduct: RecordedConduct
    script: Script
    earlier: timedelta
    played: Played


def play_again(recorded: RecordedCall, line: Line, target: CallTarget, name: str) -> PlayedAgain:
    """Play the call on ``target``, where ``line`` answers, until it goes as it went; ``name`` is what the script is
    called. Raises UnplayableError with the reason where it does not.
    """
    conduct = recorded.conduct(line)
    earlier = timedelta(0)
    for tries_left in reversed(range(MOST_TRIES)):
        text = recorded.script_text(line, conduct, name, conduct.steps, earlier=earlier)
        # A call of its own in the data of the target, which the script that is handed on must not find there.
        script = script_of_text(text, line, f"{name}~{tries_left}")
        played = play(script, target)
        left = recorded.as_it_went(played)
        if left is None and played.passed:
            named = replace(script, mark=Mark(name, 1, 1))
            return PlayedAgain(recorded, conduct, named, earlier, played)
        if left is None:
            raise UnplayableError(
                message("replay-step-undone", "played again it stops: {failure}", failure=played.failures[0])
            )
        if not (left.late and tries_left):
            raise UnplayableError(left.why)
        earlier += left.late
    raise AssertionError("the last try ends the loop")


def heard_script(again: PlayedAgain, line: Line, target: CallTarget) -> str:
    """Return the text of a script that also hears what was said, and expects where the call went and on which way."""
    recorders: list[RecordingPhone] = []

    def recording(setup: CallSetup) -> Phone:
        recorders.append(RecordingPhone(ScriptedPhone(again.script.steps), setup.clock.now()))
        return recorders[0]

    play(again.script, target, phone_for=recording)
    # What stands in for entries of the real call is nobody's secret.
    known = {step.value.strip('"').rstrip("#") for step in again.conduct.steps if step.verb in {"press", "speak"}}
    steps = steps_of(recorders[0].notes, secrets=False, known=known)
    for number, told in enumerate((steps, again.conduct.steps)):
        text = again.recorded.script_text(
            line, again.conduct, again.script.title or "", told, list(_expected(again.played)), again.earlier
        )
        played = play(script_of_text(text, line, f"{again.script.mark.file}~heard {number}"), target)
        if played.passed and again.recorded.as_it_went(played) is None:
            return text
    raise UnplayableError(message("replay-step-undone", "played again it stops: {failure}", failure=played.failures[0]))


@value_class
class StoredCall:
    """A call as it is stored, and the ``name`` by which people find it: its protocol number, or else its sid."""

    name: str
    recorded: RecordedCall


@value_class
class RecordedCalls:
    """The last calls of a line as scripts that go as the calls went, the newest first. Each has the name of its call as
    its title and as its file. ``left_out`` counts those that cannot be played again, by the code of the reason, and
    ``reasons`` has the words of one of each.
    """

    scripts: tuple[Script, ...]
    left_out: Mapping[str, int] = field(default_factory=dict)
    reasons: Mapping[str, Message] = field(default_factory=dict)

    @property
    def not_replayable(self) -> int:
        """Return how many calls were looked at and cannot be played again."""
        return sum(self.left_out.values())


def stored_calls(
    connection: Connection, line: str, *, most: int = MOST_CALLS, since: datetime | None = None
) -> tuple[StoredCall, ...]:
    """Return the ``most`` calls of the line that came in last and have ended, those after ``since`` (aware) only where
    it is given. Trials are no customers' calls, and are not among them.
    """
    found = ended_customer_calls(connection, line, most, since)
    return tuple(
        StoredCall(protocol_of(connection, call.sid) or call.sid, RecordedCall(call, turns_of(connection, call.sid)))
        for call in found
    )


def proven_calls(
    stored: Sequence[StoredCall],
    line: Line,
    target: Callable[[], CallTarget],
    *,
    jobs: int = 1,
    advance: Callable[[str], None] = lambda _: None,
) -> RecordedCalls:
    """Return those of ``stored`` that go as they went where ``line`` answers: each is played on what ``target`` makes,
    ``jobs`` at a time, and ``advance`` is told of it.
    """
    scripts: list[Script] = []
    left_out: Counter[str] = Counter()
    reasons: dict[str, Message] = {}
    for each, found in zip(stored, in_processes(len(stored), partial(_begin, stored, line, target), jobs), strict=True):
        if isinstance(found, Script):
            scripts.append(found)
        else:
            left_out[found.code] += 1
            reasons.setdefault(found.code, found)
        advance(each.name)
    return RecordedCalls(tuple(scripts), dict(left_out), reasons)


def _begin(
    stored: Sequence[StoredCall], line: Line, target: Callable[[], CallTarget]
) -> Callable[[int], Script | Message]:
    made = target()

    def prove(number: int) -> Script | Message:
        each = stored[number]
        try:
            return play_again(each.recorded, line, made, each.name).script
        except UnplayableError as error:
            return error.why

    return prove


def _expected(played: Played) -> Sequence[str]:
    states = [state for turn in played.turns for state in turn.states]
    way = ", ".join(map(quoted, states))
    return [
        f"ended: {played.transcript['status']}",
        "error: none",
        f"destination: {quoted(played.destination or 'none')}",
        f"visited: [{way}]",
    ]
