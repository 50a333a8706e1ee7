"""Keeps documents and passwords so that a stolen database gives neither away.

A CPF has 10^9 possible values: a plain hash of it is reversed in minutes. So documents are stored as an
HMAC whose key lives outside the database, and passwords, of four to eight digits, as argon2id over an HMAC.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass

from argon2 import extract_parameters
from argon2.low_level import Type, hash_secret

MIN_KEY_BYTES = 16
SALT_BYTES = 16
HASH_BYTES = 32

KEYPAD = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "22233344455566677778889999")
"""The key that carries each letter (ITU-T E.161)."""

_NOT_OF_A_DOCUMENT = re.compile(r"[^0-9A-Z]")


@dataclass(frozen=True, slots=True)
class Cost:
    """What one argon2id costs whoever computes it; memory in KiB."""

    memory_kib: int
    iterations: int
    parallelism: int

    @classmethod
    def production(cls) -> Cost:
        """19 MiB, 2 passes, 1 lane: the least that the OWASP Password Storage Cheat Sheet accepts."""
        return cls(19 * 1024, 2, 1)

    @classmethod
    def rehearsal(cls) -> Cost:
        """The smallest that argon2 allows: for rehearsed calls and tests, where nothing is worth stealing."""
        return cls(8, 1, 1)

    @classmethod
    def of(cls, password_hash: str) -> Cost:
        """The cost with which ``password_hash`` was made. Raises argon2.exceptions.InvalidHash."""
        parameters = extract_parameters(password_hash)
        return cls(parameters.memory_cost, parameters.time_cost, parameters.parallelism)


class Vault:
    """Seals documents and hashes passwords with one key.

    ``key`` is at least 16 bytes and lives outside the database. Whoever changes it makes every stored document
    and password unknown. Raises ValueError for a shorter key.
    """

    def __init__(self, key: bytes, cost: Cost) -> None:
        if len(key) < MIN_KEY_BYTES:
            raise ValueError(f"the secret key has {len(key)} bytes; give it at least {MIN_KEY_BYTES}")
        self.cost = cost
        # One key for each use, so that what is stored for one is no help against another.
        self._document_key = _hmac(key, b"document")
        self._salt_key = _hmac(key, b"salt")
        self._pepper = _hmac(key, b"password")

    def __repr__(self) -> str:
        return f"Vault(cost={self.cost})"

    def seal(self, document: str) -> str:
        """The 64 hex digits under which ``document`` is stored and searched, however it is punctuated."""
        return _hmac(self._document_key, normalised(document).encode()).hex()

    def seal_as_keyed(self, document: str) -> str:
        """The seal of ``document`` as a keypad gives it: each letter by the key that carries it.

        Equal to :meth:`seal` for a document without letters.
        """
        return self.seal(normalised(document).translate(KEYPAD))

    def hash_password(self, sealed: str, password: str, cost: Cost | None = None) -> str:
        """The encoded ``$argon2id$...`` hash of a contact's password, always the same for the same company.

        A company has up to five contacts, and the caller gives only the company's document and a password. With
        a salt for each contact an attempt would cost one argon2 a contact, which tells by its time how many
        there are, and none for an unknown document, which tells that too. So the salt is the company's own,
        derived from the key and ``sealed`` (the company's seal as keyed): an attempt costs exactly one argon2,
        whoever is asked for. The password goes in as an HMAC: without the key nobody can even begin to guess.
        """
        cost = cost or self.cost
        return hash_secret(
            secret=_hmac(self._pepper, password.encode()),
            salt=_hmac(self._salt_key, sealed.encode())[:SALT_BYTES],
            time_cost=cost.iterations,
            memory_cost=cost.memory_kib,
            parallelism=cost.parallelism,
            hash_len=HASH_BYTES,
            type=Type.ID,
        ).decode()


def normalised(document: str) -> str:
    """``document`` in capitals, without whatever is neither a digit nor a letter."""
    return _NOT_OF_A_DOCUMENT.sub("", document.upper())


def _hmac(key: bytes, message: bytes) -> bytes:
    return hmac.new(key, message, hashlib.sha256).digest()
