"""A turn happens once, however often, late or early it is delivered; its answer is stored with its move."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from data.calls import NewCall, open_call
from data.database import Database
from data.turns import CallChanges, TurnRecord, save_turn
from data.vault import Vault
from ivr.call import events
from ivr.call.answer import Answer, Incoming
from ivr.call.lines import Lines
from ivr.call.position import Position
from ivr.call.turn import Turns
from ivr.channels.twilio.channel import TwilioVoice
from ivr.errors import UnknownCallError
from ivr.flow.line import Line
from tests.conftest import MakeServer, Now
from tests.line_server import CALLER, NUMBER, PADARIA, SID, LineServer, said, twiml
from tests.lines import make_line

INCOMING = Incoming(SID, CALLER, NUMBER)


@pytest.fixture
def turns(small_line: Line, server_database: Database, server_vault: Vault, clock: Now) -> Turns:
    return Turns(Lines([small_line]), server_database, server_vault, clock, TwilioVoice())


def test_a_repeated_turn_answers_the_same_bytes_and_moves_once(server: LineServer) -> None:
    server.start()
    first = server.turn(1, Digits="2")
    again = server.turn(1, Digits="2")
    assert again.data == first.data
    assert [(name, value) for name, value in again.headers if name.startswith("X-IVR")] == [
        (name, value) for name, value in first.headers if name.startswith("X-IVR")
    ]
    assert [turn.number for turn in server.turns()] == [0, 1]


def test_a_repeated_turn_answers_the_same_with_other_keys_and_later(server: LineServer, clock: Now) -> None:
    server.start()
    first = server.turn(1, Digits="2")
    clock.moment += timedelta(hours=9)
    assert server.turn(1, Digits="7").data == first.data
    assert server.turn(1, SpeechResult="atendente", Confidence="0.9").data == first.data


def test_an_older_turn_answers_what_it_answered_then(server: LineServer) -> None:
    answers = [server.start()] + [server.turn(number, Digits="9") for number in (1, 2, 3)]
    assert server.turn(1, Digits="2").data == answers[1].data
    assert server.turn(0, Digits="2").data == answers[0].data
    assert len(server.turns()) == 4


def test_a_turn_from_the_future_answers_what_the_caller_is_being_told_now(server: LineServer) -> None:
    server.start()
    current = server.turn(1, Digits="2")
    assert server.turn(7, Digits="7").data == current.data
    assert server.turn(10**30, Digits="7").data == current.data
    assert len(server.turns()) == 2


def test_a_call_that_begins_twice_is_one_row_and_hears_the_same(server: LineServer) -> None:
    assert server.start().data == server.start().data
    assert (server.calls(), len(server.turns())) == (1, 1)


def test_a_call_begun_again_hears_the_beginning_and_does_not_move(server: LineServer) -> None:
    first = server.start()
    server.turn(1, Digits="2")
    assert server.start().data == first.data
    assert [turn.number for turn in server.turns()] == [0, 1]


def test_what_a_turn_was_is_kept_and_what_was_keyed_is_not(server: LineServer) -> None:
    server.keys("2", PADARIA)
    last = server.turns()[-1]
    assert (last.number, last.state, last.event, last.outcome, last.states) == (
        2, "documento", "keys", "collected", ("senha",),
    )  # fmt: skip
    assert last.menu_version == next(iter(server.lines)).line.version


def test_the_call_keeps_who_was_identified_and_where_it_went(server: LineServer) -> None:
    server.keys("2", PADARIA, "1234", "0510001")
    call = server.call()
    assert call is not None
    assert call.contact_id is not None
    assert (call.turn, call.destination, call.line, call.from_number) == (5, "mesa.rm", "ensaio", CALLER)
    assert call.reason == "access code 05.1; open"


def test_the_reason_of_a_call_is_the_last_one_there_was(server: LineServer) -> None:
    server.keys("2", PADARIA, "1234", "9910001", "9")
    call = server.call()
    assert call is not None
    assert call.reason == "unknown access code"


def test_six_deliveries_at_the_same_moment_are_one_move_with_one_answer(
    tmp_path: Path, make_server: MakeServer
) -> None:
    database = Database(f"sqlite:///{tmp_path / 'ivr.db'}")
    database.migrate()
    try:
        server = make_server(database=database)
        server.start()
        for number in range(1, 6):
            bodies = _at_once(6, lambda server=server, number=number: server.turn(number, Digits="9").data)
            assert len(set(bodies)) == 1
        assert [turn.number for turn in server.turns()] == list(range(6))
        call = server.call()
        assert call is not None
        assert call.turn == 6
        starts = _at_once(6, lambda: server.start("CA" + "2" * 32).data)
        assert len(set(starts)) == 1
        assert server.calls() == 2
    finally:
        database.close()


def _at_once(count: int, act: object) -> list[bytes]:
    barrier = threading.Barrier(count)
    results: list[bytes] = []

    def run() -> None:
        barrier.wait()
        results.append(act())  # type: ignore[operator]

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == count
    return results


class _Overtaken:
    """A clock that lets another delivery of the same turn win between the reading and the writing."""

    def __init__(self, clock: Now) -> None:
        self._clock = clock
        self.meanwhile: Iterator[object] = iter(())

    def __call__(self) -> object:
        for happening in self.meanwhile:
            happening()  # type: ignore[operator]
            break
        return self._clock()


def test_who_comes_second_answers_what_the_first_one_wrote(
    small_line: Line, server_database: Database, server_vault: Vault, clock: Now, turns: Turns
) -> None:
    overtaken = _Overtaken(clock)
    slow = Turns(Lines([small_line]), server_database, server_vault, overtaken, TwilioVoice())  # type: ignore[arg-type]
    turns.start(INCOMING)
    won: list[Answer] = []
    overtaken.meanwhile = iter([lambda: won.append(turns.take(INCOMING, 1, events.Keys("2")))])
    assert slow.take(INCOMING, 1, events.Keys("7")) == won[0]
    overtaken.meanwhile = iter([lambda: won.append(turns.start(replace(INCOMING, sid="CA" + "3" * 32)))])
    assert slow.start(replace(INCOMING, sid="CA" + "3" * 32)) == won[1]


def test_a_turn_that_no_process_could_write_is_an_error(turns: Turns, server_database: Database) -> None:
    turns.start(INCOMING)
    with server_database.transaction() as connection:
        connection.execute(text("CREATE TRIGGER no BEFORE INSERT ON turn BEGIN SELECT RAISE(ABORT, 'no'); END"))
    with pytest.raises(IntegrityError):
        turns.take(INCOMING, 1, events.Keys("2"))


def test_a_turn_of_a_call_that_never_began_is_an_error(turns: Turns) -> None:
    with pytest.raises(UnknownCallError, match="never began"):
        turns.take(INCOMING, 1, events.Keys("2"))


def test_a_call_that_ended_gets_nothing_but_the_end(server: LineServer) -> None:
    server.start()
    server.turn(1, Digits="2")
    server.post("/twilio/status", CallStatus="completed", SequenceNumber="3", CallDuration="12")
    for answer in (server.turn(2, Digits=PADARIA), server.turn(1, Digits="2"), server.start()):
        assert [verb.tag for verb in twiml(answer)] == ["Hangup"]
    assert len(server.turns()) == 2


def test_a_status_only_moves_up_whatever_the_order(server: LineServer) -> None:
    server.start()
    server.post("/twilio/status", CallStatus="completed", SequenceNumber="2", CallDuration="12")
    server.post("/twilio/status", CallStatus="ringing", SequenceNumber="0")
    call = server.call()
    assert call is not None
    assert (call.status, call.duration) == ("completed", 12)


def test_a_call_that_was_opened_but_never_answered_is_answered_now(
    turns: Turns, server_database: Database, small_line: Line, clock: Now
) -> None:
    new = NewCall(SID, "ensaio", small_line.version, CALLER, NUMBER, clock(), Position("chegada").as_json())
    with server_database.transaction() as connection:
        open_call(connection, new)
    assert "Bem-vindo" in turns.start(INCOMING).document


def test_a_call_finishes_on_the_menu_that_it_began_with(server: LineServer, tmp_path: Path) -> None:
    server.start()
    server.lines.add(make_line(tmp_path, prompts=[("Digite o CNPJ ou o CPF.", "Diga o documento.")]))
    assert "Digite o CNPJ" in said(server.turn(1, Digits="2"))
    other = "CA" + "2" * 32
    server.start(other)
    assert "Diga o documento" in said(server.turn(1, other, Digits="2"))


@pytest.mark.parametrize("state", ["um-estado-que-nao-existe-mais", "chegada", "autenticar"])
def test_a_call_whose_state_is_gone_after_a_restart_begins_again(server: LineServer, state: str) -> None:
    server.start()
    _stand(server, Position(state, choices={"principal": "2"}))
    answer = server.turn(1, Digits="2")
    assert said(answer) == "Bem-vindo. Tecle 2, 3, 4, 5 ou 7."
    assert twiml(answer)[0].get("action") == "/twilio/turn/2"
    assert server.turns()[-1].states == ("chegada", "principal")
    assert "Digite o CNPJ" in said(server.turn(2, Digits="2"))


def _stand(server: LineServer, position: Position) -> None:
    with server.database.transaction() as connection:
        connection.execute(
            text("UPDATE call SET position = :position, menu_version = 'before'"), {"position": position.as_json()}
        )


def test_a_turn_and_its_move_are_written_together_or_not_at_all(turns: Turns, server_database: Database) -> None:
    turns.start(INCOMING)
    with server_database.transaction() as connection:
        connection.execute(text("CREATE TRIGGER no BEFORE UPDATE ON call BEGIN SELECT RAISE(ABORT, 'no'); END"))
    with pytest.raises(IntegrityError):
        turns.take(INCOMING, 1, events.Keys("2"))
    with server_database.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM turn")).scalar_one() == 1


def test_a_call_whose_contact_was_deleted_hears_an_apology_once(server: LineServer) -> None:
    server.keys("2", PADARIA, "1234", "*")
    with server.database.transaction() as connection:
        connection.execute(text("UPDATE call SET contact_id = NULL"))
        connection.execute(text("DELETE FROM contact_profile"))
        connection.execute(text("DELETE FROM contact"))
    answer = server.followed(server.turn(5, Digits="4"))
    assert said(answer) == "Tivemos um problema. Vou chamar a Assessoria."
    assert twiml(answer).find("Dial") is not None


def test_the_trace_and_the_changes_of_a_turn_are_plain_values(server_database: Database, clock: Now) -> None:
    turn = TurnRecord(0, clock(), "a", "start", "start", ("a",), None, None, "v", "<Response />")
    with server_database.transaction() as connection:
        open_call(connection, NewCall(SID, "ensaio", "v", CALLER, NUMBER, clock(), "{}"))
        save_turn(connection, SID, turn, CallChanges(1, "{}"))
    assert "Response" not in repr(turn)


def test_a_message_is_kept_with_the_destination_that_it_was_left_for(server: LineServer, clock: Now) -> None:
    server.keys("7")
    server.turn(2, DialCallStatus="no-answer")
    recording = {"RecordingSid": "RE" + "0" * 32, "RecordingUrl": "https://x.test/r", "RecordingDuration": "9"}
    for _ in range(2):
        assert said(server.turn(3, **recording)) == "Recado guardado."
    with server.database.reading() as connection:
        (message,) = connection.execute(text("SELECT call_sid, turn, destination, recording_sid, seconds FROM message"))
    assert tuple(message) == (SID, 3, "gente", recording["RecordingSid"], 9)


def test_nothing_is_kept_where_nothing_was_said(server: LineServer) -> None:
    server.keys("7")
    server.turn(2, DialCallStatus="no-answer")
    server.turn(3, RecordingUrl="https://x.test/r", RecordingDuration="0")
    with server.database.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM message")).scalar_one() == 0
