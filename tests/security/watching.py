"""A server that is watched: whatever it writes anywhere while canary documents are keyed becomes a trace."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator

import pytest

from data.database import Database
from data.vault import KEYPAD, Vault
from ivr.channels.twilio import error_responses
from tests.conftest import MakeServer
from tests.databases import opened_again
from tests.fixtures_of import fixtures_of
from tests.line_server import SID, LineServer
from tests.security.canary import (
    CNPJ,
    CPF,
    LETTERS,
    LETTERS_PASSWORD,
    PASSWORD,
    SPOKEN,
    WRONG_PASSWORD,
    Traces,
)

FIXTURES = {
    "companies": [
        {"document": CNPJ, "name": "Canário", "contacts": [{"name": "Piu", "password": PASSWORD}]},
        {"document": LETTERS, "name": "Letras", "contacts": [{"name": "Bem-te-vi", "password": LETTERS_PASSWORD}]},
    ]
}
PUNCTUATED = f"{CNPJ[:2]}.{CNPJ[2:5]}.{CNPJ[5:8]}/{CNPJ[8:12]}-{CNPJ[12:]}"

Entry = dict[str, str]


def keys(*entries: str) -> list[Entry]:
    return [{"Digits": digits} for digits in entries]


CALLS: dict[str, list[Entry]] = {
    "identified": keys("2", CNPJ, PASSWORD, "0510001"),
    "wrong password": keys("2", CNPJ, WRONG_PASSWORD, CNPJ, PASSWORD),
    "unknown document": keys("2", CPF, PASSWORD),
    "three strikes": keys("2", CNPJ, WRONG_PASSWORD, CNPJ, WRONG_PASSWORD, CNPJ, WRONG_PASSWORD),
    "wrong check digit": keys("2", CNPJ[:-1] + str((int(CNPJ[-1]) + 1) % 10), CNPJ[:-1], CNPJ[1:]),
    "taken back": keys("2", f"{CPF}*{CNPJ}", f"{WRONG_PASSWORD}*{PASSWORD}"),
    "keyed at the wrong question": keys(CNPJ, "2", PASSWORD, "3", CNPJ, PASSWORD, CPF),
    "password where the document belongs and the other way round": keys("2", PASSWORD, CNPJ, CNPJ, PASSWORD),
    "folded letters": keys("2", LETTERS.translate(KEYPAD), LETTERS_PASSWORD),
    "spoken": [{"Digits": "2"}, {"SpeechResult": SPOKEN, "Confidence": "0.91"}, {"Digits": PASSWORD}],
    "spoken letters": [
        {"Digits": "2"},
        {"SpeechResult": " ".join(LETTERS), "Confidence": "0.8"},
        {"Digits": LETTERS_PASSWORD},
    ],
    "spoken with punctuation, and nobody's": [{"Digits": "2"}, {"SpeechResult": f"é {PUNCTUATED}"}, *keys(CPF)],
    "spoken at the wrong question": [{"SpeechResult": PUNCTUATED}, {"SpeechResult": SPOKEN}, {"Digits": "2"}],
    "a password that is spoken": [*keys("2", CNPJ), {"SpeechResult": " ".join(PASSWORD)}],
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


class TalkativeError(Exception):
    """What a library may raise: its text holds everything that it was given, and more."""

    def __init__(self) -> None:
        super().__init__(f"cannot read {CNPJ}, {PUNCTUATED}, {LETTERS} and {PASSWORD}, said as {SPOKEN}")


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
    # Each level that is set empties what every logger knows of its own, so only those are set that keep silent.
    for name, logger in (*logging.root.manager.loggerDict.items(), ("sqlalchemy", logging.getLogger("sqlalchemy"))):
        if isinstance(logger, logging.Logger) and logger.level > logging.DEBUG:
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


def play(server: LineServer, traces: Traces, entries: list[Entry], sid: str = SID) -> None:
    answers = [server.start(sid)]
    answers += [server.turn(number, sid, **entry) for number, entry in enumerate(entries, 1)]
    # Late and repeated deliveries answer too.
    answers += [server.turn(number, sid, **entry) for number, entry in enumerate(entries, 1)]
    answers += [server.pages.get(page) for page in ("/", "/health", "/metrics")]
    for answer in answers:
        traces.add(f"body of {answer.request.path}", answer.text)
        traces.add(f"headers of {answer.request.path}", list(answer.headers))
        traces.add("url", answer.request.url)
