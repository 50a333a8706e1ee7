"""A worker that dies at any instant (before and after each commit, and each request) loses no caller, and joins none to
two agents: what another process finds then is what it would find after ``kill -9``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from random import Random
from typing import Any

import pytest
from sqlalchemy import Connection

from data.database import Database
from ivr.worker.worker import Worker
from tests.databases import THOROUGHLY, one_of_both
from tests.talks.floor import Floor

pytestmark = one_of_both("sqlite")

INSTANTS = range(1, 60) if THOROUGHLY else [6, 9, 12]


class Killed(BaseException):
    """The process is not there any more."""


class _Instants:
    def __init__(self, last: int) -> None:
        self._left = last
        self.dead = False

    def passes(self) -> None:
        self._left -= 1
        if self._left == 0:
            self.dead = True
            raise Killed


@contextmanager
def _dies_at(floor: Floor, last: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[_Instants]:
    """Count the instants of the worker alone: what webhooks write meanwhile is another process's."""
    instants = _Instants(last)
    transaction, send = Database.transaction, type(floor.api).send
    working: list[bool] = []

    @contextmanager
    def counted(self: Database, *, durable: bool = True) -> Iterator[Connection]:
        inner: AbstractContextManager[Connection] = transaction(self, durable=durable)
        with inner as connection:
            yield connection
            if working:
                instants.passes()
        if working:
            instants.passes()

    def sent(self: Any, *args: Any, **options: Any) -> Any:
        if not working:
            return send(self, *args, **options)
        instants.passes()
        was, working[:] = list(working), []
        try:
            answer = send(self, *args, **options)
        finally:
            working[:] = was
        instants.passes()
        return answer

    step = floor.worker.step

    def watched() -> float:
        if instants.dead:
            return 1.0
        working.append(True)
        try:
            return step()
        except Killed:
            return 1.0
        finally:
            working.clear()

    with monkeypatch.context() as patched:
        patched.setattr(Database, "transaction", counted)
        patched.setattr(type(floor.api), "send", sent)
        patched.setattr(floor.worker, "step", watched)
        yield instants


@pytest.mark.parametrize("instant", INSTANTS)
def test_a_worker_that_dies_loses_no_caller(floor: Floor, instant: int, monkeypatch: pytest.MonkeyPatch) -> None:
    agents = [floor.agent("ana", "1", "1", "1"), floor.agent("bia", "1", "1", "1")]
    callers = [floor.caller(1), floor.caller(2)]
    with _dies_at(floor, instant, monkeypatch):
        floor.pass_time(14)
    floor.worker = Worker(floor.tools, floor.time.now, Random(2), "another")
    floor.pass_time(60)
    talks = [floor.talk(caller) for caller in callers]
    assert all(talk.started_at and talk.ended_at is None for talk in talks)
    assert sorted(talk.user_id for talk in talks) == agents
    for talk in talks:
        assert floor.room(talk.room) == [f"agent-{talk.user_id}", "caller"]


def test_talks_go_on_and_another_process_distributes_within_five_seconds(floor: Floor) -> None:
    ana, bia = floor.agent("ana", "1"), floor.agent("bia", "1")
    first = floor.caller(1)
    floor.pass_time(20)
    # The first process is killed: it gives up no lease, and ends nothing.
    floor.worker = Worker(floor.tools, floor.time.now, Random(2), "another")
    floor.caller(2)
    floor.pass_time(5)
    floor.pass_time(5)
    (entry,) = floor.waiting()
    assert len(floor.offers(entry)) == 1
    assert (floor.offers(entry)[0].made_at - entry.entered_at).total_seconds() <= 5
    assert floor.talk(first).ended_at is None
    assert {floor.state(ana), floor.state(bia)} == {"talking", "ringing"}
