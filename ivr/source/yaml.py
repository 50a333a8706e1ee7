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

from ivr.source.diagnostics import MOST, Diagnostics, Mark
from ivr.source.indentation import misindented
from ivr.source.yaml_errors import explained, left_by_a_merge
from ivr.source.yaml_surprises import Written, followed_by_comment
from value_class import value_class
from wording import message, phrase

MAX_BYTES = 512 * 1024
"""A menu of 300 states is about 60 kB; nothing that a person edits is larger than this."""

MAX_DEPTH = 20

MAX_VALUES = 15_000
"""Keys and values of a file; a menu of 300 states has about 4,000."""

_TOO_LARGE = message(
    "file-too-large", "the file is larger than {most} kB; split it or take out what is not text", most=MAX_BYTES // 1024
)

_READABLE = phrase("put a text file here that the line may read")

_NOT_UTF8 = message("file-not-utf-8", "the file is not UTF-8; save it as UTF-8")

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff\ud800-\udfff]")
_COMMENTED_KEY = re.compile(r"^[ ]*#:", re.MULTILINE)


class Text(str):
    """One text as it was written, equal to every ``str`` of the same letters, which knows its place: ``mark``.

    ``quoted`` tells ``"null"`` from ``null``; ``commented`` tells that a comment follows the text in its line, which
    may have been meant to be spoken. What the methods of ``str`` make of it is a ``str`` without a place.
    """

    __slots__ = ("commented", "mark", "quoted")
    commented: bool
    mark: Mark
    quoted: bool

    def __new__(cls, text: str, mark: Mark, quoted: bool = False, commented: bool = False) -> Text:
        """``text`` at ``mark``."""
        self = super().__new__(cls, text)
        self.mark, self.quoted, self.commented = mark, quoted, commented
        return self

    def __reduce__(self) -> tuple[type[Text], tuple[str, Mark, bool, bool]]:
        """Return what copying and pickling make it anew from; without this the place would be lost."""
        return Text, (str(self), self.mark, self.quoted, self.commented)

    @property
    def is_null(self) -> bool:
        """True where the writer left the value out (``key:`` or ``key: null``)."""
        return not self.quoted and self in {"", "~", "null"}


@value_class
class Sequence:
    """A list of values in their order."""

    items: tuple[Value, ...]
    mark: Mark


@value_class
class Mapping:
    """Keys, each with its own place, and their values, in the order written."""

    entries: dict[str, tuple[Text, Value]]
    mark: Mark

    def get(self, key: str) -> Value | None:
        """Return the value under ``key``, or None."""
        entry = self.entries.get(key)
        return entry[1] if entry else None

    def items(self) -> Iterator[tuple[str, Mark, Value]]:
        """Yield each key, where it stands, and its value, in the order written."""
        for key, (text, value) in self.entries.items():
            yield key, text.mark, value


Value = Text | Sequence | Mapping

_NO_KEY = {
    Mapping: message("mapping-as-a-key", "a text that begins with { must be in quotes, and a key cannot be a mapping"),
    Sequence: message("list-as-a-key", "a text that begins with [ must be in quotes, and a key cannot be a list"),
}


def parse(text: str, file: str, diagnostics: Diagnostics) -> list[Value]:
    """Every document of ``text`` as a value; what is wrong goes to ``diagnostics``, and never raises."""
    start = Mark(file, 1, 1)
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        diagnostics.error(start, _TOO_LARGE)
        return []
    control = _CONTROL.search(text)
    if control:
        diagnostics.error(_mark_at(text, control.start(), file), _control_character(control[0]))
        return []
    for comment in islice(_COMMENTED_KEY.finditer(text), MOST):
        mark = _mark_at(text, comment.end() - 2, file)
        diagnostics.warning(
            mark, message("commented-key", 'this line is a comment, since # begins one in YAML; quote the key: "#"')
        )
    return _documents(text, file, diagnostics)


