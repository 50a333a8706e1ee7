"""YAML text to values that know where they stand: every scalar stays the text that was written.

An ordinary YAML loader turns ``18:30`` into 1110, ``0012`` into 10 and ``NO`` into false, keeps the last of
two equal keys, and expands aliases without bound. Here nothing is converted, duplicate keys, aliases, tags and
control characters are faults, and the size and depth of a file are bounded.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import yaml

from ivr.flow.faults import MOST, Faults, Mark

MAX_BYTES = 512 * 1024
"""A menu of 300 states is about 60 kB; nothing that a person edits is larger than this."""

MAX_DEPTH = 20

MAX_VALUES = 15_000
"""Keys and values of a file; a menu of 300 states has about 4,000."""

_TOO_LARGE = f"the file is larger than {MAX_BYTES // 1024} kB; split it or take out what is not text"

_READABLE = "put a text file here that the line may read"

_NOT_UTF8 = "the file is not UTF-8; save it as UTF-8"

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff\ud800-\udfff]")
_COMMENTED_KEY = re.compile(r"^[ ]*#:", re.MULTILINE)

_REMEDIES = {
    "mapping values are not allowed in this context": "': ' stands inside a text here; put the whole text in quotes",
    "found character that cannot start any token": "a tab or one of @ ` % stands here; indent with spaces, quote texts",
    "found a tab character that violates indentation": "a tab stands here; indent with spaces",
    "could not find expected ':'": "a key without ':' or a text that goes on unindented; check the line above",
    "found unexpected end of stream": "a quote is opened above and never closed; close it",
    "did not find expected key": "the indentation or a quote does not fit; compare with the lines above",
}
"""What the parser says where ops slip most, in words that name the remedy."""
_PLAIN_TAGS = {"tag:yaml.org,2002:str", "tag:yaml.org,2002:seq", "tag:yaml.org,2002:map"}


@dataclass(frozen=True, slots=True)
class Scalar:
    """One text as it was written; ``quoted`` tells ``"null"`` from ``null``."""

    text: str
    mark: Mark
    quoted: bool = False

    @property
    def is_null(self) -> bool:
        """True where the writer left the value out (``key:`` or ``key: null``)."""
        return not self.quoted and self.text in {"", "~", "null"}


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list of values in their order."""

    items: tuple[Value, ...]
    mark: Mark


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys, each with its own place, and their values, in the order written."""

    entries: dict[str, tuple[Scalar, Value]]
    mark: Mark

    def get(self, key: str) -> Value | None:
        """The value under ``key``, or None."""
        entry = self.entries.get(key)
        return entry[1] if entry else None


Value = Scalar | Sequence | Mapping


def parse(text: str, file: str, faults: Faults) -> list[Value]:
    """Every document of ``text`` as a value; what is wrong goes to ``faults``, and never raises."""
    start = Mark(file, 1, 1)
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        faults.error(start, _TOO_LARGE)
        return []
    control = _CONTROL.search(text)
    if control:
        faults.error(_mark_at(text, control.start(), file), _control_character(control[0]))
        return []
    for comment in islice(_COMMENTED_KEY.finditer(text), MOST):
        mark = _mark_at(text, comment.end() - 2, file)
        faults.warning(mark, 'this line is a comment, since # begins one in YAML; quote the key: "#"')
    try:
        _bound(text)
        roots: list[Any] = list(_compose_all(text))
    except yaml.MarkedYAMLError as error:
        faults.error(_place(error.problem_mark or error.context_mark, start), _explain(error))
        return []
    except _TooMuchError as error:
        faults.error(_place(None, error.place, file), error.message)
        return []
    return [_value(root, file, faults) for root in roots]


def load(path: Path, faults: Faults, name: str | None = None) -> list[Value]:
    """The documents of the file at ``path``; ``name`` is what faults call it (default: the path as given)."""
    shown = name or str(path)
    written = contents(path, faults, shown)
    return [] if written is None else decode(written, shown, faults)


def contents(path: Path, faults: Faults, name: str, missing: str | None = None) -> bytes | None:
    """What the file at ``path`` holds, or None where that is told as a fault: with ``missing`` where there is no file.

    Only an ordinary file is read, and no more of it than MAX_BYTES: a pipe would never end, nor would a device.
    """
    start = Mark(name, 1, 1)
    try:
        with open(path, "rb", opener=_at_once) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                faults.error(start, f"the file cannot be read: it is a pipe or a device; {_READABLE}")
                return None
            written = file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        faults.error(start, missing or f"the file cannot be read: {error.strerror}; {_READABLE}")
        return None
    except OSError as error:
        faults.error(start, f"the file cannot be read: {error.strerror}; {_READABLE}")
        return None
    if len(written) > MAX_BYTES:
        faults.error(start, _TOO_LARGE)
        return None
    return written


def decode(written: bytes, name: str, faults: Faults) -> list[Value]:
    """Every document of a file that holds ``written``; what is wrong goes to ``faults``, which call it ``name``."""
    try:
        text = written.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = written[: error.start]
        column = len(before.rpartition(b"\n")[2].decode("utf-8-sig", "replace")) + 1
        faults.error(Mark(name, before.count(b"\n") + 1, column), _NOT_UTF8)
        return []
    return parse(text, name, faults)


def _at_once(path: str, flags: int) -> int:
    """Opens without waiting for whoever might write into a pipe."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def plain(value: Value) -> Any:
    """``value`` without its places: dict, list and str (None where nothing was written)."""
    match value:
        case Scalar():
            return None if value.is_null else value.text
        case Sequence():
            return [plain(item) for item in value.items]
        case Mapping():
            return {key: plain(child) for key, (_, child) in value.entries.items()}


