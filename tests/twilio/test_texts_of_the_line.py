"""A caller on a mobile asks for a text: it is offered, promised with the turn, sent once, and its fate is noted."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC
from pathlib import Path
from random import Random

import pytest
from requests import ReadTimeout
from sqlalchemy import text

from data.outbox import OutboxRecord, recent_rows
from data.texts import FULL, TEXT, TRIAL_TEXT, UNSUBSCRIBED
from data.trials import mark_trial
from data.vault import Cost, Vault
from ivr.call.lines import Lines
from ivr.channels.twilio.outgoing_texts import TwilioTexts
from ivr.errors import FlowError
from ivr.flow.folder import load_line
from ivr.flow.line import Line
from ivr.simulator.carrier import DEMO_TOKEN
from ivr.simulator.clock import VirtualClock
from ivr.simulator.rest.switchboard import Switchboard
from ivr.simulator.texts.account_texts import AccountTexts, TextFate
from ivr.simulator.texts.text_message import TextMessage
from ivr.simulator.transports import WsgiTransport
from ivr.worker.deliveries.text import TextDelivery, TrialTextDelivery
from ivr.worker.outbox import Outbox
from ivr.worker.tools import Tools
from tests.conftest import MakeServer, Now
from tests.line_server import CALLER, KEY, NUMBER, SID, LineServer, said
from tests.simulator.rest.account import client

PUBLIC = "http://ivr.test"
LANDLINE = "+551133334444"
OTHER = "CA" + "2" * 32

MENU = """
line: {number: "+551140030015", language: pt-BR, voice: Polly.Camila-Neural, zone: America/Sao_Paulo, start: aberto,
  human: gente, transfer: ligar, apology: desculpas, wait: espera, no_input: [{say: silencio, repeat: yes}],
  invalid: [{say: errado, repeat: yes}]}
states:
  aberto:
    check: {rule: open, destinations: [suporte], outcomes: {open: gente, closed: fechado}}
  fechado:
    say: {prompt: fechado, next: texto}
  texto:
    text:
      say: texto
      words: "Protocolo {protocolo}: {destino} atende {abertura}."
      next: mandado
      refused: recusado
      no_mobile: sem-texto
  mandado: {hangup: {say: mandado}}
  recusado: {hangup: {say: recusado}}
  sem-texto: {hangup: {say: sem-texto}}
  gente: {route: {to: atendentes}}
  ligar:
    transfer: {say: ligando, next_target_say: ligando, on_call_say: ligando, closed_say: fechado,
      unreachable_say: fechado, served: mandado, closed: recusado, unreachable: recusado}
"""
PROMPTS = """
prompts:
  fechado: "{destino} atende de novo {abertura}."
  texto: Para receber isso no número {telefone}, tecle 1.
  mandado: Mandamos.
  recusado: Não mandamos.
  sem-texto: Anote, por favor.
  ligando: Vou chamar {destino}.
  espera: Continue na linha.
  desculpas: Desculpe.
  silencio: Não ouvi nada.
  errado: Não entendi.
destinations: {atendentes: os atendentes, suporte: o Suporte}
"""
ROUTING = """
calendars: {matriz: {state: SP}}
hours:
  sabado: {calendar: matriz, windows: [{days: sáb, open: "08:00-12:00"}]}
destinations:
  atendentes: {hours: always, targets: [{number: "+551150900700"}]}
  suporte: {hours: sabado, targets: [{number: "+551150900701"}]}
