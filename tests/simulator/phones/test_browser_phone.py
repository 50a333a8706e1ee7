"""A telephone in a browser keeps what it is given until it is asked, and takes nothing that has no place."""

from __future__ import annotations

import pytest

from ivr.simulator import acts
from ivr.simulator.acts import Act
from ivr.simulator.moments import AcceptedInput, Leg, Moment
from ivr.simulator.phones.browser import MOST_GIVEN, BrowserPhone, NotNowError
from ivr.simulator.transcript import Event

KEYS = Moment("gather", "Gather", 5.0, gather=AcceptedInput(("dtmf",), 1, "#"))
RINGS = Moment("ringing", "Dial", 30.0, legs=(Leg(1, "Number", "+5511999990000"),))
DOCUMENT = Event(1.0, "request", {"status": 200})
CALLBACK = Event(1.0, "request", {"status": 200, "callback": True})


class Told:
    """A phone, and what it told."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.phone = BrowserPhone(lambda moment, act: None, self.events.append, lambda: None)


@pytest.fixture
def told() -> Told:
    return Told()


def test_keys_are_handed_over_one_by_one_when_asked_for(told: Told) -> None:
    assert told.phone.act(KEYS) is None
    assert told.phone.give(acts.Press("12")) is True
    assert [told.phone.act(KEYS) for _ in range(3)] == [acts.Press("1"), acts.Press("2"), None]


def test_only_a_moment_that_passes_is_cut_short(told: Told) -> None:
    assert told.phone.give(acts.Press("1")) is False
    told.phone.act(KEYS)
    assert told.phone.cut_short is False
    told.phone.act(KEYS)
    told.phone.give(acts.Press("2"))
    told.phone.act(KEYS)
    assert told.phone.cut_short is True


def test_keys_that_a_new_document_finds_are_lost_and_not_shown(told: Told) -> None:
    told.phone.act(KEYS)
    told.phone.give(acts.Press("52998"))
    told.phone.notice(CALLBACK)
    told.phone.act(KEYS)
    told.phone.notice(DOCUMENT)
    assert [event.details for event in told.events if event.kind == "press"] == [{"digits": "••••", "lost": True}]
    assert told.phone.act(KEYS) is None


def test_no_document_takes_a_hanging_up_away(told: Told) -> None:
    told.phone.give(acts.HangUp())
    told.phone.notice(DOCUMENT)
    assert told.phone.act(KEYS) == acts.HangUp()


@pytest.mark.parametrize(
    "act",
    [acts.Speak("oi"), acts.Talk(1.0), acts.Answered(), acts.Bridged(), acts.Parted(), acts.CalleePress("1")],
    ids=lambda act: type(act).__name__,
)
def test_an_act_without_a_place_is_refused_in_one_line(told: Told, act: Act) -> None:
    with pytest.raises(NotNowError):
        told.phone.give(act)
    told.phone.act(KEYS)
    with pytest.raises(NotNowError, match=r"\A[^\n]+ now\Z"):
        told.phone.give(act)


def test_only_a_leg_that_rings_is_answered(told: Told) -> None:
    told.phone.act(RINGS)
    with pytest.raises(NotNowError, match="leg 2 does not ring"):
        told.phone.give(acts.Answered(leg=2))
    told.phone.give(acts.Answered(leg=1))
    assert told.phone.act(RINGS) == acts.Answered(leg=1)


def test_no_more_acts_wait_than_are_bounded(told: Told) -> None:
    for _ in range(MOST_GIVEN):
        told.phone.give(acts.Press("1"))
    with pytest.raises(NotNowError, match="too many"):
        told.phone.give(acts.Press("1"))
