"""Calls with canary documents and passwords: afterwards no piece of them stands anywhere but in the caller's memory."""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from data.database import Database
from data.vault import KEYPAD, Vault
from ivr.call import events
from ivr.call.engine import Engine
from ivr.channels.twilio import error_responses
from ivr.channels.twilio.form import FIELDS
from ivr.cli import run
from ivr.replay.call_target import is_secret
from ivr.simulator.call_setup import CallSetup
from ivr.simulator.carrier import Carrier
from ivr.simulator.clock import VirtualClock
from ivr.simulator.live_call import place_call
from ivr.simulator.phones import steps
from ivr.simulator.phones.dialogue import dialogue
from ivr.simulator.phones.scripted import ScriptedPhone
from ivr.simulator.transports import WsgiTransport
from tests.conftest import MakeServer
from tests.databases import one_of_both, opened_again
from tests.fixtures_of import fixtures_of
from tests.line_server import CALLER, NUMBER, SID, LineServer
from tests.lines import TUESDAY, write_line
from tests.security.canary import (
    CNPJ,
    CPF,
    LETTERS,
    LETTERS_PASSWORD,
    PASSWORD,
    SPOKEN,
    WRONG_PASSWORD,
    Traces,
    sniffed,
)

FIXTURES = {
    "companies": [
        {"document": CNPJ, "name": "Canário", "contacts": [{"name": "Piu", "password": PASSWORD}]},
        {"document": LETTERS, "name": "Letras", "contacts": [{"name": "Bem-te-vi", "password": LETTERS_PASSWORD}]},
    ]
}
PUNCTUATED = f"{CNPJ[:2]}.{CNPJ[2:5]}.{CNPJ[5:8]}/{CNPJ[8:12]}-{CNPJ[12:]}"

Entry = dict[str, str]


def _keys(*entries: str) -> list[Entry]:
    return [{"Digits": digits} for digits in entries]


CALLS: dict[str, list[Entry]] = {
    "identified": _keys("2", CNPJ, PASSWORD, "0510001"),
    "wrong password": _keys("2", CNPJ, WRONG_PASSWORD, CNPJ, PASSWORD),
    "unknown document": _keys("2", CPF, PASSWORD),
    "three strikes": _keys("2", CNPJ, WRONG_PASSWORD, CNPJ, WRONG_PASSWORD, CNPJ, WRONG_PASSWORD),
    "wrong check digit": _keys("2", CNPJ[:-1] + str((int(CNPJ[-1]) + 1) % 10), CNPJ[:-1], CNPJ[1:]),
    "taken back": _keys("2", f"{CPF}*{CNPJ}", f"{WRONG_PASSWORD}*{PASSWORD}"),
    "keyed at the wrong question": _keys(CNPJ, "2", PASSWORD, "3", CNPJ, PASSWORD, CPF),
    "password where the document belongs and the other way round": _keys("2", PASSWORD, CNPJ, CNPJ, PASSWORD),
    "folded letters": _keys("2", LETTERS.translate(KEYPAD), LETTERS_PASSWORD),
    "spoken": [{"Digits": "2"}, {"SpeechResult": SPOKEN, "Confidence": "0.91"}, {"Digits": PASSWORD}],
    "spoken letters": [
        {"Digits": "2"},
        {"SpeechResult": " ".join(LETTERS), "Confidence": "0.8"},
        {"Digits": LETTERS_PASSWORD},
    ],
    "spoken with punctuation, and nobody's": [{"Digits": "2"}, {"SpeechResult": f"é {PUNCTUATED}"}, *_keys(CPF)],
    "spoken at the wrong question": [{"SpeechResult": PUNCTUATED}, {"SpeechResult": SPOKEN}, {"Digits": "2"}],
    "a password that is spoken": [*_keys("2", CNPJ), {"SpeechResult": " ".join(PASSWORD)}],
    "not what Twilio sends": [
        {"Digits": "2"},
        {"Digits": CNPJ + "²"},
        {"SpeechResult": CNPJ + "\x01"},
        {"Confidence": CNPJ, "SpeechResult": "x"},
        {"DialCallStatus": CNPJ},
        {"RecordingUrl": CNPJ},
        {CNPJ: PASSWORD},
    ],
}


def _drop(table: str) -> Callable[[LineServer, pytest.MonkeyPatch], None]:
    def drop(server: LineServer, _: pytest.MonkeyPatch) -> None:
        with server.database.transaction() as connection:
            if server.database.dialect == "sqlite":
                connection.execute(text("PRAGMA foreign_keys = OFF"))
                connection.execute(text("PRAGMA legacy_alter_table = ON"))
            connection.execute(text(f"ALTER TABLE {table} RENAME TO gone_{table}"))

    return drop


