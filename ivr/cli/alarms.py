"""``ivr alarms`` lists what people must know of now, and what they had to know of before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ivr.cli import clock
from ivr.cli.language import spoken
from ivr.cli.stored import open_readonly, settings_here
from ivr.cli.terminal import Cell, Column, show_rows
from wording import phrase

if TYPE_CHECKING:
    from datetime import datetime

    from data.alarms import AlarmRecord

NOTHING = "-"


@click.command(short_help="List alarms that stand, and those that are over.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000), help="How many alarms.")
@click.option("--standing", is_flag=True, help="Only those that stand; exits 1 where there is any.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, with every operand.")
@click.pass_context
def alarms(context: click.Context, limit: int, standing: bool, as_json: bool) -> None:
    """What people must know of: nobody on call took a call, the service level is below its target, a queue has no
    agents, passwords are tried, the carrier's API is away, data of another system are old. Those that stand come first;
    times are UTC.

    The worker looks every 15 seconds (ivr serve, or ivr worker). IVR_ALARM_URL has it told elsewhere.
    """
    import json

    from data.alarms import recent_alarms

    with open_readonly(settings_here()) as database, database.reading() as connection:
        found = recent_alarms(connection, limit)
    if standing:
        found = [each for each in found if each.until is None]
    if as_json:
        for each in found:
            click.echo(json.dumps(_as_object(each), ensure_ascii=False))
    else:
        _show(found, standing=standing)
    if standing and found:
        context.exit(1)


def _show(found: list[AlarmRecord], *, standing: bool) -> None:
    now = clock.now()
    show_rows(
        [
            Column(spoken(phrase("since (UTC)"))),
            Column(spoken(phrase("until"))),
            Column(spoken(phrase("alarm")), whole=True),
            Column(spoken(phrase("line"))),
            Column(spoken(phrase("desk"))),
            Column(spoken(phrase("figures"))),
        ],
        [_row(each) for each in found],
        (_line(each, now) for each in found),
    )
    if not found:
        told = phrase("no alarm stands") if standing else phrase("there was no alarm")
        click.echo(spoken(told))


def _row(alarm: AlarmRecord) -> list[Cell]:
    return [
        Cell(_moment(alarm.since)),
        Cell(_moment(alarm.until) if alarm.until else NOTHING, "faint" if alarm.until else "bad"),
        Cell(alarm.kind),
        Cell(alarm.line or NOTHING),
        Cell(alarm.subject or NOTHING),
        Cell(_told(alarm)),
    ]


def _line(alarm: AlarmRecord, now: datetime) -> str:
    until = _moment(alarm.until) if alarm.until else spoken(phrase("stands"))
    seconds = max(0, round(((alarm.until or now) - alarm.since).total_seconds()))
    length = spoken(phrase("{minutes} min", minutes=seconds // 60))
    about = " ".join(filter(None, (alarm.line, alarm.subject)))
    return f"{_moment(alarm.since)}  {until}  ({length})  {alarm.kind}  {about or NOTHING}  {_told(alarm)}"


def _told(alarm: AlarmRecord) -> str:
    from routing.alarm_rules import alarm_in_words

    return spoken(alarm_in_words(alarm.kind, alarm.figures()))


def _as_object(alarm: AlarmRecord) -> dict[str, object]:
    moments = {"since": alarm.since, "raised_at": alarm.raised_at, "until": alarm.until}
    told = {name: at.isoformat() if at else None for name, at in moments.items()}
    return {"id": alarm.id, "kind": alarm.kind, "line": alarm.line, "subject": alarm.subject} | told | {
        "figures": dict(alarm.figures())
    }  # fmt: skip


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}"
