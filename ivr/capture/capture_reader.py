"""Reads a capture; whatever is wrong in it is told with its line."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeVar

from ivr.capture.capture_log import VERSION
from ivr.capture.captured_calls import Capture, CapturedAnswer, CapturedCall, CapturedRequest, Pairs
from ivr.capture.captured_sockets import CapturedMessage, CapturedSocket
from ivr.errors import ScriptError
from ivr.source.diagnostics import Diagnostic, Mark
from wording import Message, message, phrase

MOST_BYTES: Final = 512 * 1024 * 1024
WAYS: Final = ("to-app", "from-app")
KINDS: Final = frozenset({"request", "answer", "socket", "message", "closed", "unwritten", "end"})

T = TypeVar("T")


class _WrongError(Exception):
    """Something is wrong with the line that is being read; its only argument says what."""


def read_capture(path: Path) -> Capture:
    """Return the capture in ``path``; raises ScriptError with the line of the first fault."""
    file = str(path)
    number = 0
    try:
        if path.stat().st_size > MOST_BYTES:
            raise _WrongError(message("capture-too-large", "it is larger than 512 MB; capture fewer calls"))
        reading = _Reading(file)
        with path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                reading.take(number, _record(line))
        number = number or 1
        return reading.whole()
    except _WrongError as error:
        raise ScriptError([Diagnostic(Mark(file, number or 1, 1), error.args[0])]) from None
    except OSError as error:
        told = message("capture-unreadable", "it cannot be read: {why}", why=(error.strerror or str(error)).lower())
        raise ScriptError([Diagnostic(Mark(file, 1, 1), told)]) from None


class _Reading:
    """Takes one line after the other."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._head: dict[str, Any] | None = None
        self._requests: dict[int, CapturedRequest] = {}
        self._sockets: dict[int, CapturedSocket] = {}
        self._messages: dict[int, list[CapturedMessage]] = defaultdict(list)
        self._end: dict[str, Any] | None = None

    def take(self, line: int, record: dict[str, Any]) -> None:
        """Take the record of a line; raises _WrongError for one that no capture has there."""
        if self._head is None:
            self._begin(record)
            return
        if self._end is not None:
            raise _WrongError(message("capture-goes-on", "something stands behind the end; a capture is one file"))
        kind = record.get("kind")
        if not isinstance(kind, str) or kind not in KINDS:
            raise _WrongError(
                message("capture-kind-unknown", "'{kind}' is no kind of line that a capture has", kind=str(kind)[:40])
            )
        match kind:
            case "request":
                request = _request(line, record)
                self._requests[request.n] = request
            case "answer":
                asked = self._requests.get(_of(record, "n", int))
                if asked is None:
                    raise _WrongError(
                        message("capture-answers-nothing", "this answers no request that stands before it")
                    )
                self._requests[asked.n] = replace(asked, answer=_answer(record))
            case "socket":
                opened = _socket(line, record)
                self._sockets[opened.n] = opened
            case "message" | "closed":
                there = self._sockets.get(_of(record, "n", int))
                if there is None:
                    raise _WrongError(
                        message("capture-of-no-socket", "this is of no websocket that stands before it in the file")
                    )
                self._messages[there.n].append(_message(record))
            case "end":
                self._end = record

    def whole(self) -> Capture:
        """Return what was read."""
        if self._head is None:
            raise _WrongError(message("capture-empty", "it is empty; the first line of a capture is its header"))
        end = self._end or {}
        return Capture(
            self._file,
            datetime.fromisoformat(self._head["at"]).astimezone(UTC),
            self._head.get("public_url"),
            _calls(
                list(self._requests.values()),
                [replace(each, messages=tuple(self._messages[each.n])) for each in self._sockets.values()],
            ),
            self._end is not None,
            end.get("left_out", 0) if isinstance(end.get("left_out", 0), int) else 0,
        )

    def _begin(self, record: dict[str, Any]) -> None:
        version = record.get("capture")
        if version != VERSION:
            raise _WrongError(
                message(
                    "capture-header-wrong",
                    "the first line is no header of a capture of version {version}; ivr capture writes one",
                    version=VERSION,
                )
            )
        try:
            aware = datetime.fromisoformat(_of(record, "at", str)).tzinfo
        except ValueError:
            aware = None
        if aware is None:
            raise _WrongError(_missing("at", phrase("a moment with its zone")))
        if record.get("public_url") is not None:
            _of(record, "public_url", str)
        self._head = record


