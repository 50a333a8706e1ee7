"""A session in a browser is a row, found by the keyed digest of the browser's token, that ends by itself.

Those of the staff (``data.sessions``) and those of customers (``data.portal_sessions``) are rows of two tables, with
keys and cookies of their own, so that neither opens what is the other's; what a session is, and when it is over, is the
same for both and stands here.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Table, and_, bindparam, delete, insert, update

SEEN_EVERY: Final = timedelta(minutes=1)
"""How exactly it is remembered when a session was last used: not each request writes."""


class BrowserSessions:
    """The sessions of one public, a row of ``table`` each: ``digest``, ``began_at``, ``seen_at`` and whose it is, by
    the id in the column ``owner``. One is over ``idle`` after its last request, and ``longest`` after it began.
    """

    def __init__(self, table: Table, owner: str, idle: timedelta, longest: timedelta) -> None:
        self._idle = idle
        self._longest = longest
        self.holds: ColumnElement[bool] = and_(
            table.c.digest == bindparam("of"),
            table.c.seen_at > bindparam("idle_since"),
            table.c.began_at > bindparam("began_since"),
        )
        """Holds of the row that ``wanted`` asks for, where it is not over."""
        self._begin = insert(table)
        self._see = update(table).where(table.c.digest == bindparam("of")).values(seen_at=bindparam("now"))
        self._end = delete(table).where(table.c.digest == bindparam("of"))
        self._end_of = delete(table).where(table.c[owner] == bindparam("of"))
        self.drop_over = delete(table).where(table.c.began_at <= bindparam("due"))
        """The sweep's statement."""

    def begin(self, connection: Connection, digest: str, now: datetime, **whose: object) -> None:
        """Write the row of a new session at ``now`` (aware); ``whose`` are its other columns."""
        connection.execute(self._begin, {"digest": digest, "began_at": now, "seen_at": now} | whose)

    def wanted(self, digest: str, now: datetime) -> dict[str, Any]:
        """Return the parameters of ``holds`` for the session of ``digest`` at ``now`` (aware)."""
        return {"of": digest, "idle_since": now - self._idle, "began_since": now - self._longest}

    def see(self, connection: Connection, digest: str, now: datetime) -> None:
        """Remember that a session was used at ``now`` (aware)."""
        connection.execute(self._see, {"of": digest, "now": now})

    def end(self, connection: Connection, digest: str) -> None:
        """End one session; nothing happens where it is over."""
        connection.execute(self._end, {"of": digest})

    def end_of(self, connection: Connection, owner: int) -> int:
        """End every session of one owner, and return how many there were."""
        return connection.execute(self._end_of, {"of": owner}).rowcount
