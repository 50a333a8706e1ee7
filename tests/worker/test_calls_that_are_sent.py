"""A row of the outbox is sent once it may be: later where the carrier cannot be asked, never where it is not wanted."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import update

from data.callbacks import CALLBACK
from data.closures import NewClosure, close_destination
from data.database import Database
from data.outbox import OUTBOX, PERSONAL
from data.vault import Vault
from ivr.call.lines import Lines
from ivr.flow.line import Line
from ivr.settings import Settings
from ivr.simulator.carrier import DEMO_ACCOUNT, DEMO_TOKEN
from ivr.worker.tools import Tools
from ivr.worker.worker import Worker
from tests.conftest import Now
from tests.databases import one_of_both
from tests.line_server import KEY
from tests.worker.office import Fault, Office

pytestmark = one_of_both("sqlite")


def test_a_caller_who_was_promised_a_call_is_called_by_itself(office: Office) -> None:
    office.promise()
    office.pass_time(12, ringing=True)
    assert (office.made, office.callback().note, office.row().state) == (1, "reached", "sent")


@pytest.mark.parametrize("fault", ["no connection", 401, 429])
def test_what_was_certainly_not_sent_is_sent_again_later(office: Office, fault: Fault) -> None:
    office.api.making = [fault, fault, fault]
    office.promise()
    office.pass_time(1)
    assert office.row().state == "waiting"
    assert "GET" not in office.api.requests
    office.pass_time(90, ringing=True, look=5)
    row = office.row()
    assert (office.made, row.state, row.tries, office.callback().tries) == (1, "sent", 4, 1)


def test_a_call_that_waits_while_its_desk_closes_is_made_when_it_opens(office: Office) -> None:
    office.api.making = ["no connection"]
    office.promise()
    office.pass_time(1)
    closed = office.now() + timedelta(minutes=30)
    with office.database.transaction() as connection:
        close_destination(connection, NewClosure("ensaio", "gente", "flood", office.now(), closed, "Bia"))
    office.pass_time(60, ringing=True, look=10)
    assert (office.made, office.row().state, office.row().note) == (0, "dropped", "its desk is closed by now")
    assert (office.callback().tries, office.callback().try_sid) == (0, None)
    office.pass_time(1800, ringing=True, look=60)
    assert (office.made, office.callback().note, office.callback().tries) == (1, "reached", 1)


def test_a_caller_who_is_erased_while_a_call_waits_is_not_called(office: Office) -> None:
    office.api.making = ["no connection"]
    office.promise()
    office.pass_time(1)
    with office.database.transaction() as connection:
        connection.execute(update(CALLBACK).values(number="", ended_at=office.now(), note="erased on request"))
        connection.execute(update(OUTBOX).values(recipient=""))
    office.pass_time(60)
    assert (office.made, office.row().state) == (0, "dropped")


def test_without_an_account_callbacks_wait_and_nothing_is_tried(
    server_database: Database, server_vault: Vault, small_line: Line, clock: Now, office: Office
) -> None:
    office.promise()
    worker = Worker(Tools(server_database, server_vault, lambda: Lines([small_line])), clock, Random(1), "another")
    for _ in range(30):
        worker.step()
        clock.moment += timedelta(seconds=1)
    assert (office.callback().tries, office.callback().try_sid) == (0, None)


@pytest.mark.parametrize("state", ["waiting", "sending", "unknown", "dead"])
def test_an_erasure_leaves_nothing_to_be_sent_or_decided_on(office: Office, state: str) -> None:
    office.promise()
    office.pass_time(1)
    erasing = PERSONAL.erasing()
    assert erasing is not None
    with office.database.transaction() as connection:
        connection.execute(update(OUTBOX).values(state=state))
        connection.execute(erasing, {"now": office.now()})
    row = office.row()
    assert (row.state, row.recipient, row.content) == ("dropped", "", "{}")
    assert office.worker.outbox.retry(row.id) == "it is dropped"
    assert office.figures().dead == 0


@pytest.mark.parametrize(
    ("public_url", "api_url", "is_set_up"),
    [
        ("https://line.example.com", None, True),
        ("http://127.0.0.1:5000", "http://127.0.0.1:5099", True),
        ("http://127.0.0.1:5000", None, False),
        (None, None, False),
    ],
)
def test_calls_are_asked_for_only_where_their_webhooks_are_reached(
    public_url: str | None, api_url: str | None, is_set_up: bool, tmp_path: Path, office: Office
) -> None:
    settings = Settings("sqlite://", KEY, tmp_path, public_url, DEMO_ACCOUNT, DEMO_TOKEN, api_url=api_url)
    tools = Tools.of(settings, office.database, lambda: Lines([]))
    assert (tools.calls is not None) is is_set_up
    assert tools.delete_recording is not None
