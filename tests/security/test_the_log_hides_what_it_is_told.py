"""Whatever a record holds, wherever it holds it, and whoever logs it: nothing of anybody stands in the line written."""

from __future__ import annotations

import io
import json
import logging
import os
import re
import warnings
from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy import create_engine, text
from sqlmodel import SQLModel

from data.vault import KEYPAD
from ivr.call.answer import TurnTold
from ivr.channels.webhook_report import WebhookReport, log_turn
from ivr.errors import SettingsError
from ivr.logs import FIELDS, LineName, LogFormatter, Style, log_to, style_of
from ivr.redaction import MASK, redacted
from routing.documents import check_digits
from tests.line_server import CALLER, SID
from tests.security.canary import CNPJ, CPF, LETTERS, PASSWORD, SECRETS, SPOKEN, sniffed

LOGGERS = ("ivr.call.turn", "data.calls", "waitress", "werkzeug", "sqlalchemy.engine.Engine", "alembic", "twilio.http")
NATIONAL = CALLER.removeprefix("+55")
DATABASE_PASSWORD = "n0t/f@r:you"


def _printed(document: str) -> str:
    if len(document) == 11:
        return f"{document[:3]}.{document[3:6]}.{document[6:9]}-{document[9:]}"
    return f"{document[:2]}.{document[2:5]}.{document[5:8]}/{document[8:12]}-{document[12:]}"


WRITTEN: dict[str, str] = {
    "a CPF": CPF,
    "a CPF with punctuation": _printed(CPF),
    "a CNPJ": CNPJ,
    "a CNPJ with punctuation": _printed(CNPJ),
    "a CNPJ with letters": LETTERS,
    "a CNPJ with letters and punctuation": _printed(LETTERS),
    "a CNPJ with small letters": LETTERS.lower(),
    "a CNPJ with letters as keyed": LETTERS.translate(KEYPAD),
    "a CNPJ backwards": CNPJ[::-1],
    "a CNPJ with letters backwards": LETTERS[::-1],
    "a document sign by sign": " ".join(LETTERS),
    "a document in a list": ", ".join(repr(sign) for sign in CNPJ),
    "a document that is spoken": SPOKEN,
    "part of a document": CNPJ[3:9],
    "part of a document with letters": LETTERS[2:9],
    "a password": PASSWORD,
    "the shortest password": PASSWORD[:4],
    "keys with the finishing key": f"{PASSWORD}#",
    "keys that were taken back": f"{CPF}*{CNPJ}",
    "keys in Arabic digits": PASSWORD.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")),
    "a telephone number": CALLER,
    "a telephone number as people write it": f"({NATIONAL[:2]}) {NATIONAL[2:7]}-{NATIONAL[7:]}",
    "a URL of a database": f"postgresql+psycopg://ivr:{DATABASE_PASSWORD}@db.example.com/ivr",
    "a password by its name": f"host=db password={DATABASE_PASSWORD}",
}
PLACES: dict[str, Callable[[logging.Logger, str], None]] = {
    "the message": lambda log, secret: log.warning(f"heard {secret} here"),
    "an argument": lambda log, secret: log.warning("heard %s here", secret),
    "an argument with a name": lambda log, secret: log.warning("heard %(keys)s here", {"keys": secret}),
    "an argument's repr": lambda log, secret: log.warning("heard %r", {"keys": [secret]}),
    "arguments that do not fit": lambda log, secret: log.warning("heard %d of %s", secret),
    "an argument without a place": lambda log, secret: log.warning("heard", secret),
    "a field of ours": lambda log, secret: log.warning("turn", extra=dict.fromkeys(FIELDS, secret)),
    "a field of somebody else": lambda log, secret: log.warning("turn", extra={"keyed": secret}),
    "the text of an exception": lambda log, secret: _raised(log, ValueError(f"cannot read {secret}")),
    "the text of its cause": lambda log, secret: _raised(log, ValueError("no"), KeyError(secret)),
    "an exception as the message": lambda log, secret: log.error(ValueError(secret)),
    "an exception as an argument": lambda log, secret: log.error("it broke: %s", ValueError(f"Ana {secret}")),
    "a group of exceptions": lambda log, secret: _raised(log, ExceptionGroup(secret, [ValueError(secret)])),
    "the stack": lambda log, secret: log.warning("where", stack_info=True, extra={"local": secret}),
    "the name of the logger": lambda log, secret: logging.getLogger(f"{log.name}.{secret}").warning("heard"),
}


