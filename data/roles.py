"""A role is what a user of the staff is, an act what may be done on the pages or by telephone. One table says who may.

The table is pure data: the pages' guard asks it before each view, the keypad before a destination is closed, ``ivr
users roles`` prints it, and docs/security.md shows what that prints.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Final


class Role(Enum):
    """A role is what a user is; its value is what is stored and typed."""

    SUPERVISOR = "supervisor"
    OPS = "ops"
    AGENT = "agent"
    TESTER = "tester"


class Act(Enum):
    """An act is what may be done; its value is what the audit and the table say."""

    LOOK = "look"
    CALL = "call"
    ANSWER = "answer"
    ANY_APP = "any app"
    CLOSE = "close"
    ANNOUNCE = "announce"
    EDIT_MENU = "edit menu"
    PUBLISH = "publish"
    SERVE = "serve"
    SUPERVISE = "supervise"
    SEE_TICKETS = "see tickets"
    WORK_TICKETS = "work on tickets"
    LET_IN = "let customers in"
    MANAGE_AGENTS = "manage agents"
    OWN_PASSWORD = "own password"  # noqa: S105 - the name of an act


MEANING: Final[Mapping[Act, str]] = {
    Act.LOOK: "see the front page, the menu as a map, its prompts and the figures",
    Act.CALL: "telephone the line from the page, live or as a rehearsal, and keep the call",
    Act.ANSWER: "be the other end: answer what the line rings",
    Act.ANY_APP: "telephone an app of others by the URL of its webhook",
    Act.CLOSE: "close destinations in an emergency, and open them again, also by telephone; say who stands in on call",
    Act.ANNOUNCE: "tell callers something until a moment, and end it before",
    Act.EDIT_MENU: "save the draft of a line's menu, bring it up to date, drop it, and play calls on it",
    Act.PUBLISH: "publish the draft of a line, and go back to a version that answered before",
    Act.SERVE: "take calls as an agent, at one's own telephone and page",
    Act.SUPERVISE: "see and listen to talks, and change the states of agents",
    Act.SEE_TICKETS: "see the tickets of all customers, with what they wrote, and their files",
    Act.WORK_TICKETS: "open tickets for customers, and do what the state of a ticket allows",
    Act.LET_IN: "let the administrator of a customer's company into the portal, and say who that is",
    Act.MANAGE_AGENTS: "say who is an agent, with which telephone and hours, for which destinations",
    Act.OWN_PASSWORD: "set one's own password, and log out",
}

MAY: Final[Mapping[Role, frozenset[Act]]] = {
    Role.SUPERVISOR: frozenset(Act),
    Role.OPS: frozenset(set(Act) - {Act.ANY_APP, Act.SERVE, Act.SUPERVISE, Act.WORK_TICKETS}),
    Role.AGENT: frozenset(
        {Act.LOOK, Act.ANSWER, Act.SERVE, Act.SEE_TICKETS, Act.WORK_TICKETS, Act.LET_IN, Act.OWN_PASSWORD}
    ),
    Role.TESTER: frozenset({Act.LOOK, Act.CALL, Act.ANSWER, Act.ANY_APP, Act.OWN_PASSWORD}),
}
"""The table of roles and acts."""

AT_A_DESK: Final = (MAY[Role.TESTER] - {Act.OWN_PASSWORD}) | {
    Act.SERVE,
    Act.SUPERVISE,
    Act.SEE_TICKETS,
    Act.WORK_TICKETS,
}
"""What a person of this machine may do without a login where webhooks are not signed: there each of its programs may
call the line anyway, and whoever tries a line out plays its agents and supervisors, too."""

BESIDE_A_SIGNED_LINE: Final = frozenset({Act.LOOK})
"""What that person may do where webhooks are signed: the pages would sign for a stranger."""


def table() -> str:
    """Return the table as Markdown: a row an act, a column a role, and two for a person of this machine."""
    head = ["act", *(role.value for role in Role), "no login, no token", "no login, token", "what it is"]
    rows = [head, ["---"] + [":-:"] * (len(head) - 2) + ["---"]]
    for act in Act:
        may = [act in MAY[role] for role in Role] + [act in AT_A_DESK, act in BESIDE_A_SIGNED_LINE]
        rows.append([act.value, *("yes" if each else "" for each in may), MEANING[act]])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
