"""Everything that a map tells of one state: what it says and where that is written, who leads to it, where it leads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePath

from ivr.flow.graph import edges
from ivr.flow.graph.ways import Sign, sign_of
from ivr.flow.line import Line
from ivr.flow.nodes import Edge
from ivr.flow.prompts import Prompt, as_said
from ivr.source.diagnostics import Mark
from value_class import value_class


@value_class
class PromptTold:
    """A prompt: its name, its words, where these are written, and the addresses of the clips that say them.

    There are none where the line has no recording of them, or where something is filled in.
    """

    name: str
    text: str
    place: str
    clips: tuple[str, ...]


@value_class
class WayTold:
    """A way from or to ``state``, with every sign of it."""

    state: str
    signs: tuple[Sign, ...]


@value_class
class DestinationTold:
    """The destination that a state always chooses: its name, how it is called in prompts, where it is written."""

    name: str
    spoken: str
    place: str


@value_class
class StateTold:
    """A state, as the map tells of it. ``is_start`` and ``is_human`` say what the line uses it for."""

    name: str
    kind: str
    about: tuple[str, ...]
    place: str
    is_start: bool
    is_human: bool
    prompts: tuple[PromptTold, ...]
    leads_to: tuple[WayTold, ...]
    led_from: tuple[WayTold, ...]
    destination: DestinationTold | None


def state_told(line: Line, name: str) -> StateTold:
    """Everything about the state ``name`` of ``line``. Raises KeyError where there is none."""
    node = line.states[name]
    return StateTold(
        name,
        node.kind,
        node.about,
        _place(line, node.mark),
        name == line.header.start,
        name == line.header.human,
        tuple(_prompts(line, dict.fromkeys(node.prompts()))),
        tuple(_ways((edge.target, edge) for edge in node.edges())),
        tuple(_ways((edge.source, edge) for edge in edges(line) if edge.target == name and edge.source != name)),
        _destination(line, name),
    )


def _place(line: Line, mark: Mark) -> str:
    """``4003-0015/menu.yaml:120``; where the line's folder is on this machine is not for everybody."""
    return f"{line.name}/{PurePath(mark.file).name}:{mark.line}"


def _prompts(line: Line, names: Iterable[str]) -> Iterator[PromptTold]:
    for name in names:
        prompt = line.prompts.texts[name]
        yield PromptTold(name, prompt.text, _place(line, prompt.text.mark), _clips(line, prompt))


def _clips(line: Line, prompt: Prompt) -> tuple[str, ...]:
    spoken = None if prompt.needs() else line.clips.spoken([as_said(prompt.text)])
    return tuple(f"/audio/{played.clip.name}.wav" for played in spoken[0]) if spoken else ()


def _ways(found: Iterable[tuple[str, Edge]]) -> Iterator[WayTold]:
    ways: dict[str, list[Sign]] = {}
    for state, edge in found:
        ways.setdefault(state, []).append(sign_of(edge))
    for state, signs in ways.items():
        yield WayTold(state, tuple(dict.fromkeys(sign for sign in signs if sign.text)))


def _destination(line: Line, name: str) -> DestinationTold | None:
    chooses = line.states[name].chooses
    if chooses is None or chooses.by != "name":
        return None
    mark = line.routing.marks.get(chooses.name)
    spoken = line.prompts.destinations.get(chooses.name, "")
    return DestinationTold(chooses.name, spoken, _place(line, mark) if mark else "")
