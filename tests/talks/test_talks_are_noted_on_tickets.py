"""A talk about a ticket is an activity of it: by whom, how it went, and for how many minutes; once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from data.database import Database
from data.ticket_events import TicketEventRecord, events_of
from data.tickets import TICKET, TicketRecord, find_ticket
from data.vault import Vault
from ivr.call.talks.noted_on_ticket import talk_minutes
from ivr.flow.line import Line
from ivr.simulator.rest.party import Party
from ivr.tickets.events import Area
from ivr.tickets.rules import TicketDesk
from tests.conftest import Now
from tests.lines import TUESDAY
from tests.service_desk.conftest import RULES
from tests.talks.floor import Floor, make_floor

IDENTIFIED = ("2", "11222333000181#", "1234#", "#", "3")


@pytest.fixture
def desk(server_database: Database, server_vault: Vault, small_line: Line, clock: Now) -> Iterator[Floor]:
    """The small line, whose calls to its queue open tickets."""
    rules = replace(RULES, desks={"mesa": TicketDesk("mesa", Area.SUSTENTACAO, "suporte")})
    line = replace(small_line, routing=replace(small_line.routing, tickets=rules))
    yield from make_floor(server_database, server_vault, line, clock)


def story(floor: Floor) -> tuple[TicketRecord, list[TicketEventRecord]]:
    """The only ticket that there is, and its events."""
    with floor.database.reading() as connection:
        [number] = connection.scalars(select(TICKET.c.number)).all()
        ticket = find_ticket(connection, number)
        assert ticket is not None
        return ticket, events_of(connection, number)


def talking(floor: Floor) -> tuple[int, Party]:
    ana = floor.agent("ana", "1", destination="mesa")
    caller = floor.caller(1, *IDENTIFIED)
    floor.pass_time(60)
    assert floor.state(ana) == "talking"
    return ana, caller


def test_a_talk_that_is_wrapped_up_is_noted_once_with_its_minutes(desk: Floor) -> None:
    ana, caller = talking(desk)
    desk.pass_time(140)
    assert desk.acts.note(ana, None, "Reiniciar o serviço; a senha do admin: totvs123") is None
    desk.hang_up(caller)
    desk.pass_time(2)
    assert len(story(desk)[1]) == 1
    for _ in range(2):
        desk.acts.wrap_up(ana)
    ticket, (_, noted) = story(desk)
    assert (noted.kind, noted.party, noted.user_id, noted.visible) == ("activity-noted", "staff", ana, False)
    assert noted.text == "Reiniciar o serviço; a senha do admin: •••"
    assert noted.minutes is not None
    assert 2 <= noted.minutes <= 4
    assert ticket.analyst_id == ana


def test_a_talk_whose_wrap_up_runs_out_is_noted_as_well(desk: Floor) -> None:
    _, caller = talking(desk)
    desk.hang_up(caller)
    desk.pass_time(200, 5)
    _, events = story(desk)
    assert [(event.kind, event.text) for event in events[1:]] == [("activity-noted", None)]


def test_a_talk_without_a_ticket_is_noted_nowhere(desk: Floor) -> None:
    ana, caller = desk.talking()
    desk.hang_up(caller)
    desk.pass_time(2)
    assert desk.acts.wrap_up(ana) is None
    with desk.database.reading() as connection:
        assert connection.scalars(select(TICKET.c.number)).all() == []


@pytest.mark.parametrize(("seconds", "minutes"), [(1, 1), (89, 1), (90, 2), (150, 3), (3600, 60)])
def test_minutes_of_a_talk_are_whole_ones(seconds: int, minutes: int) -> None:
    assert talk_minutes(TUESDAY, TUESDAY + timedelta(seconds=seconds)) == minutes
