"""What a replay tells of its calls: on the terminal, as JSON Lines, and as JUnit XML."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

from ivr.replay.report import TextReport, json_line, junit, summary
from ivr.replay.runner import Played

EVENTS: list[dict[str, Any]] = [
    {"t": 0.0, "kind": "request", "method": "POST", "url": "http://x.test/voice", "params": {}, "status": 200},
    {"t": 0.0, "kind": "say", "text": "Bem-vindo & boa tarde", "interrupted": True},
    {"t": 2.5, "kind": "gather", "input": "dtmf", "num_digits": 1, "finish_on_key": "#", "timeout": 5},
    {"t": 3.0, "kind": "press", "digits": "9"},
    {"t": 3.0, "kind": "hangup", "by": "app"},
]


def played(file: str, title: str, *failures: str, seconds: float = 0.25) -> Played:
    transcript = {"call": title, "failures": list(failures), "duration": 61.0, "error": None, "events": EVENTS}
    return Played(file, 3, title, transcript, frozenset(), seconds)


CALLS = [
    played("a.call.yaml", "first"),
    played("a.call.yaml", "second", "a.call.yaml:9: expected <x>, but heard: y"),
    played("b.call.yaml", "third"),
]


def test_calls_are_told_below_the_name_of_their_file() -> None:
    told = TextReport()
    assert [line for call in (CALLS[0], CALLS[2]) for line in told.lines(call)] == [
        "a.call.yaml",
        "  ok      first",
        "b.call.yaml",
        "  ok      third",
    ]


def test_a_failure_is_told_with_the_dialogue_as_heard() -> None:
    assert list(TextReport().lines(CALLS[1])) == [
        "a.call.yaml",
        "  FAILED  second",
        "          a.call.yaml:9: expected <x>, but heard: y",
        "          as heard:",
        "                0.0  line     “Bem-vindo & boa tarde” (cut off)",
        "                3.0  caller   presses 9",
        "                3.0  line     hangs up",
    ]


def test_the_summary_counts_calls_and_tells_both_times() -> None:
    assert summary(CALLS, 0.84) == "3 calls, 1 failed; 3 min 03 s of telephone time in 0.8 s"
    assert summary(CALLS[:1], 2) == "1 call, all passed; 1 min 01 s of telephone time in 2.0 s"


def test_json_is_one_transcript_a_line_with_its_own_letters() -> None:
    line = json_line(played("a.call.yaml", "ligação\ncom quebra"))
    assert line.count(b"\n") == 1
    assert "ligação".encode() in line
    assert json.loads(line)["call"] == "ligação\ncom quebra"


def test_junit_has_a_suite_a_file_and_a_case_a_call() -> None:
    root = ElementTree.fromstring(junit(CALLS, 1.5))
    assert (root.tag, root.get("tests"), root.get("failures"), root.get("time")) == ("testsuites", "3", "1", "1.500")
    assert [(suite.get("name"), suite.get("tests"), suite.get("time")) for suite in root] == [
        ("a.call.yaml", "2", "0.500"),
        ("b.call.yaml", "1", "0.250"),
    ]
    assert [(case.get("name"), case.get("line")) for case in root.iter("testcase")] == [
        ("first", "3"),
        ("second", "3"),
        ("third", "3"),
    ]


def test_a_junit_failure_holds_the_reason_and_the_dialogue() -> None:
    (failure,) = ElementTree.fromstring(junit(CALLS, 1.5)).iter("failure")
    assert failure.get("message") == "a.call.yaml:9: expected <x>, but heard: y"
    assert "Bem-vindo & boa tarde" in (failure.text or "")


def test_junit_stays_valid_xml_whatever_was_said() -> None:
    document = junit([played("a.call.yaml", "nul \x00 and \ufffe", "a:1: bell \x07")], 0.1)
    (case,) = ElementTree.fromstring(document).iter("testcase")
    assert case.get("name") == "nul \ufffd and \ufffd"


def test_a_replay_of_nothing_is_valid_junit_too() -> None:
    assert ElementTree.fromstring(junit([], 0)).get("tests") == "0"
