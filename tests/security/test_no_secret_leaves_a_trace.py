"""Calls with canary documents and passwords: afterwards no piece of them stands anywhere but in the caller's memory."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest
from sqlalchemy import text

from ivr.channels.twilio.form import FIELDS
from tests.databases import one_of_both
from tests.line_server import LineServer
from tests.security.canary import (
    CNPJ,
    CPF,
    LETTERS,
    PASSWORD,
    SPOKEN,
    Traces,
)
from tests.security.watching import CALLS, PUNCTUATED, TalkativeError, keys, play


def _drop(table: str) -> Callable[[LineServer, pytest.MonkeyPatch], None]:
    def drop(server: LineServer, _: pytest.MonkeyPatch) -> None:
        with server.database.transaction() as connection:
            if server.database.dialect == "sqlite":
                connection.execute(text("PRAGMA foreign_keys = OFF"))
                connection.execute(text("PRAGMA legacy_alter_table = ON"))
            connection.execute(text(f"ALTER TABLE {table} RENAME TO gone_{table}"))

    return drop


def _raise(
    *targets: str, error: type[Exception] = ZeroDivisionError
) -> Callable[[LineServer, pytest.MonkeyPatch], None]:
    def bug(*_: object, **__: object) -> object:
        raise error

    def patch(_: LineServer, monkeypatch: pytest.MonkeyPatch) -> None:
        for target in targets:
            monkeypatch.setattr(target, bug)

    return patch


LAYERS = {
    "the signature": ("ivr.channels.twilio.signature.Signatures.verify",),
    "the form": ("ivr.channels.twilio.form.Form.text",),
    "the event": ("ivr.channels.twilio.routes.turn.parse_event",),
    "the row that is read": ("ivr.call.turn.find_call",),
    "the inquiry": ("ivr.call.facts_loader.FactsLoader.load",),
    "the budgets": ("ivr.call.attempt_limiter.begin_attempt",),
    "argon2": ("data.vault.hash_secret",),
    "the engine": ("ivr.call.engine.Engine.step",),
    "the speech": ("ivr.channels.twilio.channel.Speaker",),
    "the document": ("ivr.call.turn.Answer",),
    "the turn that is written": ("ivr.call.turn.save_turn",),
    "the commit": ("sqlalchemy.engine.default.DefaultDialect.do_commit",),
    "the apology": ("ivr.call.engine.Engine.step", "ivr.channels.twilio.error_responses.apology"),
    "the moment": ("ivr.call.engine.Engine.step", "ivr.channels.twilio.error_responses.render_moment"),
}
"""Where a defect may be, from the request to the disk and back, apologies included."""


FAILURES: dict[str, Callable[[LineServer, pytest.MonkeyPatch], None]] = {
    "the form": _raise("ivr.channels.twilio.routes.turn.parse_event"),
    "the call's row": _drop("call"),
    "the turns": _drop("turn"),
    "the contacts": _drop("contact"),
    "the companies": _drop("company"),
    "argon2": _raise("data.vault.hash_secret"),
    "the sealing": _raise("data.vault.Vault.document_digest"),
    "the entry": _raise("ivr.call.entries.corrected"),
    "the engine": _raise("ivr.call.engine.Engine.step"),
    "the record of the turn": _raise("ivr.call.turn.TurnRecord"),
    "the move": lambda server, _: _trigger(server, "UPDATE ON call"),
    "the writing": lambda server, _: _trigger(server, "INSERT ON turn"),
    "the sentence": _raise("ivr.channels.twilio.channel.Speaker"),
}


def _trigger(server: LineServer, moment: str) -> None:
    with server.database.transaction() as connection:
        if server.database.dialect == "sqlite":
            connection.execute(text(f"CREATE TRIGGER no BEFORE {moment} BEGIN SELECT RAISE(ABORT, 'no'); END"))
            return
        connection.execute(
            text("CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$")
        )
        connection.execute(text(f"CREATE TRIGGER no BEFORE {moment} FOR EACH ROW EXECUTE FUNCTION no()"))


@one_of_both("sqlite")
@pytest.mark.parametrize("story", sorted(CALLS))
def test_a_call_leaves_no_trace_of_its_secrets(story: str, watched: LineServer, traces: Traces) -> None:
    play(watched, traces, CALLS[story])
    call = watched.call()
    assert call is not None
    assert call.turn > 1
    assert len(traces.texts) > 10


@one_of_both("postgresql")  # whose errors tell what was in a row
@pytest.mark.parametrize("layer", sorted(FAILURES))
@pytest.mark.parametrize("entries", [1, 2], ids=["at the document", "at the password"])
def test_a_failure_of_any_layer_leaves_none_either(
    layer: str, entries: int, watched: LineServer, traces: Traces, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = keys("2", CNPJ, PASSWORD)
    watched.start()
    for number, entry in enumerate(before[:entries], 1):
        watched.turn(number, **entry)
    with monkeypatch.context() as patched:
        FAILURES[layer](watched, patched)
        for entry in (before[entries], {"SpeechResult": SPOKEN}, {"Digits": CPF}):
            answer = watched.turn(entries + 1, **entry)
            assert answer.status_code == 200
            traces.add("body", answer.text)
            traces.add("headers", list(answer.headers))
        traces.add("health", watched.client.get("/health").text)


@one_of_both("sqlite")
@pytest.mark.parametrize("layer", sorted(LAYERS))
def test_an_error_that_holds_all_that_it_was_given_leaves_no_secret(
    layer: str, watched: LineServer, traces: Traces, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched.keys("2", CNPJ)
    with monkeypatch.context() as patched:
        _raise(*LAYERS[layer], error=TalkativeError)(watched, patched)
        for path in ("/twilio/turn/3", "/twilio/turn/3?again=1", "/twilio/voice", "/twilio/status", "/twilio/wait"):
            answer = watched.post(path, {"Digits": PASSWORD, "CallStatus": "completed", "SequenceNumber": "1"})
            assert (answer.status_code, answer.mimetype) == (200, "text/xml")
            traces.add("body", answer.text)
            traces.add("headers", list(answer.headers))
        for page in ("/", "/health", "/metrics"):
            traces.add("page", watched.pages.get(page).text)


_OFFER, _TALK = f"OF{0:032}", f"TK{0:032}"
ROUTES = (
    "voice", "turn/1", "turn/2", "wait", "wait/key", "accept", "accepted", "callback", "status", "fallback", "recorded",
    f"offer/{_OFFER}", f"offer/{_OFFER}/accept", f"offer/{_OFFER}/status", f"join/{_TALK}", f"talk-ended/{_TALK}",
    f"requeue/{_TALK}", f"pass-on/{_TALK}", f"supervise/{_TALK}/1/accept", f"reached/{_TALK}",
    f"agent-after/{_TALK}", f"conference/{_TALK}",
)  # fmt: skip
KEPT_BY_DESIGN = {"From", "To", "RecordingUrl"}
"""What these hold is who called, and where a message is: kept, for its time, in the database and nowhere else."""


@one_of_both("sqlite")
@pytest.mark.parametrize("route", ROUTES)
def test_a_secret_in_whatever_field_of_whatever_request_leaves_none(
    route: str, watched: LineServer, traces: Traces
) -> None:
    watched.keys("2")
    for name in sorted({*FIELDS, "Body", "CallerName", "Caller", "AddOns", CNPJ} - KEPT_BY_DESIGN):
        for secret in (CNPJ, PUNCTUATED, LETTERS):
            answer = watched.post(f"/twilio/{route}", {name: secret})
            assert (answer.status_code, answer.mimetype) == (200, "text/xml")
            traces.add(f"body of {name}", answer.text)
            traces.add(f"headers of {name}", list(answer.headers))
    assert len(traces.texts) > 100


@one_of_both("sqlite")
@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("name", sorted(KEPT_BY_DESIGN))
def test_who_called_is_in_no_log_and_no_answer(
    route: str,
    name: str,
    server: LineServer,
    traces: Traces,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG, "ivr")
    secret = f"https://example.com/{CNPJ}" if name == "RecordingUrl" else f"+{CNPJ}"
    server.keys("2")
    answer = server.post(f"/twilio/{route}", {name: secret})
    traces.add("body", answer.text)
    traces.add("headers", list(answer.headers))
    for page in ("/", "/health", "/metrics"):
        traces.add(page, server.pages.get(page).text)
    traces.add_records(caplog.get_records("call"))
    traces.add("output", capfd.readouterr())
    assert traces.leaks() == []
