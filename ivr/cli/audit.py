"""``ivr audit`` tells who of the staff did what, when and from where."""

from __future__ import annotations

from datetime import timedelta

import click

from ivr.cli import clock
from ivr.cli.stored import open_readonly, settings_here


@click.command(short_help="Tell who of the staff did what, when and from where.")
@click.option("--days", default=7, show_default=True, type=click.IntRange(1, 1827), help="How far back.")
@click.option("--who", metavar="NAME", help="Only what this person did.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def audit(days: int, who: str | None, as_json: bool) -> None:
    """Tell what users did on the pages and persons at the console, the oldest first. Times are UTC; addresses are kept
    for half a year, the rest for five (docs/privacy.md).
    """
    import json
    from dataclasses import asdict

    from data.audit import audit_since

    with open_readonly(settings_here()) as database, database.reading() as connection:
        found = audit_since(connection, clock.now() - timedelta(days=days), who)
    for row in found:
        if as_json:
            click.echo(json.dumps(asdict(row) | {"at": row.at.isoformat()}, ensure_ascii=False))
        else:
            click.echo(f"{row.at:%Y-%m-%d %H:%M:%S}  {row.who:16}  {row.act}: {row.subject}  from {row.address or '-'}")
    if not found and not as_json:
        click.echo(f"nothing was done in the last {days} days")