def _raised(log: logging.Logger, error: Exception, cause: Exception | None = None) -> None:
    try:
        raise error from cause
    except Exception:
        log.exception("broken")


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """What a running server would write to a terminal."""
    yield from _logged("text")


@pytest.fixture
def json_stream() -> Iterator[io.StringIO]:
    """What a running server would write to a file."""
    yield from _logged("json")


def _logged(style: Style) -> Iterator[io.StringIO]:
    """The test's own handlers are put aside."""
    root, ours = logging.getLogger(), logging.getLogger("ivr")
    before, level, level_of_ours = root.handlers[:], root.level, ours.level
    levels = {name: logging.getLogger(name).level for name in LOGGERS}
    raising = logging.raiseExceptions
    root.handlers[:] = []
    written = io.StringIO()
    log_to(written, "webhooks", style)
    for name in LOGGERS:
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield written
    logging.captureWarnings(False)
    logging.raiseExceptions = raising
    root.handlers[:] = before
    root.setLevel(level)
    ours.setLevel(level_of_ours)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def _smells(line: str, secret: str) -> bool:
    return bool(sniffed(line)) or secret in line or DATABASE_PASSWORD in line or NATIONAL[2:] in line


@pytest.mark.parametrize("place", sorted(PLACES))
@pytest.mark.parametrize("what", sorted(WRITTEN))
def test_whatever_is_logged_by_whomever_is_hidden(
    what: str, place: str, stream: io.StringIO, capfd: pytest.CaptureFixture[str]
) -> None:
    for name in LOGGERS:
        PLACES[place](logging.getLogger(name), WRITTEN[what])
    lines = stream.getvalue().splitlines()
    assert len(lines) == len(LOGGERS), "one line an event"
    assert [line for line in lines if _smells(line, WRITTEN[what])] == []
    # Nor did logging itself complain aloud about a record that it could not write.
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("place", sorted(PLACES))
def test_whatever_is_logged_as_json_is_hidden(
    place: str, json_stream: io.StringIO, capfd: pytest.CaptureFixture[str]
) -> None:
    for what, written in WRITTEN.items():
        json_stream.seek(0)
        json_stream.truncate()
        for name in LOGGERS:
            PLACES[place](logging.getLogger(name), written)
        lines = json_stream.getvalue().splitlines()
        assert len(lines) == len(LOGGERS), "one line an event"
        for line in lines:
            told = json.loads(line)
            del told["time"], told["pid"]
            assert not _smells(json.dumps(told, ensure_ascii=False), written), what
    assert capfd.readouterr() == ("", "")


def test_a_turn_is_one_json_object_with_its_call_line_and_time(json_stream: io.StringIO) -> None:
    told = TurnTold("4003-0015", 3, "taken", "documento", "keys", "collected")
    log_turn(WebhookReport("turn", SID, "taken", 0.01234, told))
    log_turn(WebhookReport("turn", SID, "away", 4.0, None))
    log_turn(WebhookReport("wait", SID, "answered", 0.001, None))
    taken, away = map(json.loads, json_stream.getvalue().splitlines())
    about = {"logger": "ivr.channels.webhook_report", "message": "turn", "process": "webhooks", "pid": os.getpid()}
    assert datetime.fromisoformat(taken.pop("time")).tzinfo
    assert taken == about | {
        "level": "INFO",
        "call": SID,
        "line": "4003-0015",
        "turn": 3,
        "state": "documento",
        "event": "keys",
        "outcome": "collected",
        "webhook": "turn",
        "result": "taken",
        "ms": 12.3,
    }
    del away["time"]
    assert away == about | {"level": "INFO", "call": SID, "webhook": "turn", "result": "away", "ms": 4000.0}


