"""A script of an outbound call: the telephone rings, and who picks up, if anybody does, is a step."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.errors import ScriptError
from tests.replay.test_nothing_failed_is_green import played
from tests.webapps import CALLED, WebApp

TOLD = "status_callback: {url: /status, events: [initiated, ringing, answered, completed]}"


def app() -> WebApp:
    return WebApp().page("/voice", "<Say>oi</Say>").page("/status", "").page("/amd", "")


@pytest.mark.parametrize(
    ("outcome", "told"),
    [
        ("busy", ["initiated", "ringing", "busy"]),
        ("no-answer", ["initiated", "ringing", "no-answer"]),
        ("failed", ["initiated", "ringing", "failed"]),
        ("canceled", ["initiated", "ringing", "canceled"]),
        ("answered", ["initiated", "ringing", "in-progress", "completed"]),
    ],
)
def test_the_url_is_asked_only_when_somebody_picks_up(tmp_path: Path, outcome: str, told: list[str]) -> None:
    asked = app()
    ended = "completed" if outcome == "answered" else outcome
    expect = f"expect: {{ended: {ended}, requests: {int(outcome == 'answered')}}}"
    call = played(tmp_path, asked, f"carrier: {{{TOLD}}}\nsteps: [{{called: {outcome}}}]\n{expect}")
    assert call.failures == []
    assert [one.form["CallStatus"] for one in asked.to("/status")] == told
    assert {one.form["Direction"] for one in asked.received} == {"outbound-api"}


def test_the_number_calls_and_the_customer_is_called(tmp_path: Path) -> None:
    asked = app()
    played(tmp_path, asked, "steps: [{called: answered}]")
    assert (asked.last.form["From"], asked.last.form["To"]) == (CALLED, "+5511987650000")
    text = "from: '+551130030015'\ncarrier: {to: '+5511911111111'}\nsteps: [{called: answered}]"
    played(tmp_path, asked, text)
    assert (asked.last.form["From"], asked.last.form["To"]) == ("+551130030015", "+5511911111111")


def test_it_rings_until_somebody_picks_up_or_the_time_is_over(tmp_path: Path) -> None:
    late = played(tmp_path, app(), "steps: [{called: answered, after: 20}]\nexpect: {duration: {least: 20, most: 21}}")
    assert late.passed
    short = "carrier: {timeout: 15}\nsteps: [{called: no-answer}]\nexpect: {duration: {least: 15, most: 15}}"
    assert played(tmp_path, app(), short).passed


DETECTION = "carrier: {machine_detection: {%s}}\nsteps: [{called: answered, by: %s}]"


@pytest.mark.parametrize(
    ("mode", "by", "answered_by"),
    [
        ("mode: Enable", "machine", "machine_start"),
        ("mode: DetectMessageEnd", "machine", "machine_end_beep"),
        ("mode: DetectMessageEnd, timeout: 5", "machine", "unknown"),
        ("mode: Enable", "human", "human"),
        ("mode: Enable", "fax", "fax"),
        ("mode: Enable", "unknown", "unknown"),
    ],
)
def test_the_document_hears_who_picked_up(tmp_path: Path, mode: str, by: str, answered_by: str) -> None:
    asked = app()
    assert played(tmp_path, asked, DETECTION % (mode, by)).passed
    assert [one.path for one in asked.received] == ["/voice"]
    assert asked.last.form["AnsweredBy"] == answered_by


@pytest.mark.parametrize(
    ("mode", "step", "answered_by"),
    [
        ("Enable", "called: machine", "machine_start"),
        ("Enable", "called: fax", "fax"),
        ("Enable", "called: silent", "unknown"),
        ("Enable", "called: machine, greeting: 2", "human"),
        ("DetectMessageEnd", "called: machine", "machine_end_beep"),
        ("DetectMessageEnd", "called: machine, beep: yes", "machine_end_beep"),
        ("DetectMessageEnd", "called: machine, beep: no", "machine_end_silence"),
        ("DetectMessageEnd", "called: answered, by: machine, beep: other", "machine_end_other"),
        ("DetectMessageEnd", "called: machine, greeting: 40", "unknown"),
        ("DetectMessageEnd", "called: human", "human"),
    ],
)
def test_a_greeting_is_told_as_it_ends(tmp_path: Path, mode: str, step: str, answered_by: str) -> None:
    asked = app()
    assert played(tmp_path, asked, f"carrier: {{machine_detection: {{mode: {mode}}}}}\nsteps: [{{{step}}}]").passed
    assert asked.last.form["AnsweredBy"] == answered_by


@pytest.mark.parametrize(
    ("step", "why"),
    [
        ("called: human, beep: no", "'beep' of step 1 belongs to a machine only"),
        ("callee: busy, greeting: 3", "'greeting' of step 1 belongs to a machine only"),
        ("callee: machine, by: human", "step 1 says that machine and human pick up; delete one"),
        ("callee: robot", "cannot be 'robot'"),
        ("called: machine, beep: maybe", "'beep' of step 1 cannot be 'maybe'"),
    ],
)
def test_a_greeting_that_nobody_has_is_a_fault(tmp_path: Path, step: str, why: str) -> None:
    with pytest.raises(ScriptError, match=why):
        played(tmp_path, app(), f"steps: [{{{step}}}]")


def test_asynchronous_detection_tells_its_callback_beside_the_call(tmp_path: Path) -> None:
    asked = app().page("/voice", "<Pause length='30'/>")
    call = played(tmp_path, asked, DETECTION % ("async: yes, callback: /amd", "machine"))
    assert call.passed
    assert [one.path for one in asked.received] == ["/voice", "/amd"]
    assert "AnsweredBy" not in asked.received[0].form
    form = asked.last.form
    assert (form["AnsweredBy"], form["MachineDetectionDuration"]) == ("machine_start", "4000")
    assert form["CallSid"] == asked.received[0].form["CallSid"]


def test_asynchronous_detection_without_a_callback_is_21262(tmp_path: Path) -> None:
    call = played(tmp_path, app(), DETECTION % ("async: yes", "human"))
    assert [warning[:14] for warning in call.warnings] == ["warning 21262:"]


def test_a_leg_of_a_dial_tells_who_picked_up_too(tmp_path: Path) -> None:
    number = "<Number machineDetection='Enable' amdStatusCallback='/amd'>+551140030015</Number>"
    asked = app().page("/voice", f"<Dial>{number}</Dial>")
    assert played(tmp_path, asked, "steps: [{callee: answered, by: machine, for: 30}]").passed
    assert (asked.last.path, asked.last.form["AnsweredBy"]) == ("/amd", "machine_start")
    wants = "machineDetection='DetectMessageEnd' machineDetectionSpeechEndThreshold='2000' amdStatusCallback='/amd'"
    asked = app().page("/voice", f"<Dial><Number {wants}>+551140030015</Number></Dial>")
    assert played(tmp_path, asked, "steps: [{callee: machine, beep: no, greeting: 5, for: 30}]").passed
    form = asked.last.form
    assert (form["AnsweredBy"], form["MachineDetectionDuration"]) == ("machine_end_silence", "8600")


@pytest.mark.parametrize(
    "attribute",
    [
        "machineDetectionTimeout='60'",
        "machineDetectionSpeechThreshold='900'",
        "machineDetectionSpeechEndThreshold='5001'",
        "machineDetectionSilenceTimeout='1'",
    ],
)
def test_a_threshold_out_of_bounds_is_a_warning(tmp_path: Path, attribute: str) -> None:
    number = f"<Number machineDetection='Enable' amdStatusCallback='/amd' {attribute}>+551140030015</Number>"
    asked = app().page("/voice", f"<Dial>{number}</Dial>")
    call = played(tmp_path, asked, "steps: [{callee: human, for: 30}]")
    assert [warning[:14] for warning in call.warnings] == ["warning 12200:"]
    assert asked.last.form["AnsweredBy"] == "human"


def test_nobody_is_called_in_a_call_that_comes_in(tmp_path: Path) -> None:
    with pytest.raises(ScriptError, match="nobody picks up who is busy"):
        played(tmp_path, app(), "steps: [{called: busy, by: machine}]")
