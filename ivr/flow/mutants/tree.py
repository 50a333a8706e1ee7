"""A tree of YAML is changed at a path: what is not on the way stays the same value, and every place stays true."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from ivr.source.yaml import Mapping, Sequence, Text, Value
from value_class import value_class

Path: TypeAlias = tuple[str | int, ...]
"""The keys and the places in lists that lead to a value."""


@value_class
class TreeEdit:
    """An edit puts ``value`` at ``path``; None leaves out the key, or the item of a list, that stands there."""

    path: Path
    value: Value | None


def value_at(root: Value, path: Path) -> Value | None:
    """Return the value at ``path``, None where there is none."""
    found: Value | None = root
    for step in path:
        match found:
            case Mapping() if isinstance(step, str):
                found = found.get(step)
            case Sequence(items) if isinstance(step, int) and step < len(items):
                found = items[step]
            case _:
                return None
    return found


def edited(root: Value, edits: Iterable[TreeEdit]) -> Value:
    """Return ``root`` after the edits, one after the other; ``root`` itself stays as it is."""
    for edit in edits:
        changed = _put(root, edit.path, edit.value)
        root = root if changed is None else changed
    return root


def _put(value: Value, path: Path, new: Value | None) -> Value | None:
    if not path:
        return new
    step, below = path[0], path[1:]
    if isinstance(value, Mapping) and isinstance(step, str) and step in value.entries:
        key, child = value.entries[step]
        changed = _put(child, below, new)
        entries = {
            name: (key, changed) if name == step and changed is not None else entry
            for name, entry in value.entries.items()
            if name != step or changed is not None
        }
        return Mapping(entries, value.mark)
    if isinstance(value, Sequence) and isinstance(step, int):
        changed = _put(value.items[step], below, new)
        items = (*value.items[:step], *(() if changed is None else (changed,)), *value.items[step + 1 :])
        return Sequence(items, value.mark)
    raise ValueError(f"nothing stands at {path!r} of what is to be changed")


def like(old: Value, text: str) -> Text:
    """Return ``text`` as it would be written, in quotes, where ``old`` stands."""
    return Text(text, old.mark, quoted=True)


def texts_of(value: Value | None) -> list[tuple[Path, Text]]:
    """Return the texts of a list, each with its place in it; one single text is a list of one, at no place."""
    if isinstance(value, Text):
        return [((), value)]
    if isinstance(value, Sequence):
        return [((at,), item) for at, item in enumerate(value.items) if isinstance(item, Text)]
    return []
