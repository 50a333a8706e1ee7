"""Changes of states: which are new or gone, where each key and answer leads, and what else is written of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Final

from ivr.flow.diff.change import Change, Told, grouped, unread
from ivr.flow.diff.written import differences, written
from ivr.flow.line import Line
from ivr.flow.nodes import Edge, Node
from ivr.flow.way_words import way_in_words
from wording import Message, phrase

_LEADING: Final = frozenset(
    {
        "back", "closed", "empty", "human", "human_key", "keys", "next", "no_message", "no_number", "opened",
        "otherwise", "outcomes", "read_back", "refused", "repeat", "repeat_key", "served", "skip", "transfer",
        "unknown", "unreachable",
    }
)  # fmt: skip
"""Keys of YAML that hold states, and keys of the telephone: they are edges, which are told as such."""


def state_changes(before: Line, after: Line) -> Iterator[Change]:
    """Yield what differs between the states of two lines; one that only has another name is told as renamed."""
    was, now = before.states, after.states
    renamed = _renamed(before, after)
    for old, new in renamed.items():
        yield Change("state", new, phrase("the state {was} is called {now} now", was=old, now=new), now[new].mark)
    for name in (name for name in now if name not in was and name not in renamed.values()):
        yield Change("state", name, phrase("{name}: a new {kind}", name=name, kind=now[name].kind), now[name].mark)
    for name in (name for name in was if name not in now and name not in renamed):
        if name in after.unread:
            yield unread("state", name, None)
            continue
        told = phrase("{name}: the {kind} is gone", name=name, kind=was[name].kind)
        yield Change("state", name, told, was[name].mark)
    each = [
        one
        for name in now
        for old in (next((old for old, new in renamed.items() if new == name), name),)
        if old in was
        for one in _of_state(was[old], now[name], renamed)
    ]
    yield from grouped("state", each)


def _renamed(before: Line, after: Line) -> dict[str, str]:
    """Each state of the line before that the line after has under another name only, and that name."""
    gone = [node for name, node in before.states.items() if name not in after.states]
    come = [node for name, node in after.states.items() if name not in before.states]
    found: dict[str, str] = {}
    for old in gone:
        alike = [new for new in come if replace(new, name=old.name, mark=old.mark) == old]
        if len(alike) == 1 and alike[0].name not in found.values():
            found[old.name] = alike[0].name
    return found


def _of_state(was: Node, now: Node, renamed: dict[str, str]) -> Iterator[Told]:
    if was.kind != now.kind:
        yield Told(now.name, phrase("is a {kind} now (was a {was})", kind=now.kind, was=was.kind), now.mark)
        return
    old = {edge.trigger: edge for edge in was.edges()}
    new = {edge.trigger: edge for edge in now.edges()}
    for trigger, edge in new.items():
        former = old.get(trigger)
        target = renamed.get(former.target, former.target) if former else None
        if target == edge.target or (former and former.target == was.name and edge.target == now.name):
            continue
        yield Told(now.name, _leads(edge, target), edge.mark)
    for trigger, edge in old.items():
        if trigger not in new:
            told = phrase("{way} is gone (was {target})", way=way_in_words(edge), target=edge.target)
            yield Told(now.name, told, now.mark)
    for _, sentence in differences(_settings(was), _settings(now)):
        yield Told(now.name, sentence, now.mark)


def _leads(edge: Edge, was: str | None) -> Message:
    """Where ``edge`` leads, which led to ``was`` before, or was not there."""
    way, asks_again = way_in_words(edge), edge.target == edge.source
    if was is None and asks_again:
        return phrase("{way} is new and asks again", way=way)
    if was is None:
        return phrase("{way} is new and goes to {target}", way=way, target=edge.target)
    if asks_again:
        return phrase("{way} now asks again (was {was})", way=way, was=was)
    return phrase("{way} now goes to {target} (was {was})", way=way, target=edge.target, was=was)


def _key(node: Node, field: str) -> str:
    """The key under which ops write a field of a state; what is said after errors has keys of the state itself."""
    match node.kind, field:
        case _, "reprompts":
            return ""
        case "closure", "destinations":
            return "desks"
        case _:
            return field


def _settings(node: Node) -> dict[str, str]:
    """What is written of a state besides where it leads."""
    found: dict[str, str] = {}
    for each in fields(node):
        if each.name not in {"name", "mark", "strikes", *_LEADING}:
            found |= written(getattr(node, each.name), _key(node, each.name))
    if node.counter:
        found["strikes"] = node.counter.name
    keys = {path for path in found if path.startswith("waiting.keys.") or path == "code.next"}
    return {path: text for path, text in found.items() if path not in keys}
