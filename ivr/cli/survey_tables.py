"""``ivr report --surveys`` is told by these: what contacts answered, as a table, CSV or JSON."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from ivr.cli.language import spoken, tell
from ivr.cli.terminal import Cell, Column, show_table
from wording import phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.flow.line import Line
    from ivr.reports.period import ReportPeriod
    from ivr.reports.survey_rows import SurveyRow


def tell_surveys(
    line: Line, period: ReportPeriod, rows: Sequence[SurveyRow], logins: dict[int, str], form: str
) -> None:
    """Tell the rows as ``csv``, ``json`` or ``table``."""
    from ivr.reports.survey_rows import questions_of, write_surveys_csv

    questions = questions_of(line, rows)
    if form == "csv":
        write_surveys_csv(rows, questions, logins, sys.stdout)
    elif form == "json":
        _write_json(line, period, rows, questions, logins)
    else:
        _show(rows, questions, logins)


def _write_json(
    line: Line, period: ReportPeriod, rows: Sequence[SurveyRow], questions: Sequence[str], logins: dict[int, str]
) -> None:
    import json

    answer = {
        "line": line.name,
        "from": period.first.isoformat(),
        "to": period.last.isoformat(),
        "surveys": [
            {
                "month": row.month,
                "destination": row.destination,
                "analyst": None if row.analyst_id is None else logins.get(row.analyst_id, "?"),
                "sent": row.sent,
                "answered": row.answered,
                "share": round(row.share, 4),
                "means": {name: None if (mean := row.mean(name)) is None else round(mean, 2) for name in questions},
            }
            for row in rows
        ],
    }
    click.echo(json.dumps(answer, ensure_ascii=False, indent=2))


def _show(rows: Sequence[SurveyRow], questions: Sequence[str], logins: dict[int, str]) -> None:
    from ivr.tickets.survey_rules import FEWEST

    if not rows:
        tell(phrase("no survey was sent in these days"))
        return
    headings = (phrase("month"), phrase("destination"), phrase("agent"))
    columns = [Column(spoken(heading)) for heading in headings]
    columns += [
        Column(spoken(heading), figures=True) for heading in (phrase("sent"), phrase("answers"), phrase("share"))
    ]
    columns += [Column(name, figures=True) for name in questions]
    table = []
    for row in rows:
        analyst = spoken(phrase("all")) if row.analyst_id is None else logins.get(row.analyst_id, "?")
        means = [row.mean(name) for name in questions]
        told = ["–" if mean is None else f"{mean:.2f}" for mean in means]
        cells = (row.month, row.destination, analyst, str(row.sent), str(row.answered), f"{row.share:.0%}", *told)
        table.append([Cell(text) for text in cells])
    show_table(columns, table)
    tell(phrase("means of 1 to 5; an agent's are told from {fewest} answers on", fewest=FEWEST))
