"""Reads recorded talks with what people ask for them by: protocol number, destination, agent."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Select, bindparam, or_, select

from data.calls import CALL
from data.protocols import PROTOCOL
from data.recordings import RECORDING, RecordingRecord
from data.talks import TALK
from data.users import USER
from value_class import value_class

_NO_DIGIT: Final = re.compile(r"[^0-9]")


@value_class
class RecordedTalk:
    """A recording with the protocol number of its call, and the agents who talk in it, in their order: none where a
    telephone was rung and no agent took the call. ``began`` is when the first of them did, None where that is unknown.
    """

    recording: RecordingRecord
    protocol: str | None
    agents: tuple[str, ...]
    began: datetime | None


_ALL = (
    select(RECORDING, PROTOCOL.c.number)
    .select_from(RECORDING)
    .outerjoin(CALL, RECORDING.c.call_sid == CALL.c.sid)
    .outerjoin(PROTOCOL, PROTOCOL.c.call_sid == CALL.c.sid)
)
_NEWEST = _ALL.order_by(RECORDING.c.at.desc(), RECORDING.c.sid).limit(bindparam("most"))
_OF_CALL = _ALL.where(RECORDING.c.call_sid == bindparam("call")).order_by(RECORDING.c.at, RECORDING.c.sid)
# Of a call that began without a database it is not known which line answered it.
_OF_LINE = _NEWEST.where(or_(CALL.c.line == bindparam("line"), CALL.c.sid.is_(None)))
_OF_PROTOCOL = _OF_LINE.where(PROTOCOL.c.number == bindparam("number"))
_ONE = _OF_LINE.where(RECORDING.c.sid == bindparam("sid"))
_KEPT = select(RECORDING.c.sid).where(RECORDING.c.sid.in_(bindparam("sids", expanding=True)))
_OF_TALKS = (
    select(TALK.c.id, RECORDING.c.sid)
    .join_from(TALK, RECORDING, RECORDING.c.sid == TALK.c.recording_sid)
    .where(TALK.c.id.in_(bindparam("talks", expanding=True)))
)
_AGENTS = (
    select(TALK.c.recording_sid, USER.c.name, TALK.c.started_at)
    .join_from(TALK, USER, TALK.c.user_id == USER.c.id)
    .where(TALK.c.recording_sid.in_(bindparam("sids", expanding=True)), TALK.c.started_at.is_not(None))
    .order_by(TALK.c.started_at, TALK.c.id)
)


def newest_recorded_talks(connection: Connection, limit: int) -> list[RecordedTalk]:
    """Return the ``limit`` recorded talks of all lines that were made last, the newest first."""
    return _with_agents(connection, _NEWEST, {"most": limit})


def recorded_talks_of(connection: Connection, call_sid: str) -> list[RecordedTalk]:
    """Return the recorded talks of a call, the oldest first."""
    return _with_agents(connection, _OF_CALL, {"call": call_sid})


def recorded_talks(connection: Connection, line: str, limit: int, protocol: str = "") -> list[RecordedTalk]:
    """Return the ``limit`` newest recorded talks of ``line``; with ``protocol``, however it is written, those of its
    call.
    """
    given = {"line": line, "most": limit}
    if protocol:
        return _with_agents(connection, _OF_PROTOCOL, given | {"number": _NO_DIGIT.sub("", protocol)})
    return _with_agents(connection, _OF_LINE, given)


def find_recorded_talk(connection: Connection, line: str, sid: str) -> RecordedTalk | None:
    """Return the recorded talk of ``line`` with that recording; None where there is none, or not any more."""
    found = _with_agents(connection, _ONE, {"line": line, "most": 1, "sid": sid})
    return found[0] if found else None


def kept_recordings(connection: Connection, sids: Collection[str], talks: Collection[str]) -> dict[str, str]:
    """Return the sids of the recordings that are kept, of those ``sids`` and of those of ``talks`` (ids), by what they
    were asked for with.
    """
    found = {sid: sid for sid in connection.execute(_KEPT, {"sids": list(sids)}).scalars()} if sids else {}
    for talk, sid in connection.execute(_OF_TALKS, {"talks": list(talks)}) if talks else ():
        found[talk] = sid
    return found


def _with_agents(connection: Connection, query: Select[Any], given: Mapping[str, object]) -> list[RecordedTalk]:
    found = [(RecordingRecord(*row[:-1]), row[-1]) for row in connection.execute(query, given)]
    names: defaultdict[str, list[str]] = defaultdict(list)
    began: dict[str, datetime] = {}
    for sid, name, at in connection.execute(_AGENTS, {"sids": [each.sid for each, _ in found]}):
        names[sid].append(name)
        began.setdefault(sid, at)
    return [RecordedTalk(each, number, tuple(names[each.sid]), began.get(each.sid)) for each, number in found]
