"""A call about to be connected with support or consultancy has a ticket, written in the transaction of its turn."""

from __future__ import annotations

import json
from datetime import UTC, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from lxml import etree
from sqlalchemy import select

from data.callbacks import CallbackRecord
from data.calls import CALL
from data.contact import CONTACT
from data.database import DatabaseUnavailableError
from data.protocols import PROTOCOL, protocol_of
from data.ticket_events import TicketEventRecord, events_of
from data.tickets import TICKET, TicketRecord, ticket_of_call
from data.vault import Cost, Vault
from ivr.call.severity_answers import next_question, read_answers, severity_of, write_answers
from ivr.flow.line import Line
from ivr.service_desk.acts import TicketAct, act_on, ticket_for
from ivr.service_desk.opening import NewTicket, open_ticket
from ivr.simulator.rest.callees import CalleeBehaviour
from ivr.tickets.events import Area, EventKind, Severity, TicketParty, TicketState
from tests.conftest import MakeServer
from tests.line_server import KEY, PADARIA, SID, LineServer, said, twiml
from tests.lines import TUESDAY
from tests.twilio.office import Office

TO_RM = ("2", "2", PADARIA, "1234", "0", "3")
"""The keys of a caller who is connected with the RM desk in turn 6."""


@pytest.fixture
def server(make_server: MakeServer, shipped_line: Line) -> LineServer:
    return make_server(shipped_line)


def _ticket(server: LineServer, sid: str = SID) -> TicketRecord:
    with server.database.reading() as connection:
        ticket = ticket_of_call(connection, sid)
    assert ticket is not None
    return ticket


def _events(server: LineServer) -> list[TicketEventRecord]:
    number = _ticket(server).number
    with server.database.reading() as connection:
        return events_of(connection, number)


def _counted(server: LineServer) -> tuple[int, int]:
    """How many protocol numbers and tickets there are."""
    with server.database.reading() as connection:
        protocols, tickets = (len(connection.execute(select(each)).all()) for each in (PROTOCOL, TICKET))
    return protocols, tickets


def test_the_ticket_says_who_calls_whom_is_rung_and_when_it_is_due(server: LineServer) -> None:
    answer = said(server.keys(*TO_RM))
    ticket = _ticket(server)
    call = server.call()
    assert call is not None
    with server.database.reading() as connection:
        assert ticket.number == protocol_of(connection, SID)
    assert (ticket.company_id, ticket.contact_id) == (call.company_id, call.contact_id)
    assert (ticket.channel, ticket.destination, ticket.product, ticket.module) == (
        "telephone",
        "suporte.rm",
        "rm",
        None,
    )
    assert (ticket.area, ticket.calendar, ticket.service) == ("sustentacao", "suporte", None)
    assert (ticket.severity, ticket.state) == (Severity.MEDIUM, TicketState.OPENED)
    assert ticket.subject == "Ligação para o Suporte RM"
    assert ticket.forecast_at == TUESDAY.replace(day=12, hour=16, minute=30).astimezone(UTC)
    assert "previsão de retorno na quinta-feira, dia 12." in answer.replace(" ,", ",")


def test_the_access_code_tells_product_and_module(server: LineServer) -> None:
    server.keys("2", "2", PADARIA, "1234", "0190201")
    ticket = _ticket(server)
    assert (ticket.destination, ticket.product, ticket.module) == ("suporte.protheus.rh", "protheus", "rh")
    (opened,) = _events(server)
    assert json.loads(opened.details) == {"code": "01.9.02"}


def test_the_first_event_is_the_line_s_own_for_the_contact(server: LineServer) -> None:
    server.keys(*TO_RM)
    (opened,) = _events(server)
    assert (opened.kind, opened.party, opened.author) == (EventKind.OPENED, TicketParty.LINE, "4003-0015")
    assert (opened.contact_id, opened.user_id) == (_ticket(server).contact_id, None)


def test_consultancy_opens_a_ticket_of_its_service(server: LineServer) -> None:
    server.keys("2", "3", PADARIA, "4321", "1", "0", "3")
    ticket = _ticket(server)
    assert (ticket.area, ticket.calendar, ticket.service) == ("consultoria", "consultoria", "consultoria-tecnica")


def test_a_turn_that_is_delivered_twice_opens_one_ticket(server: LineServer) -> None:
    first = server.keys(*TO_RM)
    again = server.turn(6, Digits="3")
    assert again.data == first.data
    assert _counted(server) == (1, 1)


