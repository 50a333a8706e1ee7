"""What the release before stored is read, and every call that it was answering goes on to a sensible end."""

from __future__ import annotations

import logging
from datetime import datetime
from random import Random

import pytest
from lxml import etree
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from data.callbacks import recent_callbacks
from data.calls import CallRecord, recent_calls
from data.closures import standing_closures
from data.company import COMPANY
from data.consents import consents_of
from data.customers import identify
from data.database import Database
from data.keypad_lookup import lettered_document
from data.messages import recent_messages
from data.reencryption import reencrypt_documents
from data.staff import identify_staff
from data.turns import find_turn
from data.vault import Cost, Vault
from ivr.call.lines import Lines
from ivr.call.position import Position
from ivr.languages import language_of
from ivr.worker.kinds.reencrypting import EVERY, Reencrypting
from ivr.worker.tools import Tools
from ivr.worker.worker import Worker
from routing.documents import parse_document
from tests.conftest import FLOWS
from tests.databases import only
from tests.line_server import KEY, PADARIA, LineServer, said, statements, twiml
from tests.upgrades.make import STAFF
from tests.upgrades.releases import BEFORE_AGENTS, left_by_one

MOST = 60
"""Turns after which a call that did not end goes round in a circle."""

ENTRIES = {8: "1234", 9: "0510003", 14: PADARIA, 24: f"{STAFF[0]}*{STAFF[2]}*1"}
"""What is keyed where so many keys are taken: a password, an access code, a document, a destination to close."""


class Clock:
    """Half a minute after what the call did last."""

    moment = datetime.fromisoformat("2026-03-10T10:30:00-03:00")

    def __call__(self) -> datetime:
        return self.moment


@pytest.fixture(scope="module")
def lines() -> Lines:
    return Lines.load(FLOWS)


@pytest.fixture
def server(left_behind: Database, lines: Lines) -> LineServer:
    """The present release on what the one before left."""
    left_behind.migrate()
    return LineServer(lines, left_behind, Clock(), "http://ivr.test", "a token of the tests", None)


def _running(database: Database) -> list[CallRecord]:
    with database.reading() as connection:
        return [call for call in recent_calls(connection, 1000) if call.ended_at is None]


def _told(server: LineServer, call: CallRecord) -> etree._Element:
    """What the caller heard last, from the release before: the last turn's answer comes again byte by byte."""
    answer = _post(server, call, call.turn - 1, {})
    with server.database.reading() as connection:
        turn = find_turn(connection, call.sid, call.turn - 1)
    assert turn is not None
    stored = turn.answer
    if "X-IVR-Secret-Speech" in turn.headers:
        stored = Vault(KEY, Cost.rehearsal()).decrypt(stored, f"{call.sid}/{turn.number}")
    assert answer.get_data(as_text=True) == stored
    return twiml(answer)


def _post(server: LineServer, call: CallRecord, number: int, fields: dict[str, str]) -> TestResponse:
    return server.turn(number, call.sid, From=call.from_number, To=call.to_number, **fields)


def _reaction(heard: etree._Element, language: str, *, silent: bool) -> dict[str, str] | None:
    """What the telephone company tells next; None where the call is over."""
    for verb in heard:
        match verb.tag:
            case "Gather" if silent:
                return {}
            case "Gather" if verb.get("numDigits") == "1":
                keys = language_of(language).keys.announced("".join(map(str, verb.itertext()))) or frozenset()
                return {"Digits": min(keys & set("12345678"), default="1")}
            case "Gather":
                return {"Digits": ENTRIES[int(verb.get("numDigits", "0"))]}
            case "Dial":
                return {"DialCallStatus": "no-answer" if silent else "completed"}
            case "Enqueue":
                return {"QueueResult": "leave" if silent else "bridged", "QueueTime": "30"}
            case "Record":
                return {"RecordingUrl": "http://ivr.test/RE", "RecordingSid": "RE" + "1" * 32, "RecordingDuration": "9"}
            case "Hangup":
                return None
    raise AssertionError(f"the caller is left without a word: {etree.tostring(heard)!r}")


