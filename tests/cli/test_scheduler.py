"""The jobs of a running server, on a clock that the test turns."""

from __future__ import annotations

import logging
import threading
from datetime import datetime, timedelta

import pytest

from ivr.cli.scheduler import Job, Scheduler
from tests.conftest import Now
from tests.lines import TUESDAY


def _after(seconds: float) -> datetime:
    return TUESDAY + timedelta(seconds=seconds)


def test_each_chore_is_done_at_once_and_then_after_its_own_pause(clock: Now) -> None:
    done: list[tuple[str, datetime]] = []
    jobs = Scheduler(
        [
            Job("sweep", 60, lambda now: done.append(("sweep", now))),
            Job("purge", 150, lambda now: done.append(("purge", now))),
        ],
        clock,
    )
    for seconds in (0, 30, 60, 61, 120, 151, 180):
        clock.moment = _after(seconds)
        jobs.do_due()
    assert [(name, (at - TUESDAY).total_seconds()) for name, at in done] == [
        ("sweep", 0),
        ("purge", 0),
        ("sweep", 60),
        ("sweep", 120),
        ("purge", 151),
        ("sweep", 180),
    ]


def test_a_chore_may_be_done_first_after_its_pause(clock: Now) -> None:
    done: list[datetime] = []
    jobs = Scheduler([Job("former cipher", 60, done.append, at_once=False)], clock)
    assert jobs.do_due() == 60
    assert done == []
    clock.moment = _after(60)
    jobs.do_due()
    assert done == [_after(60)]


def test_the_pause_until_the_next_chore_is_told(clock: Now) -> None:
    jobs = Scheduler([Job("sweep", 60, lambda now: None), Job("purge", 150, lambda now: None)], clock)
    assert jobs.do_due() == 60
    clock.moment = _after(45)
    assert jobs.do_due() == 15


def test_a_chore_that_was_missed_often_is_done_once(clock: Now) -> None:
    done: list[datetime] = []
    jobs = Scheduler([Job("sweep", 60, done.append)], clock)
    jobs.do_due()
    clock.moment = _after(3600)
    jobs.do_due()
    assert jobs.do_due() == 60
    assert len(done) == 2


def test_a_clock_that_is_put_back_puts_no_chore_off(clock: Now) -> None:
    done: list[datetime] = []
    jobs = Scheduler([Job("sweep", 60, done.append)], clock)
    jobs.do_due()
    clock.moment = _after(-86_400)
    assert jobs.do_due() == 60
    assert len(done) == 2


def test_a_failed_chore_is_logged_without_text_and_stops_none(clock: Now, caplog: pytest.LogCaptureFixture) -> None:
    done: list[str] = []

    def fail(_: datetime) -> None:
        done.append("failing")
        raise RuntimeError("11222333000181 stands in a row")

    jobs = Scheduler([Job("failing", 60, fail), Job("sweep", 60, lambda now: done.append("sweep"))], clock)
    with caplog.at_level(logging.ERROR):
        jobs.do_due()
        clock.moment = _after(60)
        jobs.do_due()
    assert done == ["failing", "sweep"] * 2
    assert [record.getMessage() for record in caplog.records] == ["chore failed"] * 2
    record = vars(caplog.records[0])
    assert (record["chore"], record["error"]) == ("failing", "RuntimeError")
    assert "test_scheduler.py:" in record["at"]
    assert "11222333000181" not in repr(record)


def test_chores_run_in_a_thread_that_ends_with_the_server(clock: Now) -> None:
    done, before = threading.Event(), threading.active_count()
    with Scheduler([Job("sweep", 3600, lambda now: done.set())], clock) as jobs:
        assert done.wait(30)
        assert jobs._thread.daemon
    assert not jobs._thread.is_alive()
    assert threading.active_count() <= before


def test_the_end_of_the_server_waits_for_the_chore_that_is_being_done(clock: Now) -> None:
    begun, may_end, ended = threading.Event(), threading.Event(), threading.Event()

    def work(_: datetime) -> None:
        begun.set()
        may_end.wait(30)
        ended.set()

    jobs = Scheduler([Job("sweep", 3600, work), Job("never", 3600, lambda now: pytest.fail("it was stopped"))], clock)
    jobs.start()
    assert begun.wait(30)
    stopping = threading.Thread(target=jobs.stop)
    stopping.start()
    assert jobs._stopping.wait(30)
    may_end.set()
    stopping.join(30)
    assert ended.is_set()
    assert not jobs._thread.is_alive()


def test_a_server_without_chores_ends_too(clock: Now) -> None:
    with Scheduler([], clock):
        pass
