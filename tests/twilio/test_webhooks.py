"""The routes that Twilio asks: each answers with TwiML, whatever the request holds and whatever is broken."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from data.database import Database
from ivr.channels.twilio.routes import wait
from ivr.flow.line import Line
from tests.conftest import MakeServer, Now
from tests.line_server import PADARIA, SID, LineServer, said, twiml

SORRY = "Tivemos um problema."


def _apologises(answer: object) -> None:
    """Says sorry, rings people, and nothing of the call is asked for afterwards."""
    document = twiml(answer)  # type: ignore[arg-type]
    assert [verb.tag for verb in document] == ["Say", "Say", "Dial", "Hangup"]
    assert document[0].text == SORRY
    assert document[1].text == "Vou chamar a Assessoria."
    assert "action" not in document[2].attrib


def test_a_call_that_comes_in_hears_the_menu_of_the_line_it_dialled(server: LineServer) -> None:
    answer = server.start()
    assert said(answer) == "Bem-vindo. Tecle 2, 3, 4, 5 ou 7."
    assert twiml(answer)[0].get("action") == "/twilio/turn/1"
    assert answer.headers["X-IVR-States"] == "chegada,principal"


def test_the_number_of_a_turn_grows_by_one(server: LineServer) -> None:
    server.start()
    for number in range(1, 5):
        assert twiml(server.turn(number, Digits="9"))[0].get("action") == f"/twilio/turn/{number + 1}"


def test_rehearsals_are_told_the_way_the_destination_and_what_is_secret(server: LineServer) -> None:
    server.start()
    asked = server.turn(1, Digits="2")
    assert asked.headers["X-IVR-Secret"] == "1"
    assert asked.headers["X-IVR-Edges"] == "principal>key_2>documento"
    other = "CA" + "2" * 32
    server.start(other)
    routed = server.turn(1, other, Digits="7")
    assert routed.headers["X-IVR-Destination"] == "gente"
    assert routed.headers["X-IVR-States"] == "gente,ligar"
    assert "X-IVR-Secret" not in routed.headers


def test_a_whole_call_reaches_the_destination_of_its_access_code(server: LineServer) -> None:
    answer = server.keys("2", PADARIA, "1234", "0510001")
    assert said(answer) == "Vou chamar a mesa RM."
    assert twiml(answer).findtext("Dial/Sip") == "sip:rm@mesa.example.com"
    answer = server.turn(5, DialCallStatus="completed", DialCallDuration="61")
    assert [verb.tag for verb in twiml(answer)] == ["Say", "Hangup"]


def test_a_blocked_contact_with_the_right_password_reaches_people(server: LineServer) -> None:
    answer = server.keys("2", PADARIA, "2468")
    assert said(answer) == "O contato está bloqueado. Vou chamar a Assessoria."
    assert answer.headers["X-IVR-Destination"] == "gente"


def test_a_blocked_contact_with_a_wrong_password_hears_what_others_hear(server: LineServer) -> None:
    assert said(server.keys("2", PADARIA, "2469")) == "Os dados não conferem. Digite o CNPJ ou o CPF."


def test_a_turn_of_a_call_that_never_began_begins_it(server: LineServer) -> None:
    redirect = twiml(server.turn(4, Digits="2"))[0]
    assert (redirect.tag, redirect.text) == ("Redirect", "/twilio/voice")
    assert server.calls() == 0
    assert said(server.start()).startswith("Bem-vindo")


def test_below_a_prefix_the_call_is_sent_back_below_it(make_server: MakeServer) -> None:
    server = make_server(public_url="https://example.com/ivr")
    assert twiml(server.turn(4, Digits="2"))[0].text == "/ivr/twilio/voice"


@pytest.mark.parametrize(("waited", "verbs"), [("0", ["Say", "Play"]), ("119", ["Say", "Pause"]), ("120", ["Leave"])])
def test_who_waits_in_a_queue_is_kept_company_until_the_longest_wait(
    server: LineServer, waited: str, verbs: list[str]
) -> None:
    answer = server.post("/twilio/wait?seconds=120", QueueTime=waited)
    assert [verb.tag for verb in twiml(answer)] == verbs


@pytest.mark.parametrize("query", ["", "?seconds=", "?seconds=x", "?seconds=0"])
def test_a_wait_without_a_length_lasts_ten_minutes(server: LineServer, query: str) -> None:
    assert twiml(server.post(f"/twilio/wait{query}", QueueTime="599"))[0].tag == "Say"
    assert twiml(server.post(f"/twilio/wait{query}", QueueTime="600"))[0].tag == "Leave"


def test_a_status_is_taken_down_and_answered_with_nothing(server: LineServer) -> None:
    server.start()
    answer = server.post("/twilio/status", CallStatus="completed", SequenceNumber="3", CallDuration="41")
    assert len(twiml(answer)) == 0
    call = server.call()
    assert call is not None
    assert (call.status, call.duration) == ("completed", 41)


def test_a_status_without_a_length_has_none(server: LineServer) -> None:
    server.start()
    server.post("/twilio/status", CallStatus="failed", SequenceNumber="1", CallDuration="")
    call = server.call()
    assert call is not None
    assert (call.status, call.duration) == ("failed", None)


def test_a_status_may_come_before_its_call(server: LineServer) -> None:
    server.post("/twilio/status", CallStatus="ringing", SequenceNumber="0")
    assert server.calls() == 0
    assert said(server.start()).startswith("Bem-vindo")


def test_the_fallback_apologises_and_rings_people(server: LineServer, caplog: pytest.LogCaptureFixture) -> None:
    _apologises(server.post("/twilio/fallback", ErrorCode="11200", ErrorUrl="http://ivr.test/twilio/turn/3"))
    assert ("fallback", "11200") in [(record.getMessage(), getattr(record, "code", None)) for record in caplog.records]


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/twilio/voice", {"CallSid": ""}),
        ("/twilio/voice", {"CallSid": "CA1"}),
        ("/twilio/turn/1", {"Digits": "²"}),
        ("/twilio/turn/1", {"Digits": "2\x00"}),
        ("/twilio/turn/1", {"SpeechResult": "a\x1bb"}),
        ("/twilio/turn/1", {"DialCallStatus": "gone"}),
        ("/twilio/fallback", {"ErrorCode": "<b>"}),
    ],
)
def test_a_field_that_is_not_twilios_is_apologised_for_and_moves_nothing(
    server: LineServer, path: str, fields: dict[str, str]
) -> None:
    server.start()
    _apologises(server.post(path, fields))
    call = server.call()
    assert call is not None
    assert (call.turn, call.status, server.calls()) == (1, "in-progress", 1)


@pytest.mark.parametrize(
    ("path", "fields", "verbs"),
    [
        ("/twilio/wait", {"QueueTime": "long"}, ["Pause"]),
        ("/twilio/wait/key", {"Digits": "²"}, ["Pause"]),
        ("/twilio/accept?line=%00", {"To": "<b>"}, ["Gather", "Hangup"]),
        ("/twilio/accepted", {"Digits": "²"}, ["Hangup"]),
        ("/twilio/status", {"CallStatus": "gone"}, []),
        ("/twilio/status", {"CallSid": "CA1"}, []),
    ],
)
def test_what_breaks_beside_a_call_is_answered_as_twilio_takes_it(
    server: LineServer, path: str, fields: dict[str, str], verbs: list[str]
) -> None:
    server.start()
    assert [verb.tag for verb in twiml(server.post(path, fields))] == verbs
    call = server.call()
    assert call is not None
    assert (call.turn, call.status, server.calls()) == (1, "in-progress", 1)


def test_an_apology_in_the_middle_of_a_call_leaves_the_call_where_it_was(server: LineServer) -> None:
    server.start()
    _apologises(server.turn(1, Digits="²"))
    assert said(server.turn(1, Digits="2")) == "Digite o CNPJ ou o CPF."


@pytest.fixture
def held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Database, Database]]:
    """A database, and the same as others have it in hand; nobody waits long for it."""
    monkeypatch.setattr("data.database.LOCK_WAIT_SECONDS", 0.05)
    ours, theirs = (Database(f"sqlite:///{tmp_path / 'ivr.db'}") for _ in range(2))
    ours.migrate()
    yield ours, theirs
    theirs.close()
    ours.close()


def test_what_was_keyed_while_others_hold_the_database_is_not_keyed_again(
    held: tuple[Database, Database], make_server: MakeServer
) -> None:
    ours, theirs = held
    server = make_server(database=ours)
    server.start()
    with theirs.transaction():
        asked = server.turn(1, Digits="2")
    assert [verb.tag for verb in twiml(asked)] == ["Pause", "Redirect"]
    assert said(server.followed(asked)) == "Digite o CNPJ ou o CPF."


def test_who_has_asked_for_a_moment_three_times_gives_the_call_to_people(
    held: tuple[Database, Database], make_server: MakeServer
) -> None:
    ours, theirs = held
    server = make_server(database=ours)
    server.start()
    with theirs.transaction():
        answer = server.turn(1, Digits="2")
        for again in range(1, 4):
            assert twiml(answer).findtext("Redirect") == f"/twilio/turn/1?again={again}"
            answer = server.post(f"/twilio/turn/1?again={again}")
        _apologises(answer)
    assert len(server.turns()) == 1


def test_a_stored_position_that_cannot_be_read_is_apologised_for(server: LineServer) -> None:
    server.start()
    with server.database.transaction() as connection:
        connection.execute(text("UPDATE call SET position = '{not json'"))
    _apologises(server.followed(server.turn(1, Digits="2")))


def test_a_broken_clock_is_apologised_for_in_words_that_need_nothing(
    make_server: MakeServer, caplog: pytest.LogCaptureFixture
) -> None:
    server = make_server()

    def broken() -> object:
        raise OSError("no time")

    server = LineServer(server.lines, server.database, broken, "http://ivr.test", "token", None)  # type: ignore[arg-type]
    answer = server.followed(server.start())
    assert [verb.tag for verb in twiml(answer)] == ["Say", "Hangup"]
    assert caplog.records[-1].levelname == "CRITICAL"


@pytest.mark.parametrize("layer", ["webhooks.Form", "routes.turn.parse_event"])
def test_a_bug_is_apologised_for_and_logged_by_place_without_its_text(
    server: LineServer, layer: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def bug(*_: object) -> object:
        raise ZeroDivisionError(f"with {PADARIA} in its text")

    server.start()
    monkeypatch.setattr(f"ivr.channels.twilio.{layer}", bug)
    with caplog.at_level(logging.DEBUG):
        answer = server.turn(1, Digits=PADARIA)
        assert twiml(answer).findtext("Redirect") == "/twilio/turn/1?again=1"
        _apologises(server.followed(answer))
    record, _ = (record for record in caplog.records if record.getMessage() == "broken")
    assert (record.__dict__["error"], record.__dict__["path"]) == ("ZeroDivisionError", "/twilio/turn/1")
    assert "test_webhooks.py:" in record.__dict__["at"]
    assert PADARIA not in str(vars(record))


def test_a_document_that_is_larger_than_twilio_takes_is_not_sent(
    server: LineServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def huge(*_: object, **__: object) -> str:
        return "<Response>" + "x" * 70_000 + "</Response>"

    monkeypatch.setattr(wait, "render_wait", huge)
    assert [verb.tag for verb in twiml(server.post("/twilio/wait?seconds=60", QueueTime="1"))] == ["Pause"]


def test_the_clock_of_the_server_is_the_only_one(server: LineServer, clock: Now) -> None:
    server.start()
    clock.moment += timedelta(hours=12)
    server.turn(1, Digits="#")
    assert "A mesa RM atende de novo amanhã às oito horas." in said(server.turn(2, Digits="1"))


def test_the_line_is_chosen_by_the_number_that_was_dialled(
    make_server: MakeServer, small_line: Line, shipped_line: Line
) -> None:
    other = replace(shipped_line, header=replace(shipped_line.header, number="+551140040016"))
    server = make_server(small_line, other)
    assert said(server.start()) == "Bem-vindo. Tecle 2, 3, 4, 5 ou 7."
    answer = server.post("/twilio/voice", sid="CA" + "2" * 32, To="+551140040016")
    assert said(answer) != "Bem-vindo. Tecle 2, 3, 4, 5 ou 7."


_names = st.sampled_from(
    ["CallSid", "From", "To", "Digits", "SpeechResult", "Confidence", "DialCallStatus", "DialCallDuration",
     "QueueResult", "QueueTime", "RecordingUrl", "RecordingDuration", "CallStatus", "SequenceNumber", "ErrorCode"]
) | st.text(max_size=10)  # fmt: skip
_values = (
    st.sampled_from(["2", "9", "", "*", PADARIA, "1234", "²", "completed", "busy", "leave", SID, "https://x.test/r"])
    | st.text(max_size=60)
    | st.integers().map(str)
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=st.sampled_from(
        ["voice", "turn/0", "turn/1", "turn/2", "turn/99", "wait", "wait?seconds=9", "status", "fallback"]
    ),
    form=st.dictionaries(_names, _values, max_size=6),
)
def test_no_signed_form_gets_anything_but_a_document(server: LineServer, path: str, form: dict[str, str]) -> None:
    answer = server.post(f"/twilio/{path}", form)
    known = {"Say", "Gather", "Dial", "Hangup", "Redirect", "Enqueue", "Pause", "Play", "Leave", "Record"}
    assert all(verb.tag in known for verb in twiml(answer))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=200))
def test_no_unsigned_body_gets_anything_but_403(server: LineServer, body: bytes) -> None:
    assert server.raw("/twilio/voice", body).status_code == 403
