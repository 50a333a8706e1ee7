"""Reads the keys of one YAML mapping into typed values and tells every fault at its place."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Iterable
from itertools import islice
from typing import TypeVar, overload

from ivr.source.diagnostics import Diagnostic, Diagnostics, Mark
from ivr.source.yaml import Mapping, Sequence, Text, Value
from wording import Message, message, phrase, reason

T = TypeVar("T")

_WHOLE = re.compile(r"[0-9]{1,9}")
_WORD = re.compile(r"[A-Za-z_]{1,30}")

_LONGEST_WORD = 100

_COMPARED = 200
"""Words that are compared with a misspelt one, letter by letter; of more, those that begin alike and are as long."""


def suggest(word: str, known: Iterable[str]) -> str:
    """'; did you mean ...?' for the nearest known word, or nothing."""
    near = nearest(word, known)
    return phrase("; did you mean '{near}'?", near=near) if near else ""


def nearest(word: str, known: Iterable[str]) -> str:
    """The nearest known word; empty where none is near."""
    words = list(known)
    if len(words) > _COMPARED:
        alike = (each for each in words if each[:1] == word[:1] and abs(len(each) - len(word)) <= 2)
        words = list(islice(alike, _COMPARED))
    near = difflib.get_close_matches(word[:_LONGEST_WORD], words, n=1, cutoff=0.6)
    return near[0] if near else ""


class Fields:
    """One mapping, read key by key. ``owner`` names it in messages: ``state 'principal'``.

    A key that is missing or wrong yields its default (or None) and a fault, so that reading goes on and all
    faults are told in one pass. ``finish`` tells the keys that nothing reads; with ``hides_keys`` it does not repeat
    one that is no word, since it may be a document or a password in the wrong place.
    """

    def __init__(self, mapping: Mapping, owner: str, diagnostics: Diagnostics, *, hides_keys: bool = False) -> None:
        self.mapping = mapping
        self.owner = owner
        self.diagnostics = diagnostics
        self._hides_keys = hides_keys
        self._asked: set[str] = set()
        self._missing: dict[str, Diagnostic] = {}

    @classmethod
    def of(
        cls, value: Value | None, owner: str, diagnostics: Diagnostics, mark: Mark, *, hides_keys: bool = False
    ) -> Fields:
        """Fields of ``value`` where it is a mapping; else a fault, and fields that are empty."""
        if isinstance(value, Mapping):
            return cls(value, owner, diagnostics, hides_keys=hides_keys)
        diagnostics.error(
            mark if value is None else value.mark,
            message("not-a-mapping", "{owner} must be a mapping of keys to values", owner=owner),
        )
        return cls(Mapping({}, mark if value is None else value.mark), owner, Diagnostics())

    @property
    def asked(self) -> frozenset[str]:
        """Return every key that was asked for: after ``finish``, those that a mapping of this kind may have."""
        return frozenset(self._asked)

    @property
    def mark(self) -> Mark:
        """Return where the mapping begins."""
        return self.mapping.mark

    def mark_of(self, key: str) -> Mark:
        """Return where ``key`` stands, or the mapping's beginning."""
        entry = self.mapping.entries.get(key)
        return entry[0].mark if entry else self.mapping.mark

    def has(self, key: str) -> bool:
        """True where the key was written."""
        return key in self.mapping.entries

    def value(self, key: str, *, required: bool = False) -> Value | None:
        """The raw value under ``key``; a fault where it is required and missing."""
        self._asked.add(key)
        found = self.mapping.get(key)
        if isinstance(found, Text) and found.is_null:
            found = None
        if found is None and required:
            lacks = (
                message("value-left-empty", "'{key}' of {owner} is left empty", key=key, owner=self.owner)
                if self.has(key)
                else message("key-missing", "{owner} needs the key '{key}'", owner=self.owner, key=key)
            )
            self.diagnostics.error(self.mark_of(key), lacks)
            if not self.has(key):
                self._missing[key] = self.diagnostics.errors[-1]
        return found

    @overload
    def text(self, key: str, *, required: bool = False) -> Text | None: ...

    @overload
    def text(self, key: str, default: str) -> str: ...

    def text(self, key: str, default: str | None = None, *, required: bool = False) -> str | None:
        """The text under ``key``, which is never empty: a key behind which nothing stands is a fault."""
        found = self.value(key, required=required)
        if found is None and required:
            return default
        written = self.mapping.get(key)
        if isinstance(written, Text) and not written:  # its default would hold in silence
            comment = phrase("; # begins a comment in YAML, so put a text that begins with # in quotes")
            told = message(
                "text-left-empty",
                "'{key}' of {owner} is left empty; write a value, or delete the key{comment}",
                key=key,
                owner=self.owner,
                comment=comment if written.commented else "",
            )
            self.diagnostics.error(self.mark_of(key), told)
            return default
        if found is None or isinstance(found, Text):
            return default if found is None else found
        self.diagnostics.error(
            found.mark,
            message(
                "not-one-text",
                "'{key}' of {owner} must be one text, not a list or a mapping",
                key=key,
                owner=self.owner,
            ),
        )
        return default

    def whole(self, key: str, default: int, *, least: int = 0, most: int = 1_000_000) -> int:
        """A whole number between ``least`` and ``most``."""
        found = self.text(key)
        if found is None:
            return default
        if _WHOLE.fullmatch(found) and least <= int(found) <= most:
            return int(found)
        self.diagnostics.error(
            found.mark,
            message(
                "not-a-whole-number",
                "'{key}' of {owner} must be a whole number from {least} to {most}, not '{found}'",
                key=key,
                owner=self.owner,
                least=least,
                most=most,
                found=found,
            ),
        )
        return default

    def choice(self, key: str, known: Iterable[str], default: str | None = None) -> str | None:
        """One word out of ``known``; required where there is no default."""
        found = self.text(key, required=default is None)
        if found is None:
            return default
        words = list(known)
        if found in words:
            return found
        self.diagnostics.error(
            found.mark,
            message(
                "value-unknown",
                "'{key}' of {owner} cannot be '{found}'{near} (one of: {known})",
                key=key,
                owner=self.owner,
                found=found,
                near=suggest(found, words),
                known=", ".join(words),
            ),
        )
        return default

    def flag(self, key: str, default: bool = False) -> bool:
        """``yes`` or ``no`` (also true/false)."""
        found = self.text(key)
        if found is None:
            return default
        if found.lower() in {"yes", "true", "sim", "sí", "si"}:
            return True
        if found.lower() in {"no", "false", "não", "nao"}:
            return False
        self.diagnostics.error(
            found.mark,
            message(
                "not-a-flag",
                "'{key}' of {owner} must be yes or no, not '{found}'",
                key=key,
                owner=self.owner,
                found=found,
            ),
        )
        return default

    def parsed(
        self, key: str, parse: Callable[[str], T], default: T | None = None, *, required: bool = False
    ) -> T | None:
        """The text under ``key`` through ``parse``, whose ValueError becomes the fault."""
        found = self.text(key, required=required)
        if found is None:
            return default
        try:
            return parse(found)
        except ValueError as error:
            self.diagnostics.error(
                found.mark, phrase("'{key}' of {owner}: {fault}", key=key, owner=self.owner, fault=reason(error))
            )
            return default

    def parsed_each(self, key: str, parse: Callable[[str], T]) -> list[tuple[T, Mark]]:
        """Read every text of the list under ``key`` by ``parse``, whose ValueError becomes a fault, with its place."""
        found = []
        for text in self.texts(key):
            try:
                found.append((parse(text), text.mark))
            except ValueError as error:
                self.diagnostics.error(text.mark, reason(error))
        return found

    def known_name(self, key: str, known: Collection[str], unknown: Callable[[str, str, str], Message]) -> Text | None:
        """Return the name under ``key``; where it is none of ``known``, that is the fault which ``unknown`` makes of
        the owner, the name and the nearest known one.
        """
        name = self.text(key)
        if name and name not in known:
            self.diagnostics.error(name.mark, unknown(self.owner, name, suggest(name, known)))
        return name

    def built(self, make: Callable[[], T]) -> T | None:
        """Return what ``make`` makes of the fields; its ValueError becomes a fault where the mapping begins."""
        try:
            return make()
        except ValueError as error:
            fault = reason(error)
            named = self.owner in fault
            self.diagnostics.error(
                self.mark, fault if named else phrase("{owner}: {fault}", owner=self.owner, fault=fault)
            )
            return None

    def mapping_of(self, key: str, *, required: bool = False) -> Mapping | None:
        """The mapping under ``key``."""
        found = self.value(key, required=required)
        if found is None or isinstance(found, Mapping):
            return found
        self.diagnostics.error(
            found.mark,
            message(
                "key-not-a-mapping", "'{key}' of {owner} must be a mapping of keys to values", key=key, owner=self.owner
            ),
        )
        return None

    def items(self, key: str, *, required: bool = False) -> tuple[Value, ...]:
        """The list under ``key``; one single value counts as a list of one."""
        found = self.value(key, required=required)
        if found is None:
            return ()
        return found.items if isinstance(found, Sequence) else (found,)

    def texts(self, key: str, *, required: bool = False) -> tuple[Text, ...]:
        """The list of texts under ``key``."""
        found = []
        for item in self.items(key, required=required):
            if isinstance(item, Text):
                found.append(item)
            else:
                self.diagnostics.error(
                    item.mark,
                    message("not-texts-only", "'{key}' of {owner} must hold texts only", key=key, owner=self.owner),
                )
        return tuple(found)

    def finish(self) -> None:
        """Tell every key that was written but that nothing reads. One that is missing under its own name, and stands
        there misspelt, is told once.
        """
        known = ", ".join(sorted(self._asked))
        for text, mark, _ in self.mapping.items():
            if text in self._asked:
                continue
            if self._hides_keys and not _WORD.fullmatch(text):
                told = message(
                    "key-is-no-word",
                    "{owner} has a key that is no word (known: {known})",
                    owner=self.owner,
                    known=known,
                )
            else:
                near = nearest(text, self._asked)
                if near in self._missing:
                    self.diagnostics.errors.remove(self._missing.pop(near))
                told = message(
                    "key-unknown",
                    "{owner} has no key '{key}'{near} (known: {known})",
                    owner=self.owner,
                    key=text,
                    near=phrase("; did you mean '{near}'?", near=near) if near else "",
                    known=known,
                )
            self.diagnostics.error(mark, told)
