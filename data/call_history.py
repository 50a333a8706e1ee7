"""Tells of the calls before one: of the same contact where the caller was identified, else of the same number."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, exists, select

from data.calls import CALL
from data.company import COMPANY
from data.contact import CONTACT
from data.trials import TRIAL


class EarlierCall(NamedTuple):
    """A call that came in before, and where it was going."""

    sid: str
    started_at: datetime
    destination: str | None


class LikelyCaller(NamedTuple):
    """A contact was identified in another call from the same number; nothing proves that this caller is the same."""

    contact_name: str
    company_name: str


_NO_TRIAL = ~exists().where(TRIAL.c.call_sid == CALL.c.sid)
_EARLIER = (
    select(CALL.c.sid, CALL.c.started_at, CALL.c.destination)
    .where(CALL.c.sid != bindparam("but"), _NO_TRIAL)
    .order_by(CALL.c.started_at.desc(), CALL.c.sid)
    .limit(bindparam("most"))
)
_OF_CONTACT = _EARLIER.where(CALL.c.contact_id == bindparam("contact"))
_OF_NUMBER = _EARLIER.where(CALL.c.from_number == bindparam("number"))
_LIKELY = (
    select(CONTACT.c.name, COMPANY.c.name)
    .select_from(CALL)
    .join(CONTACT, CONTACT.c.id == CALL.c.contact_id)
    .join(COMPANY, COMPANY.c.id == CONTACT.c.company_id)
    .where(CALL.c.from_number == bindparam("number"), CALL.c.sid != bindparam("but"), _NO_TRIAL)
    .order_by(CALL.c.started_at.desc())
    .limit(1)
)


def earlier_calls(
    connection: Connection, sid: str, contact_id: int | None, number: str, limit: int
) -> list[EarlierCall]:
    """Return the ``limit`` newest calls before ``sid``: of the contact, or of the number where there is no contact."""
    if contact_id is not None:
        rows = connection.execute(_OF_CONTACT, {"but": sid, "contact": contact_id, "most": limit})
    elif number:
        rows = connection.execute(_OF_NUMBER, {"but": sid, "number": number, "most": limit})
    else:
        return []
    return [EarlierCall(*row) for row in rows]


def likely_caller(connection: Connection, sid: str, number: str) -> LikelyCaller | None:
    """Return the contact of the newest other call from ``number``; None where there is none."""
    row = connection.execute(_LIKELY, {"but": sid, "number": number}).first() if number else None
    return LikelyCaller(*row) if row else None
