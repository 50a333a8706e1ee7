"""Forms of tickets are read out of a request, within bounds, as texts, answers and files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from flask import request

from value_class import value_class

if TYPE_CHECKING:
    from werkzeug.datastructures import FileStorage

MOST_OF_A_TEXT: Final = 20_000
"""Signs of a text that are read; what is longer than a text may be is refused by the service desk, not cut."""

MOST_OF_A_LINE: Final = 1_000

MOST_OF_A_NAME: Final = 100
"""Signs of a product or a module that are kept."""

MOST_FILES: Final = 5
"""Files that one message brings."""

LARGEST_FILE: Final = 5_000_000
"""Bytes of a file: a picture of a screen."""

LARGEST_MESSAGE: Final = 6_000_000
"""Bytes of one form with its files."""

MOST_BYTES_A_DAY: Final = 100_000_000
"""Bytes of files that a company sends within 24 hours: what customers send must not fill the disk of the line."""

FORM: Final = "form"
"""The field, and the detail of an event, that tells one form that was sent twice from two."""

_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_ANSWERS: Final[Mapping[str, bool | None]] = {"yes": True, "no": False, "unknown": None}


@value_class
class SentFile:
    """A file as the browser sent it: its own name for it, and its content."""

    name: str
    content: bytes


@value_class
class TicketForm:
    """The fields of a new ticket as they were sent; ``usable``, ``way_round`` and ``corrupts`` are yes, no or unknown.

    It is filled in again where it is refused, so that what was typed stays.
    """

    subject: str = ""
    description: str = ""
    destination: str = ""
    product: str = ""
    module: str = ""
    usable: str = ""
    way_round: str = ""
    corrupts: str = ""

    @classmethod
    def sent(cls) -> TicketForm:
        """Return what the request brings."""
        return cls(
            line("subject"),
            text("description"),
            line("destination"),
            line("product")[:MOST_OF_A_NAME],
            line("module")[:MOST_OF_A_NAME],
            line("usable"),
            line("way_round"),
            line("corrupts"),
        )

    def answers(self) -> tuple[bool | None, bool | None, bool | None]:
        """Return the answers to the three questions; None where one is not known."""
        return tuple(_ANSWERS.get(each) for each in (self.usable, self.way_round, self.corrupts))  # type: ignore[return-value]


def text(name: str) -> str:
    """Return a text of several lines."""
    return request.form.get(name, "")[:MOST_OF_A_TEXT].replace("\0", "").strip()


def line(name: str) -> str:
    """Return what was typed into one line."""
    return " ".join(request.form.get(name, "")[:MOST_OF_A_LINE].replace("\0", "").split())


def token() -> str:
    """Return the token of the form; empty where it has none of ours."""
    sent = request.form.get(FORM, "")
    return sent if _TOKEN.fullmatch(sent) else ""


def files() -> tuple[SentFile, ...]:
    """Return the files that the form brings, without the fields that were left empty."""
    chosen: list[FileStorage] = [each for each in request.files.getlist("files") if each.filename]
    # Of a long name the ending says what it is.
    return tuple(SentFile((each.filename or "")[-255:], each.stream.read(LARGEST_MESSAGE + 1)) for each in chosen)
