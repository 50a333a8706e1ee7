"""A waiting room for the tests of distribution: calls and agents in a word each, and the rules read by other code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from routing.agent_rules import PLAIN_RULES, AgentRules
from routing.candidate import CANDIDATE_STATES, ON_DUTY, Candidate, CandidateState
from routing.waiting_calls import WaitingCall

LINE = "4003-0015"
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
RM, DATASUL = "suporte.rm", "suporte.datasul"


def ago(seconds: float) -> datetime:
    """The instant so many seconds before NOW."""
    return NOW - timedelta(seconds=seconds)


def call(
    name: str,
    waited: float = 0,
    contract: str | None = None,
    destination: str = RM,
    *,
    preferred: int | None = None,
    front: bool = False,
    passed: Mapping[int, float] | None = None,
) -> WaitingCall:
    """A call that has waited so many seconds; kept for ``preferred`` for a minute; ``passed`` is in seconds ago."""
    return WaitingCall(
        name,
        LINE,
        destination,
        ago(waited),
        ago(waited),
        contract=contract,
        preferred=preferred,
        preferred_until=ago(waited - 60) if preferred is not None else None,
        front=front,
        passed={agent: ago(seconds) for agent, seconds in (passed or {}).items()},
    )


def agent(
    number: int, idle: float = 0, level: int = 1, state: CandidateState = "available", **levels: int
) -> Candidate:
    """An agent who serves ``suporte.rm`` at ``level``, or the destinations of ``levels``: ``rm=3, datasul=1``."""
    skills = {(LINE, f"suporte.{name}"): each for name, each in (levels or {"rm": level}).items()}
    return Candidate(number, f"agent-{number}", skills, state, ago(idle))


def best_pairs(
    waiting: Iterable[WaitingCall], agents: Iterable[Candidate], rules: AgentRules = PLAIN_RULES
) -> dict[str, int]:
    """Who is rung for which call, as the theory of ``routing.distribution`` says it: the best pair again and again."""
    calls, everybody = list(waiting), list(agents)
    pairs = {
        (each.id, one.id): key
        for each in calls
        for one in everybody
        if one.state == "available" and (key := _worth(each, one, everybody, rules)) is not None
    }
    found: dict[str, int] = {}
    while pairs:
        best = min(pairs, key=lambda pair: pairs[pair])
        found[best[0]] = best[1]
        pairs = {pair: key for pair, key in pairs.items() if pair[0] != best[0] and pair[1] != best[1]}
    return found


def _worth(
    each: WaitingCall, one: Candidate, everybody: list[Candidate], rules: AgentRules
) -> tuple[object, ...] | None:
    if not may_be_rung(each, one, everybody, rules):
        return None
    level, waited = one.level_of(each.served) or 0, (NOW - each.since).total_seconds()
    place = rules.rank_of(each.contract)
    prefers = each.preferred == one.id and kept_for(each, everybody) == one.id
    last = (one.idle_since or NOW, one.id)
    if waited >= (place + 1) * rules.rise:
        became = each.since + timedelta(seconds=(place + 1) * rules.rise)
        return (-1, not each.front, became, each.id, not prefers, -level, *last)
    rank = place - int(waited // rules.rise)
    return (rank, not each.front, not prefers, -level, each.since, each.id, *last)


def kept_for(each: WaitingCall, everybody: list[Candidate]) -> int | None:
    """For whom alone the call is kept."""
    if each.preferred is None or each.preferred_until is None or each.preferred_until <= NOW:
        return None
    comes = any(one.id == each.preferred for one in _on_duty(each, everybody))
    return each.preferred if comes and each.preferred not in each.passed else None


def may_be_rung(each: WaitingCall, one: Candidate, everybody: list[Candidate], rules: AgentRules = PLAIN_RULES) -> bool:
    """Whether the agent may be rung for the call, told slowly."""
    level = one.level_of(each.served)
    if level is None:
        return False
    kept = kept_for(each, everybody)
    if kept is not None:
        return kept == one.id
    others = [other for other in _on_duty(each, everybody) if other.id not in each.passed]
    if one.id in each.passed and (others or (NOW - each.passed[one.id]).total_seconds() < rules.again):
        return False
    delay = rules.levels.get(level, 0)
    better = any((other.level_of(each.served) or 0) > level for other in others)
    return not (better and (NOW - each.entered).total_seconds() < delay)


def _on_duty(each: WaitingCall, everybody: list[Candidate]) -> list[Candidate]:
    return [one for one in everybody if one.state in ON_DUTY and one.level_of(each.served) is not None]


NAMES = ("rm", "datasul", "logix")

AGENTS = st.lists(
    st.builds(
        agent,
        st.integers(0, 7),
        st.integers(0, 3),
        state=st.sampled_from(CANDIDATE_STATES) | st.just("available"),
        rm=st.integers(1, 3),
    )
    | st.builds(
        Candidate,
        st.integers(0, 7),
        st.just("both"),
        st.dictionaries(
            st.sampled_from([(LINE, "suporte"), *((LINE, f"suporte.{name}") for name in NAMES)]), st.integers(1, 3)
        ),
        st.just("available"),
        st.integers(0, 3).map(ago),
    ),
    max_size=7,
    unique_by=lambda each: each.id,
)

CALLS = st.lists(
    st.builds(
        call,
        st.integers(0, 99).map(str),
        st.integers(0, 300),
        st.sampled_from((None, "BSO", "SLA", "PRIME.ANA", "GOLD")),
        st.sampled_from([f"suporte.{name}" for name in NAMES]),
        preferred=st.none() | st.integers(0, 7),
        front=st.booleans(),
        passed=st.dictionaries(st.integers(0, 7), st.integers(0, 60), max_size=3),
    ),
    max_size=9,
    unique_by=lambda each: each.id,
)

RULES = st.builds(AgentRules, rise=st.sampled_from((10, 60)), levels=st.dictionaries(st.integers(1, 2), st.just(90)))
