"""``PhoneError`` says what the phone's API refuses, in one line for a person and one word for a program."""

from __future__ import annotations

from typing import Final

STATUS: Final = {
    "not-json": 400,
    "bad-field": 400,
    "bad-address": 400,
    "forbidden": 403,
    "no-such-page": 404,
    "unknown-line": 404,
    "unknown-phone": 404,
    "unknown-call": 404,
    "unknown-customer": 404,
    "no-sound": 404,
    "number-taken": 409,
    "busy": 409,
    "not-now": 409,
    "over": 410,
    "too-large": 413,
    "too-many": 429,
    "away": 503,
}
"""The words, each with its HTTP status. They are a contract: pages show their own texts by them."""


class PhoneError(Exception):
    """The request cannot be done. ``code`` is one of STATUS; ``line`` says what, where and what to do, and nothing of
    what was sent that may be secret.
    """

    def __init__(self, code: str, line: str) -> None:
        super().__init__(line)
        self.code = code
        self.line = line
        self.status = STATUS[code]
