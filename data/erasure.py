"""An erasure takes a customer out of what is remembered, or deletes it (LGPD art. 18 VI).

The customer is found by the company's document. Erased are the company, its contacts, invoices and tried passwords, and
whatever leads from a call to them. What stays are calls without a customer, with their protocol numbers, and
the wording and moment of what was agreed to: the record of service and the proof of consent, which the law asks for
(LGPD art. 16 I; Decreto 11.034/2022 art. 12 § 5).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Update, delete, func, select, update

from data.all_tables import PERSONAL
from data.attempts import ATTEMPT
from data.calls import CALL
from data.company import COMPANY, TaxDocument
from data.consents import CONSENT
from data.data_subject import SIDS, DataSubject, find_subject, in_parts
from data.database import Database
from data.mails import OF_CONTACTS
from data.messages import MESSAGE
from data.outbox import OUTBOX
from data.recordings import RECORDING
from data.retention import DeleteRecording, forget_recording, forget_talk
from data.talks import TALK
from data.vault import Vault


class CustomerOnLineError(Exception):
    """A call of the customer is going on; it would lose its caller in the middle.

    ``begun``: it came when some of the customer was erased already; what is left is found by asking again.
    """

    def __init__(self, why: str, *, begun: bool) -> None:
        super().__init__(why)
        self.begun = begun


class RecordingsKeptError(Exception):
    """Messages or talks of the customer are recorded at the carrier, and nothing can delete them there."""


def erase(
    database: Database,
    vault: Vault,
    document: TaxDocument,
    now: datetime,
    delete_recording: DeleteRecording | None = None,
) -> bool:
    """Erase the subject, at ``now`` (aware); False where no company has this document.

    Recordings go first, each at the carrier and then here; then the calls, a batch at a time; the company at
    the very end, so that an erasure that was cut short is found, and finished, by asking for it again. Raises
    CustomerOnLineError, and RecordingsKeptError without ``delete_recording``, before anything is changed, or where the
    customer called meanwhile; and RecordingNotDeletedError.
    """
    begun = False
    while True:
        with database.reading() as connection:
            subject = find_subject(connection, vault, document)
            if subject is None:
                return begun
            _require_nobody_on_line(connection, subject, begun=begun)
            recorded = _recorded(connection, subject)
            talks = _talks(connection, subject)
        if (recorded or talks) and delete_recording is None:
            told = f"{len(recorded) + len(talks)} recordings are at the telephone company, and must be deleted there"
            raise RecordingsKeptError(told)
        begun = True
        for row in recorded:
            assert delete_recording is not None  # noqa: S101 - raised above
            forget_recording(database, row.call_sid, row.turn, row.recording_sid, row.url, delete_recording)
        for sid in talks:
            assert delete_recording is not None  # noqa: S101 - raised above
            forget_talk(database, sid, delete_recording)
        for part in in_parts(subject.all_calls):
            with database.transaction() as connection:
                for statement in _FORGET_CALLS:
                    connection.execute(statement, {"sids": part, "now": now})
        with database.transaction() as connection:
            # A call that began meanwhile, and found the subject, must not be left without one.
            again = find_subject(connection, vault, document)
            if again is None:
                return True
            _require_nobody_on_line(connection, again, begun=True)
            if _recorded(connection, again) or _talks(connection, again):
                continue
            for part in in_parts(again.all_calls):
                for statement in _FORGET_CALLS:
                    connection.execute(statement, {"sids": part, "now": now})
            _erase_company(connection, again)
            return True


def _recorded(connection: Connection, subject: DataSubject) -> list[Row[Any]]:
    return [row for part in in_parts(subject.all_calls) for row in connection.execute(_RECORDED, {"sids": part})]


def _talks(connection: Connection, subject: DataSubject) -> list[str]:
    """The recordings of talks with the subject, by their sids: also those whose end the carrier told nobody."""
    told = select(RECORDING.c.sid).where(RECORDING.c.call_sid.in_(SIDS)).order_by(RECORDING.c.at)
    begun = select(TALK.c.recording_sid).where(TALK.c.call_sid.in_(SIDS), TALK.c.recording_sid.is_not(None))
    found = (
        sid
        for part in in_parts(subject.all_calls)
        for query in (told, begun.order_by(TALK.c.accepted_at))
        for sid in connection.execute(query, {"sids": part}).scalars()
    )
    return list(dict.fromkeys(found))


def _erase_company(connection: Connection, subject: DataSubject) -> None:
    twin = select(COMPANY.c.id).where(COMPANY.c.keyed == subject.keyed, COMPANY.c.id != subject.company_id)
    has_twin = connection.execute(twin).first() is not None
    connection.execute(update(CONSENT).where(CONSENT.c.contact_id.in_(subject.contact_ids)).values(contact_id=None))
    # A letter's row names its contact by id, and by a digest of the address.
    letters = [f"contact {each}" for each in subject.contact_ids]
    connection.execute(delete(OUTBOX).where(OUTBOX.c.kind.in_(OF_CONTACTS), OUTBOX.c.recipient.in_(letters)))
    for each in reversed(tuple(PERSONAL.values())):
        # A twin of the same keys shares the tries, and must not get fresh ones.
        if each.by_keys and not (has_twin and each.table is ATTEMPT):
            connection.execute(delete(each.table).where(each.table.c[each.by_keys] == subject.keyed))
        if each.by_company:
            connection.execute(delete(each.table).where(each.table.c[each.by_company] == subject.company_id))


_RECORDED = select(MESSAGE).where(MESSAGE.c.call_sid.in_(SIDS), MESSAGE.c.url != "").order_by(MESSAGE.c.at)


def _forget_calls() -> Iterator[Update]:
    """The statements that take the customer out of calls. What leads to recordings goes when they are deleted."""
    for each in PERSONAL.values():
        # What names a company is deleted with it, whole.
        erasing = None if each.outside or each.by_company else each.erasing()
        if erasing is not None:
            call_sid = CALL.c.sid if each.table is CALL else each.table.c.call_sid
            yield erasing.where(call_sid.in_(SIDS))


_FORGET_CALLS = tuple(_forget_calls())
"""Tries of these calls at other customers' accounts go on counting there, without the caller."""


def _require_nobody_on_line(connection: Connection, subject: DataSubject, *, begun: bool) -> None:
    for part in in_parts(subject.all_calls):
        live = select(func.count()).select_from(CALL).where(CALL.c.sid.in_(part), CALL.c.ended_at.is_(None))
        if connection.execute(live).scalar_one():
            raise CustomerOnLineError("a call of this customer is going on", begun=begun)
