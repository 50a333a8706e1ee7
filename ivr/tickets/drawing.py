"""The machine of tickets as text for programs that draw: Mermaid's state diagram, and Graphviz's language."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ivr.tickets.events import CLOSED, WITH_CUSTOMER, EventKind, TicketState
from ivr.tickets.machine import moves
from ivr.tickets.words import KIND_WORDS, STATE_WORDS
from value_class import value_class
from wording import Message, phrase


@value_class
class TicketArrow:
    """An arrow of the drawing: every event that leads from ``source`` (None: before the opening) to ``target``."""

    source: TicketState | None
    target: TicketState
    kinds: tuple[EventKind, ...]


def ticket_arrows() -> Iterator[TicketArrow]:
    """Yield the arrows of the machine, in the order of the states."""
    kinds: dict[tuple[TicketState | None, TicketState], list[EventKind]] = {}
    for source, kind, target in moves():
        kinds.setdefault((source, target), []).append(kind)
    order = [None, *TicketState]
    for source, target in sorted(kinds, key=lambda pair: (order.index(pair[0]), order.index(pair[1]))):
        yield TicketArrow(source, target, tuple(kinds[source, target]))


def clock_of(state: TicketState) -> Message:
    """Return what the clock of the forecast does in ``state``, in words."""
    if state in CLOSED:
        return phrase("closed for good")
    if state is TicketState.MERGED:
        return phrase("the other ticket goes on")
    return phrase("the clock stands still") if state in WITH_CUSTOMER else phrase("the clock runs")


def mermaid(words: Callable[[str], str] = str) -> str:
    """Return the machine as a Mermaid state diagram; ``words`` puts its labels into another language."""
    rows = ["stateDiagram-v2", "  direction LR"]
    for state in TicketState:
        rows.append(f'  state "{words(STATE_WORDS[state])} ({words(clock_of(state))})" as {_id(state)}')
    for arrow in ticket_arrows():
        source = _id(arrow.source) if arrow.source else "[*]"
        rows.append(f"  {source} --> {_id(arrow.target)}: {_label(arrow, words)}")
    rows += [f"  {_id(state)} --> [*]" for state in TicketState if state in CLOSED]
    return "\n".join(rows) + "\n"


def dot(words: Callable[[str], str] = str) -> str:
    """Return the machine in Graphviz's language; ``words`` as in ``mermaid``."""
    rows = [
        'digraph "tickets" {',
        "  rankdir=LR;",
        '  node [fontname="Helvetica", shape=box, style=rounded];',
        '  edge [fontname="Helvetica"];',
        '  "begin" [label="", shape=circle];',
    ]
    for state in TicketState:
        label = f"{_escaped(words(STATE_WORDS[state]))}\\n{_escaped(words(clock_of(state)))}"
        closed = ", peripheries=2" if state in CLOSED else ""
        rows.append(f'  "{state.value}" [label="{label}"{closed}];')
    for arrow in ticket_arrows():
        source = arrow.source.value if arrow.source else "begin"
        rows.append(f'  "{source}" -> "{arrow.target.value}" [label="{_escaped(_label(arrow, words))}"];')
    return "\n".join([*rows, "}"]) + "\n"


def _id(state: TicketState) -> str:
    return state.value.replace("-", "_")


def _label(arrow: TicketArrow, words: Callable[[str], str]) -> str:
    return ", ".join(words(KIND_WORDS[kind]) for kind in arrow.kinds)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