def load(path: Path, diagnostics: Diagnostics, name: str | None = None) -> list[Value]:
    """The documents of the file at ``path``; ``name`` is what faults call it (default: the path as given)."""
    shown = name or str(path)
    written = contents(path, diagnostics, shown)
    return [] if written is None else decode(written, shown, diagnostics)


def contents(path: Path, diagnostics: Diagnostics, name: str, missing: str | None = None) -> bytes | None:
    """Return what the file at ``path`` holds, or None where that is told as a fault: with ``missing`` where there is no
    file.

    Only an ordinary file is read, and no more of it than MAX_BYTES: a pipe would never end, nor would a device.
    """
    start = Mark(name, 1, 1)
    try:
        with open(path, "rb", opener=_at_once) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                diagnostics.error(
                    start,
                    message(
                        "file-is-no-file",
                        "the file cannot be read: it is a pipe or a device; {remedy}",
                        remedy=_READABLE,
                    ),
                )
                return None
            written = file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        diagnostics.error(
            start,
            missing
            or message(
                "file-unreadable",
                "the file cannot be read: {reason}; {remedy}",
                reason=error.strerror,
                remedy=_READABLE,
            ),
        )
        return None
    except OSError as error:
        diagnostics.error(
            start,
            message(
                "file-unreadable",
                "the file cannot be read: {reason}; {remedy}",
                reason=error.strerror,
                remedy=_READABLE,
            ),
        )
        return None
    if len(written) > MAX_BYTES:
        diagnostics.error(start, _TOO_LARGE)
        return None
    return written


def decode(written: bytes, name: str, diagnostics: Diagnostics) -> list[Value]:
    """Every document of a file that holds ``written``; ``diagnostics`` takes what is wrong, in a file ``name``."""
    try:
        text = written.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = written[: error.start]
        column = len(before.rpartition(b"\n")[2].decode("utf-8-sig", "replace")) + 1
        diagnostics.error(Mark(name, before.count(b"\n") + 1, column), _NOT_UTF8)
        return []
    return parse(text, name, diagnostics)


