"""``ivr report`` tells how a line did: its destinations by hour or day, its agents, and where callers left."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from ivr.cli.language import spoken, tell
from ivr.cli.lines import DEFAULT_LINE
from ivr.cli.stored import answering_line, named_destination, open_readonly, settings_here
from ivr.cli.terminal import Cell, Column, show_table
from ivr.reports.period import MINUTES
from wording import message, phrase, reason

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from ivr.flow.line import Line
    from ivr.reports.destination_rows import DestinationRow
    from ivr.reports.period import ReportPeriod
    from ivr.reports.report import Report


@click.command(short_help="Tell how a line did: destinations, agents, where callers left.")
@click.argument("line_name", default=DEFAULT_LINE, metavar="[LINE]")
@click.option("--from", "since", metavar="DAY", help="The first day, like 2026-11-30 (default: today).")
@click.option("--to", "until", metavar="DAY", help="The last day (default: today, or the first one).")
@click.option("--by", type=click.Choice(list(MINUTES)), help="A row for each hour or day in which calls came.")
@click.option("--destination", "only", metavar="DEST", help="Only this destination.")
@click.option("--surveys", is_flag=True, help="What contacts answered about solutions, by month, desk and agent.")
@click.option("--csv", "as_csv", is_flag=True, help="CSV of every operand on standard output, by hour unless --by day.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
def report(
    line_name: str,
    since: str | None,
    until: str | None,
    by: str | None,
    only: str | None,
    surveys: bool,
    as_csv: bool,
    as_json: bool,
) -> None:
    """Count a report of LINE (default: 4003-0015) out of its calls: for each destination how many came, were answered,
    within the service target, hung up, left by a key, heard that it is closed; waits, talk, hold and wrap-up; agents;
    and the states of the menu in which callers hung up.

    With --surveys: how many surveys were sent in these days and answered, and the means of their figures.

    Days are those of the line's clocks. The formulas are printed with the figures; --csv has all of their operands.
    """
    from ivr.cli import clock
    from ivr.reports.columns import write_csv
    from ivr.reports.period import parse_period
    from ivr.reports.report import read_report

    if as_csv and as_json:
        raise click.UsageError(
            message("report-in-two-forms", "--csv and --json are two forms of one answer; ask for one of them")
        )
    line = answering_line(line_name)
    if only is not None:
        named_destination(line, only)
    now = clock.now()
    try:
        today = now.astimezone(line.header.zone).date()
        period = parse_period(since, until, today, line.header.zone)
    except ValueError as error:
        raise click.BadParameter(reason(error)) from None
    if surveys:
        _tell_surveys(line, period, only, "csv" if as_csv else "json" if as_json else "table")
        return
    with open_readonly(settings_here()) as database, database.reading() as connection:
        counted = read_report(connection, line, period, MINUTES[by or "hour"], now, only)
        logins = _logins(connection) if counted.agents and not as_csv else {}
    if as_csv:
        write_csv(counted.intervals, sys.stdout)
    elif as_json:
        _write_json(counted, logins)
    else:
        _tell(counted, logins, rows=counted.intervals if by else counted.destinations, by=by)


def _tell_surveys(line: Line, period: ReportPeriod, only: str | None, form: str) -> None:
    from data.users import all_users
    from ivr.cli.survey_tables import tell_surveys
    from ivr.reports.survey_rows import survey_rows

    with open_readonly(settings_here()) as database, database.reading() as connection:
        rows = [row for row in survey_rows(connection, line, period) if only in (None, row.destination)]
        logins = {user.id: user.login for user in all_users(connection)}
    tell_surveys(line, period, rows, logins, form)


def _logins(connection: Connection) -> dict[int, str]:
    from data.agents import all_agents

    return {agent.user_id: agent.login for agent in all_agents(connection)}


def _write_json(counted: Report, logins: Mapping[int, str]) -> None:
    import json
    from dataclasses import asdict

    from ivr.reports.columns import COLUMNS

    def told(row: DestinationRow) -> dict[str, object]:
        return {name: read(row) for name, read in COLUMNS.items()} | {"causes": dict(row.causes)}

    answer = {
        "line": counted.line,
        "from": counted.period.first.isoformat(),
        "to": counted.period.last.isoformat(),
        "calls": counted.calls,
        "struck_out": counted.struck_out,
        "destinations": [told(row) for row in counted.destinations],
        "intervals": [told(row) for row in counted.intervals],
        "agents": [
            {"agent": logins.get(each.user_id, ""), "answered": each.answered, "missed": dict(each.missed)}
            | asdict(each.time)
            | {"occupancy": each.time.occupancy.value, "pauses": dict(each.pauses)}
            for each in counted.agents
        ],
        "leaving": [each._asdict() for each in counted.leaving],
        "dispositions": [
            {"destination": destination, "disposition": name, "times": times}
            for (destination, name), times in counted.dispositions.items()
        ],
    }
    click.echo(json.dumps(answer, ensure_ascii=False, indent=2))


def _tell(counted: Report, logins: Mapping[int, str], *, rows: Sequence[DestinationRow], by: str | None) -> None:
    from routing.metrics import FORMULAS

    period = counted.period
    days = phrase("on {day}", day=period.first.isoformat())
    if period.days > 1:
        days = phrase("from {first} to {last}", first=period.first.isoformat(), last=period.last.isoformat())
    tell(
        phrase(
            "{line} {days}: {calls} calls, {struck} of them with too many wrong tries",
            line=counted.line,
            days=days,
            calls=counted.calls,
            struck=counted.struck_out,
        )
    )
    if not rows:
        tell(phrase("no call was on the way to a destination"))
    else:
        _show_destinations(rows, by)
        for name, formula in (
            (phrase("SL"), FORMULAS["service_level"]),
            (phrase("abandonment"), FORMULAS["abandonment"]),
            (phrase("ASA"), FORMULAS["asa"]),
            (phrase("AHT"), FORMULAS["aht"]),
        ):
            tell(phrase("{name} = {formula}", name=name, formula=formula))
        _tell_causes(counted)
    if counted.agents:
        _show_agents(counted, logins)
        tell(phrase("{name} = {formula}", name=phrase("occupancy"), formula=FORMULAS["occupancy"]))
    if counted.leaving:
        click.echo()
        tell(phrase("where callers hung up:"))
        columns = [_column(phrase("state")), _column(phrase("hung up"), True), _column(phrase("of"), True)]
        columns.append(_column(phrase("what is asked there")))
        show_table(columns, [_cells(each.state, each.left, each.came, each.text[:80]) for each in counted.leaving[:20]])


def _show_destinations(rows: Sequence[DestinationRow], by: str | None) -> None:
    headings = [phrase("destination"), *([phrase("since")] if by else [])]
    figures = (
        phrase("came"), phrase("told closed"), phrase("queued"), phrase("answered"), phrase("in time"),
        phrase("hung up"), phrase("by key"), phrase("SL"), phrase("abandonment"), phrase("ASA"), phrase("wait"),
        phrase("p95"), phrase("AHT"),
    )  # fmt: skip
    columns = [*map(_column, headings), *(_column(heading, True) for heading in figures)]
    cells = []
    for row in rows:
        got = row.service
        when = [f"{row.begins:%Y-%m-%d %H:%M}" if by == "hour" else f"{row.begins:%Y-%m-%d}"] if row.begins else []
        p95 = "–" if got.p95 is None else f"{got.p95:.0f}"
        cells.append(
            _cells(
                row.destination, *when, row.came, row.visits.get("told closed", 0), got.offered, got.answered,
                got.answered_within, got.abandoned, got.left_by_key, got.service_level.percent(1),
                got.abandonment.percent(1), got.asa.number(0), got.mean_wait.number(0), p95, got.aht.number(0),
            )
        )  # fmt: skip
    show_table(columns, cells)


def _tell_causes(counted: Report) -> None:
    for row in counted.destinations:
        causes = sorted(row.causes.items(), key=lambda it: (-it[1], it[0]))
        told = "; ".join(f"{spoken(cause)} {number}" for cause, number in causes)
        if told:
            tell(phrase("{destination} because: {causes}", destination=row.destination, causes=told))


def _show_agents(counted: Report, logins: Mapping[int, str]) -> None:
    click.echo()
    columns = [_column(phrase("agent"))]
    figures = (
        phrase("answered"), phrase("missed"), phrase("talk"), phrase("hold"), phrase("wrap-up"), phrase("available"),
        phrase("ringing"), phrase("paused"), phrase("occupancy"),
    )  # fmt: skip
    columns += [_column(heading, True) for heading in figures]
    rows = []
    for each in counted.agents:
        time = each.time
        spent = (time.talk, time.hold, time.wrap, time.available, time.ringing, time.paused)
        missed = sum(each.missed.values())
        name = logins.get(each.user_id, "?")
        rows.append(_cells(name, each.answered, missed, *map(_minutes, spent), time.occupancy.percent(1)))
    show_table(columns, rows)


def _column(heading: str, figures: bool = False) -> Column:
    return Column(spoken(heading), figures)


def _cells(*values: object) -> list[Cell]:
    return [Cell(str(value)) for value in values]


def _minutes(seconds: float) -> str:
    """Return ``1:02:03``."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"
