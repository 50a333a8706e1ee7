"""The number by which a call is found, and what the caller agreed to, written with the turn and only once."""

from __future__ import annotations

import hashlib

import pytest

from data.consents import ConsentRecord, consents_of
from data.protocols import find_by_protocol, protocol_of
from ivr.call.spoken.numbers import spoken_digits
from ivr.flow.line import Line
from tests.conftest import MakeHouse
from tests.house import SID, House, said


@pytest.fixture
def house(make_house: MakeHouse, shipped_line: Line) -> House:
    """4003-0015, whose menu has a queue, a term and desks of every kind."""
    return make_house(shipped_line)


CONSULTANCY = ("2", "3", "11222333000181", "4321")


def _protocol(house: House, sid: str = SID) -> str | None:
    with house.database.reading() as connection:
        return protocol_of(connection, sid)


def _consents(house: House) -> list[ConsentRecord]:
    with house.database.reading() as connection:
        return consents_of(connection, SID)


def test_whoever_hangs_up_in_a_menu_has_no_number(house: House) -> None:
    house.keys("2", "3")
    assert _protocol(house) is None


def test_a_transferred_call_is_found_by_the_number_that_its_caller_was_told(house: House) -> None:
    answer = house.keys("5")
    number = _protocol(house)
    assert number is not None
    assert f"O protocolo desta ligação é: {spoken_digits(number, 'pt-BR')}." in said(answer)
    with house.database.reading() as connection:
        found = find_by_protocol(connection, f"{number[:5]} {number[5:]}")
    assert found is not None
    assert found.sid == SID


def test_a_turn_delivered_twice_gives_one_number(house: House) -> None:
    house.keys("5")
    first, again = house.turn(1, Digits="5"), house.turn(1, Digits="5")
    assert first.data == again.data
    assert said(first).count("protocolo") == 1


def test_two_calls_have_two_numbers(house: House) -> None:
    other = "CA" + "2" * 32
    house.keys("5")
    house.keys("5", sid=other)
    assert _protocol(house) != _protocol(house, other)


def test_the_number_stays_the_same_through_queue_and_message(house: House) -> None:
    house.keys("5")
    number = _protocol(house)
    house.turn(2, DialCallStatus="busy")
    house.turn(3, DialCallStatus="no-answer")
    url = "https://api.twilio.com/rec"
    answer = house.turn(4, RecordingSid="RE" + "1" * 32, RecordingUrl=url, RecordingDuration="9")
    assert spoken_digits(number or "", "pt-BR") in said(answer)
    assert _protocol(house) == number


def test_the_key_that_agrees_to_the_price_is_kept_with_caller_wording_and_moment(house: House) -> None:
    house.keys(*CONSULTANCY)
    assert _consents(house) == []
    house.turn(5, Digits="1")
    (consent,) = _consents(house)
    call, turns = house.call(), house.turns()
    (engine,) = house.lines
    text = engine.line.prompts.texts["termo-consultoria"].text.text
    assert call is not None
    assert consent == ConsentRecord(
        SID, 5, turns[-1].at, call.contact_id, "termo-consultoria", hashlib.sha256(text.encode()).hexdigest()
    )
    assert consent.contact_id is not None


def test_agreeing_twice_in_one_turn_that_is_repeated_is_kept_once(house: House) -> None:
    house.keys(*CONSULTANCY)
    assert house.turn(5, Digits="1").data == house.turn(5, Digits="1").data
    assert len(_consents(house)) == 1


@pytest.mark.parametrize("pressed", ["2", "3", "*", "9", "0", ""])
def test_no_other_key_agrees(house: House, pressed: str) -> None:
    house.keys(*CONSULTANCY)
    house.turn(5, Digits=pressed)
    assert _consents(house) == []


def test_another_wording_is_another_version(house: House) -> None:
    (engine,) = house.lines
    texts = engine.line.prompts.texts
    assert texts["termo-consultoria"].version != texts["aviso-de-gravacao"].version
    assert len(texts["termo-consultoria"].version) == 64
