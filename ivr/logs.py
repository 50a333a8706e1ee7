"""The log of a server writes one line an event, with the event's fields, and never what a caller keyed.

For machines a line is a JSON object, for people it is text (``IVR_LOG``); both say the same. A turn is logged while its
caller waits, so what repeats from line to line (messages, states, triggers) is judged and redacted once.

Messages are constant words; each value that changes is a field. Only the fields named here are written, so that a field
added in passing with personal data in it does not reach the log. All that is written, by us or by a library, goes
through ``redaction`` first, and of an exception only its kind and place are told: its text may hold anything.
"""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final, Literal, TextIO

from ivr.errors import SettingsError
from ivr.redaction import redacted

_ANY: Final = re.compile(r"")
"""No shape is known to be harmless."""


class LineName(str):
    """The name of a line of ours, as its folder is called; it may be the number that its company prints everywhere.

    Nothing that came with a request is made one.
    """

    __slots__ = ()


FIELDS: Final[Mapping[str, re.Pattern[str] | type]] = {
    "call": re.compile(r"[A-Z]{2}[0-9a-f]{32}"),
    "line": LineName,
    "turn": re.compile(r"[0-9]{1,3}"),
    "state": _ANY,
    "event": _ANY,
    "outcome": _ANY,
    "webhook": _ANY,
    "result": _ANY,
    "ms": float,
    "path": re.compile(r"/twilio/turn/[0-9]{1,3}"),
    "why": _ANY,
    "error": _ANY,
    "at": re.compile(r"[^\s:]+\.py:[0-9]{1,5}"),
    # https://www.twilio.com/docs/api/errors: five digits.
    "code": re.compile(r"[0-9]{5}"),
    "chore": _ANY,
    # Where a fault of a menu is written, and the menu's version.
    "place": re.compile(r"[^:\x00-\x1f\x7f]+\.yaml:[0-9]{1,6}:[0-9]{1,6}"),
    "menu": re.compile(r"(?:draft-)?(?=[0-9]*[a-f])[0-9a-f]{12}"),
    "version": int,
    "wrong": int,
}
"""The fields that are written, in this order. What has exactly the shape, or is a count that was made here, stays as it
is; anything else is redacted."""

_OF_MENUS: Final = frozenset({"state", "event", "outcome", "webhook", "result"})
"""Fields that hold one of a few hundred words: each is redacted once."""

_KEYS: Final = tuple((name, f', "{name}": ', shape, name in _OF_MENUS) for name, shape in FIELDS.items())
_MOST_TURNS: Final = 999

_MOST_SIGNS: Final = 1000
"""Of one value: what is longer is cut before it is redacted, which takes 5 µs a sign; and a line that is longer than a
pipe takes at once (4096 bytes) may come to stand within another process's."""

Style = Literal["json", "text"]

_PLAIN = re.compile(r"[^\s\"=\\\x00-\x1f\x7f]+")


class LogFormatter(logging.Formatter):
    """Formats a record as its message and its fields: ``2026-03-10 10:00:00,000 INFO ivr.call.turn turn call=CA...
    turn=3 state=documento``.

    A value with blanks stands in quotes, as JSON does it. An exception is told after the fields, the first cause last:
    ``exception="ValueError at data/calls.py:120 from KeyError at data/calls.py:98"``.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line. Changes nothing in it, so that every other handler is on its own."""
        parts = [self.formatTime(record), record.levelname, _words(record.name), _words(_message(record))]
        for name, shape in FIELDS.items():
            value = getattr(record, name, None)
            if value is not None:
                parts.append(f"{name}={_value(value, shape)}")
        told = record.exc_info[1] if record.exc_info else None
        if told is not None:
            parts.append(f'exception="{" from ".join(_kinds(told))}"')
        return " ".join(parts)


