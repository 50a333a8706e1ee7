"""The address of a turn tells where its call stands, to any process; memory holds what it must not tell."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.call import events
from ivr.call.known_calls import MOST_CALLS, KnownCall, KnownCalls
from ivr.call.pending_input import MOST, PendingInput
from ivr.call.position import Position
from ivr.call.resume_point import ResumePoint, read_resume_point
from ivr.errors import RequestError
from routing.decide import Progress
from tests.conftest import Now
from tests.line_server import LineServer, said

positions = st.builds(
    Position,
    state=st.text(max_size=30),
    choices=st.dictionaries(st.text(max_size=5), st.text(max_size=1), max_size=3),
    strikes=st.dictionaries(st.text(max_size=5), st.integers(0, 1000), max_size=3),
    silences=st.integers(0, 1000),
    destination=st.none() | st.text(max_size=20),
    progress=st.none() | st.builds(Progress, destination=st.text(max_size=9), index=st.integers(0, 9)),
    over_limit=st.booleans(),
)


@given(positions, st.text(max_size=9))
def test_an_address_tells_the_position_that_it_was_made_of(position: Position, menu: str) -> None:
    point = ResumePoint("ensaio", menu, 7, position)
    at = parse_qs(point.query(), keep_blank_values=True)["at"][0]
    assert read_resume_point(at, 7) == point


@given(st.text() | st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists).map(json.dumps))
def test_an_address_that_nobody_here_has_written_is_refused(at: str) -> None:
    with pytest.raises(RequestError, match="'at'"):
        read_resume_point(at, 1)


@pytest.mark.parametrize(
    ("key", "value"),
    [("silences", -1), ("silences", True), ("silences", 10**9), ("choices", [1]), ("state", None), ("state", "x" * 201),
     ("progress", {"destination": "a"}), ("queued_at", "noon"), ("strikes", {"a": "b"})],
)  # fmt: skip
def test_every_part_of_an_address_is_looked_at(served: LineServer, key: str, value: object) -> None:
    values = {"line": "ensaio", "menu": "v", **Position("principal").public(), key: value}
    answer = served.post(f"/twilio/turn/1?{urlencode({'at': json.dumps(values)})}", Digits="2")
    assert said(answer) == "Tivemos um problema. Vou chamar a Assessoria."
    assert served.calls() == 0


def test_as_many_calls_are_remembered_as_were_agreed() -> None:
    known = KnownCalls()
    for number in range(MOST_CALLS + 5):
        point = ResumePoint("ensaio", "v", 1, Position("principal"))
        known.note(KnownCall(f"CA{number}", "", "v", None, "", point))
    assert len(known) == MOST_CALLS
    known.forget(f"CA{MOST_CALLS}")
    known.forget("CA0")
    assert len(known) == MOST_CALLS - 1


def test_what_was_keyed_is_held_for_a_minute_and_for_so_many_calls(clock: Now) -> None:
    pending = PendingInput(clock)
    for number in range(MOST + 5):
        pending.hold(f"CA{number}", 1, events.Keys("1234"))
    assert len(pending) == MOST
    assert pending.find("CA0", 1) is None
    assert pending.find("CA9", 1) == events.Keys("1234")
    assert pending.find("CA9", 2) is None
    pending.drop("CA9", 1)
    assert pending.find("CA9", 1) is None
    clock.moment = clock.moment.replace(hour=clock.moment.hour + 1)
    assert pending.find("CA10", 1) is None
    assert len(pending) == 0
