"""Surveys by telephone ask what routing.yaml names, after talks with desks that there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.flow.nodes.survey import SurveyByTelephone
from ivr.source.fields import suggest
from routing.closures import scopes_of
from wording import message

if TYPE_CHECKING:
    from ivr.flow.line import Line
    from ivr.source.diagnostics import Diagnostics


def check_surveys(line: Line, diagnostics: Diagnostics) -> None:
    """Each of 'desks' is a destination or a beginning of several names, each question one of 'surveys'.

    Reports put the answers of the portal and of the telephone together by the names of the questions.
    """
    scopes = scopes_of(line.routing.marks)
    rules = line.routing.surveys
    is_unread = line.unread or (rules is None and "surveys" in line.routing.places)
    known = {question.name for question in rules.questions} if rules else set[str]()
    for node in line.states.values():
        if not isinstance(node, SurveyByTelephone):
            continue
        for scope in node.desks:
            if scope not in scopes:
                diagnostics.error(
                    scope.mark,
                    message(
                        "survey-after-unknown-destination",
                        "'{state}' asks after talks with '{scope}', which routing.yaml does not have{near}",
                        state=node.name,
                        scope=scope,
                        near=suggest(scope, scopes),
                    ),
                )
        for question, prompt in () if is_unread else node.questions.items():
            if question not in known:
                diagnostics.error(
                    prompt.mark,
                    message(
                        "survey-of-unknown-question",
                        "'{state}' asks '{question}', which is no question of 'surveys' in routing.yaml{near}",
                        state=node.name,
                        question=question,
                        near=suggest(question, known),
                    ),
                )
