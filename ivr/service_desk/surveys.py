"""A survey is sent with a solution, where the contact wants surveys for that severity, and is answered once.

It names the destination and the analyst at the moment of the solution (seed 003 p. 16). Its link is its id with a
signature of the key's: nothing of it is stored, so that the database gives no survey away.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection

from data.contact_profile import find_contact
from data.surveys import SurveyRecord, add_survey, answer_once, end_open_surveys, find_survey
from data.ticket_events import TicketEventRecord
from data.tickets import TicketRecord
from data.trials import is_trial
from data.vault import Vault
from ivr.flow.line import Line
from ivr.service_desk.texts import kept_text
from ivr.tickets.events import EventKind
from ivr.tickets.survey_rules import SurveyRules, survey_of_solution, survey_wanted
from wording import message


class SurveyOverError(ValueError):
    """A survey is answered no more: it was already, or its days are over."""


LONGEST_COMMENT = 2000
"""Characters of what a contact writes beside the figures."""


def send_survey(
    connection: Connection,
    line: Line,
    _before: TicketRecord | None,
    after: TicketRecord,
    added: Sequence[TicketEventRecord],
    _now: datetime,
) -> None:
    """Write a survey for a solution that was sent, where the line asks anything and the contact wants to be asked and
    has an address for its link. A survey of an earlier solution that was not answered expires.
    """
    rules = line.routing.surveys
    solution = next((each for each in reversed(added) if each.kind == EventKind.SOLUTION_SENT.value), None)
    if rules is None or solution is None or after.contact_id is None:
        return
    end_open_surveys(connection, after.number, solution.at)
    if after.call_sid is not None and is_trial(connection, after.call_sid):
        return
    contact = find_contact(connection, after.contact_id)
    if contact is None or contact.sealed_email is None or contact.blocked:
        return
    if not survey_wanted(after.severity, contact.survey_severities):
        return
    survey = SurveyRecord(
        id=survey_of_solution(after.number, solution.position),
        line=line.name,
        company_id=after.company_id,
        contact_id=after.contact_id,
        ticket=after.number,
        call_sid=None,
        destination=after.destination,
        analyst_id=after.analyst_id if after.analyst_id is not None else solution.user_id,
        severity=after.severity,
        token=None,
        sent_at=solution.at,
        expires_at=rules.expires_at(solution.at),
    )
    add_survey(connection, survey)


def survey_of_letter(connection: Connection, ticket: str, position: int) -> SurveyRecord | None:
    """Return the survey that goes with the letter about the solution ``position`` of a ticket; None where none does."""
    return find_survey(connection, survey_of_solution(ticket, position))


def survey_link(vault: Vault, survey: str) -> str:
    """Return the path of a survey's page on the portal, signed."""
    return f"{_path(survey)}?mark={vault.sign_link(_path(survey))}"


def signed_survey(connection: Connection, vault: Vault, survey: str, mark: str) -> SurveyRecord | None:
    """Return the survey of a link; None where the signature is not its own, it is gone, or its contact was blocked."""
    found = find_survey(connection, survey) if vault.signed_link(_path(survey), mark) else None
    contact = find_contact(connection, found.contact_id) if found and found.contact_id is not None else None
    return None if contact is not None and contact.blocked else found


def answer_survey(
    connection: Connection,
    rules: SurveyRules,
    survey: str,
    figures: Mapping[str, str],
    comment: str,
    channel: str,
    now: datetime,
) -> None:
    """Record the answers to a survey at ``now`` (aware), once. Raises SurveyAnswerError where a figure is missing,
    SurveyOverError where it was answered or has expired, and ValueError for a comment that is too long.
    """
    answers = rules.answers(figures)
    kept = kept_text(comment, LONGEST_COMMENT) or None
    if not answer_once(connection, survey, json.dumps(answers, sort_keys=True), kept, channel, now):
        raise SurveyOverError(message("survey-over", "this survey was answered already, or its time is over"))


def _path(survey: str) -> str:
    return f"/pesquisas/{survey}"
