"""Whoever waits to be called back when a release comes is called by it, also where the release before was trying to."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

import pytest
from sqlalchemy import text

from data.callbacks import CallbackRecord, recent_callbacks
from data.database import Database
from data.vault import Cost, Vault
from ivr.call.lines import Lines
from ivr.call.outgoing import CarrierCall, OutgoingCall
from ivr.flow.line import Line
from ivr.worker.tools import Tools
from ivr.worker.worker import Worker
from tests.databases import one_of_both
from tests.lines import TUESDAY
from tests.upgrades.make import KEY
from tests.upgrades.releases import BEFORE_AGENTS, left_by_one

pytestmark = [one_of_both("sqlite"), left_by_one(BEFORE_AGENTS)]

MADE = "CA" + "f" * 32


class Account:
    """Makes each call that it is asked for, and notes whom it called."""

    def __init__(self) -> None:
        self.called: list[str] = []

    def make(self, call: OutgoingCall) -> str:
        self.called.append(call.to)
        return MADE

    def made_calls(self, call: OutgoingCall, since: datetime) -> list[CarrierCall]:
        del call, since
        return []


def _waiting(database: Database) -> CallbackRecord:
    with database.reading() as connection:
        (found,) = recent_callbacks(connection, 10)
    return found


def _work(database: Database, line: Line, account: Account, minutes: int) -> None:
    now = TUESDAY + timedelta(minutes=5)
    tools = Tools(database, Vault(KEY, Cost.rehearsal()), lambda: Lines([line]), account)
    worker = Worker(tools, lambda: now, Random(1), "this release")
    for _ in range(0, minutes, 5):
        while not worker.step():
            pass
        now += timedelta(minutes=5)


def test_who_waits_when_a_release_comes_is_called_by_it(left_behind: Database, shipped_line: Line) -> None:
    left_behind.migrate()
    before = _waiting(left_behind)
    assert (before.tries, before.try_sid, before.ended_at) == (0, None, None)
    account = Account()
    _work(left_behind, shipped_line, account, 90)
    assert account.called[:1] == [before.number]


@pytest.mark.parametrize("try_sid", ["CA" + "e" * 32, "TR" + "e" * 32])
def test_a_try_of_the_release_before_that_came_to_no_end_is_made_again(
    left_behind: Database, shipped_line: Line, try_sid: str
) -> None:
    left_behind.migrate()
    with left_behind.transaction() as connection:
        tried = {"sid": try_sid, "at": TUESDAY + timedelta(minutes=4)}
        connection.execute(text("UPDATE callback SET tries = 1, try_sid = :sid, tried_at = :at"), tried)
    account = Account()
    # Its telephone may ring still: it is left alone for a quarter of an hour, and then called after the usual pause.
    _work(left_behind, shipped_line, account, 20)
    assert account.called == []
    _work(left_behind, shipped_line, account, 90)
    assert account.called == [_waiting(left_behind).number]
