"""A survey row counts what was asked and answered about one destination, of one analyst or all, in one month.

The month is that in which the survey was sent, by the line's clocks; an answer counts there, whenever it came. The mean
of an analyst is told from ``FEWEST`` answers on, so that no answer is traced to its contact.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, TextIO

from sqlalchemy import Connection

from data.csv_cells import write_cells
from data.surveys import SurveyRecord, surveys_between
from ivr.flow.line import Line
from ivr.reports.period import ReportPeriod
from ivr.tickets.survey_rules import FEWEST

ALL: Final = None
"""In place of an analyst: all of a destination."""


@dataclass(slots=True)
class SurveyRow:
    """``sent`` surveys about ``destination`` in ``month`` (``2026-03``), of the analyst ``analyst_id`` or ALL, of which
    ``answered`` were. ``figures`` holds every figure that was given, by the name of its question.
    """

    month: str
    destination: str
    analyst_id: int | None
    sent: int = 0
    answered: int = 0
    figures: dict[str, list[int]] = field(default_factory=dict)

    @property
    def share(self) -> float:
        """Return how much of what was sent was answered, 0 to 1."""
        return self.answered / self.sent if self.sent else 0.0

    @property
    def is_told(self) -> bool:
        """Return whether the figures of the row are told: those of one analyst from FEWEST answers on."""
        return self.answered > 0 and (self.analyst_id is ALL or self.answered >= FEWEST)

    def mean(self, question: str) -> float | None:
        """Return the mean of a question; None where it was not answered, or is not told."""
        given = self.figures.get(question, [])
        return sum(given) / len(given) if given and self.is_told else None

    def add(self, survey: SurveyRecord) -> None:
        """Count a survey."""
        self.sent += 1
        if survey.answered_at is None or survey.answers is None:
            return
        self.answered += 1
        for name, figure in json.loads(survey.answers).items():
            self.figures.setdefault(name, []).append(int(figure))


def survey_rows(connection: Connection, line: Line, period: ReportPeriod) -> list[SurveyRow]:
    """Return the rows of ``line`` for surveys that were sent in ``period``: by month and destination, first all of it,
    then each analyst.
    """
    rows: dict[tuple[str, str, int], SurveyRow] = {}
    for survey in surveys_between(connection, line.name, period.since, period.until):
        month = f"{survey.sent_at.astimezone(period.zone):%Y-%m}"
        destination = survey.destination or ""
        analysts = (ALL, survey.analyst_id) if survey.analyst_id is not None else (ALL,)
        for analyst in analysts:
            row = rows.setdefault((month, destination, analyst or 0), SurveyRow(month, destination, analyst))
            row.add(survey)
    return [rows[key] for key in sorted(rows)]


def questions_of(line: Line, rows: Iterable[SurveyRow]) -> list[str]:
    """Return the names of the questions: those of the line in their order, then older ones that were answered."""
    asked = [each.name for each in line.routing.surveys.questions] if line.routing.surveys else []
    older = sorted({name for row in rows for name in row.figures} - set(asked))
    return [*asked, *older]


def write_surveys_csv(rows: Iterable[SurveyRow], questions: Iterable[str], logins: dict[int, str], out: TextIO) -> None:
    """Write the rows as CSV: a column a question, empty where its mean is not told."""
    names = list(questions)
    write_cells(out, [["month", "destination", "analyst", "sent", "answered", "share", *names]])
    for row in rows:
        analyst = logins.get(row.analyst_id, "?") if row.analyst_id is not ALL else ""
        means = [row.mean(name) for name in names]
        told = ["" if mean is None else f"{mean:.2f}" for mean in means]
        write_cells(out, [[row.month, row.destination, analyst, row.sent, row.answered, f"{row.share:.4f}", *told]])
