"""A branch remembers a key of a menu: the menu must exist and have that key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.flow.nodes.branch import Branch
from ivr.flow.nodes.menu import Menu

if TYPE_CHECKING:
    from ivr.flow.faults import Faults
    from ivr.flow.line import Line


def check_branches(line: Line, faults: Faults) -> None:
    """Each branch names a menu, only keys of it, and an 'otherwise' where it does not name them all."""
    for node in line.states.values():
        if not isinstance(node, Branch):
            continue
        menu = line.states.get(node.menu.text)
        if not isinstance(menu, Menu):
            faults.error(node.menu.mark, f"state '{node.name}' branches by '{node.menu.text}', which is no menu")
            continue
        for pressed, state in node.keys.items():
            if pressed not in menu.keys:
                faults.error(
                    state.mark,
                    f"the menu '{menu.name}' has no key {pressed}, so '{node.name}' never takes it",
                )
        if not node.otherwise:
            faults.error(node.mark, f"state '{node.name}' needs 'otherwise': a call may come here by another way")
