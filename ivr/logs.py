"""The log of a running line writes one line an event, with the event's fields, and never what a caller keyed.

Messages are constant words; each value that changes is a field. Only the fields named here are written, so that a field
added in passing with personal data in it does not reach the log. All that is written, by us or by a library, goes
through ``redaction`` first, and of an exception only its kind and place are told: its text may hold anything.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator, Mapping
from typing import Final, TextIO

from ivr.redaction import redacted

_ANY: Final = re.compile(r"")
"""No shape is known to be harmless."""

FIELDS: Final[Mapping[str, re.Pattern[str] | type[int]]] = {
    "call": re.compile(r"[A-Z]{2}[0-9a-f]{32}"),
    "turn": re.compile(r"[0-9]{1,3}"),
    "state": _ANY,
    "event": _ANY,
    "outcome": _ANY,
    "path": re.compile(r"/twilio/turn/[0-9]{1,3}"),
    "why": _ANY,
    "error": _ANY,
    "at": re.compile(r"[^\s:]+\.py:[0-9]{1,5}"),
    # https://www.twilio.com/docs/api/errors: five digits.
    "code": re.compile(r"[0-9]{5}"),
    "chore": _ANY,
    # Where a fault of a menu is written, and the menu's version.
    "place": re.compile(r"[^:\x00-\x1f\x7f]+\.yaml:[0-9]{1,6}:[0-9]{1,6}"),
    "menu": re.compile(r"(?=[0-9]*[a-f])[0-9a-f]{12}"),
    "wrong": int,
}
"""The fields that are written, in this order. What has exactly the shape, or is a count that was made here, stays as it
is; anything else is redacted."""

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


def log_to(stream: TextIO) -> None:
    """Write the log of this project to ``stream``, and only warnings of the libraries."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(LogFormatter())
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.getLogger("ivr").setLevel(logging.INFO)
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
    return " ".join(_printable(redacted(text)).split())


def _value(value: object, shape: re.Pattern[str] | type[int]) -> str:
    text = str(value)
    harmless = type(value) is shape if isinstance(shape, type) else shape.fullmatch(text)
    if not harmless:
        text = _printable(redacted(text))
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)


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
