"""Agents, skills and desks change while calls ring and wait: each change holds, and no caller is lost by it."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from data.agent_skills import drop_skill
from data.agent_states import AgentState
from data.agents import AGENT, ask_state
from data.closures import NewClosure, close_destination
from data.users import USER
from tests.databases import one_of_both
from tests.talks.floor import QUEUE, Floor

pytestmark = one_of_both("sqlite")


def _ringing(floor: Floor) -> int:
    ana = floor.agent("ana", "1", ring=8.0)
    floor.caller()
    for _ in range(30):
        if floor.state(ana) == "ringing":
            return ana
        floor.pass_time(1)
    raise AssertionError("nobody was rung")


def test_a_telephone_that_the_line_may_not_ring_is_never_rung(floor: Floor) -> None:
    ana = floor.agent("ana", "1")
    with floor.database.transaction() as connection:
        connection.execute(update(AGENT).where(AGENT.c.user_id == ana).values(telephone="+5509001234567"))
    floor.people["+5509001234567"] = floor.people.pop("+551155550000")
    caller = floor.caller()
    floor.pass_time(40)
    assert floor.legs(ana) == []
    assert floor.talks(caller) == []


def test_a_supervisors_telephone_is_one_that_the_line_may_ring(floor: Floor) -> None:
    _, caller = floor.talking()
    rui = floor.agent("rui", "1", destination="mesa.rh")
    with floor.database.transaction() as connection:
        connection.execute(update(AGENT).where(AGENT.c.user_id == rui).values(telephone="+5509001234567"))
    assert floor.supervision.listen(rui, floor.talk(caller).id, "rui", "127.0.0.1") is None
    floor.pass_time(10)
    assert floor.legs(rui) == []


def test_a_telephone_that_fails_is_not_rung_each_second(floor: Floor) -> None:
    ana = floor.agent("ana")
    caller = floor.caller()
    for _ in range(60):
        floor.pass_time(1)
        for leg in floor.legs(ana):
            (entry,) = floor.waiting()
            for offer in floor.offers(entry):
                if offer.ended_at is None:
                    floor.tell(f"/twilio/offer/{offer.id}/status", leg.sid, CallStatus="failed")
    assert len(floor.legs(ana)) == 2
    assert floor.state(ana) == "paused"
    assert floor.talks(caller) == []


@pytest.mark.parametrize("to", [AgentState.OFF, AgentState.PAUSED])
def test_a_state_asked_for_while_it_rings_takes_effect_behind_the_talk(floor: Floor, to: AgentState) -> None:
    ana = _ringing(floor)
    with floor.database.transaction() as connection:
        ask_state(connection, ana, to, "almoço" if to is AgentState.PAUSED else None, floor.time.now(), "ana")
    assert floor.state(ana) == "ringing"
    floor.pass_time(15)
    assert floor.state(ana) == "talking"
    assert floor.acts.end(ana) is None
    floor.pass_time(5)
    floor.acts.wrap_up(ana)
    assert floor.state(ana) == to.value


def test_an_agent_who_is_disabled_while_ringing_gets_no_other_call(floor: Floor) -> None:
    ana = _ringing(floor)
    with floor.database.transaction() as connection:
        connection.execute(update(USER).where(USER.c.id == ana).values(disabled_at=floor.time.now()))
    floor.people[floor.agent_row(ana).telephone].keys = ["2"]
    floor.pass_time(100)
    assert len(floor.legs(ana)) == 1
    assert len(floor.waiting()) <= 1


def test_a_skill_dropped_while_it_rings_counts_from_the_next_call_on(floor: Floor) -> None:
    ana = _ringing(floor)
    with floor.database.transaction() as connection:
        assert drop_skill(connection, ana, "ensaio", QUEUE)
    floor.people[floor.agent_row(ana).telephone].keys = ["2"]
    floor.pass_time(60)
    assert len(floor.legs(ana)) == 1


def test_who_waits_when_a_desk_is_closed_is_still_talked_with(floor: Floor) -> None:
    caller = floor.caller()
    floor.pass_time(15)
    with floor.database.transaction() as connection:
        close_destination(connection, NewClosure("ensaio", QUEUE, "falta de luz", floor.time.now(), None, "bia"))
    ana = floor.agent("ana", "1")
    floor.pass_time(20)
    assert floor.state(ana) == "talking"
    assert len(floor.talks(caller)) == 1
