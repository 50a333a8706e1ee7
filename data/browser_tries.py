"""Passwords typed into a page are tries, each reserved before it is compared, within the budgets of guessing.

The login of the staff (``data.logins``) and the sign-in of customers (``data.portal_attempts``) each have a table of
them; what is counted, and when a try is taken, is the same for both and stands here. On loopback every request comes
from 127.0.0.1, and behind a proxy all may; so no address is counted. What is counted is the browser, which keeps a
random token: one from which this account's password was right within KNOWN_FOR has tries of its own, and nothing that
strangers do counts against it (OWASP, "Slow Down Online Guessing Attacks with Device Cookies").
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import ColumnElement, Connection, Table, and_, bindparam, delete, func, insert, select, text, update

from data.budgets import DAY, HOUR, Budgets
from value_class import value_class

if TYPE_CHECKING:
    from data.database import Database

KNOWN_FOR: Final = timedelta(days=30)
"""How long a browser is known from which the password was right; the rows are kept for as long."""

_LOCK: Final = text("SELECT pg_advisory_xact_lock(:key)")


@value_class
class ReservedTry:
    """A try that was counted: the ``id`` of its row, and whether a budget was left, so that what is right is taken."""

    id: int
    admitted: bool
    alarming: bool
    """It is the last try that strangers have, and people are told that somebody guesses."""


class BrowserTries:
    """The tries of one public, a row of ``table`` each: ``id``, ``account``, ``browser``, ``at``, ``matched`` and what
    else it has. What was typed is in none.

    ``lock`` is the advisory lock under which they are counted and reserved on PostgreSQL. ``counted`` says which wrong
    ones count (None: all). ``bounds_all`` says that ``budgets.all`` bounds those at all accounts together. ``alarm`` is
    called for a try that is alarming.
    """

    def __init__(
        self,
        table: Table,
        lock: int,
        alarm: Callable[[], None],
        *,
        counted: ColumnElement[bool] | None = None,
        bounds_all: bool = False,
    ) -> None:
        self._lock = lock
        self._alarm = alarm
        of_account = table.c.account == bindparam("account")
        of_browser = and_(of_account, table.c.browser == bindparam("browser"))
        self.wrong: ColumnElement[bool] = table.c.matched.is_not(True)
        if counted is not None:
            self.wrong = and_(self.wrong, counted)
        hour, day = table.c.at > bindparam("hour_ago"), table.c.at > bindparam("day_ago")
        count = select(func.count())
        self._count = select(
            count.where(of_browser, self.wrong, day).scalar_subquery(),
            count.where(of_account, self.wrong, hour).scalar_subquery(),
            count.where(of_browser, table.c.matched.is_(True), table.c.at > bindparam("known_since")).scalar_subquery(),
            *([count.where(self.wrong, day).scalar_subquery()] if bounds_all else []),
        )
        self._begin = insert(table).returning(table.c.id)
        self._know = insert(table)
        self._finish = (
            update(table)
            .where(table.c.id == bindparam("of"))
            .values(matched=bindparam("outcome"), browser=bindparam("known_as"))
        )
        self._refused = delete(table).where(table.c.id == bindparam("of"))
        self.drop_old = delete(table).where(table.c.at <= bindparam("due"))
        """The sweep's statement."""

    def reserve(
        self, connection: Connection, budgets: Budgets, account: int | str, browser: str, now: datetime, **also: object
    ) -> ReservedTry:
        """Count a try at ``now`` (aware) before it is compared, in a transaction that writes; ``also`` are the other
        columns of its row.

        ``budgets.account`` wrong ones within 24 hours are the browser's own at this account; ``budgets.staff`` within
        an hour are those of all browsers at this account, and ``budgets.all`` within 24 hours those of all accounts:
        these two do not bind a browser from which the account's password was right within KNOWN_FOR.
        """
        if connection.dialect.name == "postgresql":
            connection.execute(_LOCK, {"key": self._lock})
        whose = {"account": account, "browser": browser}
        since = {"hour_ago": now - HOUR, "day_ago": now - DAY, "known_since": now - KNOWN_FOR}
        of_browser, of_hour, right_before, *of_all = connection.execute(self._count, whose | since).one()
        within_others = of_hour < budgets.staff and all(each < budgets.all for each in of_all)
        admitted = of_browser < budgets.account and bool(right_before or within_others)
        number = connection.execute(self._begin, whose | also | {"at": now}).scalar_one()
        is_last = of_hour + 1 == budgets.staff or any(each + 1 == budgets.all for each in of_all)
        return ReservedTry(number, admitted, admitted and is_last)

    def finish(self, connection: Connection, reserved: ReservedTry, matched: bool, browser: str) -> None:
        """Write what came of a try, and as which ``browser`` it is known from now on. One that had no budget leaves no
        row: so hammering fills no disk.
        """
        if reserved.admitted:
            connection.execute(self._finish, {"of": reserved.id, "outcome": matched, "known_as": browser})
        else:
            connection.execute(self._refused, {"of": reserved.id})

    def know(self, connection: Connection, account: int | str, browser: str, now: datetime, **also: object) -> None:
        """Know a browser in which a person proved by a one-time code, without a password, who it is."""
        row = {"account": account, "browser": browser, "at": now, "matched": True}
        connection.execute(self._know, row | also)

    def matches(
        self,
        database: Database,
        budgets: Budgets,
        account: int | str,
        browser: str,
        renewed: str,
        now: datetime,
        compare: Callable[[], bool],
        **also: object,
    ) -> bool:
        """Return whether ``compare`` says yes where a budget is left; where none is, it is asked all the same, at the
        same cost, and its answer is not told. It is asked outside of any transaction.

        ``browser`` and ``renewed`` are digests of the token that the browser has, and of the one by which it is known
        after a right password: a token that was planted in it beforehand makes its planter known to nobody.
        """
        with database.transaction(durable=False) as connection:
            reserved = self.reserve(connection, budgets, account, browser, now, **also)
        if reserved.alarming:
            self._alarm()
        matched = compare() and reserved.admitted
        with database.transaction(durable=False) as connection:
            self.finish(connection, reserved, matched, renewed if matched else browser)
        return matched
