"""While the database is away the menus that need no data go on; what needs data waits a moment, and goes to people."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from werkzeug.test import TestResponse

from data.database import Database
from ivr.call.position import Position
from ivr.call.resume_point import ResumePoint
from ivr.flow.line import Line
from tests.call.degraded.conftest import Locked
from tests.conftest import MakeServer, Now
from tests.line_server import PADARIA, LineServer, said, twiml


def _next(answer: TestResponse) -> str:
    """Where the next turn goes."""
    found = twiml(answer).xpath("//@action")
    return str(found[0])  # type: ignore[index]


def _press(server: LineServer, answer: TestResponse, digits: str) -> TestResponse:
    return server.post(_next(answer), Digits=digits)


def test_a_call_that_comes_in_hears_the_menu_and_reaches_a_destination(served: LineServer, away: Locked) -> None:
    with away():
        menu = served.start()
        assert said(menu) == "Bem-vindo. Tecle 2, 3, 4, 5 ou 7."
        areas = _press(served, menu, "#")
        assert said(areas) == "Para RM, 1. Para RH, 2."
        destination = _press(served, areas, "1")
    assert twiml(destination).findtext("Dial/Sip") == "sip:rm@mesa.example.com"
    assert destination.headers["X-IVR-Destination"] == "mesa.rm"
    assert served.calls() == 0


def test_an_access_code_needs_no_data(served: LineServer, away: Locked) -> None:
    with away():
        destination = _press(served, _press(served, served.start(), "3"), "0510001")
    assert twiml(destination).findtext("Dial/Sip") == "sip:rm@mesa.example.com"


def test_wrong_keys_and_silence_are_helped_as_ever(served: LineServer, away: Locked) -> None:
    with away():
        wrong = _press(served, served.start(), "8")
        assert said(wrong) == "Não entendi."
        silent = served.post(_next(wrong))
        assert said(silent) == "Não ouvi nada."
        assert said(_press(served, silent, "8")) == "Continuo sem entender. Tecle 2, 3, 4, 5 ou 7."


def test_the_same_turn_again_answers_the_same_bytes(served: LineServer, away: Locked) -> None:
    with away():
        menu = served.start()
        assert served.start().data == menu.data
        assert _press(served, menu, "#").data == _press(served, menu, "#").data


def test_who_must_say_who_they_are_waits_a_moment_and_is_given_to_people(served: LineServer, away: Locked) -> None:
    with away():
        answer = served.followed(_press(served, served.start(), "2"))
    assert said(answer) == "Tivemos um problema. Vou chamar a Assessoria."
    assert twiml(answer).find("Dial") is not None


def test_a_password_keyed_without_a_database_is_taken_once_it_is_back(served: LineServer, away: Locked) -> None:
    served.keys("2", PADARIA)
    with away():
        moment = served.turn(3, Digits="1234")
    assert twiml(moment).findtext("Redirect") == "/twilio/turn/3?again=1"
    assert "1234" not in moment.text
    assert said(served.followed(moment)) == "Digite o código."


def test_keys_forgotten_with_their_process_are_asked_for_as_no_mistake(
    served: LineServer, away: Locked, make_server: MakeServer, database: Database
) -> None:
    served.keys("2", PADARIA)
    with away():
        moment = served.turn(3, Digits="1234")
    another = make_server(database=database)
    assert said(another.followed(moment)) == "Digite a senha."
    assert another.turns()[-1].outcome == "start"


def test_who_was_known_before_is_known_afterwards(served: LineServer, away: Locked, database: Database) -> None:
    served.keys("2", PADARIA, "1234", "*")
    with away():
        areas = served.turn(5, Digits="#")
        assert said(areas) == "Para RM, 1. Para RH, 2."
    menu = _press(served, areas, "*")
    call = served.call()
    assert call is not None
    assert call.contact_id is not None
    assert call.turn == 7
    assert _next(menu) == "/twilio/turn/7"
    assert said(served.turn(7, Digits="2")) == "Digite o CNPJ ou o CPF."


def test_the_address_says_nothing_of_who_calls(served: LineServer, away: Locked) -> None:
    served.keys("2", PADARIA, "1234", "*")
    with away():
        areas = served.turn(5, Digits="#")
    query = parse_qs(urlsplit(_next(areas)).query)
    assert set(query) == {"at"}
    assert set(json.loads(query["at"][0])) == {
        "line", "menu", "state", "choices", "strikes", "silences", "errors", "strays", "destination", "progress",
        "over_limit", "queued_at", "somebody", "finish_due", "prompts_end", "served",
    }  # fmt: skip


def test_a_call_that_began_without_a_database_is_taken_in_by_the_next_turn(served: LineServer, away: Locked) -> None:
    with away():
        menu = served.start()
    areas = _press(served, menu, "#")
    assert said(areas) == "Para RM, 1. Para RH, 2."
    assert _next(areas) == "/twilio/turn/2"
    assert [turn.number for turn in served.turns()] == [1]
    # Whatever comes late now is answered with what the caller is being told.
    assert served.start().data == areas.data
    assert _press(served, menu, "7").data == areas.data
    assert said(served.turn(2, Digits="1")) == "Vou chamar a mesa RM."


def test_turns_taken_meanwhile_are_left_out_and_none_is_taken_twice(served: LineServer, away: Locked) -> None:
    served.start()
    with away():
        areas = served.turn(1, Digits="#")
        menu = _press(served, areas, "*")
    code = _press(served, menu, "3")
    assert said(code) == "Digite o código."
    assert [turn.number for turn in served.turns()] == [0, 3]
    assert _press(served, areas, "1").data == code.data
    assert [turn.number for turn in served.turns()] == [0, 3]


def test_a_call_goes_on_on_another_machine_without_a_database(
    served: LineServer, away: Locked, make_server: MakeServer, database: Database
) -> None:
    with away():
        menu = served.start()
        another = make_server(database=database)
        assert said(_press(another, menu, "#")) == "Para RM, 1. Para RH, 2."


def test_a_call_that_this_process_does_not_know_waits_a_moment(
    served: LineServer, away: Locked, make_server: MakeServer, database: Database
) -> None:
    served.start()
    another = make_server(database=database)
    with away():
        moment = another.turn(1, Digits="#")
    assert twiml(moment).findtext("Redirect") == "/twilio/turn/1?again=1"
    assert said(another.followed(moment)) == "Para RM, 1. Para RH, 2."


def test_a_state_that_another_menu_does_not_have_begins_again(served: LineServer, away: Locked) -> None:
    gone = ResumePoint("ensaio", "before", 4, Position("gone"))
    with away():
        assert said(served.post(f"/twilio/turn/4?{gone.query()}", Digits="2")).startswith("Bem-vindo")


def test_a_message_is_not_said_to_be_kept_before_it_is(served: LineServer, away: Locked) -> None:
    served.keys("7")
    served.turn(2, DialCallStatus="no-answer")
    recording = {"RecordingSid": "RE" + "0" * 32, "RecordingUrl": "https://x.test/r", "RecordingDuration": "9"}
    with away():
        moment = served.turn(3, **recording)
    assert "guardado" not in said(moment)
    assert said(served.followed(moment)) == "Recado guardado."
    with served.database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM message").scalar_one() == 1


def test_nobody_is_invited_to_leave_a_message_that_could_not_be_kept(
    served: LineServer, away: Locked, clock: Now
) -> None:
    clock.moment = clock.moment.replace(hour=23)
    with away():
        answer = served.followed(_press(served, _press(served, served.start(), "#"), "1"))
    assert twiml(answer).find("Record") is None
    assert said(answer).startswith("Tivemos um problema.")


def test_how_a_dial_ended_is_told_by_the_address_to_another_process(
    served: LineServer, away: Locked, make_server: MakeServer, database: Database
) -> None:
    served.keys("7")
    with away():
        moment = make_server(database=database).turn(2, DialCallStatus="completed", DialCallDuration="300")
    another = make_server(database=database)
    assert [verb.tag for verb in twiml(another.followed(moment))] == ["Say", "Hangup"]
    assert another.turns()[-1].event == "dial"


def test_a_message_is_kept_by_another_process_than_the_one_that_could_not(
    served: LineServer, away: Locked, make_server: MakeServer, database: Database
) -> None:
    served.keys("7")
    served.turn(2, DialCallStatus="no-answer")
    recording = {"RecordingSid": "RE" + "0" * 32, "RecordingUrl": "https://x.test/r?a=b", "RecordingDuration": "9"}
    with away():
        moment = served.turn(3, **recording)
    assert said(make_server(database=database).followed(moment)) == "Recado guardado."


@pytest.mark.parametrize("contact", [1, None])
def test_an_identified_caller_is_no_stranger_to_another_process(
    make_server: MakeServer, shipped_line: Line, database: Database, away: Locked, contact: int | None
) -> None:
    server = make_server(shipped_line, database=database)
    position = Position("sem-perfil-consultoria", choices={"principal": "2", "software": "3"}, contact_id=contact)
    point = ResumePoint(shipped_line.name, shipped_line.version, 7, position)
    with away():
        answer = server.post(f"/twilio/turn/7?{point.query()}", Digits="2")
    assert (twiml(answer).find("Redirect") is not None) is (contact is not None)


def test_a_call_whose_end_is_told_before_it_is_stored_is_remembered(served: LineServer, away: Locked) -> None:
    with away():
        destination = _press(served, served.start(), "7")
    served.post("/twilio/status", CallStatus="completed", SequenceNumber="3", CallDuration="41")
    over = served.post(_next(destination), DialCallStatus="completed", DialCallDuration="30")
    assert [verb.tag for verb in twiml(over)] == ["Hangup"]
    call = served.call()
    assert call is not None
    assert (call.status, call.duration, served.turns()) == ("completed", 41, [])


def test_no_protocol_is_told_that_could_not_be_kept(
    make_server: MakeServer, shipped_line: Line, database: Database, away: Locked
) -> None:
    server = make_server(shipped_line, database=database)
    with away():
        answer = _press(server, server.start(), "5")
    assert "protocolo" not in said(answer).lower()
    assert twiml(answer).find("Dial") is not None or twiml(answer).find("Enqueue") is not None


def test_a_key_in_a_queue_is_not_followed_where_it_cannot_be_kept(
    make_server: MakeServer, shipped_line: Line, database: Database, away: Locked
) -> None:
    server = make_server(shipped_line, database=database)
    server.start()
    url = "/twilio/wait/key?seconds=600&turn=1&state=transferencia&line=4003-0015"
    with away():
        assert [verb.tag for verb in twiml(server.post(url, Digits="2"))] == ["Pause"]
    assert [verb.tag for verb in twiml(server.post(url, Digits="2"))] == ["Leave"]
