"""A call that is played again goes as it went, and whatever is otherwise is told, with the behaviour that it touches.

The captures are made: by this simulator, which rings apps through the proxy. They prove nothing of the carrier; they
prove that what is the same is found to be the same, and what was changed to be changed.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ivr.capture.capture_reader import read_capture
from ivr.capture.conforming import TOLERANCE, ConformedCall, conform
from ivr.errors import ScriptError
from ivr.simulator.carrier import Fallback, StatusCallback
from ivr.simulator.outbound_call import OutboundCall
from ivr.simulator.phones import steps
from ivr.simulator.phones.steps import Step
from ivr.simulator.verbs.detection import Detection
from tests.capture.capturing import app_server, capturing
from tests.capture.conformed_app import APP

Records = list[dict[str, Any]]

CALLS: dict[str, tuple[Step, ...]] = {
    "a menu, keys and a talk": (steps.Press("1"), steps.Press("11144477735#"), steps.Callee("answered", 42)),
    "keys over the prompt": (steps.Press("1", during=1), steps.Press("11144477735#", during=1), steps.Callee("busy"),
                             steps.HangUp()),
    "keys that silence ends": (steps.Press("1"), steps.Press("123"), steps.Silent(), steps.HangUp()),
    "nobody answers": (steps.Press("1"), steps.Press("123#"), steps.Callee("no-answer"), steps.HangUp()),
    "nobody can be reached": (steps.Press("1"), steps.Press("123#"), steps.Callee("failed"), steps.HangUp()),
    "a silent caller": (steps.Silent(), steps.Silent(), steps.HangUp()),
    "a caller who leaves": (steps.HangUp(during=1),),
    "a caller who leaves in the talk": (steps.Press("1"), steps.Press("12#"),
                                        steps.Callee("answered", 30, until_caller=True), steps.HangUp(after=17)),
    "a caller who leaves while it rings": (steps.Press("1"), steps.Press("12#"), steps.HangUp()),
    "words": (steps.Press("2"), steps.Speak("quero comprar um carro", 0.83), steps.Callee("answered", 12)),
    "a message that a key ends": (steps.Press("3"), steps.Record(11), steps.Press("#")),
    "a message that silence ends": (steps.Press("3"), steps.Record(9), steps.Silent()),
    "a message that hanging up ends": (steps.Press("3"), steps.Record(9), steps.HangUp()),
    "a message of nothing that a key ends": (steps.Press("3"), steps.Press("#")),
    "a queue": (steps.Press("4"), steps.InQueue("bridged", 31, 25)),
    "a queue that the caller leaves": (steps.Press("4"), steps.InQueue("wait", seconds=25), steps.HangUp()),
}  # fmt: skip


@pytest.fixture(scope="module")
def captured(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The capture of each of the calls, made once."""
    folder = tmp_path_factory.mktemp("captures")
    made: dict[str, Path] = {}

    def capture(name: str) -> Path:
        if name not in made:
            file = folder / f"{len(made)}.capture.jsonl"
            with app_server(APP) as served, capturing(served, file) as capturing_it:
                events = ("initiated", "ringing", "answered", "completed")
                callback = StatusCallback(f"{capturing_it.address}/status", events=events)
                transcript = capturing_it.dial(
                    *CALLS[name],
                    fields=(("FromCity", "Campinas"), ("CallerName", "ANA"), ("StirVerstat", "TN-Validation-Passed-A")),
                    status_callback=callback,
                )
            assert transcript.failures == []
            assert transcript.error is None
            made[name] = file
        return made[name]

    return capture


def played(file: Path, tolerance: float = TOLERANCE) -> ConformedCall:
    (call,) = conform(read_capture(file), tolerance)
    return call


def told(call: ConformedCall) -> list[tuple[str, str, str, str | None, str | None]]:
    return [(each.kind, each.request, each.field, each.captured, each.simulated) for each in call.differences]


@pytest.mark.network
@pytest.mark.parametrize("name", CALLS)
def test_a_call_of_this_simulator_goes_as_it_went(captured: Callable[[str], Path], name: str) -> None:
    call = played(captured(name), 1.0)
    assert told(call) == []
    assert call.notes == ()


OTHERS: dict[str, tuple[str, tuple[Step, ...], dict[str, Any]]] = {
    "a call that the app made": ("/voice", (steps.Press("3"), steps.Record(5), steps.Press("#")),
                                 {"direction": "outbound-api"}),
    "a call that a machine took": ("/voice", (steps.Called("answered", by="machine"), steps.Press("3"), steps.Silent()),
                                   {"direction": "outbound-api", "outbound": OutboundCall(60.0, Detection())}),
    "documents by GET, and a redirect": ("/by-get", (steps.Press("3"),), {"method": "GET"}),
    "a fallback": ("/broken", (), {"fallback": "/fallback"}),
    "a conference": ("/conference", (steps.Callee("answered", 30),), {}),
    "a conference that the caller leaves": ("/conference", (steps.Callee("answered", 30, until_caller=True),
                                                            steps.HangUp(after=9)), {}),
}  # fmt: skip


