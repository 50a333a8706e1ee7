"""An agent's screen holds what one agent sees at one moment: the own state, the call that rings or is talked with."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Connection

from data.agent_states import AgentState
from data.agents import Agent
from data.offers import ASKED, EndedOffer, OfferRecord, ended_offers_of, live_offer_of_agent
from data.talks import TalkRecord, find_talk, last_talk_of
from data.waiting import WaitingRecord, all_waiting, find_waiting
from ivr.call.talks.asked_telephone import asks_telephone
from ivr.call.talks.talking import has_come
from ivr.flow.line import Line
from ivr.web.agent.screen_pop import ScreenPop, screen_pop
from routing.agent_rules import PLAIN_RULES, AgentRules
from value_class import value_class

MISSED_FOR = timedelta(hours=12)
MOST_MISSED = 10

Phase = Literal["idle", "ringing", "talking", "wrap-up"]


@value_class
class AgentScreen:
    """The screen shows one agent. ``entry`` is the waiting call, or the one of the talk; ``pop`` tells who calls. With
    ``is_asked`` a colleague asks this one, who may get the caller. ``has_colleague`` says that whom this agent asks is
    there. ``waiting`` counts who waits for any destination.
    """

    at: datetime
    agent: Agent
    phase: Phase
    offer: OfferRecord | None
    entry: WaitingRecord | None
    talk: TalkRecord | None
    is_asked: bool
    has_colleague: bool
    pop: ScreenPop | None
    rules: AgentRules
    missed: tuple[EndedOffer, ...]
    waiting: int


def read_screen(connection: Connection, lines: dict[str, Line], agent: Agent, now: datetime) -> AgentScreen:
    """Read the screen of an agent at ``now`` (aware)."""
    offer = live_offer_of_agent(connection, agent.user_id)
    talk = last_talk_of(connection, agent.user_id)
    phase: Phase = "idle"
    if talk is not None and talk.ended_at is None:
        phase = "talking"
    elif offer is not None and offer.state in ASKED:
        phase = "ringing"
    elif talk is not None and agent.state is AgentState.WRAP_UP:
        phase = "wrap-up"
    if phase in ("idle", "ringing"):
        talk = None
    name = talk.id if talk else offer.waiting_id if offer else None
    entry = find_waiting(connection, name) if name else None
    line = lines.get(entry.line) if entry else None
    pop = None
    rules = PLAIN_RULES
    if entry is not None and line is not None:
        pop = screen_pop(connection, line, entry.call_sid, now.astimezone(line.header.zone).date())
        rules = line.routing.table.agents.get(talk.destination if talk else entry.destination, PLAIN_RULES)
    return AgentScreen(
        now,
        agent,
        phase,
        offer,
        entry,
        talk,
        talk is not None and talk.started_at is None and entry is not None and entry.kind == "consult",
        talk is not None and _has_colleague(connection, talk),
        pop,
        rules,
        tuple(ended_offers_of(connection, agent.user_id, now - MISSED_FOR, MOST_MISSED)),
        sum(each.kind == "call" for each in all_waiting(connection)),
    )


def _has_colleague(connection: Connection, talk: TalkRecord) -> bool:
    """Whether the colleague who is asked hears the agent: another agent, or whoever picked up a telephone."""
    if asks_telephone(talk):
        return talk.consult_leg is not None
    colleague = find_talk(connection, talk.consult_id or "")
    return colleague is not None and has_come(connection, colleague)
