"""What the release before AES-SIV encrypted is encrypted anew, a batch at a time."""

from __future__ import annotations

import base64
import hashlib
import hmac

import pytest
from sqlalchemy import event, func, insert, select

from data.company import COMPANY, DEFAULTS
from data.database import Database
from data.reencryption import BATCH, reencrypt_documents
from data.vault import AES_SIV, Cost, Vault

KEY = b"k" * 32
DOCUMENT = "12ABC34501DE35"


def _hmac(key: bytes, message: bytes) -> bytes:
    return hmac.new(key, message, hashlib.sha256).digest()


def _formerly(text: str, context: str) -> str:
    """``text`` as the release before AES-SIV encrypted it with KEY; it is shorter than one block."""
    mark = _hmac(_hmac(KEY, b"mark of what is hidden"), len(context).to_bytes(4) + context.encode() + text.encode())
    stream = _hmac(_hmac(KEY, b"stream of what is hidden"), mark + bytes(4))
    return base64.b64encode(
        mark + bytes(sign ^ cover for sign, cover in zip(text.encode(), stream, strict=False))
    ).decode()


@pytest.fixture
def many(database: Database) -> Database:
    """One company more than a batch has, each with a document of the release before."""
    rows = [
        {**DEFAULTS, "sealed": str(number), "keyed": str(number), "last_two": "35", "kind": "CNPJ", "name": str(number),
         "lettered": _formerly(DOCUMENT, str(number))}
        for number in range(BATCH + 1)
    ]  # fmt: skip
    with database.transaction() as connection:
        connection.execute(insert(COMPANY), rows)
    return database


def _former(database: Database) -> int:
    with database.reading() as connection:
        found = select(func.count()).where(~COMPANY.c.lettered.startswith(AES_SIV))
        return int(connection.execute(found).scalar_one())


def test_an_encryption_that_is_cut_short_is_finished_by_the_next(many: Database) -> None:
    vault = Vault(KEY, Cost.rehearsal())
    updates = 0

    def cut_short(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        nonlocal updates
        updates += statement.startswith("UPDATE")
        if updates == 2:
            raise RuntimeError("cut short")

    event.listen(many._engine, "before_cursor_execute", cut_short)
    try:
        with pytest.raises(RuntimeError, match="cut short"):
            reencrypt_documents(many, vault)
    finally:
        event.remove(many._engine, "before_cursor_execute", cut_short)
    assert _former(many) == 1
    reencrypt_documents(many, vault)
    assert _former(many) == 0
    with many.reading() as connection:
        stored = connection.execute(select(COMPANY.c.sealed, COMPANY.c.lettered)).all()
    assert {vault.decrypt(each.lettered, each.sealed) for each in stored} == {DOCUMENT}
