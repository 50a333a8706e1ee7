"""Keeps documents and passwords so that a stolen database gives neither away.

A CPF has 10^9 possible values: a plain hash of it is reversed in minutes. So documents are stored as an
HMAC whose key lives outside the database, and passwords, of four to eight digits, as argon2id over an HMAC. What must
be read again is encrypted with AES-SIV.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
import os
import re
import threading
from collections.abc import Iterator
from enum import Enum
from typing import Final

from argon2 import extract_parameters
from argon2.low_level import Type, hash_secret
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from data.former_cipher import DecryptionError, FormerCipher
from value_class import value_class

MIN_KEY_BYTES = 16
SALT_BYTES = 16
HASH_BYTES = 32

AES_SIV = "siv:"
"""What every text begins with that is encrypted with AES-SIV; no Base64 of a release before holds a colon."""

KEYPAD = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZÑ&", "2223334445556667777888999961")
"""The key that carries each letter (ITU-T E.161). A Mexican RFC may hold Ñ, which is keyed as N, and &, which no key
carries: it is keyed as 1."""

_NOT_OF_A_DOCUMENT = re.compile(r"[^0-9A-ZÑ&]")


@value_class
class Cost:
    """The cost of one argon2id; memory in KiB."""

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


class WebSecret(Enum):
    """A browser keeps these, or a user types them, and each is stored as a digest with a key that its value names."""

    SESSION = "session"
    CSRF = "csrf"
    BROWSER = "browser"
    CODE = "code"
    PORTAL_SESSION = "portal session"
    PORTAL_BROWSER = "portal browser"
    PORTAL_CSRF = "portal csrf"
    PORTAL_CODE = "portal code"
    ADDRESS = "address"


PASSWORDS_AT_ONCE: Final = max(1, (os.cpu_count() or 1) - 1)
"""Comparisons that are computed at one time: one processor is left to the turns of others, and memory is bounded (19 MB
each). At 25 ms one processor compares forty passwords a second."""


class Vault:
    """Makes the digests of documents, hashes passwords and encrypts texts, each with a key derived from one secret key.

    ``key`` is at least 16 bytes and lives outside the database. With another key every stored document
    and password is unknown. Raises ValueError for a shorter key.
    """

    def __init__(self, key: bytes, cost: Cost) -> None:
        if len(key) < MIN_KEY_BYTES:
            raise ValueError(f"the secret key has {len(key)} bytes; give it at least {MIN_KEY_BYTES}")
        self.cost = cost
        self._hashing = threading.BoundedSemaphore(PASSWORDS_AT_ONCE)
        # One key for each use, so that what is stored for one is no help against another.
        self._document_key = _hmac(key, b"document")
        self._salt_key = _hmac(key, b"salt")
        self._pepper = _hmac(key, b"password")
        self._protocol_key = _hmac(key, b"protocol")
        self._caller_key = _hmac(key, b"caller")
        self._link_key = _hmac(key, b"link")
        self._web_keys = {each: _hmac(key, f"web {each.value}".encode()) for each in WebSecret}
        self._encryption = AESSIV(_hmac(key, b"encryption, mac half") + _hmac(key, b"encryption, cipher half"))
        self._former_cipher = FormerCipher(key)

    def __repr__(self) -> str:
        return f"Vault(cost={self.cost})"

    def document_digest(self, document: str) -> str:
        """The 64 hex digits under which ``document`` is stored and searched, however it is punctuated."""
        return _hmac(self._document_key, normalised(document).encode()).hex()

    def keypad_digest(self, document: str) -> str:
        """The digest of ``document`` as a keypad gives it: each letter by the key that carries it.

        Equal to :meth:`document_digest` for a document without letters.
        """
        return self.document_digest(normalised(document).translate(KEYPAD))

    def caller_digest(self, number: str) -> str:
        """The 64 hex digits under which the wrong passwords from a telephone number are counted."""
        return _hmac(self._caller_key, number.encode()).hex()

    def hash_password(self, sealed: str, password: str, cost: Cost | None = None) -> str:
        """The encoded ``$argon2id$...`` hash of a contact's password, always the same for the same company.

        A company has up to five contacts, and the caller gives only the company's document and a password. With
        a salt for each contact an attempt would cost one argon2 a contact, which tells by its time how many
        there are, and none for an unknown document, which tells that too. So the salt is the company's own,
        derived from the key and ``sealed`` (the company's keypad digest): an attempt costs exactly one argon2,
        whatever document was keyed. The password goes in as an HMAC: without the key there is nothing to guess at.
        """
        cost = cost or self.cost
        with self._hashing:
            return hash_secret(
                secret=_hmac(self._pepper, password.encode()),
                salt=_hmac(self._salt_key, sealed.encode())[:SALT_BYTES],
                time_cost=cost.iterations,
                memory_cost=cost.memory_kib,
                parallelism=cost.parallelism,
                hash_len=HASH_BYTES,
                type=Type.ID,
            ).decode()

    def protocols(self, call_sid: str) -> Iterator[str]:
        """Numbers of ten digits for a call, to take the first that no other call has; always the same for one call.

        Without the key it cannot be told from a number drawn by chance: it says nothing of the call, its time or how
        many there were before. The first digit is never 0, which spreadsheets drop.
        """
        for attempt in itertools.count():
            drawn = int.from_bytes(_hmac(self._protocol_key, f"{call_sid} {attempt}".encode()))
            yield str(1_000_000_000 + drawn % 9_000_000_000)

    def sign_link(self, link: str) -> str:
        """The 64 hex digits without which ``link`` leads nowhere."""
        return _hmac(self._link_key, link.encode()).hex()

    def signed_link(self, link: str, signature: str) -> bool:
        """True where ``signature`` is that of ``link``; a wrong one takes as long, wherever it is wrong."""
        return hmac.compare_digest(self.sign_link(link).encode(), signature.encode())

    def web_digest(self, secret: WebSecret, text: str) -> str:
        """The 64 hex digits under which a secret of the pages is stored, searched or compared."""
        return _hmac(self._web_keys[secret], text.encode()).hex()

    def encrypt(self, text: str, context: str) -> str:
        """``text`` encrypted with AES-256-SIV (RFC 5297), for ``decrypt`` with the same key and ``context``.

        ``context`` says to which row the text belongs, and is authenticated: moved to another row, the text does not
        decrypt. The mode needs no nonce: equal texts of one context are encrypted alike.
        """
        encrypted = self._encryption.encrypt(text.encode(), [context.encode()])
        return AES_SIV + base64.b64encode(encrypted).decode()

    def decrypt(self, encrypted: str, context: str) -> str:
        """The text that was encrypted in ``context``, by this release or by one before it. Raises DecryptionError."""
        if not encrypted.startswith(AES_SIV):
            return self._former_cipher.decrypt(encrypted, context)
        try:
            decoded = base64.b64decode(encrypted.removeprefix(AES_SIV), validate=True)
            return self._encryption.decrypt(decoded, [context.encode()]).decode()
        except (ValueError, InvalidTag):
            raise DecryptionError from None


def normalised(document: str) -> str:
    """``document`` in capitals, without whatever is neither a digit nor a letter."""
    return _NOT_OF_A_DOCUMENT.sub("", document.upper())


def _hmac(key: bytes, message: bytes) -> bytes:
    return hmac.new(key, message, hashlib.sha256).digest()
