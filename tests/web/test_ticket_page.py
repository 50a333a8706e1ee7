"""The page of a ticket: its whole life by forms, what it refuses in words, and that two who act at once are told."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from data.appointments import appointments_of
from data.audit import audit_since
from data.calls import NewCall, open_call
from data.contact import CONTACT
from data.recordings import RECORDING, RecordingRecord, keep_recording
from data.remote_access import accesses_of
from data.roles import Role
from ivr.flow.line import Line
from ivr.service_desk.acts import TicketAct, act_on, ticket_for
from ivr.service_desk.remote_access import answer_access
from ivr.service_desk.services import agree_to_service, offered_service
from ivr.tickets.events import EventKind, TicketParty
from tests.conftest import MakeServer, Now
from tests.line_server import LineServer
from tests.web.browsing import HTML, Browser
from tests.web.ticket_desk import LINE, TicketBrowser, customer_does, first_contact, story_of, ticket_of

HOSTILE = "<img src=x onerror=alert(1)>\"'</textarea><script>alert(2)</script>"
HOUR = timedelta(hours=1)


@pytest.fixture
def server(make_server: MakeServer, shipped_line: Line) -> LineServer:
    """The shipped line at a desk, on a Tuesday at half past ten."""
    return make_server(shipped_line, auth_token=None)


@pytest.fixture
def rita(server: LineServer) -> TicketBrowser:
    return TicketBrowser(server, "rita")


def test_a_ticket_lives_from_opening_to_acceptance_by_forms(
    server: LineServer, rita: TicketBrowser, clock: Now
) -> None:
    number = rita.open(mine="yes")
    shown = rita.get(f"/tickets/{number}").text
    # Severity 3, 30 h of 12 a day from Tuesday 10:30: 8.5 + 12 + 9.5, so Thursday 16:30.
    for words in ("Nota fiscal não sai", "opened", "3 · medium", "2026-03-12 16:30", "Rita", "Sustentação"):
        assert words in shown
    assert rita.do(number, "begin").location == f"/tickets/{number}#event-1"
    clock.moment += HOUR
    assert rita.do(number, "ask", text="Qual a versão?", minutes="5").status_code == 303
    assert "the clock is stopped" in rita.get(f"/tickets/{number}").text
    clock.moment += HOUR
    customer_does(server, number, EventKind.ANSWERED, clock.moment, "12.1.2406")
    shown = rita.get(f"/tickets/{number}").text
    assert "12.1.2406" in shown
    assert "a question was with the customer" in shown
    assert rita.do(number, "note", text="Reproduzi o erro", minutes="40").status_code == 303
    assert rita.do(number, "solve", text="Aplique o patch", cause="product", patch="12.1.2406-P7").status_code == 303
    customer_does(server, number, EventKind.REFUSED, clock.moment, "Continua igual")
    assert "solution refused" in rita.get(f"/tickets/{number}").text
    assert rita.do(number, "transfer", area="fabrica", text="É do produto").status_code == 303
    assert rita.do(number, "solve", text="Novo patch", cause="product", minutes="15").status_code == 303
    customer_does(server, number, EventKind.ACCEPTED, clock.moment)
    shown = rita.get(f"/tickets/{number}").text
    for words in ("solution accepted", "60 minutes", "the product is at fault", "12.1.2406-P7", "nothing reopens it"):
        assert words in shown
    assert [event.kind for event in story_of(server, number)] == [
        "opened", "analysis-begun", "question-asked", "answered", "activity-noted", "solution-sent", "refused",
        "transferred", "analysis-begun", "solution-sent", "accepted",
    ]  # fmt: skip
    assert [event.visible for event in story_of(server, number)].count(False) == 1


def test_an_answer_that_was_given_in_a_talk_is_noted_and_the_clock_runs(
    server: LineServer, rita: TicketBrowser, clock: Now
) -> None:
    number = rita.open()
    assert 'id="act-answered"' not in rita.get(f"/tickets/{number}").text
    rita.do(number, "ask", text="Qual a versão?")
    clock.moment += HOUR
    assert 'id="act-answered"' in rita.get(f"/tickets/{number}").text
    assert rita.do(number, "answered").status_code == 422
    assert rita.do(number, "answered", text="É a 12.1.2406", minutes="5").status_code == 303
    ticket = ticket_of(server, number)
    # 30 h from Tuesday 10:30 on, one hour of which was the customer's: Thursday 17:30.
    assert (ticket.state, ticket.due_at) == ("in-analysis", None)
    shown = rita.get(f"/tickets/{number}").text
    assert "2026-03-12 17:30" in shown
    assert "noted the customer&#39;s answer" in shown
    assert rita.do(number, "answered", text="De novo").status_code == 422


def test_a_ticket_is_taken_and_assigned_to_who_may_work_on_it(server: LineServer, rita: TicketBrowser) -> None:
    saulo = TicketBrowser(server, "saulo")
    tester = TicketBrowser(server, "tio", Role.TESTER)
    number = rita.open()
    assert ticket_of(server, number).analyst_id is None
    rita.do(number, "take")
    assert ticket_of(server, number).analyst_id == rita.user_id
    rita.do(number, "assign", analyst=str(saulo.user_id))
    assert ticket_of(server, number).analyst_id == saulo.user_id
    assert "analyst: Saulo" in rita.get(f"/tickets/{number}").text
    for wrong in (str(tester.user_id), "999", "x", "-1"):
        assert rita.do(number, "assign", analyst=wrong).status_code == 422
    rita.do(number, "assign", analyst="")
    assert ticket_of(server, number).analyst_id is None


def test_the_second_of_two_is_told_and_keeps_what_was_typed(server: LineServer, rita: TicketBrowser) -> None:
    saulo = TicketBrowser(server, "saulo")
    number = rita.open()
    seen = saulo.seen(number)
    rita.do(number, "ask", text="Qual a versão?")
    answer = saulo.post(f"/tickets/{number}/solve", {"seen": seen, "text": "Reinicie o serviço", "cause": "other"})
    assert answer.status_code == 409
    assert "Meanwhile Rita asked the customer (2026-03-10 10:30)" in answer.text
    assert "Reinicie o serviço" in answer.text
    assert [event.kind for event in story_of(server, number)] == ["opened", "analysis-begun", "question-asked"]


def test_a_form_that_is_sent_twice_does_its_act_once(server: LineServer, rita: TicketBrowser) -> None:
    number = rita.open()
    form = {"seen": rita.seen(number), "text": "Liguei para o cliente", "minutes": "10"}
    answers = [rita.post(f"/tickets/{number}/note", form).status_code for _ in range(2)]
    assert answers == [303, 409]
    assert len(story_of(server, number)) == 2


@pytest.mark.parametrize(
    ("act", "form", "told"),
    [
        ("ask", {}, "Write what is to be told"),
        ("note", {"text": "x"}, "How many minutes it took"),
        ("note", {"text": "x", "minutes": "0"}, "from 1 to 1440"),
        ("note", {"text": "x", "minutes": "99999999999999999999"}, "from 1 to 1440"),
        ("note", {"text": "x", "minutes": "²"}, "from 1 to 1440"),
        ("solve", {"text": "x"}, "Say whether the product is at fault"),
        ("solve", {"text": "x", "cause": "product", "patch": "p" * 41}, "40 characters"),
        ("severity", {"text": "x"}, "Choose a severity, or answer"),
        ("severity", {"severity": "1"}, "Say why"),
        ("transfer", {"text": "x", "area": "lua"}, "Choose the area"),
        ("transfer", {"area": "fabrica"}, "Say why"),
        ("split", {}, "Write the subject"),
        ("merge", {"text": "x", "into": "123"}, "There is no ticket of this number"),
        ("undo-merge", {}, "Is not possible"),
        ("access", {"tool": "TRA"}, "What the access is for"),
        ("access", {"text": "x", "other_tool": "AnyDesk"}, "How many minutes of preparation"),
        ("end-access", {"access": "RA1"}, "No such request"),
        ("attach", {}, "Choose a file"),
        ("ask", {"text": "a" * 100_000}, "100000 characters"),
    ],
)
def test_what_says_too_little_is_refused_and_stays_in_its_form(
    server: LineServer, rita: TicketBrowser, act: str, form: dict[str, str], told: str
) -> None:
    number = rita.open()
    answer = rita.do(number, act, form)
    assert answer.status_code in (404, 422)
    assert told.lower() in answer.text.lower()
    assert all(value[:1000] in answer.text for value in form.values() if value.isascii() and len(value) > 3)
    assert len(story_of(server, number)) == 1


def test_the_three_answers_propose_the_severity_and_people_choose_it(server: LineServer, rita: TicketBrowser) -> None:
    number = rita.open(usable="no", way_round="yes", corrupts="no")
    assert ticket_of(server, number).severity == 2
    rita.do(number, "severity", corrupts="yes", text="Os saldos mudam sozinhos")
    assert ticket_of(server, number).severity == 1
    rita.do(number, "severity", severity="4", text="Era só a tela")
    assert ticket_of(server, number).severity == 4
    shown = rita.get(f"/tickets/{number}").text
    assert "severity 1 (critical), 10h of work" in shown
    assert ticket_of(server, rita.open(severity="1", usable="yes")).severity == 1


def test_a_subject_is_split_off_and_twins_are_merged_and_parted(server: LineServer, rita: TicketBrowser) -> None:
    number = rita.open()
    rita.do(number, "split", subject="Outro assunto", text="Relatório em branco")
    other = story_of(server, number)[-1].details.partition('"ticket": "')[2][:10]
    assert ticket_of(server, other).subject == "Outro assunto"
    assert ticket_of(server, other).linked_to == number
    assert f'href="/tickets/{other}"' in rita.get(f"/tickets/{number}").text
    rita.do(other, "merge", into=f" {number[:5]} {number[5:]} ", text="É o mesmo")
    assert (ticket_of(server, other).state, ticket_of(server, other).merged_into) == ("merged", number)
    rita.do(other, "undo-merge")
    assert (ticket_of(server, other).state, ticket_of(server, other).merged_into) == ("in-analysis", None)


def test_the_subject_of_a_call_is_named_later(server: LineServer, rita: TicketBrowser) -> None:
    number = rita.open()
    form = {"subject": "Fechamento não roda", "product": "RM", "module": ""}
    assert rita.do(number, "describe", form).status_code == 303
    ticket = ticket_of(server, number)
    assert (ticket.subject, ticket.product, ticket.module) == ("Fechamento não roda", "RM", None)
    assert story_of(server, number)[-1].visible is False
    assert rita.do(number, "describe", form).status_code == 422
    assert rita.do(number, "describe", subject=" ").status_code == 422


def test_remote_access_is_asked_for_and_taken_back(server: LineServer, rita: TicketBrowser) -> None:
    number = rita.open()
    rita.do(number, "access", text="Ver a rotina", tool="TeamViewer")
    shown = rita.get(f"/tickets/{number}").text
    assert "waits for the customer&#39;s permission" in shown or "waits for the customer's permission" in shown
    assert rita.do(number, "access", text="Outra vez", tool="TRA").status_code == 422
    with server.database.reading() as connection:
        [access] = accesses_of(connection, number)
    rita.do(number, "end-access", access=access.id)
    assert "ended before its time" in rita.get(f"/tickets/{number}").text
    rita.do(number, "access", text="Ver a rotina", other_tool="AnyDesk", preparation="45")
    assert "45 min of preparation" in rita.get(f"/tickets/{number}").text


def test_an_answer_by_telephone_is_shown_with_its_protocol(
    server: LineServer, rita: TicketBrowser, shipped_line: Line
) -> None:
    number = rita.open()
    rita.do(number, "access", text="Ver a rotina", tool="TeamViewer")
    with server.database.transaction() as connection:
        ticket = ticket_for(connection, number)
        [access] = accesses_of(connection, number)
        answer_access(
            connection,
            shipped_line,
            ticket,
            access.id,
            allowed=True,
            author="Ana",
            contact_id=None,
            channel="telephone",
            now=server.clock(),
            protocol="4003009999",
        )
    shown = rita.get(f"/tickets/{number}").text
    assert shown.count("answered by telephone, protocol 4003009999") == 2


def test_a_billed_service_is_offered_agreed_to_and_given_by_appointment(
    server: LineServer, rita: TicketBrowser, clock: Now
) -> None:
    with server.database.reading() as connection:
        may_agree = select(CONTACT.c.id).where(CONTACT.c.consultancy, ~CONTACT.c.blocked).order_by(CONTACT.c.id)
        contact = connection.scalars(may_agree).first()
    number = rita.open(contact=str(contact))
    assert rita.do(number, "offer", service="x").status_code == 422
    assert rita.do(number, "appointment", starts_at="2026-03-11T09:00", minutes="60").status_code == 422
    assert rita.do(number, "offer", service="consultoria-do-suporte").status_code == 303
    assert "354" in rita.get(f"/tickets/{number}").text
    with server.database.transaction() as connection:
        ticket, line = ticket_for(connection, number), server.lines.named("4003-0015")
        assert line is not None
        offer = offered_service(connection, line, number)
        assert offer is not None
        agree_to_service(connection, line, ticket, offer.position, "Ana", ticket.contact_id or 0, clock.moment)
    for wrong in ("", "amanhã", "2026-03-11T03:00", "2020-01-01T09:00"):
        assert rita.do(number, "appointment", starts_at=wrong, minutes="60").status_code == 422
    assert rita.do(number, "appointment", starts_at="2026-03-11T09:00", minutes="60").status_code == 303
    [made] = appointments(server, number)
    assert rita.do(number, "settle", appointment=made, state="confirmed").status_code == 422
    assert rita.do(number, "settle", appointment="x", state="cancelled").status_code == 422
    assert rita.do(number, "settle", appointment=made, state="x").status_code == 422
    assert rita.do(number, "settle", appointment=made, state="cancelled").status_code == 303
    rita.do(number, "note", text="Parametrizei a rotina", minutes="90")
    shown = rita.get(f"/tickets/{number}").text
    for words in ("cancelled", "1:30 of", "531"):
        assert words in shown
    assert rita.do(number, "stop").status_code == 422
    assert rita.do(number, "stop", text="O cliente desistiu").status_code == 303
    assert ticket_of(server, number).service is None


def appointments(server: LineServer, number: str) -> list[str]:
    with server.database.reading() as connection:
        return [each.id for each in appointments_of(connection, number)]


def test_a_file_is_downloaded_and_never_shown(server: LineServer, rita: TicketBrowser) -> None:
    number, other = rita.open(), rita.open()
    page = b"<script>alert(1)</script>"
    answer = attach(rita, number, "erro\u202e.xml", page)
    assert answer == 303
    link = rita.get(f"/tickets/{number}").text.partition(f'href="/tickets/{number}/files/')[2].partition('"')[0]
    found = rita.get(f"/tickets/{number}/files/{link}")
    assert found.data == page
    assert found.headers["Content-Disposition"] == "attachment; filename=erro.xml; filename*=UTF-8''erro.xml"
    assert found.headers["X-Content-Type-Options"] == "nosniff"
    assert found.content_type == "application/octet-stream"
    assert "default-src 'none'" in found.headers["Content-Security-Policy"]
    assert rita.get(f"/tickets/{other}/files/{link}").status_code == 404
    assert rita.get(f"/tickets/{number}/files/AT1").status_code == 404
    for name, content in (("a.exe", b"MZ"), ("a.png", page), ("a.txt", b""), ("a.txt", b"a" * 500_001)):
        assert attach(rita, number, name, content) == 422
    assert len(story_of(server, number)) == 2


def attach(browser: TicketBrowser, number: str, name: str, content: bytes) -> int:
    """Send the form of a file; the status of the answer."""
    headers = {"Origin": browser.at, "X-CSRF-Token": browser.token()} | HTML
    data = {"file": (io.BytesIO(content), name), "text": "A tela"}
    path = f"/tickets/{number}/attach"
    return browser.client.post(path, base_url=browser.at, data=data, headers=headers).status_code


def test_nothing_that_people_wrote_runs_on_the_page(server: LineServer, rita: TicketBrowser, clock: Now) -> None:
    number = rita.open(subject=HOSTILE, description=HOSTILE, product=HOSTILE[:80], module=HOSTILE[:80])
    acts: dict[str, dict[str, str]] = {
        "ask": {},
        "message": {"internal": "yes"},
        "note": {"minutes": "1"},
        "severity": {"severity": "1"},
        "transfer": {"area": "fabrica"},
        "split": {"subject": HOSTILE},
        "access": {"other_tool": HOSTILE[:40], "preparation": "5"},
        "solve": {"cause": "product", "patch": HOSTILE[:40]},
    }
    for act, fields in acts.items():
        if act in ("severity", "transfer", "solve") and ticket_of(server, number).state == "pending-customer":
            customer_does(server, number, EventKind.ANSWERED, clock.moment, HOSTILE)
        assert rita.do(number, act, {"text": HOSTILE, **fields}).status_code == 303, act
    shown = rita.get(f"/tickets/{number}").text + rita.do(number, "ask", text=HOSTILE, minutes=HOSTILE).text
    assert "<img src=x" not in shown
    assert "<script>" not in shown
    assert "&lt;img src=x" in shown


def test_documents_and_passwords_are_hidden_and_the_person_is_told(server: LineServer, rita: TicketBrowser) -> None:
    number = rita.open(subject="Senha: totvs123 da 11.222.333/0001-81", description="CPF 529.982.247-25")
    answer = rita.do(number, "message", text="a senha do admin: totvs123")
    assert answer.location == f"/tickets/{number}?hidden=1#event-1"
    shown = rita.get(f"/tickets/{number}?hidden=1").text
    assert "It was hidden before it was kept" in shown
    whole = str(ticket_of(server, number)) + str(story_of(server, number)) + shown
    for canary in ("totvs123", "11.222.333", "11222333000181", "529.982", "52998224725"):
        assert canary not in whole
    assert rita.do(number, "message", text="nada").location == f"/tickets/{number}#event-2"


def test_who_may_not_work_on_tickets_changes_nothing(server: LineServer, rita: TicketBrowser) -> None:
    number = rita.open()
    ops, tester = TicketBrowser(server, "olga", Role.OPS), TicketBrowser(server, "tio", Role.TESTER)
    shown = ops.get(f"/tickets/{number}")
    assert (shown.status_code, "<textarea" in shown.text) == (200, False)
    assert tester.get(f"/tickets/{number}").status_code == 403
    for browser in (ops, tester):
        assert browser.post(f"/tickets/{number}/take", {"seen": "1"}).status_code == 403
        assert browser.get("/tickets/new").status_code == 403
        assert browser.post("/tickets/new", {}).status_code == 403
        assert browser.post("/tickets/customers", {"customer": "padaria"}).status_code == 403
    assert tester.get(f"/tickets/{number}/files/AT1").status_code == 403
    assert len(story_of(server, number)) == 1


def test_a_form_without_the_token_of_its_page_changes_nothing(server: LineServer, rita: TicketBrowser) -> None:
    number = rita.open()
    form = {"seen": "1", "text": "x", "minutes": "5"}
    for headers in ({"Origin": rita.at}, {"Origin": "https://evil.test", "X-CSRF-Token": rita.token()}):
        answer = rita.client.post(f"/tickets/{number}/note", base_url=rita.at, data=form, headers=headers)
        assert answer.status_code == 403
    assert len(story_of(server, number)) == 1


@pytest.mark.parametrize("number", ["5071343114", "0", "x", "1" * 400, "../users", "%00", "123456789\u0661"])
def test_a_number_that_no_ticket_has_is_told(rita: TicketBrowser, number: str) -> None:
    for answer in (rita.get(f"/tickets/{number}"), rita.post(f"/tickets/{number}/note", {"seen": "1"})):
        assert answer.status_code in (404, 405)
        assert "Traceback" not in answer.text


def test_each_act_leaves_a_row_in_the_audit_without_what_was_written(server: LineServer, rita: TicketBrowser) -> None:
    number = rita.open(subject="Assunto secreto")
    rita.do(number, "note", text="Texto secreto", minutes="5")
    rita.do(number, "note", text="", minutes="5")
    with server.database.reading() as connection:
        rows = audit_since(connection, server.clock() - timedelta(1))
    acts = [(row.who, row.act, row.subject) for row in rows if row.act == "work on tickets"]
    assert acts == [("rita", "work on tickets", f"{number} opened"), ("rita", "work on tickets", f"{number} note")]


def test_a_customer_is_found_by_name_and_by_document(server: LineServer, rita: TicketBrowser) -> None:
    for written in ("padaria ana", "PADARÍA", "11.222.333/0001-81", "11222333000181"):
        found = rita.post("/tickets/customers", {"customer": written})
        assert found.status_code == 200, written
        assert f"/tickets/new?contact={first_contact(server)}" in found.text
        assert "11.222.333" not in found.text
        assert "11222333" not in found.text
    for written in ("", "%", "zzz", "99999999999999", "a" * 5000):
        assert rita.post("/tickets/customers", {"customer": written}).status_code == 404
    form = rita.get(f"/tickets/new?contact={first_contact(server)}")
    assert "Padaria" in form.text
    for wrong in ("999999", "x", "", "-1"):
        assert "for whom?" in rita.get(f"/tickets/new?contact={wrong}").text
        assert rita.post("/tickets/new", {"contact": wrong, "subject": "x"}).status_code == 404


@pytest.mark.parametrize(
    "changed", [{"subject": " "}, {"destination": "4003-0015/cst"}, {"destination": "x"}, {"product": "p" * 81}]
)
def test_a_ticket_that_says_too_little_is_not_opened(rita: TicketBrowser, changed: dict[str, str]) -> None:
    form = {"contact": str(first_contact(rita.server)), "subject": "Um assunto", "destination": "4003-0015/suporte.rm"}
    answer = rita.post("/tickets/new", form | {"description": "Fica no formulário"} | changed)
    assert answer.status_code == 422
    assert "Fica no formulário" in answer.text


def test_a_person_of_this_machine_works_where_nothing_is_signed(
    server: LineServer, make_server: MakeServer, shipped_line: Line
) -> None:
    desk = Browser(server)
    assert desk.get("/tickets/new").status_code == 200
    assert Browser(make_server(shipped_line)).get("/tickets/new").status_code == 303


def test_who_supervises_hears_what_a_customer_said_and_no_one_else(
    server: LineServer, rita: TicketBrowser, clock: Now
) -> None:
    number = rita.open()
    rita.do(number, "solve", text="Reinicie o serviço", cause="other")
    call, tape = f"CA{1:032x}", f"RE{1:032x}"
    with server.database.transaction() as connection:
        open_call(connection, NewCall(call, LINE, "v1", "+5511987654321", "+551140030015", clock(), "{}"))
        keep_recording(connection, RecordingRecord(tape, call, clock(), "", "https://api.twilio.com/x", 7))
        ticket, line = ticket_for(connection, number), server.lines.named(LINE)
        assert line is not None
        act_on(
            connection,
            line,
            ticket,
            TicketAct(EventKind.REFUSED, TicketParty.CUSTOMER, "Ana", details={"recording": tape}),
            clock(),
        )
    asked = f"/wallboard/{LINE}/recordings/{tape}/listen"
    assert asked not in rita.get(f"/tickets/{number}").text
    assert rita.post(asked).status_code == 403
    sofia = TicketBrowser(server, "sofia", Role.SUPERVISOR)
    assert asked in sofia.get(f"/tickets/{number}").text
    assert f"/recordings/{tape}?" in sofia.post(asked).text
    with server.database.transaction() as connection:
        connection.execute(RECORDING.delete())
    assert asked not in sofia.get(f"/tickets/{number}").text
