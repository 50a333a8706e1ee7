"""Agents and their states are the same on both databases, and the history of each has no gap and no overlap."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from data.agent_history import AGENT_STATE, StateStretch, history_between
from data.agent_skills import Skill, drop_skill, set_skill, skills_of
from data.agent_states import ASKED_FOR, CHANGES, MISSED, AgentState
from data.agents import (
    StateRequest,
    add_agent,
    agent_named,
    all_agents,
    ask_state,
    change_agent,
    change_state,
    end_engagement,
    end_wrap_ups,
    find_agent,
    rang,
    serving,
)
from data.database import Database
from data.logins import delete_user
from data.roles import Role
from data.users import UserError, add_user, set_disabled
from tests.databases import database_kind, database_url, server_database

__all__ = ["database_kind", "database_url", "server_database"]

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
AVAILABLE, RINGING, TALKING, WRAP_UP, PAUSED, OFF = AgentState


def _add(database: Database, login: str = "rita") -> int:
    with database.transaction() as connection:
        user = add_user(connection, login, login.title(), Role.AGENT)
        add_agent(connection, user, "+551150900201", "seg-sex 08:00-18:00", NOON, "bia")
        set_skill(connection, Skill(user.id, "4003-0015", "suporte.vitrine", 2))
    return user.id


def _history(database: Database, user_id: int) -> list[StateStretch]:
    with database.reading() as connection:
        return history_between(connection, NOON, NOON + 999 * MINUTE, user_id)


def test_a_day_of_an_agent_is_told_alike_by_both_databases(server_database: Database) -> None:
    user = _add(server_database)
    with server_database.transaction() as connection:
        assert ask_state(connection, user, AVAILABLE, None, NOON + MINUTE, "rita") is StateRequest.NOW
        assert ask_state(connection, user, AVAILABLE, None, NOON + MINUTE, "rita") is StateRequest.NOTHING
        assert change_state(connection, user, RINGING, None, NOON + 2 * MINUTE, "offer", expected=AVAILABLE)
        assert not change_state(connection, user, RINGING, None, NOON + 2 * MINUTE, "offer", expected=AVAILABLE)
        assert ask_state(connection, user, PAUSED, "almoço", NOON + 3 * MINUTE, "rita") is StateRequest.LATER
        assert change_state(connection, user, TALKING, None, NOON + 4 * MINUTE, "accepted", expected=RINGING)
        rang(connection, user, ignored=False, now=NOON + 4 * MINUTE)
        wrap_until = NOON + 9 * MINUTE
        assert end_engagement(connection, user, WRAP_UP, NOON + 8 * MINUTE, "talk over", wrap_until=wrap_until)
        assert end_wrap_ups(connection, wrap_until - timedelta(seconds=1)) == []
        assert end_wrap_ups(connection, wrap_until) == [user]
        assert not end_engagement(connection, user, AVAILABLE, wrap_until, "late"), "the agent has no call any more"
        agent = find_agent(connection, user)
    assert agent is not None
    assert (agent.state, agent.standing.reason, agent.standing.since) == (PAUSED, "almoço", wrap_until)
    assert [
        (each.state.value, each.reason, each.cause, (each.since - NOON) // MINUTE)
        for each in _history(server_database, user)
    ] == [
        ("off", None, "bia", 0),
        ("available", None, "rita", 1),
        ("ringing", None, "offer", 2),
        ("talking", None, "accepted", 4),
        ("wrap-up", None, "talk over", 8),
        ("paused", "almoço", "wrap-up over", 9),
    ]


@pytest.mark.parametrize("count_first", [True, False])
def test_two_calls_in_a_row_that_were_let_ring_pause_the_agent(server_database: Database, *, count_first: bool) -> None:
    user = _add(server_database)
    with server_database.transaction() as connection:
        change_state(connection, user, AVAILABLE, None, NOON, "rita")
        for ring, then in (("missed", AVAILABLE), ("answered", AVAILABLE), ("missed", AVAILABLE), ("missed", PAUSED)):
            assert change_state(connection, user, RINGING, None, NOON, "offer")
            if count_first:
                rang(connection, user, ring == "missed", NOON)
            end_engagement(connection, user, AVAILABLE, NOON, ring)
            if not count_first:
                rang(connection, user, ring == "missed", NOON)
            agent = find_agent(connection, user)
            assert agent
            assert agent.state is then
        assert agent
        assert agent.standing.reason == MISSED
        assert ask_state(connection, user, AVAILABLE, None, NOON, "rita") is StateRequest.NOW
        change_state(connection, user, RINGING, None, NOON, "offer")
        rang(connection, user, ignored=True, now=NOON)
        end_engagement(connection, user, AVAILABLE, NOON, "missed")
        agent = find_agent(connection, user)
    assert agent
    assert agent.state is AVAILABLE, "who comes back begins to count anew"


def test_who_asked_to_be_off_during_a_ring_is_off_and_not_paused(server_database: Database) -> None:
    user = _add(server_database)
    with server_database.transaction() as connection:
        change_state(connection, user, AVAILABLE, None, NOON, "rita")
        for _ in range(2):
            change_state(connection, user, RINGING, None, NOON, "offer")
            ask_state(connection, user, OFF, None, NOON, "rita")
            rang(connection, user, ignored=True, now=NOON)
            end_engagement(connection, user, AVAILABLE, NOON, "missed")
            agent = find_agent(connection, user)
            assert agent
            assert agent.state is OFF
            change_state(connection, user, AVAILABLE, None, NOON, "rita")


def test_an_agent_is_found_with_the_destinations_served_while_on_duty(server_database: Database) -> None:
    rita, saul = _add(server_database), _add(server_database, "saul")
    with server_database.transaction() as connection:
        assert serving(connection, "4003-0015") == []
        for user in (rita, saul):
            change_state(connection, user, AVAILABLE, None, NOON, "bia")
        set_skill(connection, Skill(saul, "4003-0015", "suporte.vitrine", 5))
        set_skill(connection, Skill(saul, "internacional", "vitrine", 1))
        change_agent(connection, saul, "sip:saul@suporte.example.com", None)
        for line, more in ((None, {("internacional", "vitrine"): 1}), ("4003-0015", {})):
            found = {each.agent.login: dict(each.skills) for each in serving(connection, line)}
            here = ("4003-0015", "suporte.vitrine")
            assert found == {"rita": {here: 2}, "saul": {here: 5} | more}
        set_disabled(connection, rita, NOON)
        assert [each.agent.login for each in serving(connection, "4003-0015")] == ["saul"]
        assert [agent.may_serve for agent in all_agents(connection)] == [False, True]
        assert drop_skill(connection, saul, "4003-0015", "suporte.vitrine")
        assert not drop_skill(connection, saul, "4003-0015", "suporte.vitrine")
        assert serving(connection, "4003-0015") == []
        assert skills_of(connection, saul) == [Skill(saul, "internacional", "vitrine", 1)]
        found_again = agent_named(connection, "saul")
        assert found_again
        assert (found_again.telephone, found_again.hours) == ("sip:saul@suporte.example.com", None)


def test_only_a_user_who_may_serve_is_made_an_agent_once_and_stays(server_database: Database) -> None:
    rita = _add(server_database)
    with server_database.transaction() as connection:
        tester = add_user(connection, "tom", "Tom", Role.TESTER)
        with pytest.raises(UserError, match="takes no calls; ivr users change tom --role agent"):
            add_agent(connection, tester, "+551150900202", None, NOON, "bia")
        agent = find_agent(connection, rita)
        assert agent
        with pytest.raises(UserError, match="an agent stays"):
            delete_user(connection, rita)
        with pytest.raises(ValueError, match="a level is from 1 to 5, not 6"):
            set_skill(connection, Skill(rita, "4003-0015", "cst", 6))
        assert not change_state(connection, tester.id, AVAILABLE, None, NOON, "bia"), "no agent at all"
        assert ask_state(connection, tester.id, AVAILABLE, None, NOON, "bia") is StateRequest.NOTHING


def test_an_agent_cannot_be_in_two_states_at_once(server_database: Database) -> None:
    rita = _add(server_database)
    row = {"user_id": rita, "state": "available", "since": NOON, "cause": "two processes"}
    with pytest.raises(IntegrityError), server_database.transaction() as connection:
        connection.execute(AGENT_STATE.insert().values(**row))


def test_of_several_who_ring_an_agent_at_once_one_does(server_database: Database, database_url: str) -> None:
    user = _add(server_database)
    with server_database.transaction() as connection:
        change_state(connection, user, AVAILABLE, None, NOON, "rita")

    def ring(_: int) -> bool:
        with server_database.transaction() as connection:
            return change_state(connection, user, RINGING, None, NOON + MINUTE, "offer", expected=AVAILABLE)

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(ring, range(4))) == [False, False, False, True]
    assert [each.state for each in _history(server_database, user)] == [AVAILABLE, RINGING]


STEP = st.tuples(
    st.sampled_from(["change", "ask", "ring", "end", "wrap-ups"]),
    st.sampled_from(AgentState),
    st.booleans(),
    st.integers(-3, 20),
)


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """One agent, in memory."""
    database = Database("sqlite://")
    database.migrate()
    _add(database)
    yield database
    database.close()


@settings(deadline=None)
@given(st.lists(STEP, max_size=15))
def test_a_history_has_no_gap_and_no_overlap(copied: Database, steps: list[tuple[str, AgentState, bool, int]]) -> None:
    """Whatever is done, also by a clock that goes back: one state follows the other, as the table allows."""
    database, now = copied.copy(), NOON
    with database.transaction() as connection:
        (user,) = (agent.user_id for agent in all_agents(connection))
        for what, state, flag, minutes in steps:
            now += minutes * MINUTE
            match what:
                case "change":
                    change_state(connection, user, state, "why" if flag else None, now, what)
                case "ask":
                    ask_state(connection, user, state, "why" if flag else None, now, what)
                case "ring":
                    rang(connection, user, flag, now)
                case "end":
                    end_engagement(connection, user, state, now, what, wrap_until=now + MINUTE)
                case _:
                    end_wrap_ups(connection, now)
            agent = find_agent(connection, user)
            assert agent
            assert agent.standing.wanted_state is None or agent.state in (RINGING, TALKING, WRAP_UP)
            assert (agent.standing.idle_since is not None) is (agent.state in (AVAILABLE, RINGING))
            assert agent.state is AVAILABLE or agent.standing.ignored < 2 or agent.state is PAUSED
        agent = find_agent(connection, user)
        stretches = connection.execute(AGENT_STATE.select().order_by(AGENT_STATE.c.id)).all()
    database.close()
    assert stretches[0].since == NOON
    assert stretches[-1].until is None
    assert agent
    assert stretches[-1].state == agent.state.value
    for one, other in pairwise(stretches):
        assert one.until == other.since >= one.since
        assert AgentState(other.state) in CHANGES[AgentState(one.state)]


def test_nobody_is_stuck_in_a_state() -> None:
    for state, following in CHANGES.items():
        assert following >= ASKED_FOR - {state}, f"a person comes out of {state.value}"
