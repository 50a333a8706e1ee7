"""Two real servers of one database, and one that is killed while an agent talks and a caller waits."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from data.agent_states import AgentState
from data.agents import ask_state
from data.talks import open_talks
from data.waiting import entries_of_call
from tests.databases import THOROUGHLY, only
from tests.faults.two_servers import now, two_servers
from tests.machines.programs import await_that

pytestmark = [
    pytest.mark.network,
    only("postgresql"),
    pytest.mark.skipif(not THOROUGHLY, reason="two real servers, and real seconds: make faults"),
]


def test_talks_outlive_kill_9_and_the_other_process_distributes(tmp_path: Path, database_url: str) -> None:
    with two_servers(database_url, tmp_path) as floor:
        rita, saulo = floor.agent("rita", AgentState.AVAILABLE), floor.agent("saulo", AgentState.PAUSED, "café")
        first = floor.caller(1)
        talk = floor.talking(first)
        second = floor.caller(2)
        await_that(floor.waiting, "the second caller does not wait", 20)
        (entry,) = floor.waiting()
        await_that(lambda: second.queue, "the second caller does not stand in the carrier's queue", 20)
        killed = floor.awaited_worker()
        (other,) = [each for each in floor.servers if each is not killed]

        killed.kill()
        began = time.monotonic()
        killed_at = now()
        # As at the end of a wrap-up: no page tells any process of it.
        with floor.database.transaction() as connection:
            ask_state(connection, saulo, AgentState.AVAILABLE, None, now(), "test")
        await_that(lambda: floor.legs(saulo), "the waiting call is not distributed", 20)
        seconds = time.monotonic() - began
        print(f"distributed by the other process after {seconds:.1f} s")
        (offer,) = floor.offers(entry.id)
        assert (offer.made_at - killed_at).total_seconds() <= 5
        assert floor.awaited_worker() is other

        # The talk of which half was told to a process that is gone is held, resumed and ended at the other's page.
        assert floor.room(talk) == [f"agent-{rita}", "caller"]
        assert floor.happened(talk)[-1] == "started"
        other.act("rita", "hold")
        await_that(lambda: floor.happened(talk)[-1] == "held", "the hold is not told", 20)
        other.act("rita", "resume")
        await_that(lambda: floor.happened(talk)[-1] == "resumed", "the end of the hold is not told", 20)
        new = floor.talking(second)
        assert new.user_id == saulo
        assert floor.room(talk) == [f"agent-{rita}", "caller"]
        assert floor.room(new) == [f"agent-{saulo}", "caller"]
        assert (floor.state(rita), floor.state(saulo)) == (AgentState.TALKING, AgentState.TALKING)
        other.act("rita", "end")
        floor.hang_up(second)
        for each, who, by in ((talk, rita, "agent"), (new, saulo, "caller")):
            floor.await_state(who, AgentState.WRAP_UP)
            assert floor.happened(each).count("ended") == 1
            assert floor.happened(each).count("accepted") == 1
            ended = floor.talk(first if each is talk else second)
            assert ended is not None
            assert (ended.user_id, ended.ended_by) == (who, by)
            assert len(floor.legs(who)) == 1
        await_that(lambda: first.call.over and second.call.over, "a caller is left on the line", 20)
        assert (first.status, second.status) == ("completed", "completed")
        assert floor.waiting() == []
        with floor.database.reading() as connection:
            assert open_talks(connection) == []
            assert [len(entries_of_call(connection, each.sid)) for each in (first, second)] == [1, 1]
        assert [each.log for each in floor.servers if "Traceback" in each.log] == []
