"""Forgets whose calls were, once their periods are over (see ``periods``). When a row is over is said here; what is
left of it, beside its table (see ``personal``).

The personal part of a row goes and the skeleton stays: which line, when, how long, which destination, how it ended, the
protocol number. So the statistics of ten years ago add up, and say nothing about a person.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Delete,
    Select,
    Update,
    and_,
    bindparam,
    distinct,
    exists,
    func,
    or_,
    select,
)

from data.agent_history import AGENT_STATE
from data.all_tables import PERSONAL
from data.announcements import ANNOUNCEMENT
from data.appointments import APPOINTMENT
from data.attempts import ATTEMPT
from data.audit import AUDIT
from data.callbacks import CALLBACK
from data.calls import CALL, STATUS_EVENT
from data.charges import CHARGE
from data.closures import CLOSURE
from data.consents import CONSENT
from data.database import Database
from data.messages import MESSAGE
from data.outbox import OUTBOX
from data.periods import PERIODS, RECORDINGS
from data.recordings import RECORDING, forget_row
from data.remote_access import REMOTE_ACCESS
from data.rota_swaps import ROTA_SWAP
from data.surveys import SURVEY
from data.talks import TALK
from data.ticket_attachments import ATTACHMENT
from data.ticket_events import TICKET_EVENT
from data.tickets import TICKET
from data.turns import TURN
from data.versions import PUBLICATION
from data.waiting import WAITING
from value_class import value_class

BATCH = 200
"""Rows of one transaction: a few milliseconds in which no call can write."""

MOST_FAILURES = 3
"""Recordings in a row that are not deleted: then the carrier is away, and is asked another day."""

DeleteRecording = Callable[[str], None]
"""Deletes the recording of that sid at the carrier; raises RecordingNotDeletedError. One that is not there
any more counts as deleted."""


class RecordingNotDeletedError(Exception):
    """The carrier still has the recording; the text says why.

    ``alone`` says that it refuses this one; else it does not answer at all, or refuses this account.
    """

    def __init__(self, why: str, *, alone: bool = False) -> None:
        super().__init__(why)
        self.alone = alone


@value_class
class _Rule:
    """``due``: what is over, and not forgotten yet. ``forget``: statements on ``keys`` with the moment ``due``."""

    key: ColumnElement[Any]
    due: ColumnElement[bool]
    forget: tuple[Update | Delete, ...]

    def found(self, after: object) -> Select[Any]:
        """The next keys, in their order: a look at each batch must not begin with all those before it."""
        found = select(self.key).where(self.due).distinct().order_by(self.key).limit(BATCH)
        return found if after is None else found.where(self.key > after)

    def counted(self) -> Select[Any]:
        return select(func.count(distinct(self.key))).where(self.due)


_DUE: BindParameter[datetime] = bindparam("due")
_KEYS: BindParameter[Any] = bindparam("keys", expanding=True)
# A call that goes on has not ended, whatever its age: nothing of it is over.
_ENDED = CALL.c.ended_at <= _DUE


_OF_ENDED_CALLS = select(CALL.c.sid).where(_ENDED)
_OF_NOTED_TALKS = select(TALK.c.call_sid).where(or_(TALK.c.notes.is_not(None), TALK.c.recording_sid.is_not(None)))
_CONSENTED = and_(CONSENT.c.contact_id.is_not(None), CONSENT.c.at <= _DUE)
# A callback that was never tried, since its destination is gone or never opens, is given up.
_CALLED_BACK = and_(CALLBACK.c.number != "", func.coalesce(CALLBACK.c.ended_at, CALLBACK.c.since) <= _DUE)
_CLOSED = and_(
    or_(CLOSURE.c.closed_by != "", CLOSURE.c.opened_by != ""),
    or_(CLOSURE.c.opened_at <= _DUE, CLOSURE.c.until <= _DUE),
)

_ANNOUNCED = and_(
    or_(ANNOUNCEMENT.c.made_by != "", ANNOUNCEMENT.c.ended_by != ""),
    or_(ANNOUNCEMENT.c.ended_at <= _DUE, ANNOUNCEMENT.c.until <= _DUE),
)
_SWAPPED = and_(
    or_(ROTA_SWAP.c.person != "", ROTA_SWAP.c.stand_in != ""),
    or_(ROTA_SWAP.c.ended_at <= _DUE, ROTA_SWAP.c.until <= _DUE),
)
_SURVEYED = and_(
    SURVEY.c.ticket.is_(None),
    or_(
        SURVEY.c.company_id.is_not(None),
        SURVEY.c.call_sid.is_not(None),
        SURVEY.c.comment.is_not(None),
        SURVEY.c.recording_sid.is_not(None),
    ),
    SURVEY.c.sent_at <= _DUE,
)
_NAMED_PUBLICATION = and_(PUBLICATION.c.who != "", PUBLICATION.c.at <= _DUE)

_RULES: Mapping[str, _Rule] = {
    "answers": _Rule(
        CALL.c.sid,
        and_(_ENDED, CALL.c.position != ""),
        (
            PERSONAL[TURN].forgetting("answers").where(TURN.c.call_sid.in_(_KEYS)),
            PERSONAL[WAITING].forgetting("answers").where(WAITING.c.call_sid.in_(_KEYS)),
            PERSONAL[CALL].forgetting("answers").where(CALL.c.sid.in_(_KEYS), _ENDED),
        ),
    ),
    "attempts": _Rule(
        ATTEMPT.c.call_sid,
        ATTEMPT.c.at <= _DUE,
        (PERSONAL[ATTEMPT].forgetting("attempts").where(ATTEMPT.c.call_sid.in_(_KEYS), ATTEMPT.c.at <= _DUE),),
    ),
    "statuses": _Rule(
        STATUS_EVENT.c.call_sid,
        and_(STATUS_EVENT.c.at <= _DUE, STATUS_EVENT.c.call_sid.in_(_OF_ENDED_CALLS)),
        (
            PERSONAL[STATUS_EVENT]
            .forgetting("statuses")
            .where(STATUS_EVENT.c.call_sid.in_(_KEYS), STATUS_EVENT.c.at <= _DUE),
        ),
    ),
    "callbacks": _Rule(
        CALLBACK.c.call_sid,
        _CALLED_BACK,
        (
            PERSONAL[OUTBOX].forgetting("callbacks").where(OUTBOX.c.call_sid.in_(_KEYS)),
            PERSONAL[CALLBACK].forgetting("callbacks").where(CALLBACK.c.call_sid.in_(_KEYS), _CALLED_BACK),
        ),
    ),
    "numbers": _Rule(
        CALL.c.sid,
        and_(_ENDED, or_(CALL.c.from_number != "", CALL.c.to_number != "")),
        (PERSONAL[CALL].forgetting("numbers").where(CALL.c.sid.in_(_KEYS), _ENDED),),
    ),
    "customers": _Rule(
        CALL.c.sid,
        and_(
            _ENDED, or_(CALL.c.contact_id.is_not(None), CALL.c.company_id.is_not(None), CALL.c.sid.in_(_OF_NOTED_TALKS))
        ),
        (
            PERSONAL[TALK].forgetting("customers").where(TALK.c.call_sid.in_(_KEYS)),
            PERSONAL[CALL].forgetting("customers").where(CALL.c.sid.in_(_KEYS), _ENDED),
        ),
    ),
    "surveys": _Rule(
        SURVEY.c.id,
        _SURVEYED,
        (PERSONAL[SURVEY].forgetting("surveys").where(SURVEY.c.id.in_(_KEYS), _SURVEYED),),
    ),
    "consents": _Rule(
        CONSENT.c.call_sid,
        _CONSENTED,
        (PERSONAL[CONSENT].forgetting("consents").where(CONSENT.c.call_sid.in_(_KEYS), _CONSENTED),),
    ),
    "tickets": _Rule(
        TICKET.c.number,
        TICKET.c.closed_at <= _DUE,
        (
            *(
                PERSONAL[each].forgetting("tickets").where(each.c.ticket.in_(_KEYS))
                for each in (TICKET_EVENT, ATTACHMENT, SURVEY, APPOINTMENT, CHARGE, REMOTE_ACCESS)
            ),
            PERSONAL[TICKET].forgetting("tickets").where(TICKET.c.number.in_(_KEYS)),
        ),
    ),
    "closures": _Rule(
        CLOSURE.c.id,
        _CLOSED,
        (PERSONAL[CLOSURE].forgetting("closures").where(CLOSURE.c.id.in_(_KEYS), _CLOSED),),
    ),
    "announcements": _Rule(
        ANNOUNCEMENT.c.id,
        _ANNOUNCED,
        (PERSONAL[ANNOUNCEMENT].forgetting("announcements").where(ANNOUNCEMENT.c.id.in_(_KEYS), _ANNOUNCED),),
    ),
    "swaps": _Rule(
        ROTA_SWAP.c.id,
        _SWAPPED,
        (PERSONAL[ROTA_SWAP].forgetting("swaps").where(ROTA_SWAP.c.id.in_(_KEYS), _SWAPPED),),
    ),
    "versions": _Rule(
        PUBLICATION.c.id,
        _NAMED_PUBLICATION,
        (PERSONAL[PUBLICATION].forgetting("versions").where(PUBLICATION.c.id.in_(_KEYS)),),
    ),
    "agents": _Rule(
        AGENT_STATE.c.id,
        AGENT_STATE.c.until <= _DUE,
        (PERSONAL[AGENT_STATE].forgetting("agents").where(AGENT_STATE.c.id.in_(_KEYS), AGENT_STATE.c.until <= _DUE),),
    ),
    "addresses": _Rule(
        AUDIT.c.id,
        and_(AUDIT.c.address != "", AUDIT.c.at <= _DUE),
        (PERSONAL[AUDIT].forgetting("addresses").where(AUDIT.c.id.in_(_KEYS)),),
    ),
    "audit": _Rule(
        AUDIT.c.id,
        AUDIT.c.at <= _DUE,
        (PERSONAL[AUDIT].forgetting("audit").where(AUDIT.c.id.in_(_KEYS)),),
    ),
}

_RECORDED = and_(MESSAGE.c.url != "", MESSAGE.c.at <= _DUE)
# The carrier names a recording when it begins; where its end got lost no row of recordings tells of it.
_UNTOLD = and_(
    TALK.c.recording_sid.is_not(None),
    TALK.c.ended_at <= _DUE,
    ~exists().where(RECORDING.c.sid == TALK.c.recording_sid),
)
_COUNT_RECORDED: Select[Any] = select(
    select(func.count()).select_from(MESSAGE).where(_RECORDED).scalar_subquery()
    + select(func.count()).select_from(RECORDING).where(RECORDING.c.at <= _DUE).scalar_subquery()
    + select(func.count(distinct(TALK.c.recording_sid))).where(_UNTOLD).scalar_subquery()
)
_MESSAGES = (
    select(MESSAGE.c.call_sid, MESSAGE.c.turn, MESSAGE.c.recording_sid, MESSAGE.c.url)
    .where(_RECORDED)
    .order_by(MESSAGE.c.at, MESSAGE.c.call_sid, MESSAGE.c.turn)
)
_TALKS = select(RECORDING.c.sid).where(RECORDING.c.at <= _DUE).order_by(RECORDING.c.at, RECORDING.c.sid)
_UNTOLD_TALKS = select(TALK.c.recording_sid).where(_UNTOLD).distinct().order_by(TALK.c.recording_sid)
_FORGET_TALK = TALK.update().where(TALK.c.recording_sid == bindparam("of")).values(recording_sid=None)
_FORGET_MESSAGE = (
    PERSONAL[MESSAGE]
    .forgetting(RECORDINGS)
    .where(MESSAGE.c.call_sid == bindparam("of"), MESSAGE.c.turn == bindparam("number"))
)
_SID = re.compile(r"RE[0-9a-f]{32}")


@value_class
class Purged:
    """The purge reports how many rows were forgotten of each period. ``kept``: recordings that the carrier still has,
    and why; their rows stay until it has deleted them.
    """

    forgotten: Mapping[str, int]
    kept: int = 0
    why: str = ""


def due_now(database: Database, now: datetime) -> dict[str, int]:
    """Return how much would be forgotten at ``now`` (aware), by the names of the periods; nothing is changed."""
    counts: dict[str, int] = {}
    with database.reading() as connection:
        for period in PERIODS:
            counted = _COUNT_RECORDED if period.name == RECORDINGS else _RULES[period.name].counted()
            counts[period.name] = connection.execute(counted, {"due": period.due(now)}).scalar_one()
    return counts


def purge(
    database: Database,
    now: datetime,
    delete_recording: DeleteRecording | None = None,
    most_recordings: int | None = None,
) -> Purged:
    """Forget what is over at ``now`` (aware), a batch at a time. May be done while calls go on, and again at any time.

    Without ``delete_recording`` the recordings, and the rows that lead to them, stay. ``most_recordings`` is how many
    are deleted at most (None: all): each is a request to the carrier. Those that are left for it count as ``kept``.
    """
    forgotten: dict[str, int] = {}
    kept, why = 0, ""
    for period in PERIODS:
        due = period.due(now)
        if period.name == RECORDINGS:
            forgotten[period.name], kept, why = _forget_recordings(database, due, delete_recording, most_recordings)
        else:
            forgotten[period.name] = _forget(database, _RULES[period.name], due)
    return Purged(forgotten, kept, why)


def forget_talk(database: Database, sid: str, delete_recording: DeleteRecording) -> None:
    """Have the recording of a talk deleted, and then forget it. Raises RecordingNotDeletedError; the row stays then."""
    delete_recording(sid)
    with database.transaction() as connection:
        forget_row(connection, sid)
        connection.execute(_FORGET_TALK, {"of": sid})


def forget_recording(
    database: Database, call_sid: str, turn: int, recording_sid: str, url: str, delete_recording: DeleteRecording
) -> None:
    """Have a recording deleted, and then forget where it was. Raises RecordingNotDeletedError; the row stays then."""
    found = _SID.fullmatch(recording_sid) or _SID.search(url)
    if found:
        delete_recording(found[0])
    with database.transaction() as connection:
        connection.execute(_FORGET_MESSAGE, {"of": call_sid, "number": turn})


def _forget(database: Database, rule: _Rule, due: datetime) -> int:
    forgotten, last = 0, None
    while True:
        with database.reading() as connection:
            keys = list(connection.execute(rule.found(last), {"due": due}).scalars())
        if not keys:
            return forgotten
        last = keys[-1]
        with database.transaction() as connection:
            for statement in rule.forget:
                connection.execute(statement, {"due": due, "keys": keys})
        forgotten += len(keys)


def _forget_recordings(
    database: Database, due: datetime, delete_recording: DeleteRecording | None, most: int | None
) -> tuple[int, int, str]:
    with database.reading() as connection:
        messages = connection.execute(_MESSAGES, {"due": due}).all()
        talks = [sid for each in (_TALKS, _UNTOLD_TALKS) for sid in connection.execute(each, {"due": due}).scalars()]
    rows = [*messages, *talks]
    if delete_recording is None:
        return 0, len(rows), "the telephone company was not asked to delete them" if rows else ""
    forgotten, failed, why = 0, 0, ""
    for row in rows[:most]:
        if failed == MOST_FAILURES:
            break
        try:
            if isinstance(row, str):
                forget_talk(database, row, delete_recording)
            else:
                forget_recording(database, row.call_sid, row.turn, row.recording_sid, row.url, delete_recording)
        except RecordingNotDeletedError as error:
            why = str(error)
            # One that is refused for good must not keep the ones after it.
            failed += not error.alone
        else:
            forgotten, failed = forgotten + 1, 0
    return forgotten, len(rows) - forgotten, why
