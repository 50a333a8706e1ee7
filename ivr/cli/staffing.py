"""``ivr staffing`` tells how many agents a destination needs, hour by hour, and what happens with one fewer."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ivr.cli import BAD_INPUT
from ivr.cli.answering import folder_option, line_read
from ivr.cli.language import spoken, tell
from ivr.cli.stored import line_option, named_destination
from ivr.cli.terminal import Cell, Column, Look, plain_table, show_rows
from wording import message, phrase, reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.sheet import Problem
    from ivr.cli.staffing_arrivals import DayOfCalls
    from ivr.flow.line import Line
    from ivr.staffing.arrivals import IntervalLoad
    from ivr.staffing.plan import PlannedInterval, Staffing
    from routing.agent_rules import ServiceTarget
    from routing.metrics import Ratio

MOST_CALLS = 20_000
MOST_AGENTS = 500
"""A day that takes a minute or so to simulate."""

MORE = 2
"""How many times the calls of the interval that ``--twice`` names come."""


@click.command(short_help="Tell how many agents a desk needs, hour by hour.")
@click.argument("destination", metavar="DEST")
@click.option("--target", "target_text", metavar="80/20", help="Per cent within seconds (default: the desk's own).")
@click.option("--calls", type=click.FloatRange(0, 100_000), help="Calls in an hour.")
@click.option(
    "--arrivals", type=click.Path(path_type=Path), help="CSV with begin (08:00), calls and, if you like, aht."
)
@click.option("--day", "day_text", metavar="DATE", help="The calls that were recorded on that day, 2026-03-09.")
@click.option("--aht", type=click.FloatRange(1, 86_400), help="Seconds for which a call keeps an agent, on average.")
@click.option("--interval", default=60, show_default=True, type=click.Choice([15, 30, 60]), help="Minutes, of --day.")
@click.option("--shrinkage", default=0.0, type=click.FloatRange(0, 90), help="Per cent of the agents who are away.")
@click.option("--patience", type=click.FloatRange(1, 86_400), help="Seconds after which callers leave, on average.")
@click.option(
    "--accept", default=5.0, show_default=True, type=click.FloatRange(0, 60), help="Seconds until one accepts."
)
@click.option("--twice", default="08:00", show_default=True, metavar="TIME", help="When twice the calls come.")
@click.option("--days", default=10, show_default=True, type=click.IntRange(1, 200), help="Days that are simulated.")
@click.option("--seed", default=1, show_default=True, type=click.IntRange(0), help="Of the simulated days.")
@click.option("--json", "as_json", is_flag=True, help="One object on standard output.")
@folder_option
@line_option
@click.pass_context
def staffing(
    context: click.Context,
    destination: str,
    target_text: str | None,
    calls: float | None,
    arrivals: Path | None,
    day_text: str | None,
    aht: float | None,
    interval: int,
    shrinkage: float,
    patience: float | None,
    accept: float,
    twice: str,
    days: int,
    seed: int,
    as_json: bool,
    of_folder: bool,
    line_name: str,
) -> None:
    """Tell how many agents keep the service target of DEST in each interval: by Erlang C, and as many as it takes when
    our own distribution is simulated, with the seconds in which an agent accepts and with callers of the interval
    before. Then what happens with one agent fewer all day, and with twice the calls at --twice.

    The calls are --calls of an hour, those of an --arrivals file, or the recorded ones of a --day. Erlang C is for
    callers who never leave; give --patience to see how many do. Exits 0; 2 where the calls cannot be read.
    """
    from ivr.cli.staffing_arrivals import minutes_of
    from ivr.staffing.plan import Staffing
    from ivr.staffing.simulated_day import AgentHabits
    from routing.agent_rules import PLAIN_RULES

    line = line_read(line_name, of_folder=of_folder)
    name = named_destination(line, destination)
    rules = line.routing.table.agents.get(name, PLAIN_RULES)
    at = minutes_of(twice)
    if at is None:
        raise click.BadParameter(
            message(
                "option-no-time-of-day",
                "'{text}' cannot be {option}; write a time like 08:00",
                text=twice,
                option="--twice",
            )
        )
    day, problems = _day(line, name, calls, arrivals, day_text, aht, interval)
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        context.exit(BAD_INPUT)
    plans = Staffing(
        line.name,
        name,
        rules,
        _target(target_text) if target_text else rules.service_target,
        datetime(2026, 1, 1, tzinfo=UTC),  # of no meaning: nothing but differences of times counts
        AgentHabits(accept),
        shrinkage,
        patience,
        days,
        seed,
        day.recorded,
    )
    _require_playable(day.loads)
    planned = plans.plan(day.loads)
    report = _Report(plans, planned, at * 60)
    if as_json:
        click.echo(json.dumps(report.as_json(), ensure_ascii=False))
    else:
        report.show()


def _day(
    line: Line, name: str, calls: float | None, arrivals: Path | None, day: str | None, aht: float | None, minutes: int
) -> tuple[DayOfCalls, list[Problem]]:
    from ivr.cli.staffing_arrivals import of_numbers, of_record, of_sheet

    if sum(each is not None for each in (calls, arrivals, day)) != 1:
        raise click.UsageError(message("one-source-of-calls", "give one of --calls, --arrivals and --day"))
    if arrivals:
        return of_sheet(arrivals, aht)
    if day:
        return of_record(line, name, _date(day), minutes, aht), []
    if aht is None:
        raise click.UsageError(
            message("handle-time-missing", "--calls needs --aht: the seconds for which a call keeps an agent")
        )
    return of_numbers(calls or 0.0, aht), []


def _require_playable(loads: Sequence[IntervalLoad]) -> None:
    calls = sum(load.calls for load in loads)
    busy = max(load.calls * load.handle / load.length for load in loads)
    if calls > MOST_CALLS or busy > MOST_AGENTS:
        raise click.UsageError(
            message(
                "day-too-large-to-simulate",
                "a day of {calls:.0f} calls that keep {agents:.0f} agents busy is too large to simulate; "
                "{most} calls and {busy} agents are the most",
                calls=calls,
                agents=busy,
                most=MOST_CALLS,
                busy=MOST_AGENTS,
            )
        )


def _target(text: str) -> ServiceTarget:
    from routing.agent_rules import parse_service_target

    try:
        return parse_service_target(text)
    except ValueError as error:
        raise click.BadParameter(reason(error)) from None


def _date(text: str) -> date:
    from ivr.flow.routing.section import parse_date

    try:
        return parse_date(text)
    except ValueError as error:
        raise click.BadParameter(reason(error)) from None


class _Report:
    """Tells a plan as a table for people, and as JSON."""

    def __init__(self, plans: Staffing, planned: Sequence[PlannedInterval], twice: float) -> None:
        from ivr.cli.staffing_arrivals import interval_at

        self._plans, self._planned, self._target = plans, planned, plans.target
        self._loads, self._agents = [each.load for each in planned], [each.agents for each in planned]
        self._twice = interval_at(self._loads, twice)
        if self._twice is None:
            self._twice = max(range(len(planned)), key=lambda at: planned[at].load.calls)
        self._more, self._needed = plans.with_more_calls(self._loads, self._agents, self._twice, MORE)

    def show(self) -> None:
        minutes = int(self._loads[0].length // 60)
        tell(
            phrase(
                "{destination}: {percent} % within {seconds} s; calls of each {minutes} minutes, and agents for them; "
                "{days} days were simulated",
                days=self._plans.played_days,
                destination=self._plans.destination,
                percent=self._target.percent,
                seconds=self._target.seconds,
                minutes=minutes,
            )
        )
        columns = [
            Column(spoken(phrase("from"))),
            *(
                Column(spoken(heading), figures=True)
                for heading in (
                    phrase("calls"), phrase("erlangs"), phrase("Erlang C"), phrase("service level"), phrase("agents"),
                    phrase("simulated"), phrase("one fewer"), phrase("abandoned"), phrase("on the rota"),
                )
            ),
        ]  # fmt: skip
        rows = [self._row(each) for each in self._planned]
        show_rows(columns, rows, plain_table(columns, rows))
        hours = sum(each.agents * each.load.length for each in self._planned) / 3600
        tell(phrase("Hours of agents in the day: {hours:.1f}", hours=hours))
        tell(
            phrase(
                "One agent fewer all day: {level} within {seconds} s, instead of {before}",
                level=self._day(fewer=True).percent(1),
                before=self._day(fewer=False).percent(1),
                seconds=self._target.seconds,
            )
        )
        at = self._twice or 0
        tell(
            phrase(
                "Twice the calls from {begin} on: {level} within {seconds} s; {needed} agents would keep the target",
                begin=self._begin(self._planned[at]),
                level=self._more.service_level.percent(1),
                seconds=self._target.seconds,
                needed=self._needed,
            )
        )

    def _row(self, each: PlannedInterval) -> list[Cell]:
        look: Look = "bad" if each.figures.target_met is False else "plain"
        return [
            Cell(self._begin(each)),
            Cell(f"{each.load.calls:g}"),
            Cell(f"{each.erlangs:.1f}"),
            Cell(str(each.by_erlang)),
            Cell(f"{100 * each.level:.1f} %"),
            Cell(str(each.agents)),
            Cell(each.figures.service_level.percent(1), look),
            Cell(each.fewer.service_level.percent(1)),
            Cell(each.figures.abandonment.percent(1)),
            Cell(str(each.on_rota)),
        ]

    def _begin(self, each: PlannedInterval) -> str:
        from ivr.cli.staffing_arrivals import clock_of

        return clock_of(each.load.begin)

    def _day(self, *, fewer: bool) -> Ratio:
        """The service level of all intervals together: of their operands, and never a mean of theirs."""
        from routing.metrics import Ratio

        levels = [(each.fewer if fewer else each.figures).service_level for each in self._planned]
        return Ratio(sum(each.part for each in levels), sum(each.whole for each in levels))

    def as_json(self) -> dict[str, object]:
        return {
            "destination": self._plans.destination,
            "target": {"percent": self._target.percent, "seconds": self._target.seconds},
            "days": self._plans.played_days,
            "seed": self._plans.seed,
            "intervals": [
                {
                    "begin": self._begin(each),
                    "seconds": each.load.length,
                    "calls": each.load.calls,
                    "aht": each.load.handle,
                    "erlangs": each.erlangs,
                    "by_erlang": each.by_erlang,
                    "service_level": each.level,
                    "asa": each.asa,
                    "occupancy": each.occupancy,
                    "agents": each.agents,
                    "on_rota": each.on_rota,
                    "simulated": each.figures.service_level.value,
                    "simulated_asa": each.figures.asa.value,
                    "abandonment": each.figures.abandonment.value,
                    "one_fewer": each.fewer.service_level.value,
                }
                for each in self._planned
            ],
            "one_fewer": self._day(fewer=True).value,
            "simulated": self._day(fewer=False).value,
            "twice": {
                "begin": self._begin(self._planned[self._twice or 0]),
                "service_level": self._more.service_level.value,
                "by_erlang": self._needed,
            },
        }
