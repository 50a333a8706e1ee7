"""Who asked for a call at the telephone of the pages is called back there, and never by the account."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from data.trials import mark_trial
from ivr.worker.worker import Worker
from tests.line_server import SID
from tests.worker.office import Office, office

__all__ = ["office"]


def _mark(office: Office) -> None:
    with office.database.transaction() as connection:
        mark_trial(connection, SID, office.now())


def test_a_trial_is_called_back_by_no_account(office: Office) -> None:
    _mark(office)
    office.promise()
    office.pass_time(30)
    assert office.made == 0
    assert office.row().state == "waiting"


def test_the_pages_call_a_trial_back_while_another_process_works(office: Office) -> None:
    _mark(office)
    office.promise()
    office.pass_time(30)
    pages = Worker(replace(office.tools, calls=None, trial_calls=office.tools.calls), office.now, Random(1), "pages")
    pages.step()
    assert office.made == 1
    assert office.row().state == "sent"


def test_a_trial_is_called_back_by_the_carrier_of_the_pages(office: Office) -> None:
    _mark(office)
    office.promise()
    pages = replace(office.tools, calls=None, trial_calls=office.tools.calls)
    office.worker = Worker(pages, office.now, Random(1), "pages")
    office.pass_time(30)
    assert office.made == 1


def test_the_carrier_of_the_pages_calls_no_customer(office: Office) -> None:
    office.promise()
    pages = replace(office.tools, calls=None, trial_calls=office.tools.calls)
    office.worker = Worker(pages, office.now, Random(1), "pages")
    office.pass_time(30)
    assert office.made == 0
    assert office.row().state == "waiting"
