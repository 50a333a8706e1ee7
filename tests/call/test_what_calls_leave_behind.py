"""The number by which a call is found, and what the caller agreed to, written with the turn and only once."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from shutil import copytree

import pytest

from data.consents import ConsentRecord, consents_of
from data.protocols import find_by_protocol, protocol_of
from ivr.flow.folder import load_line
from ivr.flow.line import Line
from ivr.languages import language_of
from ivr.languages.portuguese import PORTUGUESE
from tests.conftest import FLOWS, MakeServer, Now
from tests.line_server import SID, LineServer, said
from tests.lines import TUESDAY


@pytest.fixture
def server(make_server: MakeServer, shipped_line: Line) -> LineServer:
    """4003-0015, whose menu has a queue, a term and destinations of every kind."""
    return make_server(shipped_line)


CONSULTANCY = ("2", "3", "11222333000181", "4321")


def _protocol(server: LineServer, sid: str = SID) -> str | None:
    with server.database.reading() as connection:
        return protocol_of(connection, sid)


def _consents(server: LineServer) -> list[ConsentRecord]:
    with server.database.reading() as connection:
        return consents_of(connection, SID)


def test_whoever_hangs_up_in_a_menu_has_no_number(server: LineServer) -> None:
    server.keys("2", "3")
    assert _protocol(server) is None


def test_a_transferred_call_is_found_by_the_number_told_to_its_caller(server: LineServer) -> None:
    answer = server.keys("5")
    number = _protocol(server)
    assert number is not None
    assert f"Protocolo {PORTUGUESE.numbers.digits(number)}." in said(answer)
    with server.database.reading() as connection:
        found = find_by_protocol(connection, f"{number[:5]} {number[5:]}")
    assert found is not None
    assert found.sid == SID


def test_a_turn_delivered_twice_gives_one_number(server: LineServer) -> None:
    server.keys("5")
    first, again = server.turn(1, Digits="5"), server.turn(1, Digits="5")
    assert first.data == again.data
    assert said(first).count("Protocolo") == 1


def test_two_calls_have_two_numbers(server: LineServer) -> None:
    other = "CA" + "2" * 32
    server.keys("5")
    server.keys("5", sid=other)
    assert _protocol(server) != _protocol(server, other)


def test_the_number_stays_the_same_through_queue_and_message(server: LineServer) -> None:
    server.keys("5")
    number = _protocol(server)
    server.turn(2, DialCallStatus="busy")
    server.turn(3, DialCallStatus="no-answer")
    url = "https://api.twilio.com/rec"
    answer = server.turn(4, RecordingSid="RE" + "1" * 32, RecordingUrl=url, RecordingDuration="9")
    assert PORTUGUESE.numbers.digits(number or "") in said(answer)
    assert _protocol(server) == number


def test_the_key_that_agrees_to_the_price_is_kept_with_its_wording(server: LineServer) -> None:
    server.keys(*CONSULTANCY)
    assert _consents(server) == []
    server.turn(5, Digits="1")
    (consent,) = _consents(server)
    call, turns = server.call(), server.turns()
    (engine,) = server.lines
    text = engine.line.prompts.texts["termo-consultoria"].text
    assert call is not None
    version = hashlib.sha256(text.encode()).hexdigest()
    kept = ConsentRecord(SID, 5, turns[-1].at, call.contact_id, "termo-consultoria", version)
    assert replace(consent, text=None, service=None, desks=None) == kept
    assert consent.contact_id is not None


def test_agreeing_twice_in_one_turn_that_is_repeated_is_kept_once(server: LineServer) -> None:
    server.keys(*CONSULTANCY)
    assert server.turn(5, Digits="1").data == server.turn(5, Digits="1").data
    assert len(_consents(server)) == 1


@pytest.mark.parametrize("pressed", ["2", "3", "*", "9", "0", ""])
def test_no_other_key_agrees(server: LineServer, pressed: str) -> None:
    server.keys(*CONSULTANCY)
    server.turn(5, Digits=pressed)
    assert _consents(server) == []


def test_another_wording_is_another_version(server: LineServer) -> None:
    (engine,) = server.lines
    texts = engine.line.prompts.texts
    assert texts["termo-consultoria"].version != texts["aviso-de-gravacao"].version
    assert len(texts["termo-consultoria"].version) == 64


PRICED = (*CONSULTANCY, "1")
"""The term is accepted in turn 5; then the code of a product is asked for."""


def _standing(server: LineServer) -> str:
    call = server.call()
    assert call is not None
    (consent,) = _consents(server)
    return consent.standing(ended=call.ended_at is not None)


def _hang_up(server: LineServer) -> None:
    server.post("/twilio/status", CallStatus="completed", SequenceNumber="3")


def test_the_term_is_kept_as_it_was_read_with_its_price(server: LineServer) -> None:
    heard = said(server.keys(*CONSULTANCY))
    server.turn(5, Digits="1")
    (consent,) = _consents(server)
    assert consent.text is not None
    assert consent.text in heard
    assert "400 reais a hora" in consent.text
    assert (consent.service, consent.desks) == ("consultoria-tecnica", "consultoria")


@pytest.mark.untraced
def test_the_price_that_was_told_is_kept_where_a_new_one_began_since(
    make_server: MakeServer, clock: Now, tmp_path: Path
) -> None:
    folder = Path(copytree(FLOWS / "4003-0015", tmp_path / "4003-0015"))
    routing = (folder / "routing.yaml").read_text(encoding="utf-8")
    new = '[{from: "2026-03-11", hour: "450.50"}, {from: "2026-01-01", hour: "400.00"}]'
    changed = re.sub(r"prices: \[\{.*\}\]", f"prices: {new}", routing)
    changed = changed.replace('["08:00-12:00", "14:00-18:00"]', '"00:00-24:00"')  # a consultancy that works at midnight
    (folder / "routing.yaml").write_text(changed, encoding="utf-8")
    server = make_server(load_line(folder))
    clock.moment = TUESDAY.replace(hour=23, minute=59)
    server.keys(*CONSULTANCY)
    clock.moment += timedelta(minutes=2)
    server.turn(5, Digits="1")
    (consent,) = _consents(server)
    assert "400 reais a hora" in (consent.text or "")
    other = "CA" + "2" * 32
    assert "450 reais e 50 centavos a hora" in said(server.keys(*CONSULTANCY, sid=other))


def test_a_consent_is_void_where_the_call_ends_without_the_service(server: LineServer) -> None:
    server.keys(*PRICED)
    assert _standing(server) == "open"
    _hang_up(server)
    assert _standing(server) == "void"


def test_a_talk_with_a_destination_of_the_service_makes_the_consent_hold(server: LineServer) -> None:
    server.keys(*PRICED, "0290001")
    server.turn(7, DialCallStatus="completed", DialCallDuration="60")
    _hang_up(server)
    assert _standing(server) == "given"


def test_a_consent_holds_where_the_end_of_the_talk_is_told_after_the_calls(server: LineServer) -> None:
    server.keys(*PRICED, "0290001")
    _hang_up(server)
    server.turn(7, DialCallStatus="completed", DialCallDuration="60")
    assert _standing(server) == "given"


@pytest.mark.untraced
@pytest.mark.parametrize("status", ["busy", "no-answer", "failed", "canceled"])
def test_a_destination_that_nobody_answered_gives_no_service(server: LineServer, status: str) -> None:
    server.keys(*PRICED, "0290001")
    _hang_up(server)
    server.turn(7, DialCallStatus=status)
    assert _standing(server) == "void"


def test_a_talk_with_support_is_not_the_service_that_was_agreed_to(server: LineServer) -> None:
    server.keys(*PRICED, "*", "2", "0290001")
    server.turn(9, DialCallStatus="completed", DialCallDuration="60")
    _hang_up(server)
    assert _standing(server) == "void"


def test_of_a_consent_of_an_older_release_nothing_is_known() -> None:
    old = ConsentRecord(SID, 5, TUESDAY, 1, "termo-consultoria", "f" * 64)
    assert old.standing(ended=True) == "unknown"


@pytest.mark.parametrize(
    ("amount", "currency", "language", "told"),
    [
        ("354", "BRL", "pt-BR", "354 reais"),
        ("1.00", "BRL", "pt-BR", "1 real"),
        ("1.01", "BRL", "pt-BR", "1 real e 1 centavo"),
        ("0.50", "BRL", "pt-BR", "50 centavos"),
        ("1250.90", "MXN", "es-MX", "1250 pesos con 90 centavos"),
        ("75.25", "USD", "en-US", "75 dollars and 25 cents"),
    ],
)
def test_an_amount_is_told_with_the_name_of_its_money(amount: str, currency: str, language: str, told: str) -> None:
    assert language_of(language).money.spoken(Decimal(amount), currency) == told
