"""An account is locked where wrong passwords used its budget up; ``ivr accounts`` shows it, and gives tries back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from itertools import groupby

from sqlalchemy import Connection, bindparam, select, update

from data.attempts import ATTEMPT, WITHIN_DAY, WRONG
from data.budgets import DAY, HOUR, Budgets
from value_class import value_class


@value_class
class LockedAccount:
    """An account whose budget is used up; one more wrong password may be keyed from ``until`` on."""

    account: str
    wrong: int
    until: datetime


_STANDING = (
    select(ATTEMPT.c.account, ATTEMPT.c.caller, ATTEMPT.c.at)
    .where(WRONG, WITHIN_DAY, ATTEMPT.c.cleared_at.is_(None))
    .order_by(ATTEMPT.c.account, ATTEMPT.c.at)
)
_CLEAR = (
    update(ATTEMPT)
    .where(WRONG, WITHIN_DAY, ATTEMPT.c.account == bindparam("of"), ATTEMPT.c.cleared_at.is_(None))
    .values(cleared_at=bindparam("now"))
)


def locked_accounts(
    connection: Connection, budgets: Budgets, now: datetime, staff: Collection[str] = ()
) -> list[LockedAccount]:
    """The accounts whose budget is used up at ``now``, those that are free first, first. Those of ``staff`` are locked
    for telephones from which they were never right, or for the one that used its own tries up.
    """
    rows = connection.execute(_STANDING, {"day_ago": now - DAY}).all()
    locked: list[LockedAccount] = []
    for account, each in groupby(rows, key=lambda row: row.account):
        wrong = [(row.caller, row.at) for row in each]
        until = _free_of_staff(wrong, budgets, now) if account in staff else _free([at for _, at in wrong], budgets)
        if until:
            locked.append(LockedAccount(account, len(wrong), until))
    return sorted(locked, key=lambda each: (each.until, each.account))


def unlock(connection: Connection, accounts: Iterable[str], now: datetime) -> int:
    """Give the accounts their tries back at ``now``; how many wrong passwords do not count for them any more.

    They go on counting for their callers and in the budget of all: the owner who is let in again may not be who called.
    """
    return sum(connection.execute(_CLEAR, {"of": each, "now": now, "day_ago": now - DAY}).rowcount for each in accounts)


def _free(wrong: Sequence[datetime], budgets: Budgets) -> datetime | None:
    """When the oldest of those that fill the budget is forgotten; None where they do not fill it."""
    return wrong[-budgets.account] + DAY if len(wrong) >= budgets.account else None


def _free_of_staff(wrong: Sequence[tuple[str | None, datetime]], budgets: Budgets, now: datetime) -> datetime | None:
    of_hour = [at for _, at in wrong if at > now - HOUR]
    telephones = {caller for caller, _ in wrong if caller is not None}
    until = [_free([at for caller, at in wrong if caller == each], budgets) for each in telephones]
    if len(of_hour) >= budgets.staff:
        until.append(of_hour[-budgets.staff] + HOUR)
    return max(filter(None, until), default=None)