def test_a_call_about_a_closed_ticket_is_written_as_one_that_is_linked(server: LineServer, shipped_line: Line) -> None:
    closed = "4003001500"
    now = server.clock()
    with server.database.transaction() as connection:
        company = connection.execute(select(CONTACT.c.company_id)).scalars().first()
        assert company is not None
        new = NewTicket(
            company, None, "portal", Area.SUSTENTACAO, "suporte", Severity.LOW, TicketParty.STAFF, "Rita", "Nota",
            destination="suporte.rm",
        )  # fmt: skip
        ticket = open_ticket(connection, shipped_line, new, closed, now - timedelta(days=40))
        solved = TicketAct(EventKind.SOLUTION_SENT, TicketParty.STAFF, "Rita")
        act_on(connection, shipped_line, ticket, solved, now - timedelta(days=39))
    server.keys("2", "4", PADARIA, "1234", closed, "0")
    assert (_ticket(server).linked_to, _ticket(server).state) == (closed, TicketState.OPENED)
    with server.database.reading() as connection:
        kinds = [event.kind for event in events_of(connection, closed)]
        assert ticket_for(connection, closed).state == TicketState.ACCEPTED_BY_SILENCE
    assert kinds[-2:] == [EventKind.SILENCE_ACCEPTED, EventKind.LINKED]


def test_a_number_that_a_ticket_has_is_given_to_no_call(server: LineServer, shipped_line: Line) -> None:
    first = next(iter(Vault(KEY, Cost.rehearsal()).protocols(SID)))
    with server.database.transaction() as connection:
        company = connection.execute(select(CONTACT.c.company_id)).scalars().first()
        assert company is not None
        new = NewTicket(
            company, None, "portal", Area.SUSTENTACAO, "suporte", Severity.LOW, TicketParty.STAFF, "Rita", "Portal"
        )
        open_ticket(connection, shipped_line, new, first, server.clock())
    server.keys(*TO_RM)
    assert _ticket(server).number != first


@pytest.mark.parametrize("keys", [("5",), ("4", "3"), ("7", "1"), ("3", "11444777000161", "2580")])
def test_desks_without_tickets_open_none(server: LineServer, keys: tuple[str, ...]) -> None:
    server.keys(*keys)
    assert _counted(server) == (1, 0)


def test_a_desk_of_another_area_is_a_transfer_of_the_ticket(server: LineServer) -> None:
    server.keys("2", "2", PADARIA, "4321", "0", "3")
    enqueue = _queued(server, 7)
    server.post(_first(server, enqueue).get("action") or "", Digits="2")
    for number, fields in enumerate(
        [{"QueueResult": "leave"}, *({"Digits": keys} for keys in ("2", "3", "1", "0", "3"))], 8
    ):
        server.turn(number, **fields)
    ticket = _ticket(server)
    assert [event.kind for event in _events(server)] == [EventKind.OPENED, EventKind.TRANSFERRED]
    assert (ticket.area, ticket.calendar, ticket.state) == ("consultoria", "consultoria", "with-another-area")
    assert (ticket.destination, ticket.service) == ("consultoria.rm", "consultoria-tecnica")
    assert _counted(server) == (1, 1)


def test_a_call_back_goes_on_with_the_ticket_and_opens_no_second(office: Office) -> None:
    server = office.server
    server.keys(*TO_RM)
    enqueue = _queued(server, 7)
    server.post(_first(server, enqueue).get("action") or "", Digits="3")
    server.turn(8, QueueResult="leave")
    server.turn(9, Digits="1")
    noted: list[CallbackRecord] = office.callbacks()
    assert [each.destination for each in noted] == ["suporte.rm"]
    office.callees = {noted[0].number: CalleeBehaviour("answered")}
    office.now.moment += timedelta(minutes=1)
    assert office.call() == ["suporte.rm"]
    assert _counted(server)[1] == 1
    with server.database.reading() as connection:
        positions = connection.execute(select(CALL.c.position).where(CALL.c.sid != SID)).scalars().all()
    assert [json.loads(position).get("ticket") for position in positions] == [_ticket(server).number]


# ---------------------------------------------------------------- the severity, asked in the queue


def _queued(server: LineServer, number: int, sid: str = SID) -> etree._Element:
    """The telephone of the desk did not answer; the <Enqueue>."""
    enqueue = twiml(server.turn(number, sid, DialCallStatus="no-answer")).find("Enqueue")
    assert enqueue is not None
    return enqueue


def _first(server: LineServer, enqueue: etree._Element) -> etree._Element:
    """The gather of the first words in a queue."""
    gather = twiml(server.post(enqueue.get("waitUrl") or "", QueueTime="0", QueuePosition="1")).find("Gather")
    assert gather is not None
    return gather


@pytest.fixture
def question(server: LineServer) -> etree._Element:
    """The first question, asked of a caller in the queue of the RM desk."""
    server.keys(*TO_RM)
    return _first(server, _queued(server, 7))


def _press(server: LineServer, gather: etree._Element, key: str, **fields: str) -> etree._Element:
    return twiml(
        server.post(gather.get("action") or "", {"QueueTime": "20", "QueuePosition": "1"} | fields, Digits=key)
    )


