"""Mutants of ways swap keys and answers, leave out keys and exits, and lead them elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from ivr.flow.mutants.mutant import Mutant, chosen
from ivr.flow.mutants.tree import Path, TreeEdit, like
from ivr.flow.mutants.written_line import WrittenLine, WrittenState
from ivr.flow.nodes.route import Route
from ivr.source.yaml import Mapping, Text
from wording import Message, phrase

TRIED: Final = 3
"""Other states that are tried for one way, until ``ivr check`` lets one pass."""

EXITS: Final = frozenset(
    {
        "next", "back", "skip", "read_back", "otherwise", "unknown", "served", "closed", "unreachable", "empty",
        "opened", "refused", "no_number", "no_message", "human", "to", "billed", "declined", "impossible", "linked",
    }
)  # fmt: skip
"""Keys of states under which the name of a state stands, or of a destination."""

LEFT_OUT: Final = frozenset(
    {
        "back", "skip", "read_back", "otherwise", "no_message", "human", "code", "repeat", "remembered_as", "accepts",
        "emergency_say", "protocol_say", "ticket_say", "contract", "barge_in", "late",
    }
)  # fmt: skip
"""Keys of states without which a state may do, so that an edit may lose them."""

_DOING: Final[dict[str, Message]] = {
    "back": phrase("press * there"),
    "skip": phrase("give nothing there"),
    "read_back": phrase("key a document there that has letters"),
    "otherwise": phrase("come there without one of its keys pressed before"),
    "unknown": phrase("key a code that no one has"),
    "served": phrase("stay on the line after the talk"),
    "closed": phrase("come there while it is closed"),
    "unreachable": phrase("let nobody answer"),
    "empty": phrase("say nothing after the beep"),
    "refused": phrase("be refused there"),
    "opened": phrase("open a destination there"),
    "no_number": phrase("come there from a hidden number"),
    "no_message": phrase("come to a destination that takes no message while it is closed"),
    "human": phrase("err there until help is used up"),
    "code": phrase("key its code"),
    "repeat": phrase("press its repeating key"),
    "accepts": phrase("accept the term there, and come to a destination that requires it"),
    "remembered_as": phrase("press a key there that another menu has, and come to a branch"),
    "emergency_say": phrase("come there in an emergency closure (fixtures: closures)"),
    "protocol_say": phrase("come there at all"),
    "ticket_say": phrase("be identified, and come to a desk whose calls open a ticket"),
    "contract": phrase("come there as a customer of another contract"),
    "declined": phrase("press another key there, or say nothing"),
    "impossible": phrase("come there when the ticket does not take it (fixtures: tickets)"),
    "linked": phrase("leave a message there about a closed ticket (fixtures: tickets)"),
    "billed": phrase("ask for people there about a ticket of Consultoria (fixtures: tickets)"),
    "late": phrase("come there with a ticket whose forecast is over (fixtures: tickets)"),
    "barge_in": phrase("press a key while it is said (early)"),
}
"""What a caller does for something else to come of a key of a state."""


def follow(doing: Message) -> Message:
    """Return what a script has to do to notice that ``doing`` leads elsewhere."""
    return phrase("{doing}, and hear what comes then, or expect it (visited, destination)", doing=doing)


def follow_key(state: WrittenState, key: str) -> Message:
    """Return what a script has to do to notice that the key ``key`` of a state leads, or closes, something else."""
    if state.kind == "closure":
        return follow_closure(pressing(state, key))
    return follow(pressing(state, key))


def follow_closure(doing: Message) -> Message:
    """Return what a script has to do to notice that by ``doing`` staff close something else, or for other hours."""
    return phrase("{doing}, and expect what is closed (closes)", doing=doing)


def way_mutants(written: WrittenLine) -> Iterator[Mutant]:
    """Yield the mutants of all ways of the menu."""
    for state in written.states():
        for path, owner in _keyed(state):
            keys = _texts(owner)
            yield from _swapped(state, path, keys)
            if len(keys) > 1:
                yield from _dropped_keys(state, path, keys)
            if state.kind != "closure":
                yield from _redirected_keys(written, state, path, keys)
        yield from _exits(written, state)
        yield from _severity(state)
        if state.kind == "check":
            yield from _answers(written, state)


def elsewhere(written: WrittenLine, source: str, target: str, path: Path) -> list[str]:
    """Return other states to which a way to ``target`` might lead: destinations of one family for one of it, states of
    its kind for any other.
    """
    states = written.line.states
    node = states[target]
    alike = [name for name, each in states.items() if each.kind == node.kind and name not in {source, target}]
    if isinstance(node, Route) and node.to:
        alike = [name for name in alike if isinstance(other := states[name], Route) and other.to]
        family = target.partition(".")[0]
        alike = [name for name in alike if name.partition(".")[0] == family] or alike
    return chosen(written.seed, path, alike, TRIED)


def alternatives(mutants: list[Mutant]) -> Iterator[Mutant]:
    """Yield the first of the mutants, with all others in its place where it is refused."""
    if mutants:
        first, *others = mutants
        yield Mutant(first.kind, first.file, first.mark, first.change, first.remedy, first.edits, tuple(others))


def pressing(state: WrittenState, key: str) -> Message:
    """Return what a caller does to take the key ``key`` of a state."""
    match state.kind:
        case "branch":
            return phrase("press {key} in '{menu}', and come to '{state}'", key=key, menu=state.text("menu"),
                          state=state.name)  # fmt: skip
        case "closure":
            return phrase("close a destination by its key {key} in '{state}' (fixtures: staff)", key=key,
                          state=state.name)  # fmt: skip
        case "transfer":
            return phrase("press {key} in the queue", key=key)
        case _:
            return phrase("press {key} in '{state}'", key=key, state=state.name)


def _keyed(state: WrittenState) -> Iterator[tuple[Path, Mapping]]:
    """Each mapping of keys of the telephone, and its path."""
    for below in (("keys",), ("waiting", "keys"), ("desks",)):
        value = state.body
        for step in below:
            inner = value.get(step)
            value = inner if isinstance(inner, Mapping) else Mapping({}, state.body.mark)
        if value.entries:
            yield (*state.path, *below), value


def _texts(owner: Mapping) -> list[tuple[Text, Text]]:
    return [(key, value) for key, value in owner.entries.values() if isinstance(value, Text)]


def _swapped(state: WrittenState, path: Path, keys: list[tuple[Text, Text]]) -> Iterator[Mutant]:
    for (one, to), (other, away) in pairwise(keys):
        if to != away:
            change = phrase("keys {one} and {other} of '{state}' are swapped", one=one, other=other, state=state.name)
            edits = (TreeEdit((*path, one), like(to, away)), TreeEdit((*path, other), like(away, to)))
            yield Mutant("swap", "menu.yaml", one.mark, change, follow_key(state, one), edits)


def _dropped_keys(state: WrittenState, path: Path, keys: list[tuple[Text, Text]]) -> Iterator[Mutant]:
    for key, _ in keys:
        change = phrase("key {key} of '{state}' is left out", key=key, state=state.name)
        edits = [TreeEdit((*path, key), None)]
        for beside in ("speech", "accepts"):
            words = state.body.get(beside)
            if isinstance(words, Mapping) and key in words.entries:
                alone = len(words.entries) == 1
                edits.append(TreeEdit((*state.path, beside) if alone else (*state.path, beside, str(key)), None))
        yield Mutant("drop", "menu.yaml", key.mark, change, follow_key(state, key), tuple(edits))


def _redirected_keys(
    written: WrittenLine, state: WrittenState, path: Path, keys: list[tuple[Text, Text]]
) -> Iterator[Mutant]:
    for key, to in keys:
        if to in written.line.states:
            place = (*path, str(key))
            yield from alternatives(
                [
                    Mutant(
                        "redirect", "menu.yaml", to.mark,
                        phrase("key {key} of '{state}' leads to '{other}', not to '{to}'", key=key, state=state.name,
                               other=other, to=to),
                        follow_key(state, key), (TreeEdit(place, like(to, other)),),
                    )
                    for other in elsewhere(written, state.name, to, place)
                ]
            )  # fmt: skip


def _exits(written: WrittenLine, state: WrittenState) -> Iterator[Mutant]:
    for key, (text, value) in state.body.entries.items():
        path = (*state.path, key)
        if key in EXITS and isinstance(value, Text):
            remedy = follow(phrase("in '{state}': {doing}", state=state.name, doing=_doing(state, key)))
            destinations = written.line.routing.table.destinations
            if key == "to" and value in destinations:
                family = [name for name in destinations if name.partition(".")[0] == value.partition(".")[0]]
                among = [name for name in family if name != value] or [name for name in destinations if name != value]
                others = chosen(written.seed, path, among, TRIED)
            elif value in written.line.states:
                others = elsewhere(written, state.name, value, path)
            else:
                others = []
            yield from alternatives(
                [
                    Mutant(
                        "redirect", "menu.yaml", value.mark,
                        phrase("'{key}' of '{state}' is '{other}', not '{to}'", key=key, state=state.name,
                               other=other, to=value),
                        remedy, (TreeEdit(path, like(value, other)),),
                    )
                    for other in others
                ]
            )  # fmt: skip
        if key in LEFT_OUT and not (state.kind == "route" and key == "code"):
            remedy = follow(phrase("in '{state}': {doing}", state=state.name, doing=_doing(state, key)))
            change = phrase("'{key}' of '{state}' is left out", key=key, state=state.name)
            yield Mutant("drop", "menu.yaml", text.mark, change, remedy, (TreeEdit(path, None),))
        if key == "code" and isinstance(value, Mapping) and isinstance(next_ := value.get("next"), Text):
            remedy = follow(phrase("in '{state}': {doing}", state=state.name, doing=_doing(state, key)))
            yield from alternatives(
                [
                    Mutant(
                        "redirect", "menu.yaml", next_.mark,
                        phrase("the code of '{state}' leads to '{other}', not to '{to}'", state=state.name,
                               other=other, to=next_),
                        remedy, (TreeEdit((*path, "next"), like(next_, other)),),
                    )
                    for other in chosen(written.seed, path, set(written.line.states) - {next_, state.name}, TRIED)
                ]
            )  # fmt: skip


def _severity(state: WrittenState) -> Iterator[Mutant]:
    """The questions of a queue are not asked, or their two keys mean each other."""
    waiting = state.body.get("waiting")
    questions = waiting.get("severity") if isinstance(waiting, Mapping) else None
    if not isinstance(waiting, Mapping) or not isinstance(questions, Mapping):
        return
    path = (*state.path, "waiting", "severity")
    asked = phrase("open a ticket in '{state}', and answer in the queue", state=state.name)
    mark = waiting.entries["severity"][0].mark
    change = phrase("'severity' of the queue of '{state}' is left out", state=state.name)
    yield Mutant("drop", "menu.yaml", mark, change, follow(asked), (TreeEdit(path, None),))
    yes, no = questions.get("yes_key"), questions.get("no_key")
    if isinstance(yes, Text) and isinstance(no, Text):
        change = phrase("keys {one} and {other} of '{state}' are swapped", one=yes, other=no, state=state.name)
        edits = (TreeEdit((*path, "yes_key"), like(yes, no)), TreeEdit((*path, "no_key"), like(no, yes)))
        yield Mutant("swap", "menu.yaml", yes.mark, change, follow(asked), edits)


def _doing(state: WrittenState, key: str) -> Message:
    match state.kind, key:
        case "say", "next":
            return phrase("come there at all")
        case "collect", "next":
            return phrase("give a good entry")
        case "record", "next":
            return phrase("leave a message")
        case "callback" | "text", "next":
            return phrase("press 1 there")
        case "closure", "closed":
            return phrase("close a destination there")
        case "callback" | "text", "refused":
            return phrase("press another key than 1")
        case _:
            return _DOING.get(key) or phrase("come there at all")


def _answers(written: WrittenLine, state: WrittenState) -> Iterator[Mutant]:
    owner = state.body.get("outcomes")
    answers = _texts(owner) if isinstance(owner, Mapping) else []
    path = (*state.path, "outcomes")
    for word, to in answers:
        doing = phrase("come to '{state}' so that it answers '{word}'", state=state.name, word=word)
        place = (*path, str(word))
        yield from alternatives(
            [
                Mutant(
                    "redirect", "menu.yaml", to.mark,
                    phrase("the answer '{word}' of '{state}' leads to '{other}', not to '{to}'", word=word,
                           state=state.name, other=other, to=to),
                    follow(doing), (TreeEdit(place, like(to, other)),),
                )
                for other in elsewhere(written, state.name, to, place)
            ]
        )  # fmt: skip
        change = phrase("'{state}' does always as if it answered '{word}'", state=state.name, word=word)
        edits = tuple(TreeEdit((*path, str(other)), like(away, to)) for other, away in answers if away != to)
        others = [other for other, away in answers if away != to]
        if edits:
            doing = phrase("come to '{state}' so that it answers '{word}'", state=state.name, word=others[0])
            yield Mutant("answers", "menu.yaml", word.mark, change, follow(doing), edits)
    for (one, to), (other, away) in pairwise(answers):
        if to != away:
            change = phrase("the answers '{one}' and '{other}' of '{state}' are swapped", one=one, other=other,
                            state=state.name)  # fmt: skip
            doing = phrase("come to '{state}' so that it answers '{word}'", state=state.name, word=one)
            edits = (TreeEdit((*path, str(one)), like(to, away)), TreeEdit((*path, str(other)), like(away, to)))
            yield Mutant("answers", "menu.yaml", one.mark, change, follow(doing), edits)
