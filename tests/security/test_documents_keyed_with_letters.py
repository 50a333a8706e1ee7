"""A CNPJ with letters, keyed: nobody hears of a twin, nobody learns who is a customer, and what is read back is kept
nowhere in clear."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from werkzeug.test import TestResponse

from data.database import Database
from data.vault import Vault
from ivr.flow.line import Line
from ivr.languages.portuguese import PORTUGUESE
from ivr.replay.call_target import is_secret, says_secret
from ivr.simulator.call_setup import CallSetup
from ivr.simulator.carrier import Carrier
from ivr.simulator.clock import VirtualClock
from ivr.simulator.live_call import place_call
from ivr.simulator.phones import steps
from ivr.simulator.phones.dialogue import dialogue
from ivr.simulator.phones.scripted import ScriptedPhone
from ivr.simulator.transports import WsgiTransport
from tests.conftest import MakeServer
from tests.fixtures_of import fixtures_of
from tests.line_server import CALLER, NUMBER, PADARIA, LineServer, said, statements
from tests.lines import TUESDAY
from tests.security.canary import Traces

OFFICIAL, KEYS = "12ABC34501DE35", "12222345013335"
"""Of the demo data (its contacts key 8520 and 8521), and alone on its keys there."""

NEIGHBOUR, TWINS, TWIN_KEYS = "12AAC34501DF35", ("11222EFE000181", "11222FDF000181"), PADARIA
"""Companies of the fixtures: the twins have the keys of the Padaria, whose Ana keys 1234."""

UNKNOWN, NOBODYS = "98765432000198", "12222345013336"
"""A CNPJ with right check digits that nobody has; and keys that are no CNPJ of figures, and no customer's."""

FIXTURES = {
    "companies": [
        {"document": TWINS[0], "name": "Vânia", "contacts": [{"name": "Vânia", "password": "7777"}]},
        {"document": TWINS[1], "name": "Vera", "contacts": [{"name": "Vera", "password": "6666"}]},
    ]
}


@pytest.fixture
def shipped(make_server: MakeServer, server_database: Database, server_vault: Vault, shipped_line: Line) -> LineServer:
    """The shipped line, whose Padaria has two twins."""
    fixtures_of(FIXTURES).apply(server_database, server_vault)
    return make_server(shipped_line)


def _sid(number: int) -> str:
    return f"CA{number:032}"


def _document(server: LineServer, number: int, digits: str) -> tuple[TestResponse, list[str]]:
    """The answer to a document, in a call of its own, and the reads that it cost."""
    server.keys("2", "2", sid=_sid(number))
    with statements(server.database) as sent:
        answer = server.turn(3, _sid(number), Digits=digits)
    return answer, [statement for statement in sent if statement.startswith("SELECT")]


def _public(answer: TestResponse) -> tuple[bytes, list[tuple[str, str]]]:
    return answer.data, list(answer.headers)


def test_unknown_known_and_twins_sound_alike_and_cost_alike(shipped: LineServer) -> None:
    answers = [_document(shipped, place, digits) for place, digits in enumerate((UNKNOWN, "11444777000161", PADARIA))]
    assert [_public(answer) for answer, _ in answers] == [_public(answers[0][0])] * 3
    assert [cost for _, cost in answers] == [answers[0][1]] * 3


def test_unknown_keys_sound_like_a_wrong_entry_and_cost_the_same(shipped: LineServer) -> None:
    nobody, cost = _document(shipped, 1, NOBODYS)
    short, _ = _document(shipped, 2, NOBODYS[:-1])
    assert _public(nobody) == _public(short)
    assert "tem um dígito trocado" in said(nobody)
    assert cost == _document(shipped, 3, KEYS)[1]


def test_a_wrong_password_for_twins_sounds_and_costs_as_for_nobody(shipped: LineServer) -> None:
    heard = []
    for place, document in enumerate((UNKNOWN, TWIN_KEYS)):
        shipped.keys("2", "2", document, sid=_sid(place))
        with statements(shipped.database) as sent:
            answer = shipped.turn(4, _sid(place), Digits="0000")
        heard.append((_public(answer), [statement for statement in sent if statement.startswith("SELECT")]))
    assert heard[0] == heard[1]
    assert "Os dados não conferem" in heard[0][0][0].decode()


def test_the_password_of_a_twin_leads_to_that_twin_only(shipped: LineServer) -> None:
    names = []
    for place, password in enumerate(("1234", "7777", "6666")):
        shipped.keys("2", "2", TWIN_KEYS, password, sid=_sid(place))
        call = shipped.call(_sid(place))
        assert call is not None
        names.append(call.company_id)
    assert None not in names
    assert len(set(names)) == 3


def test_a_confirmed_document_is_not_opened_by_a_later_twins_password(shipped: LineServer, server_vault: Vault) -> None:
    shipped.keys("2", "2", KEYS, "1")
    fixtures = {"companies": [{"document": NEIGHBOUR, "contacts": [{"name": "Vivi", "password": "5555"}]}]}
    fixtures_of(fixtures).apply(shipped.database, server_vault)
    assert "Os dados não conferem" in said(shipped.turn(5, Digits="5555"))


def test_numbers_of_others_are_not_asked_for_where_a_document_was_spoken(shipped: LineServer) -> None:
    shipped.keys("2", "2")
    shipped.turn(3, SpeechResult=" ".join(PADARIA), Confidence="0.9")
    assert "Os dados não conferem" in said(shipped.turn(4, Digits="7777"))


