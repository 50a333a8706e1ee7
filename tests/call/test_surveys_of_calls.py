"""What a caller answers by telephone is one row of the call, from the first answer on, however often a turn comes."""

from __future__ import annotations

import json
from dataclasses import astuple
from datetime import timedelta

import pytest
from sqlalchemy import select

from data.database import Database
from data.recordings import RECORDING
from data.surveys import SURVEY, SurveyRecord
from tests.call.surveyed_line import surveyed_line
from tests.conftest import MakeServer, Now
from tests.line_server import SID, LineServer, said, sql

TALKED = {"DialCallStatus": "completed", "DialCallDuration": "60"}
SPOKEN = {"RecordingSid": "RE" + "0" * 32, "RecordingUrl": "https://x.test/r", "RecordingDuration": "9"}


@pytest.fixture
def talked(make_server: MakeServer, tmp_path_factory: pytest.TempPathFactory) -> LineServer:
    """A call that has talked with the desk of RH, and hears the first question in its turn 4."""
    server = make_server(surveyed_line(tmp_path_factory.mktemp("flows")))
    server.keys("#", "2")
    assert said(server.turn(3, **TALKED)) == "De 1 a 5, como foi o atendimento?"
    return server


def surveys(database: Database) -> list[SurveyRecord]:
    with database.reading() as connection:
        return [SurveyRecord(*row) for row in connection.execute(select(SURVEY))]


def test_a_caller_who_hangs_up_loses_no_answer(talked: LineServer, clock: Now) -> None:
    (asked,) = surveys(talked.database)
    assert (asked.call_sid, asked.destination, asked.answers, asked.answered_at) == (SID, "mesa.rh", None, None)
    clock.moment += timedelta(seconds=9)
    assert said(talked.turn(4, Digits="4")) == "E a solução?"
    talked.post("/voice/status", CallStatus="completed", CallDuration="90", SequenceNumber="3")
    (kept,) = surveys(talked.database)
    assert json.loads(kept.answers or "") == {"atendimento": 4}
    assert (kept.channel, kept.answered_at, kept.sent_at) == ("telephone", clock.moment, asked.sent_at)


def test_a_turn_that_comes_twice_counts_once(talked: LineServer) -> None:
    for _ in range(2):
        assert said(talked.turn(4, Digits="4")) == "E a solução?"
    for _ in range(2):
        assert said(talked.turn(5, Digits="2")) == "Fale depois do sinal."
    for _ in range(2):
        talked.turn(6, **SPOKEN)
    (kept,) = surveys(talked.database)
    assert json.loads(kept.answers or "") == {"atendimento": 4, "solucao": 2}
    assert kept.recording_sid == SPOKEN["RecordingSid"]
    with talked.database.reading() as connection:
        assert list(connection.execute(select(RECORDING.c.sid)).scalars()) == [SPOKEN["RecordingSid"]]


def test_a_call_that_is_asked_nothing_costs_no_statement(
    make_server: MakeServer, tmp_path_factory: pytest.TempPathFactory
) -> None:
    server = make_server(surveyed_line(tmp_path_factory.mktemp("flows")))
    server.keys("#", "2")
    with sql(server.database) as told:
        server.turn(3, DialCallStatus="no-answer")
    assert not [each for each in told if "survey" in each]
    assert surveys(server.database) == []


def test_a_caller_who_is_not_identified_is_named_nowhere(talked: LineServer) -> None:
    talked.turn(4, Digits="4")
    (kept,) = surveys(talked.database)
    assert (kept.company_id, kept.contact_id, kept.ticket, kept.analyst_id) == (None, None, None, None)
    assert "+55" not in repr(astuple(kept))
