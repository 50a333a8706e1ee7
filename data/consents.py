"""What callers agreed to by pressing a key: the term, its very wording, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Connection, bindparam, insert, select
from sqlmodel import Field

from data.tables import Stored, Utc, table_of


class Consent(Stored, table=True):
    """One row an acceptance; a turn brings one at most."""

    __tablename__ = "consent"

    call_sid: str = Field(primary_key=True, foreign_key="call.sid", max_length=34)
    turn: int = Field(primary_key=True)
    at: datetime = Field(sa_column=Column(Utc, nullable=False))
    contact_id: int | None = Field(default=None, foreign_key="contact.id")
    term: str
    version: str = Field(max_length=64)


@dataclass(frozen=True, slots=True)
class ConsentRecord:
    """An acceptance. ``term`` is the name of the prompt that was read to the caller, ``version`` a digest of its text;
    ``contact_id`` is None where the caller was not identified.
    """

    call_sid: str
    turn: int
    at: datetime
    contact_id: int | None
    term: str
    version: str


CONSENT = table_of(Consent)

_KEEP = insert(CONSENT)
_OF_CALL = (
    select(*(CONSENT.c[name] for name in ConsentRecord.__dataclass_fields__))
    .where(CONSENT.c.call_sid == bindparam("call_sid"))
    .order_by(CONSENT.c.turn)
)


def keep_consent(connection: Connection, consent: ConsentRecord) -> None:
    """Remember an acceptance, in the transaction of the turn that brought it."""
    connection.execute(_KEEP, {name: getattr(consent, name) for name in ConsentRecord.__dataclass_fields__})


def consents_of(connection: Connection, sid: str) -> list[ConsentRecord]:
    """What was agreed to in a call, in its order."""
    return [ConsentRecord(*row) for row in connection.execute(_OF_CALL, {"call_sid": sid})]