def test_a_turn_stored_encrypted_answers_a_repeat_byte_by_byte(shipped: LineServer) -> None:
    first = shipped.keys("2", "2", KEYS)
    assert PORTUGUESE.spelling.spoken(OFFICIAL) in said(first)
    assert _public(shipped.turn(3, Digits=KEYS)) == _public(first)
    again = shipped.turn(4, Digits="#")
    assert PORTUGUESE.spelling.spoken(OFFICIAL) in said(again)
    assert _public(shipped.turn(4, Digits="#")) == _public(again)
    for turn in shipped.turns()[3:]:
        assert "amor" not in turn.answer
        assert "Response" not in turn.answer


def test_a_company_gone_before_it_is_read_again_gives_an_apology(shipped: LineServer) -> None:
    shipped.keys("2", "2", KEYS)
    with shipped.database.transaction() as connection:
        connection.exec_driver_sql("UPDATE company SET lettered = NULL")
    answer = shipped.followed(shipped.turn(4, Digits="#"))
    assert "tivemos um problema" in said(answer)
    assert "Encontrei" not in said(answer)


@pytest.mark.parametrize(
    ("keyed", "changed"),
    [(2, "UPDATE company SET lettered = 'siv:' || substr(lettered, 6)"), (3, "UPDATE turn SET answer = 'siv:AAAA'")],
    ids=["a document", "an answer"],
)
def test_what_does_not_decrypt_any_more_gives_an_apology_and_people(
    shipped: LineServer, caplog: pytest.LogCaptureFixture, keyed: int, changed: str
) -> None:
    shipped.keys(*("2", "2", KEYS)[:keyed])
    with shipped.database.transaction() as connection:
        connection.exec_driver_sql(changed)
    assert "tivemos um problema" in said(shipped.followed(shipped.turn(3, Digits=KEYS)))
    assert {getattr(record, "error", None) for record in caplog.records if record.message == "broken"} == {
        "DecryptionError"
    }


_WORDS = re.compile("A de amor|B de bola|Encontrei o CNPJ", re.IGNORECASE)


@pytest.fixture
def watched(
    shipped: LineServer, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> Iterator[list[tuple[str, str]]]:
    """Whatever the server writes anywhere; afterwards neither the document nor its spelling stands in it."""
    caplog.set_level(logging.DEBUG)
    traces = Traces()
    yield traces.texts
    traces.add_database(shipped.database)
    traces.add_records(caplog.get_records("call"))
    for stream in capfd.readouterr():
        traces.add("stream", stream)
    found = {where for where, text in traces.texts if OFFICIAL in text or KEYS in text or _WORDS.search(text)}
    assert found == set()


def test_what_is_read_back_stands_in_no_row_no_log_and_no_header(
    shipped: LineServer, watched: list[tuple[str, str]]
) -> None:
    shipped.start()
    for number, digits in enumerate(("2", "2", KEYS, "#", "9", "2", KEYS, "1", "8520"), 1):
        answer = shipped.turn(number, Digits=digits)
        watched.append(("headers", str(list(answer.headers))))
    call = shipped.call()
    assert call is not None
    assert call.contact_id is not None
    watched.append(("position", call.position))


def test_a_rehearsal_hears_the_document_and_shows_marks(shipped: LineServer, watched: list[tuple[str, str]]) -> None:
    played = (
        steps.Press("2"),
        steps.Press("2"),
        steps.Press(KEYS),
        steps.Hear("A de amor, B de bola"),
        steps.Hear("nunca dito"),
        steps.Press("1"),
    )
    transcript = place_call(
        CallSetup(
            url="http://ivr.test/twilio/voice",
            transport=WsgiTransport(shipped.app),
            from_=CALLER,
            to=NUMBER,
            call_sid=_sid(1),
            clock=VirtualClock(TUESDAY),
            carrier=Carrier(auth_token="a token of the tests"),
            conceals=is_secret,
            conceals_speech=says_secret,
        ),
        ScriptedPhone(played),
    )
    (failure,) = transcript.failures
    assert "'nunca dito' was not heard; heard instead: \"••••" in failure
    watched.append(("transcript", json.dumps(transcript.as_dict(), ensure_ascii=False)))
    watched.append(("repr", repr(transcript)))
    watched.append(("dialogue", "\n".join(dialogue(transcript.as_dict()["events"]))))


_PASSWORDS = {"1234": "Ana", "7777": "Vânia", "6666": "Vera", "8520": "Nádia", "2580": "Fabiana"}
_entries = st.lists(
    st.sampled_from([KEYS, TWIN_KEYS, UNKNOWN, NOBODYS, "11444777000161", "1", "2", "*", "#", "", *_PASSWORDS]),
    max_size=12,
)
_sids = iter(range(1000, 10**9))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_entries)
def test_a_record_is_reached_only_by_its_own_password_after_its_own_keys(
    shipped: LineServer, entries: list[str]
) -> None:
    sid = _sid(next(_sids))
    shipped.keys("2", "2", *entries, sid=sid)
    call = shipped.call(sid)
    assert call is not None
    turns = shipped.turns(sid)
    matched = [place for place, turn in enumerate(turns) if "contato" in turn.states]
    if not matched:
        assert call.contact_id is None
        return
    with shipped.database.reading() as connection:
        found = connection.execute(text("SELECT name FROM contact WHERE id = :id"), {"id": call.contact_id})
        (name,) = found.scalars()
    given_before = ("", "2", "2", *entries)
    assert _PASSWORDS[given_before[matched[0]].removesuffix("#")] == name
    read_back = [turn for turn in turns[: matched[0]] if turn.outcome == "read_back"]
    confirmed = [turn for turn in turns if turn.state == "conferir-documento" and turn.outcome == "key_1"]
    if name == "Nádia":
        assert read_back
        assert confirmed
