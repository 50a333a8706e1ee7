"""``ivr calls show`` tells which agents were asked to take a call, by which rules, and why nobody is."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from data.agent_skills import Skill, set_skill
from data.agent_states import AgentState
from data.agents import add_agent, ask_state
from data.calls import NewCall, open_call
from data.database import Database
from data.offers import make_offer, move_offer
from data.roles import Role
from data.users import add_user
from data.waiting import WaitingRecord, enter_queue, leave
from routing.trace import TraceStep, stored_trace
from tests.cli.conftest import Ivr
from tests.conftest import Now
from wording import phrase

SID = "CA" + "7" * 32
ENTRY = "TK" + "7" * 32


@pytest.fixture
def database(tmp_path: Path, _migrated_file: Path, monkeypatch: pytest.MonkeyPatch, now: Now) -> Iterator[Database]:
    """A call that waits for suporte.rm, and the agent ana, who is free and serves it."""
    url = f"sqlite:///{tmp_path / 'queued.sqlite'}"
    monkeypatch.setenv("IVR_DATABASE_URL", url)
    monkeypatch.setenv("IVR_SECRET_KEY", "a key of the tests, 32 bytes.....")
    monkeypatch.chdir(tmp_path)
    shutil.copyfile(_migrated_file, tmp_path / "queued.sqlite")
    kept = Database(url)
    at = now() - timedelta(seconds=70)
    with kept.transaction() as connection:
        open_call(connection, NewCall(SID, "4003-0015", "1", "+5511987654321", "+551140030015", at, "{}"))
        enter_queue(connection, WaitingRecord(ENTRY, SID, 4, "4003-0015", "suporte.rm", "rm", "ligar", 600, at, at))
        ana = add_user(connection, "ana", "Ana", Role.AGENT)
        add_agent(connection, ana, "+551150900901", None, at, "test")
        set_skill(connection, Skill(ana.id, "4003-0015", "suporte", 3))
        ask_state(connection, ana.id, AgentState.AVAILABLE, None, at, "test")
    yield kept
    kept.close()


def _shown(ivr: Ivr, *more: str) -> list[str]:
    code, out, err = ivr("calls", "show", SID, *more)
    assert (code, err) == (0, "")
    return [row.strip() for row in out.split("\n\n", 1)[1].splitlines()]


def test_a_call_that_waits_says_why_no_agent_is_asked(ivr: Ivr, database: Database, now: Now) -> None:
    with database.transaction() as connection:
        ask_state(connection, 1, AgentState.PAUSED, "almoço", now(), "test")
    assert _shown(ivr) == [
        "13:28:50  the queue of suporte.rm: waits still",
        "contract     no special contract: after PRIME, SLA, BSO",
        "waiting      waited 70 s: rank 3, one better each 60 s",
        "agent        ana is away for a while",
        "agent        no agent on duty serves suporte.rm",
    ]


def test_each_agent_who_was_asked_is_told_with_the_rules(ivr: Ivr, database: Database, now: Now) -> None:
    steps = [
        TraceStep(
            "level",
            phrase("{agent} serves {destination} at level {level}", agent="ana", destination="suporte.rm", level=3),
        )
    ]
    with database.transaction() as connection:
        offer = make_offer(connection, ENTRY, 1, now() - timedelta(seconds=60), json.dumps(stored_trace(steps)))
        assert offer
        move_offer(connection, offer.id, "refused", now())
        leave(connection, ENTRY, "abandoned", now())
    assert _shown(ivr) == [
        "13:28:50  the queue of suporte.rm: 70 s: the caller hung up",
        "13:29:00  ana refused it",
        "level        ana serves suporte.rm at level 3",
    ]
    assert _shown(ivr, "--language", "pt-BR")[2] == "nível        ana atende suporte.rm no nível 3"
