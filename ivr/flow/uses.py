"""Finds each place at which a line's files name a thing: a state, prompt, desk, code, rota, counter or hours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ivr.source.diagnostics import Diagnostics, Mark
from ivr.source.yaml import Mapping, Sequence, Text, Value, load
from wording import Message, phrase

_DEFINING: Final[dict[tuple[str, ...], Message]] = {
    ("states",): phrase("the state"),
    ("prompts",): phrase("the prompt"),
    ("announcements",): phrase("the announcement"),
    ("destinations",): phrase("the desk"),
    ("calendars",): phrase("the calendar"),
    ("hours",): phrase("the hours"),
    ("rotas",): phrase("the rota"),
    ("regions",): phrase("the regions"),
    ("services",): phrase("the service"),
    ("surveys", "questions"): phrase("the question"),
    ("contracts",): phrase("the special contract"),
    ("access_codes", "table"): phrase("the code"),
    ("line", "strikes"): phrase("the counter"),
}
"""Mappings whose keys are names, and what each of them names."""

_SCOPES: Final = frozenset({"destinations", "desks", "requires", "agents", "under", "destination"})
"""Keys behind which a beginning of names stands for every desk below it; ``desks`` of a closure have keys before it."""

_SCOPED: Final = (("requires",), ("agents",))
"""Sections whose keys are beginnings of names."""

_SPOKEN: Final = frozenset({"speech", "prompts", "hear"})
"""Keys behind which words stand that callers say or hear, and no names."""

_EXPECTED: Final = frozenset({"visited", "never", "destination", "prompt", "closures"})
"""Keys of a call script behind which names of the line stand."""


@dataclass(frozen=True, slots=True, order=True)
class NameUse:
    """A use is one place of a name: ``path`` are the keys that lead there (``states.principal.menu.keys.5``).

    ``defines`` says what is named so at this place; empty where it is only used. ``by`` is the beginning of the name or
    the area that stands there in its place, empty where it is the name itself.
    """

    mark: Mark
    path: str
    defines: str = ""
    by: str = ""


def uses(folder: Path, name: str) -> list[NameUse]:
    """Return each use of ``name`` in the files of the line in ``folder`` and in its call scripts, in their order.

    A file that cannot be read has none: ``ivr check`` tells why.
    """
    found: list[NameUse] = []
    trees = [value for file in _files(folder) for value in load(file, Diagnostics())]
    areas = set(_areas(trees, name))
    for tree in trees:
        is_script = isinstance(tree, Mapping) and "call" in tree.entries
        found += (use for use in _walk(tree, (), name, areas) if not is_script or _expected(use))
    return found


def names(folder: Path) -> set[str]:
    """Return every name that the files of the line in ``folder`` define."""
    found: set[str] = set()
    for file in sorted(folder.glob("*.yaml")):
        for tree in load(file, Diagnostics()):
            for path in _DEFINING:
                at: Value | None = tree
                for key in path:
                    at = at.get(key) if isinstance(at, Mapping) else None
                found |= set(at.entries) if isinstance(at, Mapping) else set()
    return found


def _files(folder: Path) -> list[Path]:
    scripts = (*folder.rglob("*.call.yaml"), *folder.rglob("*.scene.yaml"))
    return [*sorted(folder.glob("*.yaml")), *sorted(scripts)]


def _walk(value: Value, path: tuple[str, ...], name: str, areas: set[str]) -> Iterator[NameUse]:
    match value:
        case Text():
            by = _stands_for(value, path, name, areas)
            if by is not None:
                yield NameUse(value.mark, ".".join(path), "", by)
        case Sequence(items):
            for item in items:
                yield from _walk(item, path, name, areas)
        case Mapping():
            for key, mark, child in value.items():
                below = (*path, key)
                defines: str = _DEFINING.get(path, "")
                if key == name and path == ("destinations",) and isinstance(child, Text):
                    defines = phrase("the spoken name")
                by = "" if key == name else _stands_for(key, path, name, set()) if path in _SCOPED else None
                if by is not None and (defines or path):
                    yield NameUse(mark, ".".join(below), defines if key == name else "", by)
                yield from _walk(child, below, name, areas)


def _stands_for(text: str, path: tuple[str, ...], name: str, areas: set[str]) -> str | None:
    """Return "" where ``text`` is the name, the text where it stands for it at ``path``, None where it does not."""
    if _SPOKEN.intersection(path) and path[-1:] != ("prompt",):
        return None
    if text == name:
        return ""
    if name.startswith(f"{text}.") and (_SCOPES.intersection(path[-1:]) or path[-2:-1] == ("desks",)):
        return str(text)
    if text in areas and path[:2] == ("access_codes", "table"):
        return str(text)
    return None


def _areas(trees: list[Value], name: str) -> Iterator[str]:
    """What the table of codes has for the desk ``name``: ``rm`` of ``suporte.rm`` with a route under ``suporte``."""
    for tree in trees:
        states = tree.get("states") if isinstance(tree, Mapping) else None
        for _, _, state in states.items() if isinstance(states, Mapping) else ():
            route = state.get("route") if isinstance(state, Mapping) else None
            under = route.get("under") if isinstance(route, Mapping) else None
            if isinstance(under, Text) and name.startswith(f"{under}."):
                yield name.removeprefix(f"{under}.")


def _expected(use: NameUse) -> bool:
    return bool(_EXPECTED.intersection(use.path.split(".")))
