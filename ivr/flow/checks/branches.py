"""A branch remembers a key of a menu: the menu must exist and have that key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.flow.fields import suggest
from ivr.flow.nodes.branch import Branch
from ivr.flow.nodes.menu import Menu

if TYPE_CHECKING:
    from ivr.flow.faults import Faults
    from ivr.flow.line import Line


def check_branches(line: Line, faults: Faults) -> None:
    """Each branch names a menu, only keys of it, and an 'otherwise'."""
    menus = [name for name, node in line.states.items() if isinstance(node, Menu)]
    for node in line.states.values():
        if not isinstance(node, Branch):
            continue
        if not node.otherwise:
            faults.error(node.mark, f"state '{node.name}' needs 'otherwise': a call may come here by another way")
        menu = line.states.get(node.menu.text)
        if isinstance(menu, Menu):
            for pressed, state in node.keys.items():
                if pressed not in menu.keys:
                    known = ", ".join(menu.keys)
                    faults.error(
                        state.mark,
                        f"'{node.name}' never takes key {pressed}: the menu '{menu.name}' does not have it"
                        f" (its keys: {known})",
                    )
        elif node.menu.text not in line.unread:
            near = suggest(node.menu.text, menus)
            faults.error(node.menu.mark, f"state '{node.name}' branches by '{node.menu.text}', which is no menu{near}")
