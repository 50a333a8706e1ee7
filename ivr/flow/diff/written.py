"""Flattens a value of a line into the texts that ops would write, so that any two of them can be compared."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import timedelta
from difflib import SequenceMatcher
from typing import Final
from zoneinfo import ZoneInfo

from ivr.flow.diff.target_words import share_in_words, target_in_words
from ivr.source.diagnostics import Mark
from routing.spans import DAY_NAMES
from routing.targets import BorrowedTargets, Number, Queue, Share, Sip, Together
from wording import Message, joined, phrase

ITEM: Final = "\0"
"""In a path what stands before the number of an item of a list, counted from 1; a dot where it is shown."""

_NUMBER: Final = re.compile(r"[0-9]+")


def written(value: object, path: str = "") -> dict[str, str]:
    """Return every text in ``value`` by its path: ``targets\\0001`` → ``ring sip:rm@example.com for 25 s``.

    What is None or empty has no path; places, and what a value keeps for itself, are left out.
    """
    return {at: text for at, text in _flat(value, path) if text}


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[tuple[str, Message]]:
    """Yield each path whose text differs, in the order of the paths, and the sentence that tells it.

    Items of a list are compared by what they say: one that is put before others does not make those differ.
    """
    seen: set[str] = set()
    for path in dict.fromkeys([*before, *after]):
        owner, is_item, _ = path.partition(ITEM)
        if is_item:
            if owner not in seen:
                seen.add(owner)
                yield from _of_items(owner, _items(before, owner), _items(after, owner))
        else:
            yield from _of_texts(path, before.get(path), after.get(path))


def below(path: str, name: str) -> str:
    """Return the path of what is called ``name`` within ``path``."""
    return f"{path}.{name}" if path else name


def item(path: str, number: int) -> str:
    """Return the path of an item of the list at ``path``, counted from 1."""
    return f"{path}{ITEM}{number}"


def _of_texts(path: str, was: str | None, now: str | None) -> Iterator[tuple[str, Message]]:
    if was == now:
        return
    if was is None:
        yield path, phrase("{path} is new: {now}", path=path, now=now)
    elif now is None:
        yield path, phrase("{path} is gone (was {was})", path=path, was=was)
    else:
        yield path, phrase("{path} is now {now} (was {was})", path=path, now=now, was=was)


def _items(texts: Mapping[str, str], owner: str) -> list[dict[str, str]]:
    """Each item of a list: its texts, by what stands behind its number."""
    found: dict[int, dict[str, str]] = {}
    for path, text in texts.items():
        of, is_item, rest = path.partition(ITEM)
        number = _NUMBER.match(rest)
        if is_item and of == owner and number:
            found.setdefault(int(number[0]), {})[rest[number.end() :]] = text
    return [found[number] for number in sorted(found)]


def _of_items(owner: str, was: list[dict[str, str]], now: list[dict[str, str]]) -> Iterator[tuple[str, Message]]:
    old, new = [tuple(each.items()) for each in was], [tuple(each.items()) for each in now]
    if old != new and sorted(old) == sorted(new):
        order = joined("; ", [_whole(each) for each in now])
        yield owner, phrase("{path} come in another order now: {order}", path=owner, order=order)
        return
    for _, first, end, start, stop in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if old[first:end] == new[start:stop]:
            continue
        pairs = _pairs(was[first:end], now[start:stop])
        for at, text in enumerate(now[start:stop]):
            path = f"{owner}.{start + at + 1}"
            if at in pairs:
                yield from differences(_named(path, was[first + pairs[at]]), _named(path, text))
            else:
                yield from _of_texts(path, None, _whole(text))
        for at, text in enumerate(was[first:end]):
            if at not in pairs.values():
                yield from _of_texts(f"{owner}.{first + at + 1}", _whole(text), None)


def _pairs(was: list[dict[str, str]], now: list[dict[str, str]]) -> dict[int, int]:
    """Which item of ``was`` each of ``now`` came of: that of its place, or, where some are new or gone, the one that it
    has most in common with.
    """
    if len(was) == len(now):
        return {at: at for at in range(len(now))}
    alike = sorted(
        ((len(one.items() & other.items()), -at, -old) for at, one in enumerate(now) for old, other in enumerate(was)),
        reverse=True,
    )
    found: dict[int, int] = {}
    for common, at, old in alike:
        if common and -at not in found and -old not in found.values():
            found[-at] = -old
    return found


def _whole(item: dict[str, str]) -> str:
    texts = list(item.values())
    return texts[0] if len(texts) == 1 else joined(", ", texts)


def _named(path: str, texts: Mapping[str, str]) -> dict[str, str]:
    return {f"{path}{rest}": text for rest, text in texts.items()}


def _flat(value: object, path: str) -> Iterator[tuple[str, str]]:
    match value:
        case None | Mark():
            return
        case bool():
            yield path, "yes" if value else "no"
        case Number() | Sip() | Queue() | BorrowedTargets() | Together():
            yield path, target_in_words(value)
        case Share():
            yield path, share_in_words(value)
        case ZoneInfo(key=key):
            yield path, key
        case timedelta():
            yield path, f"{value.total_seconds() / 3600:g} h"
        case Mapping():
            for key, inner in value.items():
                yield from _flat(inner, below(path, str(key)))
        case frozenset() | set():
            named = (DAY_NAMES[each] if isinstance(each, int) else str(each) for each in sorted(value))
            yield path, ", ".join(named)
        case tuple() | list():
            if all(isinstance(each, str | int) for each in value):
                yield path, ", ".join(map(str, value))
                return
            for at, inner in enumerate(value, start=1):
                yield from _flat(inner, item(path, at))
        case _ if is_dataclass(value) and not isinstance(value, type) and type(value).__str__ is object.__str__:
            for each in fields(value):
                if each.compare and not each.name.startswith("_"):
                    yield from _flat(getattr(value, each.name), below(path, each.name))
        case _:
            yield path, str(value)
