"""Identifiers in the vendor's shape: two letters and 32 hexadecimal digits, the same in every run of a call."""

from __future__ import annotations

import hashlib


class Sids:
    """Hands out identifiers that depend on the call's own and on how many were handed out before."""

    def __init__(self, call_sid: str) -> None:
        self._call_sid = call_sid
        self._count = 0
        digest = hashlib.sha256(call_sid.encode()).hexdigest()
        self._of_call = f"{digest[:8]}-{digest[8:12]}-{digest[12:16]}-{digest[16:20]}"

    def next(self, prefix: str) -> str:
        """A new one: ``CA...`` a call's leg, ``RE...`` a recording."""
        return prefix + self._hex()

    def named(self, prefix: str, name: str) -> str:
        """The one that belongs to ``name``: a queue keeps its identifier."""
        return prefix + hashlib.sha256(f"{prefix}/{name}".encode()).hexdigest()[:32]

    def token(self) -> str:
        """A UUID that marks one request and its retries."""
        # Counted, and not digested as the others are: a call makes dozens, which stand nowhere but in a header.
        self._count += 1
        return f"{self._of_call}-{self._count:012x}"

    def _hex(self) -> str:
        self._count += 1
        return hashlib.sha256(f"{self._call_sid}/{self._count}".encode()).hexdigest()[:32]
