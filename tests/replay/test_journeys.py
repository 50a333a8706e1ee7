"""Scripts that are journeys: what is read of them, and when a journey is over."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.replay.journey import Journey
from ivr.simulator.phones.steps import Hear
from tests.replay.test_call_scripts import read_one

EVENTS = [
    {"t": 0.0, "kind": "say", "text": "Bem-vindo à Ouvidoria."},
    {"t": 3.0, "kind": "dial", "to": "+55", "leg": 1},
    {"t": 9.5, "kind": "say", "text": "A OUVIDORIA atende de novo amanhã."},
    {"t": 12.0, "kind": "dial", "to": "+55"},
    {"t": 20.0, "kind": "enqueue", "queue": "q"},
]


def journey_of(folder: Path, written: str) -> Journey | None:
    steps = "[{hear: um}, {hear: dois}, {press: '2'}]"
    return read_one(folder, f"call: a\njourney: {written}\nsteps: {steps}\n").journey


@pytest.mark.parametrize(
    ("written", "journey"),
    [
        ("support by code", Journey("support by code")),
        ("{name: CST, goal: 30}", Journey("CST", 30)),
        ("{name: CST, until: rings}", Journey("CST")),
    ],
)
def test_a_script_says_that_it_is_a_journey(tmp_path: Path, written: str, journey: Journey) -> None:
    assert journey_of(tmp_path, written) == journey


def test_a_script_that_does_not_say_so_is_no_journey(tmp_path: Path) -> None:
    assert read_one(tmp_path, "call: a\n").journey is None


def test_what_is_told_at_the_end_is_the_last_text_that_is_heard(tmp_path: Path) -> None:
    journey = journey_of(tmp_path, "{name: closed, until: told}")
    assert journey is not None
    assert isinstance(journey.wanted, Hear)
    assert journey.wanted.text == "dois"


def test_a_journey_is_over_when_the_first_telephone_of_a_destination_rings() -> None:
    assert Journey("a").seconds(EVENTS) == 12
    assert Journey("a").seconds(EVENTS[4:]) == 20  # a queue is entered
    assert Journey("a").seconds(EVENTS[:3]) is None


def test_a_journey_to_something_told_is_over_when_that_begins() -> None:
    assert Journey("a", until="told", wanted=Hear("ouvidoria atende")).seconds(EVENTS) == 9.5
    assert Journey("a", until="told", wanted=Hear("fechado")).seconds(EVENTS) is None
