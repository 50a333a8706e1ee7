"""From wherever a caller is asked something, people must be within reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.flow import triggers
from ivr.flow.checks.reachability import reachable
from wording import message

if TYPE_CHECKING:
    from ivr.flow.line import Line
    from ivr.source.diagnostics import Diagnostics


def check_agent_reachable(line: Line, diagnostics: Diagnostics) -> None:
    """The line's human is a destination; every menu and collect has a way to one, also for who never keys anything
    useful.

    What is asked only after people were talked with needs none: its 'human' may be an ending. Where some key leads to
    people, a caller who keys nothing may be asked for a message to them instead.
    """
    human = line.header.human
    destination = line.states.get(human)
    if destination and not (destination.chooses and destination.chooses.by == "name"):
        diagnostics.error(
            human.mark,
            message(
                "human-is-no-route",
                "'human' names '{human}' ({kind}); name a route with 'to', which can be rung whatever breaks",
                human=human,
                kind=destination.kind,
            ),
        )
    reaching = _reaching(line)
    after_call = _after_call(line)
    _check_goodbye(line, diagnostics, after_call, reaching)
    before_call = reachable(line, lambda edge: edge.trigger != triggers.SERVED)
    for node in line.states.values():
        handed = node.hands_over_to
        if handed and (node.name in before_call or node.name not in after_call):
            if node.name not in reaching:
                diagnostics.error(
                    node.mark,
                    message(
                        "no-way-to-people",
                        "no way leads from '{state}' to a human; lead some key to a route",
                        state=node.name,
                    ),
                )
            elif handed.mark != human.mark and not _people_or_message(line, handed, reaching):
                diagnostics.error(
                    handed.mark,
                    message(
                        "human-reaches-nobody",
                        "'human' of '{state}' leads to '{handed}', where nobody is reached; name a route",
                        state=node.name,
                        handed=handed,
                    ),
                )


def _people_or_message(line: Line, name: str, reaching: set[str]) -> bool:
    """Whether the state ``name`` leads to people or takes a message to them.

    True where there is no such state, which is told elsewhere.
    """
    return name not in line.states or name in reaching or line.states[name].takes_message


def _after_call(line: Line) -> set[str]:
    """Every state that a call may come to after people were talked with, and before others are rung."""
    edges = (edge for node in line.states.values() for edge in node.edges())
    waiting = [edge.target for edge in edges if edge.trigger == triggers.SERVED]
    found: set[str] = set()
    while waiting:
        node = line.states.get(waiting.pop())
        if node and node.name not in found and not node.rings:
            found.add(node.name)
            waiting += [edge.target for edge in node.edges() if edge.trigger != triggers.MAX_REPROMPTS]
    return found


def _check_goodbye(line: Line, diagnostics: Diagnostics, after_call: set[str], reaching: set[str]) -> None:
    """A caller who has been served and says nothing more is not sent to wait for people: the line says goodbye."""
    goodbye = line.header.after_call
    if goodbye and goodbye in reaching:
        diagnostics.error(
            goodbye.mark,
            message(
                "after-call-leads-to-people",
                "'after_call' names '{goodbye}', which leads to people again; name a hangup or a say before it",
                goodbye=goodbye,
            ),
        )
    if goodbye:
        return
    for name, node in line.states.items():
        handed = node.hands_over_to
        if name in after_call and handed and handed.mark == line.header.human.mark:
            diagnostics.warning(
                node.mark,
                message(
                    "after-call-missing",
                    "'{name}' may be asked after a call, and nothing is said to a caller who is silent then; name a "
                    "hangup as 'after_call' of 'line', or give it 'human'",
                    name=name,
                ),
            )
            return


def _reaching(line: Line) -> set[str]:
    """Every state from which some way leads to a transfer."""
    before: dict[str, set[str]] = {}
    for node in line.states.values():
        for edge in node.edges():
            before.setdefault(edge.target, set()).add(node.name)
    reaching: set[str] = set()
    waiting = [name for name, node in line.states.items() if node.rings]
    while waiting:
        name = waiting.pop()
        if name not in reaching:
            reaching.add(name)
            waiting += before.get(name, ())
    return reaching