@pytest.mark.network
@pytest.mark.parametrize("name", OTHERS)
def test_a_call_of_another_kind_goes_as_it_went_too(tmp_path: Path, name: str) -> None:
    path, acts, carrier = OTHERS[name]
    with app_server(APP) as served, capturing(served, tmp_path / "a") as capture:
        events = ("initiated", "ringing", "answered", "completed")
        if "fallback" in carrier:
            carrier = {"fallback": Fallback(f"{capture.address}{carrier['fallback']}")}
        callback = StatusCallback(f"{capture.address}/status", events=events)
        transcript = capture.dial(*acts, path=path, status_callback=callback, **carrier)
    assert transcript.failures == []
    assert transcript.error is None
    assert len(capture.of("request")) > 3
    call = played(tmp_path / "a", 1.0)
    assert told(call) == []
    assert call.notes == ()


def edited(file: Path, to: Path, edit: Callable[[Records], Records | None]) -> ConformedCall:
    """The capture with something changed in it, played."""
    records = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    records = edit(records) or records
    changed = to / "changed.capture.jsonl"
    changed.write_text("".join(json.dumps(each) + "\n" for each in records), encoding="utf-8")
    return played(changed)


def request(records: Records, url: str, place: int = 0) -> dict[str, Any]:
    return [each for each in records if each.get("kind") == "request" and each["url"] == url][place]


def set_field(record: dict[str, Any], name: str, value: str | None) -> None:
    record["fields"] = [each for each in record["fields"] if each[0] != name]
    if value is not None:
        record["fields"].append([name, value])


@pytest.fixture
def talk(captured: Callable[[str], Path]) -> Path:
    return captured("a menu, keys and a talk")


@pytest.mark.network
@pytest.mark.parametrize(
    ("url", "name", "value", "kind", "row", "label"),
    [
        ("/dialled", "DialBridged", None, "extra field", "the action of a `<Dial>`", "documented, inferred"),
        ("/dialled", "DialBridged", "false", "another value", "the action of a `<Dial>`", "documented, inferred"),
        ("/dialled", "DialNovelty", "x", "missing field", "the action of a `<Dial>`", "documented, inferred"),
        ("/menu", "msg", None, "extra field", "the action of a `<Gather>`", "documented, inferred"),
        ("/voice", "CallStatus", "in-progress", "another value", "each of a call", "documented"),
        ("/voice", "NeverHeardOf", "1", "missing field", "anything else", "inferred"),
        ("/status", "Timestamp", "2026-03-10", "another value", "the progress of a call", "documented, inferred"),
        ("/leg", "ParentCallSid", "CA" + "0" * 32, "another value", "each of a call", "documented"),
    ],
)
def test_a_field_that_differs_is_told(
    talk: Path, tmp_path: Path, url: str, name: str, value: str | None, kind: str, row: str, label: str
) -> None:
    call = edited(talk, tmp_path, lambda records: set_field(request(records, url), name, value))
    found = [each for each in call.differences if each.field == name]
    assert [(each.kind, each.behaviour.row, each.behaviour.label) for each in found][:1] == [(kind, row, label)]
    assert {each.field for each in call.differences} <= {name, "request"}


@pytest.mark.network
def test_a_header_and_a_bad_signature_are_told(talk: Path, tmp_path: Path) -> None:
    def edit(records: Records) -> None:
        first = request(records, "/voice")
        first["signature"] = "invalid"
        first["headers"] = [["User-Agent", "TwilioProxy/2.0"], ["X-Twilio-New", "x"], *first["headers"][2:]]
        first["headers"] = [each for each in first["headers"] if each != ["User-Agent", "TwilioProxy/1.1"]]

    call = edited(talk, tmp_path, edit)
    assert {(each.kind, each.field) for each in call.differences} >= {
        ("another value", "header user-agent"),
        ("missing field", "header x-twilio-new"),
        ("another value", "header x-twilio-signature"),
    }
    assert {each.behaviour.row for each in call.differences} == {"headers"}


@pytest.mark.network
def test_a_request_that_one_side_alone_makes_is_told(talk: Path, tmp_path: Path) -> None:
    def without_ringing(records: Records) -> Records:
        leg = request(records, "/leg", 1)
        return [each for each in records if each.get("n") != leg["n"]]

    assert told(edited(talk, tmp_path, without_ringing)) == [
        ("extra request", "POST /leg (ringing)", "request", None, "POST /leg (ringing)")
    ]

    def with_another(records: Records) -> Records:
        leg = request(records, "/leg", 1)
        more = {**leg, "n": 99, "fields": [each for each in leg["fields"] if each[0] != "CallStatus"]}
        set_field(more, "CallStatus", "queued")
        return [*records[:-1], more, records[-1]]

    (difference,) = edited(talk, tmp_path, with_another).differences
    assert (difference.kind, difference.n, difference.request) == ("missing request", 99, "POST /leg (queued)")


