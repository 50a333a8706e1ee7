"""The survey of a call: whether its caller wants none, and the row of what was answered, written with the turn.

Who wants surveys says so on the portal, for which severities (seed 003 p. 16). By telephone a contact of whom the
portal knows nothing is asked, as is a caller who was not identified: neither has said no.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING

from data.contact_profile import refuses_survey
from data.surveys import SurveyRecord, add_survey, answer_by_telephone
from data.talks import talks_of_call
from data.tickets import find_ticket
from data.trials import is_trial
from ivr.tickets.survey_rules import survey_of_call

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ivr.call.effects import SurveyAnswered
    from ivr.flow.line import Line


def survey_refused(connection: Connection, contact_id: int, ticket: str | None) -> bool:
    """Return whether the contact wants no survey about this ``ticket``, or about any where the call has none."""
    found = find_ticket(connection, ticket) if ticket else None
    return refuses_survey(connection, contact_id, found.severity if found else None)


def save_survey(connection: Connection, line: Line, sid: str, answered: SurveyAnswered, now: datetime) -> None:
    """Write the survey of the call ``sid`` with what was answered by ``now`` (aware); a trial has none.

    A call without a ticket has one of who was identified in it, so that it is exported and erased with them.
    """
    if is_trial(connection, sid):
        return
    ticket = find_ticket(connection, answered.ticket) if answered.ticket else None
    if ticket is not None and ticket.company_id != answered.company_id:
        ticket = None
    talks = [each for each in talks_of_call(connection, sid) if each.started_at is not None]
    analyst = talks[-1].user_id if talks else ticket.analyst_id if ticket else None
    survey = SurveyRecord(
        id=survey_of_call(sid),
        line=line.name,
        company_id=answered.company_id,
        contact_id=answered.contact_id,
        ticket=ticket.number if ticket else None,
        call_sid=sid,
        destination=answered.destination,
        analyst_id=analyst,
        severity=ticket.severity if ticket else None,
        token=None,
        sent_at=now,
        expires_at=now,
    )
    add_survey(connection, survey)
    if answered.answers:
        figures = json.dumps(dict(answered.answers), sort_keys=True)
        answer_by_telephone(connection, survey.id, figures, answered.recording, now)