def test_a_number_is_shown_only_where_it_names_a_line_of_ours(json_stream: io.StringIO) -> None:
    logging.getLogger("ivr").warning("turn", extra={"line": LineName("4003-0015")})
    logging.getLogger("ivr").warning("turn", extra={"line": "4003-0015"})
    ours, other = map(json.loads, json_stream.getvalue().splitlines())
    assert ours["line"] == "4003-0015"
    assert "4003" not in other["line"]


def test_the_log_is_text_for_a_terminal_and_json_for_anything_else() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    assert (style_of({}, Terminal()), style_of({}, io.StringIO())) == ("text", "json")
    assert style_of({"IVR_LOG": "json"}, Terminal()) == "json"
    assert style_of({"IVR_LOG": "text"}, io.StringIO()) == "text"
    with pytest.raises(SettingsError, match="IVR_LOG: write json"):
        style_of({"IVR_LOG": "xml"}, io.StringIO())


@pytest.mark.parametrize("what", sorted(WRITTEN))
def test_the_nose_smells_what_is_not_hidden(what: str) -> None:
    assert _smells(f"heard {WRITTEN[what]} here", WRITTEN[what])


@given(st.sampled_from([9, 12]), st.data())
def test_every_document_is_hidden_however_it_is_written(length: int, data: st.DataObject) -> None:
    signs = "0123456789" if length == 9 else "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    base = data.draw(st.text(signs, min_size=length, max_size=length))
    document = base + check_digits(base)
    for written in (document, _printed(document), document.lower(), f"'{document}'", f"({document})", f"={document};"):
        assert document not in redacted(written).upper()
        assert MASK in redacted(written)


@given(st.text("0123456789*#", min_size=4, max_size=64))
def test_every_run_of_four_keys_or_more_is_hidden(keys: str) -> None:
    assert redacted(f"keyed {keys} at once") == f"keyed {MASK} at once"


@given(st.text(st.characters(codec="utf-8"), max_size=300), st.text(st.characters(codec="utf-8"), max_size=300))
def test_what_was_hidden_once_stays_hidden(before: str, after: str) -> None:
    shown = redacted(f"{before} {CNPJ} {after}")
    assert CNPJ not in shown
    assert redacted(shown).count(CNPJ) == 0


def test_sids_turns_codes_and_places_stay_readable(stream: io.StringIO) -> None:
    logging.getLogger("ivr.call.turn").error(
        "broken",
        extra={
            "call": SID,
            "turn": 12,
            "code": "11200",
            "at": "/srv/ivr/call/engine.py:1234",
            "path": "/twilio/turn/12",
            "state": "mesa.rm",
            "error": "ZeroDivisionError",
            "why": "the request is not signed",
        },
    )
    written = stream.getvalue()
    assert f" ERROR ivr.call.turn broken call={SID} turn=12 state=mesa.rm path=/twilio/turn/12" in written
    assert ' why="the request is not signed" error=ZeroDivisionError' in written
    assert written.endswith(" at=/srv/ivr/call/engine.py:1234 code=11200\n")


def test_a_sid_in_a_message_stays_and_what_only_looks_like_one_does_not() -> None:
    assert redacted(f"the call {SID} has ended") == f"the call {SID} has ended"
    assert MASK in redacted(SID.lower())
    assert MASK in redacted(SID + CPF)


def test_the_log_tells_kinds_and_places_of_an_exception_and_its_causes(stream: io.StringIO) -> None:
    _raised(logging.getLogger("ivr"), ValueError(CNPJ), KeyError(CPF))
    place = rf"{re.escape(__file__)}:\d+"
    assert re.search(rf' broken exception="ValueError at {place} from KeyError"$', stream.getvalue().strip())


@pytest.mark.parametrize(
    "careless",
    [
        lambda log, error: log.error(error),
        lambda log, error: log.error("no: %s", error),
        lambda log, error: log.error("no: %(why)s", {"why": error}),
        lambda log, error: log.error("no", exc_info=error),
    ],
)
def test_the_text_of_an_exception_is_never_written(
    careless: Callable[[logging.Logger, Exception], None], stream: io.StringIO
) -> None:
    careless(logging.getLogger("waitress"), LookupError("Ana de Souza does not answer"))
    assert "LookupError" in stream.getvalue()
    assert "Ana" not in stream.getvalue()