def _at_once(path: str, flags: int) -> int:
    """Open without waiting for a writer of what turns out to be a pipe."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def plain(value: Value) -> Any:
    """``value`` without its places: dict, list and str (None where nothing was written)."""
    match value:
        case Text():
            return None if value.is_null else str(value)
        case Sequence():
            return [plain(item) for item in value.items]
        case Mapping():
            return {key: plain(child) for key, _, child in value.items()}


_VALUES = (yaml.ScalarEvent, yaml.CollectionStartEvent)
"""Events with which a value begins."""


def _loader() -> Any:
    """The loader that resolves nothing: libyaml's where the wheel has it (ten times faster), else Python's."""
    return getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def _documents(text: str, file: str, diagnostics: Diagnostics) -> list[Value]:
    """Build every document of ``text`` out of the flat stream of its events, in one pass.

    A stream is bounded as it comes: a tree would exhaust the stack where it is deep, and take minutes where it is long.
    Each event is asked whether something else would be read than what was written. There are no values where that, or
    the text being no YAML, is told; what is wrong with a value itself is told where nothing else is.
    """
    tree = _Tree(text, file)
    written = Written(text)
    last: yaml.Event | None = None
    before = len(diagnostics.errors)
    values = 0
    try:
        for event in yaml.parse(text, Loader=_loader()):
            begins = isinstance(event, _VALUES)
            if begins:
                values += 1
                if values > MAX_VALUES:
                    told = message(
                        "file-with-too-many-values",
                        "the file holds more than {most} keys and values; split the line in two",
                        most=MAX_VALUES,
                    )
                    diagnostics.error(tree.mark(event), told)
                    return []
            elif isinstance(event, yaml.AliasEvent):
                told = message(
                    "alias", "an alias (*name) is not allowed; write the value again, or quote it if '*' is the key"
                )
                diagnostics.error(tree.mark(event), told)
                return []
            tree.take(event)
            if begins and tree.depth > MAX_DEPTH:
                told = message(
                    "file-nested-too-deep", "values are nested more than {most} deep here; flatten them", most=MAX_DEPTH
                )
                diagnostics.error(tree.mark(event), told)
                return []
            if begins:
                for at, surprise in written.surprises(event):
                    diagnostics.error(_mark_at(text, at, file), surprise)
            last = event
    except yaml.MarkedYAMLError as error:
        place: Any = error.problem_mark or error.context_mark
        line, column, told = (
            left_by_a_merge(text)
            or misindented(error, text)
            or (
                place.line + 1 if place else 1,
                place.column + 1 if place else 1,
                explained(error, text, last),
            )
        )
        diagnostics.error(Mark(file, line, column), told)
    if len(diagnostics.errors) > before:
        return []
    for mark, fault in tree.faults:
        diagnostics.error(mark, fault)
    return tree.roots


@dataclass(slots=True)
class _Open:
    """A list or a mapping of which some values have come; in a mapping every other one is a key."""

    mark: Mark
    values: list[Value]
    is_mapping: bool


class _Tree:
    """Builds values out of events, and keeps what is wrong with them for when all have come."""

    def __init__(self, text: str, file: str) -> None:
        self._text, self._file = text, file
        self._open: list[_Open] = []
        self.roots: list[Value] = []
        self.faults: list[tuple[Mark, str]] = []
        self._values = self.roots
        """Where the next value goes: those of the list or mapping that was opened last."""

    @property
    def depth(self) -> int:
        """How many lists and mappings are open."""
        return len(self._open)

    def mark(self, event: yaml.Event) -> Mark:
        """Where ``event`` begins."""
        place: Any = event.start_mark
        return Mark(self._file, place.line + 1, place.column + 1)

    def take(self, event: yaml.Event) -> None:
        """Take the next event of the file."""
        if isinstance(event, yaml.ScalarEvent):
            self._values.append(self._scalar(event))
        elif isinstance(event, yaml.CollectionStartEvent):
            self._values = []
            self._open.append(_Open(self.mark(event), self._values, isinstance(event, yaml.MappingStartEvent)))
        elif isinstance(event, yaml.CollectionEndEvent):
            ended = self._open.pop()
            self._values = self._open[-1].values if self._open else self.roots
            self._values.append(self._mapping(ended) if ended.is_mapping else Sequence(tuple(ended.values), ended.mark))

    def _scalar(self, event: yaml.ScalarEvent) -> Text:
        mark = self.mark(event)
        quoted = bool(event.style)
        if quoted:  # "\x07" is written without a control character and read as one; in a plain text parse finds it
            control = _CONTROL.search(event.value)
            if control:
                self.faults.append((mark, _control_character(control[0])))
            return Text(event.value, mark, quoted)
        last: Any = event.end_mark
        return Text(event.value, mark, quoted, followed_by_comment(self._text, last.index) is not None)

    def _mapping(self, ended: _Open) -> Mapping:
        entries: dict[str, tuple[Text, Value]] = {}
        pairs = iter(ended.values)
        for key, child in zip(pairs, pairs, strict=True):
            if not isinstance(key, Text):
                self.faults.append((key.mark, _NO_KEY[type(key)]))
            elif key in entries:
                line = entries[key][0].mark.line
                self.faults.append(
                    (
                        key.mark,
                        message(
                            "key-twice", "duplicate key '{key}' (first at line {line}); delete one", key=key, line=line
                        ),
                    )
                )
            else:
                entries[str(key)] = (key, child)
        return Mapping(entries, ended.mark)


def _mark_at(text: str, at: int, file: str) -> Mark:
    before = text[:at]
    return Mark(file, before.count("\n") + 1, at - before.rfind("\n"))


def _control_character(found: str) -> str:
    return message("control-character", "a control character (U+{sign:04X}) stands here; delete it", sign=ord(found))
