"""Addresses of the webhooks of a waiting call and its talk: what each must know stands in its query, which is signed.

So a caller is sent into a conference, and back into a queue, by documents that need no database.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from data.calls import find_call
from value_class import value_class

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from data.waiting import WaitingRecord


@value_class
class QueuePlace:
    """A place says where a call stands in a queue: the line in its version, the turn that hears how the queue was left,
    the transfer that says what is heard there and for how many seconds, and the queue's name. ``taped`` is the
    destination of which a recording began with the wait.
    """

    line: str
    menu: str
    turn: int
    state: str
    seconds: int
    queue: str
    taped: str = ""

    def query(self) -> str:
        """Return the place as it stands in an address."""
        told = {"line": self.line, "menu": self.menu, "turn": self.turn, "state": self.state, "seconds": self.seconds}
        return urlencode({**told, "queue": self.queue, "taped": self.taped})


def pass_on_path(room: str, place: QueuePlace) -> str:
    """Return where a caller is passed on; where to stands in the talk, since it may be a telephone."""
    return f"/twilio/pass-on/{room}?{place.query()}"


def place_of(connection: Connection, entry: WaitingRecord, taped: str = "") -> QueuePlace:
    """Return the place in which the call of ``entry`` stands."""
    call = find_call(connection, entry.call_sid)
    menu = call.menu_version if call else ""
    return QueuePlace(entry.line, menu, entry.turn + 1, entry.state, entry.seconds, entry.queue, taped)


def read_place(query: Mapping[str, str], most_turns: int) -> QueuePlace:
    """Read the place out of an address that we wrote."""
    turn, seconds = query.get("turn", ""), query.get("seconds", "")
    return QueuePlace(
        query.get("line", ""),
        query.get("menu", ""),
        min(int(turn), most_turns) if turn.isdecimal() else 0,
        query.get("state", ""),
        int(seconds) if seconds.isdecimal() and len(seconds) < 6 else 600,
        query.get("queue", ""),
        query.get("taped", ""),
    )
