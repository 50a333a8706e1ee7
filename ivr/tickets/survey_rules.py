"""A survey asks for figures from 1 to 5 after a solution was sent (seed 003 p. 16).

What the seed leaves open is decided here. A contact says for which severities surveys are wanted; who has said nothing
gets none. There is one survey for each solution: where a solution is refused and another one sent, the new survey takes
the place of the one that was not answered. It is answered once, within ``link_days`` of 24 hours. Figures of an analyst
are told from FEWEST answers on, so that no answer is traced to its contact; those of fewer are counted in the
destination's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Final

from value_class import value_class
from wording import message

LOWEST: Final = 1
HIGHEST: Final = 5
KEYS: Final = frozenset(str(figure) for figure in range(LOWEST, HIGHEST + 1))
"""What a caller keys, and what a page sends."""

FEWEST: Final = 5
"""Answers from which on the mean of one analyst is told."""

LINK_DAYS: Final = 15
"""Days for which a link is good, unless ops write others: as long as a solution waits for acceptance."""


class SurveyAnswerError(ValueError):
    """A survey cannot be answered so; says why."""


@value_class
class SurveyQuestion:
    """A question by its ``name`` in rows and reports; ``texts`` is what a page shows, by language."""

    name: str
    texts: Mapping[str, str]

    def text(self, language: str) -> str:
        """Return the words of a page in ``language``, else in the first one that is written."""
        return self.texts.get(language) or next(iter(self.texts.values()))


@value_class
class SurveyRules:
    """Ops wrote these questions, in the order in which they are asked."""

    questions: tuple[SurveyQuestion, ...]
    link_days: int = LINK_DAYS

    def expires_at(self, sent_at: datetime) -> datetime:
        """Return the moment from which a survey that was sent at ``sent_at`` (aware) is answered no more."""
        return sent_at + timedelta(days=self.link_days)

    def answers(self, written: Mapping[str, str]) -> dict[str, int]:
        """Return the figures of a form or of keys, by the names of the questions. Raises SurveyAnswerError where one is
        missing or none of 1 to 5.
        """
        found: dict[str, int] = {}
        for question in self.questions:
            figure = written.get(question.name, "")
            if figure not in KEYS:
                raise SurveyAnswerError(
                    message("survey-figure-missing", "choose a figure from 1 to 5 for each question, and send it again")
                )
            found[question.name] = int(figure)
        return found


def survey_wanted(severity: int, wanted: Collection[int]) -> bool:
    """Return whether a contact who wants surveys for these severities gets one for a ticket of ``severity``."""
    return severity in wanted


def survey_of_call(sid: str) -> str:
    """Return the id of the survey that is asked in the call ``sid``: one for each."""
    return f"SV{hashlib.sha256(f'call {sid}'.encode()).hexdigest()[:32]}"


def survey_of_solution(ticket: str, position: int) -> str:
    """Return the id of the survey about the solution that is the event ``position`` of ``ticket``: one for each."""
    return f"SV{hashlib.sha256(f'solution {ticket} {position}'.encode()).hexdigest()[:32]}"
