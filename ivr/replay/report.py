"""A replay is reported as text for a terminal, as JSON Lines for programs, and as JUnit XML for a build server."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from xml.etree import ElementTree

from ivr.replay.runner import Played
from ivr.replay.scenes.scene_dialogue import scene_dialogue
from ivr.replay.script import BadScript
from ivr.simulator.phones.dialogue import dialogue

_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What an XML document may not hold (XML 1.0, production Char)."""


class TextReport:
    """Writes the text of a replay while calls come in, and remembers the file whose calls it is listing."""

    def __init__(self) -> None:
        self._file: str | None = None

    def lines(self, call: Played) -> Iterator[str]:
        """Yield one line for ``call``, below its file's name; for a failed one also why, and what was heard."""
        if call.file != self._file:
            self._file = call.file
            yield call.file
        yield f"  {'ok    ' if call.passed else 'FAILED'}  {call.title}{f': {call.forgiven}' if call.forgiven else ''}"
        yield from ("          " + warning for warning in call.warnings)
        if not call.passed:
            yield from ("          " + line for line in _why(call))


def summary(played: Sequence[Played], seconds: float, bad: int = 0, as_written: int = 0) -> str:
    """Return in one line how many calls passed, how many scripts are ``bad`` or were left out since they are to be
    played ``as_written``, and how long the calls took by telephone and here.
    """
    failed = sum(not call.passed for call in played)
    telephone = sum(call.transcript["duration"] for call in played)
    scenes = sum("scene" in call.transcript for call in played)
    calls = _number(len(played) - scenes, "call")
    if scenes:
        calls = f"{calls}, {_number(scenes, 'scene')}" if len(played) > scenes else _number(scenes, "scene")
    verdict = f"{failed} failed" if failed else "all passed"
    if bad:
        verdict += f", {bad} script{'' if bad == 1 else 's'} that cannot be played"
    reasons = Counter(call.forgiven for call in played if call.forgiven)
    verdict += "".join(f", {number} {reason}" for reason, number in sorted(reasons.items()))
    if as_written:
        verdict += f", {as_written} left out (as_written)"
    return f"{calls}, {verdict}; {_clock(telephone)} of telephone time in {seconds:.1f} s"


def json_line(call: Played) -> bytes:
    """Return the call's transcript as one JSON object on one line, in UTF-8 whatever the terminal's encoding is."""
    manner = {"as": call.manner, "forgiven": call.forgiven} if call.manner else {}
    return json.dumps(call.transcript | manner, ensure_ascii=False).encode() + b"\n"


def json_of_bad(script: BadScript) -> bytes:
    """Return a script that could not be played as a transcript in which nothing happened."""
    transcript = {
        "call": script.title,
        "target": script.target,
        "from": None,
        "to": None,
        "call_sid": None,
        "status": None,
        "passed": False,
        "failures": [str(diagnostic) for diagnostic in script.diagnostics],
        "error": None,
        "warnings": [],
        "duration": 0.0,
        "events": [],
        "unplayable": True,
    }
    return json.dumps(transcript, ensure_ascii=False).encode() + b"\n"


def junit(played: Sequence[Played], seconds: float, bad: Sequence[BadScript] = ()) -> bytes:
    """Return a JUnit document: a suite for each file, a case for each call. ``time`` is what playing took; ``bad``
    scripts are errors.
    """
    root = ElementTree.Element("testsuites", _counts(played, bad), name="ivr replay", time=f"{seconds:.3f}")
    every: list[Played | BadScript] = [*played, *bad]
    if bad:
        every.sort(key=lambda call: (call.file, call.line))
    for file, group in groupby(every, key=lambda call: call.file):
        members = list(group)
        calls = [each for each in members if isinstance(each, Played)]
        faulty = [each for each in members if isinstance(each, BadScript)]
        total = sum(call.seconds for call in calls)
        suite = ElementTree.SubElement(
            root, "testsuite", _counts(calls, faulty), name=_clean(file), time=f"{total:.3f}"
        )
        for script in faulty:
            case = ElementTree.SubElement(
                suite,
                "testcase",
                name=_clean(script.title or "a script that cannot be read"),
                classname=_clean(file),
                file=_clean(file),
                line=str(script.line),
                time="0.000",
            )
            told = [_clean(str(diagnostic)) for diagnostic in script.diagnostics]
            ElementTree.SubElement(case, "error", message=told[0], type="script").text = "\n".join(told)
        for call in calls:
            case = ElementTree.SubElement(
                suite,
                "testcase",
                name=_clean(call.title or ""),
                classname=_clean(file),
                file=_clean(file),
                line=str(call.line),
                time=f"{call.seconds:.3f}",
            )
            if not call.passed:
                failure = ElementTree.SubElement(case, "failure", message=_clean(call.failures[0]), type="expectation")
                failure.text = _clean("\n".join(_why(call)))
            if call.warnings:
                ElementTree.SubElement(case, "system-out").text = _clean("\n".join(call.warnings))
    ElementTree.indent(root)
    document: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


def _why(call: Played) -> Iterator[str]:
    for failure in call.failures:
        yield from failure.splitlines()
    yield "as heard:"
    if "scene" in call.transcript:
        yield from ("  " + line for line in scene_dialogue(call.transcript["events"]))
        return
    yield from ("  " + line for line in dialogue(call.transcript["events"]))
    for made in call.transcript.get("calls", ()):
        yield f"the call to {made['to']} that the application made: {made['status']}"
        yield from ("  " + line for line in dialogue(made["events"]))


def _number(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _counts(calls: Sequence[Played], bad: Sequence[BadScript]) -> dict[str, str]:
    failed = sum(not call.passed for call in calls)
    tests = len(calls) + len(bad)
    return {"tests": str(tests), "failures": str(failed), "errors": str(len(bad)), "skipped": "0"}


def _clean(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s"
