"""Brazilian law asks these things of the telephone line of a regulated service: Decreto 11.034/2022.

On for lines whose header says ``sac``: the decree binds suppliers of services that the federal executive regulates
(art. 1). Held are what a menu can hold:

- art. 4 § 4: the first access to people does not depend on data that the caller gives;
- art. 5 I: people answer eight hours at least on each day of service;
- art. 5 II: complaint and cancellation are options of the first menu;
- art. 12: a number by which the demand can be followed is told.

What a menu cannot hold, such as how long callers wait (art. 5 III) or what they hear meanwhile (art. 4 §§ 5 and 6), is
left to those who run the line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ivr.flow.checks.requirements import destinations_of
from ivr.flow.entry_formats import EntryFormat
from ivr.flow.nodes.transfer import Transfer
from ivr.flow.proof.person_within import reaches
from ivr.source.fields import suggest
from routing.spans import DAY_NAMES
from wording import message

if TYPE_CHECKING:
    from ivr.flow.line import Line
    from ivr.flow.nodes.base import Node
    from ivr.source.diagnostics import Diagnostics
    from ivr.source.yaml import Text
    from routing.hours import Hours

ASKED: Final = (EntryFormat.DOCUMENT, EntryFormat.PASSWORD, EntryFormat.ACCESS_CODE)
"""Entries that no caller may be asked for before people are reached."""

LEAST: Final = 8 * 60
"""Minutes that people must answer on a day of service."""

WEEK: Final = range(7)


def check_sac(line: Line, diagnostics: Diagnostics) -> None:
    """Complaint and cancellation are options of the first menu, and people are reached from it, there and by the line's
    ``human``, before anything is asked of who is calling; who is attended is told a protocol number.
    """
    sac = line.header.sac
    if sac is None:
        return
    for menu in first_menus(line):
        options = {target for pressed in menu.told_keys for target in menu.led_to(pressed)}
        for wish, state in (("complaint", sac.complaint), ("cancel", sac.cancel)):
            if state in line.states and state not in options:
                diagnostics.error(
                    state.mark,
                    message(
                        "sac-option-missing",
                        "'{wish}' of 'sac' is '{state}', which is no option of the first menu, '{menu}'; lead one of "
                        "its keys there (Decreto 11.034/2022)",
                        wish=wish,
                        state=state,
                        menu=menu.name,
                    ),
                )
    sure = reaches(line)
    for name, state in (("complaint", sac.complaint), ("cancel", sac.cancel), ("human", line.header.human)):
        if state not in line.states:
            if name != "human":
                near = suggest(state, line.states)
                diagnostics.error(
                    state.mark,
                    message(
                        "sac-state-unknown",
                        "'{name}' of 'sac' names '{state}', which does not exist{near}",
                        name=name,
                        state=state,
                        near=near,
                    ),
                )
        elif not _reaches_people(line, state):
            diagnostics.error(
                state.mark,
                message(
                    "sac-people-behind-a-secret",
                    "from '{state}' nobody is reached without giving a document, a password or a code; lead to "
                    "people first (Decreto 11.034/2022)",
                    state=state,
                ),
            )
        elif state not in sure:
            diagnostics.error(
                state.mark,
                message(
                    "sac-people-not-sure",
                    "from '{state}' no keys are sure to reach people, since some answer of a check "
                    "leads away from them; lead a key to people on each of its ways (Decreto "
                    "11.034/2022, art. 4 § 4)",
                    state=state,
                ),
            )
        elif name != "human" or state not in (sac.complaint, sac.cancel):
            _check_hours(line, state, diagnostics)
    for node in line.states.values():
        if isinstance(node, Transfer) and node.protocol_say is None:
            diagnostics.error(
                node.mark,
                message(
                    "sac-protocol-not-told",
                    "'{state}' tells no protocol number; give it 'protocol_say' (Decreto 11.034/2022)",
                    state=node.name,
                ),
            )


def _check_hours(line: Line, state: Text, diagnostics: Diagnostics) -> None:
    """Tell the days on which no destination behind ``state`` is answered long enough, of those on which some open."""
    table = line.routing.table
    behind = [table.destinations[name] for name in _behind(line, state) if name in table.destinations]
    if any(destination.hours is None for destination in behind):
        return  # always open
    kept = [hours for each in behind if (hours := table.hours.get(each.hours or ""))]
    longest = [max((_minutes(hours, day) for hours in kept), default=0) for day in WEEK]
    short = [day for day in WEEK if 0 < longest[day] < LEAST]
    if short:
        whole, minutes = divmod(longest[short[0]], 60)
        days = ", ".join(DAY_NAMES[day] for day in short)
        diagnostics.error(
            state.mark,
            message(
                "sac-hours-too-short",
                "from '{state}' people answer {whole} h {minutes:02d} min only on {days}; the "
                "hours of a day must be 8 at least (Decreto 11.034/2022, art. 5 I)",
                state=state,
                whole=whole,
                minutes=minutes,
                days=days,
            ),
        )


def _behind(line: Line, name: str) -> set[str]:
    """The destinations that callers come to from a state without an entry of several keys, or another menu's way."""
    found: set[str] = set()
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        node = line.states.get(waiting.pop())
        if node is None or node.name in seen or node.entry in ASKED:
            continue
        seen.add(node.name)
        if node.chooses:
            found.update(destinations_of(line, node.chooses))
        elif node.waits:
            waiting += [target for pressed in node.told_keys for target in node.led_to(pressed)]
        else:
            waiting += [edge.target for edge in node.edges()]
    return found


def _minutes(hours: Hours, day: int) -> int:
    """The minutes of a day of the week that people answer, on call or not, whatever the season."""
    spans = [window.span.minutes() for window in hours.windows if day in window.days and window.kind != "break"]
    return sum(ends - begins for begins, ends in spans)


def first_menus(line: Line) -> list[Node]:
    """The menus that a caller may come to first."""
    found: list[Node] = []
    seen: set[str] = set()
    waiting: list[str] = [line.header.start]
    while waiting:
        node = line.states.get(waiting.pop())
        if node is None or node.name in seen:
            continue
        seen.add(node.name)
        if node.entry is EntryFormat.KEY:
            found.append(node)
        elif not node.waits:
            waiting += [edge.target for edge in node.edges()]
    return found


def _reaches_people(line: Line, name: str) -> bool:
    """Whether a transfer can be come to without any entry of several keys."""
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        node = line.states.get(waiting.pop())
        if node is None or node.name in seen or node.entry in ASKED:
            continue
        if node.rings:
            return True
        seen.add(node.name)
        waiting += [edge.target for edge in node.edges()]
    return False