class _TooMuchError(Exception):
    def __init__(self, place: Mark, message: str) -> None:
        super().__init__(message)
        self.place = place
        self.message = message


def _compose_all(text: str) -> Iterator[Any]:
    composed: Any = yaml.compose_all(text, Loader=_loader())  # type: ignore[no-untyped-call,unused-ignore]
    return iter(composed)


def _loader() -> Any:
    """The loader that resolves nothing: libyaml's where the wheel has it (ten times faster), else Python's."""
    return getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def _bound(text: str) -> None:
    """Refuse what is nested too deep or too much while it is still a flat stream of events: composing the one would
    exhaust the stack, checking the other the patience of whoever waits for it.
    """
    depth = values = 0
    for event in yaml.parse(text, Loader=_loader()):
        if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent):
            values += 1
            if values > MAX_VALUES:
                raise _too_much(event, f"the file holds more than {MAX_VALUES} keys and values; split the line in two")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                raise _too_much(event, f"values are nested more than {MAX_DEPTH} deep here; flatten them")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif isinstance(event, yaml.AliasEvent):
            where: Any = event.start_mark
            raise yaml.MarkedYAMLError(
                problem="an alias (*name) is not allowed; write the value again, or quote it if '*' is the key",
                problem_mark=where,
            )


def _too_much(event: yaml.Event, message: str) -> _TooMuchError:
    return _TooMuchError(_place(event.start_mark, Mark("", 1, 1)), message)


def _value(node: Any, file: str, faults: Faults) -> Value:
    mark = _place(node.start_mark, Mark(file, 1, 1), file)
    if node.tag not in _PLAIN_TAGS:
        faults.error(mark, f"the tag {node.tag} is not allowed; write a plain value")
    if isinstance(node, yaml.ScalarNode):
        control = _CONTROL.search(node.value)  # "\x07" in quotes is written without one and read as one
        if control:
            faults.error(mark, _control_character(control[0]))
        return Scalar(node.value, mark, quoted=bool(node.style))
    if isinstance(node, yaml.SequenceNode):
        return Sequence(tuple(_value(item, file, faults) for item in node.value), mark)
    entries: dict[str, tuple[Scalar, Value]] = {}
    for key, child in _pairs(node, file, faults):
        known = entries.get(key.text)
        if known:
            faults.error(key.mark, f"duplicate key '{key.text}' (first at line {known[0].mark.line}); delete one")
            continue
        entries[key.text] = (key, child)
    return Mapping(entries, mark)


def _pairs(node: Any, file: str, faults: Faults) -> Iterator[tuple[Scalar, Value]]:
    for key_node, value_node in node.value:
        key = _value(key_node, file, faults)
        child = _value(value_node, file, faults)
        if isinstance(key, Scalar):
            yield key, child
        else:
            faults.error(key.mark, "a key must be a plain text")


def _place(mark: Any, default: Mark, file: str | None = None) -> Mark:
    if mark is None:
        return Mark(file or default.file, default.line, default.column)
    return Mark(file or default.file, mark.line + 1, mark.column + 1)


def _mark_at(text: str, at: int, file: str) -> Mark:
    before = text[:at]
    return Mark(file, before.count("\n") + 1, at - before.rfind("\n"))


def _control_character(found: str) -> str:
    return f"a control character (U+{ord(found):04X}) stands here; delete it"


def _explain(error: yaml.MarkedYAMLError) -> str:
    problem = (error.problem or "this is not YAML").strip()
    if problem.startswith("an alias"):
        return problem
    if "scanning an alias" in (error.context or ""):
        return "'*' begins an alias in YAML; quote the key: \"*\""
    remedy = _REMEDIES.get(problem)
    if remedy:
        return f"this is not YAML: {remedy}"
    context = f" {error.context.strip()}" if error.context else ""
    return f"this is not YAML: {problem}{context}"
