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
from tests.conftest import MakeHouse, Now
from tests.house import PADARIA, SID, House, said, twiml

SORRY = "Tivemos um problema."


def _apologises(answer: object) -> None:
    """Says sorry, rings people, and nothing of the call is asked for afterwards."""
    document = twiml(answer)  # type: ignore[arg-type]
    assert [verb.tag for verb in document] == ["Say", "Say", "Dial", "Hangup"]
    assert document[0].text == SORRY
    assert document[1].text == "Vou chamar a Assessoria."
    assert "action" not in document[2].attrib


def test_a_call_that_comes_in_hears_the_menu_of_the_line_it_dialled(house: House) -> None:
    answer = house.start()
    assert said(answer) == "Bem-vindo. Tecle 2, 3, 4, 5 ou 7."
    assert twiml(answer)[0].get("action") == "/twilio/turn/1"
    assert answer.headers["X-IVR-States"] == "chegada,principal"


def test_the_number_of_a_turn_grows_by_one(house: House) -> None:
    house.start()
    for number in range(1, 5):
        assert twiml(house.turn(number, Digits="9"))[0].get("action") == f"/twilio/turn/{number + 1}"


def test_rehearsals_are_told_the_way_the_desk_and_what_is_secret(house: House) -> None:
    house.start()
    asked = house.turn(1, Digits="2")
    assert asked.headers["X-IVR-Secret"] == "1"
    assert asked.headers["X-IVR-Edges"] == "principal>key_2>documento"
    other = "CA" + "2" * 32
    house.start(other)
    routed = house.turn(1, other, Digits="7")
    assert routed.headers["X-IVR-Destination"] == "gente"
    assert routed.headers["X-IVR-States"] == "gente,ligar"
    assert "X-IVR-Secret" not in routed.headers


def test_a_whole_call_reaches_the_desk_of_its_access_code(house: House) -> None:
    answer = house.keys("2", PADARIA, "1234", "0510001")
    assert said(answer) == "Vou chamar a mesa RM."
    assert twiml(answer).findtext("Dial/Sip") == "sip:rm@mesa.example.com"
    answer = house.turn(5, DialCallStatus="completed", DialCallDuration="61")
    assert [verb.tag for verb in twiml(answer)] == ["Say", "Hangup"]


def test_a_blocked_contact_with_the_right_password_reaches_people(house: House) -> None:
    answer = house.keys("2", PADARIA, "2468")
    assert said(answer) == "O contato está bloqueado. Vou chamar a Assessoria."
    assert answer.headers["X-IVR-Destination"] == "gente"


def test_a_blocked_contact_with_a_wrong_password_hears_what_others_hear(house: House) -> None:
    assert said(house.keys("2", PADARIA, "2469")) == "Os dados não conferem. Digite o CNPJ ou o CPF."


def test_a_turn_of_a_call_that_never_began_begins_it(house: House) -> None:
    redirect = twiml(house.turn(4, Digits="2"))[0]
    assert (redirect.tag, redirect.text) == ("Redirect", "/twilio/voice")
    assert house.calls() == 0
    assert said(house.start()).startswith("Bem-vindo")


def test_below_a_prefix_the_call_is_sent_back_below_it(make_house: MakeHouse) -> None:
    house = make_house(public_url="https://example.com/ivr")
    assert twiml(house.turn(4, Digits="2"))[0].text == "/ivr/twilio/voice"


@pytest.mark.parametrize(("waited", "verbs"), [("0", ["Say", "Play"]), ("119", ["Say", "Pause"]), ("120", ["Leave"])])
def test_who_waits_in_a_queue_is_kept_company_until_the_longest_wait(
    house: House, waited: str, verbs: list[str]
) -> None:
    answer = house.post("/twilio/wait?seconds=120", QueueTime=waited)
    assert [verb.tag for verb in twiml(answer)] == verbs


@pytest.mark.parametrize("query", ["", "?seconds=", "?seconds=x", "?seconds=0"])
def test_a_wait_without_a_length_lasts_ten_minutes(house: House, query: str) -> None:
    assert twiml(house.post(f"/twilio/wait{query}", QueueTime="599"))[0].tag == "Say"
    assert twiml(house.post(f"/twilio/wait{query}", QueueTime="600"))[0].tag == "Leave"


def test_a_status_is_taken_down_and_answered_with_nothing(house: House) -> None:
    house.start()
    answer = house.post("/twilio/status", CallStatus="completed", SequenceNumber="3", CallDuration="41")
    assert len(twiml(answer)) == 0
    call = house.call()
    assert call is not None
    assert (call.status, call.duration) == ("completed", 41)


def test_a_status_without_a_length_has_none(house: House) -> None:
    house.start()
    house.post("/twilio/status", CallStatus="failed", SequenceNumber="1", CallDuration="")
    call = house.call()
    assert call is not None
    assert (call.status, call.duration) == ("failed", None)


def test_a_status_may_come_before_its_call(house: House) -> None:
    house.post("/twilio/status", CallStatus="ringing", SequenceNumber="0")
    assert house.calls() == 0
    assert said(house.start()).startswith("Bem-vindo")


