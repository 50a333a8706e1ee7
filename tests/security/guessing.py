"""Guessing at passwords: calls as anybody may make them, and the tries alone without the calls around them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from data.attempts import ATTEMPT, LoginAttempt, finish_attempt
from data.budgets import Budgets
from data.customers import CustomerRecord, identify
from data.database import Database
from data.vault import Vault
from ivr.call.attempt_limiter import AttemptLimiter
from routing.documents import check_digits
from tests.line_server import CALLER, PADARIA, LineServer, said
from tests.lines import TUESDAY

RIGHT = "1234"
"""Ana's of the Padaria."""


@pytest.fixture
def sids() -> Iterator[str]:
    return (f"CA{number:032x}" for number in itertools.count(1))


@dataclass
class Caller:
    """Calls the server as anybody may, from any number."""

    server: LineServer
    sids: Iterator[str]

    def wait(self, document: str, number: str = CALLER) -> str:
        """A call that is asked for the password; its sid."""
        sid = next(self.sids)
        self.server.post("/twilio/voice", sid=sid, From=number)
        self.server.turn(1, sid, Digits="2", From=number)
        self.server.turn(2, sid, Digits=document, From=number)
        return sid

    def key(self, document: str, *passwords: str, number: str = CALLER) -> TestResponse:
        """One call that keys the document before each password; the last answer."""
        sid = self.wait(document, number)
        answer = self.server.turn(3, sid, Digits=passwords[0], From=number)
        for turn, password in enumerate(passwords[1:], 2):
            self.server.turn(2 * turn, sid, Digits=document, From=number)
            answer = self.server.turn(2 * turn + 1, sid, Digits=password, From=number)
        return answer

    def enters(self, document: str = PADARIA, password: str = RIGHT, number: str = CALLER) -> bool:
        """Whether the password lets whoever keys it in."""
        return said(self.key(document, password, number=number)) == "Digite o código."


@pytest.fixture
def caller(server: LineServer, sids: Iterator[str]) -> Caller:
    return Caller(server, sids)


@dataclass
class Attacker:
    """Passwords as a turn of a call compares them, without the call around it."""

    database: Database
    vault: Vault
    sids: Iterator[str]
    budgets: Budgets = field(default_factory=Budgets)

    def tries(
        self, document: str, password: str, at: datetime = TUESDAY, *, number: str | None = None, exactly: bool = False
    ) -> CustomerRecord | None:
        attempt = LoginAttempt(next(self.sids), 3, self.vault.caller_digest(number) if number else None, at)
        limiter = AttemptLimiter(self.database, self.budgets, attempt)
        sealed = self.vault.document_digest(document)
        found = identify(self.database, self.vault, sealed, password, exactly=exactly, limit=limiter)
        tell(self.database, attempt, limiter)
        return found


def tell(database: Database, attempt: LoginAttempt, limiter: AttemptLimiter) -> None:
    """Write what came of a try, as its turn does."""
    assert limiter.matched is not None
    with database.transaction() as connection:
        finish_attempt(connection, attempt.call_sid, attempt.turn, limiter.matched)


@pytest.fixture
def attacker(server_database: Database, server_vault: Vault, sids: Iterator[str]) -> Attacker:
    return Attacker(server_database, server_vault, sids)


def attempts_of(database: Database) -> list[tuple[datetime, bool]]:
    """When each password was tried, and whether the right one would have been taken."""
    with database.reading() as connection:
        rows = connection.execute(select(ATTEMPT.c.at, ATTEMPT.c.admitted).order_by(ATTEMPT.c.at)).all()
    return [(row.at, row.admitted) for row in rows]


def compared_in(database: Database) -> int:
    return sum(admitted for _, admitted in attempts_of(database))


def nth_guess(number: int) -> str:
    """Guesses in their order, none of which is a password of the demo data's Padaria."""
    return f"{number:05}"


def nobodys(number: int) -> str:
    """A CPF with right check digits that nobody of the demo data has."""
    base = f"{400_000_000 + number}"
    return base + check_digits(base)