def _record(line: bytes) -> dict[str, Any]:
    try:
        read = json.loads(line)
    except ValueError:
        read = None
    if not isinstance(read, dict):
        raise _WrongError(message("capture-line-no-json", "this line is no JSON object; was the file cut or edited?"))
    return read


def _request(line: int, record: dict[str, Any]) -> CapturedRequest:
    return CapturedRequest(
        n=_of(record, "n", int),
        line=line,
        t=_seconds(record),
        method=_of(record, "method", str),
        base=_of(record, "base", str),
        url=_of(record, "url", str),
        fields=_pairs(record, "fields"),
        headers=_pairs(record, "headers"),
        signature=_of(record, "signature", str),
        outside=record.get("outside") is True,
    )


def _answer(record: dict[str, Any]) -> CapturedAnswer:
    t = _seconds(record)
    if record.get("status") is None:
        return CapturedAnswer(t, None, failed=str(record.get("failed", "connection")))
    seconds = record.get("seconds")
    return CapturedAnswer(
        t,
        _of(record, "status", int),
        _pairs(record, "headers"),
        _of(record, "body", str) if "body" in record else "",
        float(seconds) if isinstance(seconds, int | float) else None,
        cut=record.get("cut") is True or bool(record.get("bytes") and "body" not in record),
    )


def _socket(line: int, record: dict[str, Any]) -> CapturedSocket:
    return CapturedSocket(
        n=_of(record, "n", int),
        line=line,
        t=_seconds(record),
        base=_of(record, "base", str),
        url=_of(record, "url", str),
        headers=_pairs(record, "headers"),
        signature=_of(record, "signature", str),
        outside=record.get("outside") is True,
        status=_of(record, "status", int),
    )


def _message(record: dict[str, Any]) -> CapturedMessage:
    way = record.get("way")
    if way not in WAYS:
        raise _WrongError(_missing("way", phrase("to-app or from-app")))
    told = record.get("message")
    size, code = record.get("bytes"), record.get("code")
    return CapturedMessage(
        _seconds(record),
        way,
        told if isinstance(told, dict) else None,
        size if isinstance(size, int) else 0,
        _of(record, "code", int) if code is not None else None,
    )


def _calls(requests: list[CapturedRequest], sockets: list[CapturedSocket]) -> tuple[CapturedCall, ...]:
    """The calls in the order in which they began."""
    parents = {
        each.params["CallSid"]: each.params["ParentCallSid"]
        for each in requests
        if each.params.get("ParentCallSid") and each.params.get("CallSid")
    }
    by_call: dict[str, list[CapturedRequest]] = defaultdict(list)
    others: list[CapturedRequest] = []
    for each in requests:
        sid = each.params.get("CallSid")
        if not sid:
            others.append(each)
            continue
        for _ in range(len(parents) + 1):
            sid = parents.get(sid, sid)
        by_call[sid].append(each)
    return tuple(
        CapturedCall(sid, tuple(each), tuple(others), tuple(one for one in sockets if one.call_sid == sid))
        for sid, each in by_call.items()
    )


def _of(record: dict[str, Any], key: str, kind: type[T]) -> T:
    value = record.get(key)
    if not isinstance(value, kind) or isinstance(value, bool):
        raise _WrongError(_missing(key, phrase("a text") if kind is str else phrase("a whole number")))
    return value


def _seconds(record: dict[str, Any]) -> float:
    value = record.get("t")
    if not isinstance(value, int | float) or isinstance(value, bool) or value != value or value < 0:
        raise _WrongError(_missing("t", phrase("seconds since the capture began")))
    return float(value)


def _pairs(record: dict[str, Any], key: str) -> Pairs:
    value = record.get(key)
    good = isinstance(value, list) and all(
        isinstance(each, list) and len(each) == 2 and all(isinstance(one, str) for one in each) for each in value
    )
    if not good:
        raise _WrongError(_missing(key, phrase("a list of names and values")))
    return tuple((name, text) for name, text in value or ())


def _missing(key: str, what: Message) -> Message:
    return message("capture-key-wrong", "'{key}' of this line must be {what}", key=key, what=what)