def test_the_fallback_apologises_and_rings_people(house: House, caplog: pytest.LogCaptureFixture) -> None:
    _apologises(house.post("/twilio/fallback", ErrorCode="11200", ErrorUrl="http://ivr.test/twilio/turn/3"))
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
    house: House, path: str, fields: dict[str, str]
) -> None:
    house.start()
    _apologises(house.post(path, fields))
    call = house.call()
    assert call is not None
    assert (call.turn, call.status, house.calls()) == (1, "in-progress", 1)


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
    house: House, path: str, fields: dict[str, str], verbs: list[str]
) -> None:
    house.start()
    assert [verb.tag for verb in twiml(house.post(path, fields))] == verbs
    call = house.call()
    assert call is not None
    assert (call.turn, call.status, house.calls()) == (1, "in-progress", 1)


def test_an_apology_in_the_middle_of_a_call_leaves_the_call_where_it_was(house: House) -> None:
    house.start()
    _apologises(house.turn(1, Digits="²"))
    assert said(house.turn(1, Digits="2")) == "Digite o CNPJ ou o CPF."


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
    held: tuple[Database, Database], make_house: MakeHouse
) -> None:
    ours, theirs = held
    house = make_house(database=ours)
    house.start()
    with theirs.transaction():
        asked = house.turn(1, Digits="2")
    assert [verb.tag for verb in twiml(asked)] == ["Pause", "Redirect"]
    assert said(house.followed(asked)) == "Digite o CNPJ ou o CPF."


def test_who_has_asked_for_a_moment_three_times_gives_the_call_to_people(
    held: tuple[Database, Database], make_house: MakeHouse
) -> None:
    ours, theirs = held
    house = make_house(database=ours)
    house.start()
    with theirs.transaction():
        answer = house.turn(1, Digits="2")
        for again in range(1, 4):
            assert twiml(answer).findtext("Redirect") == f"/twilio/turn/1?again={again}"
            answer = house.post(f"/twilio/turn/1?again={again}")
        _apologises(answer)
    assert len(house.turns()) == 1


def test_a_stored_position_that_cannot_be_read_is_apologised_for(house: House) -> None:
    house.start()
    with house.database.transaction() as connection:
        connection.execute(text("UPDATE call SET position = '{not json'"))
    _apologises(house.followed(house.turn(1, Digits="2")))


def test_a_broken_clock_is_apologised_for_in_words_that_need_nothing(
    make_house: MakeHouse, caplog: pytest.LogCaptureFixture
) -> None:
    house = make_house()

    def broken() -> object:
        raise OSError("no time")

    house = House(house.lines, house.database, broken, "http://ivr.test", "token", None)  # type: ignore[arg-type]
    answer = house.followed(house.start())
    assert [verb.tag for verb in twiml(answer)] == ["Say", "Hangup"]
    assert caplog.records[-1].levelname == "CRITICAL"


@pytest.mark.parametrize("layer", ["webhooks.Form", "routes.turn.parse_event"])
def test_a_bug_is_apologised_for_and_logged_by_place_without_its_text(
    house: House, layer: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def bug(*_: object) -> object:
        raise ZeroDivisionError(f"with {PADARIA} in its text")

    house.start()
    monkeypatch.setattr(f"ivr.channels.twilio.{layer}", bug)
    with caplog.at_level(logging.DEBUG):
        answer = house.turn(1, Digits=PADARIA)
        assert twiml(answer).findtext("Redirect") == "/twilio/turn/1?again=1"
        _apologises(house.followed(answer))
    record, _ = (record for record in caplog.records if record.getMessage() == "broken")
    assert (record.__dict__["error"], record.__dict__["path"]) == ("ZeroDivisionError", "/twilio/turn/1")
    assert "test_webhooks.py:" in record.__dict__["at"]
    assert PADARIA not in str(vars(record))


def test_a_document_that_is_larger_than_twilio_takes_is_not_sent(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def huge(*_: object, **__: object) -> str:
        return "<Response>" + "x" * 70_000 + "</Response>"

    monkeypatch.setattr(wait, "render_wait", huge)
    assert [verb.tag for verb in twiml(house.post("/twilio/wait?seconds=60", QueueTime="1"))] == ["Pause"]


def test_the_clock_of_the_house_is_the_only_one(house: House, clock: Now) -> None:
    house.start()
    clock.moment += timedelta(hours=12)
    house.turn(1, Digits="#")
    assert "A mesa RM atende de novo amanhã às oito horas." in said(house.turn(2, Digits="1"))


def test_the_line_is_chosen_by_the_number_that_was_dialled(
    make_house: MakeHouse, small_line: Line, shipped_line: Line
) -> None:
    other = replace(shipped_line, header=replace(shipped_line.header, number="+551140040016"))
    house = make_house(small_line, other)
    assert said(house.start()) == "Bem-vindo. Tecle 2, 3, 4, 5 ou 7."
    answer = house.post("/twilio/voice", sid="CA" + "2" * 32, To="+551140040016")
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
def test_no_signed_form_gets_anything_but_a_document(house: House, path: str, form: dict[str, str]) -> None:
    answer = house.post(f"/twilio/{path}", form)
    known = {"Say", "Gather", "Dial", "Hangup", "Redirect", "Enqueue", "Pause", "Play", "Leave", "Record"}
    assert all(verb.tag in known for verb in twiml(answer))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=200))
def test_no_unsigned_body_gets_anything_but_403(house: House, body: bytes) -> None:
    assert house.raw("/twilio/voice", body).status_code == 403
