"""Passwords given by telephone: each attempt is written before its password is compared, so that guessing stays within
budgets.

The row is written before the argon2 is computed, in one transaction under a lock in which no other attempt is counted:
of ten callers at the last attempt of a budget one is compared, and nine are refused. What came of it is written with
the turn, after the argon2. A row whose comparison never ended, or whose turn was never stored, counts as a wrong
password. What was keyed is in no row; whose password it should be, and who called, only as keyed
digests.

A right password gives no fresh tries: only wrong ones count, and they stay counted for 24 hours. Otherwise every call
of the owner would hand a guesser at the same account another five.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from operator import lt
from typing import Any, Final, Protocol, TypeVar

from sqlalchemy import Column, Connection, Index, and_, bindparam, func, insert, select, text, update
from sqlmodel import Field

from data.budgets import DAY, HOUR, Budgets
from data.personal import About, ColumnRule, Personal, columns
from data.statement import Statement
from data.tables import Stored, Utc, table_of
from value_class import value_class

Found = TypeVar("Found")

LONGEST_COMPARISON = timedelta(seconds=10)
"""A comparison that has not ended by then is taken for lost, and counts as a wrong password."""

KNOWN_FOR = timedelta(days=30)
"""How long a telephone from which a member of the staff was right is known; the tries are kept for as long."""

_ATTEMPTS_LOCK = 40030016
"""The advisory lock under which attempts are counted and reserved on PostgreSQL: one for all accounts, since the
budgets of callers and of everybody are shared by them; and two locks could wait for each other."""


class AttemptTable(Stored, table=True):
    """One row a turn that gave a password."""

    __tablename__ = "attempt"
    __table_args__ = (
        Index("ix_attempt_account_admitted_at", "account", "admitted", "at"),
        Index("ix_attempt_caller_admitted_at", "caller", "admitted", "at"),
        # Holds all that is counted of all callers: one that hammers at a locked account must not slow the others.
        Index("ix_attempt_at_admitted_matched_alarmed", "at", "admitted", "matched", "alarmed"),
    )

    call_sid: str = Field(primary_key=True, max_length=34)
    turn: int = Field(primary_key=True)
    account: str = Field(max_length=64)
    """The digest of the document as keyed, whether a customer has it or not, or of a number of the staff."""
    caller: str | None = Field(default=None, max_length=64)
    """The digest of the telephone number, None where it was withheld."""
    at: datetime = Field(sa_column=Column(Utc, nullable=False))
    admitted: bool
    """Whether a budget was left, so that the right password would have been taken."""
    matched: bool | None = None
    """What came of it; None until that is known."""
    alarmed: bool
    """Whether people were told with it."""
    cleared_at: datetime | None = Field(default=None, sa_column=Column(Utc))
    """When staff gave the account its tries back."""


class AttemptLimit(Protocol):
    """Decides whether a password may be compared with those of an account, and writes what came of it."""

    def __call__(self, account: str, compare: Callable[[], Found | None], *, staff: bool = False) -> Found | None:
        """What ``compare`` finds where a budget is left. Where none is, it is asked all the same, at the same cost, and
        nothing of what it finds is told: None, as for a wrong password.
        """


def unlimited(account: str, compare: Callable[[], Found | None], *, staff: bool = False) -> Found | None:  # noqa: ARG001
    """Compares without any budget: for commands, whose users have the database itself in their hands."""
    return compare()


@value_class
class LoginAttempt:
    """A turn that gives a password; ``caller`` is a digest (see ``Vault.caller_digest``), ``at`` is aware."""

    call_sid: str
    turn: int
    caller: str | None
    at: datetime


@value_class
class Failures:
    """Wrong passwords of everybody: all those of the last hour, and those of the last 24 hours that were compared."""

    hour: int
    day: int

    def spent(self, budgets: Budgets) -> bool:
        """True where no password is taken any more."""
        return self.day >= budgets.all

    def alarming(self, budgets: Budgets) -> bool:
        """True where people must be told."""
        return self.hour >= budgets.alarm or self.spent(budgets)


@value_class
class Reservation:
    """``admitted``: the password may open the account. ``alarm``: what people must be told now, if anything.

    ``pending``: neither yes nor no, and nothing was written; ask again in a moment.
    """

    admitted: bool
    alarm: Failures | None = None
    pending: bool = False


ATTEMPT = table_of(AttemptTable)

PERSONAL = Personal(
    ATTEMPT,
    columns("call_sid", "turn", "at", "admitted", "matched", "alarmed", "cleared_at")
    | columns("account", about=About.CUSTOMER)
    | {"caller": ColumnRule(About.CALLER, becomes=None)},
    by_keys="account",
    rows_period="attempts",
)

_FAILED = ATTEMPT.c.matched.is_not(True)
WRONG = and_(ATTEMPT.c.admitted, _FAILED)
"""Only what was compared counts: hammering at an account whose budget is used up must not keep it so."""

_PENDING = and_(ATTEMPT.c.admitted, ATTEMPT.c.matched.is_(None), ATTEMPT.c.at > bindparam("just_now"))
"""Is being compared at this moment, or never will be."""

WITHIN_DAY = ATTEMPT.c.at > bindparam("day_ago")
"""An attempt of the 24 hours before now; wrong passwords count for as long."""

_WITHIN_HOUR = ATTEMPT.c.at > bindparam("hour_ago")

_OF_HOUR = select(func.count()).where(_FAILED, _WITHIN_HOUR).scalar_subquery()
_OF_DAY = select(func.count()).where(WRONG, WITHIN_DAY).scalar_subquery()

_LOCK = text("SELECT pg_advisory_xact_lock(:key)")
_OF_TURN = and_(ATTEMPT.c.call_sid == bindparam("call_sid"), ATTEMPT.c.turn == bindparam("turn"))
_OF_ACCOUNT_EVER = ATTEMPT.c.account == bindparam("account")
_OF_ACCOUNT = and_(_OF_ACCOUNT_EVER, ATTEMPT.c.cleared_at.is_(None))
_OF_CALLER = ATTEMPT.c.caller == bindparam("caller")
_COUNT = Statement(
    select(
        select(ATTEMPT.c.admitted).where(_OF_TURN).scalar_subquery(),
        select(ATTEMPT.c.matched).where(_OF_TURN).scalar_subquery(),
        select(func.count()).where(WRONG, WITHIN_DAY, _OF_ACCOUNT).scalar_subquery(),
        select(func.count()).where(_PENDING, _OF_ACCOUNT).scalar_subquery(),
        select(func.count()).where(WRONG, WITHIN_DAY, _OF_CALLER).scalar_subquery(),
        select(func.count()).where(_PENDING, _OF_CALLER).scalar_subquery(),
        select(func.count()).where(ATTEMPT.c.alarmed, _WITHIN_HOUR).scalar_subquery(),
        _OF_HOUR,
        _OF_DAY,
    )
)
_COUNT_OF_STAFF = select(
    select(func.count()).where(WRONG, WITHIN_DAY, _OF_ACCOUNT, _OF_CALLER).scalar_subquery(),
    select(func.count()).where(WRONG, _WITHIN_HOUR, _OF_ACCOUNT).scalar_subquery(),
    select(func.count())
    .where(ATTEMPT.c.matched.is_(True), ATTEMPT.c.at > bindparam("known_since"), _OF_ACCOUNT_EVER, _OF_CALLER)
    .scalar_subquery(),
)
_BEGIN = Statement(insert(ATTEMPT), ["call_sid", "turn", "account", "caller", "at", "admitted", "alarmed"])
_FINISH = Statement(
    update(ATTEMPT)
    .where(ATTEMPT.c.call_sid == bindparam("sid"), ATTEMPT.c.turn == bindparam("number"))
    .values(matched=bindparam("outcome"))
)
_FAILURES: Final = Statement(select(_OF_HOUR, _OF_DAY))


def begin_attempt(
    connection: Connection,
    budgets: Budgets,
    attempt: LoginAttempt,
    account: str,
    *,
    patient: bool = False,
    staff: bool = False,
) -> Reservation:
    """Count the attempt against every budget, before its password is compared, in a transaction that writes.

    An attempt that is being compared counts as wrong until its outcome is known. Where a budget is used up by such
    attempts only, the reservation of a ``patient`` caller is pending, since they may turn out right.

    ``staff`` says that the account is a number of the staff. Callers from other telephones must not lock its holder
    out: attempts are counted for each telephone, and on a telephone from which the password was right within KNOWN_FOR
    only that telephone's own count.

    A turn that is delivered again keeps its reservation; once its password was found wrong it has none any more. So one
    turn is one attempt, whatever is keyed when the turn is asked for again.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(_LOCK, {"key": _ATTEMPTS_LOCK})
    values = {
        **_since(attempt.at),
        "call_sid": attempt.call_sid,
        "turn": attempt.turn,
        "account": account,
        "caller": attempt.caller,
        "at": attempt.at,
    }
    (counted,) = _COUNT.all(connection, values)
    kept, matched, of_account, of_account_now, of_caller, of_caller_now, alarms, hour, day = counted
    if kept is not None:
        return Reservation(kept and matched is not False)
    if staff:
        admitted = _admits_staff(connection, budgets, values, of_caller < budgets.caller and day < budgets.all)
        patient = False
    else:
        admitted = of_account < budgets.account and of_caller < budgets.caller and day < budgets.all
    known_wrong = (of_account - of_account_now, of_caller - of_caller_now, day)
    if patient and not admitted and all(map(lt, known_wrong, (budgets.account, budgets.caller, budgets.all))):
        return Reservation(False, pending=True)
    failures = Failures(hour + 1, day + admitted)
    alarmed = not alarms and failures.alarming(budgets)
    _BEGIN.write(connection, {**values, "admitted": admitted, "alarmed": alarmed})
    return Reservation(admitted, failures if alarmed else None)


def _admits_staff(connection: Connection, budgets: Budgets, values: dict[str, Any], within_others: bool) -> bool:
    since = {"known_since": values["at"] - KNOWN_FOR}
    of_telephone, of_hour, right_before = connection.execute(_COUNT_OF_STAFF, values | since).one()
    strange = not right_before and not (of_hour < budgets.staff and within_others)
    return bool(of_telephone < budgets.account and not strange)


def finish_attempt(connection: Connection, call_sid: str, turn: int, matched: bool) -> None:
    """Write what came of a reserved attempt, in the transaction that stores its turn."""
    _FINISH.write(connection, {"sid": call_sid, "number": turn, "outcome": matched})


def failures(connection: Connection, now: datetime) -> Failures:
    """Return how many wrong passwords there were up to ``now`` (aware)."""
    (counted,) = _FAILURES.all(connection, _since(now))
    return Failures(*counted)


def _since(now: datetime) -> dict[str, datetime]:
    return {"day_ago": now - DAY, "hour_ago": now - HOUR, "just_now": now - LONGEST_COMPARISON}
