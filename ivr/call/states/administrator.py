"""The name of a company's administrator."""

from __future__ import annotations

from ivr.call import verbs
from ivr.call.states.performer import performs
from ivr.call.turn_state import TurnState
from ivr.flow import triggers
from ivr.flow.nodes.administrator import TellAdministrator


def arrive(turn: TurnState, node: TellAdministrator) -> str | None:
    """Tell it, and on; a company without an administrator is for people."""
    if turn.facts.administrator is None:
        return triggers.NO_ADMINISTRATOR
    turn.verbs.append(verbs.Say(node.say, administrator=turn.facts.administrator))
    return triggers.NEXT


performs(TellAdministrator, arrive, None)
