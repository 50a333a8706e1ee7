"""Brazilian law asks these things of the telephone line of a regulated service: Decreto 11.034/2022.

On for lines whose header says ``sac``: the decree binds suppliers of services that the federal executive regulates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ivr.flow.entry_formats import EntryFormat
from ivr.flow.nodes.transfer import Transfer
from ivr.source.fields import suggest

if TYPE_CHECKING:
    from ivr.flow.line import Line
    from ivr.flow.nodes.base import Node
    from ivr.source.diagnostics import Diagnostics

ASKED: Final = (EntryFormat.DOCUMENT, EntryFormat.PASSWORD, EntryFormat.ACCESS_CODE)
"""Entries that no caller may be asked for before people are reached."""


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
                    f"'{wish}' of 'sac' is '{state}', which is no option of the first menu, '{menu.name}';"
                    " lead one of its keys there (Decreto 11.034/2022)",
                )
    for name, state in (("complaint", sac.complaint), ("cancel", sac.cancel), ("human", line.header.human)):
        if state not in line.states:
            if name != "human":
                near = suggest(state, line.states)
                diagnostics.error(state.mark, f"'{name}' of 'sac' names '{state}', which does not exist{near}")
        elif not _reaches_people(line, state):
            diagnostics.error(
                state.mark,
                f"from '{state}' nobody is reached without giving a document, a password or a code;"
                " lead to people first (Decreto 11.034/2022)",
            )
    for node in line.states.values():
        if isinstance(node, Transfer) and node.protocol_say is None:
            diagnostics.error(
                node.mark,
                f"'{node.name}' tells no protocol number; give it 'protocol_say' (Decreto 11.034/2022)",
            )


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
