"""Changes of states: which are new or gone, where each key and answer leads, and what else is written of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Final

from ivr.flow import triggers
from ivr.flow.diff.change import Change, Told, grouped
from ivr.flow.diff.written import differences, written
from ivr.flow.line import Line
from ivr.flow.nodes import Edge, Node

_LEADING: Final = frozenset(
    {
        "back", "closed", "empty", "human", "human_key", "keys", "next", "no_message", "no_number", "opened",
        "otherwise", "outcomes", "read_back", "refused", "repeat", "repeat_key", "served", "skip", "transfer",
        "unknown", "unreachable",
    }
)  # fmt: skip
"""Keys of YAML that hold states, and keys of the telephone: they are edges, which are told as such."""

_WORDS: Final = {
    triggers.NO_INPUT: "silence",
    triggers.NO_MATCH: "a wrong entry",
    triggers.MAX_REPROMPTS: "help that is used up",
    triggers.MAX_ATTEMPTS: "too many wrong entries",
    triggers.COLLECTED: "a good entry",
    triggers.READ_BACK: "a document that is read back",
    triggers.SKIPPED: "no entry",
    triggers.NEXT: "the way on",
    triggers.ROUTED: "the call that is routed",
    triggers.UNKNOWN_CODE: "an unknown code",
    triggers.SERVED: "a talk that is over",
    triggers.CLOSED: "closed",
    triggers.UNREACHABLE: "a desk that nobody answers at",
    triggers.NO_MESSAGE: "a desk that takes no message",
    triggers.OPENED: "opened",
    triggers.REFUSED: "refused",
    triggers.RECORDED: "a message",
    triggers.NO_NUMBER: "a caller without a number",
    triggers.CODE: "the code of staff",
}


def way_in_words(edge: Edge) -> str:
    """Return what takes a call along ``edge``, as ops call it: ``key 5``, ``the answer 'closed'``, ``silence``."""
    pressed = next((key for key in triggers.KEYS if triggers.key(key) == edge.trigger), None)
    if pressed:
        return f"key {pressed}"
    if edge.trigger.startswith("is_"):
        return f"the answer '{edge.label.rpartition(': ')[2]}'"
    return _WORDS[edge.trigger]


def state_changes(before: Line, after: Line) -> Iterator[Change]:
    """Yield what differs between the states of two lines; one that only has another name is told as renamed."""
    was, now = before.states, after.states
    renamed = _renamed(before, after)
    for old, new in renamed.items():
        yield Change("state", new, f"the state {old} is called {new} now", now[new].mark)
    for name in (name for name in now if name not in was and name not in renamed.values()):
        yield Change("state", name, f"{name}: a new {now[name].kind}", now[name].mark)
    for name in (name for name in was if name not in now and name not in renamed):
        yield Change("state", name, f"{name}: the {was[name].kind} is gone", was[name].mark)
    told = [
        one
        for name in now
        for old in (next((old for old, new in renamed.items() if new == name), name),)
        if old in was
        for one in _of_state(was[old], now[name], renamed)
    ]
    yield from grouped("state", told)


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
        yield Told(now.name, f"is a {now.kind} now (was a {was.kind})", now.mark)
        return
    old = {edge.trigger: edge for edge in was.edges()}
    new = {edge.trigger: edge for edge in now.edges()}
    for trigger, edge in new.items():
        former = old.get(trigger)
        target = renamed.get(former.target, former.target) if former else None
        if target == edge.target or (former and former.target == was.name and edge.target == now.name):
            continue
        leads = f"{way_in_words(edge)} now {_goes(edge)}"
        told = f"{leads} (was {target})" if target else leads.replace(" now ", " is new and ", 1)
        yield Told(now.name, told, edge.mark)
    for trigger, edge in old.items():
        if trigger not in new:
            yield Told(now.name, f"{way_in_words(edge)} is gone (was {edge.target})", now.mark)
    for _, sentence in differences(_settings(was), _settings(now)):
        yield Told(now.name, sentence, now.mark)


def _goes(edge: Edge) -> str:
    return f"goes to {edge.target}" if edge.target != edge.source else "asks again"


def _settings(node: Node) -> dict[str, str]:
    """What is written of a state besides where it leads."""
    found: dict[str, str] = {}
    for each in fields(node):
        if each.name not in {"name", "mark", "strikes", *_LEADING}:
            found |= written(getattr(node, each.name), each.name)
    if node.counter:
        found["strikes"] = node.counter.name
    keys = {path for path in found if path.startswith("waiting.keys.") or path == "code.next"}
    return {path: text for path, text in found.items() if path not in keys}
