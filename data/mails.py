"""Mails to contacts are rows of the outbox, written with what decides them.

A row names no address: it holds the contact's id and the digest of the address that was meant, and whoever sends it
reads the address then. So a mail that waits goes to nobody else where the address was changed, or the contact erased,
and the outbox of a stolen database tells none.
"""

from __future__ import annotations

import json
from dataclasses import field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, select

from data.contact_profile import PROFILE, find_contact
from data.outbox import OutboxRecord, put
from data.statement import Statement
from value_class import value_class

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Connection

    from data.contact_profile import PortalContact

MAIL: Final = "mail"
CODE_TEXT: Final = "code text"

OF_CONTACTS: Final = (MAIL, CODE_TEXT)
"""What stands in the rows; read by every release after this one."""

KEPT: Final = timedelta(days=7)
"""How long such a row is kept once it is settled."""

LONGEST_WAIT: Final = timedelta(days=2)
"""After which a letter is not sent any more: what it tells may be over."""

_DIGESTS: Final = Statement(
    select(PROFILE.c.email_digest, PROFILE.c.mobile_digest).where(PROFILE.c.contact_id == bindparam("of"))
)


@value_class
class WantedMail:
    """A letter to a contact: ``letter`` is its name in ``ivr.worker.letters``, ``language`` that in which it is written
    unless the contact has chosen one, ``details`` what the letter needs: ids, never a secret.
    """

    letter: str
    contact_id: int
    language: str
    details: Mapping[str, Any] = field(default_factory=dict)


def want_mail(
    connection: Connection,
    row_id: str,
    wanted: WantedMail,
    now: datetime,
    kind: str = MAIL,
    earliest: datetime | None = None,
) -> bool:
    """Have a letter sent, in the transaction that decides it; False where the contact has no address for it. ``row_id``
    has 34 signs at most, and is its own: the id of what the letter is about, or one that was drawn. ``kind`` is
    CODE_TEXT for a text to the mobile. It waits until ``earliest`` (aware) where that is given, at most its
    ``LONGEST_WAIT`` more.
    """
    row = _DIGESTS.first(connection, {"of": wanted.contact_id})
    digest = row[1 if kind == CODE_TEXT else 0] if row else None
    if digest is None:
        return False
    content = {
        "letter": wanted.letter,
        "contact": wanted.contact_id,
        "language": wanted.language,
        "to": digest,
        **wanted.details,
    }
    text = json.dumps(content, ensure_ascii=False)
    put(
        connection,
        OutboxRecord(row_id, kind, f"contact {wanted.contact_id}", text, None, earliest or now, earliest or now),
    )
    return True


def read_mail(row: OutboxRecord) -> tuple[WantedMail, str]:
    """Return what the row is about, and the digest of the address that was meant. Raises ValueError where its content
    is damaged.
    """
    try:
        content = dict(json.loads(row.content))
        wanted = WantedMail(str(content["letter"]), int(content["contact"]), str(content["language"]), content)
        return wanted, str(content["to"])
    except (TypeError, LookupError, ValueError):
        raise ValueError("the content of the row is damaged") from None


def addressee(connection: Connection, wanted: WantedMail, digest: str, kind: str) -> PortalContact | None:
    """Return the contact to whom a letter goes; None where there is none any more, or with another address."""
    row = _DIGESTS.first(connection, {"of": wanted.contact_id})
    known = (row[1 if kind == CODE_TEXT else 0]) if row else None
    return find_contact(connection, wanted.contact_id) if known == digest else None
