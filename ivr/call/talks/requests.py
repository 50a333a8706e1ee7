"""Talks ask the carrier for legs to be rung and for acts on calls and conferences, as rows of the outbox.

A leg is a call that the line makes: like every call it is never asked for twice because of a lost answer. An act names
what it is about by the carrier's own names, and may be repeated; before it is sent it is asked whether it is still
wanted (``ivr.worker.deliveries``). Calls of trials go to the carrier of the pages, and so do the legs and acts of
their talks.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Final, Literal

from data.outbox import OutboxRecord, find_row, move, put
from data.trials import is_trial
from data.waiting import name_of
from value_class import value_class

if TYPE_CHECKING:
    from sqlalchemy import Connection

LEG: Final = "talk leg"
TRIAL_LEG: Final = "trial talk leg"
ACT: Final = "talk act"
TRIAL_ACT: Final = "trial talk act"

KINDS: Final = (LEG, TRIAL_LEG, ACT, TRIAL_ACT)
"""What talks write into the outbox; read by every release after this one."""

TalkAct = Literal[
    "take",  # the caller out of the queue, into the conference
    "send",  # a call to another document
    "hang-up",  # a call
    "change",  # a participant: held, or not; whose leaving ends the conference
    "remove",  # a participant
    "announce",  # a document to a participant
    "record",  # the caller's leg
    "pause-recording",
    "resume-recording",
    "stop-recording",
]


@value_class
class LegRequest:
    """A call is to be made from the number of ``line``; ``path`` answers it, and ``status`` hears of it. With a
    ``room`` it comes into that conference by itself, under ``label``. ``at_page`` where it rings at a page's telephone,
    of which no allow-list knows.
    """

    line: str
    path: str
    status: str
    seconds: int
    offer: str | None = None
    room: str = ""
    label: str = ""
    at_page: bool = False

    @property
    def calls_staff(self) -> bool:
        """Return whether an agent or a supervisor is rung, and not a customer who asked to be called back."""
        return not self.path.startswith("/twilio/reached/")


@value_class
class ActRequest:
    """An act in the talk ``talk``: on the ``call``, in the conference ``room`` on who has the ``label`` there."""

    act: TalkAct
    talk: str
    call: str = ""
    queue: str = ""
    path: str = ""
    room: str = ""
    label: str = ""
    held: bool | None = None
    ends: bool | None = None
    muted: bool | None = None
    coached: str | None = None
    offer: str | None = None


def put_leg(
    connection: Connection,
    name: str,
    to: str,
    leg: LegRequest,
    call_sid: str,
    now: datetime,
    at: datetime | None = None,
) -> None:
    """Have a leg rung at ``to``, under our own ``name`` for it, about the caller's call ``call_sid``."""
    kind = TRIAL_LEG if is_trial(connection, call_sid) else LEG
    # What a leg has not, it does not say: releases that do not know of conferences, or of pages, read it.
    content = {key: value for key, value in asdict(leg).items() if value or key not in ("room", "label", "at_page")}
    put(connection, OutboxRecord(name, kind, to, json.dumps(content), call_sid, now, at or now))


def put_act(
    connection: Connection, act: ActRequest, call_sid: str, now: datetime, *, again: str = "", once: str = ""
) -> str:
    """Have an act done that is about the caller's call ``call_sid``, and return the row's name. The same act at the
    same moment is one row; with ``once``, a name for what it is done for, at any moment.
    """
    row = name_of("TA", *asdict(act).values(), once or now.isoformat(), again)
    kind = TRIAL_ACT if is_trial(connection, call_sid) else ACT
    if find_row(connection, row) is None:
        put(connection, OutboxRecord(row, kind, "", json.dumps(asdict(act)), call_sid, now, now))
    return row


def drop_unsent(connection: Connection, name: str, now: datetime) -> str | None:
    """Have a leg not rung any more, where its row still waits to be sent. Return the carrier's name for it where it was
    sent, else None.
    """
    row = find_row(connection, name)
    if row is None:
        return None
    if row.state == "waiting":
        move(connection, row, "dropped", now, "the call is not wanted any more")
    return row.carrier_sid


def read_leg(content: str) -> LegRequest:
    """Read the content of a leg's row. Raises ValueError, TypeError or LookupError for any other."""
    return LegRequest(**json.loads(content))


def read_act(content: str) -> ActRequest:
    """Read the content of an act's row. Raises ValueError, TypeError or LookupError for any other."""
    return ActRequest(**json.loads(content))
