"""A survey of a call is written beside its ticket, on both databases; the wish of its contact is asked before."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import insert, select

from data.calls import NewCall, open_call
from data.company import COMPANY
from data.contact_profile import PROFILE
from data.database import Database
from data.surveys import SURVEY, SurveyRecord
from data.trials import TRIAL
from ivr.call.call_surveys import survey_refused
from ivr.call.effects import SurveyAnswered
from ivr.call.save_effects import save_effects
from ivr.flow.line import Line
from ivr.reports.period import ReportPeriod
from ivr.reports.survey_rows import survey_rows
from ivr.service_desk.opening import NewTicket, open_ticket
from ivr.tickets.events import Severity
from tests.service_desk.conftest import MONDAY, ZONE

SID = "CA" + "1" * 32
NUMBER = "1234567890"


@pytest.fixture
def answered(database: Database, line: Line, new: NewTicket) -> SurveyAnswered:
    """An answer about the ticket of a call, which is open."""
    with database.transaction() as connection:
        open_call(connection, NewCall(SID, line.name, line.version, "+5511987654321", "+551140030015", MONDAY, "{}"))
        open_ticket(connection, line, replace(new, severity=Severity.HIGH), NUMBER, MONDAY)
    return SurveyAnswered("suporte.rm", new.company_id, new.contact_id, NUMBER, (("atendimento", 4),))


def saved(database: Database, line: Line, *effects: SurveyAnswered) -> list[SurveyRecord]:
    for number, effect in enumerate(effects):
        with database.transaction() as connection:
            save_effects(connection, line, SID, number, [effect], MONDAY)
    with database.reading() as connection:
        return [SurveyRecord(*row) for row in connection.execute(select(SURVEY))]


def test_the_row_names_ticket_severity_and_contact(
    database: Database, line: Line, answered: SurveyAnswered, new: NewTicket
) -> None:
    more = replace(answered, answers=(("atendimento", 4), ("prazo", 5)), recording="RE" + "0" * 32)
    (row,) = saved(database, line, replace(answered, answers=()), answered, more, more)
    assert (row.call_sid, row.ticket, row.severity, row.destination) == (SID, NUMBER, 2, "suporte.rm")
    assert (row.company_id, row.contact_id) == (new.company_id, new.contact_id)
    assert json.loads(row.answers or "") == {"atendimento": 4, "prazo": 5}
    assert (row.channel, row.recording_sid) == ("telephone", "RE" + "0" * 32)


def test_the_report_counts_it_with_those_of_the_portal(
    database: Database, line: Line, answered: SurveyAnswered
) -> None:
    saved(database, line, answered)
    with database.reading() as connection:
        period = ReportPeriod(date(2026, 3, 1), date(2026, 3, 31), ZONE)
        (told,) = survey_rows(connection, line, period)
    assert (told.destination, told.sent, told.answered, told.mean("atendimento")) == ("suporte.rm", 1, 1, 4.0)


def test_a_ticket_of_another_company_is_not_named(database: Database, line: Line, answered: SurveyAnswered) -> None:
    with database.reading() as connection:
        another = connection.scalars(select(COMPANY.c.id).where(COMPANY.c.id != answered.company_id)).first()
    (row,) = saved(database, line, replace(answered, company_id=another, contact_id=None))
    assert (row.ticket, row.company_id, row.contact_id, row.severity) == (None, another, None, None)


def test_a_survey_of_no_ticket_is_of_who_was_identified(
    database: Database, line: Line, answered: SurveyAnswered
) -> None:
    (row,) = saved(database, line, replace(answered, ticket=None))
    assert (row.ticket, row.company_id, row.contact_id) == (None, answered.company_id, answered.contact_id)


def test_a_trial_has_no_survey(database: Database, line: Line, answered: SurveyAnswered) -> None:
    with database.transaction() as connection:
        connection.execute(insert(TRIAL).values(call_sid=SID, at=MONDAY))
    assert saved(database, line, answered) == []


@pytest.mark.parametrize(
    ("wish", "severities", "refused_high", "refused_any"),
    [(None, "", False, False), (False, "", True, True), (True, "1 2", False, False), (True, "3 4", True, False)],
)
def test_the_wish_of_the_contact_is_heeded(
    database: Database,
    answered: SurveyAnswered,
    wish: bool | None,
    severities: str,
    refused_high: bool,
    refused_any: bool,
) -> None:
    contact = answered.contact_id or 0
    with database.transaction() as connection:
        connection.execute(PROFILE.delete().where(PROFILE.c.contact_id == contact))
        if wish is not None:
            values = {"contact_id": contact, "company_id": answered.company_id, "survey_wish": wish}
            connection.execute(insert(PROFILE).values(**values, survey_severities=severities))
    with database.reading() as connection:
        assert survey_refused(connection, contact, NUMBER) is refused_high
        assert survey_refused(connection, contact, None) is refused_any
