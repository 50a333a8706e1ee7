"""A contact chooses the password of the telephone anew: what may be one, and how it is written.

A password is told apart from others of the company by itself alone (``data.customers``), so that a new one may be
nobody else's there. Who is told that one is taken has guessed a colleague's password: each try counts in the budgets of
guessing, and every one that may not be is refused in the same way. The company's document cannot be compared: its
digits are stored nowhere.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, select, update

from data.attempts import AttemptLimit
from data.company import COMPANY
from data.contact import CONTACT
from data.contact_profile import note_phone_password, phone_password_set_at
from data.database import Database
from data.statement import Statement
from data.vault import Cost, Vault

_DIGITS: Final = "01234567890"

_COLLEAGUES = Statement(
    select(COMPANY.c.keyed, CONTACT.c.password_hash)
    .join_from(CONTACT, COMPANY, CONTACT.c.company_id == COMPANY.c.id)
    .where(
        CONTACT.c.company_id
        == select(CONTACT.c.company_id).where(CONTACT.c.id == bindparam("contact_id")).scalar_subquery()
    )
)
_LOCK = update(COMPANY).where(COMPANY.c.id == bindparam("of")).values(keyed=COMPANY.c.keyed)
_TAKEN = select(CONTACT.c.id).where(
    CONTACT.c.company_id == bindparam("of"), CONTACT.c.password_hash == bindparam("candidate")
)
_SET = (
    update(CONTACT)
    .where(CONTACT.c.id == bindparam("contact"), CONTACT.c.company_id == bindparam("of"))
    .values(password_hash=bindparam("candidate"))
)


class PasswordTakenError(Exception):
    """Another contact of the company took the password meanwhile, or there is no such contact any more."""


def is_trivial(password: str) -> bool:
    """Return whether a guesser tries ``password`` first: one digit or one pair again and again, or digits in a row."""
    return (
        len(set(password)) == 1
        or password in _DIGITS
        or password in _DIGITS[::-1]
        or (len(password) % 2 == 0 and password == password[:2] * (len(password) // 2))
    )


def check_new(database: Database, vault: Vault, contact_id: int, password: str, limit: AttemptLimit) -> str | None:
    """Return the hash of ``password``, which may be the contact's new one.

    None where it is trivial, the contact's own or a colleague's, or no budget is left; all cost the same, one read and
    one argon2 outside of any transaction, and count as a wrong try at the company's account.
    """
    with database.autocommit() as connection:
        colleagues = _COLLEAGUES.all(connection, {"contact_id": contact_id})
    if not colleagues:
        return None
    salt = colleagues[0][0]

    def compare() -> str | None:
        # One cost, but for the days in which an old file was imported before the cost was raised.
        costs = {Cost.of(each) for _, each in colleagues} | {vault.cost}
        hashes = {vault.hash_password(salt, password, cost) for cost in costs}
        is_taken = not hashes.isdisjoint(each for _, each in colleagues)
        return None if is_taken or is_trivial(password) else vault.hash_password(salt, password)

    return limit(salt, compare)


def set_phone_password(
    connection: Connection, company_id: int, contact_id: int, password_hash: str, now: datetime
) -> None:
    """Write the hash of a contact's new password, chosen at ``now`` (aware). Raises PasswordTakenError."""
    values = {"of": company_id, "contact": contact_id, "candidate": password_hash}
    connection.execute(_LOCK, values)
    if connection.execute(_TAKEN, values).first() or connection.execute(_SET, values).rowcount != 1:
        raise PasswordTakenError("the password is taken")
    note_phone_password(connection, contact_id, company_id, now)


def password_months(connection: Connection, contact_id: int, now: datetime) -> int | None:
    """Return how many whole months before ``now`` (aware) the contact chose the password; None where it was given."""
    chosen = phone_password_set_at(connection, contact_id)
    if chosen is None:
        return None
    since = chosen.astimezone(now.tzinfo)
    months = 12 * (now.year - since.year) + now.month - since.month
    return max(0, months - ((now.day, now.time()) < (since.day, since.time())))
