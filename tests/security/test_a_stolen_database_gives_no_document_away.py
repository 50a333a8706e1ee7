"""What stands in a stolen database for a document is found by no guess, as long as the key is elsewhere."""

from __future__ import annotations

import hashlib
import hmac
import zlib
from collections.abc import Callable

import pytest
from sqlalchemy import select

from data.attempts import ATTEMPT
from data.calls import CALL
from data.company import COMPANY
from data.database import Database
from data.vault import Cost, Vault
from routing.documents import check_digits
from tests.conftest import MakeServer
from tests.databases import THOROUGHLY, one_of_both
from tests.fixtures_of import fixtures_of
from tests.line_server import KEY
from tests.security.canary import Traces

GUESSES = 1_000_000 if THOROUGHLY else 100_000
BASE = 736_450_000
"""The victim's CPF is among the many that begin with these digits."""
PERSON = f"{BASE + 68_294}{check_digits(str(BASE + 68_294))}"

HASHES: dict[str, Callable[[bytes], bytes]] = {
    name: (lambda text, name=name: hashlib.new(name, text).digest())
    for name in ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3_256", "blake2b", "blake2s")
} | {
    "crc32": lambda text: zlib.crc32(text).to_bytes(4),
    "twice": lambda text: hashlib.sha256(hashlib.sha256(text).digest()).digest(),
    "hmac without a key": lambda text: hmac.digest(b"", text, "sha256"),
    "hmac with a word": lambda text: hmac.digest(b"document", text, "sha256"),
    "hmac with itself": lambda text: hmac.digest(text, text, "sha256"),
}


@pytest.fixture
def stolen(server_database: Database, server_vault: Vault, make_server: MakeServer) -> Database:
    """A database with the victim's company and a call in which the victim gave document and password."""
    fixtures = {
        "companies": [{"document": PERSON, "name": "Vítima", "contacts": [{"name": "Eva", "password": "83920174"}]}]
    }
    fixtures_of(fixtures).apply(server_database, server_vault)
    make_server().keys("2", PERSON, "83920174")
    return server_database


def _columns(database: Database) -> set[str]:
    """Everything by which a stolen database tells one document from another."""
    with database.reading() as connection:
        companies = connection.execute(select(COMPANY.c.sealed, COMPANY.c.keyed)).all()
        accounts = connection.execute(select(ATTEMPT.c.account)).scalars().all()
        positions = connection.execute(select(CALL.c.position)).scalars().all()
    digests = {digest for row in companies for digest in row} | set(accounts)
    assert any(digest in position for digest in digests for position in positions), "the call gave the document"
    return digests


def test_no_column_is_a_plain_hash_of_the_document_in_any_form(stolen: Database) -> None:
    digests = _columns(stolen)
    assert len({len(digest) for digest in digests}) == 1
    printed = f"{PERSON[:3]}.{PERSON[3:6]}.{PERSON[6:9]}-{PERSON[9:]}"
    for text in (PERSON, printed, PERSON[:9], f"cpf:{PERSON}", f"{PERSON}\n", PERSON[::-1]):
        for name, digest in HASHES.items():
            made = digest(text.encode()).hex()
            assert not any(made in digest or digest in made for digest in digests), f"{name} finds it"


@one_of_both("sqlite")
def test_without_the_key_guesses_that_hold_the_document_find_nothing(stolen: Database) -> None:
    digests = {bytes.fromhex(digest) for digest in _columns(stolen)}
    assert BASE <= int(PERSON[:9]) < BASE + GUESSES
    # A key that is not the server's, used exactly as the server uses its own; and the digest without a key.
    wrong = hmac.digest(b"another key, of 32 bytes........", b"document", "sha256")
    found = 0
    for number in range(BASE, BASE + GUESSES):
        # The check digits follow from the others: whoever guesses need not guess them. They are left to the victim's
        # own here, where a right guess would be found all the same.
        guess = (PERSON if number == int(PERSON[:9]) else f"{number}00").encode()
        found += hmac.digest(wrong, guess, "sha256") in digests or hashlib.sha256(guess).digest() in digests
    assert found == 0


def test_with_the_key_the_very_same_search_finds_it(stolen: Database) -> None:
    digests = {bytes.fromhex(digest) for digest in _columns(stolen)}
    key = hmac.digest(KEY, b"document", "sha256")
    found = [
        number
        for number in range(int(PERSON[:9]) - 500, int(PERSON[:9]) + 500)
        if hmac.digest(key, f"{number}{check_digits(str(number))}".encode(), "sha256") in digests
    ]
    assert found == [int(PERSON[:9])]


def test_another_key_gives_other_columns_throughout(server_vault: Vault) -> None:
    other = Vault(b"another key, of 32 bytes........", Cost.rehearsal())
    assert server_vault.document_digest(PERSON) != other.document_digest(PERSON)
    assert server_vault.caller_digest(PERSON) != other.caller_digest(PERSON)
    assert server_vault.document_digest(PERSON) != server_vault.caller_digest(PERSON)


def test_the_dump_holds_two_digits_of_the_document_and_no_more(stolen: Database) -> None:
    traces = Traces()
    traces.add_database(stolen)
    whole = "\n".join(text for _, text in traces.texts)
    assert "Vítima" in whole
    pieces = {PERSON[place : place + 8] for place in range(len(PERSON) - 7)}
    assert [piece for piece in pieces if piece in whole] == []