"""


def written_line(folder: Path, menu: str) -> Line:
    for name, written in (("menu.yaml", menu), ("prompts.pt-BR.yaml", PROMPTS), ("routing.yaml", ROUTING)):
        (folder / name).write_text(written, encoding="utf-8")
    return load_line(folder)


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Line:
    return written_line(tmp_path_factory.mktemp("textos"), MENU)


@dataclass
class Sender:
    """The server, its outbox, and the account that it sends with; ``lost`` loses that many answers."""

    server: LineServer
    lines: Lines
    now: Now
    texts: AccountTexts
    lost: int = 0

    def __post_init__(self) -> None:
        clock = VirtualClock(self.now().astimezone(UTC))
        self.board = Switchboard(clock, WsgiTransport(self.server.app), texts=self.texts)
        self.board.numbers.add(NUMBER)
        account = client(self.board)
        ask = account.http_client.request

        def request(method: str, *arguments: object, **options: object) -> object:
            answer = ask(method, *arguments, **options)
            if method == "POST" and self.lost:
                self.lost -= 1
                raise ReadTimeout
            return answer

        account.http_client.request = request
        self.sender = TwilioTexts(lambda: account, PUBLIC)
        vault = Vault(KEY, Cost.rehearsal())
        self.tools = Tools(self.server.database, vault, lambda: self.lines, texts=self.sender)

    def ask(self, keys: str = "1", sid: str = SID, number: str = CALLER) -> str:
        """A call in which the caller keys that; what is said in the end."""
        self.server.post("/twilio/voice", sid=sid, From=number)
        return said(self.server.turn(1, sid, Digits=keys, From=number))

    def work(self, tools: Tools | None = None) -> None:
        """Send what is due, and let it come to its end."""
        tools = tools or self.tools
        outbox = Outbox(
            self.server.database, [TextDelivery(tools), TrialTextDelivery(tools)], "tests", Random(1), self.now
        )
        while outbox.step():
            pass
        self.board.run()

    @property
    def sent(self) -> list[TextMessage]:
        return list(self.texts.kept.values())

    def row(self, place: int = 0) -> OutboxRecord:
        return self.rows()[place]

    def rows(self) -> list[OutboxRecord]:
        with self.server.database.reading() as connection:
            return recent_rows(connection, 10)


@pytest.fixture
def sending(make_server: MakeServer, line: Line, clock: Now) -> Callable[..., Sender]:
    def make(**fates: TextFate) -> Sender:
        server = make_server(line, public_url=PUBLIC, auth_token=DEMO_TOKEN)
        return Sender(server, Lines([line]), clock, AccountTexts({CALLER: fate for fate in fates.values()}))  # noqa: B035

    return make


def test_the_text_is_sent_after_the_caller_has_said_so(sending: Callable[..., Sender]) -> None:
    office = sending()
    assert office.ask() == "Mandamos."
    assert office.row().state == "waiting"
    office.work()
    (message,) = office.sent
    assert (message.to, message.from_, message.direction) == (CALLER, NUMBER, "outbound-api")
    with office.server.database.reading() as connection:
        protocol = connection.execute(text("SELECT number FROM protocol")).scalar_one()
    assert f"Protocolo {protocol}: o Suporte atende" in message.body
    assert "sábado" in message.body
    row = office.row()
    assert (row.kind, row.state, row.carrier_sid, row.note) == (TEXT, "sent", message.sid, "delivered")


def test_another_key_and_silence_send_nothing(sending: Callable[..., Sender]) -> None:
    office = sending()
    assert office.ask("2") == "Não mandamos."
    assert office.ask("", OTHER) == "Não mandamos."
    assert office.rows() == []


@pytest.mark.parametrize("number", [LANDLINE, "+5508001234567", "anonymous", "+14155550100", NUMBER])
def test_who_is_on_no_mobile_is_offered_nothing(sending: Callable[..., Sender], number: str) -> None:
    office = sending()
    answer = said(office.server.post("/twilio/voice", From=number))
    assert "tecle 1" not in answer
    assert answer.endswith("Anote, por favor.")


def test_a_turn_that_comes_twice_sends_one_text(sending: Callable[..., Sender]) -> None:
    office = sending()
    office.ask()
    office.server.turn(1, Digits="1", From=CALLER)
    office.work()
    assert len(office.rows()) == len(office.sent) == 1


def test_a_lost_answer_is_looked_for_and_the_text_not_sent_again(sending: Callable[..., Sender], clock: Now) -> None:
    office = sending()
    office.lost = 1
    office.ask()
    office.work()
    # Its first status proves it; a carrier that tells none is asked for its list.
    assert (office.row().state, len(office.sent)) == ("sent", 1)


def test_a_text_that_was_lost_on_the_way_is_found_in_the_list(sending: Callable[..., Sender]) -> None:
    office = sending()
    office.lost = 1
    office.ask()
    row = office.row()
    delivery = TextDelivery(office.tools)
    with pytest.raises(Exception, match="did not answer"):
        delivery.send(row)
    (found,) = delivery.candidates(replace(row, tried_at=office.now()))
    assert found.sid == office.sent[0].sid


def test_an_undelivered_text_is_noted_with_its_error(sending: Callable[..., Sender]) -> None:
    office = sending(fate=TextFate("undelivered", 30006))
    office.ask()
    office.work()
    assert (office.row().state, office.row().note) == ("sent", "undelivered (30006)")


def test_who_wants_no_texts_is_sent_none_from_then_on(sending: Callable[..., Sender]) -> None:
    office = sending(fate=TextFate(refused=21610))
    office.ask()
    office.work()
    assert (office.row().state, office.row().note) == ("dropped", UNSUBSCRIBED)
    office.texts.fates = {}
    office.ask(sid=OTHER)
    office.work()
    assert [row.state for row in office.rows()] == ["dropped", "dropped"]
    assert office.sent == []


def test_who_turns_out_to_want_no_texts_is_sent_none_either(sending: Callable[..., Sender]) -> None:
    office = sending(fate=TextFate("undelivered", 21610))
    office.ask()
    office.work()
    assert (office.row().state, office.row().note) == ("sent", UNSUBSCRIBED)
    office.texts.fates = {}
    office.ask(sid=OTHER)
    office.work()
    assert sorted(row.state for row in office.rows()) == ["dropped", "sent"]
    assert len(office.sent) == 1


def test_texts_of_trials_keep_none_from_the_person_of_the_number(sending: Callable[..., Sender]) -> None:
    office = sending(fate=TextFate(refused=21610))
    with office.server.database.transaction() as connection:
        mark_trial(connection, SID, office.now())
    office.ask()
    office.work(replace(office.tools, texts=None, trial_texts=office.sender))
    assert (office.row().kind, office.row().note) == (TRIAL_TEXT, UNSUBSCRIBED)
    office.texts.fates = {}
    office.ask(sid=OTHER)
    office.work()
    assert [row.state for row in office.rows() if row.kind == TEXT] == ["sent"]


@pytest.mark.parametrize("blank", ["{protocolo:d}", "{protocolo:{destino}}", "{protocolo!r}", "{protocolo.real}"])
def test_a_value_is_filled_into_a_text_as_it_is(tmp_path: Path, blank: str) -> None:
    with pytest.raises(FlowError, match="cannot fill in"):
        written_line(tmp_path, MENU.replace("{protocolo}", blank))


def test_a_number_is_sent_three_texts_a_day_at_most(sending: Callable[..., Sender]) -> None:
    office = sending()
    for number in range(4):
        office.ask(sid=f"CA{number:032x}")
        office.work()
    assert len(office.sent) == 3
    assert [row.note for row in office.rows()].count(FULL) == 1


def test_a_refusal_leaves_a_dead_row_and_names_no_number(
    sending: Callable[..., Sender], caplog: pytest.LogCaptureFixture
) -> None:
    office = sending(fate=TextFate(refused=21408))
    office.ask()
    with caplog.at_level(logging.DEBUG):
        office.work()
    assert (office.row().state, office.row().note) == ("dead", "Twilio refuses the text (HTTP 400, error 21408)")
    assert CALLER not in caplog.text
    assert "Protocolo" not in caplog.text


def test_texts_of_trials_are_sent_by_the_carrier_of_the_pages_alone(sending: Callable[..., Sender]) -> None:
    office = sending()
    with office.server.database.transaction() as connection:
        mark_trial(connection, SID, office.now())
    office.ask()
    assert office.row().kind == TRIAL_TEXT
    office.work()
    assert office.sent == []
    office.work(replace(office.tools, texts=None, trial_texts=office.sender))
    assert len(office.sent) == 1


def test_a_status_that_is_forged_or_malformed_changes_nothing(sending: Callable[..., Sender]) -> None:
    office = sending()
    office.ask()
    path = f"/twilio/text?reservation={office.row().id}"
    assert office.server.raw(path, "MessageSid=SM" + "0" * 32 + "&MessageStatus=delivered").status_code == 403
    assert office.row().state == "waiting"
    office.server.post(path, MessageSid="SM" + "0" * 32, MessageStatus="delivered; DROP TABLE outbox")
    assert office.row().state == "waiting"
    office.server.post("/twilio/text?reservation=TX0", MessageSid="SM" + "0" * 32, MessageStatus="delivered")
    assert office.row().state == "waiting"