class JsonFormatter(logging.Formatter):
    """Formats a record as one JSON object: ``{"time": "2026-03-10T13:00:00.000Z", "level": "INFO", "logger": ...,
    "message": "turn", "process": "webhooks", "pid": 4711, "call": "CA...", "turn": 3, "state": "documento", ...}``.

    ``process`` says which of our processes writes: what happens to a call in all of them is found by its ``call``.
    """

    def __init__(self, process: str) -> None:
        super().__init__()
        self._of_process = f', "process": {_quoted(process)}, "pid": {os.getpid()}'
        self._second = (-1, "")

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line. Changes nothing in it, so that every other handler is on its own."""
        repeats = type(record.msg) is str and not record.args and len(record.msg) <= _MOST_SIGNS
        message = _quoted_once(record.msg) if repeats else _quoted(_words(_message(record)))
        parts = [
            f'{{"time": "{self._time(record.created)}", "level": "{record.levelname}"'
            f', "logger": {_quoted_once(record.name)}, "message": {message}{self._of_process}'
        ]
        fields = record.__dict__
        for name, key, shape, of_menus in _KEYS:
            if name not in fields or (value := fields[name]) is None:
                continue
            if of_menus and isinstance(value, str):
                shown = _quoted_once(value)
            elif type(value) is shape:
                shown = _quoted_line(value) if shape is LineName else repr(value)
            elif name == "turn" and type(value) is int and 0 <= value <= _MOST_TURNS:
                shown = repr(value)
            else:
                shown = _quoted(_shown(value, shape))
            parts.append(key + shown)
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            parts.append(f', "exception": {_quoted(" from ".join(_kinds(error)))}')
        parts.append("}")
        return "".join(parts)

    def _time(self, created: float) -> str:
        """The moment in UTC; the same text serves all records of a second."""
        second = int(created)
        known, text = self._second
        if known != second:
            text = datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S")
            self._second = (second, text)
        return f"{text}.{int(1000 * (created - second)):03d}Z"


class _LineHandler(logging.StreamHandler[TextIO]):
    """Writes each record as a line at once. Python's own takes its lock a second time for the end of it."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write ``record``; what goes wrong is no fault of what was logged."""
        try:
            self.stream.write(f"{self.format(record)}\n")
            self.stream.flush()
        except Exception:
            self.handleError(record)


def style_of(environ: Mapping[str, str], stream: TextIO) -> Style:
    """Return how the log is written: as ``IVR_LOG`` says, else as text to a terminal and as JSON to anything else.

    Raises SettingsError where the variable says neither.
    """
    match environ.get("IVR_LOG", "").strip():
        case "":
            return "text" if stream.isatty() else "json"
        case "json" | "text" as style:
            return style
    raise SettingsError("IVR_LOG: write json (a line for machines) or text (a line for people)")


def log_to(stream: TextIO, process: str = "ivr", style: Style = "text") -> None:
    """Write the log of this project to ``stream``, and only warnings of the libraries. ``process`` is what this process
    is called in it.
    """
    handler = _LineHandler(stream)
    handler.setFormatter(LogFormatter() if style == "text" else JsonFormatter(process))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.getLogger("ivr").setLevel(logging.INFO)
    # What no line says is not looked up for each.
    logging.logThreads = logging.logMultiprocessing = logging.logProcesses = False
    logging._srcfile = None  # https://docs.python.org/3/howto/logging.html#optimization
    # Python would print a warning with the line of the program that caused it, and a record that cannot be written
    # together with everything in it.
    logging.captureWarnings(True)
    logging.raiseExceptions = False


def place_of(error: BaseException) -> str:
    """Return file and line where ``error`` was raised. Its text may hold what a caller keyed; these may not."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else ""


def _message(record: logging.LogRecord) -> str:
    """The message with its arguments; an exception among them gives its kind only."""
    if isinstance(record.msg, BaseException):
        return type(record.msg).__name__
    args = record.args
    if isinstance(args, Mapping):
        args = {name: _argument(value) for name, value in args.items()}
    elif args:
        args = tuple(_argument(value) for value in args)
    text = str(record.msg)
    try:
        return text % args if args else text
    except (TypeError, ValueError, KeyError):
        # What cannot be put into its place is not written: logging itself would print it on stderr.
        return f"{text} (its arguments do not fit)"


def _argument(value: object) -> object:
    return type(value).__name__ if isinstance(value, BaseException) else value


def _words(text: str) -> str:
    return " ".join(_printable(redacted(_shortened(text))).split())


def _shortened(text: str) -> str:
    """The beginning of a text that is too long; a number is not cut in two, or its half would not be known for one."""
    return text if len(text) <= _MOST_SIGNS else text[:_MOST_SIGNS].rstrip("0123456789.-/ ") + "…"


_quoted: Final = json.JSONEncoder(ensure_ascii=False).encode
"""``json.dumps`` would make an encoder for each text."""


@lru_cache(maxsize=1024)
def _quoted_once(text: str) -> str:
    """A text that comes again and again, as JSON."""
    return _quoted(_words(text))


_quoted_line = lru_cache(maxsize=64)(_quoted)


def _value(value: object, shape: re.Pattern[str] | type) -> str:
    text = _shown(value, shape)
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def _shown(value: object, shape: re.Pattern[str] | type) -> str:
    """The value as it may be shown: as it is where it has exactly its shape, else redacted."""
    text = _shortened(str(value))
    harmless = type(value) is shape if isinstance(shape, type) else shape.fullmatch(text)
    return text if harmless else _printable(redacted(text))


def _printable(text: str) -> str:
    """Replace signs that end a line or move the cursor by blanks, so that no value can forge a line of the log."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def _kinds(error: BaseException | None) -> Iterator[str]:
    """Kind and place of an exception and of those that caused it."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        place = place_of(error)
        yield type(error).__name__ + (f" at {place}" if place else "")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
