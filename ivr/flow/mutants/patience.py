"""Mutants of patience pass over states, and change strikes, help, spoken words and the line's own keys."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from ivr.flow.mutants.mutant import Mutant
from ivr.flow.mutants.tree import Path, TreeEdit, like, texts_of, value_at
from ivr.flow.mutants.ways import EXITS, TRIED, alternatives, elsewhere, follow, follow_closure, pressing
from ivr.flow.mutants.written_line import WrittenLine, WrittenState
from ivr.source.yaml import Mapping, Sequence, Text, Value
from wording import Message, phrase

_GOES_ON: Final = {
    "say": "next",
    "collect": "next",
    "callback": "next",
    "text": "next",
    "record": "next",
    "branch": "otherwise",
    "administrator": "next",
    "act": "next",
    "access": "back",
    "survey": "next",
}
"""Kinds of states that may be passed over, and the key of where a call goes on then."""

_OF_LINE: Final = ("start", "human", "after_call")

LOST_OF_LINE: Final = ("after_call", "accept")


def patience_mutants(written: WrittenLine) -> Iterator[Mutant]:
    """Yield the mutants of what is asked, and how often."""
    yield from _of_line(written)
    for state in written.states():
        yield from _passed_over(written, state)
        yield from _helped(state.body, state.path, phrase("state '{name}'", name=state.name), state.name)
        yield from _spoken(state)
        yield from _closed_for(state)


def _of_line(written: WrittenLine) -> Iterator[Mutant]:
    line = written.menu.get("line")
    if not isinstance(line, Mapping):
        return
    owner = phrase("the line")
    doings = {
        "start": phrase("call the line"),
        "human": phrase("err until help is used up"),
        "after_call": phrase("say nothing more after a talk"),
        "accept": phrase("let staff on call be rung who do not press 1"),
    }
    for key in _OF_LINE:
        to = line.get(key)
        if isinstance(to, Text) and to in written.line.states:
            yield from alternatives(
                [
                    Mutant(
                        "redirect", "menu.yaml", to.mark,
                        phrase("'{key}' of the line is '{other}', not '{to}'", key=key, other=other, to=to),
                        follow(doings[key]), (TreeEdit(("line", key), like(to, other)),),
                    )
                    for other in elsewhere(written, "", to, ("line", key))
                ]
            )  # fmt: skip
    for key in LOST_OF_LINE:
        if entry := line.entries.get(key):
            change = phrase("'{key}' of the line is left out", key=key)
            yield Mutant(
                "drop", "menu.yaml", entry[0].mark, change, follow(doings[key]), (TreeEdit(("line", key), None),)
            )
    yield from _line_keys(line)
    yield from _strikes(written, line)
    yield from _helped(line, ("line",), owner, "")


def _line_keys(line: Mapping) -> Iterator[Mutant]:
    keys = line.get("keys")
    pressed = [(key, value) for key, value in keys.entries.values()] if isinstance(keys, Mapping) else []
    for key, value in pressed:
        doing = phrase("press {pressed} in a menu where it is free", pressed=value)
        path: Path = ("line", "keys", str(key)) if len(pressed) > 1 else ("line", "keys")
        change = phrase("the line's key '{key}' is left out", key=key)
        yield Mutant("drop", "menu.yaml", key.mark, change, follow(doing), (TreeEdit(path, None),))
    for (one, first), (other, second) in pairwise(pressed):
        if isinstance(first, Text) and isinstance(second, Text):
            change = phrase("the line's keys '{one}' and '{other}' are swapped", one=one, other=other)
            doing = phrase("press {pressed} in a menu where it is free", pressed=first)
            edits = (
                TreeEdit(("line", "keys", str(one)), like(first, second)),
                TreeEdit(("line", "keys", str(other)), like(second, first)),
            )
            yield Mutant("swap", "menu.yaml", one.mark, change, follow(doing), edits)


def _strikes(written: WrittenLine, line: Mapping) -> Iterator[Mutant]:
    counters = line.get("strikes")
    for name, (_, counter) in counters.entries.items() if isinstance(counters, Mapping) else ():
        path: Path = ("line", "strikes", name)
        limit = value_at(counter, ("limit",))
        if isinstance(limit, Text) and limit.isdigit():
            for other in (int(limit) - 1, int(limit) + 1):
                if other:
                    change = phrase("the counter '{name}' ends at {other} wrong entries, not at {limit}", name=name,
                                    other=other, limit=limit)  # fmt: skip
                    doing = phrase("err {times} times where '{name}' counts", times=max(other, int(limit)), name=name)
                    sooner = (TreeEdit((*path, "limit"), like(limit, str(other))),)
                    yield Mutant("strikes", "menu.yaml", limit.mark, change, follow(doing), sooner)
        then = value_at(counter, ("then",))
        if isinstance(then, Text) and then in written.line.states:
            doing = phrase("err {times} times where '{name}' counts", times=limit or 3, name=name)
            yield from alternatives(
                [
                    Mutant(
                        "redirect", "menu.yaml", then.mark,
                        phrase("the counter '{name}' leads to '{other}', not to '{to}'", name=name, other=other,
                               to=then),
                        follow(doing), (TreeEdit((*path, "then"), like(then, other)),),
                    )
                    for other in elsewhere(written, "", then, (*path, "then"))
                ]
            )  # fmt: skip
    for state in written.states():
        counter_name = state.body.entries.get("strikes")
        if counter_name:
            change = phrase("wrong entries of '{state}' are not counted", state=state.name)
            doing = phrase("err in '{state}' until its counter is full", state=state.name)
            keys = [key for key in ("strikes", "strikes_on") if key in state.body.entries]
            edits = tuple(TreeEdit((*state.path, key), None) for key in keys)
            yield Mutant("strikes", "menu.yaml", counter_name[0].mark, change, follow(doing), edits)


def _passed_over(written: WrittenLine, state: WrittenState) -> Iterator[Mutant]:
    """Whatever led to the state leads where it goes on."""
    onward = state.text(_GOES_ON.get(state.kind, ""))
    if onward is None or onward == state.name:
        return
    edits = tuple(
        TreeEdit(path, like(text, onward))
        for path, text in _ways_in(written.menu, (), state.name)
        if path[:2] != ("states", state.name)
    )
    if edits:
        change = phrase("'{state}' is passed over: what led there leads to '{onward}'", state=state.name, onward=onward)
        doing = phrase("come to '{state}'", state=state.name)
        yield Mutant("passed-over", "menu.yaml", state.node.mark, change, follow(doing), edits)


def _ways_in(value: Value, path: Path, name: str) -> Iterator[tuple[Path, Text]]:
    """Each place under which ``name`` stands as a state that a way leads to."""
    if not isinstance(value, Mapping):
        return
    for key, (_, child) in value.entries.items():
        if isinstance(child, Text):
            leads = path[-1:] in {("keys",), ("outcomes",)} or key in {*EXITS, "start", "then", "after_call"}
            if child == name and leads and key != "to":
                yield (*path, key), child
        else:
            yield from _ways_in(child, (*path, key), name)


def _helped(owner: Mapping, path: Path, told: Message, state: str) -> Iterator[Mutant]:
    """One help fewer, so that people take over sooner, and the question repeated or not."""
    doings = {"no_input": phrase("be silent again and again"), "invalid": phrase("err again and again")}
    for key, doing in doings.items():
        helps = owner.get(key)
        items = helps.items if isinstance(helps, Sequence) else ()
        where = phrase("{doing} in '{state}'", doing=doing, state=state) if state else doing
        for at, item in enumerate(items):
            number = at + 1
            if len(items) > 1:
                change = phrase("help {number} of '{key}' of {owner} is left out", number=number, key=key, owner=told)
                edits = (TreeEdit((*path, key, at), None),)
                yield Mutant("help", "menu.yaml", item.mark, change, follow(where), edits)
            repeat = value_at(item, ("repeat",))
            if isinstance(item, Mapping) and isinstance(repeat, Text):
                change = phrase("after help {number} of '{key}' of {owner} the question is not repeated",
                                number=number, key=key, owner=told)  # fmt: skip
                edits = (TreeEdit((*path, key, at, "repeat"), None),)
                yield Mutant("help", "menu.yaml", repeat.mark, change, follow(where), edits)


def _spoken(state: WrittenState) -> Iterator[Mutant]:
    speech = state.body.get("speech")
    if isinstance(speech, Text):
        change = phrase("what is said in '{state}' is not understood", state=state.name)
        doing = phrase("say the entry in '{state}'", state=state.name)
        edits = (TreeEdit((*state.path, "speech"), None),)
        yield Mutant("words", "menu.yaml", speech.mark, change, follow(doing), edits)
        return
    entries = list(speech.entries.values()) if isinstance(speech, Mapping) else []
    for key, words in entries:
        alone = len(entries) == 1
        said = next((text for _, text in texts_of(words)), Text("", key.mark))
        doing = phrase("say '{word}' in '{state}'", word=said, state=state.name)
        change = phrase("the words of key {key} of '{state}' are not understood", key=key, state=state.name)
        path: Path = (*state.path, "speech") if alone else (*state.path, "speech", str(key))
        yield Mutant("words", "menu.yaml", key.mark, change, follow(doing), (TreeEdit(path, None),))
    for (one, first), (other, second) in pairwise(entries):
        change = phrase("the words of keys {one} and {other} of '{state}' are swapped", one=one, other=other,
                        state=state.name)  # fmt: skip
        said = next((text for _, text in texts_of(first)), Text("", one.mark))
        doing = phrase("say '{word}' in '{state}'", word=said, state=state.name)
        swapped = (
            TreeEdit((*state.path, "speech", str(one)), second),
            TreeEdit((*state.path, "speech", str(other)), first),
        )
        yield Mutant("words", "menu.yaml", one.mark, change, follow(doing), swapped)


def _closed_for(state: WrittenState) -> Iterator[Mutant]:
    hours = state.text("hours")
    if state.kind == "closure" and hours and hours.isdigit():
        other = int(hours) * 2
        change = phrase("what is closed in '{state}' opens after {other} hours, not after {hours}", state=state.name,
                        other=other, hours=hours)  # fmt: skip
        doing = phrase("close a destination in '{state}'", state=state.name)
        edits = (TreeEdit((*state.path, "hours"), like(hours, str(other))),)
        yield Mutant("hours", "menu.yaml", hours.mark, change, follow_closure(doing), edits)


def scopes_asked(written: WrittenLine) -> Iterator[Mutant]:
    """Yield the mutants of which destinations a check of the rule 'open' asks for."""
    for state in written.states():
        asked = (
            [(path, text) for path, text in texts_of(state.body.get("destinations"))] if state.kind == "check" else []
        )
        named = {str(text) for other in written.states() for _, text in texts_of(other.body.get("destinations"))}
        for below, text in asked:
            path = (*state.path, "destinations", *below)
            doing = phrase("come to '{state}' while only '{scope}' is open, or only it is closed", state=state.name,
                           scope=text)  # fmt: skip
            if len(asked) > 1:
                change = phrase("'{state}' does not ask whether '{scope}' is open", state=state.name, scope=text)
                yield Mutant("hours", "menu.yaml", text.mark, change, follow(doing), (TreeEdit(path, None),))
            for other in sorted(named - {str(each) for _, each in asked})[:TRIED][:1]:
                change = phrase("'{state}' asks whether '{other}' is open, not '{scope}'", state=state.name,
                                other=other, scope=text)  # fmt: skip
                yield Mutant(
                    "hours", "menu.yaml", text.mark, change, follow(doing), (TreeEdit(path, like(text, other)),)
                )


__all__ = ["patience_mutants", "pressing", "scopes_asked"]
