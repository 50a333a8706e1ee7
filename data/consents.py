"""A consent is what a caller agreed to by pressing a key: the term in its very wording, when, and whether its service
was given.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import Column, Connection, Text, bindparam, insert, select, update
from sqlmodel import Field

from data.personal import About, ColumnRule, Personal, columns
from data.tables import table_of_records, values_of
from value_class import value_class

Standing = Literal["given", "open", "void", "unknown"]


@value_class
class ConsentRecord:
    """An acceptance; a turn brings one at most.

    ``term`` is the name of the prompt that was read to the caller, ``version`` a digest of its text, ``text`` the
    sentence itself with the price that was told; ``contact_id`` is None where the caller was not identified.
    ``service`` is what it agrees to, and ``desks`` are those that give it (with commas between them; empty: any).
    ``given_at`` is when one of them was reached, None as long as none was. Rows of early releases lack the last four.
    """

    call_sid: str
    turn: int
    at: datetime
    contact_id: int | None
    term: str
    version: str
    text: str | None = None
    service: str | None = None
    desks: str | None = None
    given_at: datetime | None = None

    def standing(self, *, ended: bool) -> Standing:
        """Return what the consent is worth, in a call that has ``ended`` or not: a consent whose service was never
        given is void.

        Of one that is older than these columns nothing is known.
        """
        if self.given_at:
            return "given"
        if self.text is None:
            return "unknown"
        return "void" if ended else "open"


CONSENT = table_of_records(
    ConsentRecord,
    "consent",
    call_sid=Field(primary_key=True, foreign_key="call.sid", max_length=34),
    turn=Field(primary_key=True),
    contact_id=Field(foreign_key="contact.id"),
    version=Field(max_length=64),
    text=Field(sa_column=Column(Text)),
)

PERSONAL = Personal(
    CONSENT,
    columns("call_sid", exported=None)
    | columns("turn", "at", "term", "version", "text", "service", "desks", "given_at")
    | {"contact_id": ColumnRule(About.CUSTOMER, exported=None, becomes=None, period="consents")},
    exported="consents",
)

_KEEP = insert(CONSENT)
_OF_CALL = select(CONSENT).where(CONSENT.c.call_sid == bindparam("of")).order_by(CONSENT.c.turn)
_OPEN = select(CONSENT.c.turn, CONSENT.c.desks).where(
    CONSENT.c.call_sid == bindparam("of"), CONSENT.c.given_at.is_(None)
)
_GIVE = (
    update(CONSENT)
    .where(CONSENT.c.call_sid == bindparam("of"), CONSENT.c.turn == bindparam("number"))
    .values(given_at=bindparam("moment"))
)


def keep_consent(connection: Connection, consent: ConsentRecord) -> None:
    """Remember an acceptance, in the transaction of the turn that brought it."""
    connection.execute(_KEEP, values_of(consent))


def consents_of(connection: Connection, sid: str) -> list[ConsentRecord]:
    """Return what was agreed to in a call, in its order."""
    return [ConsentRecord(*row) for row in connection.execute(_OF_CALL, {"of": sid})]


def give_service(connection: Connection, sid: str, destination: str | None, at: datetime) -> None:
    """``destination`` has served the call: what was agreed to for it is owed from ``at`` on."""
    for turn, desks in connection.execute(_OPEN, {"of": sid}).all():
        if _gives(desks, destination):
            connection.execute(_GIVE, {"of": sid, "number": turn, "moment": at})


def _gives(desks: str | None, destination: str | None) -> bool:
    if not desks:
        return True
    return any(destination == desk or (destination or "").startswith(f"{desk}.") for desk in desks.split(","))
