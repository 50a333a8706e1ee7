"""``settle_offer`` and ``settle_talk`` write how an offer and a talk ended, once: the row, its agent, its events."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from data.agent_states import UNREACHABLE, AgentState
from data.agents import end_engagement, rang
from data.offers import ASKED, EndedState, OfferRecord, find_offer, move_offer
from data.talk_events import EventKind, note_event
from data.talks import TalkRecord, end_talk
from data.waiting import WaitingRecord, find_waiting
from ivr.call.talks.asked_telephone import hang_up_telephone
from ivr.call.talks.noted_on_ticket import note_on_ticket
from ivr.call.talks.requests import ActRequest, drop_unsent, put_act
from routing.agent_rules import PLAIN_RULES, AgentRules
from value_class import value_class

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ivr.call.lines import Lines

EVENTS: Final[dict[EndedState, EventKind]] = {
    "refused": "refused",
    "missed": "missed",
    "failed": "failed",
    "busy": "busy",
    "caller_gone": "caller-gone",
    "canceled": "canceled",
    "late": "late",
}

IGNORED: Final = frozenset[EndedState]({"missed", "busy"})
"""The agent let the telephone ring, or cannot be rung: two in a row pause the agent."""


@value_class
class Rules:
    """``Rules`` finds those of a destination, as the line has them now."""

    lines: Lines

    def of(self, line: str, destination: str) -> AgentRules:
        """Return the rules; plain ones where the line or the destination is gone."""
        engine = self.lines.version(line, "")
        if engine.line.name != line:
            return PLAIN_RULES
        return engine.line.routing.table.agents.get(destination, PLAIN_RULES)


def settle_offer(
    connection: Connection,
    offer: OfferRecord,
    entry: WaitingRecord,
    to: EndedState,
    now: datetime,
    *,
    of: Collection[str] = ASKED,
    hang_up: bool = False,
) -> bool:
    """End a live offer that came to no talk, in one of the states ``of``, and let its agent go; False where it is in
    none of them. With ``hang_up`` its call is ended, or not made at all.
    """
    if not move_offer(connection, offer.id, to, now, of=of):
        return False
    note_event(connection, EVENTS[to], now, entry.id, entry.line, entry.destination, offer.user_id)
    if to == "failed" and offer.state == "accepted":
        end_engagement(connection, offer.user_id, AgentState.PAUSED, now, "unreachable", reason=UNREACHABLE)
    else:
        end_engagement(connection, offer.user_id, AgentState.AVAILABLE, now, to)
        if to in IGNORED:
            rang(connection, offer.user_id, True, now)
        elif to == "refused":
            rang(connection, offer.user_id, False, now)
    if hang_up:
        end_leg(connection, offer, entry, now)
    return True


def end_leg(connection: Connection, offer: OfferRecord, entry: WaitingRecord, now: datetime) -> None:
    """Have the call of an offer ended, or not made where it was not yet."""
    made = drop_unsent(connection, offer.id, now)
    leg = offer.leg_sid or made
    if leg:
        put_act(connection, ActRequest("hang-up", entry.id, call=leg), entry.call_sid, now)


def settle_talk(connection: Connection, talk: TalkRecord, by: str, now: datetime, rules: Rules) -> bool:
    """End a talk by ``by``, unless what ended it was written before: the agent is in wrap-up from now on, or free where
    the two never heard each other. False where it was over.
    """
    if not end_talk(connection, talk, by, now):
        return False
    ended_by = talk.ended_by or by
    detail: dict[str, object] = {"by": ended_by, "started": talk.started_at is not None}
    note_event(connection, "ended", now, talk.id, talk.line, talk.destination, talk.user_id, **detail)
    offer = find_offer(connection, talk.offer_id)
    entry = find_waiting(connection, talk.id)
    if offer is None or entry is None:
        return True
    if talk.ended_by is None:
        hang_up_telephone(connection, talk, now)
    wrap_up = rules.of(talk.line, talk.destination).wrap_up if talk.started_at else 0
    over: EndedState = "ended" if talk.started_at else "canceled" if ended_by == "canceled" else "caller_gone"
    if move_offer(connection, offer.id, over, now, of=("accepted", "joined")):
        if wrap_up:
            until = now + timedelta(seconds=wrap_up)
            end_engagement(connection, talk.user_id, AgentState.WRAP_UP, now, "talk over", wrap_until=until)
        else:
            end_engagement(connection, talk.user_id, AgentState.AVAILABLE, now, "talk over")
            note_on_ticket(connection, rules.lines.named(talk.line), replace(talk, ended_at=now), now)
    return True