@pytest.mark.parametrize(
    ("database_kind", "silent"),
    [("sqlite", False), ("sqlite", True), pytest.param("postgresql", False, marks=pytest.mark.postgres)],
    ids=["keying", "silent", "keying on PostgreSQL"],
    indirect=["database_kind"],
)
def test_every_running_call_of_the_release_before_comes_to_an_end(
    server: LineServer, lines: Lines, caplog: pytest.LogCaptureFixture, silent: bool
) -> None:
    running = _running(server.database)
    for call in running:
        line = lines.version(call.line, "").line
        apology = line.prompts.texts[line.header.apology].text
        heard = _told(server, call)
        number = call.turn
        while number < call.turn + MOST:
            fields = _reaction(heard, line.header.language, silent=silent or number > call.turn + 8)
            if fields is None:
                break
            answer = _post(server, call, number, fields)
            assert apology not in said(answer), (call.line, call.position)
            heard = twiml(answer)
            number += 1
        else:
            pytest.fail(f"the call at {call.position} never ends")
        assert number > call.turn, f"the call at {call.position} was hung up on"
    assert len(running) > 70
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == []


@only("sqlite")
def test_a_running_call_goes_on_in_the_state_of_its_name(server: LineServer, lines: Lines) -> None:
    missing = set()
    for call in _running(server.database):
        stood = Position.from_json(call.position)
        answer = _post(server, call, call.turn, {})
        with server.database.reading() as connection:
            turn = find_turn(connection, call.sid, call.turn)
        assert turn is not None
        node = lines.version(call.line, "").line.states.get(stood.state)
        if node is None:
            missing.add((call.line, stood.state))
            assert said(answer)
        else:
            assert turn.state == stood.state
    assert len(missing) < 10, f"so many states were renamed: {sorted(missing)}"


@left_by_one(BEFORE_AGENTS)
def test_what_the_release_before_stored_is_read(server: LineServer) -> None:
    vault = Vault(KEY, Cost.rehearsal())
    document = vault.document_digest(parse_document(PADARIA).number)
    assert identify(server.database, vault, document, "1234", exactly=True) is not None
    assert identify_staff(server.database, vault, STAFF[0], STAFF[2]) == STAFF[1]
    with server.database.reading() as connection:
        calls = recent_calls(connection, 1000)
        assert {call.status for call in calls} >= {"completed", "in-progress"}
        assert len(recent_messages(connection, 10)) >= 3
        assert len(recent_callbacks(connection, 10)) >= 1
        assert sum(len(consents_of(connection, call.sid)) for call in calls) >= 10
        assert [each.scope for each in standing_closures(connection, "4003-0015", Clock.moment)] == []
        assert connection.execute(text("SELECT count(*) FROM closure WHERE scope = 'ouvidoria'")).scalar_one() == 1
        assert connection.execute(text("SELECT count(*) FROM attempt")).scalar_one() > 50


LETTERED = ("12ABC34501DE35", "NWZ723PX000134", "WCYLJ3TZ000170")
"""The documents with letters among the customers of the release before, in the order of their names."""


def _lettered(database: Database) -> dict[str, str]:
    """The documents with letters as they are stored, by their digests."""
    with database.reading() as connection:
        found = connection.execute(select(COMPANY.c.sealed, COMPANY.c.lettered).where(COMPANY.c.lettered.is_not(None)))
        return {row.sealed: row.lettered for row in found}


@left_by_one(BEFORE_AGENTS)
def test_documents_of_the_release_before_are_decrypted_and_encrypted_anew(
    server: LineServer, caplog: pytest.LogCaptureFixture
) -> None:
    vault, database = Vault(KEY, Cost.rehearsal()), server.database
    former = _lettered(database)
    reencrypt_documents(database, Vault(b"another key of tests, 32 bytes..", Cost.rehearsal()))
    assert _lettered(database) == former
    (told,) = [record for record in caplog.records if record.name == "data.reencryption"]
    assert (told.message, vars(told)["wrong"]) == (
        "documents with letters were encrypted with another key",
        len(LETTERED),
    )
    assert {lettered_document(database, vault, digest) for digest in former} == set(LETTERED)
    reencrypt_documents(database, vault)
    assert {lettered_document(database, vault, digest) for digest in former} == set(LETTERED)
    assert all(encrypted.startswith("siv:") for encrypted in _lettered(database).values())
    with statements(database) as sent:
        reencrypt_documents(database, vault)
    assert [each for each in sent if each.startswith(("BEGIN IMMEDIATE", "UPDATE"))] == []


@only("sqlite")
@left_by_one(BEFORE_AGENTS)
def test_machines_of_the_release_before_read_documents_for_an_hour_more(server: LineServer) -> None:
    database, clock = server.database, Clock()
    former = _lettered(database)
    tools = Tools(database, Vault(KEY, Cost.rehearsal()), lambda: Lines([]))
    worker = Worker(tools, clock, Random(1), "tests", kinds=(Reencrypting,))
    worker.step()
    assert _lettered(database) == former
    clock.moment += EVERY
    worker.step()
    assert all(encrypted.startswith("siv:") for encrypted in _lettered(database).values())
