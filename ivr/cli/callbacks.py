"""``ivr callbacks`` lists the callers who want to be called back, and how it went; ``--call`` calls those due."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ivr.cli.language import spoken, tell
from ivr.errors import FlowError, SettingsError
from ivr.settings import DATA_DIRECTORY, LAST_GOOD_MENUS, Settings
from wording import counted, message, phrase

if TYPE_CHECKING:
    from datetime import datetime

    from data.database import Database
    from ivr.call.lines import Lines


MOST_TOLD = 20


@click.command(short_help="List who wants to be called back; with --call, call them.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000), help="How many, newest first.")
@click.option(
    "--call",
    "calls",
    is_flag=True,
    help="First call everybody whose turn it is, as ivr serve does by itself.",
)
def callbacks(limit: int, calls: bool) -> None:
    """Callers who left a queue to be called back. A call that reaches nobody is tried once more, ten minutes later."""
    from data.callbacks import recent_callbacks
    from ivr.call.callbacks import why_over
    from ivr.call.last_good_menus import LastGoodMenus
    from ivr.call.lines import Lines
    from ivr.call.published import PublishedMenus
    from ivr.channels import RULES
    from ivr.cli import clock
    from ivr.cli.stored import open_database, settings_here

    settings = settings_here()
    kept = LastGoodMenus(DATA_DIRECTORY / LAST_GOOD_MENUS, RULES, settings.flows)
    with open_database(settings) as database:
        try:
            lines = PublishedMenus(database, settings.flows, kept, RULES, clock.now, publishes=False).begin()
        except FlowError:
            if calls:
                raise
            lines = Lines([])  # a menu that is being mended must not hide who waits
        if calls:
            _call(settings, database, lines)
        with database.reading() as connection:
            found = recent_callbacks(connection, limit)
    now = clock.now()
    for each in found:
        reason = None if each.ended_at or each.try_sid else why_over(each, lines, now)
        state = reason or each.note or spoken(phrase("being called") if each.try_sid else phrase("waiting"))
        tries = spoken(counted("{number} try", "{number} tries", each.tries))
        click.echo(f"{each.since:%Y-%m-%d %H:%M:%S} UTC  {each.destination:32}  {each.number:16}  {tries}  {state}")
    if not found:
        tell(phrase("no callbacks"))


def _call(settings: Settings, database: Database, lines: Lines) -> None:
    """Do at once what the worker does by itself. What it reserved and cannot send goes on waiting in the outbox."""
    from random import SystemRandom

    from ivr.call.callbacks import reserve
    from ivr.cli import clock
    from ivr.worker.deliveries.call import CallDelivery
    from ivr.worker.outbox import Outbox
    from ivr.worker.tools import Tools
    from ivr.worker.worker import name_of_this_process

    missing = [
        name
        for name, value in (
            ("IVR_PUBLIC_URL", settings.public_url),
            ("TWILIO_ACCOUNT_SID", settings.account_sid),
            ("TWILIO_AUTH_TOKEN", settings.auth_token),
        )
        if not value
    ]
    if missing:
        raise SettingsError(
            message(
                "calls-without-settings",
                "calls cannot be made without {missing}; set what ivr serve is started with",
                missing=", ".join(missing),
            )
        )
    tools = Tools.of(settings, database, lambda: lines)
    if tools.calls is None:
        raise SettingsError(
            message(
                "address-out-of-reach",
                "IVR_PUBLIC_URL: Twilio does not reach {address}, so calls cannot be made; set the address that ivr "
                "serve is started with",
                address=settings.public_url,
            )
        )
    delivery = CallDelivery(tools)
    outbox = Outbox(database, [delivery], name_of_this_process(), SystemRandom(), clock.now)
    began = clock.now()
    reserve(database, lines, began)
    while outbox.step():
        pass
    _tell_what_is_left(database, began)


def _tell_what_is_left(database: Database, began: datetime) -> None:
    """Raises TargetError where a call that was tried since ``began`` could not be made."""
    from data.outbox import open_rows
    from ivr.errors import TargetError

    with database.reading() as connection:
        left = [row for row in open_rows(connection, MOST_TOLD) if row.tried_at and row.tried_at >= began and row.note]
    if left:
        why = "; ".join(sorted({row.note or "" for row in left}))
        raise TargetError(
            message(
                "calls-not-made",
                "{count} calls were not made, or may not have been: {why}; ivr outbox lists them",
                count=len(left),
                why=why,
            )
        )
