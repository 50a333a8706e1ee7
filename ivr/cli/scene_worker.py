"""``scene_worker`` lets a line do in a scene what it does by itself, on the scene's clock and with its carrier.

The worker is the one of a server, with all its kinds of work and deliveries; what it asks of the carrier goes to the
switchboard of the scene in this process, so that calls it makes ring at the telephones of the scene's parties.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from random import Random
from typing import TYPE_CHECKING, Final

from data.due_work import scheduled_work
from data.outbox import open_rows
from data.served import is_anybody_served
from ivr.channels.twilio.outgoing_calls import TwilioCalls
from ivr.channels.twilio.outgoing_texts import TwilioTexts
from ivr.channels.twilio.talk_carrier import TwilioTalks
from ivr.simulator.clock import Clock
from ivr.simulator.rest.app import rest_app
from ivr.worker.at_once import AtOnce
from ivr.worker.tools import Tools
from ivr.worker.worker import LOOK_SECONDS, Worker

if TYPE_CHECKING:
    from datetime import datetime

    from twilio.rest import Client

    from data.database import Database
    from data.vault import Vault
    from ivr.call.lines import Lines
    from ivr.call.talks.offering import SendNow
    from ivr.replay.scenes.scene_stage import ByItself
    from ivr.simulator.rest.switchboard import Switchboard

API: Final = "http://api.ivr.test"
"""Where the worker believes the carrier's API to be; .test never resolves (RFC 2606)."""

MOST_AT_ONCE: Final = 1000
"""Things done in one second of a scene; work that schedules itself for now would go on for ever."""


IDLE_SECONDS: Final = 60.0
"""In how many seconds is looked again where nothing is due at all."""


def scene_worker(
    database: Database, vault: Vault, lines: Lines, public_url: str, clock: Clock, senders: list[SendNow]
) -> ByItself:
    """Return what makes the worker of a line that remembers in ``database``, for a switchboard. ``senders`` are those
    of the line's webhooks, which send with the same carrier from then on.
    """

    def works(switchboard: Switchboard) -> Callable[[], float]:
        @cache
        def client() -> Client:
            return client_on(switchboard)

        calls, talks = TwilioCalls(client, public_url), TwilioTalks(client, public_url)
        tools = Tools(database, vault, lambda: lines, calls, talks=talks, texts=TwilioTexts(client, public_url))
        rng = Random(0)  # noqa: S311 - it spreads retries, the same in every replay
        worker = Worker(tools, clock.now, rng, "scene")
        senders.append(AtOnce(tools, clock.now, rng, "scene's webhooks"))

        def work() -> float:
            for _ in range(MOST_AT_ONCE):
                if worker.step():
                    break
            with switchboard.held():
                if any(party.call.live for party in switchboard.calls()):
                    return LOOK_SECONDS
            return max(_left(database, clock.now()), LOOK_SECONDS)

        return work

    return works


def _left(database: Database, now: datetime) -> float:
    """Seconds until something is due by itself while nobody is in a call."""
    with database.reading() as connection:
        if is_anybody_served(connection):
            return 0.0
        due = [work.at for work in scheduled_work(connection, 1) if work.at]
        due += [row.at for row in open_rows(connection, MOST_AT_ONCE)]
    return min((at - now).total_seconds() for at in due) if due else IDLE_SECONDS


def client_on(switchboard: Switchboard) -> Client:
    """Return the vendor's own client of the account of ``switchboard``, which asks in this process."""
    from twilio.rest import Client

    from ivr.simulator.rest.in_process import InProcess

    account = switchboard.carrier
    client = Client(account.account_sid, account.auth_token)
    client.http_client.session.mount(API, InProcess(rest_app(switchboard)))
    client.api.base_url = API
    return client
