"""Flattens a value of a line into the texts that ops would write, so that any two of them can be compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from ivr.source.diagnostics import Mark
from routing.spans import DAY_NAMES
from routing.targets import BorrowedTargets, Number, Queue, Share, Sip, Together
from routing.trace import in_words


def written(value: object, path: str = "") -> dict[str, str]:
    """Return every text in ``value`` by its path: ``targets.0`` → ``ring sip:rm@example.com for 25 s``.

    What is None or empty has no path; places, and what a value keeps for itself, are left out.
    """
    return {at: text for at, text in _flat(value, path) if text}


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield each path whose text differs, in the order of the paths, and the sentence that tells it."""
    for path in dict.fromkeys([*before, *after]):
        was, now = before.get(path), after.get(path)
        if was == now:
            continue
        if was is None:
            yield path, f"{path} is new: {now}"
        elif now is None:
            yield path, f"{path} is gone (was {was})"
        else:
            yield path, f"{path} is now {now} (was {was})"


def _flat(value: object, path: str) -> Iterator[tuple[str, str]]:
    match value:
        case None | Mark():
            return
        case bool():
            yield path, "yes" if value else "no"
        case Number() | Sip() | Queue() | BorrowedTargets() | Together():
            yield path, in_words(value)
        case Share(weights):
            yield path, ", ".join(f"{weight} of {sum(each for each, _ in weights)}: {in_words(target)}"
                                  for weight, target in weights)  # fmt: skip
        case ZoneInfo(key=key):
            yield path, key
        case timedelta():
            yield path, f"{value.total_seconds() / 3600:g} h"
        case Mapping():
            for key, inner in value.items():
                yield from _flat(inner, _below(path, str(key)))
        case frozenset() | set():
            named = (DAY_NAMES[each] if isinstance(each, int) else str(each) for each in sorted(value))
            yield path, ", ".join(named)
        case tuple() | list():
            if all(isinstance(each, str | int) for each in value):
                yield path, ", ".join(map(str, value))
                return
            for at, inner in enumerate(value, start=1):
                yield from _flat(inner, _below(path, str(at)))
        case _ if is_dataclass(value) and not isinstance(value, type) and type(value).__str__ is object.__str__:
            for each in fields(value):
                if each.compare and not each.name.startswith("_"):
                    yield from _flat(getattr(value, each.name), _below(path, each.name))
        case _:
            yield path, str(value)


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