def _answers(server: LineServer, question: etree._Element, keys: str) -> etree._Element:
    """The document after the last of the keys."""
    document, gather = question, question
    for key in keys:
        document = _press(server, gather, key)
        found = document.find("Gather")
        assert found is not None
        gather = found
    return document


@pytest.mark.parametrize(
    ("keys", "severity", "hours"),
    [
        ("88", Severity.CRITICAL, (11, 8, 30)),
        ("777", Severity.CRITICAL, (11, 8, 30)),
        ("878", Severity.HIGH, (11, 18, 30)),
        ("778", Severity.MEDIUM, (12, 16, 30)),
    ],
)
def test_the_answers_decide_the_severity_and_the_forecast(
    server: LineServer, question: etree._Element, keys: str, severity: Severity, hours: tuple[int, int, int]
) -> None:
    _answers(server, question, keys)
    ticket = _ticket(server)
    day, hour, minute = hours
    assert ticket.severity == severity
    assert ticket.forecast_at == TUESDAY.replace(day=day, hour=hour, minute=minute).astimezone(UTC)
    changed = _events(server)[-1]
    assert (changed.kind, changed.party, changed.severity) == (EventKind.SEVERITY_CHANGED, TicketParty.LINE, severity)
    asked = zip(("usable", "way_round", "corrupts"), keys, strict=False)
    assert json.loads(changed.details) == {name: key == "7" for name, key in asked}


def test_answers_that_decide_nothing_yet_write_nothing(server: LineServer, question: etree._Element) -> None:
    _answers(server, question, "87")
    assert [event.kind for event in _events(server)] == [EventKind.OPENED]


def test_an_answer_that_is_delivered_twice_is_noted_once(server: LineServer, question: etree._Element) -> None:
    second = _press(server, question, "8").find("Gather")
    assert second is not None
    told = [etree.tostring(_press(server, second, "8")) for _ in range(2)]
    assert told[0] == told[1]
    assert [event.kind for event in _events(server)] == [EventKind.OPENED, EventKind.SEVERITY_CHANGED]


def test_a_severity_that_a_person_chose_stays(server: LineServer, question: etree._Element, shipped_line: Line) -> None:
    number = _ticket(server).number
    with server.database.transaction() as connection:
        ticket = ticket_for(connection, number)
        act = TicketAct(EventKind.SEVERITY_CHANGED, TicketParty.STAFF, "Rita", severity=Severity.LOW)
        act_on(connection, shipped_line, ticket, act, server.clock())
    _answers(server, question, "88")
    assert _ticket(server).severity == Severity.LOW


def test_where_the_database_is_away_the_caller_waits_on(
    server: LineServer, question: etree._Element, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = _press(server, question, "8").find("Gather")
    assert second is not None

    def away(*_: object, **__: object) -> None:
        raise DatabaseUnavailableError("away")

    monkeypatch.setattr(server.database, "transaction", away)
    document = _press(server, second, "8")
    assert document.find("Gather") is not None
    assert "Anotado" not in etree.tostring(document, encoding="unicode")


@pytest.mark.parametrize("written", ["x", "yyyy", "nnn", "y;n", "%00"])
def test_an_address_of_other_answers_asks_nothing(server: LineServer, question: etree._Element, written: str) -> None:
    action = (question.get("action") or "").replace("answers=", f"answers={written}")
    twiml(server.post(action, Digits="8", QueueTime="20", QueuePosition="1"))
    assert [event.kind for event in _events(server)] == [EventKind.OPENED]


def test_the_address_of_a_question_tells_neither_number_nor_caller(
    server: LineServer, question: etree._Element
) -> None:
    query = parse_qs(urlsplit(question.get("action") or "").query, keep_blank_values=True)
    assert query.keys() == {"seconds", "turn", "state", "line", "menu", "answers"}


def test_questions_are_asked_at_the_first_words_only(server: LineServer) -> None:
    server.keys(*TO_RM)
    url = _queued(server, 7).get("waitUrl") or ""
    assert "A função pode ser usada" in said(server.post(url, QueueTime="0", QueuePosition="1"))
    for fields in ({"QueueTime": "60", "QueuePosition": "1"}, {"QueueTime": "0", "QueuePosition": "0"}):
        assert "A função pode ser usada" not in said(server.post(url, fields))


def test_what_the_answers_decide_is_asked_no_further() -> None:
    assert [next_question(answers) for answers in ((), (True,), (False,))] == [0, 1, 1]
    assert next_question((False, False)) is None, "critical, whether data are being corrupted or not"
    assert [next_question(answers) for answers in ((True, True), (True, False), (False, True))] == [2, 2, 2]
    assert severity_of((False, False), Severity.LOW) is Severity.CRITICAL
    assert severity_of((), Severity.LOW) is Severity.LOW
    for answers in ((), (True,), (False, True)):
        assert read_answers(write_answers(answers)) == answers
    assert read_answers(None) is None
