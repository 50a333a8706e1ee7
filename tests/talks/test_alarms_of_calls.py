"""Alarms are raised for what the line, its worker and the carrier's account really do, and end with it."""

from __future__ import annotations

from datetime import timedelta

from data.agent_states import AgentState
from data.agents import ask_state
from data.alarms import recent_alarms
from data.database import Database
from data.vault import Cost, Vault
from ivr.worker.alarms.alarm_book import AlarmBook
from ivr.worker.tools import Tools
from tests.conftest import MakeServer, Now
from tests.databases import one_of_both
from tests.line_server import KEY, LineServer, twiml
from tests.talks.floor import QUEUE, Floor

pytestmark = one_of_both("sqlite")


def _alarms(database: Database) -> list[tuple[str, str, bool]]:
    with database.reading() as connection:
        return [(each.kind, each.subject, each.until is None) for each in recent_alarms(connection, 10)]


def _on_call(server: LineServer, sid: str, outcome: str) -> None:
    """A caller at night, whose desk has somebody on call; and how that one's telephone rang."""
    answer = server.keys("3", "0510002", sid=sid)
    assert twiml(answer).findtext("Dial/Number") == "+551150900199"
    server.turn(3, sid, DialCallStatus=outcome, DialCallDuration="40")


def test_on_call_nobody_answers_a_real_call_until_somebody_does(make_server: MakeServer, clock: Now) -> None:
    server = make_server(auth_token=None)
    clock.moment = server.clock().replace(hour=22)
    tools = Tools(server.database, Vault(KEY, Cost.rehearsal()), lambda: server.lines)
    book = AlarmBook(tools)
    _on_call(server, "CA" + "1" * 32, "no-answer")
    book.look(server.clock())
    assert _alarms(server.database) == [("nobody-on-call", "mesa.rh", True)]
    clock.moment += timedelta(minutes=2)
    _on_call(server, "CA" + "2" * 32, "completed")
    for _ in range(2):
        book.look(server.clock())
        clock.moment += timedelta(minutes=2)
    assert _alarms(server.database) == [("nobody-on-call", "mesa.rh", False)]


def test_a_carrier_that_takes_no_call_is_an_alarm_until_it_takes_one(floor: Floor) -> None:
    floor.agent("ana", "1")
    floor.api.making = ["no connection"] * 500
    floor.caller()
    floor.pass_time(30)
    assert _alarms(floor.database) == [("carrier-away", "", True)]
    floor.api.making = []
    floor.caller(2)
    floor.pass_time(60)
    floor.pass_time(130, step=10)
    assert _alarms(floor.database) == [("carrier-away", "", False)]


def test_an_agent_who_goes_to_lunch_alone_is_an_alarm_until_the_return(floor: Floor) -> None:
    ana = floor.agent("ana")
    floor.pass_time(60, step=15)
    assert _alarms(floor.database) == []
    with floor.database.transaction() as connection:
        ask_state(connection, ana, AgentState.PAUSED, "almoço", floor.time.now(), "ana")
    floor.pass_time(150, step=15)
    assert _alarms(floor.database) == [("no-agents", QUEUE, True)]
    with floor.database.transaction() as connection:
        ask_state(connection, ana, AgentState.AVAILABLE, None, floor.time.now(), "ana")
    floor.pass_time(90, step=15)
    assert _alarms(floor.database) == [("no-agents", QUEUE, False)]
