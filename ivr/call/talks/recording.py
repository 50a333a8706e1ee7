"""A talk with a destination of ``record: yes`` is recorded on the caller's leg, in two channels, and so once for a call
that several agents talk with: paused while the caller is held, waits again or is passed on, and stopped before the
caller keys anything more, which may be a password.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from data.talks import TalkRecord, change_talk, talks_of_call
from ivr.call.talks.requests import ActRequest, TalkAct, put_act

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ivr.call.talks.settling import Rules

GOES_ON_AFTER: Final = frozenset({"lost", "transfer"})
"""How a talk ended behind which the call is recorded on: another agent is to come."""


def begin_recording(connection: Connection, talk: TalkRecord, rules: Rules, now: datetime) -> None:
    """Record a talk that begins, where its destination wants it; the recording of an agent before goes on."""
    engine = rules.lines.version(talk.line, "")
    if talk.destination not in engine.line.routing.recorded or talk.caller_leg is None:
        return
    before = [each for each in talks_of_call(connection, talk.call_sid) if each.id != talk.id]
    last = before[-1] if before else None
    if last and last.recording_sid and last.ended_by in GOES_ON_AFTER:
        change_talk(connection, talk.id, recording_sid=last.recording_sid)
        _ask(connection, replace(talk, recording_sid=last.recording_sid), "resume-recording", now)
    else:
        ask_to_record(connection, talk, now)


def ask_to_record(connection: Connection, talk: TalkRecord, now: datetime) -> None:
    """Have the caller's leg recorded from now on."""
    path = f"/twilio/recorded?{urlencode({'desk': talk.destination})}"
    put_act(connection, ActRequest("record", talk.id, call=talk.caller_leg or "", path=path), talk.call_sid, now)


def pause_recording(connection: Connection, talk: TalkRecord, now: datetime, *, paused: bool) -> str | None:
    """Have the recording of a talk paused, or go on, where there is one; return the row that asks for it."""
    return _ask(connection, talk, "pause-recording" if paused else "resume-recording", now)


def stop_recording(connection: Connection, talk: TalkRecord, now: datetime) -> str | None:
    """Have the recording of a talk ended, where there is one; return the row that asks for it."""
    return _ask(connection, talk, "stop-recording", now)


def _ask(connection: Connection, talk: TalkRecord, act: TalkAct, now: datetime) -> str | None:
    if not (talk.recording_sid and talk.caller_leg):
        return None
    return put_act(connection, ActRequest(act, talk.id, call=talk.caller_leg), talk.call_sid, now)
