"""A promise to call back waits in its place like a call, and the agent is there before the customer is called."""

from __future__ import annotations

from datetime import timedelta

from data.agent_states import AgentState
from data.agents import ask_state
from data.callbacks import PAUSE, CallbackRecord, ask_callback, callback_of_call
from data.calls import NewCall, open_call, record_status
from data.talks import last_talk_of
from tests.databases import one_of_both
from tests.line_server import CALLER, NUMBER, SID
from tests.talks.floor import Floor, Person

pytestmark = one_of_both("sqlite")


def _promise(floor: Floor, person: Person, *, minutes: int = 5) -> None:
    now = floor.time.now()
    floor.people[CALLER] = person
    with floor.database.transaction() as connection:
        open_call(connection, NewCall(SID, "ensaio", "v1", CALLER, NUMBER, now, "{}"))
        record_status(connection, SID, "completed", 3, 60, now)
        ask_callback(connection, CallbackRecord(SID, "ensaio", "mesa.fila", CALLER, now - timedelta(minutes=minutes)))
    with floor.switchboard.held():
        floor.switchboard.numbers |= {NUMBER}


def _callback(floor: Floor) -> CallbackRecord:
    with floor.database.reading() as connection:
        found = callback_of_call(connection, SID)
    assert found is not None
    return found


def test_the_agent_comes_first_and_then_the_customer_is_called(floor: Floor) -> None:
    ana = floor.agent("ana", "1")
    _promise(floor, Person(CALLER, ring=4.0))
    floor.pass_time(40)
    with floor.database.reading() as connection:
        talk = last_talk_of(connection, ana)
    assert talk is not None
    assert floor.room(talk.room) == [f"agent-{ana}", "caller"]
    assert talk.started_at is not None
    assert floor.telephone(ana).heard[0].startswith("Retorno para a fila. Espera há cerca de 6 minutos.")
    (customer,) = [call for call in floor.switchboard.calls() if call.call.setup.to == CALLER]
    floor.hang_up(customer)
    floor.pass_time(3)
    assert (floor.state(ana), _callback(floor).note) == ("wrap-up", "reached")
    assert floor.waiting() == []


def test_a_customer_who_is_not_reached_is_tried_once_more(floor: Floor) -> None:
    ana = floor.agent("ana", "1", "1")
    _promise(floor, Person(CALLER, ring=None))
    floor.pass_time(70)
    assert (floor.state(ana), floor.waiting(), _callback(floor).tries) == ("available", [], 1)
    assert "O cliente não atendeu." in floor.telephone(ana).heard
    floor.pass_time(PAUSE.total_seconds() - 60, step=30.0)
    floor.pass_time(70)
    assert (_callback(floor).tries, len(floor.legs(ana))) == (2, 2)
    assert str(_callback(floor).note).startswith("not reached in 2 tries")


def test_a_promise_keeps_its_place_before_a_caller_who_came_later(floor: Floor) -> None:
    bia = floor.agent("bia")
    with floor.database.transaction() as connection:
        ask_state(connection, bia, AgentState.PAUSED, "almoço", floor.time.now(), "page")
    _promise(floor, Person(CALLER, ring=4.0))
    floor.caller(2)
    floor.pass_time(14)
    assert [entry.kind for entry in floor.waiting()] == ["callback", "call"]
    floor.agent("ana", "1")
    floor.pass_time(15)
    assert [entry.kind for entry in floor.waiting()] == ["call"]


def test_without_agents_who_serve_it_a_promise_is_kept_as_ever(floor: Floor) -> None:
    floor.agent("ana", "1", destination="mesa.rh")
    _promise(floor, Person(CALLER, ring=4.0))
    floor.pass_time(15)
    assert floor.waiting() == [] or floor.waiting()[0].kind == "call"
    assert _callback(floor).tries == 1
