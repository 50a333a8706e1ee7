"""A survey asks a contact how satisfied they are, after a solution was sent or a talk was over; it is answered once.

It names the destination and the analyst at the moment of the solution (seed 003 p. 16), so that a ticket that moves
on later does not move the answer with it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import Column, Connection, Text, bindparam, select, update
from sqlmodel import Field

from data.personal import About, ColumnRule, Personal, columns
from data.protocols import DIGITS
from data.tables import insert_unless_there, moment, table_of_records, values_of
from value_class import value_class


@value_class
class SurveyRecord:
    """A survey about a ``ticket``, or about the talk of ``call_sid``. ``token`` is empty: its
    link is signed by the key, and nothing of it is stored.

    ``answers`` is JSON, from the name of a question to its figure; ``comment`` what was written, ``recording_sid``
    what was said.
    """

    id: str
    line: str
    company_id: int | None
    contact_id: int | None
    ticket: str | None
    call_sid: str | None
    destination: str | None
    analyst_id: int | None
    severity: int | None
    token: str | None
    sent_at: datetime
    expires_at: datetime
    answered_at: datetime | None = None
    channel: str | None = None
    answers: str | None = None
    comment: str | None = None
    recording_sid: str | None = None


SURVEY = table_of_records(
    SurveyRecord,
    "survey",
    id=Field(primary_key=True, max_length=34),
    company_id=Field(foreign_key="company.id", nullable=True, index=True),
    contact_id=Field(foreign_key="contact.id", nullable=True),
    ticket=Field(foreign_key="ticket.number", max_length=DIGITS, nullable=True, index=True),
    call_sid=Field(foreign_key="call.sid", max_length=34, nullable=True, index=True),
    token=Field(max_length=64, nullable=True, unique=True),
    sent_at=moment(index=True),
    channel=Field(max_length=12, nullable=True),
    answers=Field(sa_column=Column(Text, nullable=True)),
    comment=Field(sa_column=Column(Text, nullable=True)),
    recording_sid=Field(max_length=34, nullable=True),
)

_WHOSE: Final = ColumnRule(About.CUSTOMER, exported=None, becomes=None, period="surveys")
"""Of a survey about no ticket; those of a ticket go with it, whole."""

PERSONAL = Personal(
    SURVEY,
    columns("id", "token", about=About.CUSTOMER, exported=None)
    | dict.fromkeys(("company_id", "contact_id", "call_sid", "recording_sid"), _WHOSE)
    | columns("answers", about=About.CUSTOMER)
    | {"comment": ColumnRule(About.CUSTOMER, becomes=None, period="surveys")}
    | columns("line", "ticket", "destination", "severity", "sent_at", "expires_at", "answered_at", "channel")
    | {"analyst_id": ColumnRule(About.STAFF, exported=None)},
    by_company="company_id",
    rows_period="tickets",
    of_company="surveys",
)

_ADD: Final = insert_unless_there(SURVEY)
_FIND: Final = select(SURVEY).where(SURVEY.c.id == bindparam("of"))
_REPLACE: Final = (
    update(SURVEY)
    .where(
        SURVEY.c.ticket == bindparam("of"), SURVEY.c.answered_at.is_(None), SURVEY.c.expires_at > bindparam("moment")
    )
    .values(expires_at=bindparam("moment"))
)
_ANSWER: Final = (
    update(SURVEY)
    .where(SURVEY.c.id == bindparam("of"), SURVEY.c.answered_at.is_(None), SURVEY.c.expires_at > bindparam("moment"))
    .values(
        answered_at=bindparam("moment"),
        channel=bindparam("over"),
        answers=bindparam("given"),
        comment=bindparam("said"),
    )
)
_ANSWER_BY_TELEPHONE: Final = (
    update(SURVEY)
    .where(SURVEY.c.id == bindparam("of"))
    .values(
        answered_at=bindparam("moment"),
        channel="telephone",
        answers=bindparam("given"),
        recording_sid=bindparam("spoken"),
    )
)
_BETWEEN: Final = (
    select(SURVEY)
    .where(
        SURVEY.c.line == bindparam("of_line"),
        SURVEY.c.sent_at >= bindparam("since"),
        SURVEY.c.sent_at < bindparam("until"),
    )
    .order_by(SURVEY.c.sent_at, SURVEY.c.id)
)


def add_survey(connection: Connection, survey: SurveyRecord) -> None:
    """Write a survey; nothing happens where it is there."""
    connection.execute(_ADD[connection.dialect.name], values_of(survey))


def find_survey(connection: Connection, id: str) -> SurveyRecord | None:
    """Return the survey of that id."""
    row = connection.execute(_FIND, {"of": id}).first()
    return SurveyRecord(*row) if row else None


def end_open_surveys(connection: Connection, ticket: str, at: datetime) -> None:
    """Let what a ticket's contact was asked and did not answer expire ``at`` that moment (aware)."""
    connection.execute(_REPLACE, {"of": ticket, "moment": at})


def answer_once(connection: Connection, id: str, answers: str, comment: str | None, channel: str, at: datetime) -> bool:
    """Write the answers (JSON) of a survey ``at`` that moment (aware); False where it was answered, or had expired."""
    values = {"of": id, "moment": at, "over": channel, "given": answers, "said": comment}
    return connection.execute(_ANSWER, values).rowcount == 1


def answer_by_telephone(connection: Connection, id: str, answers: str, recording_sid: str | None, at: datetime) -> None:
    """Write what a caller answered by now (JSON), in place of what the call had answered before; ``at`` is aware."""
    values = {"of": id, "moment": at, "given": answers, "spoken": recording_sid}
    connection.execute(_ANSWER_BY_TELEPHONE, values)


def surveys_between(connection: Connection, line: str, since: datetime, until: datetime) -> list[SurveyRecord]:
    """Return the surveys of a line that were sent from ``since`` on and before ``until`` (aware), oldest first."""
    found = connection.execute(_BETWEEN, {"of_line": line, "since": since, "until": until})
    return [SurveyRecord(*row) for row in found]
