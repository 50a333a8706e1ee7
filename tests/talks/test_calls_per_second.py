"""Agents are rung no faster than the carrier's account takes calls; the rows of the others wait."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from random import Random

from ivr.call.talks.requests import LEG
from ivr.worker.outbox import TOO_MANY
from ivr.worker.token_bucket import TokenBucket
from ivr.worker.worker import Worker
from tests.databases import one_of_both
from tests.talks.floor import Floor

pytestmark = one_of_both("sqlite")


def test_agents_are_rung_one_a_second_where_the_account_takes_one(floor: Floor) -> None:
    tools = replace(floor.tools, call_rate=TokenBucket(1))
    floor.worker = Worker(tools, floor.time.now, Random(1), "tests")
    agents = [floor.agent(login, "1", ring=6.0) for login in ("ana", "bia", "caio")]
    for number in range(1, 4):
        floor.caller(number)
    put_off = 0
    for _ in range(30):
        floor.second()
        legs = [each for each in floor.rows() if each.kind == LEG]
        put_off = max(put_off, sum(each.state == "waiting" and each.note == TOO_MANY for each in legs))
    sent = sorted(each.tried_at for each in floor.rows() if each.kind == LEG and each.tried_at)
    assert put_off == 2
    assert [later - sooner for sooner, later in pairwise(sent)] == [timedelta(seconds=1)] * 2
    assert all(each.tries == 1 for each in floor.rows() if each.kind == LEG)
    assert [floor.state(each) for each in agents] == ["talking"] * 3
