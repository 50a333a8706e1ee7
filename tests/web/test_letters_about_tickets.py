"""The contact of a ticket is told by e-mail of what matters, without a word of what was written on the ticket."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import select

from data.contact_profile import save_profile
from data.outbox import OUTBOX
from data.ticket_events import events_of
from data.tickets import find_ticket
from ivr.flow.line import Line
from ivr.service_desk.acts import TicketAct, do_what_is_due, ticket_for
from ivr.service_desk.letters import LETTER_OF
from ivr.service_desk.linking import merge_ticket
from ivr.service_desk.opening import NewTicket
from ivr.service_desk.opening import open_ticket as open_at_desk
from ivr.service_desk.remote_access import AccessAsk, ask_for_access
from ivr.tickets.events import Area, EventKind, Severity, TicketParty
from ivr.worker.letters import LETTERS
from tests.conftest import MakeServer, Now
from tests.line_server import LineServer
from tests.web.at_the_portal import VAULT, CustomerBrowser, activate, contact_id, portal_of
from tests.web.test_codes_for_the_portal import MailBox
from tests.web.tickets_at_the_portal import ANA, by_staff, opened, send, stored

DAY = timedelta(days=1)
SECRET = "o patch 12.1.33 corrige"


@pytest.fixture
def server(make_server: MakeServer, shipped_line: Line) -> LineServer:
    made = make_server(shipped_line)
    activate(made, "Ana", ANA)
    return made


@pytest.fixture
def box(server: LineServer, tmp_path: Path) -> MailBox:
    return MailBox(server, tmp_path / "mail")


@pytest.fixture
def ana(server: LineServer) -> CustomerBrowser:
    browser = CustomerBrowser(portal_of(server))
    browser.sign_in(ANA)
    return browser


def subjects(box: MailBox) -> list[str]:
    return [str(letter["Subject"]) for letter in box.letters()]


def last(box: MailBox) -> EmailMessage:
    return box.letters()[-1]


def test_each_letter_of_an_event_is_written_in_both_languages() -> None:
    for name in set(LETTER_OF.values()):
        assert set(LETTERS[name].texts) == {"pt-BR", "es"}


def test_an_opened_ticket_is_told_with_number_forecast_and_address(
    server: LineServer, ana: CustomerBrowser, box: MailBox
) -> None:
    number = opened(ana, description=SECRET)
    letter = last(box)
    ticket = stored(server, number)
    assert ticket.forecast_at is not None
    zone = server.lines.named("4003-0015").header.zone  # type: ignore[union-attr]
    told = letter.get_content()
    assert (letter["To"], letter["Auto-Submitted"]) == (ANA, "auto-generated")
    assert letter["Subject"] == f"Chamado {number} aberto"
    assert f"{ticket.forecast_at.astimezone(zone):%d/%m/%Y %H:%M}" in told
    assert "Emissão de nota" in told
    assert f"https://cliente.example.com/chamados/{number}" in told
    assert SECRET not in told


def test_question_solution_and_message_are_told_without_what_they_say(
    server: LineServer, shipped_line: Line, ana: CustomerBrowser, box: MailBox
) -> None:
    number = opened(ana)
    first = server.clock().date()
    box.letters()
    by_staff(server, shipped_line, number, EventKind.MESSAGE_ADDED, SECRET)
    assert subjects(box)[-1] == f"Chamado {number}: nova mensagem"
    by_staff(server, shipped_line, number, EventKind.QUESTION_ASKED, SECRET)
    assert f"{first + 15 * DAY:%d/%m/%Y}" in last(box).get_content()
    send(ana, number, "mensagem", text=SECRET)
    by_staff(server, shipped_line, number, EventKind.SOLUTION_SENT, SECRET)
    assert f"{first + 15 * DAY:%d/%m/%Y}" in last(box).get_content()
    assert [each.partition(": ")[2] for each in subjects(box)[1:]] == [
        "nova mensagem",
        "precisamos da sua resposta",
        "solução enviada",
    ]
    assert not [each for each in box.letters() if SECRET in each.as_string()]


def test_a_reminder_tells_the_last_day_and_the_end_is_told_too(
    server: LineServer, shipped_line: Line, ana: CustomerBrowser, box: MailBox, clock: Now
) -> None:
    number = opened(ana)
    by_staff(server, shipped_line, number, EventKind.SOLUTION_SENT, SECRET)
    last_day = clock().date() + 15 * DAY
    box.letters()
    for days in (13, 3):
        clock.moment += timedelta(days=days)
        with server.database.transaction() as connection:
            do_what_is_due(connection, shipped_line, ticket_for(connection, number), clock())
        box.letters()
    assert subjects(box)[-2:] == [
        f"Chamado {number}: solução aguarda seu aceite até {last_day:%d/%m/%Y}",
        f"Chamado {number} encerrado",
    ]
    assert "vale como aceita" in last(box).get_content()


def do_what_was_due(server: LineServer, line: Line, number: str) -> None:
    """A worker that comes back."""
    with server.database.transaction() as connection:
        do_what_is_due(connection, line, ticket_for(connection, number), server.clock())


def test_a_reminder_that_was_written_late_waits_for_the_desk_to_open(
    server: LineServer, shipped_line: Line, ana: CustomerBrowser, box: MailBox, clock: Now
) -> None:
    number = opened(ana)
    by_staff(server, shipped_line, number, EventKind.SOLUTION_SENT, SECRET)
    before = len(box.letters())
    # Sent on Tuesday the 10th, to be reminded of on Monday the 23rd; the worker comes back at 22:30 of that day.
    clock.moment += timedelta(days=13, hours=12)
    do_what_was_due(server, shipped_line, number)
    assert len(box.letters()) == before
    clock.moment += timedelta(hours=8, minutes=30)  # 07:00
    assert subjects(box)[before:] == [f"Chamado {number}: solução aguarda seu aceite até 25/03/2026"]


def test_a_reminder_for_which_the_desk_opens_no_more_is_sent_at_once(
    server: LineServer, shipped_line: Line, ana: CustomerBrowser, box: MailBox, clock: Now
) -> None:
    number = opened(ana)
    by_staff(server, shipped_line, number, EventKind.SOLUTION_SENT, SECRET)
    before = len(box.letters())
    clock.moment += timedelta(days=15, hours=10)  # 20:30 of the last day
    do_what_was_due(server, shipped_line, number)
    assert subjects(box)[before:] == [f"Chamado {number}: solução aguarda seu aceite até 25/03/2026"]


def test_a_reminder_due_before_a_postponement_is_not_sent_after_it(
    server: LineServer, shipped_line: Line, ana: CustomerBrowser, box: MailBox, clock: Now
) -> None:
    number = opened(ana)
    by_staff(server, shipped_line, number, EventKind.SOLUTION_SENT, SECRET)
    before = len(box.letters())
    clock.moment += 14 * DAY
    ana.sign_in(ANA)
    send(ana, number, "adiar")
    with server.database.reading() as connection:
        kinds = [each.kind for each in events_of(connection, number)]
    assert kinds[-2:] == ["reminded", "postponed"]
    assert len(box.letters()) == before


def test_a_letter_about_a_question_is_not_sent_while_another_waits(
    server: LineServer, shipped_line: Line, ana: CustomerBrowser, box: MailBox
) -> None:
    number = opened(ana)
    by_staff(server, shipped_line, number, EventKind.QUESTION_ASKED, SECRET)
    send(ana, number, "mensagem", text="12.1")
    by_staff(server, shipped_line, number, EventKind.QUESTION_ASKED, SECRET)
    assert len(subjects(box)) == 2


def test_after_an_outage_only_what_still_holds_is_told(
    server: LineServer, shipped_line: Line, ana: CustomerBrowser, box: MailBox, clock: Now
) -> None:
    number = opened(ana)
    by_staff(server, shipped_line, number, EventKind.SOLUTION_SENT, SECRET)
    before = len(box.letters())
    clock.moment += 40 * DAY
    with server.database.transaction() as connection:
        do_what_is_due(connection, shipped_line, ticket_for(connection, number), clock())
    assert subjects(box)[before:] == [f"Chamado {number} encerrado"]


def test_a_letter_that_waits_while_the_ticket_moves_on_is_not_sent(
    server: LineServer, shipped_line: Line, ana: CustomerBrowser, box: MailBox
) -> None:
    number = opened(ana)
    by_staff(server, shipped_line, number, EventKind.QUESTION_ASKED, SECRET)
    send(ana, number, "mensagem", text="12.1")
    assert subjects(box) == [f"Chamado {number} aberto"]


def test_what_the_customer_did_or_may_not_see_is_told_to_nobody(
    server: LineServer, shipped_line: Line, ana: CustomerBrowser, box: MailBox
) -> None:
    number = opened(ana)
    send(ana, number, "mensagem", text="mais um detalhe")
    by_staff(server, shipped_line, number, EventKind.MESSAGE_ADDED, SECRET, visible=False)
    by_staff(server, shipped_line, number, EventKind.SEVERITY_CHANGED, severity=Severity.HIGH)
    by_staff(server, shipped_line, number, EventKind.ACTIVITY_NOTED, SECRET, minutes=10)
    assert subjects(box) == [f"Chamado {number} aberto"]


def test_a_request_for_remote_access_and_a_merge_are_told(
    server: LineServer, shipped_line: Line, ana: CustomerBrowser, box: MailBox
) -> None:
    number, other = opened(ana), opened(ana, subject="A mesma nota")
    box.letters()
    with server.database.transaction() as connection:
        asked = AccessAsk("TRA", SECRET, None, "Iara")
        ask_for_access(connection, shipped_line, ticket_for(connection, number), asked, "a" * 32, server.clock())
    assert subjects(box)[-1] == f"Chamado {number}: pedimos acesso remoto"
    act = TicketAct(EventKind.MERGED, TicketParty.STAFF, "Iara")
    with server.database.transaction() as connection:
        merged, into = ticket_for(connection, other), ticket_for(connection, number)
        merge_ticket(connection, shipped_line, merged, into, act, server.clock())
    assert subjects(box)[-1] == f"Chamado {other}: continua no chamado {number}"


def test_a_contact_reads_letters_in_the_language_of_their_choice(
    server: LineServer, ana: CustomerBrowser, box: MailBox
) -> None:
    number = contact_id(server, "Ana")
    with server.database.transaction() as connection:
        save_profile(connection, VAULT, number, 0, language="es")
    assert f"Caso {opened(ana)} abierto" in subjects(box)


def test_a_contact_without_an_address_and_an_imported_ticket_get_no_letter(
    server: LineServer, shipped_line: Line, ana: CustomerBrowser
) -> None:
    own = opened(ana)
    company, anyone, elisa = stored(server, own).company_id, contact_id(server, "Ana"), contact_id(server, "Elisa")
    with server.database.transaction() as connection:
        save_profile(connection, VAULT, elisa, company, email=None)
    for place, (contact, channel) in enumerate([(elisa, "telephone"), (anyone, "import"), (None, "agent")]):
        new = NewTicket(
            company, contact, channel, Area.SUSTENTACAO, "suporte", Severity.MEDIUM, TicketParty.STAFF, "Iara", "Nota"
        )
        with server.database.transaction() as connection:
            open_at_desk(connection, shipped_line, new, f"123456789{place}", server.clock())
            assert find_ticket(connection, f"123456789{place}")
    with server.database.reading() as connection:
        rows = connection.execute(select(OUTBOX.c.content, OUTBOX.c.recipient).where(OUTBOX.c.kind == "mail")).all()
    assert [row for row in rows if "123456789" in row.content] == []
    assert not [row for row in rows if ANA in row.content + row.recipient or "Emissão" in row.content]
