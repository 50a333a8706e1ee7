"""``play_any`` plays a scene or a call script, and compares how it went with what is expected of each party."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

from ivr.replay.call_result import CallResult, result_of
from ivr.replay.call_target import CallTarget, SceneHost
from ivr.replay.expectations import unmet
from ivr.replay.runner import Played, play, said_in
from ivr.replay.scenes.performance import Performance
from ivr.replay.scenes.scene import PartyScript, Scene
from ivr.replay.script import Script
from ivr.replay.traced_turns import traced_turns
from ivr.replay.unexpected import unexpected
from ivr.simulator.transcript import Event, Transcript
from ivr.source.diagnostics import Mark
from wording import phrase


def play_any(script: Script, target: CallTarget) -> Played:
    """Play ``script`` on ``target``; see ``play``, and ``play_scene`` for one that is a scene."""
    if isinstance(script, Scene) and isinstance(target, SceneHost):
        return play_scene(script, target)[0]
    return play(script, target)


def calls_of(script: Script, played: Played) -> Iterator[tuple[Script, Played]]:
    """Yield each call that was played from ``script``, with the script as it would be written for that call alone."""
    if isinstance(script, Scene):
        yield from ((script.later(part.begins), part) for part in played.parts)
    else:
        yield script, played


def play_scene(
    scene: Scene, target: SceneHost, *, stopwatch: Callable[[], float] = time.perf_counter
) -> tuple[Played, Performance]:
    """Play ``scene`` on ``target``, and compare how it went with what it expects; return that, and the performance.

    Raises ScriptError for fixtures that are none.
    """
    began = stopwatch()
    performance = Performance(scene, target.scene(scene))
    performance.play()
    failures = [failure for _, failure in performance.failures]
    if not failures:
        failures = [failure for party in scene.parties for failure in _unmet(party, performance)]
    failures += _unexpected(scene, performance)
    parts = tuple(_part(scene, name, party.call.transcript, party.start) for name, party in performance.calls)
    played = Played(
        file=scene.mark.file,
        line=scene.mark.line,
        title=scene.title,
        transcript=_transcript(scene, target.target, performance, failures),
        edges=frozenset(edge for part in parts for edge in part.edges),
        seconds=stopwatch() - began,
        destination=next((part.destination for part in parts if part.destination), None),
        requests=sum(part.requests for part in parts),
        turns=tuple(turn for part in parts for turn in part.turns),
        heard=tuple(words for part in parts for words in part.heard),
        parts=parts,
    )
    return played, performance


def _unmet(party: PartyScript, performance: Performance) -> Iterator[str]:
    """What the scene expects of ``party`` and did not come."""
    record = performance.courses[party.name].record
    for each in party.party_expectations:
        if failure := each.unmet(record):
            yield phrase("{where}: {party}: {what}", where=_place(each.mark), party=party.name, what=failure)
    if party.expectations:
        result = _last_call(party, performance)
        if result is None:
            told = phrase("the party was in no call of its own, of which anything could be expected")
            yield phrase("{where}: {party}: {what}", where=_place(party.expectations[0].mark), party=party.name,
                         what=told)  # fmt: skip
        else:
            yield from unmet(party.expectations, result)


def _last_call(party: PartyScript, performance: Performance) -> CallResult | None:
    calls = [call for name, call in performance.calls if name == party.name]
    return result_of(calls[-1].call.transcript) if calls else None


def _unexpected(scene: Scene, performance: Performance) -> Iterator[str]:
    """What failed in a call although nothing expects it."""
    expected = {party.name: party.expectations for party in scene.parties}
    for name, party in performance.calls:
        who = phrase("the call of {party}", party=name or party.call.setup.to)
        for failure, key in unexpected(expected.get(name, ()), result_of(party.call.transcript), who):
            yield scene.told(failure, key)


def _part(scene: Scene, name: str, transcript: Transcript, start: float) -> Played:
    """One call of the scene as what coverage counts."""
    turns = traced_turns(transcript)
    result = result_of(transcript)
    return Played(
        file=scene.mark.file,
        line=scene.mark.line,
        title=name,
        transcript=transcript.as_dict(),
        edges=frozenset(edge for turn in turns for edge in turn.edges),
        seconds=0.0,
        destination=result.destination,
        requests=result.requests,
        turns=turns,
        heard=said_in(transcript),
        begins=start,
    )


def _transcript(scene: Scene, target: str, performance: Performance, failures: list[str]) -> dict[str, Any]:
    calls = [party.call.transcript for _, party in performance.calls]
    warnings = {
        notice.message: notice.as_dict() | ({"failure": True} if notice.failure else {})
        for call in calls
        for notice in call.warnings
    }
    return {
        "scene": scene.title,
        "call": scene.title,
        "target": target,
        "from": None,
        "to": None,
        "call_sid": None,
        "status": None,
        "passed": not failures,
        "failures": failures,
        "error": next((call.error.as_dict() for call in calls if call.error), None),
        "warnings": list(warnings.values()),
        "duration": round(performance.now(), 2),
        "parties": {name: _party(course.record) for name, course in performance.courses.items()},
        "events": [_event(second, name, event) for second, name, event in performance.told],
        "calls": [
            {"party": name or None, "t": round(party.start, 2), **party.call.transcript.as_dict()}
            for name, party in performance.calls
        ],
    }


def _party(record: Any) -> dict[str, Any]:
    return {
        "talked_with": list(record.talked_with),
        "rang": record.rang,
        "waited": round(record.waited, 2),
        "talked": round(record.talked, 2),
        "held": round(record.held, 2),
        "texts": [message.details() for message in record.texts],
    }


def _event(second: float, name: str, event: Event) -> dict[str, Any]:
    return event.as_dict() | {"t": round(second, 2), "party": name}


def _place(mark: Mark) -> str:
    return f"{mark.file}:{mark.line}"
