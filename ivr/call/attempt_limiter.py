"""Stands before every password of a call: reserves the try, has it compared, and tells people where many are wrong.

A turn with a password is two transactions, with the argon2 between them and outside of both. The first one reserves
the try, and is committed before anything is compared: where the process dies, or is killed, the try counts as a wrong
one. The second one is that of the turn: what came of the try is an effect of it (``PasswordCompared``), written with
the answer that tells it to the caller, or with none of it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from time import sleep
from typing import TYPE_CHECKING, TypeVar

from data.attempts import begin_attempt
from data.vault import KEYPAD
from routing.callers import number_of

if TYPE_CHECKING:
    from data.attempts import LoginAttempt, Reservation
    from data.budgets import Budgets
    from data.database import Database

log = logging.getLogger(__name__)

PATIENCE, PAUSE_SECONDS = 40, 0.05
"""Two seconds: far longer than a comparison, and well within what a turn may take."""

Found = TypeVar("Found")

WITHHELD = {f"+{word.translate(KEYPAD)}" for word in ("ANONYMOUS", "BLOCKED", "RESTRICTED", "UNAVAILABLE", "UNKNOWN")}
"""Numbers that Twilio sends for callers who withhold theirs: a word, as a keypad gives it."""


def shown_number(caller: str) -> str | None:
    """The number of ``caller``, or else the client or SIP address; None where it was withheld or is nothing of the
    kind: all who withhold theirs must not share one budget, and who calls by many SIP servers must not have many.
    """
    if caller in WITHHELD or not caller or "anonymous" in caller.casefold():
        return None
    return number_of(caller) or (None if "%" in caller else caller)


class AttemptLimiter:
    """The budgets, for the one password that a turn gives. Once it was compared, ``matched`` is what came of it: true
    where it was right and a budget was left.
    """

    def __init__(self, database: Database, budgets: Budgets, attempt: LoginAttempt) -> None:
        self._database = database
        self._budgets = budgets
        self._attempt = attempt
        self.matched: bool | None = None

    def __call__(self, account: str, compare: Callable[[], Found | None], *, staff: bool = False) -> Found | None:
        """See ``data.attempts.AttemptLimit``. The comparison runs outside of any transaction, and every outcome but the
        right password within budget sends the same statements. What came of it is not written here.
        """
        reserved = self._reserve(account, staff=staff)
        self._tell(reserved)
        found = compare()
        self.matched = reserved.admitted and found is not None
        return found if self.matched else None

    def _reserve(self, account: str, *, staff: bool) -> Reservation:
        """Waits for its turn where others are comparing the last tries: a company's people may all call at once."""
        for patience in reversed(range(PATIENCE)):
            with self._database.transaction(durable=False) as connection:
                reserved = begin_attempt(
                    connection, self._budgets, self._attempt, account, patient=patience > 0, staff=staff
                )
            if not reserved.pending:
                break
            sleep(PAUSE_SECONDS)
        return reserved

    def _tell(self, reserved: Reservation) -> None:
        if reserved.alarm is None:
            return
        spent = reserved.alarm.spent(self._budgets)
        why = "no password is taken by telephone until there are fewer a day" if spent else "somebody may be guessing"
        log.error("alarm: many wrong passwords", extra={"wrong": reserved.alarm.hour, "why": why})
