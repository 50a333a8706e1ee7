"""Encrypts with the present cipher what a release before encrypted with its own."""

from __future__ import annotations

import logging

from sqlalchemy import bindparam, select, update

from data.company import COMPANY
from data.database import Database
from data.former_cipher import DecryptionError
from data.vault import AES_SIV, Vault

log = logging.getLogger(__name__)

BATCH = 200
"""Rows of one transaction: a few milliseconds in which no call can write."""

_FORMER = (
    select(COMPANY.c.id, COMPANY.c.sealed, COMPANY.c.lettered)
    .where(
        COMPANY.c.lettered.is_not(None),
        ~COMPANY.c.lettered.startswith(AES_SIV, autoescape=True),
        COMPANY.c.id > bindparam("after"),
    )
    # In this order by every machine, so that no two of them wait for each other.
    .order_by(COMPANY.c.id)
    .limit(BATCH)
)
_REPLACE = (
    update(COMPANY)
    .where(COMPANY.c.id == bindparam("company"), COMPANY.c.lettered == bindparam("former"))
    .values(lettered=bindparam("present"))
)


def reencrypt_documents(database: Database, vault: Vault) -> None:
    """Encrypt with AES-SIV each document with letters that a release before wrote, and leave those of another key.

    A batch is one transaction, so that what is cut short is finished by asking for it again. Where there is nothing to
    do it only reads. Answers of turns stay as they are, and go with their period.
    """
    after = unread = 0
    while True:
        with database.reading() as connection:
            former = connection.execute(_FORMER, {"after": after}).all()
        if not former:
            break
        after = former[-1].id
        changes = []
        for company in former:
            try:
                document = vault.decrypt(company.lettered, company.sealed)
            except DecryptionError:
                unread += 1
                continue
            present = vault.encrypt(document, company.sealed)
            changes.append({"company": company.id, "former": company.lettered, "present": present})
        if changes:
            with database.transaction() as connection:
                connection.execute(_REPLACE, changes)
    if unread:
        log.warning("documents with letters were encrypted with another key", extra={"wrong": unread})
