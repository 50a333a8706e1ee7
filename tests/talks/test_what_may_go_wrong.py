"""Fifteen ways in which a call and an agent may fail to meet, or to part: no caller is lost, or talks to two."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

import pytest

from data.agent_states import AgentState
from data.agents import ask_state, change_state
from data.database import Database, DatabaseUnavailableError
from data.offers import OfferRecord, make_offer
from data.talk_events import note_event
from data.waiting import WaitingRecord
from ivr.call.talks.carrier import ParticipantChange
from ivr.call.talks.distributing import distribute_calls
from ivr.simulator.rest.call_rate import CallRate
from ivr.worker.worker import Worker
from tests.databases import one_of_both
from tests.line_server import statements
from tests.talks.floor import Floor

pytestmark = one_of_both("sqlite")


def _offered(floor: Floor) -> tuple[WaitingRecord, OfferRecord]:
    (entry,) = floor.waiting()
    return entry, floor.offers(entry)[-1]


def test_an_offer_whose_process_died_before_the_request_is_sent_by_another(floor: Floor) -> None:
    ana = floor.agent("ana", "1")
    floor.works = False
    caller = floor.caller()
    floor.pass_time(6)
    assert distribute_calls(floor.database, floor.server.lines, floor.time.now()) == 1
    assert floor.legs(ana) == []
    floor.worker = Worker(floor.tools, floor.time.now, Random(2), "another")
    floor.works = True
    floor.pass_time(15)
    assert floor.talk(caller).started_at is not None
    assert len(floor.legs(ana)) == 1


@pytest.mark.parametrize("fault", ["answer lost", "request lost"])
def test_a_leg_whose_answer_was_lost_rings_once(floor: Floor, fault: str) -> None:
    ana = floor.agent("ana", "1")
    caller = floor.caller()
    floor.pass_time(5)
    floor.api.making = [fault]  # type: ignore[list-item]
    floor.pass_time(25)
    assert floor.talk(caller).started_at is not None
    assert len(floor.legs(ana)) == 1


def test_a_leg_that_stands_in_the_carriers_own_queue_is_given_up(floor: Floor) -> None:
    floor.switchboard._rate = CallRate(0.02, floor.time.elapsed)
    for login in ("ana", "bia"):
        floor.agent(login, "1")
    callers = [floor.caller(number) for number in (1, 2)]
    floor.pass_time(8)
    entries = floor.waiting()
    assert sorted(entry.call_sid for entry in entries) == [caller.sid for caller in callers]
    floor.pass_time(12)
    assert "failed" in [offer.state for entry in entries for offer in floor.offers(entry)]


def test_a_caller_who_is_gone_is_no_error_to_the_agent(floor: Floor) -> None:
    ana = floor.agent("ana", "1", ring=6.0)
    caller = floor.caller()
    floor.way.lost = {"/twilio/status", "/twilio/turn/3"}  # neither is told that the caller left
    floor.pass_time(8)
    entry, _ = _offered(floor)
    floor.hang_up(caller)
    floor.pass_time(10)
    assert "O cliente desligou." in floor.telephone(ana).heard
    assert (floor.state(ana), floor.waiting()) == ("available", [])
    assert [offer.state for offer in floor.offers(entry)] == ["caller_gone"]


def test_an_agent_who_accepted_and_never_joins_gives_the_caller_back(floor: Floor) -> None:
    ana = floor.agent("ana", ring=1.0)
    caller = floor.caller()
    floor.pass_time(8)
    entry, offer = _offered(floor)
    # The key arrives, and the answer to it never does.
    floor.tell(f"/twilio/offer/{offer.id}/accept", floor.legs(ana)[0].sid, Digits="1")
    floor.way.lost = {f"offer/{offer.id}/status"}
    floor.pass_time(17)
    assert (floor.state(ana), floor.agent_row(ana).standing.reason) == ("paused", "no connection")
    (again,) = floor.waiting()
    assert (again.front, again.transferred_from, again.since) == (True, entry.id, entry.since)
    assert "já vamos atender você" in floor.heard(caller)
    bia = floor.agent("bia", "1")
    floor.pass_time(15)
    assert floor.talk(caller).user_id == bia
    assert floor.talk(caller).started_at is not None


def test_a_caller_whose_agent_hangs_up_is_first_in_the_queue_again(floor: Floor) -> None:
    ana, caller = floor.talking()
    first = floor.talk(caller)
    other = floor.caller(2)
    floor.pass_time(8)
    floor.hang_up(floor.legs(ana)[0])
    floor.pass_time(3)
    assert floor.talk(caller).ended_by == "lost"
    assert [entry.call_sid for entry in floor.waiting()] == [caller.sid, other.sid]
    assert floor.waiting()[0].transferred_from == first.id
    assert "A ligação com o atendente caiu" in floor.heard(caller)
    assert floor.happened(first.id)[-2:] == ["ended", "returned"]


def test_a_caller_alone_in_the_room_is_found_and_brought_back(floor: Floor) -> None:
    ana, caller = floor.talking()
    talk = floor.talk(caller)
    assert floor.tools.talks is not None
    floor.tools.talks.change(talk.room, f"agent-{ana}", ParticipantChange(ends=False))
    floor.way.lost = {"participant-leave", "agent-after", "/status"}
    floor.hang_up(floor.legs(ana)[0])
    floor.pass_time(45)
    assert floor.room(talk.room) == []
    (entry,) = floor.waiting()
    assert (entry.call_sid, entry.front) == (caller.sid, True)


def test_an_agent_lost_in_a_consultation_gives_the_caller_to_the_colleague(floor: Floor) -> None:
    ana, caller = floor.talking()
    bia = floor.agent("bia", "1", destination="mesa.rh")
    room = floor.talk(caller).room
    assert floor.acts.consult(ana, "mesa.rh") is None
    floor.pass_time(15)
    floor.hang_up(floor.legs(ana)[0])
    floor.pass_time(3)
    assert floor.room(room) == [f"agent-{bia}", "caller"]
    shown, stays = floor.present(room, "caller"), floor.present(room, f"agent-{bia}")
    assert shown is not None
    assert stays is not None
    assert (shown.held, stays.ends) == (False, True)
    assert (floor.talk(caller).user_id, floor.talk(caller).ended_at) == (bia, None)


def test_an_agent_lost_before_the_colleague_came_gives_the_caller_back(floor: Floor) -> None:
    ana, caller = floor.talking()
    bia = floor.agent("bia", ring=15.0, destination="mesa.rh")
    assert floor.acts.consult(ana, "mesa.rh") is None
    floor.pass_time(4)
    floor.hang_up(floor.legs(ana)[0])
    floor.pass_time(4)
    (entry,) = floor.waiting()
    assert (entry.call_sid, entry.front, entry.kind) == (caller.sid, True, "call")
    assert floor.state(bia) == "available"


def test_a_hold_that_is_not_told_of_is_looked_for(floor: Floor) -> None:
    floor.way.lost = {"participant-hold"}
    ana, caller = floor.talking()
    assert floor.acts.hold(ana) is None
    floor.pass_time(2)
    assert (floor.talk(caller).held_since, floor.talk(caller).hold_wanted) == (None, True)
    floor.pass_time(8)
    assert floor.talk(caller).held_since is not None
    assert floor.talk(caller).hold_wanted is None


def test_two_conferences_of_one_name_are_an_alarm(floor: Floor) -> None:
    _, caller = floor.talking()
    talk = floor.talk(caller)
    floor.tell(
        f"/twilio/conference/{talk.room}", caller.sid, StatusCallbackEvent="conference-start",
        ConferenceSid=f"CF{'9' * 32}", SequenceNumber="1",
    )  # fmt: skip
    assert floor.happened(talk.id)[-1] == "alarm"


@pytest.mark.parametrize(
    ("lost", "seconds"),
    [({"conference-start"}, 16), ({"conference-start", "participant-join"}, 30)],
    ids=["the start", "the joins as well"],
)
def test_a_beginning_that_is_not_told_of_is_found_out(floor: Floor, lost: set[str], seconds: int) -> None:
    floor.way.lost = lost
    ana = floor.agent("ana", "1")
    caller = floor.caller()
    floor.pass_time(seconds)
    assert floor.talk(caller).started_at is not None
    assert floor.state(ana) == "talking"


def test_an_end_that_is_not_told_of_is_found_out(floor: Floor) -> None:
    ana, caller = floor.talking()
    floor.way.lost = {"/twilio/status", "/status", "agent-after", "talk-ended", "conference"}
    floor.hang_up(caller)
    floor.pass_time(50)
    assert floor.talk(caller).ended_by == "caller"
    assert floor.state(ana) in ("wrap-up", "available")


def test_a_caller_joins_by_a_document_that_asks_no_database(floor: Floor) -> None:
    with statements(floor.database) as sent:
        answer = floor.tell(f"/twilio/join/TK{'0' * 32}?line=ensaio&turn=3&queue=fila", f"CA{'1' * 32}")
    assert sent == []
    assert 'participantLabel="caller"' in answer


def test_a_caller_whose_talk_ended_without_a_database_waits_again(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, caller = floor.talking()
    room = floor.talk(caller).room

    @contextmanager
    def away(_: Database, *, durable: bool = True) -> Iterator[None]:
        raise DatabaseUnavailableError("away")
        yield

    query = "line=ensaio&menu=&turn=3&state=ligar&seconds=120&queue=fila&again=3"
    with monkeypatch.context() as patched:
        patched.setattr(Database, "transaction", away)
        answer = floor.tell(f"/twilio/talk-ended/{room}?{query}", caller.sid)
    assert ">fila</Enqueue>" in answer
    # As soon as the database is there again, the wait's own document tells it who waits.
    floor.tell(f"/twilio/wait?{query}&back={room}", caller.sid, QueueTime="0")
    assert [(entry.call_sid, entry.front) for entry in floor.waiting()] == [(caller.sid, True)]


def test_without_the_carriers_api_callers_wait_and_leave_as_ever(floor: Floor) -> None:
    ana = floor.agent("ana", "1")
    floor.api.making = ["no connection"] * 500
    caller = floor.caller()
    floor.pass_time(20)
    (entry,) = floor.waiting()
    assert floor.happened(entry.id).count("alarm") == 1
    floor.pass_time(115)
    assert (floor.legs(ana), floor.waiting(), caller.status) == ([], [], "in-progress")
    assert [each["to"] for each in caller.call.transcript.events if each.kind == "dial"] == ["+551150900106"]


def test_a_first_offer_is_no_other_agents(floor: Floor) -> None:
    ana, bia = floor.agent("ana", ring=10.0), floor.agent("bia", "1")
    floor.caller()
    floor.pass_time(8)
    entry, offer = _offered(floor)
    with floor.database.transaction() as connection:
        assert make_offer(connection, entry.id, bia if offer.user_id == ana else ana, floor.time.now()) is None
        note_event(connection, "alarm", floor.time.now(), entry.id, entry.line, entry.destination)


def test_nobody_is_stuck_in_a_state_whose_call_is_gone(floor: Floor) -> None:
    rita = floor.agent("rita")
    with floor.database.transaction() as connection:  # as rows that were put back from a backup may be
        change_state(connection, rita, AgentState.RINGING, None, floor.time.now(), "offered")
        ask_state(connection, rita, AgentState.PAUSED, "almoço", floor.time.now(), "rita")
    floor.pass_time(10)
    assert floor.state(rita) == "ringing"
    floor.pass_time(10)
    standing = floor.agent_row(rita).standing
    assert (standing.state.value, standing.reason) == ("paused", "almoço"), "what was asked for takes effect"
    ana, _ = floor.talking()
    floor.pass_time(20)
    assert floor.state(ana) == "talking", "who has a call is left alone"
