"""Encrypts with the present cipher what a release before encrypted with its own."""

from __future__ import annotations

import logging

from sqlalchemy import bindparam, select, update

from data.company import COMPANY
from data.database import Database
from data.former_cipher import DecryptionError
from data.vault import AES_SIV, Vault

log = logging.getLogger(__name__)

_FORMER = select(COMPANY.c.id, COMPANY.c.sealed, COMPANY.c.lettered).where(
    COMPANY.c.lettered.is_not(None), ~COMPANY.c.lettered.startswith(AES_SIV, autoescape=True)
)
_REPLACE = (
    update(COMPANY)
    .where(COMPANY.c.id == bindparam("company"), COMPANY.c.lettered == bindparam("former"))
    .values(lettered=bindparam("present"))
)


def reencrypt_documents(database: Database, vault: Vault) -> None:
    """Encrypt with AES-SIV each document with letters that a release before wrote, and leave those of another key.

    ``ivr serve`` asks for it at each start: while machines are upgraded one by one, one of the release before may write
    such a document at any time. Where there is none it only reads. Answers of turns stay as they are, and go with
    their period.
    """
    with database.reading() as connection:
        former = connection.execute(_FORMER).all()
    changes = []
    for company in former:
        try:
            document = vault.decrypt(company.lettered, company.sealed)
        except DecryptionError:
            continue
        present = vault.encrypt(document, company.sealed)
        changes.append({"company": company.id, "former": company.lettered, "present": present})
    if changes:
        with database.transaction() as connection:
            connection.execute(_REPLACE, changes)
    if unread := len(former) - len(changes):
        log.warning("documents with letters were encrypted with another key", extra={"wrong": unread})