@pytest.mark.network
def test_another_order_is_told(talk: Path, tmp_path: Path) -> None:
    def later(records: Records) -> Records:
        """The leg's answer is told before it rings, and seconds apart."""
        ringing, answered = request(records, "/leg", 1), request(records, "/leg", 2)
        assert answered["t"] - ringing["t"] > 1
        at, other = records.index(ringing), records.index(answered)
        records[at], records[other] = {**answered, "t": ringing["t"]}, {**ringing, "t": answered["t"]}
        answers = {each["n"]: each for each in records if each.get("kind") == "answer"}
        rest = [each for each in records if each.get("kind") != "answer"]
        return [one for each in rest for one in (each, *([answers[each["n"]]] if each.get("n") in answers else []))]

    call = edited(talk, tmp_path, later)
    assert (
        "order",
        "POST /leg (in-progress)",
        "order",
        "before POST /leg (ringing)",
        "after POST /leg (ringing)",
    ) in told(call)
    assert {each.kind for each in call.differences} <= {"order", "gap"}


@pytest.mark.network
def test_another_gap_is_told_beyond_the_tolerance_alone(captured: Callable[[str], Path], tmp_path: Path) -> None:
    silent = captured("a silent caller")

    def slower(seconds: float) -> Callable[[Records], None]:
        def edit(records: Records) -> None:
            """The carrier waits longer for keys than the document says, before it goes on."""
            steering = [each for each in records if each.get("kind") == "request" and each["url"].startswith("/voice")]
            after = steering[1]["t"]
            for each in records:
                if each.get("t", 0) >= after:
                    each["t"] = round(each["t"] + seconds, 3)

        return edit

    call = edited(silent, tmp_path, slower(5))
    (difference,) = call.differences
    assert (difference.kind, difference.behaviour.row) == ("gap", "how long after the one before")
    captured_gap, simulated_gap = (float(str(each).split()[0]) for each in (difference.captured, difference.simulated))
    assert round(captured_gap - simulated_gap) == 5
    assert edited(silent, tmp_path, slower(2)).differences == []


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines()


BROKEN: dict[str, tuple[Callable[[list[str]], list[str]], int, str]] = {
    "empty": (lambda _: [], 1, "it is empty"),
    "no header": (lambda lines: lines[1:], 1, "the first line is no header of a capture"),
    "another version": (lambda lines: [lines[0].replace('"capture":1', '"capture":2'), *lines[1:]], 1, "version 1"),
    "no moment": (lambda lines: [lines[0].replace('"at":"2026', '"at":"x'), *lines[1:]], 1, "'at' of this line"),
    "cut": (lambda lines: [*lines[:3], lines[3][:50]], 4, "this line is no JSON object"),
    "a list": (lambda lines: [*lines[:3], "[1]"], 4, "this line is no JSON object"),
    "a kind": (lambda lines: [*lines[:3], '{"kind":"x"}'], 4, "'x' is no kind of line"),
    "a url": (
        lambda lines: [lines[0], lines[1].replace('"url":"', '"url":7,"x":"')],
        2,
        "'url' of this line must be a text",
    ),
    "a time": (
        lambda lines: [lines[0], lines[1].replace('"t":', '"t":"x","x":')],
        2,
        "'t' of this line must be seconds",
    ),
    "fields": (lambda lines: [lines[0], lines[1].replace('"fields":[', '"fields":[7,')], 2, "'fields' of this line"),
    "no request": (lambda lines: [lines[0], lines[2]], 2, "this answers no request"),
    "behind the end": (lambda lines: [*lines, lines[1]], 0, "something stands behind the end"),
}


@pytest.mark.network
@pytest.mark.parametrize("what", BROKEN)
def test_what_is_wrong_in_a_capture_is_told_with_its_line(talk: Path, tmp_path: Path, what: str) -> None:
    edit, line, reason = BROKEN[what]
    lines = _lines(talk)
    broken = tmp_path / "broken"
    broken.write_text("".join(f"{each}\n" for each in edit(lines)), encoding="utf-8")
    with pytest.raises(ScriptError) as raised:
        read_capture(broken)
    (diagnostic,) = raised.value.diagnostics
    assert reason in diagnostic.message
    assert diagnostic.mark.line == (line or len(lines) + 1)
    assert diagnostic.code


@pytest.mark.network
def test_a_capture_proves_something_only_from_outside_and_signed(talk: Path, tmp_path: Path) -> None:
    read = read_capture(talk)
    assert (read.finished, read.from_outside, read.proves) == (True, False, False)

    def proves(edit: Callable[[dict[str, Any]], None]) -> bool:
        records = [json.loads(line) for line in _lines(talk)]
        for each in records:
            if each.get("kind") == "request":
                each["outside"] = True
                edit(each)
        file = tmp_path / "outside"
        file.write_text("".join(json.dumps(each) + "\n" for each in records), encoding="utf-8")
        return read_capture(file).proves

    assert proves(lambda _: None)
    assert not proves(lambda each: each.update(signature="unchecked"))
    assert not proves(lambda each: each.update(signature="invalid"))
