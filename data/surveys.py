"""A survey asks a contact how satisfied they are, after a solution was sent or a talk was over; it is answered once.

It names the destination and the analyst at the moment of the solution (seed 003 p. 16), so that a ticket that moves
on later does not move the answer with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Text
from sqlmodel import Field

from data.personal import About, ColumnRule, Personal, columns
from data.protocols import DIGITS
from data.tables import moment, table_of_records


@dataclass(frozen=True, slots=True)
class SurveyRecord:
    """A survey about a ``ticket``, or about the talk of ``call_sid``. ``token`` is the digest of what stands in its
    link.

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

PERSONAL = Personal(
    SURVEY,
    columns("id", "company_id", "contact_id", "call_sid", "token", about=About.CUSTOMER, exported=None)
    | columns("answers", "comment", about=About.CUSTOMER)
    | columns("line", "ticket", "destination", "severity", "sent_at", "expires_at", "answered_at", "channel")
    | {
        "analyst_id": ColumnRule(About.STAFF, exported=None),
        "recording_sid": ColumnRule(About.CUSTOMER, exported=None),
    },
    by_company="company_id",
    rows_period="tickets",
    of_company="surveys",
)
