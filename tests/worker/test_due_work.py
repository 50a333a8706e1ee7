"""Work is done when it is due, once, by whichever process claims it, on the clock that is passed in."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from random import Random
from typing import ClassVar

import pytest
from sqlalchemy import select

from data.callbacks import CALLBACK
from data.calls import CALL, NewCall, open_call
from data.closures import NewClosure, close_destination, open_destination
from data.database import Database, DatabaseUnavailableError
from data.due_work import DUE_WORK, DueWork, schedule, scheduled_work, seconds_late
from data.periods import PERIODS
from data.vault import Cost, Vault
from ivr.call.lines import Lines
from ivr.worker.backoff import MOST_TRIES, backoff
from ivr.worker.kinds import KINDS
from ivr.worker.tools import Tools
from ivr.worker.work_kind import WorkDone, WorkKind
from ivr.worker.worker import LOOK_SECONDS, Worker
from tests.conftest import Now
from tests.databases import one_of_both
from tests.line_server import KEY, NUMBER, SID, statements
from tests.lines import TUESDAY
from tests.security.old_calls import OldCall, sid

SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)


def _worker(database: Database, clock: Now, me: str = "one", kinds: tuple[type[WorkKind], ...] = KINDS) -> Worker:
    deleted: list[str] = []
    vault = Vault(KEY, Cost.rehearsal())
    tools = Tools(database, vault, lambda: Lines([]), delete_recording=deleted.append)
    return Worker(tools, clock, Random(1), me, kinds, deliveries=())


def _work_until_idle(worker: Worker) -> None:
    while not worker.step():
        pass


def _rows(database: Database) -> dict[str, DueWork]:
    with database.reading() as connection:
        return {each.kind: each for each in scheduled_work(connection, 100)}


class Noting(WorkKind):
    """Work that is scheduled, and notes what it was done to."""

    name: ClassVar[str] = "noting"
    longest: ClassVar[timedelta] = MINUTE
    done: ClassVar[list[str]] = []

    def do(self, subject: str, now: datetime) -> WorkDone:
        self.done.append(subject)
        return WorkDone("noted")


class Failing(WorkKind):
    """Work that never goes well."""

    name: ClassVar[str] = "failing"
    tried_at: ClassVar[list[datetime]] = []

    def do(self, subject: str, now: datetime) -> WorkDone:
        self.tried_at.append(now)
        raise ValueError("a secret")


@pytest.fixture(autouse=True)
def _nothing_was_done() -> None:
    Noting.done.clear()
    Failing.tried_at.clear()


def _schedule(database: Database, *subjects: str, kind: str = "noting", at: datetime = TUESDAY) -> None:
    with database.transaction() as connection:
        for subject in subjects:
            schedule(connection, kind, subject, at)


@one_of_both("sqlite")
def test_a_year_of_nights_forgets_what_is_over_and_nothing_sooner(server_database: Database, clock: Now) -> None:
    OldCall(sid(1), clock() - DAY, clock(), contact_id=1, company_id=1).write(server_database)
    worker, ended, gone = _worker(server_database, clock), clock(), dict[str, int]()
    looked_at = {
        "answers": select(CALL.c.position),
        "callbacks": select(CALLBACK.c.number),
        "numbers": select(CALL.c.from_number),
    }
    days = {period.name: period.days for period in PERIODS}
    nights = {*range(0, 366, 30), *(days[period] + each for period in looked_at for each in (-1, 0, 1, 2))}
    for day in sorted(nights):
        clock.moment = ended + day * DAY
        _work_until_idle(worker)
        with server_database.reading() as connection:
            for period, column in looked_at.items():
                if not connection.execute(column).scalar():
                    gone.setdefault(period, day)
    assert gone == {period: days[period] for period in looked_at}
    assert _rows(server_database)["purge"].outcome == "forgot 0 rows"


def test_a_call_whose_end_was_never_told_is_ended_by_itself(server_database: Database, clock: Now) -> None:
    with server_database.transaction() as connection:
        open_call(connection, NewCall(SID, "4003-0015", "v1", "+5511987654321", NUMBER, TUESDAY, "{}"))
    worker = _worker(server_database, clock)
    for _ in range(5):
        _work_until_idle(worker)
        clock.moment += timedelta(hours=1)
    with server_database.reading() as connection:
        assert connection.execute(select(CALL.c.ended_at)).scalar_one() == TUESDAY


def test_a_closure_that_ends_by_itself_is_told_at_its_end(
    server_database: Database, clock: Now, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    until = TUESDAY + timedelta(hours=2)
    with server_database.transaction() as connection:
        close_destination(connection, NewClosure("4003-0015", "cst", "flood", TUESDAY, until, "Bia"))
    worker = _worker(server_database, clock)
    clock.moment = until - SECOND
    _work_until_idle(worker)
    assert "closure ended" not in caplog.messages
    clock.moment = until
    _work_until_idle(worker)
    assert caplog.messages.count("closure ended") == 1
    assert _rows(server_database)["closure end"].outcome == "open again"


def test_a_closure_that_staff_ended_before_is_not_told_again(server_database: Database, clock: Now) -> None:
    until = TUESDAY + timedelta(hours=2)
    with server_database.transaction() as connection:
        close_destination(connection, NewClosure("4003-0015", "cst", "flood", TUESDAY, until, "Bia"))
        open_destination(connection, "4003-0015", "cst", TUESDAY + MINUTE, "Rui")
    clock.moment = until
    _work_until_idle(_worker(server_database, clock))
    assert _rows(server_database)["closure end"].outcome == "staff had opened it before"


def test_work_that_is_scheduled_twice_is_done_once(server_database: Database, clock: Now) -> None:
    _schedule(server_database, "a", "b", "a")
    worker = _worker(server_database, clock, kinds=(Noting,))
    _work_until_idle(worker)
    clock.moment += DAY
    _work_until_idle(worker)
    assert Noting.done == ["a", "b"]


def test_two_that_both_take_themselves_for_the_holder_do_work_once(
    server_database: Database, database_url: str, clock: Now
) -> None:
    subjects = [f"{number:02}" for number in range(40)]
    _schedule(server_database, *subjects)
    other = Database(database_url)
    workers = [_worker(server_database, clock, "one", (Noting,)), _worker(other, clock, "two", (Noting,))]

    def work(worker: Worker) -> None:
        while len(Noting.done) < len(subjects):
            worker._do_next(clock())

    threads = [threading.Thread(target=work, args=(worker,)) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    other.close()
    assert sorted(Noting.done) == subjects


def test_work_that_its_process_left_is_done_anew_when_its_claim_is_over(server_database: Database, clock: Now) -> None:
    class Dying(Noting):
        def do(self, subject: str, now: datetime) -> WorkDone:
            raise KeyboardInterrupt

    _schedule(server_database, "a")
    with pytest.raises(KeyboardInterrupt):
        _worker(server_database, clock, "one", (Dying,))._do_next(clock())
    other = _worker(server_database, clock, "two", (Noting,))
    clock.moment += Noting.longest - SECOND
    _work_until_idle(other)
    assert Noting.done == []
    clock.moment += SECOND
    _work_until_idle(other)
    assert Noting.done == ["a"]


@one_of_both("sqlite")
def test_work_that_fails_is_tried_ever_later_and_then_given_up(
    server_database: Database, clock: Now, caplog: pytest.LogCaptureFixture
) -> None:
    _schedule(server_database, "a", kind="failing")
    _schedule(server_database, "b")
    worker = _worker(server_database, clock, kinds=(Failing, Noting))
    for _ in range(400):
        _work_until_idle(worker)
        clock.moment += 10 * SECOND
    assert Noting.done == ["b"]
    pauses = [later - earlier for earlier, later in zip(Failing.tried_at, Failing.tried_at[1:], strict=False)]
    assert len(pauses) == MOST_TRIES - 1
    assert pauses[0] >= 5 * SECOND
    assert pauses[-1] > 10 * pauses[0]
    outcome = _rows(server_database)["failing"].outcome or ""
    assert outcome.startswith("given up, failed: ValueError at ")
    assert "secret" not in outcome + caplog.text


def test_the_pause_doubles_up_to_ten_minutes_with_jitter() -> None:
    rng = Random(1)
    for tries in range(1, 30):
        longest = min(600.0, 10.0 * 2 ** (tries - 1))
        pauses = {backoff(tries, rng).total_seconds() for _ in range(50)}
        assert longest / 2 <= min(pauses) < max(pauses) <= longest


def test_work_of_a_newer_release_is_left_for_it(server_database: Database, clock: Now) -> None:
    _schedule(server_database, "a", kind="of another release")
    _work_until_idle(_worker(server_database, clock))
    assert _rows(server_database)["of another release"].done_at is None


def test_an_idle_worker_asks_the_database_once_a_look(server_database: Database, clock: Now) -> None:
    workers = [_worker(server_database, clock, me) for me in ("one", "two")]
    for worker in workers:
        _work_until_idle(worker)
    sent_by_both = []
    with statements(server_database) as sent:
        for _ in range(9):
            clock.moment += LOOK_SECONDS * SECOND
            for worker in workers:
                before = len(sent)
                assert worker.step() == LOOK_SECONDS
                sent_by_both.append(len([each for each in sent[before:] if "lease" in each or "due_work" in each]))
    # The holder renews its lease at every second look; the other one asks for it.
    assert sum(sent_by_both[::2]) <= 9 + 5
    assert set(sent_by_both[1::2]) == {1}


def test_a_database_that_is_away_is_told_once_and_then_worked_on(
    server_database: Database, clock: Now, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away() -> None:
        raise DatabaseUnavailableError("the server is gone")

    _schedule(server_database, "a")
    worker = _worker(server_database, clock, kinds=(Noting,))
    with monkeypatch.context() as patch:
        patch.setattr(server_database, "transaction", away)
        patch.setattr(server_database, "reading", away)
        assert {worker.step() for _ in range(20)} == {LOOK_SECONDS}
    _work_until_idle(worker)
    assert Noting.done == ["a"]
    assert caplog.messages == ["the worker cannot use the database", "the worker can use the database again"]


@one_of_both("sqlite")
def test_what_is_over_for_a_month_leaves_and_what_is_due_stays(server_database: Database, clock: Now) -> None:
    _schedule(server_database, "a")
    _schedule(server_database, "b", at=TUESDAY + 100 * DAY)
    _work_until_idle(_worker(server_database, clock, kinds=(Noting,)))
    worker = _worker(server_database, clock)
    for days, left in ((29, ["a", "b"]), (31, ["b"])):
        clock.moment = TUESDAY + days * DAY
        _work_until_idle(worker)
        with server_database.reading() as connection:
            of_kind = select(DUE_WORK.c.subject).where(DUE_WORK.c.kind == "noting").order_by(DUE_WORK.c.subject)
            assert list(connection.execute(of_kind).scalars()) == left


def test_work_that_waits_is_told_by_how_late_it_is(server_database: Database) -> None:
    with server_database.reading() as connection:
        assert seconds_late(connection, TUESDAY) == 0
    _schedule(server_database, "a", at=TUESDAY)
    with server_database.reading() as connection:
        assert seconds_late(connection, TUESDAY - MINUTE) == 0
        assert seconds_late(connection, TUESDAY + MINUTE) == 60
