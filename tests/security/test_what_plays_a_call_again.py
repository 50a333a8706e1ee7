"""What a turn keeps to be played again: the key of a menu, and no digit of an entry, on either database."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app import create_app
from data.calls import record_status
from data.replay_note import LONGEST, ReplayNote
from data.turns import TURN
from ivr.cli.targets import LocalLines
from ivr.flow.line import Line
from ivr.replay.recorded_calls import heard_script, play_again, stored_calls
from ivr.replay.script import DEFAULT_FROM
from tests.conftest import FLOWS, MakeServer
from tests.line_server import CALLER, LineServer
from tests.security.canary import CNPJ, PASSWORD, SPOKEN, WRONG_PASSWORD, Traces
from tests.security.watching import Entry, keys, play

SID = "CA" + "7" * 32

STORIES: dict[str, list[Entry]] = {
    "entries": keys("2", CNPJ, WRONG_PASSWORD, f"{PASSWORD}*{CNPJ}", f"{WRONG_PASSWORD}*{PASSWORD}", "0510001"),
    "a document keyed into a menu": keys(*CNPJ),
    "a document and a password that are said": [*keys("2"), {"SpeechResult": SPOKEN}, {"SpeechResult": PASSWORD}],
}


@pytest.fixture
def shipped(make_server: MakeServer, shipped_line: Line) -> LineServer:
    return make_server(shipped_line)


def _stored(server: LineServer, sid: str = SID) -> list[str]:
    with server.database.reading() as connection:
        found = connection.execute(select(TURN.c.replay).where(TURN.c.call_sid == sid).order_by(TURN.c.number))
        return list(found.scalars())


@pytest.mark.parametrize("story", sorted(STORIES))
def test_no_digit_of_an_entry_is_kept(story: str, watched: LineServer, traces: Traces) -> None:
    play(watched, traces, STORIES[story], SID)
    stored = _stored(watched)
    assert len(stored) == len(watched.turns(SID)) > 3
    for note in map(ReplayNote.from_json, stored):
        if note.entry in {"document", "password", "access-code"}:
            assert note.key == ""
            said = note._replace(rings=0).as_json().replace(note.asked_for("code") or "-", "")
            assert re.findall("[0-9]", said) == []
        assert len(note.key) <= 1


def test_of_wrong_keys_in_a_row_only_the_first_is_kept(server: LineServer) -> None:
    server.keys("1", "6", "8", sid=SID)
    assert [note.key for turn in server.turns(SID) if (note := turn.replay)] == ["", "1", "", ""]


def test_a_key_that_may_be_of_a_password_is_not_kept(shipped: LineServer) -> None:
    """Where a document is read back, the caller may key a password instead of saying that it is right."""
    shipped.keys("2", "2", "12222345013335", "7", "1", sid=SID)
    kept = [(turn.state, note.key) for turn in shipped.turns(SID) if (note := turn.replay)]
    assert kept[-2:] == [("conferir-documento", ""), ("conferir-documento", "1")]


def test_what_was_asked_and_answered_is_kept(shipped: LineServer) -> None:
    shipped.keys("2", "2", "11222333000181", "1234", "0510003", sid=SID)
    shipped.turn(6, SID, DialCallStatus="busy")
    shipped.turn(7, SID, QueueResult="bridged", QueueTime="25")
    notes = [turn.replay for turn in shipped.turns(SID)]
    assert notes == [
        ReplayNote(waits="keys"),
        ReplayNote("key", "2", waits="keys"),
        ReplayNote("key", "2", checks=(("open suporte", "open"), ("identified", "no")), waits="keys"),
        ReplayNote("document", waits="keys"),
        ReplayNote(
            "password",
            checks=(
                ("identity", "matched"),
                ("contact", "active"),
                ("contract", "valid"),
                ("finance", "clear"),
                ("support", "allowed"),
            ),
            waits="keys",
        ),
        ReplayNote(
            "access-code", asked=(("code", "05.1.0003"), ("destination", "suporte.vitrine")), waits="dial", rings=1
        ),
        ReplayNote(told="busy", waits="queue"),
        ReplayNote(told="answered", seconds=25),
    ]


@given(
    st.builds(
        ReplayNote,
        key=st.sampled_from("0123456789*#"),
        checks=st.lists(st.tuples(st.sampled_from(["contract", "open " + "ç" * 400]), st.just("open")), max_size=5).map(
            tuple
        ),
        asked=st.lists(st.tuples(st.just("destination"), st.text(max_size=9)), max_size=1).map(tuple),
        closed=st.lists(st.tuples(st.sampled_from(["cst", "s" * 500]), st.just("")), max_size=4).map(tuple),
    )
)
def test_a_note_is_read_as_it_was_written_and_is_never_long(note: ReplayNote) -> None:
    text = note.as_json()
    assert len(text) <= LONGEST
    read = ReplayNote.from_json(text)
    assert read == note or (read.checks, read.asked, read.closed) == ((), (), ())
    assert read.key == note.key


def test_a_script_of_a_call_holds_nothing_of_its_customer(
    watched: LineServer, traces: Traces, small_line: Line
) -> None:
    watched.keys("2", CNPJ, WRONG_PASSWORD, CNPJ, PASSWORD, "0510001", sid=SID)
    watched.turn(7, SID, DialCallStatus="completed", DialCallDuration="60")
    call = watched.call(SID)
    assert call is not None
    assert call.from_number == CALLER
    target, _ = LocalLines(create_app, FLOWS).rehearsal(small_line)
    with watched.database.transaction() as connection:
        record_status(connection, SID, "completed", 9, 60, call.started_at)
        (stored,) = stored_calls(connection, small_line.name, since=call.started_at)
    again = play_again(stored.recorded, small_line, target, stored.name)
    text = heard_script(again, small_line, target)
    assert f'from: "{DEFAULT_FROM}"' in text
    traces.add("script", text.replace(DEFAULT_FROM, ""))  # which is nobody's, and a canary's first keys by chance
    assert traces.leaks() == []
    for word in (CALLER, CALLER[-8:], "Piu", "Canário", SID):
        assert word not in text
    assert 'press: "11222333000181"' in text