def test_nobody_can_forge_a_line_of_the_log(stream: io.StringIO) -> None:
    forged = "x\n2026-03-10 10:00:00,000 INFO ivr.call.turn turn\r\x0b\x1b[2J\u2028"
    logging.getLogger("ivr").warning("a %s", forged, extra={"why": forged, "state": 'y" call=CA'})
    (line,) = stream.getvalue().splitlines()
    assert line.count(" INFO ") == 2
    assert "\x1b" not in line
    assert 'state="y\\" call=CA"' in line


def test_a_record_is_written_masked_and_left_as_it_is_for_other_handlers() -> None:
    record = logging.LogRecord("ivr", logging.INFO, __file__, 1, "heard %s", (CNPJ,), None)
    assert CNPJ not in LogFormatter().format(record)
    assert record.args == (CNPJ,)
    assert record.getMessage() == f"heard {CNPJ}"


class _Customer(SQLModel):
    document: int


def test_what_pydantic_complains_of_is_hidden(stream: io.StringIO) -> None:
    log = logging.getLogger("ivr")
    with pytest.raises(ValidationError) as raised:
        _Customer.model_validate({"document": f"x{LETTERS}"})
    assert LETTERS in repr(raised.value.errors()), "pydantic keeps what it was given"
    _raised(log, raised.value)
    log.error("no %s and %r", raised.value, raised.value.errors())
    assert not _smells(stream.getvalue(), LETTERS)


def test_what_the_database_complains_of_is_hidden(stream: io.StringIO, server_database: object) -> None:
    engine = create_engine("sqlite://")  # without hide_parameters, as somebody may make one
    with engine.connect() as connection, pytest.raises(Exception) as raised:
        connection.execute(text("SELECT * FROM nothing WHERE document = :document"), {"document": CNPJ})
    engine.dispose()
    assert CNPJ in str(raised.value)
    _raised(logging.getLogger("waitress"), raised.value)
    logging.getLogger("sqlalchemy.engine.Engine").error("no: %s", raised.value)
    logging.getLogger("sqlalchemy.engine.Engine").error("no: " + str(raised.value))
    assert not _smells(stream.getvalue(), CNPJ)


def test_a_warning_is_written_by_the_log_too(stream: io.StringIO, capfd: pytest.CaptureFixture[str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(True)
        warnings.warn(f"{CNPJ} is deprecated", stacklevel=1)
        logging.captureWarnings(False)
    assert not _smells(stream.getvalue(), CNPJ)
    assert "py.warnings" in stream.getvalue()
    assert capfd.readouterr() == ("", "")


def test_a_stream_that_is_gone_prints_no_record(stream: io.StringIO, capfd: pytest.CaptureFixture[str]) -> None:
    stream.close()
    logging.getLogger("ivr").warning("heard %s", CNPJ)
    assert capfd.readouterr() == ("", "")


def test_hiding_takes_no_longer_for_a_text_that_was_made_to_be_slow() -> None:
    for piece in ("a ", "://a:", "password=", "1 x ", "um ", "A1B2-", "0x1", "* ", f"{CNPJ} "):
        assert len(redacted(piece * 20_000)) <= 20_000 * max(len(piece), len(MASK) + 2)


def test_every_secret_of_the_canaries_is_hidden() -> None:
    for secret in SECRETS:
        assert not sniffed(redacted(f"it was {secret}, they said"))


def test_a_value_that_is_too_long_is_cut_before_any_number(json_stream: io.StringIO) -> None:
    """No line grows beyond what a pipe takes at once, and no half of a document shows at the cut."""
    for before in range(986, 1002):
        logging.getLogger("ivr.test").warning("x" * before + f" {CPF} " + "y" * 100_000, extra={"why": "z" * 100_000})
    for line in json_stream.getvalue().splitlines():
        assert len(line.encode()) < 4096
        told = json.loads(line)
        assert told["message"].endswith("…")
        assert told["why"] == "z" * 1000 + "…"
        assert not re.search("x[^…]*[0-9]", told["message"])