class TalkativeError(Exception):
    """What a library may raise: its text holds everything that it was given, and more."""

    def __init__(self) -> None:
        super().__init__(f"cannot read {CNPJ}, {PUNCTUATED}, {LETTERS} and {PASSWORD}, said as {SPOKEN}")


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
    "the speech": ("ivr.channels.twilio.channel.sentence",),
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
    "the sentence": _raise("ivr.channels.twilio.channel.sentence"),
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


@pytest.fixture
def traces() -> Traces:
    return Traces()


@pytest.fixture
def watched(
    make_server: MakeServer,
    server_database: Database,
    server_vault: Vault,
    traces: Traces,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[LineServer]:
    """A server with the canaries' fixtures; whatever it writes anywhere becomes a trace."""
    for name in ("sqlalchemy", *logging.root.manager.loggerDict):
        caplog.set_level(logging.DEBUG, logger=name)
    caplog.set_level(logging.DEBUG)
    # An engine asks for its log's level when it is made.
    database = opened_again(server_database)
    fixtures_of(FIXTURES).apply(database, server_vault)
    server = make_server(database=database)
    tell = error_responses._tell

    def noting(error: Exception) -> None:
        if not isinstance(error, TalkativeError):
            traces.add("exception", "".join(traceback.format_exception(error)) + repr(error))
        tell(error)

    monkeypatch.setattr(error_responses, "_tell", noting)
    yield server
    monkeypatch.undo()
    traces.add_database(database)
    database.close()
    traces.add_records(caplog.get_records("call"))
    out, err = capfd.readouterr()
    traces.add("stdout", out)
    traces.add("stderr", err)
    assert traces.leaks() == []


def _play(server: LineServer, traces: Traces, entries: list[Entry], sid: str = SID) -> None:
    answers = [server.start(sid)]
    answers += [server.turn(number, sid, **entry) for number, entry in enumerate(entries, 1)]
    # Late and repeated deliveries answer too.
    answers += [server.turn(number, sid, **entry) for number, entry in enumerate(entries, 1)]
    answers += [server.pages.get(page) for page in ("/", "/health", "/metrics")]
    for answer in answers:
        traces.add(f"body of {answer.request.path}", answer.text)
        traces.add(f"headers of {answer.request.path}", list(answer.headers))
        traces.add("url", answer.request.url)


@one_of_both("sqlite")
@pytest.mark.parametrize("story", sorted(CALLS))
def test_a_call_leaves_no_trace_of_its_secrets(story: str, watched: LineServer, traces: Traces) -> None:
    _play(watched, traces, CALLS[story])
    call = watched.call()
    assert call is not None
    assert call.turn > 1
    assert len(traces.texts) > 10


def test_the_canaries_are_really_let_in(watched: LineServer, traces: Traces) -> None:
    _play(watched, traces, CALLS["identified"])
    _play(watched, traces, CALLS["spoken letters"], "CA" + "2" * 32)
    for sid in (SID, "CA" + "2" * 32):
        call = watched.call(sid)
        assert call is not None
        assert call.contact_id is not None


@one_of_both("postgresql")  # whose errors tell what was in a row
@pytest.mark.parametrize("layer", sorted(FAILURES))
@pytest.mark.parametrize("entries", [1, 2], ids=["at the document", "at the password"])
def test_a_failure_of_any_layer_leaves_none_either(
    layer: str, entries: int, watched: LineServer, traces: Traces, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _keys("2", CNPJ, PASSWORD)
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


ROUTES = ("voice", "turn/1", "turn/2", "wait", "wait/key", "accept", "accepted", "callback", "status", "fallback")
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


def test_a_transcript_shows_marks_where_something_secret_was_keyed_or_said(watched: LineServer, traces: Traces) -> None:
    played: tuple[steps.Step, ...] = (
        steps.Press("2"),
        steps.Speak(SPOKEN, 0.9),
        steps.Press(f"{PASSWORD}#"),
        steps.Press("0510001#"),
    )
    transcript = place_call(
        CallSetup(
            url="http://ivr.test/twilio/voice",
            transport=WsgiTransport(watched.app),
            from_=CALLER,
            to=NUMBER,
            call_sid=SID,
            clock=VirtualClock(TUESDAY),
            carrier=Carrier(auth_token="a token of the tests"),
            conceals=is_secret,
        ),
        ScriptedPhone(played),
    )
    assert transcript.passed, transcript.failures
    shown = json.dumps(transcript.as_dict(), ensure_ascii=False)
    assert "•" in shown
    traces.add("transcript", shown)
    traces.add("repr", repr(transcript))
    traces.add("repr of a step", repr(played))
    traces.add("dialogue", "\n".join(dialogue(transcript.as_dict()["events"])))
    for exchange in transcript.exchanges:
        traces.add("url", exchange.request.url)
        traces.add("request headers", exchange.request.headers)
        traces.add("repr of an exchange", repr(exchange))
        assert exchange.response is not None
        traces.add("answer", exchange.response.body.decode())
        traces.add("answer headers", exchange.response.headers.pairs)


SCRIPT = """\
call: Canary
from: "+5511987654321"
at: 2026-03-10T10:00
fixtures:
  companies:
    - document: "{document}"
      contacts: [{{name: Piu, password: "{password}"}}]
steps:
  - press: "2"
  - hear: Digite o CNPJ
  - {entry}
  - hear: Digite a senha
  - press: "{keyed}#"
  - hear: {heard}
"""

SCRIPTS = {
    "good": (0, {}),
    "spoken": (0, {"entry": f'speak: "{SPOKEN}"'}),
    "wrong password": (1, {"keyed": WRONG_PASSWORD}),
    "something else is heard": (1, {"heard": "que não se diz"}),
    "nothing is heard because the document was wrong": (1, {"entry": f'press: "{CNPJ[1:]}#"'}),
    "a document of the fixtures is wrong": (2, {"document": CNPJ[:-1] + str((int(CNPJ[-1]) + 1) % 10)}),
    "a password of the fixtures is wrong": (2, {"password": f"{PASSWORD}x"}),
    "keys that are none": (2, {"entry": f'press: "{CNPJ}x"'}),
    "keys with the wrong key": (2, {"entry": f'pres: "{CNPJ}"'}),
    "keys that are a list": (2, {"entry": f'press: ["{CNPJ}"]'}),
    "speech that is a list": (2, {"entry": f'speak: ["{SPOKEN}"]'}),
    "not YAML": (2, {"entry": f'press: "{CNPJ}'}),
}


@pytest.mark.parametrize("story", sorted(SCRIPTS))
@pytest.mark.parametrize("command", ["call", "replay"])
def test_what_the_commands_print_holds_no_secret(
    story: str,
    command: str,
    tmp_path: Path,
    traces: Traces,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    code, changes = SCRIPTS[story]
    values = {"document": PUNCTUATED, "password": PASSWORD, "entry": f'press: "{CNPJ}#"', "keyed": PASSWORD}
    script = write_line(tmp_path / "flows" / "ensaio") / "calls" / "canary.call.yaml"
    script.parent.mkdir()
    script.write_text(SCRIPT.format_map({**values, "heard": "Digite o código", **changes}), encoding="utf-8")
    monkeypatch.setenv("IVR_FLOWS", str(tmp_path / "flows"))
    caplog.set_level(logging.DEBUG)
    out, junit = tmp_path / "out.json", tmp_path / "junit.xml"
    arguments = {
        "call": ["call", "ensaio", "--script", str(script), "--json", "--out", str(out)],
        "replay": ["replay", str(script), "--json", "--junit", str(junit), "--coverage"],
    }
    assert run(arguments[command]) == code
    for name, printed in zip(("stdout", "stderr"), capfd.readouterr(), strict=True):
        traces.add(name, printed)
    for file in (out, junit):
        if file.exists():
            traces.add(file.name, file.read_text(encoding="utf-8"))
    traces.add_records(caplog.get_records("call"))
    assert traces.leaks() == []
    assert any(text for _, text in traces.texts)


@pytest.mark.parametrize(
    "leak",
    [
        lambda keys: keys,
        lambda keys: f"{keys[:2]}.{keys[2:5]}.{keys[5:8]}/{keys[8:12]}-{keys[12:]}",
        lambda keys: keys[::-1],
        lambda keys: keys[3:9],
        lambda keys: " ".join(keys),
        lambda keys: f"the caller keyed ...{keys[-6:]}",
        lambda keys: keys.translate(KEYPAD).lower(),
    ],
)
def test_the_canary_sings_when_somebody_logs_what_was_keyed(
    leak: Callable[[str], str],
    make_server: MakeServer,
    traces: Traces,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    step = Engine.step

    def careless(self: Engine, position: object, event: object, *rest: object) -> object:
        if isinstance(event, events.Keys):
            logging.getLogger("ivr.call.engine").debug("heard", extra={"keyed": leak(event.digits)})
        return step(self, position, event, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(Engine, "step", careless)
    caplog.set_level(logging.DEBUG)
    make_server().keys("2", CNPJ)
    traces.add_records(caplog.get_records("call"))
    assert traces.leaks() == ["log ivr.call.engine.keyed"]


def test_the_canary_sings_for_every_place_where_traces_are_looked_for(
    server_database: Database, traces: Traces
) -> None:
    with server_database.transaction() as connection:
        connection.execute(text("UPDATE company SET name = :name WHERE id = 1"), {"name": f"Firma {PASSWORD}"})
    traces.add_database(server_database)
    assert traces.leaks() == ["database"]
    with pytest.raises(ValueError) as raised:
        int(CNPJ + "x")
    assert sniffed(repr(raised.value))
    assert sniffed(SPOKEN)
    assert not sniffed(f"{CALLER} {NUMBER} {SID} {TUESDAY} mesa.rm")
