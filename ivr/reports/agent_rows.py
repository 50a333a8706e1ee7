"""An agent row holds what one agent did in a period: seconds by state, talks, and offers that came to nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

from data.agent_history import StateStretch
from data.agent_states import AgentState
from data.reported_entries import ReportedOffer, ReportedTalk
from routing.agent_time import AgentTime, MissCause, missed_by_cause
from value_class import value_class

_NAMES = {
    AgentState.AVAILABLE: "available",
    AgentState.RINGING: "ringing",
    AgentState.TALKING: "talk",
    AgentState.WRAP_UP: "wrap",
    AgentState.PAUSED: "paused",
}


@value_class
class AgentFigures:
    """The figures of the agent ``user_id``: ``answered`` talks, ``missed`` offers by their cause, ``pauses`` in seconds
    by their reason.
    """

    user_id: int
    answered: int
    time: AgentTime
    missed: Mapping[MissCause, int]
    pauses: Mapping[str, float]


def agent_rows(
    history: Iterable[StateStretch],
    talks: Iterable[ReportedTalk],
    offers: Iterable[ReportedOffer],
    since: datetime,
    until: datetime,
) -> list[AgentFigures]:
    """Return a row an agent who was on duty, or had an offer, from ``since`` on and before ``until`` (both aware), in
    the order of their ids. ``talks`` began in it. What of a stretch lies outside is not counted; ``until`` is now for a
    period that goes on.
    """
    seconds: dict[int, Counter[str]] = {}
    pauses: dict[int, Counter[str]] = {}
    for each in history:
        name = _NAMES.get(each.state)
        length = (min(each.until or until, until) - max(each.since, since)).total_seconds()
        if name is None or length <= 0:
            continue
        seconds.setdefault(each.user_id, Counter())[name] += length  # type: ignore[assignment]
        if each.state is AgentState.PAUSED:
            pauses.setdefault(each.user_id, Counter())[each.reason or ""] += length  # type: ignore[assignment]
    answered: Counter[int] = Counter()
    held: Counter[int] = Counter()
    for talk in talks:
        answered[talk.user_id] += 1
        held[talk.user_id] += talk.hold_seconds
    endings: dict[int, list[str]] = {}
    for offer in offers:
        endings.setdefault(offer.user_id, []).append(offer.state)
    rows = []
    for user in sorted({*seconds, *endings, *answered}):
        spent: dict[str, float] = dict(seconds.get(user, {}))
        hold = min(float(held[user]), spent.get("talk", 0.0))
        spent["talk"] = spent.get("talk", 0.0) - hold
        missed = missed_by_cause(endings.get(user, ()))
        rows.append(
            AgentFigures(user, answered[user], AgentTime(hold=hold, **spent), missed, dict(pauses.get(user, {})))
        )
    return rows
