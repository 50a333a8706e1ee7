"""A branch remembers a key of a menu: the menu must exist and have that key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.flow.nodes.branch import Branch
from ivr.flow.nodes.menu import Menu
from ivr.source.fields import suggest
from wording import message

if TYPE_CHECKING:
    from ivr.flow.line import Line
    from ivr.source.diagnostics import Diagnostics
    from ivr.source.yaml import Text


def check_branches(line: Line, diagnostics: Diagnostics) -> None:
    """Each branch names a menu, only keys of it, and an 'otherwise'; 'remembered_as' a menu with a key in common."""
    menus = {name: node for name, node in line.states.items() if isinstance(node, Menu)}
    for menu in menus.values():
        if menu.remembered_as:
            _check_remembered(line, menus, menu, menu.remembered_as, diagnostics)
    for node in line.states.values():
        if not isinstance(node, Branch):
            continue
        if not node.otherwise:
            diagnostics.error(
                node.mark,
                message(
                    "branch-without-otherwise",
                    "state '{state}' needs 'otherwise': a call may come here by another way",
                    state=node.name,
                ),
            )
        asked = menus.get(node.menu)
        if asked:
            for pressed, state in node.keys.items():
                if pressed not in asked.keys:
                    known = ", ".join(asked.keys)
                    diagnostics.error(
                        state.mark,
                        message(
                            "branch-key-unknown",
                            "'{state}' never takes key {key}: the menu '{menu}' does not have it (its keys: {known})",
                            state=node.name,
                            key=pressed,
                            menu=asked.name,
                            known=known,
                        ),
                    )
        elif node.menu not in line.unread:
            near = suggest(node.menu, menus)
            diagnostics.error(
                node.menu.mark,
                message(
                    "branch-menu-unknown",
                    "state '{state}' branches by '{menu}', which is no menu{near}",
                    state=node.name,
                    menu=node.menu,
                    near=near,
                ),
            )


def _check_remembered(line: Line, menus: dict[str, Menu], menu: Menu, named: Text, diagnostics: Diagnostics) -> None:
    other = menus.get(named)
    if other:
        if not menu.keys.keys() & other.keys.keys():
            diagnostics.error(
                named.mark,
                message(
                    "remembered-menu-without-common-key",
                    "'{menu}' is remembered as '{other}', with which it has no key in common",
                    menu=menu.name,
                    other=other.name,
                ),
            )
    elif named not in line.unread:
        near = suggest(named, menus)
        diagnostics.error(
            named.mark,
            message(
                "remembered-menu-unknown",
                "'remembered_as' of '{menu}' names '{named}', which is no menu{near}",
                menu=menu.name,
                named=named,
                near=near,
            ),
        )
