"""``ivr purge`` ends abandoned calls, and erases the personal part of calls whose retention periods are over."""

from __future__ import annotations

import click

from ivr.cli import clock
from ivr.cli.stored import open_readonly, settings_here


@click.command(short_help="Forget whose calls were, once their time is over.")
@click.option("--dry-run", is_flag=True, help="Only tell what would be forgotten.")
@click.pass_context
def purge(context: click.Context, dry_run: bool) -> None:
    """End abandoned calls, and forget the personal part of calls whose retention periods are over; docs/privacy.md has
    the periods and their reasons. Run it every day: calls that are going on are left alone.

    Recordings are deleted at the telephone company, with TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN. Exits 1 where that
    did not work for one; it is tried again the next time.
    """
    from data.periods import PERIODS
    from data.retention import due_now
    from data.retention import purge as purge_data
    from data.sweep import sweep
    from ivr.channels.twilio.recordings import client_of, deleter

    settings = settings_here()
    now = clock.now()
    with open_readonly(settings) as database:
        if dry_run:
            counts, kept, why = due_now(database, now), 0, ""
        else:
            swept = sweep(database, now)
            client = client_of(settings)
            purged = purge_data(database, now, deleter(client) if client else None)
            counts, kept, why = dict(purged.forgotten), purged.kept, purged.why
            if any(counts.values()):
                database.leave_no_remains()
            click.echo(
                f"ended: {swept.calls} abandoned calls, {swept.callbacks} abandoned tries to call back;"
                f" dropped: {swept.statuses} statuses of no call, {swept.queue_exits} ways out of queues"
            )
    for period in PERIODS:
        number = counts[period.name]
        click.echo(f"{period.name:11}{number:7} {'due' if dry_run else 'forgotten'}, {period.days} days: {period.what}")
    if kept:
        remedy = "" if client else "; set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN"
        click.echo(f"{kept} recordings are still there: {why}{remedy}", err=True)
        context.exit(1)
